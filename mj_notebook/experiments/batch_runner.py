"""Running a batch, from its first line to its table: rows are started and jobs watched."""

import threading
from collections.abc import Callable, Sequence

from mj_notebook.errors import MJError, UsageError, WaitInterrupted
from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.batch_progress import (
    accepted_line,
    backoff_line,
    end_line,
    opening_line,
)
from mj_notebook.experiments.batch_rows import (
    BatchRow,
    RowOutcome,
    attach_job,
    record_not_started,
    update_row,
)
from mj_notebook.experiments.schedule import (
    Backoff,
    EndReason,
    Limits,
    Obstacle,
    RowStatus,
    Start,
    Stop,
    Wait,
    decide,
    next_backoff,
)
from mj_notebook.language import translated
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import is_number, is_whole

# Here the server has said no; otherwise nobody has said anything.
_SERVER_ANSWERED = (Obstacle.FULL, Obstacle.UNAVAILABLE, Obstacle.REFUSING)

WaitForChange = Callable[[threading.Event, float | None], object]


class BatchRunner:
    """
    Runs the rows of one batch; blocking, on the caller's thread.

    Args:
        rows: What is wanted.
        session: Draws it.
        limits: How far to go.
        say: Takes one line of progress.
        changed: Called with each row that was started, or ended.
        rest: Waits for the event, at most so many seconds.

    Attributes:
        fatal_error: The error that ended the batch early, when one did.
    """

    def __init__(
        self,
        rows: Sequence[BatchRow],
        session: Session,
        *,
        limits: Limits,
        say: Callable[[str], object] = lambda _: None,
        changed: Callable[[BatchRow], object] = lambda _: None,
        rest: WaitForChange | None = None,
    ) -> None:
        self._rows, self._session, self._limits = rows, session, limits
        self._say, self._row_changed = say, changed
        self._rest = rest or _patient(session.worker)
        # Set by the jobs' listeners on the worker's thread; the cell's thread waits for it.
        self._changed = threading.Event()
        self._backoff: Backoff | None = None
        self._has_answered = self._is_stopped = False
        self._unsubscribers: dict[int, Callable[[], None]] = {}
        self.fatal_error: MJError | None = None

    def run(self) -> EndReason:
        """Go on until there is nothing more to do, and say why."""
        try:
            for row in self._rows:
                if row.standing.is_busy and row.job is not None:  # an earlier run started it
                    self._watch(row, row.job)
            while True:
                # Before the look, not after it: what happens meanwhile sets it again, and the wait
                # ends at once.
                self._changed.clear()
                self._check_jobs()
                if self._is_stopped:
                    return EndReason.STOPPED
                step = decide(
                    [row.place() for row in self._rows],
                    self._limits,
                    self._session.elapsed(),
                    backoff=self._backoff,
                    has_answered=self._has_answered,
                    is_broken=self.fatal_error is not None,
                )
                match step:
                    case Stop(why):
                        return why
                    case Start(at) if self._is_back():
                        self._start_row(self._rows[at])
                    case Start():
                        # The last answer was lost, and the server does not answer: another row
                        # would be lost as well.
                        self._back_off(Obstacle.AWAY)
                    case Wait(until):
                        left = None if until is None else until - self._session.elapsed()
                        self._rest(self._changed, None if left is None else max(0.0, left))
        finally:
            self.detach()

    def wake(self, row: BatchRow) -> bool:
        """Look at the rows once more; tell whether *row*, pending again, is one of them."""
        self._changed.set()
        return not self._is_stopped and row in self._rows

    def stop(self) -> None:
        """Start nothing more; what runs goes on. Any thread may call it."""
        self._is_stopped = True
        self._changed.set()

    def detach(self) -> None:
        """Look once more, and listen to no job any longer; what runs goes on."""
        self._check_jobs()
        for unsubscribe in self._unsubscribers.values():
            unsubscribe()
        self._unsubscribers.clear()

    def _is_back(self) -> bool:
        """Tell whether a row may be risked: after a lost answer the next may be lost as well."""
        return self._backoff is None or not self._backoff.losses or self._session.is_answered()

    def _back_off(self, obstacle: Obstacle, retry_after: float | None = None) -> None:
        now = self._session.elapsed()
        self._backoff = next_backoff(self._backoff, obstacle, now, retry_after)
        if self._backoff.is_worth_reporting and (line := backoff_line(self._backoff, now)):
            self._say(line)

    def _start_row(self, row: BatchRow) -> None:
        # Until the job is here an interrupt leaves open whether it was sent; history knows.
        row.standing, row.why = RowStatus.SENDING, ""
        # Taken before the start: by it a job that was found is told from one that was asked for
        # now.
        now = self._session.now()
        try:
            job = self._session.start(row.submission, waits_for_room=False)
        except MJError as error:
            self._apply_outcome(row, record_not_started(row, error))
            return
        attach_job(row, job, now)
        self._watch(row, job)
        self._row_changed(row)

    def _watch(self, row: BatchRow, job: Job) -> None:
        self._unsubscribers[row.number] = job.subscribe(lambda _: self._changed.set())

    def _check_jobs(self) -> None:
        for row in self._rows:
            if not row.standing.is_busy or row.job is None:
                continue
            before = row.standing
            outcome = update_row(row, refunds=self._session.settings.refunds)
            # The first sign that the server takes tasks again.
            if before is not row.standing is RowStatus.RUNNING:
                self._mark_reachable()
                if not row.is_replayed:
                    self._say(accepted_line(row, len(self._rows)))
            if outcome is not None:
                # Before its outcome is told: a job that is redrawn is another one.
                self._unsubscribe(row)
                self._apply_outcome(row, outcome)

    def _unsubscribe(self, row: BatchRow) -> None:
        unsubscribe = self._unsubscribers.pop(row.number, None)
        if unsubscribe is not None:
            unsubscribe()

    def _apply_outcome(self, row: BatchRow, outcome: RowOutcome) -> None:
        self._row_changed(row)
        if row.standing is not RowStatus.PENDING or outcome.is_redrawn:
            self._say(end_line(row, len(self._rows)))
        if outcome.fatal_error is not None:
            self.fatal_error = outcome.fatal_error
        elif outcome.obstacle is not None:
            self._has_answered |= outcome.obstacle in _SERVER_ANSWERED
            self._back_off(outcome.obstacle, outcome.retry_after)
        elif row.task is None:
            self._mark_reachable()
        elif self._backoff is not None:
            # What was found again says nothing of the server.
            is_success = row.standing is RowStatus.DONE and not row.is_replayed
            now = self._session.elapsed()
            self._backoff = self._backoff.after_task_ended(now, is_success=is_success)

    def _mark_reachable(self) -> None:
        """Note that the server has answered, so what kept the batch from going on is over."""
        self._has_answered, self._backoff = True, None


