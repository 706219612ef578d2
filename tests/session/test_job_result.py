"""Waiting for what a job brings, from cells, tasks and threads."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from mj_notebook.errors import MJError, TaskFailed, WaitTimeout
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.support.relay import ConnectionFate, SeenRequest
from tests.support.rig import TIMEOUT, Rig


def test_waiting_gives_the_job_with_its_picture(rig: Rig, job: Job) -> None:
    """`wait` returns the job itself, when the picture is there and not before."""
    rig.clock.advance(11)
    assert job.wait() is job
    assert job.pictures.kept is not None
    assert not job.is_open
    assert job.wait() is job


def test_a_wait_that_takes_too_long_leaves_the_task_alone(rig: Rig, job: Job) -> None:
    """A timeout says how to go on, is a `TimeoutError`, and the job ends well later."""
    with pytest.raises(TimeoutError) as caught:
        job.wait(0.05)
    assert isinstance(caught.value, WaitTimeout)
    assert f'mj.job("{job.id}").wait()' in caught.value.hint
    assert job.is_open
    assert rig.finish(job).status == Status.SUCCESS


def test_a_wait_from_the_start_names_what_came_meanwhile(rig: Rig, session: Session) -> None:
    """The id is learned while it is waited for: how to go on is asked when the time is over."""
    may_answer = threading.Event()

    def late(asked: SeenRequest) -> ConnectionFate:
        assert not asked.is_submit or may_answer.wait(TIMEOUT)
        return ConnectionFate.PASS

    rig.relay.rule = late
    job = session.start(Imagine(prompt="a red kite"))
    with ThreadPoolExecutor(1) as person:
        waiting = person.submit(job.wait, 2)
        assert job.id is None
        with pytest.raises(WaitTimeout):
            job.wait(0.05)
        may_answer.set()
        job.accepted(TIMEOUT)
        with pytest.raises(WaitTimeout) as caught:
            waiting.result(TIMEOUT)
    assert f'mj.job("{job.id}").wait()' in caught.value.hint


def test_an_odd_time_to_wait_is_a_sentence_or_a_long_time(rig: Rig, job: Job) -> None:
    """No text is a time, and a number beyond all bounds is one without end."""
    with pytest.raises(MJError):
        job.accepted("x")  # type: ignore[arg-type]
    rig.clock.advance(11)
    assert job.wait(1e300) is job


def test_a_job_can_be_awaited(rig: Rig, job: Job) -> None:
    """`await job` gives the job on any loop, several times and from several tasks."""

    async def both() -> tuple[Job, Job]:
        asyncio.get_running_loop().call_soon(rig.clock.advance, 11)
        return await asyncio.gather(wait_for(job), wait_for(job))

    assert set(asyncio.run(both())) == {job}
    assert asyncio.run(wait_for(job)) is job


async def wait_for(job: Job) -> Job:
    """Await *job* as a cell does."""
    return await job


def test_a_cancelled_await_leaves_the_task_alone(rig: Rig, job: Job) -> None:
    """Cancelling what awaits says how to go on; the task is drawn all the same."""

    async def give_up() -> None:
        waiting = asyncio.ensure_future(wait_for(job))
        await asyncio.sleep(0)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError, match=r"wait\(\)"):
        asyncio.run(give_up())
    assert rig.finish(job).status == Status.SUCCESS


def test_a_failed_task_raises_for_whoever_waits(rig: Rig, session: Session) -> None:
    """A task that fails raises from `wait`, `await`, `image` and the tiles, in the same words."""
    job = session.start(Imagine(prompt="a kite --chaos 999")).accepted(TIMEOUT)
    rig.clock.advance(11)
    said = set()
    looks: list[Callable[[], object]] = [
        lambda: job.wait(TIMEOUT),
        lambda: asyncio.run(wait_for(job)),
        lambda: job.image,
        lambda: job[1],
    ]
    for look in looks:
        with pytest.raises(TaskFailed) as caught:
            look()
        said.add(str(caught.value))
    assert len(said) == 1
    assert "[Invalid parameter]" in said.pop()


def test_cancelling_ends_the_task_at_the_server(rig: Rig, job: Job) -> None:
    """`cancel` asks the server, and the job ends as cancelled, not as failed."""
    job.cancel()
    with pytest.raises(TaskFailed, match="cancelled"):
        job.wait(TIMEOUT)
    assert job.status == Status.CANCEL
    assert rig.tasks()[0]["status"] == "CANCEL"
    assert "cancelled" in repr(job)


def test_cancelling_what_has_ended_is_nothing(rig: Rig, grid: Job) -> None:
    """A finished job is not cancelled any more, and nobody is asked."""
    asked = len(rig.relay.requests)
    grid.cancel()
    assert len(rig.relay.requests) == asked


def test_cancelling_too_late_is_nothing(session: Session, grid: Job) -> None:
    """A server that refuses since the task has just ended is right, and the job tells its end."""
    session.actions.cancel(grid)  # as if its end were not known here yet
    assert not grid.is_cancelling
    assert grid.wait(TIMEOUT).status == Status.SUCCESS


def test_many_people_may_wait_for_one_job(rig: Rig, job: Job) -> None:
    """Waiting threads all get the job, and one's impatience is not the others'."""
    with ThreadPoolExecutor(5) as people:
        waits = [people.submit(job.wait, TIMEOUT) for _ in range(4)]
        impatient = people.submit(job.wait, 0.05)
        assert isinstance(impatient.exception(TIMEOUT), WaitTimeout)
        rig.clock.advance(11)
        assert {wait.result(TIMEOUT) for wait in waits} == {job}
