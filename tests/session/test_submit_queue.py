"""What a server has no room for is sent again by itself, in its order, and not without end."""

import asyncio
import threading
import time
from asyncio import CancelledError
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.errors import MJError, QueueFull, UsageError, WaitInterrupted, WaitTimeout
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from mj_notebook.session.waiting import told_if_not_sent
from mj_notebook.settings.settings import Pacing
from tests.support.relay import CannedResponse, Change, ConnectionFate, SeenRequest
from tests.support.rig import QUICK, TIMEOUT, Rig, until

KITE = Imagine(prompt="a red kite --ar 3:2")


def error_of(job: Job) -> MJError:
    """Return what *job* ends with."""
    with pytest.raises(MJError) as caught:
        job.wait(TIMEOUT)
    return caught.value


def without_room(rig: Rig, pacing: Pacing) -> Session:
    """Return a session whose proxy, with a queue of one, has just taken all that it can."""
    session = rig.open(pacing=pacing)
    for _ in range(2):
        session.start(KITE).accepted(TIMEOUT)
    return session


def test_a_full_queue_is_waited_for(tmp_path: Path) -> None:
    """
    Code 22 is an acceptance whose number is shown, code 23 a refusal that loses nothing.

    What was refused so is sent again by itself, in its order, and says so meanwhile.
    """
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        session = rig.open()
        running, waiting = (session.start(KITE).accepted(TIMEOUT) for _ in range(2))
        assert (running.queued or 0, waiting.queued or 0) == (0, 0)
        later = []
        for words in ("a hut", "a boat"):
            later.append(session.start(Imagine(prompt=words)))
            until(later[-1], lambda job: job.trouble)
        assert "mj: waits to be sent" in repr(later[0])
        assert "sent by itself when there is room" in repr(later[0])
        for job in (running, waiting, *later):
            rig.finish(job)
        assert [task["prompt"] for task in rig.tasks()][:2] == ["a boat", "a hut"]
        assert len(rig.tasks()) == 4


def test_a_queue_that_stays_full_is_not_waited_for_without_end(tmp_path: Path) -> None:
    """After as long as a task is followed it is a refusal, and so it is where a batch asks."""
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        session = without_room(rig, replace(QUICK, deadline=0.2))
        refused = session.start(KITE)
        assert isinstance(error_of(refused), QueueFull)
        assert refused.status == Status.FAILURE
        assert isinstance(error_of(session.start(KITE, waits_for_room=False)), QueueFull)
        rig.clock.advance(30)
        assert rig.finish(session.start(KITE)).status == Status.SUCCESS


def test_what_waits_for_room_ends_with_its_session(tmp_path: Path) -> None:
    """Whoever waits for it is told, and nothing is sent."""
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        session = without_room(rig, replace(QUICK, trouble=60))
        job = until(session.start(KITE), lambda one: one.trouble)
        session.close()
        assert "closed before it was sent" in str(error_of(job))
        assert len(rig.tasks()) == 2


def test_a_wait_for_what_waits_for_room_says_so(tmp_path: Path) -> None:
    """There is no task that goes on: it is not sent yet, and is sent by itself."""
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        session = without_room(rig, replace(QUICK, trouble=60))
        job = until(session.start(KITE), lambda one: one.trouble)
        said = []
        for wait in (job.wait, job.accepted):
            with pytest.raises(WaitTimeout) as caught:
                wait(0.01)
            said.append(str(caught.value))
        with pytest.raises(WaitInterrupted) as stopped, told_if_not_sent(job):
            raise WaitInterrupted("the task goes on", hint="")
        for one in (*said, str(stopped.value)):
            assert "the task goes on" not in one
            assert "waits to be sent" in one
        assert all("sent by itself when there is room. Go on with job.wait()." in s for s in said)


@pytest.mark.parametrize(
    "act",
    [Job.seed, Job.choose, lambda job: job.rate(4), lambda job: job.press("U1").tag("cover")],
    ids=["seed", "choose", "rate", "press"],
)
def test_whoever_needs_its_task_is_told_that_it_waits_for_room(
    tmp_path: Path, act: Callable[[Job], object]
) -> None:
    """A rating, a seed and a choice wait for it, but not in silence; as does a press on it."""
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        session = without_room(rig, replace(QUICK, trouble=0.5))
        job = until(session.start(Imagine(prompt="a hut")), lambda one: one.trouble)
        rig.clock.advance(11)
        job.events.on_accept(lambda _: rig.clock.advance(33))
        with pytest.warns(UserWarning, match="sent by itself when there is room"):
            act(job)


