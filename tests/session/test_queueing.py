"""Places in the queue: true where the proxy lists it, not told where it doesn't."""

from pathlib import Path

import pytest

from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.eta import position_in_queue
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.support.relay import CannedResponse, ConnectionFate, SeenRequest
from tests.support.rig import TIMEOUT, Rig, until

GONE = CannedResponse(404, b"not found", "text/plain")


def task(id_: str, at: int, status: Status = Status.NOT_START) -> Task:
    """Return a task of a queue."""
    return Task(id=id_, submit_time=at, status=status)


def test_the_place_is_counted_by_when_they_came() -> None:
    """Those that wait and came before count; what runs already waits no more."""
    queue = [task("3", 30), task("1", 10, Status.IN_PROGRESS), task("2", 20), task("4", 30)]
    assert [position_in_queue(queue, id_) for id_ in "1234"] == [0, 0, 1, 2]
    assert position_in_queue(queue, "5") is None


def queued(session: Session, count: int = 5, *, is_watched: bool = True) -> list[Job]:
    """Start more jobs than run at once, and return those that wait behind others."""
    jobs = []
    for number in range(count):
        job = session.start(Imagine(prompt=f"kite {number}"))
        job.wants_previews = is_watched  # before it is sent, so that no look comes first
        jobs.append(job.accepted(TIMEOUT))
    return [job for job in jobs if job.queued]


def questions(rig: Rig) -> int:
    """Count how often the queue was asked for."""
    return sum(asked.path.endswith("/task/queue") for asked in tuple(rig.relay.requests))


def test_the_place_is_kept_true(tmp_path: Path) -> None:
    """As others get their turn, fewer are before a job that somebody watches."""
    with Rig(tmp_path, core_size=1) as rig:
        last = queued(rig.open())[-1]
        assert last.queued == 3
        until(last, lambda job: job.queue_position == 3)
        rig.clock.advance(11)
        until(last, lambda job: job.queue_position == 2)
        assert last.facts().queue_position == 2
        rig.clock.advance(11)
        until(last, lambda job: job.queue_position == 1)
        assert last.queued == 3


def test_nobody_watches_nothing_is_asked(tmp_path: Path) -> None:
    """Without a watcher the queue isn't asked for, and no number is told that may be wrong."""
    with Rig(tmp_path, core_size=1) as rig:
        last = queued(rig.open(), is_watched=False)[-1]
        until(last, lambda job: job.queue_position is None)
        assert questions(rig) == 0


def test_a_proxy_without_the_list_is_asked_once(tmp_path: Path) -> None:
    """Where there is no such list the number goes, and the question is not repeated."""

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        return GONE if asked.path.endswith("/task/queue") else ConnectionFate.PASS

    with Rig(tmp_path, core_size=1) as rig:
        rig.relay.rule = rule
        jobs = queued(rig.open())
        for job in jobs:
            until(job, lambda one: one.queue_position is None)
        rig.clock.advance(100)
        for job in jobs:
            job.wait(TIMEOUT)
        assert questions(rig) == 1


@pytest.mark.parametrize("count", [1])
def test_who_does_not_wait_costs_no_question(rig: Rig, session: Session, count: int) -> None:
    """A job that runs at once never asks for the queue."""
    job = session.start(Imagine(prompt="a kite")).accepted(TIMEOUT)
    job.wants_previews = True
    rig.finish(job)
    assert questions(rig) == count - 1
