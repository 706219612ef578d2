"""A sweep: one prompt over axes: planned, drawn cell by cell, looked at as a grid."""

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mj_notebook.errors import MJError, UsageError, WaitInterrupted
from mj_notebook.experiments.axes import Axis, Span, axis_number
from mj_notebook.experiments.batch_rows import BatchRow, update_row
from mj_notebook.experiments.batch_runner import limits_of
from mj_notebook.experiments.schedule import RowStatus
from mj_notebook.experiments.sweep_cells import CellReader, SweepCell, telling_cells
from mj_notebook.experiments.sweep_figure import FigureStyle, write_figure, write_page
from mj_notebook.experiments.sweep_grid import SweepView, bundle_of, grid_of, planned_cell, sides_of
from mj_notebook.experiments.sweep_progress import Plan, plan_of, plan_words, progress_words
from mj_notebook.experiments.sweep_run import SweepRun
from mj_notebook.language import translated
from mj_notebook.session.board import Board
from mj_notebook.session.session import Session
from mj_notebook.session.signals import Signal
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import living, public
from mj_notebook.store.annotation_values import BETWEEN, Annotation
from mj_notebook.store.tabular import Tabular
from mj_notebook.view.grid import Grid, Place, Sides

MOST_LOOKED_AT = 400
"""
A dry run looks at the prompts of so many cells, at the others of a sweep when it runs.

Most of what is wrong in a prompt is one value of one axis, so these have each value.
"""

# Pictures that can be looked at closely; of more of them smaller ones travel.
_MOST_CLOSE = 64
_FAILED = (RowStatus.FAILED, RowStatus.BANNED, RowStatus.REFUSED, RowStatus.UNKNOWN)
# What a run begins anew; what was banned stays so until it is edited.
_AGAIN = (RowStatus.FAILED, RowStatus.REFUSED, RowStatus.UNKNOWN, RowStatus.LEFT)
_ONE_AGAIN = (RowStatus.BANNED, RowStatus.DONE)


