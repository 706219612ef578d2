"""Running a batch, from its first line to its table: rows are started and jobs watched."""

import threading
from collections.abc import Callable, Sequence

from mj_notebook.errors import MJError, UsageError, WaitInterrupted
from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.batch_progress import (
    accepted_line,
    end_line,
    opening_line,
    trouble_line,
)
from mj_notebook.experiments.batch_rows import BatchRow, News, begin, not_started, settle
from mj_notebook.experiments.schedule import (
    Kind,
    Limits,
    Rest,
    Standing,
    Start,
    Stop,
    Trouble,
    Why,
    decide,
    met,
)
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.worker import Worker

# Here the server has said no; otherwise nobody has said anything.
_ANSWERS = (Kind.FULL, Kind.REFUSING)

Starting = Callable[[BatchRow], Job]
Resting = Callable[[threading.Event, float | None], object]


class Running:
    """
    Runs the rows of one batch; blocking, on the caller's thread.

    Args:
        rows: What is wanted.
        start: Starts a row and returns its job, without waiting for an answer.
        limits: How far to go.
        refunds: Whether a task that failed costs nothing.
        clock: The time, epoch seconds.
        rest: Waits for the event, at most so many seconds.
        say: Takes one line of progress.

    Attributes:
        broken: The error that ended the batch early, when one did.
    """

    def __init__(
        self,
        rows: Sequence[BatchRow],
        *,
        start: Starting,
        limits: Limits,
        refunds: bool,
        clock: Callable[[], float],
        rest: Resting,
        say: Callable[[str], object],
    ) -> None:
        self._rows, self._start, self._limits = rows, start, limits
        self._refunds, self._clock, self._rest, self._say = refunds, clock, rest, say
        self._news = threading.Event()
        self._trouble: Trouble | None = None
        self._has_reached = False
        self._listening: dict[int, Callable[[], None]] = {}
        self.broken: MJError | None = None

    def run(self) -> Why:
        """Go on until there is nothing more to do, and say why."""
        try:
            while True:
                self._news.clear()
                self._look()
                step = decide(
                    [row.place() for row in self._rows],
                    self._limits,
                    self._clock(),
                    trouble=self._trouble,
                    has_reached=self._has_reached,
                    is_broken=self.broken is not None,
                )
                match step:
                    case Stop(why):
                        return why
                    case Start(at):
                        self._begin(self._rows[at])
                    case Rest(until):
                        pause = None if until is None else max(0.0, until - self._clock())
                        self._rest(self._news, pause)
        finally:
            self.leave()

    def leave(self) -> None:
        """Look once more, and listen to no job any longer; what runs goes on."""
        self._look()
        for forget in self._listening.values():
            forget()
        self._listening.clear()

    def _begin(self, row: BatchRow) -> None:
        # Until the job is here an interrupt leaves open whether it was sent; history knows.
        row.standing, row.why = Standing.SENDING, ""
        now = self._clock()
        try:
            job = self._start(row)
        except MJError as error:
            self._take(row, not_started(row, error))
            return
        begin(row, job, now)
        self._listening[row.number] = job.subscribe(self._heard)

    def _heard(self, _: Job) -> None:
        self._news.set()

    def _look(self) -> None:
        for row in self._rows:
            if not row.standing.is_busy or row.job is None:
                continue
            before = row.standing
            news = settle(row, refunds=self._refunds)
            if before is not row.standing is Standing.RUNNING:
                self._reached()
                if not row.is_replayed:
                    self._say(accepted_line(row, len(self._rows)))
            if news is not None:
                self._forget(row)
                self._take(row, news)

    def _forget(self, row: BatchRow) -> None:
        forget = self._listening.pop(row.number, None)
        if forget is not None:
            forget()

    def _take(self, row: BatchRow, news: News) -> None:
        now = self._clock()
        if row.standing is not Standing.PENDING:
            self._say(end_line(row, len(self._rows)))
        if news.broken is not None:
            self.broken = news.broken
        elif news.trouble is not None:
            self._has_reached |= news.trouble in _ANSWERS
            self._trouble = met(self._trouble, news.trouble, now, news.asked_for)
            if self._trouble.is_news and (line := trouble_line(self._trouble, now)):
                self._say(line)
        elif row.task is None:
            self._reached()
        elif self._trouble is not None:
            self._trouble = self._trouble.eased(now)

    def _reached(self) -> None:
        """Note that the server has answered, so what kept the batch from going on is over."""
        self._has_reached, self._trouble = True, None


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
