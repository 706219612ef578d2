"""JupyterLab or Notebook 7 in a browser, driven by its own commands instead of the mouse."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import JSHandle, Locator, Page

from tests.browser.notebook import Source, notebook_from
from tests.browser.server import THEMES, Application, JupyterServer, Theme
from tests.browser.watch import Watch

TIMEOUT = 30.0
# Milliseconds between two looks at a page; else it is looked at in each frame, which draws frames.
_PAUSE = 50

_IS_READY = """(path) => {
  const shell = window.jupyterapp?.shell;
  const open = Array.from(shell?.widgets?.("main") ?? []);
  const panel = open.find((one) => one.context?.path === path);
  // Where nothing is open, a launcher opens, and it may come after the notebook.
  if (panel && shell.currentWidget !== panel) shell.activateById?.(panel.id);
  if (!panel || shell.currentWidget !== panel) return false;
  const kernel = panel?.sessionContext?.session?.kernel;
  return Boolean(panel?.content?.widgets) && kernel?.status === "idle"
    && kernel.connectionStatus === "connected";
}"""

_IS_LAB = "() => window.jupyterapp?.name === 'JupyterLab'"

# Another notebook in the page that is open: opening the whole application again costs four
# seconds, and people open one notebook after another in one page too.
_OPEN = """async ([path, kernel, theme]) => {
  const {commands, serviceManager, shell} = window.jupyterapp;
  await serviceManager.kernelspecs.refreshSpecs();
  await commands.execute("apputils:change-theme", {theme});
  if (shell.leftCollapsed) shell.expandLeft();
  shell.mode = "multiple-document";
  await commands.execute("docmanager:open", {
    path, factory: "Notebook", kernel: {name: kernel}, options: {mode: "tab-after"},
  });
}"""

# What a kernel says of widgets that are gone is an error in the page, so nobody looks by now.
_CLOSE = """() => {
  const shell = window.jupyterapp?.shell;
  for (const widget of Array.from(shell?.widgets?.("main") ?? [])) widget.dispose();
}"""

# JupyterLab covers a change of its theme with a splash, which it takes away a while after; a second
# change in between makes it fail at taking the same splash away twice.
_IS_SETTLED = "() => document.getElementById('jupyterlab-splash') === null"

# The application hears of another size, and moves its parts some turns later.
_IS_LAID_OUT = """() => Array.from(document.querySelectorAll(".jp-NotebookPanel, .jp-Cell"))
  .every((part) => part.getBoundingClientRect().right <= innerWidth)"""

_COMMAND = "([name, options]) => window.jupyterapp.commands.execute(name, options).then(() => {})"

_START_CELL = """(index) => {
  window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
  return {finished: window.jupyterapp.commands.execute("notebook:run-cell")};
}"""

_FINISH = "(run) => run.finished.then(() => {})"

_EXECUTE = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({code, store_history: false, allow_stdin: false});
  let printed = "", error = null;
  future.onIOPub = ({header, content}) => {
    if (header.msg_type === "stream" && content.name === "stdout") printed += content.text;
    if (header.msg_type === "error") error = `${content.ename}: ${content.evalue}`;
  };
  await future.done;
  return [printed, error];
}"""

_NOT_FOUND = "model not found"
_VIEW = "application/vnd.jupyter.widget-view+json"
_IS_RESTORED = """() => Array.from(document.querySelectorAll(".jp-OutputArea-output"))
  .every((output) => output.textContent !== "Loading widget...")"""
_MODELS = (
    "import json; from ipywidgets.widgets import widget; print(json.dumps([*widget._instances]))"
)

_RESTART = (
    "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel().then(() => {})"
)