# An interrupt reaches Python code only between two waits.
_SLICE = 0.2


def run_batch(
    rows: Sequence[BatchRow],
    session: Session,
    *,
    budget: float | None,
    max_in_flight: int,
    say: Callable[[str], object],
    rest: WaitForChange | None = None,
) -> Batch:
    """
    Run *rows* in *session* to their end, and say so line by line.

    Raises:
        MJError: What made the very first row impossible, and would all others.
        WaitInterrupted: The person interrupted it; what runs goes on.
    """
    limits = limits_of(max_in_flight, budget)
    if session.worker.is_current_thread:
        raise UsageError(
            translated("A batch can't be waited for inside a callback."),
            hint=translated("Start it from a cell."),
        )
    batch = Batch(rows, cost_words=session.settings.cost_words)
    say(opening_line(rows, limits))
    running = BatchRunner(rows, session, limits=limits, say=say, rest=rest)
    try:
        batch.end_reason = running.run()
    except KeyboardInterrupt:
        raise _interrupted(batch, say) from None
    batch.fatal_error = running.fatal_error
    # Nothing was started at all: an error says so better than a table of rows that wait.
    if batch.fatal_error is not None and all(row.standing is RowStatus.PENDING for row in rows):
        raise batch.fatal_error
    say(batch.summary())
    return batch


def _patient(worker: Worker) -> WaitForChange:
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
        translated(
            "Stopped; {done} of {total} are done, and what runs goes on.",
            done=len(batch.done),
            total=len(batch),
        ),
        hint=translated("Run it again to go on: what is done or running is found again."),
    )
    error.batch = batch
    return error


def limits_of(max_in_flight: int, budget: float | None) -> Limits:
    """Return how far a run may go."""
    if not is_whole(max_in_flight) or max_in_flight < 1:
        raise UsageError(
            translated("{max_in_flight!r} tasks can't run at once.", max_in_flight=max_in_flight),
            hint=translated("Give 1 or more."),
        )
    if budget is not None and not (is_number(budget) and budget >= 0):
        raise UsageError(
            translated("{budget!r} is no budget.", budget=budget),
            hint=translated("Give a number of credits, or None."),
        )
    return Limits(max_in_flight, budget)
