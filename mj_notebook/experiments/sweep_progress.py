"""How far a sweep is, and what it would do, in a line."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mj_notebook.errors import MJError
from mj_notebook.experiments.batch_progress import END_TEXTS
from mj_notebook.experiments.schedule import RowStatus
from mj_notebook.experiments.sweep_cells import SweepCell
from mj_notebook.experiments.sweep_run import SweepRun, seconds_left
from mj_notebook.language import gettext, ngettext
from mj_notebook.view.text import truncate
from mj_notebook.view.units import time_left

# It stands in a cell of a grid: a server may answer with a web page.
_REASON = 300


class Plan(NamedTuple):
    """
    What a sweep would do.

    Attributes:
        cells: How many there are.
        looked_at: How many of them the other numbers are about.
        replayed: Those that were drawn before, and cost nothing.
        credits: What the others cost.
        refused: Those that an error in their prompt keeps from being sent.
        in_doubt: Those of which nobody knows whether they are drawn: they are looked for first.
    """

    cells: int
    looked_at: int
    replayed: int
    credits: float
    refused: int
    in_doubt: int


def plan_of(cells: Sequence[SweepCell]) -> Plan:
    """Return what would be done, as far as *cells* were looked at."""
    looked = [cell for cell in cells if cell.row is not None]
    refused = [cell for cell in looked if cell.is_stopped_by_lint and not cell.is_drawn]
    new = [c for c in looked if c.before is None and not c.is_stopped_by_lint]
    price = sum(cell.row.price for cell in new if cell.row is not None)
    replayed = sum(cell.is_drawn for cell in looked)
    in_doubt = len(looked) - replayed - len(refused) - len(new)
    return Plan(len(cells), len(looked), replayed, price, len(refused), in_doubt)


def plan_words(
    cells: Sequence[SweepCell], cost_words: Callable[[float], str], *, shows_all_values: bool
) -> str:
    """Return what would be done, in a line."""
    plan = plan_of(cells)
    if plan.looked_at < plan.cells:
        # What was not looked at yet costs as much as the dearest of the others, at most.
        dearest = max(cell.row.price for cell in cells if cell.row is not None)
        looked = (
            gettext("{count} looked at, with each value of each axis")
            if shows_all_values
            else gettext("{count} looked at")
        )
        parts = [
            _of_cells(plan.cells),
            gettext("at most {cost}").format(cost=cost_words(dearest * plan.cells)),
            looked.format(count=f"{plan.looked_at:,}"),
            gettext("the others before they are sent"),
        ]
    else:
        new = plan.cells - plan.replayed - plan.refused - plan.in_doubt
        words = gettext("{count} new for {cost}")
        parts = [
            _of_cells(plan.cells),
            words.format(count=f"{new:,}", cost=cost_words(plan.credits)),
        ]
    for count, words in (
        (plan.replayed, gettext("{count} drawn before, 0 credits")),
        (plan.in_doubt, gettext("{count} in doubt")),
        (plan.refused, gettext("{count} with an error, not sent")),
    ):
        parts += [words.format(count=f"{count:,}")] if count else []
    return " · ".join(parts)


def progress_words(
    cells: Sequence[SweepCell], run: SweepRun, error: MJError | None, *, is_running: bool
) -> str:
    """Return how far it is, in a line: counts, and the time left or why it ended."""
    rows = [cell.row for cell in cells if cell.row is not None]
    counts = {what: sum(cell.standing is what for cell in cells) for what in RowStatus}
    done = gettext("{count} of {total} done")
    parts = [done.format(count=f"{counts[RowStatus.DONE]:,}", total=f"{len(cells):,}")]
    parts += [
        gettext("{count} {state}").format(count=f"{count:,}", state=gettext(what.value))
        for what, count in counts.items()
        if count and what not in {RowStatus.DONE, RowStatus.PENDING}
    ]
    again = sum(row.is_replayed for row in rows if row.standing is RowStatus.DONE)
    parts += [gettext("{count} found again").format(count=f"{again:,}")] if again else []
    if is_running:
        usual = next((r.job.typical_seconds for r in rows if r.job is not None), None)
        left = seconds_left(rows, usual, run.limits.max_in_flight)
        parts += [time_left(left)] if left is not None else []
    elif error is not None:
        parts.append(truncate(str(error), _REASON))
    elif left_out := counts[RowStatus.PENDING]:
        why = run.over.result()
        ended = gettext(END_TEXTS[why]) if why else ""
        parts.append(
            gettext("{count} not started: {why}").format(
                count=f"{left_out:,}", why=ended or gettext("sweep.run() draws them")
            )
        )
    return " · ".join(parts)


def _of_cells(count: int) -> str:
    return ngettext("{count} cell", "{count} cells", count).format(count=f"{count:,}")
