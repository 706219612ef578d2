"""What a person sees in JupyterLab in Chromium, beside what bare ipywidgets and pictures take.

Times are of the clock on the wall, in the page, from the press of a key or button to the paint.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from mj_notebook.server.config import Config, Timing
from mj_notebook.server.runner import Runner
from tests.benchmarks.pair import Row
from tests.benchmarks.saving import SEEN
from tests.browser.conftest import ARGUMENTS, Pages
from tests.browser.lab import Lab
from tests.browser.server import JupyterServer
from tests.browser.test_gallery import SCROLLED, WATCHED
from tests.support.browsers import HOW, browser_path
from tests.widgets.galleries import fill_many

_CELLS, _TURNS, _GALLERY = 100, 11, 25_000
_QUICK = {"MJ_DEMO_SECONDS": "0.3", "MJ_DEMO_SIZE": "512"}
# Begins a timer, does it, and waits for the paint behind the first new element of that kind.
_UNTIL_NEW = """([index, selector]) => new Promise((done, refuse) => {
    setTimeout(() => refuse(new Error(`nothing like ${selector} came in 60 s`)), 60_000);
    const isNew = (node) => node.matches?.(selector) || node.querySelector?.(selector);
    const begun = performance.now();
    const seen = new MutationObserver((news) => {
        if (![...news].some((one) => [...one.addedNodes].some(isNew))) return;
        seen.disconnect();
        requestAnimationFrame(() => done(performance.now() - begun));
    });
    seen.observe(document.body, {subtree: true, childList: true});
    if (typeof index === 'number') {
        window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
        window.jupyterapp.commands.execute('notebook:run-cell');
    } else index.click();
})"""
_LOAD = """%load_ext mj_notebook
import mj_notebook as mj
class Seeds:
    number = 0
    @property
    def next(self):
        self.number += 1
        return self.number
seeds = Seeds()"""
# On a busy machine some end before their panels are made, which then wait for a look.
_UNTIL_DRAWN = f"for n in range({_CELLS}): mj.imagine(f'a red kite over dunes --seed {{n}}').wait()"
_OURS = "%%mj --no-wait\na red kite over dunes --seed {{seeds.next}}"
_BARE = "import ipywidgets\nipywidgets.HTML('<b class=bare-html>a red kite</b>')"
_BARE_BUTTON = """
import ipywidgets
button, label = ipywidgets.Button(description="U2"), ipywidgets.HTML()
count = iter(range(10_000))
def pressed(_):
    label.value = f"<b class=bare-label>queued {next(count)}</b>"
button.on_click(pressed)
button.add_class("bare-button")
ipywidgets.VBox([button, label])
"""


# A cell that goes on for a while, begun behind the page's back.
_A_CELL = "import time; time.sleep(1.5)"
_EXECUTED = """(code) => {
    const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
    kernel.requestExecute({code, store_history: false});
    return new Promise((done) => setTimeout(done, 300));
}"""
_MEANWHILE = {
    "": "",
    " while a cell runs": "",
    " while 50 jobs run": "mj.board([mj.imagine(f'a kite in fog {n}') for n in range(50)])",
}


class Labs:
    """
    One JupyterLab in one Chromium, begun when the first notebook is opened.

    A notebook in which something failed leaves its page to nobody.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._begun: tuple[Pages, JupyterServer, Path] | None = None

    @contextmanager
    def notebook(
        self, name: str, sources: list[str], environment: Mapping[str, str] | None = None
    ) -> Iterator[Lab]:
        """Give a notebook with a kernel and a history of its own."""
        self._begun = self._begun or self._begin()
        pages, server, folder = self._begun
        (folder / name).mkdir()
        lab = Lab(pages.shared(), server, folder / name)
        try:
            lab.open(f"{name}.ipynb", sources, environment={**_QUICK, **(environment or {})})
            yield lab
            lab.close()
        except BaseException:
            pages.give_up(lab.page)
            server.stop_kernels()
            raise

    def close(self) -> None:
        """End all of it."""
        self._open.close()

    def _begin(self) -> tuple[Pages, JupyterServer, Path]:
        path = browser_path(has_window=True)
        if path is None:
            raise LookupError(f"There is no browser: {HOW}.")
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        playwright = self._open.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        self._open.callback(browser.close)
        server = JupyterServer(folder / "jupyter")
        self._open.callback(server.stop)
        return Pages(browser), server, folder


