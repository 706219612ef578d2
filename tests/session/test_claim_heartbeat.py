"""A kernel that sends a request says so, and one that stood still for long asks before it sends."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.errors import MJError
from mj_notebook.session.claim_heartbeat import ClaimHeartbeat
from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store
from tests.store.making import intend
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
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty history."""
    with Store(tmp_path) as made:
        yield made


def beaten(store: Store, intent: int, at: float) -> bool:
    """Wait until a beat of *intent* is written at that time."""
    deadline = time.monotonic() + TIMEOUT
    while store.seconds_since_beat(intent, at) != 0.0:
        assert time.monotonic() < deadline
    return True


def test_it_beats_until_the_answer_is_known(store: Store, worker: Worker, clock: Clock) -> None:
    """However long a server takes, nobody takes this kernel for a dead one; then it is silent."""
    heartbeat = ClaimHeartbeat(store, worker, clock, interval=0.01)
    intent = intend(store)
    assert store.seconds_since_beat(intent, 1100.5) == 100.0
    clock.now = 1100.5
    heartbeat.begin(intent)
    assert beaten(store, intent, 1100.5)
    heartbeat.end(intent)
    heartbeat.close()
    clock.now = 1300.5
    assert store.seconds_since_beat(intent, 1300.5) == 200.0


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
