"""
Where a task stands at a time: the status machine and the percentages.

They are those of protocol/README.md §3.3, §3.4 and §13.5.
"""

from typing import NamedTuple

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.engine.ledger import Drawn
from mj_notebook.server.engine.schedule import Run

# The steps that logs of real bots show; v7 has others at times, and clients must not mind.
PROGRESS = (0, 15, 31, 46, 62, 78, 93)
# At 0 % there is nothing to see: real tasks have no imageUrl then either.
FIRST_PREVIEW = 15

# Shares of the time a task holds its core, up to SUBMITTED and up to IN_PROGRESS.
_SHARE_QUEUED = 0.04
_SHARE_SUBMITTED = 0.12
# What the bot refuses fails soon after it was submitted.
FAILS_AFTER = 0.15


class Phase(NamedTuple):
    """
    Everything about a task that changes with time.

    Attributes:
        percent: The last percentage shown, or None.
        progress: The same as clients read it: null while it waits, "" after a failure.
        fail_reason: Why the server gave it up, where it was not the bot.
    """

    status: Status
    percent: int | None = None
    progress: str | None = None
    start_time: int | None = None
    finish_time: int | None = None
    fail_reason: str = ""


class Timeout(NamedTuple):
    """After how many milliseconds a server gives a task up, and what it says then."""

    after: int
    words: str


WAITING = Phase(Status.NOT_START)
WINDOW = Phase(Status.MODAL)


def share_until(percent: int) -> float:
    """Return after which share of its time a task goes on from *percent*."""
    shown = sum(step <= percent for step in PROGRESS)
    return _SHARE_SUBMITTED + (1 - _SHARE_SUBMITTED) * shown / len(PROGRESS)


def phase_of(
    run: Run,
    now: int,
    *,
    steps: tuple[int, ...] = PROGRESS,
    fails: bool = False,
    stops_at: int | None = None,
    timeout: Timeout | None = None,
) -> Phase:
    """
    Return where a task with *run* stands at *now*.

    Args:
        run: When it holds a core.
        now: Epoch milliseconds.
        steps: The percentages it shows; without any it is SUBMITTED, then done.
        fails: It ends badly.
        stops_at: The percentage it never gets beyond: it fails there, or hangs.
        timeout: When the server gives it up.
    """
    duration = run.finish - run.start
    submitted = run.start + int(duration * _SHARE_QUEUED)
    # A task that hangs never ends by itself, whatever its run says.
    hangs = stops_at is not None and not fails
    if timeout and (hangs or run.finish - submitted > timeout.after):
        end = submitted + timeout.after
        if now >= end:
            return Phase(Status.FAILURE, None, "", submitted, end, timeout.words)
    if now >= run.finish and not hangs:
        # An empty progress, not null: as in the family (protocol/README.md §3.4).
        if fails:
            return Phase(Status.FAILURE, None, "", submitted, run.finish)
        return Phase(Status.SUCCESS, 100, "100%", submitted, run.finish)
    if now < submitted:
        return WAITING
    begun = run.start + int(duration * _SHARE_SUBMITTED)
    if not steps or (fails and stops_at is None) or now < begun:
        return Phase(Status.SUBMITTED, 0, "0%", submitted)
    # The same time for fewer steps: a task that fails halfway has a shorter run already.
    if stops_at is not None:
        steps = (*(step for step in PROGRESS if step < stops_at), stops_at)
    # Whole numbers, and never a division by the 0 of tests that take no time.
    step = (now - begun) * len(steps) // max(1, run.finish - begun)
    percent = steps[min(step, len(steps) - 1)]
    return Phase(Status.IN_PROGRESS, percent, f"{percent}%", submitted)


def open_phase(run: Run, drawn: Drawn | None, now: int) -> Phase:
    """
    Return where a task with *run* stands that an engine draws: until it says so, it has no end.

    How far it has come is known to the server that asked the engine, and to no ledger.
    """
    if drawn is not None and now >= drawn.at:
        # One that failed before its turn, because its server had ended, never began.
        start = min(run.start, drawn.at)
        if drawn.fail_reason:
            return Phase(Status.FAILURE, None, "", start, drawn.at)
        return Phase(Status.SUCCESS, 100, "100%", start, drawn.at)
    return WAITING if now < run.start else Phase(Status.SUBMITTED, 0, "0%", run.start)


def with_percent(phase: Phase, percent: int) -> Phase:
    """Return *phase* of a task that runs, with how far the engine has come."""
    if phase.status != Status.SUBMITTED:
        return phase
    return phase._replace(status=Status.IN_PROGRESS, percent=percent, progress=f"{percent}%")


def cancelled(phase: Phase, at: int) -> Phase:
    """Return the end of a task that was cancelled in *phase*; its progress is kept."""
    # Not "": a cancelled task shows how far it came (protocol/README.md §13.7).
    return phase._replace(status=Status.CANCEL, finish_time=at)