def cell_to_panel(labs: Labs) -> Row:
    """Run a cell until its panel is painted; the rival shows one ipywidgets HTML."""
    with labs.notebook("panel", [_LOAD, _OURS, _BARE]) as lab:
        lab.run_cell(0)
        first = _timed(lab.page, 1, ".mj-live .mj-words")
        _timed(lab.page, 2, ".bare-html")
        pairs = [
            (_timed(lab.page, 1, ".mj-live .mj-words"), _timed(lab.page, 2, ".bare-html"))
            for _ in range(_TURNS)
        ]
    broken = () if first <= 500 else (f"The first cell of a kernel took {first:.0f} ms.",)
    return _row(
        "cell to panel / one ipywidgets HTML", pairs, 25, broken, counts=f" first {first:.0f}"
    )


def click_to_queued(labs: Labs, meanwhile: str = "") -> Row:
    """
    Press a button of a grid until its panel is painted; the rival sets a label.

    Args:
        labs: Where notebooks are opened.
        meanwhile: What goes on: a key of `_MEANWHILE`.
    """
    # Until a cell has ended, Jupyter hands no click to its kernel, of whatever button.
    waits = meanwhile == " while a cell runs"
    # Of a server that takes fifty at once, each for as long as the clicks take.
    config = Config(timing=Timing(grid=8, single=8), core_size=80, queue_size=80, picture_side=64)
    with (
        Runner(config) as runner,
        labs.notebook(
            f"click{meanwhile.replace(' ', '-')}",
            [_LOAD, _OURS, _BARE_BUTTON, _MEANWHILE[meanwhile]],
            {"MJ_BASE_URL": f"http://127.0.0.1:{runner.port}"},
        ) as lab,
    ):
        lab.run_cell(0)
        lab.run_cell(1)
        panel = lab.cell(1).locator(".mj-live").first
        panel.locator(".mj-button", has_text="V4").wait_for(timeout=60_000)
        lab.run_cell(2)
        bare = lab.page.locator(".bare-button").element_handle()
        lab.run_cell(3)
        pairs = []
        for label in ("U1", "U2", "U3", "U4", "V1", "V2", "V3", "V4"):
            button = panel.get_by_text(label, exact=True).first.element_handle()
            ours, rival = (
                _timed(lab.page, what, kind, _A_CELL if waits else None)
                for what, kind in ((button, ".mj-child .mj-words"), (bare, ".bare-label"))
            )
            pairs.append((ours, rival))
    slowest = max(ours - (rival if waits else 0) for ours, rival in pairs)
    broken = () if slowest <= 100 else (f"The slowest of eight took {slowest:.0f} ms, not 100.",)
    name = f"click to queued{meanwhile} / a bare button that sets a label"
    return _row(name, pairs, 100, broken)