@pytest.mark.usefixtures("new_kernel")
def test_what_waits_for_room_is_not_waited_for_to_be_deleted(tmp_path: Path) -> None:
    """It is refused at once, by whatever name it is called, as is all that has not ended."""
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        session = without_room(rig, replace(QUICK, trouble=60))
        job = until(session.start(KITE), lambda one: one.trouble)
        for delete in (job.delete, partial(mj.delete, job), partial(mj.delete, [job])):
            with pytest.raises(UsageError, match="not finished, and nothing was deleted"):
                delete(yes=True)


def test_what_waits_for_its_parent_says_that_nothing_was_sent(tmp_path: Path) -> None:
    """No task goes on where the press was not sent, and neither was what it waits for."""
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        session = without_room(rig, replace(QUICK, trouble=60))
        job = until(session.start(KITE), lambda one: one.trouble)
        for one in (job.press("U2"), job):
            with pytest.raises(WaitTimeout) as late:
                one.wait(0.01)
            with pytest.warns(UserWarning, match="room"), pytest.raises(CancelledError) as stopped:
                asyncio.run(given_up(one))
            for said in map(str, (late.value, stopped.value)):
                assert "the task goes on" not in said
                assert "sent by itself when there is room. Go on with job.wait()." in said


async def given_up(job: Job) -> None:
    """Await *job*, and be cancelled."""
    waiting = asyncio.ensure_future(awaited(job))
    await asyncio.sleep(0)
    waiting.cancel()
    await waiting


async def awaited(job: Job) -> Job:
    """Await *job* as a cell does."""
    return await job


def test_what_waits_for_room_can_be_cancelled(tmp_path: Path) -> None:
    """It is not sent then, and those behind it go on."""
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        session = without_room(rig, replace(QUICK, trouble=0.5))
        first, second = (session.start(Imagine(prompt=words)) for words in ("a hut", "a boat"))
        for job in (first, second):
            until(job, lambda one: one.trouble)
        assert first.cancel()
        assert "before it was sent" in str(error_of(first))
        rig.clock.advance(11)
        second.accepted(TIMEOUT)
        newest, *others = rig.tasks()
        assert newest["prompt"] == "a boat"
        assert len(others) == 2


def test_two_kernels_that_wait_for_room_pay_once(tmp_path: Path) -> None:
    """Whoever finds it first has the task, and the other one joins it."""
    with Rig(tmp_path, core_size=1, queue_size=1) as rig:
        for _ in range(2):
            rig.open().start(KITE).accepted(TIMEOUT)
        # Each is quiet while the other one begins.
        pacing = replace(QUICK, trouble=1, joining=TIMEOUT)
        jobs = []
        for _ in range(2):
            session = rig.open(replay=True, pacing=pacing)
            job = session.start(Imagine(prompt="a hut"))
            jobs.append(until(job, lambda one: one.trouble))
        rig.clock.advance(11)
        ids = {job.accepted(TIMEOUT).id for job in jobs}
        assert len(ids) == 1
        assert len(rig.tasks()) == 3


@pytest.mark.parametrize(
    "words", [b"", b"Too Many Requests", b'{"error":{"message":"rate limit"}}']
)
@pytest.mark.parametrize("is_listed", [True, False], ids=["with a list", "without one"])
def test_a_limit_of_requests_is_waited_for(
    tmp_path: Path, words: bytes, *, is_listed: bool
) -> None:
    """A bare 429 says that nothing was taken, whatever its words: it is sent again, and once."""
    with Rig(tmp_path) as rig:
        session = rig.open()
        busy = iter([CannedResponse(429, words, "text/plain")] * 2)

        def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
            if asked.path.endswith("/task/list") and not is_listed:
                return CannedResponse(404, b"")
            return next(busy, ConnectionFate.PASS) if asked.is_submit else ConnectionFate.PASS

        rig.relay.rule = rule
        assert session.start(KITE).accepted(TIMEOUT).id
        assert rig.relay.submits == 3
        assert len(rig.tasks()) == 1


def test_what_a_gateway_refused_though_it_was_taken_is_joined(tmp_path: Path) -> None:
    """Where a list shows the task, nothing is sent a second time."""
    with Rig(tmp_path) as rig:
        session = rig.open()
        rig.drawn(session, "an earlier kite")
        before = rig.relay.submits
        taken = iter([True])

        def rule(asked: SeenRequest) -> ConnectionFate | Change:
            if asked.is_submit and next(taken, False):
                return lambda _: CannedResponse(429, b"slow down", "text/plain")
            return ConnectionFate.PASS

        rig.relay.rule = rule
        assert rig.finish(session.start(KITE)).status == Status.SUCCESS
        assert rig.relay.submits - before == 1
        assert len(rig.tasks()) == 2


