"""The server, the browser and the pages for the tests of this folder."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.lab import TIMEOUT, Lab
from tests.browser.server import JupyterServer
from tests.support.browsers import HOW, browser_path

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing outside can be reached, so a page that needs it fails here as it would on a train.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

_SIZE: ViewportSize = {"width": 1280, "height": 900}
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, so that its page can be photographed before it closes."""
    report = yield
    item.stash[_FAILED] = report.when == "call" and report.failed
    if item.stash[_FAILED] and (group := item.getparent(pytest.Class)):
        group.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session")
def jupyter_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """One server for all tests of this folder."""
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.stop()


class Pages:
    """
    The page that the tests of this folder use one after another, with JupyterLab open in it.

    A test that fails leaves its page to nobody, so that no later one fails with it.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._page: Page | None = None

    def fresh(self) -> Page:
        """Return a page that nothing was opened in, with nothing remembered."""
        context = self.browser.new_context(viewport=_SIZE)
        context.set_default_timeout(TIMEOUT * 1000)
        return context.new_page()

    def shared(self) -> Page:
        """Return the page that was used last, or the first."""
        page = self._page = self._page or self.fresh()
        page.set_viewport_size(_SIZE)
        return page

    def give_up(self, page: Page) -> None:
        """Close *page* and forget what it remembered."""
        page.context.close()
        if page is self._page:
            self._page = None


# Package scope on purpose: while Playwright's synchronous API is open, every later asyncio test
# of the same process fails ("cannot be called from a running event loop").
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this folder."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def pages(browser: Browser) -> Pages:
    """Keep the page that the tests share."""
    return Pages(browser)


@pytest.fixture
def lab(
    jupyter_server: JupyterServer, pages: Pages, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Lab]:
    """Give a notebook in JupyterLab, and assert at the end that nothing went wrong in it."""
    with _shared(jupyter_server, pages, tmp_path, request.node) as lab:
        yield lab


@pytest.fixture(scope="class")
def kept_lab(
    jupyter_server: JupyterServer,
    pages: Pages,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Lab]:
    """The same for a class, whose tests begin anew in one notebook: to open one costs a second."""
    with _shared(jupyter_server, pages, tmp_path_factory.mktemp("kept"), request.node) as lab:
        yield lab


@pytest.fixture
def fresh_lab(
    jupyter_server: JupyterServer, pages: Pages, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Lab]:
    """Give a page of its own for JupyterLab, to a test that must be there before it loads."""
    with _alone(Lab(pages.fresh(), jupyter_server, tmp_path), pages, request.node) as lab:
        yield lab


@pytest.fixture
def notebook7(
    jupyter_server: JupyterServer, pages: Pages, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Lab]:
    """Give a page for Notebook 7, and assert at the end that nothing went wrong in it."""
    made = Lab(pages.fresh(), jupyter_server, tmp_path, "notebook")
    with _alone(made, pages, request.node) as lab:
        yield lab


@contextmanager
def _shared(server: JupyterServer, pages: Pages, folder: Path, test: pytest.Item) -> Iterator[Lab]:
    lab = Lab(pages.shared(), server, folder)
    is_well = False
    try:
        with _closing(lab, test):
            yield lab
        lab.page.context.clear_permissions()
        is_well = not test.stash.get(_FAILED, False)
    finally:
        if not is_well:
            pages.give_up(lab.page)


@contextmanager
def _alone(lab: Lab, pages: Pages, test: pytest.Item) -> Iterator[Lab]:
    try:
        with _closing(lab, test):
            yield lab
    finally:
        pages.give_up(lab.page)


@contextmanager
def _closing(lab: Lab, test: pytest.Item) -> Iterator[None]:
    yield
    if test.stash.get(_FAILED, False):
        lab.photograph(f"failed-{test.name}")
    lab.close()
    assert lab.complaints == [], "The page complained."
    assert lab.requests_outside() == [], "The page asked other machines."


def _chromium() -> str:
    """Find the browser; without it the tests fail, since a skipped test proves nothing."""
    found = browser_path()
    if found is None:
        pytest.fail(f"These tests need a browser, and there is none: {HOW}.", pytrace=False)
    return found
