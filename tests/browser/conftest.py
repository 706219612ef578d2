"""The server, the browser and the pages for the tests of this folder."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lab import TIMEOUT, Lab
from tests.browser.server import Application, JupyterServer
from tests.support.browsers import HOW, browser_path

_ARGUMENTS = (
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

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, so that its page can be photographed before it closes."""
    report = yield
    item.stash[_FAILED] = report.when == "call" and report.failed
    return report


@pytest.fixture(scope="session")
def jupyter_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """One server for all tests of this folder."""
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.stop()


# Module scope on purpose: while Playwright's synchronous API is open, every later asyncio test
# of the same process fails ("cannot be called from a running event loop").
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def lab(
    jupyter_server: JupyterServer, browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Lab]:
    """Give a page for JupyterLab, and assert at the end that nothing went wrong in it."""
    with _page(jupyter_server, browser, tmp_path, request.node, "lab") as page:
        yield page


@pytest.fixture
def notebook7(
    jupyter_server: JupyterServer, browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Lab]:
    """Give a page for Notebook 7, and assert at the end that nothing went wrong in it."""
    with _page(jupyter_server, browser, tmp_path, request.node, "notebook") as page:
        yield page


@contextmanager
def _page(
    server: JupyterServer,
    browser: Browser,
    folder: Path,
    test: pytest.Item,
    application: Application,
) -> Iterator[Lab]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(TIMEOUT * 1000)
    lab = Lab(context.new_page(), server, folder, application)
    yield lab
    if test.stash.get(_FAILED, False):
        lab.screenshot(f"failed-{test.name}")
    lab.close()
    context.close()
    assert lab.complaints == [], "The page complained."
    assert lab.requests_outside() == [], "The page asked other machines."


def _chromium() -> str:
    """Find the browser; without it the tests fail, since a skipped test proves nothing."""
    found = browser_path()
    if found is None:
        pytest.fail(f"These tests need a browser, and there is none: {HOW}.", pytrace=False)
    return found
