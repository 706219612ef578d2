"""Notebooks opened without a kernel, as files: each job's twin is there and tells it whole."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.lab import Lab, photograph_page
from tests.browser.notebook import notebook_from
from tests.notebooks.test_quickstart import NOTEBOOKS, TASK

pytestmark = pytest.mark.browser

# What GitHub's viewer leaves of an output, by the list of its published sanitizer: no style, no
# class, no script. Data addresses pass, since pictures of notebooks are nothing else.
_TAGS = """
h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p ol ul li table thead
tbody tfoot tr th td blockquote dl dt dd kbd q samp var hr s strike summary details caption figure
figcaption abbr bdo cite dfn mark small span time wbr
"""
_ATTRIBUTES = {
    "*": ["alt", "align", "title", "width", "height", "lang", "dir", "value", "scope", "start"],
    "img": ["src"],
}
_RUN = ("%load_ext mj_notebook", "%%mj\na red kite over dunes at dawn --ar 3:2 --seed 7")


def jobs_of(path: Path) -> list[dict[str, Any]]:
    """Return the outputs of a notebook that stand for jobs."""
    cells = notebook_from(path, kernel="python3")["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["data"] for output in outputs if TASK in output.get("data", {})]


FILES = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if jobs_of(path)]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page that reaches nothing."""
    made = browser.new_page(viewport={"width": 1000, "height": 1200})
    made.route("**/*", lambda route: route.abort())
    yield made
    made.close()


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_page_of_nbconvert(page: Page, path: Path, theme: str) -> None:
    """Each job shows its picture or its words, what was asked and how it ended."""
    node = import_module("nbformat").read(path, as_version=4)
    exporter = import_module("nbconvert").HTMLExporter(theme=theme)
    page.set_content(exporter.from_notebook_node(node)[0])
    photograph_page(page, f"nbconvert-{path.stem}-{theme}")
    twins = page.locator("figure.mj-static")
    told = jobs_of(path)
    expect(twins).to_have_count(len(told))
    for number, data in enumerate(told):
        _tells(twins.nth(number), data[TASK])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_page_of_a_viewer_that_trusts_nothing(page: Page, path: Path) -> None:
    """The same without style, class and script, as GitHub leaves it."""
    clean = import_module("bleach").clean
    told = jobs_of(path)
    kept = [
        clean(
            "".join(data["text/html"]), _TAGS.split(), _ATTRIBUTES, protocols=["data"], strip=True
        )
        for data in told
    ]
    page.set_content("".join(f'<article style="margin:24px">{html}</article>' for html in kept))
    photograph_page(page, f"plain-{path.stem}")
    for number, data in enumerate(told):
        _tells(page.locator("article").nth(number), data[TASK])


def _tells(twin: Locator, record: dict[str, Any]) -> None:
    """Assert that *twin* tells all that matters of the task in *record*."""
    expect(twin).to_be_visible()
    task = record["task"]
    said = twin.inner_text()
    assert task["id"] in said
    assert "done in" in said or task["status"] != "SUCCESS"
    _holds(said, record["prompt"])
    images = twin.locator("img")
    is_told = task["action"] in ("DESCRIBE", "SHORTEN")
    assert images.count() or task["action"] == "SHORTEN"
    for image in images.all():
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 1
        assert image.get_attribute("alt")
    if is_told:
        lines = re.findall(r"^\S️⃣ (.+?)(?: --.*)?$", task["properties"]["finalPrompt"], re.MULTILINE)
        assert lines
        for line in lines:
            _holds(said, line)


def _holds(said: str, prompt: str) -> None:
    """Assert that *said* has all words of *prompt*; others may stand between."""
    missing = Counter(re.findall(r"\w+", prompt)) - Counter(re.findall(r"\w+", said))
    assert not missing, prompt


def test_a_live_notebook_opened_again(lab: Lab) -> None:
    """
    Where the panel stood there is nothing: no line of the front end about a lost widget.

    Of a picture that is there already the panel comes when its twin is seen, and goes when its
    kernel is restarted: its buttons would do nothing.
    """
    lab.open("again.ipynb", _RUN, environment={"MJ_DEMO_SECONDS": "0.3"})
    lab.run_cell(0)
    lab.run_cell(1)
    expect(lab.page.locator(".mj-live.mj-phase-done")).to_be_visible(timeout=30_000)
    expect(lab.page.locator(".mj-static")).to_be_hidden()
    lab.save()
    lab.watch.allow(r"(?i)model|widget|comm")
    lab.reload(fresh_kernel=True)
    twin = lab.page.locator(".mj-static")
    expect(twin).to_be_visible(timeout=20_000)
    lost = lab.page.get_by_text("Error displaying widget")
    expect(lost).to_have_count(1, timeout=20_000)
    expect(lost).to_be_hidden()
    lab.screenshot("reopened", lab.cell(1))
    lab.run_cell(0)
    lab.run_cell(1)
    expect(lab.page.locator(".mj-live.mj-phase-done")).to_be_visible(timeout=30_000)
    expect(twin).to_be_hidden()
    lab.restart_kernel()
    expect(twin).to_be_visible()
    expect(lab.page.locator(".mj-live")).to_be_hidden()
    lab.screenshot("restarted", lab.cell(1))


def test_a_copy_beside_the_notebook(lab: Lab) -> None:
    """What lives in a notebook hides its own static output, not that of a copy in another tab."""
    lab.open("first.ipynb", _RUN, environment={"MJ_DEMO_SECONDS": "0.3"})
    lab.run_all()
    expect(lab.page.locator(".mj-live.mj-phase-done")).to_be_visible(timeout=30_000)
    twin = lab.outputs(1).locator("figure.mj-static")
    expect(twin).to_be_hidden()
    lab.save()
    copy = lab.notebook.with_name("copy.ipynb")
    copy.write_bytes(lab.notebook.read_bytes())
    lab.watch.allow(r"(?i)model|widget|comm")
    lab.command("docmanager:open", path=f"{lab.folder.name}/{copy.name}")
    shown = lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) figure.mj-static")
    expect(shown).to_be_visible()
    expect(lab.page.get_by_text("Error displaying widget")).to_have_count(1, timeout=20_000)
    lab.screenshot("copy-beside-the-notebook")
