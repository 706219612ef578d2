"""Places in the queue: true where the proxy lists it, not told where it doesn't."""

from pathlib import Path

import pytest

from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.eta import place_in
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.support.house import PATIENCE, House, until
from tests.support.relay import Asked, Line, Say

GONE = Say(404, b"not found", "text/plain")


def task(id_: str, at: int, status: Status = Status.NOT_START) -> Task:
    """Return a task of a queue."""
    return Task(id=id_, submit_time=at, status=status)


def test_the_place_is_counted_by_when_they_came() -> None:
    """Those that wait and came before count; what runs already waits no more."""
    queue = [task("3", 30), task("1", 10, Status.IN_PROGRESS), task("2", 20), task("4", 30)]
    assert [place_in(queue, id_) for id_ in "1234"] == [0, 0, 1, 2]
    assert place_in(queue, "5") is None


def queued(house: House, session: Session, count: int = 5) -> list[Job]:
    """Start more jobs than run at once, and return those that wait behind others."""
    del house
    jobs = [
        session.start(Imagine(prompt=f"kite {number}")).accepted(PATIENCE)
        for number in range(count)
    ]
    return [job for job in jobs if job.queued]


def questions(house: House) -> int:
    """Count how often the queue was asked for."""
    return sum(asked.path.endswith("/task/queue") for asked in tuple(house.relay.asked))


def test_the_place_is_kept_true(tmp_path: Path) -> None:
    """As others get their turn, fewer are before a job that somebody watches."""
    with House(tmp_path, core_size=1) as house:
        last = queued(house, house.open())[-1]
        assert (last.queued, last.before) == (3, 3)
        last.wants_previews = True
        house.clock.advance(11)
        until(last, lambda job: job.before == 2)
        assert last.facts().before == 2
        house.clock.advance(11)
        until(last, lambda job: job.before == 1)
        assert last.queued == 3


def test_nobody_watches_nothing_is_asked(tmp_path: Path) -> None:
    """Without a watcher the queue isn't asked for, and no number is told that may be wrong."""
    with House(tmp_path, core_size=1) as house:
        last = queued(house, house.open())[-1]
        until(last, lambda job: job.before is None)
        assert questions(house) == 0


def test_a_proxy_without_the_list_is_asked_once(tmp_path: Path) -> None:
    """Where there is no such list the number goes, and the question is not repeated."""

    def rule(asked: Asked) -> Say | Line:
        return GONE if asked.path.endswith("/task/queue") else Line.PASS

    with House(tmp_path, core_size=1) as house:
        house.relay.rule = rule
        jobs = queued(house, house.open())
        for job in jobs:
            job.wants_previews = True
        for job in jobs:
            until(job, lambda one: one.before is None)
        house.clock.advance(100)
        for job in jobs:
            job.wait(PATIENCE)
        assert questions(house) == 1


@pytest.mark.parametrize("count", [1])
def test_who_does_not_wait_costs_no_question(house: House, session: Session, count: int) -> None:
    """A job that runs at once never asks for the queue."""
    job = session.start(Imagine(prompt="a kite")).accepted(PATIENCE)
    job.wants_previews = True
    house.finish(job)
    assert questions(house) == count - 1
