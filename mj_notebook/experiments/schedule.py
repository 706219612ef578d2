"""What a batch does next, decided from where its rows stand and the time; pure.

One submit is on its way at a time: so a cut line leaves one row in doubt and not three, and a full
queue is met once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from mj_notebook.language import marked


class RowStatus(StrEnum):
    """Where one row of a batch stands."""

    PENDING = marked("pending")
    """Nothing was sent, or the server said that it has no room."""
    SENDING = marked("being sent")
    RUNNING = marked("running")
    DONE = marked("done")
    FAILED = marked("failed")
    BANNED = marked("banned")
    REFUSED = marked("refused")
    UNKNOWN = marked("unknown")
    """The answer to the submit was lost; it is never sent again by itself."""
    ASKS = marked("asks")
    """The server opened a window; a person must answer it."""
    LEFT = marked("left")
    """Its task goes on, but is not followed any more."""

    @property
    def is_busy(self) -> bool:
        """Whether it holds a place among those in flight."""
        return self in (RowStatus.SENDING, RowStatus.RUNNING)


class RowState(NamedTuple):
    """
    A row as the schedule sees it.

    Attributes:
        price: The credits it takes when it is started.
        cost: The credits it has taken, or may take; 0 for what was replayed or refused.
    """

    status: RowStatus
    price: float
    cost: float


class Obstacle(StrEnum):
    """What keeps a batch from going on."""

    FULL = "full"
    """The server has no room."""
    AWAY = "away"
    """Nobody can be reached; nothing was sent."""
    UNAVAILABLE = "unavailable"
    """The server answers, and has nobody to draw: no account, nothing behind the gateway."""
    LOST = "lost"
    """Requests went out, and no answer came back."""
    LOST_BEHIND = "lost behind"
    """The same behind a gateway, which answers whatever became of the server behind it."""
    REFUSING = "refusing"
    """The server refuses one row after the other."""


class _BackoffPolicy(NamedTuple):
    """How long to pause the first time, and at most; how often it may happen in a row."""

    first: float
    longest: float
    most: int | None


# Of each answer that is lost a task may be drawn and paid, so few are risked; a queue that is full
# costs nothing and empties in its time. After a refusal nothing is waited for: the next row may be
# taken.
_POLICIES = {
    Obstacle.FULL: _BackoffPolicy(5.0, 120.0, None),
    Obstacle.AWAY: _BackoffPolicy(2.0, 300.0, None),
    Obstacle.UNAVAILABLE: _BackoffPolicy(10.0, 300.0, None),
    Obstacle.LOST: _BackoffPolicy(10.0, 300.0, 3),
    Obstacle.LOST_BEHIND: _BackoffPolicy(10.0, 10.0, 1),
    Obstacle.REFUSING: _BackoffPolicy(0.0, 0.0, 5),
}
_LOSSES = (Obstacle.LOST, Obstacle.LOST_BEHIND)
# These pass as a rule.
_OUTAGES = (Obstacle.AWAY, Obstacle.UNAVAILABLE)
# A wrong address looks like a broken network: who was never reached is not waited for all night.
_NEVER_REACHED = 120.0
# A gateway asks every 15 s what became of tasks (protocol/README.md §3.4), and is asked itself: an
# end that it tells later than this is news of the server behind it.
_NEWS_AFTER = 30.0
# A night: a batch started in the evening is still there in the morning.
_MAX_OUTAGE = 8 * 3600.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """
    What keeps the batch from going on, and until when.

    Attributes:
        count: How often in a row.
        since: When it began.
        until: When to try again.
        is_set_by_server: Whether the server itself named that time.
        losses: How many answers were lost since the server took anything, whatever came between:
            while there are any, it is asked something harmless before the next row is risked.
    """

    kind: Obstacle
    count: int
    since: float
    until: float
    is_set_by_server: bool = False
    losses: int = 0

    @property
    def is_worth_reporting(self) -> bool:
        """Whether it is worth saying: each time that the pause is longer than before."""
        policy = _POLICIES[self.kind]
        return self.count == 1 or policy.first * 2 ** (self.count - 2) < policy.longest

    def after_task_ended(self, now: float, *, is_success: bool = True) -> "Backoff":
        """
        Return it with one of our own tasks ended.

        A full queue may have room again; and who draws behind a gateway is there again, which is
        believed once.
        """
        if self.kind is Obstacle.FULL and not self.is_set_by_server:
            return replace(self, until=min(self.until, now))
        is_news = is_success and now - self.since >= _NEWS_AFTER
        if self.kind is Obstacle.LOST_BEHIND and self.losses == 1 and is_news:
            return replace(self, kind=Obstacle.LOST, until=now)
        return self


def next_backoff(
    known: Backoff | None, kind: Obstacle, now: float, retry_after: float | None = None
) -> Backoff:
    """Return the trouble after one more; *retry_after* are the seconds that the server named."""
    is_again = known is not None and known.kind is kind
    count = known.count + 1 if known is not None and is_again else 1
    since = known.since if known is not None and is_again else now
    losses = known.losses if known is not None else 0
    if kind in _LOSSES:
        count = losses = losses + 1
    policy = _POLICIES[kind]
    # Two to the power of a night's tries would be more than a float holds.
    pause = min(policy.first * 2 ** min(count - 1, 30), policy.longest)
    if retry_after is None:
        return Backoff(kind, count, since, now + pause, losses=losses)
    # "Retry-After: 0" would be asking again without a breath.
    until = now + max(retry_after, 1.0)
    return Backoff(kind, count, since, until, is_set_by_server=True, losses=losses)


class EndReason(StrEnum):
    """Why a batch ended."""

    FINISHED = "finished"
    BUDGET = "budget"
    AWAY = "away"
    UNAVAILABLE = "unavailable"
    LOST = "lost"
    LOST_BEHIND = "lost behind"
    REFUSING = "refusing"
    ERROR = "error"
    STOPPED = "stopped"


class Start(NamedTuple):
    """Start the row at this place."""

    at: int


class Wait(NamedTuple):
    """Wait until something happens, or until this time."""

    until: float | None = None


class Stop(NamedTuple):
    """There is nothing more to do."""

    reason: EndReason


Decision = Start | Wait | Stop


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a batch may go."""

    max_in_flight: int = 3
    budget: float | None = None


