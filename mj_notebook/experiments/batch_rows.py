"""One row of a batch: what is asked, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mj_notebook.errors import (
    BannedPrompt,
    MJError,
    NotAProxy,
    OutOfCredit,
    OverBudget,
    QueueFull,
    Refused,
    ServerUnreachable,
    SettingsError,
    StoreError,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
    Unavailable,
    Unsettled,
)
from mj_notebook.experiments.schedule import Obstacle, RowState, RowStatus
from mj_notebook.language import translated
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.result_cache import Found
from mj_notebook.session.submission import Submission
from mj_notebook.store.records import Before

# Each row would meet them in the same way.
_SYSTEMIC = (Unauthorized, OutOfCredit, OverBudget, NotAProxy, SettingsError, StoreError)

# What is waited for: nothing was sent on, and the next one would meet it too.
_PASSING = {
    QueueFull: Obstacle.FULL,
    Unavailable: Obstacle.UNAVAILABLE,
    ServerUnreachable: Obstacle.AWAY,
}

_HAD = (RowStatus.RUNNING, RowStatus.DONE)


class BatchRow:
    """
    One row of a batch.

    Attributes:
        number: Its place, counted from 1.
        prompt: What is asked, in words.
        given: The other columns of the row as it was given.
        job: The job that follows it; None until it is started.
        why: Why it failed, or what to do about it; "" as a rule.
        price: The credits it takes when it is asked for.
        cost: The credits it has taken; 0 for what was replayed, refused or refunded.
        is_known: Whether history has it, so that it will cost nothing: no budget keeps it back.
        twin: The earlier row that asks for the same; None as a rule. Once that is drawn, or being
            drawn, this one costs nothing.
        refused: Its requests that were refused, by their numbers in history: a gateway may have
            done so, behind which one was taken.
        lost: The credits of an earlier task of it, which the server forgot; None without one.
    """

    def __init__(
        self,
        number: int,
        submission: Submission,
        *,
        given: Mapping[str, Any] | None = None,
        price: float = 1.0,
    ) -> None:
        self.number, self.submission = number, submission
        # What has no words is called by what it asks for.
        self.prompt: str = submission.words or type(submission.request).__name__
        self.given = dict(given or {})
        self.price, self.cost = price, 0.0
        self.lost: float | None = None
        self.job: Job | None = None
        self.standing = RowStatus.PENDING
        self.why = ""
        self.is_replayed = self.is_known = False
        self.twin: BatchRow | None = None
        self.refused: set[int] = set()

    @property
    def task(self) -> str | None:
        """The task's id; None until the server has accepted it."""
        return self.job.id if self.job else None

    @property
    def seconds(self) -> float | None:
        """How long it was drawn; None for what is not done, or was replayed."""
        task = self.job.task if self.job else None
        return None if task is None or self.is_replayed else task.drawing_seconds

    def place(self) -> RowState:
        """Return the row as the schedule sees it."""
        is_had = self.twin is not None and self.twin.standing in _HAD
        return RowState(self.standing, 0.0 if self.is_known or is_had else self.price, self.cost)

    def __repr__(self) -> str:
        why = f": {self.why}" if self.why else ""
        return f"<Row {self.number} {self.standing}{why} · {self.prompt[:60]}>"


def note_before(rows: Sequence[BatchRow], found: Sequence[Found]) -> None:
    """Let each row know what was *found* of what it asks for."""
    first: dict[str, BatchRow] = {}
    for row, (key, before) in zip(rows, found, strict=True):
        earlier = first.setdefault(key, row)
        row.is_known = before is not None and before.is_free
        row.twin = earlier if before is Before.REPEATED else None


class RowOutcome(NamedTuple):
    """
    What the end of a row means for the batch.

    Attributes:
        obstacle: What kept it from being started, or may keep the next ones; None when nothing did.
        retry_after: The seconds that the server asked to wait.
        fatal_error: What would be wrong for each row, None as a rule.
        is_redrawn: Whether its task is lost, so that it is asked for once more.
    """

    obstacle: Obstacle | None = None
    retry_after: float | None = None
    fatal_error: MJError | None = None
    is_redrawn: bool = False


