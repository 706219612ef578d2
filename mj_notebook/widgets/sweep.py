"""The live sweep: its board as a grid over axes, with what runs it and what is done with a cell."""

from typing import Any

import traitlets

from mj_notebook.errors import UsageError
from mj_notebook.experiments.sweep import Sweep
from mj_notebook.experiments.sweep_cells import SweepCell, recorded_labels
from mj_notebook.language import gettext, translated
from mj_notebook.session.board import BoardChange
from mj_notebook.widgets.answers import Message, answer_pages
from mj_notebook.widgets.board import LiveBoard
from mj_notebook.widgets.job_place import build_panel
from mj_notebook.widgets.live_widgets import LIVE
from mj_notebook.widgets.shared import shared

# As above any prompt; a page can send anything.
_MOST_LETTERS = 10_000


def open_sweep(sweep: Sweep, twin: str = "") -> Any:
    """Open a live view of *sweep*, whose static output is *twin*; call it from a cell."""

    async def build() -> Any:
        return LIVE.shown(sweep, lambda: LiveSweep(sweep, twin), LiveSweep).frame

    return sweep.worker.run(build())


class LiveSweep(LiveBoard, script="sweep"):
    """
    Shows a sweep in a page; the worker's thread makes it and alone writes to it.

    Args:
        sweep: What is shown.
        twin: The key of its static output, which is hidden as long as this lives.

    Attributes:
        frame: What is displayed: the grid, and below it the panel that was opened from it.
    """

    _grid = traitlets.Dict().tag(sync=True)

    def __init__(self, sweep: Sweep, twin: str = "") -> None:
        self._sweep = sweep
        self._cells = {cell.key: cell for cell in sweep}
        self._own: dict[str, list[str]] = {}
        # Before the widget is made, as its first state holds them.
        self._note_labels(self._cells)
        super().__init__(sweep.board, twin, _grid=self._grid_now())
        self._below = shared().box("mj-sweep-below")
        self.frame = shared().box("mj-sweep-frame", children=(self, self._below))
        # What is not of sweeps may be of boards, which are asked as well.
        answer_pages(
            self,
            sweep.worker,
            {
                "run": self._run_all,
                "stop": self._stop,
                "again": self._run_one,
                "look": self._look,
                "open": self._open_panel,
            },
        )
        self._forget = sweep.subscribe(self._show_progress)
        self._show_progress()

    @property
    def is_idle(self) -> bool:
        """Whether nothing of it is under way."""
        return not self._sweep.is_running and super().is_idle

    def close(self) -> None:
        """Take it away from the page; the sweep goes on."""
        if forget := getattr(self, "_forget", None):  # ipywidgets closes half-made widgets too
            forget()
        for part in (getattr(self, "frame", None), getattr(self, "_below", None)):
            if part is not None:
                part.close()
        super().close()

    # -- what is shown -----------------------------------------------------------------------------

    def _changed(self, change: BoardChange) -> None:
        self._note_labels({cell.key: self._cells[cell.key] for cell in change.cells})
        super()._changed(change)
        self._show_progress()

    def _note_labels(self, cells: dict[str, SweepCell]) -> None:
        """Note the labels of the cells whose record says otherwise than the axes do."""
        axes = self._sweep.axes
        for key, cell in cells.items():
            labels = recorded_labels(self._sweep.span, cell)
            if labels == tuple(a.labels[at] for a, at in zip(axes, cell.at, strict=True)):
                self._own.pop(key, None)
            else:
                self._own[key] = list(labels)

    def _show_progress(self, _: object = None) -> None:
        if self.comm is not None:
            self._grid = self._grid_now()

    def _grid_now(self) -> dict[str, Any]:
        sweep = self._sweep
        # What failed may be drawn again, and cost nothing where failures are paid back.
        missing = len(sweep.pending) + len(sweep.failed)
        return {
            "axes": [{"name": one.name, "labels": list(one.labels)} for one in sweep.axes],
            "own": dict(self._own),
            "line": sweep.progress,
            "caption": gettext("Run what is missing") if sweep.is_started else gettext("Run"),
            "can_run": bool(missing) and not sweep.is_running,
            "can_stop": sweep.is_running,
        }

    # -- what a page asks for ----------------------------------------------------------------------

    async def _run_all(self, _: Message) -> None:
        await self._sweep.worker.run_action(self._sweep.run)

    async def _stop(self, _: Message) -> None:
        self._sweep.stop()

    async def _run_one(self, content: Message) -> None:
        cell, prompt = self._cell(content), content.get("prompt")
        prompt = None if prompt is None else str(prompt)[:_MOST_LETTERS]
        await self._sweep.worker.run_action(self._sweep.run, cell, prompt=prompt)

    async def _look(self, content: Message) -> None:
        """Tell the whole prompt of a cell, of which the board has the beginning."""
        cell = self._cell(content)
        await self._sweep.worker.run_blocking(self._sweep.look, cell)
        self.send({"kind": "prompt", "key": cell.key, "prompt": cell.prompt})

    async def _open_panel(self, content: Message) -> None:
        """Open the panel of a cell's task below the grid, in the place of the one before."""
        job = self._cell(content).job
        if job is not None:
            self._below.children = (await build_panel(job),)

    def _cell(self, content: Message) -> SweepCell:
        cell = self._cells.get(str(content.get("key", "")))
        if cell is None:
            raise UsageError(
                translated("There is no such cell."),
                hint=translated("Run the cell of the notebook again."),
            )
        return cell

    def __repr__(self) -> str:
        return translated("(The live sweep stood here; it needs a running kernel.)")
