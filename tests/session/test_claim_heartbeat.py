"""A kernel that sends a request says so, and one that stood still for long asks before it sends."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.errors import MJError
from mj_notebook.session.claim_heartbeat import ClaimHeartbeat
from mj_notebook.session.reconcile import Reconciler
from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store
from mj_notebook.store.records import SETTLED_AFTER
from tests.store.making import SERVER, intend
from tests.support.rig import TIMEOUT


class Clock:
    """A clock that tests set; it notes when a beat looked at it."""

    def __init__(self) -> None:
        self.now = 1000.5
        self.has_beaten = threading.Event()

    def __call__(self) -> float:
        """Return the time."""
        if threading.current_thread().name.startswith("mj-heartbeat"):
            self.has_beaten.set()
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at the time of the requests."""
    return Clock()


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Return a worker of this test."""
    made = Worker()
    yield made
    made.stop()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Return an empty history of a machine that began at the clock's zero."""
    with Store(tmp_path, elapsed=clock, boot="here") as made:
        yield made


def beaten(store: Store, intent: int, at: float) -> bool:
    """Wait until a beat of *intent* is written at that time."""
    deadline = time.monotonic() + TIMEOUT
    while store.last_beat(intent, at).said_at != at:
        assert time.monotonic() < deadline
    return True


def test_it_beats_until_the_answer_is_known(store: Store, worker: Worker, clock: Clock) -> None:
    """However long a server takes, nobody takes this kernel for a dead one; then it is silent."""
    heartbeat = ClaimHeartbeat(store, worker, clock, interval=0.01)
    intent = intend(store)
    clock.now = 1100.5
    assert store.last_beat(intent, 1100.5).seconds == 100.0
    heartbeat.begin(intent)
    assert beaten(store, intent, 1100.5)
    heartbeat.end(intent)
    heartbeat.close()
    clock.now = 1300.5
    assert store.last_beat(intent, 1300.5).seconds == 200.0


def test_a_request_that_is_answered_soon_costs_no_beat(
    store: Store, worker: Worker, clock: Clock
) -> None:
    """As nearly all are: only what lasts is written again."""
    heartbeat = ClaimHeartbeat(store, worker, clock, interval=0.01)
    heartbeat.begin(intend(store))
    heartbeat.end(1000500)
    heartbeat.require(1000500)
    other = intend(store, tag="mj-2")
    heartbeat.begin(other)  # one that lasts, so that the next tick surely came
    assert clock.has_beaten.wait(TIMEOUT)
    assert beaten(store, other, clock.now)
    (rows,) = store.database.read("SELECT beat_at FROM requests WHERE id = 1000500")
    assert rows == (None,)
    heartbeat.close()


def test_what_was_taken_for_lost_is_not_sent_any_more(
    store: Store, worker: Worker, clock: Clock
) -> None:
    """A machine that slept between the writing and the sending asks first whose it is now."""
    heartbeat = ClaimHeartbeat(store, worker, clock)
    mine, lost = intend(store), intend(store, tag="mj-2")
    heartbeat.begin(mine)
    heartbeat.begin(lost)
    clock.now += 3600
    store.mark_unknown(lost, "its kernel is gone", clock.now)
    heartbeat.require(mine)
    with pytest.raises(MJError, match="another kernel took it for lost"):
        heartbeat.require(lost)
    heartbeat.close()


def reconciler(store: Store, now: float, elapsed: Clock) -> Reconciler:
    """Return what looks at requests, with a clock on the wall that shows *now*."""
    nobody: Any = None  # no server is asked
    return Reconciler(nobody, store, SERVER, lambda: now, elapsed=elapsed)


@pytest.mark.parametrize("shift", [-7200.0, -120.0, 0.0, 120.0, 7200.0])
def test_on_one_machine_the_clock_on_the_wall_counts_for_nothing(
    store: Store, clock: Clock, shift: float
) -> None:
    """However it was set meanwhile, an age is the machine's uptime, and is known at once."""
    intend(store)
    (request,) = store.unsettled(SERVER)
    asks = reconciler(store, clock.now + shift, clock)
    assert asks.is_young(request)
    clock.now += SETTLED_AFTER - 1
    assert asks.is_young(request)
    clock.now += 1
    assert not asks.is_young(request)


@pytest.mark.parametrize("shift", [-3000.0, -120.0, 0.0, 120.0, 3000.0])
def test_of_another_machine_a_silence_is_believed_once_it_was_heard(
    store: Store, tmp_path: Path, clock: Clock, shift: float
) -> None:
    """Two clocks may differ: what counts is for how long the beat stayed the same, seen here."""
    intent = intend(store)
    with Store(tmp_path, elapsed=clock, boot="elsewhere") as other:
        (request,) = other.unsettled(SERVER)
        asks = reconciler(other, clock.now + shift, clock)
        assert asks.is_young(request)
        clock.now += SETTLED_AFTER - 1
        assert store.beat(intent, clock.now)
        assert asks.is_young(request)
        clock.now += SETTLED_AFTER - 1
        assert asks.is_young(request)
        clock.now += 1
        assert not asks.is_young(request)


def test_what_is_older_than_clocks_differ_is_known_at_once(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    """The next morning nobody waits for a machine that was turned off."""
    intend(store)
    with Store(tmp_path, elapsed=clock, boot="after a start") as other:
        (request,) = other.unsettled(SERVER)
        assert not reconciler(other, clock.now + 3601, clock).is_young(request)