def attach_job(row: BatchRow, job: Job, since: float) -> None:
    """
    Let *row* follow *job*, which was asked for *since* then, or found.

    One that was found, finished or running, is older, or was not written down by this kernel: it
    costs nothing now, unless it is what the row itself has sent and was told to be refused.
    """
    row.job, row.standing = job, RowStatus.SENDING
    is_found = job.is_replayed or job.intent is None or job.asked_at < since
    row.is_replayed = is_found and job.intent not in row.refused
    row.is_known &= row.is_replayed
    row.cost = (row.lost or 0.0) + (0.0 if row.is_replayed else row.price)


def update_row(row: BatchRow, *, refunds: bool) -> RowOutcome | None:
    """Bring *row* up to date with its job; return news when it is not in flight any more."""
    job = row.job
    assert job is not None
    if not job.is_open:
        return _ended(row, job, job.error, refunds=refunds)
    # Nobody is there to answer in a run without a person, so the row must not keep its place.
    if job.status == Status.MODAL:
        row.standing = RowStatus.ASKS
        row.why = translated(
            "The server asks for the prompt first: answer it with row.job.answer()."
        )
        return RowOutcome()
    if job.id is not None:
        row.standing = RowStatus.RUNNING
    return None


def _ended(row: BatchRow, job: Job, error: MJError | None, *, refunds: bool) -> RowOutcome:
    if error is None:
        row.standing, row.why = RowStatus.DONE, str(job.pictures.missing or "")
        return RowOutcome()
    if job.id is None:
        return record_not_started(row, error)
    row.why = str(error)
    row.is_known &= not isinstance(error, TaskFailed | TaskUnknown)
    if isinstance(error, TaskUnknown) and row.lost is None:
        # The server was restarted without its memory, say: what is missing is drawn, but once, for
        # one that forgets whatever it is given must not be paid all night.
        row.standing, row.job = RowStatus.PENDING, None
        row.lost = row.cost = 0.0 if refunds else row.cost
        return RowOutcome(is_redrawn=True)
    if isinstance(error, TaskFailed | TaskUnknown):
        row.standing = RowStatus.FAILED
        # What came back is this task's; what an earlier one cost stays.
        row.cost = (row.lost or 0.0) if refunds else row.cost
    else:  # the following has ended, by its deadline or with the session; the task has not
        row.standing = RowStatus.LEFT
    return RowOutcome()


def record_not_started(row: BatchRow, error: MJError) -> RowOutcome:
    """Note that *error* came instead of a task, and tell what that means for the others."""
    row.cost, row.why = row.lost or 0.0, str(error)
    if isinstance(error, Unsettled):
        row.standing = RowStatus.UNKNOWN
        if not error.sent:  # it was in an earlier run, and counted there
            return RowOutcome()
        row.cost += row.price
        return RowOutcome(Obstacle.LOST_BEHIND if error.is_behind else Obstacle.LOST)
    if row.job is not None and row.job.intent is not None:
        row.refused.add(row.job.intent)
    if isinstance(error, (*_PASSING, *_SYSTEMIC)):
        row.standing, row.job = RowStatus.PENDING, None
        obstacle = next((what for kind, what in _PASSING.items() if isinstance(error, kind)), None)
        if obstacle is None:
            return RowOutcome(fatal_error=error)
        return RowOutcome(obstacle, getattr(error, "retry_after", None))
    if isinstance(error, BannedPrompt):
        row.standing = RowStatus.BANNED
        return RowOutcome()
    row.standing = RowStatus.REFUSED if isinstance(error, Refused) else RowStatus.FAILED
    return RowOutcome(Obstacle.REFUSING if isinstance(error, Refused) else None)
