"""What a batch does next, decided from where its rows stand and the time; pure.

One submit is on its way at a time: so a cut line leaves one row in doubt and not three, and a full
queue is met once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple


class Standing(StrEnum):
    """Where one row of a batch stands."""

    PENDING = "pending"
    """Nothing was sent, or the server said that it has no room."""
    SENDING = "being sent"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    BANNED = "banned"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The answer to the submit was lost; it is never sent again by itself."""
    ASKS = "asks"
    """The server opened a window; a person must answer it."""
    LEFT = "left"
    """Its task goes on, but is not followed any more."""

    @property
    def is_busy(self) -> bool:
        """Whether it holds a place among those in flight."""
        return self in (Standing.SENDING, Standing.RUNNING)


class Place(NamedTuple):
    """
    A row as the schedule sees it.

    Attributes:
        price: The credits it takes when it is started.
        cost: The credits it has taken, or may take; 0 for what was replayed or refused.
    """

    standing: Standing
    price: float
    cost: float


class Kind(StrEnum):
    """What keeps a batch from going on."""

    FULL = "full"
    """The server has no room."""
    AWAY = "away"
    """Nobody can be reached; nothing was sent."""
    LOST = "lost"
    """Requests went out, and no answer came back."""
    REFUSING = "refusing"
    """The server refuses one row after the other."""


class _Way(NamedTuple):
    """How long to pause the first time, and at most; how often it may happen in a row."""

    first: float
    longest: float
    most: int | None


_WAYS = {
    Kind.FULL: _Way(5.0, 120.0, None),
    Kind.AWAY: _Way(2.0, 300.0, None),
    Kind.LOST: _Way(10.0, 300.0, 3),
    Kind.REFUSING: _Way(0.0, 0.0, 5),
}
# A wrong address looks like a broken network: who was never reached is not waited for all night.
_NEVER_REACHED = 120.0
_OUTAGE = 8 * 3600.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    What keeps the batch from going on, and until when.

    Attributes:
        count: How often in a row.
        since: When it began.
        until: When to try again.
        is_asked_for: Whether the server itself named that time.
    """

    kind: Kind
    count: int
    since: float
    until: float
    is_asked_for: bool = False

    @property
    def is_news(self) -> bool:
        """Whether it is worth saying: each time that the pause is longer than before."""
        way = _WAYS[self.kind]
        return self.count == 1 or way.first * 2 ** (self.count - 2) < way.longest

    def eased(self, now: float) -> "Trouble":
        """Return it with one of our own tasks ended, so that a full queue may have room again."""
        if self.kind is Kind.FULL and not self.is_asked_for:
            return replace(self, until=min(self.until, now))
        return self


def met(known: Trouble | None, kind: Kind, now: float, asked_for: float | None = None) -> Trouble:
    """Return the trouble after one more; *asked_for* are the seconds that the server named."""
    is_again = known is not None and known.kind is kind
    count = known.count + 1 if known is not None and is_again else 1
    since = known.since if known is not None and is_again else now
    way = _WAYS[kind]
    pause = min(way.first * 2 ** min(count - 1, 30), way.longest)
    if asked_for is None:
        return Trouble(kind, count, since, now + pause)
    return Trouble(kind, count, since, now + max(asked_for, 1.0), is_asked_for=True)


class Why(StrEnum):
    """Why a batch ended."""

    FINISHED = "finished"
    BUDGET = "budget"
    AWAY = "away"
    LOST = "lost"
    REFUSING = "refusing"
    ERROR = "error"


class Start(NamedTuple):
    """Start the row at this place."""

    at: int


class Rest(NamedTuple):
    """Wait until something happens, or until this time."""

    until: float | None = None


class Stop(NamedTuple):
    """There is nothing more to do."""

    why: Why


Step = Start | Rest | Stop


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How far a batch may go.

    Attributes:
        max_in_flight: Tasks at once.
        budget: Credits, None for no limit.
    """

    max_in_flight: int = 3
    budget: float | None = None


def decide(
    places: Sequence[Place],
    limits: Limits,
    now: float,
    *,
    trouble: Trouble | None = None,
    has_reached: bool = True,
    is_broken: bool = False,
) -> Step:
    """
    Say what to do next.

    Args:
        places: Where each row stands.
        limits: How far to go.
        now: The time.
        trouble: What keeps the batch from going on.
        has_reached: Whether the server has answered at all so far.
        is_broken: Whether something is wrong that would be wrong for each row.
    """
    busy = [place for place in places if place.standing.is_busy]
    pending = [i for i, place in enumerate(places) if place.standing is Standing.PENDING]
    affordable = next((i for i in pending if _fits(places, i, limits)), None)
    why = Why.ERROR if is_broken else _given_up(trouble, now, has_reached=has_reached)
    if affordable is None and why is None:
        why = Why.BUDGET
    if not pending:
        why = Why.FINISHED
    if why is not None or affordable is None:
        # What is under way is waited for in any case; it may also fail and be refunded.
        return Rest() if busy else Stop(why or Why.FINISHED)
    if len(busy) >= limits.max_in_flight or any(p.standing is Standing.SENDING for p in busy):
        return Rest()
    if trouble is not None and now < trouble.until:
        return Rest(trouble.until)
    return Start(affordable)


def _fits(places: Sequence[Place], index: int, limits: Limits) -> bool:
    if limits.budget is None:
        return True
    # Sums of tenths are a little more or less than they look.
    return sum(place.cost for place in places) + places[index].price <= limits.budget + 1e-9


def _given_up(trouble: Trouble | None, now: float, *, has_reached: bool) -> Why | None:
    """Return why the batch should end for *trouble*, None when it should wait."""
    if trouble is None:
        return None
    most = _WAYS[trouble.kind].most
    patience = _OUTAGE if has_reached else _NEVER_REACHED
    is_away_long = trouble.kind is Kind.AWAY and now - trouble.since >= patience
    is_over = is_away_long or (most is not None and trouble.count >= most)
    return Why(trouble.kind.value) if is_over else None
