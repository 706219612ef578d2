"""A sweep as a grid: what stands in its cells, and one way to look at it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mj_notebook.errors import UsageError
from mj_notebook.experiments.axes import Axis, Span, axis_number
from mj_notebook.experiments.schedule import RowStatus
from mj_notebook.experiments.sweep_cells import SweepCell, cell_name, recorded_labels
from mj_notebook.language import gettext, marked, translated
from mj_notebook.view.cells import Cell
from mj_notebook.view.findings import in_language
from mj_notebook.view.grid import Grid, GridAxis, Place, Sides, grid_html, grid_text, usual_sides
from mj_notebook.view.record import without_hosts
from mj_notebook.view.status import Phase
from mj_notebook.view.text import truncate

if TYPE_CHECKING:
    from mj_notebook.experiments.sweep import Sweep

# Each of them is kept in the notebook's file, which is to be opened and compared again.
_MOST_IN_FILE = 400
_MOST_LARGE = 24
_REASON = 300
_NOTHING_SENT = marked("Nothing was sent: sweep.run() draws it.")


class SweepView:
    """
    One way to look at a sweep: which axis is across, which one down, and what alone is shown.

    Its tables are the value of a cell.
    """

    def __init__(self, sweep: "Sweep", sides: Sides) -> None:
        self.sweep, self.sides = sweep, sides

    def __repr__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        if self.sweep.is_started:
            self.sweep.wait()
        return bundle_of(self.sweep, self.sides)


def sides_of(axes: Sequence[Axis], x: str | None, y: str | None, fixed: Mapping[str, Any]) -> Sides:
    """Return what stands where: axis *x* across, *y* down, one value of others."""
    names = [axis.name for axis in axes]
    usual = usual_sides(axes)
    across = usual.x if x is None else axis_number(names, x)
    down = None if y is None else axis_number(names, y)
    if x is None and y is None:
        down = usual.y
    if across == down:
        raise UsageError(
            translated("One axis can't be both across and down."),
            hint=translated("Give two of them."),
        )
    places = {}
    for name, value in fixed.items():
        axis = axis_number(names, name)
        if axis in {across, down}:
            raise UsageError(
                translated("{name} is shown whole.", name=name),
                hint=translated("Fix one of the other axes."),
            )
        places[axis] = axes[axis].place_of(value)
    return Sides(across, down, places)


def grid_of(sweep: "Sweep") -> Grid:
    """Return the cells over their axes as they stand now, with the labels of their records."""
    board = {cell.key: cell for cell in sweep.board.cells}
    axes = tuple(GridAxis(axis.name, axis.labels) for axis in sweep.axes)
    return Grid(
        axes,
        {cell.at: board[cell.key] for cell in sweep if cell.key in board},
        own_labels(sweep.span, sweep),
        sweep.title,
        sweep.progress
        if sweep.is_started
        else gettext("{plan}. {nothing_sent}").format(
            plan=sweep.progress, nothing_sent=gettext(_NOTHING_SENT)
        ),
    )


def own_labels(span: Span, cells: Iterable[SweepCell]) -> dict[Place, tuple[str, ...]]:
    """Return the labels of the cells whose job's own record says otherwise than the axes."""
    found = {}
    for cell in cells:
        if cell.job is None:
            continue
        labels = recorded_labels(span, cell)
        usual = [axis.labels[place] for axis, place in zip(span.axes, cell.at, strict=True)]
        if labels != tuple(usual):
            found[cell.at] = labels
    return found


def bundle_of(sweep: "Sweep", sides: Sides | None = None) -> dict[str, str]:
    """Return the grid as an output that stays in the file."""
    sides = sides or usual_sides(sweep.axes)
    grid = sweep.grid
    return {
        "text/plain": grid_text(grid, sides),
        "text/html": str(grid_html(grid, sides, _pictures(sweep), most=_MOST_IN_FILE)),
    }


def _pictures(sweep: "Sweep") -> dict[Place, bytes]:
    from mj_notebook.images.thumbnails import THUMBNAIL, TINY, tiny_jpeg  # loads Pillow

    by_key = sweep.board.pictures
    # An output stands in the notebook's file: many pictures must be small ones.
    side = THUMBNAIL if len(by_key) <= _MOST_LARGE else TINY
    return {cell.at: tiny_jpeg(by_key[cell.key], side) for cell in sweep if cell.key in by_key}


def planned_cell(cell: SweepCell, *, is_running: bool = False) -> Cell:
    """Return how *cell* is shown without a job, in a sweep that *is_running* or not."""
    row = cell.row
    errors = [one for one in cell.findings if one.severity == "error"]
    reason = " ".join(
        filter(None, (str(one) for one in in_language((errors or cell.findings)[:2])))
    )
    if row is not None and row.standing.is_busy:  # there will be a job in a moment
        return Cell(
            cell.key, truncate(cell.prompt, _REASON), gettext("sending"), Phase.SENDING.value
        )
    if row is not None and row.standing is not RowStatus.PENDING:
        return Cell(
            cell.key,
            truncate(cell.prompt, _REASON),
            gettext("not sent"),
            Phase.FAILED.value,
            reason=truncate(row.why, _REASON),
        )
    words, phase = gettext("planned"), Phase.PLANNED.value
    if cell.is_drawn:
        words = gettext("drawn before, 0 credits")
    elif cell.before is not None:
        words = gettext("in doubt")
    if row is not None and row.why:  # it was asked for, and there was no room, say
        # The cells are kept in the file, and the proxy's address is no part of it.
        reason = without_hosts(row.why)
        if is_running:
            words, phase = gettext("waits to be sent"), Phase.SENDING.value
    if cell.is_stopped_by_lint and not cell.is_drawn:
        words = gettext("not sent")
    label = cell.prompt or cell_name(cell).removeprefix("Cell ")
    return Cell(cell.key, truncate(label, _REASON), words, phase, reason=truncate(reason, _REASON))