def decide(
    rows: Sequence[RowState],
    limits: Limits,
    now: float,
    *,
    backoff: Backoff | None = None,
    has_answered: bool = True,
    is_broken: bool = False,
) -> Decision:
    """Say what to do next."""
    busy = [row for row in rows if row.status.is_busy]
    pending = [i for i, row in enumerate(rows) if row.status is RowStatus.PENDING]
    affordable = next((i for i in pending if _fits(rows, i, limits)), None)
    why = EndReason.ERROR if is_broken else _end_reason(backoff, now, has_answered=has_answered)
    if affordable is None and why is None:
        why = EndReason.BUDGET
    if not pending:
        why = EndReason.FINISHED
    if why is not None or affordable is None:
        # What is under way is waited for in any case; it may also fail and be refunded.
        return Wait() if busy else Stop(why or EndReason.FINISHED)
    if len(busy) >= limits.max_in_flight or any(p.status is RowStatus.SENDING for p in busy):
        return Wait()
    if backoff is not None and now < backoff.until:
        return Wait(backoff.until)
    return Start(affordable)


def _fits(rows: Sequence[RowState], index: int, limits: Limits) -> bool:
    if limits.budget is None:
        return True
    # Sums of tenths are a little more or less than they look.
    return sum(row.cost for row in rows) + rows[index].price <= limits.budget + 1e-9


def _end_reason(backoff: Backoff | None, now: float, *, has_answered: bool) -> EndReason | None:
    """Return why the batch should end for *backoff*, None when it should wait."""
    if backoff is None:
        return None
    most = _POLICIES[backoff.kind].most
    longest = _MAX_OUTAGE if has_answered else _NEVER_REACHED
    is_away_long = backoff.kind in _OUTAGES and now - backoff.since >= longest
    is_over = is_away_long or (most is not None and backoff.count >= most)
    return EndReason(backoff.kind.value) if is_over else None