def gallery(labs: Labs) -> Row:
    """Open a gallery of 25,000, scroll it, go to its end, sort it, and look for words."""
    with labs.notebook("gallery", [_LOAD, "%mj gallery"]) as lab:
        lab.command("application:toggle-left-area")
        fill_many(Path(lab.environment["MJ_STORE"]), _GALLERY)
        lab.run_cell(0)
        lab.page.evaluate(WATCHED)
        lab.run_cell(1)
        lab.page.locator(".mj-gallery .mj-cell-image[src]").first.wait_for(timeout=60_000)
        seen = lab.page.evaluate(SCROLLED)
        lab.cell(1).locator(".mj-cell[data-number]").first.focus()
        lab.page.keyboard.press("End")
        lab.cell(1).locator(f'[data-number="{_GALLERY - 1}"] img').wait_for()
        begun = time.perf_counter()
        lab.cell(1).get_by_role("combobox", name="Order").select_option("oldest first")
        lab.cell(1).locator('[data-number="0"]', has_text=f"number{_GALLERY - 1}").wait_for()
        ordered = (time.perf_counter() - begun) * 1000
        begun = time.perf_counter()
        lab.cell(1).get_by_role("searchbox").fill(f"number{_GALLERY - 1}")
        lab.cell(1).locator(".mj-gallery-count", has_text="1 task").wait_for()
        found = (time.perf_counter() - begun) * 1000
    slow = [one for one in seen["frames"] if one > 50]
    broken: tuple[str, ...] = ()
    if slow:
        broken = (f"{len(slow)} of {len(seen['frames'])} frames took up to {max(slow):.0f} ms.",)
    told = f" frames {statistics.median(seen['frames']):.0f} ms"
    return _of(
        "gallery of 25,000: first paint / 300 ms",
        seen["first"],
        300,
        1,
        broken=broken,
        counts=f"{told}, sorted in {ordered:.0f}, filtered in {found:.0f}",
    )


def run_all(labs: Labs) -> Row:
    """Restart and run 100 replayed cells; the rival shows the same JPEGs."""
    prompts = [f"%%mj\na red kite over dunes --seed {number}" for number in range(_CELLS)]
    with labs.notebook("replayed", [_LOAD, *prompts]) as lab:
        lab.run_all(120)
        lab.kexec(_UNTIL_DRAWN, 90)
        lab.restart_kernel()
        ours = _run_all(lab)
        pictures = SEEN.findall(json.dumps(lab.save()))
    shows = "from IPython.display import Image, display\nimport base64"
    given = [f"display(Image(base64.b64decode(pictures[{number}])))" for number in range(_CELLS)]
    with labs.notebook("bare", [shows, "from told import pictures", *given]) as lab:
        (lab.folder / "told.py").write_text(f"pictures = {pictures!r}", "utf-8")
        lab.run_all(120)
        lab.restart_kernel()
        rival = _run_all(lab)
    broken = () if len(pictures) == _CELLS else (f"{len(pictures)} pictures came.",)
    what = "Run All of 100 replayed cells / 100 cells that show the same JPEGs"
    return _of(what, ours, rival, 2, broken=broken)


def benches(labs: Labs) -> list[partial[Any]]:
    """Return all of it, to be measured one after another."""
    clicks = [partial(click_to_queued, labs, meanwhile) for meanwhile in _MEANWHILE]
    return [
        partial(cell_to_panel, labs),
        *clicks,
        partial(gallery, labs),
        partial(run_all, labs),
    ]


def _run_all(lab: Lab) -> float:
    begun = time.perf_counter()
    lab.run_all(120)
    return (time.perf_counter() - begun) * 1000


def _timed(page: Page, what: object, selector: str, meanwhile: str | None = None) -> float:
    if meanwhile:
        page.evaluate(_EXECUTED, meanwhile)
    taken = float(page.evaluate(_UNTIL_NEW, [what, selector]))
    page.wait_for_timeout(150)  # what else the kernel says belongs to nobody's time
    return taken


def _row(
    name: str,
    pairs: list[tuple[float, float]],
    limit: float,
    broken: tuple[str, ...],
    counts: str = "",
) -> Row:
    ours, rival = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = sorted(mine / theirs for mine, theirs in pairs)
    middle = statistics.median(ratios)
    return Row(
        name, ours, rival, middle, ratios[0], ratios[-1], limit, counts, broken, "ms", is_sum=True
    )


def _of(
    name: str,
    ours: float,
    rival: float,
    limit: float,
    *,
    broken: tuple[str, ...] = (),
    unit: str = "ms",
    counts: str = "",
) -> Row:
    ratio = ours / rival
    return Row(name, ours, rival, ratio, ratio, ratio, limit, counts, broken, unit)
