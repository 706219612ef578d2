"""Where a task stands at a time: the status machine and the percentages (sheet 3.3, 3.4, 13.5)."""

from typing import NamedTuple

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.engine.schedule import Run

PROGRESS = (0, 15, 31, 46, 62, 78, 93)
FIRST_PREVIEW = 15

# Shares of the time a task holds its core: before the bot is called, before it says a word.
_UNTIL_CALLED = 0.04
_UNTIL_HEARD = 0.12
FAILS_AFTER = 0.15


class Phase(NamedTuple):
    """
    Everything about a task that changes with time.

    Attributes:
        percent: The last percentage shown, or None.
        progress: The same in the server's words: null while it waits, "" after a failure.
    """

    status: Status
    percent: int | None = None
    progress: str | None = None
    start_time: int | None = None
    finish_time: int | None = None


WAITING = Phase(Status.NOT_START)
WINDOW = Phase(Status.MODAL)


def share_until(percent: int) -> float:
    """Return after which share of its time a task goes on from *percent*."""
    shown = sum(step <= percent for step in PROGRESS)
    return _UNTIL_HEARD + (1 - _UNTIL_HEARD) * shown / len(PROGRESS)


def phase_of(
    run: Run,
    now: int,
    *,
    is_quick: bool = False,
    fails: bool = False,
    stops_at: int | None = None,
) -> Phase:
    """
    Return where a task with *run* stands at *now*.

    Args:
        run: When it holds a core.
        now: Epoch milliseconds.
        is_quick: It shows no percentages: SUBMITTED, then done.
        fails: It ends badly.
        stops_at: The percentage it never gets beyond: it fails there, or hangs.
    """
    duration = run.finish - run.start
    called = run.start + int(duration * _UNTIL_CALLED)
    hangs = stops_at is not None and not fails
    if now >= run.finish and not hangs:
        if fails:
            return Phase(Status.FAILURE, None, "", called, run.finish)
        return Phase(Status.SUCCESS, 100, "100%", called, run.finish)
    if now < called:
        return WAITING
    heard = run.start + int(duration * _UNTIL_HEARD)
    if is_quick or (fails and stops_at is None) or now < heard:
        return Phase(Status.SUBMITTED, 0, "0%", called)
    steps = PROGRESS if stops_at is None else _steps_to(stops_at)
    step = (now - heard) * len(steps) // max(1, run.finish - heard)
    percent = steps[min(step, len(steps) - 1)]
    return Phase(Status.IN_PROGRESS, percent, f"{percent}%", called)


def _steps_to(percent: int) -> tuple[int, ...]:
    return (*(step for step in PROGRESS if step < percent), percent)


def cancelled(phase: Phase, at: int) -> Phase:
    """Return the end of a task that was cancelled in *phase*; its progress is kept."""
    return phase._replace(status=Status.CANCEL, finish_time=at)