class Lab:
    """
    One notebook in a page.

    Args:
        page: A page; one that JupyterLab is open in is used as it is.
        server: The server to open notebooks from.
        folder: The test's own folder; the kernel's home and its store are in it.
        application: JupyterLab, or Notebook 7.
    """

    def __init__(
        self, page: Page, server: JupyterServer, folder: Path, application: Application = "lab"
    ) -> None:
        self.page = page
        self.server = server
        self.application = application
        self.watch = Watch(page)
        self.folder = server.root / folder.name
        """Where the notebook lies and its kernel works."""
        self.folder.mkdir(exist_ok=True)
        self.environment = {"HOME": str(folder / "home"), "MJ_STORE": str(folder / "mj_store")}
        """What kernels find in their environment unless `open` says otherwise."""
        for path in self.environment.values():
            Path(path).mkdir(exist_ok=True)
        self.notebook = self.folder / "untitled.ipynb"
        self._awaits_lost = False

    # Opening

    def open(
        self,
        name: str,
        source: Source,
        *,
        theme: Theme = "light",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """
        Write a notebook, open it, and wait until its kernel is ready.

        Args:
            name: The file's name, such as `first.ipynb`.
            source: The text of the code cells, or a notebook's file, or a notebook as a dict.
            theme: The application's theme.
            environment: Variables for the kernel, such as `MJ_STORE`.
        """
        kernel = self.folder.name
        self.server.add_kernel(kernel, {**self.environment, **(environment or {})})
        self.server.set_theme(theme)
        self.notebook = self.folder / name
        self.notebook.write_text(json.dumps(notebook_from(source, kernel=kernel)))
        if self.application == "lab" and self.page.evaluate(_IS_LAB):
            self.page.wait_for_function(_IS_SETTLED, polling=_PAUSE)
            self._open_here()
            # The kernel before was still talking when its notebook was closed.
            self.watch.forget()
        else:
            self._load()

    def reload(self, *, fresh_kernel: bool = False) -> None:
        """Load the page again from what is saved, with the same kernel or a new one."""
        self.page.goto("about:blank")
        if fresh_kernel:
            self.server.stop_kernels()
        self._load()
        if not fresh_kernel and self._missed_its_widgets():
            self.watch.take_back(_NOT_FOUND)
            self.page.goto("about:blank")
            self._load()

    def reopen(self, *, fresh_kernel: bool = True) -> None:
        """
        Open the notebook again as it is saved, in the page that is loaded.

        With a new kernel its widgets are gone as they are for whoever opens it tomorrow; with the
        same one all views and models are made anew from what the kernel has, as in a new page. To
        load the application anew as well (`reload`) takes four seconds, and few tests do it for
        all.
        """
        self.page.evaluate(_CLOSE)
        if fresh_kernel:
            self.server.stop_kernels()
        self._open_here()
        self._awaits_lost = fresh_kernel
        if not fresh_kernel and self._missed_its_widgets():
            self.watch.take_back(_NOT_FOUND)
            self.page.evaluate(_CLOSE)
            self._open_here()

    def close(self) -> None:
        """Close the notebook and end the kernels; the page stays open for the next one."""
        if self._awaits_lost:
            # The page looks for widgets that are gone for two seconds, closed or not, and
            # complains then: in the next test, which opens its notebook sooner.
            self.page.wait_for_function(_IS_RESTORED, timeout=TIMEOUT * 1000, polling=_PAUSE)
        self.watch.stop()
        self.page.evaluate(_CLOSE)
        self.server.stop_kernels(wait=False)

    def _open_here(self) -> None:
        there = [self._path, self.folder.name, self.server.theme]
        self.page.evaluate(_within(TIMEOUT, _OPEN), there)
        self._wait_for_kernel()

    def _load(self) -> None:
        self.page.goto(self.server.url(self.notebook, self.application))
        self._wait_for_kernel()

    def _missed_its_widgets(self) -> bool:
        """
        Tell whether the page says "model not found" of widgets that the kernel has, all of them.

        A race of ipywidgets (8.1): `get_model` looks for two seconds, every 100 ms,
        and not once more at the end. What is restored in its last step, on a busy machine, is never
        looked at again, since by then the manager tells that it has restored everything.
        """
        self.page.wait_for_function(_IS_RESTORED, timeout=TIMEOUT * 1000, polling=_PAUSE)
        if not self.page.locator(".jp-Notebook").get_by_text(_NOT_FOUND).count():
            return False
        outputs = [o for cell in self.saved()["cells"] for o in cell.get("outputs", ())]
        views = (output.get("data", {}).get(_VIEW) for output in outputs)
        return {view["model_id"] for view in views if view} <= set(json.loads(self.kexec(_MODELS)))

    @property
    def _path(self) -> str:
        return self.notebook.relative_to(self.server.root).as_posix()

    def _wait_for_kernel(self) -> None:
        # Only before the first cell: with widgets, a busy kernel may read idle.
        self.page.wait_for_function(
            _IS_READY, arg=self._path, timeout=TIMEOUT * 1000, polling=_PAUSE
        )

    # Running

    def run_all(self, timeout: float = TIMEOUT) -> None:
        """Run all cells and wait for the last; a cell that raises is no error here."""
        self.command("notebook:run-all-cells", timeout=timeout)

    def run_cell(self, index: int, timeout: float = TIMEOUT) -> None:
        """Run one cell to its end."""
        self.finish(self.start_cell(index), timeout)

    def start_cell(self, index: int) -> JSHandle:
        """Start one cell and return at once; `finish` takes what is returned."""
        return self.page.evaluate_handle(_START_CELL, index)

    def finish(self, run: JSHandle, timeout: float = TIMEOUT) -> None:
        """Wait for the end of a cell that `start_cell` started."""
        run.evaluate(_within(timeout, _FINISH))

    def command(self, name: str, timeout: float = TIMEOUT, **options: Any) -> None:
        """Execute one of the application's commands and wait until it has finished."""
        self.page.evaluate(_within(timeout, _COMMAND), [name, options])

    def kexec(self, code: str, timeout: float = TIMEOUT) -> str:
        """Run code in the kernel behind the notebook's back, and return what it printed."""
        printed, error = self.page.evaluate(_within(timeout, _EXECUTE), code)
        if error:
            raise RuntimeError(error)
        return str(printed)

    def restart_kernel(self) -> None:
        """Restart the kernel and wait until it answers; what the page shows stays."""
        self.page.evaluate(_within(TIMEOUT, _RESTART))
        self.kexec("pass")

    def save(self) -> dict[str, Any]:
        """Save the notebook and return what is in its file now."""
        self.command("docmanager:save")
        return self.saved()

    def saved(self) -> dict[str, Any]:
        """Read the notebook's file."""
        return dict(json.loads(self.notebook.read_text(encoding="utf-8")))

    # Looking

    def cell(self, index: int) -> Locator:
        """The cell, counted from 0 over all cells, markdown too."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def outputs(self, index: int) -> Locator:
        """The outputs of one cell."""
        return self.cell(index).locator(".jp-OutputArea-output")

    def button(self, name: str) -> Locator:
        """The button in the notebook with exactly this accessible name."""
        notebook = self.page.locator(".jp-Notebook")
        return notebook.get_by_role("button", name=name, exact=True)

    def resize(self, width: int, height: int) -> None:
        """Give the page another size, such as a narrow one."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_function(_IS_LAID_OUT, timeout=TIMEOUT * 1000, polling=_PAUSE)

    def screenshot(self, name: str, locator: Locator | None = None) -> None:
        """Take a picture of the page, or of one place in it, where pictures are wanted."""
        if wants_pictures():
            self.photograph(name, locator)
        elif locator is not None:
            locator.scroll_into_view_if_needed()  # as a picture would have left it

    def photograph(self, name: str, locator: Locator | None = None) -> Path:
        """Take a picture in any case, and return where it is."""
        path = output_folder() / f"{name}.png"
        if locator is None:
            self.page.screenshot(path=path, animations="disabled")
        else:
            locator.screenshot(path=path, animations="disabled")
        return path

    def in_both_themes(self) -> Iterator[Theme]:
        """
        Go through the dark and the light theme, and end with the light one.

        What is shown changes its colours only, so one run of a scene is looked at in both.
        """
        for theme in THEMES:
            self.change_theme(theme)
            yield theme

    @property
    def theme(self) -> Theme:
        """The theme that the application has."""
        is_light = self.page.evaluate("document.body.dataset.jpThemeLight") == "true"
        return "light" if is_light else "dark"

    def change_theme(self, theme: Theme) -> None:
        """Give the application another theme, and wait until it has it."""
        if self.theme == theme:
            return
        is_light = "true" if theme == "light" else "false"
        self.command("apputils:change-theme", theme=THEMES[theme])
        self.page.wait_for_function(f"document.body.dataset.jpThemeLight === '{is_light}'")
        self.page.wait_for_function(_IS_SETTLED, polling=_PAUSE)

    def screenshot_both(self, name: str, locator: Locator | None = None) -> None:
        """Take a picture in each theme, where pictures are wanted; it ends with the light one."""
        if not wants_pictures():
            self.change_theme("light")
            self.screenshot(name, locator)
            return
        for theme in self.in_both_themes():
            self.screenshot(f"{name}-{theme}", locator)

    @property
    def complaints(self) -> list[str]:
        """What went wrong in the page so far; a test's end asserts that this is empty."""
        return self.watch.complaints

    def requests_outside(self) -> list[str]:
        """Addresses on other machines that the page asked for; a test's end asserts none."""
        return self.watch.outside


def wants_pictures() -> bool:
    """
    Tell whether pictures are taken that nothing is asserted of: where `$MJ_TEST_OUTPUT` is set.

    They are for a designer's eye, and take a fifth of the processor's time of this folder.
    """
    return bool(os.environ.get("MJ_TEST_OUTPUT"))


def output_folder() -> Path:
    """Where pictures go: `$MJ_TEST_OUTPUT`, or `output` beside this file for what failed."""
    folder = Path(os.environ.get("MJ_TEST_OUTPUT") or Path(__file__).parent / "output")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def photograph_page(page: Page, name: str) -> None:
    """Take a picture of a whole page that no `Lab` is open in, where pictures are wanted."""
    if wants_pictures():
        page.screenshot(path=output_folder() / f"{name}.png", full_page=True)


def _within(seconds: float, script: str) -> str:
    """Limit a script's time: a promise of Lab may never settle, and `evaluate` would wait."""
    late = f"() => refuse(new Error('not finished after {seconds} s'))"
    clock = f"new Promise((_, refuse) => setTimeout({late}, {seconds * 1000}))"
    return f"(argument) => Promise.race([({script})(argument), {clock}])"
