"""A batch from its first line to its table, in a given session."""

import threading
from collections.abc import Callable, Sequence

from mj_notebook.errors import UsageError, WaitInterrupted
from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.batch_progress import opening_line
from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.experiments.batch_runner import Resting, Running
from mj_notebook.experiments.schedule import Limits, Standing
from mj_notebook.session.session import Session
from mj_notebook.session.worker import Worker

# An interrupt reaches Python code only between two waits.
_SLICE = 0.2


def run_batch(
    rows: Sequence[BatchRow],
    session: Session,
    *,
    budget: float | None,
    max_in_flight: int,
    refunds: bool,
    say: Callable[[str], object],
    rest: Resting | None = None,
) -> Batch:
    """
    Run *rows* in *session* to their end, and say so line by line.

    Args:
        rows: What is wanted.
        session: The session.
        budget: Credits, None for no limit.
        max_in_flight: Tasks at once.
        refunds: Whether a task that failed costs nothing.
        say: Takes each line.
        rest: Waits for an event, at most so many seconds; really, when none is given.

    Raises:
        MJError: What made the very first row impossible, and would all others.
        WaitInterrupted: The person interrupted it; what runs goes on.
    """
    limits = Limits(_whole(max_in_flight), _credits(budget))
    if session.worker.is_here:
        raise UsageError(
            "A batch can't be waited for inside a callback.", hint="Start it from a cell."
        )
    batch = Batch(rows, is_demo=session.settings.is_demo)
    say(opening_line(rows, limits))
    running = Running(
        rows,
        start=lambda row: session.start(row.submission),
        limits=limits,
        refunds=refunds,
        clock=session.now,
        rest=rest or _patient(session.worker),
        say=say,
    )
    try:
        batch.why = running.run()
    except KeyboardInterrupt:
        raise _interrupted(batch, say) from None
    batch.broken = running.broken
    if batch.broken is not None and all(row.standing is Standing.PENDING for row in rows):
        raise batch.broken
    say(batch.summary())
    return batch


def _patient(worker: Worker) -> Resting:
    """Return what really waits; in slices, and not for a worker that was stopped."""

    def rest(news: threading.Event, seconds: float | None) -> None:
        left = seconds
        while left is None or left > 0:
            _ = worker.pool  # raises when the session was closed: nothing would ever happen
            if news.wait(_SLICE if left is None else min(_SLICE, left)):
                return
            left = None if left is None else left - _SLICE

    return rest


def _interrupted(batch: Batch, say: Callable[[str], object]) -> WaitInterrupted:
    say(batch.summary())
    error = WaitInterrupted(
        f"Stopped; {len(batch.done)} of {len(batch)} are done, and what runs goes on.",
        hint="Run it again to go on: what is done or running is found again.",
    )
    error.batch = batch
    return error


def _whole(max_in_flight: int) -> int:
    if isinstance(max_in_flight, int) and max_in_flight >= 1:
        return max_in_flight
    raise UsageError(f"{max_in_flight!r} tasks can't run at once.", hint="Give 1 or more.")


def _credits(budget: float | None) -> float | None:
    if budget is None or (isinstance(budget, int | float) and budget >= 0):
        return budget
    raise UsageError(f"{budget!r} is no budget.", hint="Give a number of credits, or None.")