@living
@public
class Sweep(Tabular[SweepCell]):
    """
    One prompt over up to four axes.

    It is planned when it is made, and nothing is sent until `run`. As the value of a cell it is a
    grid whose axes can be swapped; it is also a table, a row for each cell.

    Attributes:
        title: The prompt as it was written.

    Example:
        >>> grid = mj.sweep("a {{what}}", what=["kite", "boat"], s=[100, 500])
        >>> grid.plan
    """

    def __init__(
        self,
        span: Span,
        cells: Sequence[SweepCell],
        *,
        title: str,
        reader: CellReader,
        worker: Worker,
        open_session: Callable[[], Session],
        cost_words: Callable[[float], str],
        refunds: bool,
        max_in_flight: int,
    ) -> None:
        super().__init__(cells)
        self.span, self.title, self._cost_words = span, title, cost_words
        self.worker = worker
        self._reader, self._open_session = reader, open_session
        self._refunds, self._max_in_flight = refunds, max_in_flight
        self._by_place = {cell.at: cell for cell in cells}
        # Cells change on the worker's thread while a cell of the notebook reads or runs more of
        # them.
        self._lock = threading.RLock()
        self._runs: list[SweepRun] = []
        self._board: Board | None = None
        self._signal: Signal[Sweep] = Signal()
        self.fatal_error: MJError | None = None
        looked, self._shows_all_values = telling_cells(cells, MOST_LOOKED_AT)
        reader.look(looked)

    # -- what there is -----------------------------------------------------------------------------

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What varies."""
        return self.span.axes

    def cell(self, /, **values: Any) -> SweepCell:
        """
        Return one cell: ``sweep.cell(s=250, chaos=0)``, with a value or a label for each axis.

        Raises:
            UsageError: There is no such axis, value or cell.
        """
        names = [axis.name for axis in self.axes]
        given = {axis_number(names, name): value for name, value in values.items()}
        for at, axis in enumerate(self.axes):
            if at not in given and len(axis.values) > 1:
                raise UsageError(
                    translated("Which {axis}?", axis=axis.name),
                    hint=translated("Give a value for each axis."),
                )
        place = tuple(
            axis.place_of(given[number]) if number in given else 0
            for number, axis in enumerate(self.axes)
        )
        return self.at(place)

    def at(self, place: Place) -> SweepCell:
        """
        Return the cell at this place on the axes.

        Raises:
            UsageError: There is none.
        """
        try:
            return self._by_place[tuple(place)]
        except (KeyError, TypeError):  # what can't be a place at all
            raise UsageError(
                translated("This cell was left out of the sweep."),
                hint=translated("See where= and skip=."),
            ) from None

    @property
    def plan(self) -> Plan:
        """What would be done, as far as the cells were looked at."""
        return plan_of(self._rows)

    @property
    def is_started(self) -> bool:
        """Whether it was run."""
        return bool(self._runs)

    @property
    def is_running(self) -> bool:
        """Whether cells are still being started."""
        return any(not run.over.done() for run in self._runs)

    @property
    def cost(self) -> float:
        """The credits it has taken; what was found again costs nothing."""
        return sum(cell.row.cost for cell in self._rows if cell.row is not None)

    @property
    def done(self) -> tuple[SweepCell, ...]:
        """The cells that have their picture."""
        self._refresh()
        return tuple(cell for cell in self._rows if cell.standing is RowStatus.DONE)

    @property
    def failed(self) -> tuple[SweepCell, ...]:
        """The cells that ended badly."""
        self._refresh()
        return tuple(cell for cell in self._rows if cell.standing in _FAILED)

    @property
    def pending(self) -> tuple[SweepCell, ...]:
        """The cells that are neither done nor failed."""
        ended = {*self.done, *self.failed}
        return tuple(cell for cell in self._rows if cell not in ended)

    # -- running -----------------------------------------------------------------------------------

    def run(
        self,
        *cells: SweepCell,
        prompt: str | None = None,
        budget: float | None = None,
        max_in_flight: int | None = None,
    ) -> "Sweep":
        """
        Draw what is missing, or *cells* alone; it returns at once, and `wait` waits.

        What was drawn before is found again for nothing, so a second run fills only what is
        missing; failed cells are tried again.

        Args:
            *cells: Those that are to be drawn, also a failed one once more.
            prompt: For one cell: the whole prompt it asks for from now on, parameters included.
            budget: Credits for what is new; what would exceed them is not started.
            max_in_flight: Tasks at once.

        Raises:
            UsageError: Something makes no sense, or it is running already.
        """
        at_once = self._max_in_flight if max_in_flight is None else max_in_flight
        limits = limits_of(at_once, budget)
        with self._lock:
            if self.is_running and not cells:
                raise UsageError(
                    translated("The sweep is running."), hint=translated("sweep.stop() stops it.")
                )
            self._edit(cells, prompt)
            session = self._open_session()
            self._refresh()
            chosen, again = (cells, (*_AGAIN, *_ONE_AGAIN)) if cells else (self._rows, _AGAIN)
            if not (cells and self.is_running and self._joined(cells, again)):
                self.fatal_error = None
                run = SweepRun(
                    lambda: self._prepared(chosen, again),
                    session,
                    limits=limits,
                    changed=self._row_changed,
                    ended=self._run_ended,
                )
                self._runs = [*(one for one in self._runs if not one.over.done()), run]
        self._tell()
        return self

    def _joined(self, cells: Sequence[SweepCell], again: tuple[RowStatus, ...]) -> bool:
        """Tell whether the run that is under way starts *cells* once more."""
        rows = self._prepared(cells, again)
        taken = [any(run.takes(row) for run in self._runs) for row in rows]
        return all(taken)

    def _edit(self, cells: Sequence[SweepCell], prompt: str | None) -> None:
        self._require_own(cells)
        if prompt is None:
            return
        if len(cells) != 1:
            raise UsageError(
                translated("A prompt is edited for one cell."),
                hint=translated('sweep.run(sweep.cell(…), prompt="…")'),
            )
        self._reader.look(cells)
        self._reader.edit(cells[0], prompt)

    def _prepared(self, cells: Sequence[SweepCell], again: tuple[RowStatus, ...]) -> list[BatchRow]:
        """Return the rows that are to be drawn; on the thread of the run, as many take a while."""
        self._reader.look(cells)
        rows = [cell.row for cell in cells if cell.row is not None]
        for row in rows:
            if row.standing in again:
                _begin_anew(row)
        return [r for r in rows if r.standing is RowStatus.PENDING or r.standing.is_busy]

    def look(self, *cells: SweepCell) -> None:
        """Make the requests of *cells*, so that their prompts and findings are known."""
        self._require_own(cells)
        self._reader.look(cells)

    def _require_own(self, cells: Sequence[SweepCell]) -> None:
        own = (isinstance(one, SweepCell) and self._by_place.get(one.at) is one for one in cells)
        if not all(own):
            raise UsageError(
                translated("That is no cell of this sweep."),
                hint=translated("Take sweep.cell(…); of several sweep.run(*sweep.failed)."),
            )

    def stop(self) -> None:
        """Start nothing more; what runs goes on, and `run` goes on with the rest."""
        for run in self._runs:
            run.stop()

    def wait(self, timeout: float | None = None) -> "Sweep":
        """
        Wait until all cells that were started ended, well or not; an interrupt stops the sweep.

        Raises:
            WaitTimeout: The time is over; the sweep goes on.
            WaitInterrupted: The person interrupted it; what is done is kept.
            MJError: What made the very first cell impossible, and would all others.
        """
        hint = translated("Go on with sweep.wait().")
        try:
            over = self.worker.submit(self._over(tuple(self._runs)))
            self.worker.wait(over, timeout=timeout, resume_hint=hint)
        except WaitInterrupted:
            self.stop()
            raise WaitInterrupted(
                translated(
                    "Stopped; {done} of {total} are done, and what runs goes on.",
                    done=len(self.done),
                    total=len(self),
                ),
                hint=translated("sweep.run() goes on: what is done or running is found again."),
            ) from None
        if self.fatal_error is not None and not any(cell.job for cell in self._rows):
            raise self.fatal_error
        return self

    async def _over(self, runs: Sequence[SweepRun]) -> None:
        for run in runs:
            await asyncio.shield(asyncio.wrap_future(run.over))  # it is others', too
        await self.board.all_ended()

    def require_drawn(self) -> None:
        """Wait for what was started; a sweep that was never run has nothing to show."""
        if not self.is_started:
            raise UsageError(
                translated("Nothing of this sweep was drawn."),
                hint=translated("sweep.run() draws it."),
            )
        self.wait()

    def _run_ended(self) -> None:
        for cell in self._rows:
            if cell.row is not None and cell.row.standing is RowStatus.PENDING and cell.why:
                self._row_changed(cell.row)  # it waits no longer
        self.fatal_error = next((run.fatal_error for run in self._runs if run.fatal_error), None)
        self._tell()

    def _refresh(self) -> None:
        """Bring rows up to date whose jobs ended after their run was stopped."""
        if self.is_running:
            return  # which does so itself
        for cell in self._rows:
            row = cell.row
            if row is None or row.job is None:
                continue
            if row.standing.is_busy:
                update_row(row, refunds=self._refunds)
            if row.job is not None and row.job.is_deleted:
                _begin_anew(row)
                cell.before, row.is_known, row.twin = None, False, None
                self.board.put(planned_cell(cell))

    # -- the board ---------------------------------------------------------------------------------

    @property
    def board(self) -> Board:
        """All cells as they stand, kept up to date while they are drawn."""
        with self._lock:
            if self._board is None:
                self._board = Board(
                    (planned_cell(cell) for cell in self._rows),
                    worker=self.worker,
                    title=self.title,
                    longest=512 if len(self._rows) <= _MOST_CLOSE else 256,
                )
            return self._board

    def _row_changed(self, row: BatchRow) -> None:
        cell = self._rows[row.number - 1]
        if row.job is not None:
            self.board.put(row.job, key=cell.key)
        elif row.standing is not RowStatus.PENDING or row.why:
            self.board.put(planned_cell(cell, is_running=self.is_running))

    def subscribe(self, listener: Callable[["Sweep"], object]) -> Callable[[], None]:
        """Call *listener* when the sweep went on, on the worker's thread; return what ends that."""
        return self._signal.subscribe(listener)

    def _tell(self) -> None:
        self.worker.post(self._signal.notify, self, of="a sweep")

    @property
    def progress(self) -> str:
        """How far it is, in a line: counts, the time left, the credits."""
        if not self._runs:
            return plan_words(self._rows, self._cost_words, shows_all_values=self._shows_all_values)
        words = progress_words(
            self._rows, self._runs[-1], self.fatal_error, is_running=self.is_running
        )
        return f"{words} · {self._cost_words(self.cost)}"

    # -- as a table --------------------------------------------------------------------------------

    def to_records(self) -> list[dict[str, Any]]:
        """Return the cells as flat records: the value of each axis, then what came of it."""
        if self.is_started:
            self.wait()
        self._refresh()
        return [self._record(cell) for cell in self._rows]

    def _record(self, cell: SweepCell) -> dict[str, Any]:
        row, job = cell.row, cell.job
        kept = job.pictures.kept if job is not None else None
        thought = job.read_annotation() if job is not None else Annotation()
        told = {
            "prompt": cell.prompt or None,
            "standing": cell.standing.value,
            "why": cell.why or None,
            "task": row.task if row else None,
            "seed": job.known_seed if job is not None else None,
            "cost": row.cost if row else 0.0,
            "replayed": bool(row and row.is_replayed),
            "seconds": row.seconds if row else None,
            "rating": thought.rating,
            "tags": BETWEEN.join(thought.tags) or None,
            "notes": thought.notes or None,
            "file": str(kept.path) if kept is not None and kept.path.exists() else None,
        }
        given = {
            axis.name: _plain(cell.values[axis.name], axis.labels[place])
            for axis, place in zip(self.axes, cell.at, strict=True)
        }
        return {**{f"{k}_given" if k in told else k: v for k, v in given.items()}, **told}

    @property
    def df(self) -> Any:
        """The cells as a DataFrame; see `to_pandas`."""
        return self.to_pandas()

    # -- as a grid ---------------------------------------------------------------------------------

    def sides(self, x: str | None = None, y: str | None = None, **fixed: Any) -> Sides:
        """
        Return what stands where: axis *x* across, *y* down, one value of others.

        Raises:
            UsageError: There is no such axis or value.
        """
        return sides_of(self.axes, x, y, fixed)

    def xy(self, x: str, y: str | None = None, **fixed: Any) -> "SweepView":
        """Look at the grid so: ``xy("s", "chaos", animal="fox")``, across, down, and one animal."""
        return SweepView(self, self.sides(x, y, **fixed))

    def figure(
        self,
        path: "str | os.PathLike[str]",
        x: str | None = None,
        y: str | None = None,
        *,
        tile: int | None = None,
        width: float | None = None,
        letters: float = 8.0,
        dpi: float = 300.0,
        caption: str | None = None,
        font: str | None = None,
        **fixed: Any,
    ) -> Path:
        """
        Write the grid for print, as PNG, PDF or SVG, and return the file; it waits for what runs.

        Labels are wrapped and never cut; a page of a PDF is one table.

        Args:
            path: The file; one that is there is replaced.
            x: The axis across, as for `xy`.
            y: The axis down.
            tile: One picture of each grid, 1 to 4; None for whole grids.
            width: Of the figure in millimetres; None for what suits its cells.
            letters: The size of labels in points.
            dpi: Dots to the inch.
            caption: What stands below; None for the prompt, "" for nothing.
            font: A font's file; fonts of this machine write what it lacks, by default all.
            **fixed: One value of other axes.

        Raises:
            UsageError: Something makes no sense, or nothing was drawn.
        """
        sides = self.sides(x, y, **fixed)
        self.require_drawn()
        style = FigureStyle(tile, width, letters, dpi, caption, font)
        return write_figure(self, path, sides, style)

    def to_html(self, path: "str | os.PathLike[str]") -> Path:
        """
        Write one page with all pictures in it, whose axes swap and which zooms; nothing is fetched.

        It waits for what runs. Who opens the file needs a browser and nothing else.
        """
        self.require_drawn()
        return write_page(self, path)

    @property
    def grid(self) -> Grid:
        """The cells over their axes as they stand now, each with the labels of its own record."""
        self._refresh()
        return grid_of(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return bundle_of(self)


def _begin_anew(row: BatchRow) -> None:
    """Let *row* be asked for once more; what it has cost stays."""
    row.lost, row.is_replayed = row.cost or None, False
    row.standing, row.job, row.why = RowStatus.PENDING, None, ""


def _plain(value: Any, label: str) -> Any:
    """Return *value* where a table can hold it, else what it is called."""
    return value if isinstance(value, str | int | float | bool | None) else label