def test_what_another_kernel_found_for_an_earlier_try_is_joined(tmp_path: Path) -> None:
    """All requests of a job carry one word: the task with it is its own, whichever made it."""
    with Rig(tmp_path) as rig:
        session = rig.open()
        rig.drawn(session, "an earlier kite")
        another, tries = rig.open().store, []
        full = CannedResponse(200, b'{"code":23,"description":"full"}')

        def rule(asked: SeenRequest) -> ConnectionFate | CannedResponse | Change:
            if asked.is_submit:
                (trying,) = another.unsettled(session.server)
                tries.append(trying.intent)
                # The second one is taken, and refused all the same.
                return full if len(tries) == 1 else lambda _: full
            if len(tries) == 2 and len(rig.tasks()) == 2:
                another.mark_accepted(tries[0], rig.tasks()[0]["id"], time.time())
            return ConnectionFate.PASS

        rig.relay.rule = rule
        assert rig.finish(session.start(KITE)).status == Status.SUCCESS
        assert (len(tries), len(rig.tasks())) == (2, 2)


def test_what_waits_is_sent_in_the_order_it_was_asked_for(tmp_path: Path) -> None:
    """
    And what is asked for meanwhile stands behind it: it is not sent before its turn.

    Whoever asks when nobody waits any more is not held up.
    """
    with Rig(tmp_path) as rig:
        full = CannedResponse(200, b'{"code":23,"description":"full"}')
        is_full = True
        rig.relay.rule = lambda asked: (
            full if is_full and asked.path.endswith("/imagine") else ConnectionFate.PASS
        )
        session = rig.open(pacing=replace(QUICK, trouble=0.2))
        jobs = [until(session.start(Imagine(prompt="n0")), lambda job: job.trouble)]
        jobs += [session.start(Imagine(prompt=f"n{number}")) for number in range(1, 9)]
        for job in jobs[1:]:
            until(job, lambda one: one.trouble)
        sent = [one.body for one in rig.relay.requests if one.is_submit]
        assert all(b'"prompt":"n0"' in body for body in sent)
        is_full = False
        for job in jobs:
            job.accepted(TIMEOUT)
        taken = sorted(rig.tasks(), key=lambda task: int(task["id"]))
        assert [task["prompt"] for task in taken] == [f"n{number}" for number in range(9)]
        session.start(KITE).accepted(TIMEOUT)
        assert not session.store.unsettled(session.server)


FULL = CannedResponse(200, b'{"code":23,"description":"full"}')


def test_what_is_wanted_once_more_waits_behind_the_first(tmp_path: Path) -> None:
    """The first is not taken for the other one, which waits for it: that would be for ever."""
    with Rig(tmp_path) as rig:
        is_full = True
        rig.relay.rule = lambda asked: FULL if is_full and asked.is_submit else ConnectionFate.PASS
        session = rig.open(replay=True, pacing=replace(QUICK, trouble=0.1))
        jobs = [session.start(asked) for asked in (KITE, Submission(KITE, fresh=True))]
        for job in jobs:
            until(job, lambda one: one.trouble)
        is_full = False
        first, second = (job.accepted(TIMEOUT).id for job in jobs)
        assert first != second
        assert len(rig.tasks()) == 2


def test_only_what_asks_the_same_accounts_stands_in_one_row(tmp_path: Path) -> None:
    """Where relaxed work finds no room, fast work does: it is sent at once."""
    with Rig(tmp_path) as rig:
        rig.relay.rule = lambda asked: FULL if "relax" in asked.path else ConnectionFate.PASS
        session = rig.open(pacing=replace(QUICK, trouble=60))
        slow = session.start(Submission(KITE, mode=Mode.RELAX))
        until(slow, lambda one: one.trouble)
        assert session.start(Submission(KITE, mode=Mode.FAST)).accepted(TIMEOUT).id
        assert slow.cancel()


@pytest.mark.parametrize("waits_for_room", [True, False])
def test_what_is_cancelled_while_it_is_sent_is_not_sent_again(
    tmp_path: Path, *, waits_for_room: bool
) -> None:
    """Refused for want of room, it waits no more; whoever cancelled does not wait for it either."""
    with Rig(tmp_path) as rig:
        is_sent, is_unwanted = threading.Event(), threading.Event()

        def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
            if not asked.is_submit:
                return ConnectionFate.PASS
            is_sent.set()
            is_unwanted.wait(TIMEOUT)
            return FULL

        rig.relay.rule = rule
        session = rig.open(pacing=replace(QUICK, trouble=0.05))
        job = session.start(KITE, waits_for_room=waits_for_room)
        assert is_sent.wait(TIMEOUT)
        with ThreadPoolExecutor() as pool:
            cancelled = pool.submit(job.cancel)
            while not (job.is_withdrawn or cancelled.done()):
                is_unwanted.wait(0.01)  # nobody is told of a wish
            is_unwanted.set()
            assert cancelled.result(TIMEOUT)
        assert "before it was sent" in str(error_of(job))
        assert rig.relay.submits == 1
