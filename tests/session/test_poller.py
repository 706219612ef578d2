"""The one follower: one question for all open jobs, until each of them is final."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, TaskFailed, TaskUnknown, Unsettled, WaitTimeout
from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.board import Board
from mj_notebook.session.history import History
from mj_notebook.session.job import Job
from mj_notebook.session.poller import PollEntry, Poller
from mj_notebook.session.reconcile import FOREIGN, MISNAMED
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Pacing
from mj_notebook.store.history import Store
from tests.server.clock import Clock
from tests.support.relay import (
    CannedResponse,
    Change,
    ConnectionFate,
    Rule,
    SeenRequest,
    submit_reply,
)
from tests.support.rig import QUICK, TIMEOUT, Rig, until

GONE = CannedResponse(404, b"not found", "text/plain")


class Script:
    """A server of one task, which stands as the test says; it counts the lists it was asked for."""

    def __init__(self, **task: Any) -> None:
        self.task: dict[str, Any] | None = {"id": "17", "submitTime": 1, **task}
        self._asked = threading.Semaphore(0)

    def __call__(self, asked: SeenRequest) -> CannedResponse | ConnectionFate:
        """Answer as the rule of a relay."""
        if asked.is_submit:
            return submit_reply(1, "ok", "17")
        if asked.is_list:
            self._asked.release()
            return CannedResponse(200, json.dumps([self.task] if self.task else []).encode())
        found = json.dumps(self.task).encode() if self.task else b'{"code":3,"description":"x"}'
        return CannedResponse(200 if self.task else 404, found)

    def wait_for_lists(self, count: int) -> None:
        """Wait until so many more lists were asked for."""
        for _ in range(count):
            assert self._asked.acquire(timeout=TIMEOUT)


def start(session: Session, prompt: str = "a red kite") -> Job:
    """Start a job and wait until it is followed."""
    return session.start(Imagine(prompt=prompt)).accepted(TIMEOUT)


def known(rig: Rig, session: Session, prompt: str = "a red kite") -> Job:
    """Start a job and wait until the server has told of its task."""
    job = start(session, prompt)
    rig.clock.advance(3)
    return until(job, lambda changed: changed.task and changed.task.submit_time)


def with_clock(rig: Rig, clock: Clock) -> Session:
    """Open a session whose time is given."""
    return Session(
        rig.settings,
        client=Client(rig.relay.base_url, secret=rig.settings.secret),
        store=Store(rig.folder / "history"),
        worker=Worker(),
        clock=clock,
        elapsed=clock,
    )


# -- one question for all --------------------------------------------------------------------------


def test_all_open_jobs_are_asked_for_in_one_list(rig: Rig, session: Session) -> None:
    """However many jobs are open, a tick is one list-by-condition with all of them, no fetch."""
    jobs = [start(session, f"kite {number}") for number in range(7)]
    ids = {job.id for job in jobs}
    complete = threading.Semaphore(0)

    def watch(asked: SeenRequest) -> ConnectionFate:
        if asked.is_list and set(asked.ids) == ids:
            complete.release()
        return ConnectionFate.PASS

    rig.relay.rule = watch
    for _ in range(3):
        assert complete.acquire(timeout=TIMEOUT)
    rig.clock.advance(40)
    for job in jobs:
        job.wait(TIMEOUT)
    asked = rig.relay.requests
    assert not [one for one in asked if one.is_fetch]
    assert len([one for one in asked if one.is_list]) == session.poller.requests


def test_nobody_is_asked_when_nothing_is_open(rig: Rig, session: Session) -> None:
    """The poller ends with the last open job, and begins again with the next one."""
    rig.drawn(session)
    lists = rig.relay.count(lambda asked: asked.is_list)
    rig.drawn(session, "another kite")
    asked = [one.ids for one in rig.relay.requests if one.is_list]
    assert all(len(ids) == 1 for ids in asked)
    assert asked[lists - 1] != asked[lists]


def test_a_server_without_lists_is_asked_for_each_task(rig: Rig, session: Session) -> None:
    """A 404 for the list is learnt once; from then on each open task is fetched."""
    rig.relay.rule = lambda asked: GONE if asked.is_list else ConnectionFate.PASS
    jobs = [start(session, f"kite {number}") for number in range(3)]
    rig.clock.advance(40)
    assert [job.wait(TIMEOUT).status for job in jobs] == [Status.SUCCESS] * 3
    assert rig.relay.count(lambda asked: asked.is_list) == 1
    assert {one.path for one in rig.relay.requests if one.is_fetch} == {
        f"/mj/task/{job.id}/fetch" for job in jobs
    }


def test_a_new_job_does_not_wait_for_the_pause_of_an_old_one(rig: Rig) -> None:
    """A long pause is cut short by a job that wants the quick pace."""
    session = rig.open(pacing=replace(QUICK, first=(0.0, 0.0), then=3600.0, slowest=3600.0))
    old, new = start(session, "old"), start(session, "new")
    rig.clock.advance(40)
    new.wait(TIMEOUT)
    assert old.wait(TIMEOUT).status == Status.SUCCESS


# -- when it ends ----------------------------------------------------------------------------------


def test_a_hundred_percent_is_not_the_end(rig: Rig, session: Session) -> None:
    """Progress says nothing about the end; only a final status does."""
    rig.relay.rule = script = Script(status="IN_PROGRESS", progress="100%")
    job = start(session)
    script.wait_for_lists(5)
    assert job.is_open
    assert job.task is not None
    assert job.task.percent == 100
    script.task = {"id": "17", "submitTime": 1, "status": "SUCCESS"}
    assert job.wait(TIMEOUT, pictures=False).status == Status.SUCCESS


@pytest.mark.parametrize(
    ("final", "said"),
    [
        ({"status": "FAILURE", "failReason": "Banned <b>words</b>"}, "Banned <b>words</b>"),
        ({"status": "FAILURE"}, "The proxy failed the task."),
        ({"status": "CANCEL", "progress": "31%"}, "cancelled"),
        ({"status": "FAILED", "failReason": None}, "The proxy failed the task."),
    ],
    ids=["with a reason", "without a reason", "cancelled", "a gateway's word"],
)
def test_a_bad_end_is_told_in_the_servers_words(
    rig: Rig, session: Session, final: dict[str, Any], said: str
) -> None:
    """A task that ends badly ends its job with an error that carries the last snapshot."""
    rig.relay.rule = Script(**final)
    job = start(session)
    with pytest.raises(MJError) as caught:
        job.wait(TIMEOUT)
    assert said in str(caught.value)
    assert getattr(caught.value, "task", None) is job.task


def test_a_state_nobody_knows_is_work_under_way(rig: Rig, session: Session) -> None:
    """A status of some gateway's own neither ends the job nor breaks it; it is shown."""
    rig.relay.rule = script = Script(status="WARMING_UP")
    job = until(start(session), lambda changed: changed.status == "WARMING_UP")
    assert "the server says “WARMING_UP”" in repr(job)
    script.task = {"id": "17", "submitTime": 1, "status": "SUCCESS"}
    job.wait(TIMEOUT, pictures=False)


def test_a_late_snapshot_does_not_reopen_a_job(session: Session, rig: Rig) -> None:
    """An answer that was overtaken by the final one changes nothing any more."""
    job = rig.drawn(session)
    done = threading.Event()
    session.worker.post(job.update, Task(id=str(job.id), status=Status.IN_PROGRESS, progress="46%"))
    session.worker.post(done.set)
    assert done.wait(TIMEOUT)
    assert (job.status, job.is_open) == (Status.SUCCESS, False)
    stored = session.store.task(str(job.id))
    assert stored is not None
    assert stored.task.status == Status.SUCCESS


# -- what may go wrong on the way ------------------------------------------------------------------


def test_a_server_that_goes_away_and_comes_back_loses_nothing(rig: Rig) -> None:
    """While nobody answers the job says so and goes on; the restarted server knows the task."""
    session = rig.open(base_url=rig.runner.base_url)
    job = start(session)
    rig.runner.stop()
    until(job, lambda changed: "Asking again in" in changed.trouble)
    assert job.is_open
    rig.start_server()
    rig.clock.advance(11)
    assert job.wait(TIMEOUT).image.size == (64, 64)
    assert job.trouble == ""


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(CannedResponse(500, b"oops", "text/plain"), id="500"),
        pytest.param(CannedResponse(200, b"<html>login</html>", "text/html"), id="html"),
        pytest.param(CannedResponse(200, b'[{"id":', "application/json"), id="half an answer"),
        pytest.param(CannedResponse(401, b'{"code":4,"description":"unauthorized"}'), id="401"),
        pytest.param(ConnectionFate.CUT, id="line cut"),
    ],
)
def test_a_wrong_answer_is_told_and_survived(
    rig: Rig, session: Session, way: CannedResponse | ConnectionFate
) -> None:
    """Whatever comes instead of a task, the following goes on, and the remark goes away again."""
    job = start(session)
    rig.relay.rule = lambda asked: way if asked.is_list or asked.is_fetch else ConnectionFate.PASS
    until(job, lambda changed: "Asking again in" in changed.trouble)
    assert job.is_open
    rig.relay.rule = lambda _: ConnectionFate.PASS
    rig.clock.advance(11)
    assert job.wait(TIMEOUT).trouble == ""


def test_a_missing_task_is_asked_for_alone_before_it_is_believed_lost(
    rig: Rig, session: Session
) -> None:
    """A list that leaves a task out proves nothing; a server that knows it alone is believed."""
    job = start(session)

    def leave_out(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        return CannedResponse(200, b"[]") if asked.is_list else ConnectionFate.PASS

    rig.relay.rule = leave_out
    rig.clock.advance(11)
    assert job.wait(TIMEOUT).status == Status.SUCCESS
    alone = rig.relay.count(lambda asked: asked.is_fetch)
    assert 1 <= alone <= rig.relay.count(lambda asked: asked.is_list) / 3


def test_a_task_that_nobody_knows_is_reported_lost(rig: Rig, session: Session) -> None:
    """A task that is unknown alone too ends its job, with the id and what to do."""
    rig.relay.rule = script = Script(status="SUBMITTED")
    job = start(session)
    script.wait_for_lists(1)
    script.task = None
    with pytest.raises(TaskUnknown, match="17"):
        job.wait(TIMEOUT)
    assert rig.relay.count(lambda asked: asked.is_fetch) == 1
    assert rig.relay.submits == 1


def test_a_session_that_closes_in_the_middle_of_a_look_follows_nothing_any_more(
    rig: Rig, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """What the look for a task finds out, or does not, is no news for a job that was left."""
    script, looks, goes_on, ended = Script(), *(threading.Event() for _ in range(3))
    script.task = None

    def hold(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if asked.path.endswith("/task/list"):
            looks.set()
            goes_on.wait(TIMEOUT)
        return script(asked)

    rig.relay.rule = hold
    job = start(session)
    assert looks.wait(TIMEOUT)
    polling = session.poller._task
    assert polling is not None
    session.worker.post(polling.add_done_callback, lambda _: ended.set())
    session.close()
    goes_on.set()
    assert ended.wait(TIMEOUT)
    assert not caplog.records
    with pytest.raises(MJError, match="was closed"):
        job.wait(TIMEOUT)


def test_one_lost_task_does_not_end_the_others(rig: Rig, session: Session) -> None:
    """What a list leaves out concerns the missing one only."""
    lost, other = known(rig, session, "lost"), start(session, "other")

    def forget_one(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if asked.path.endswith("/list") or (asked.is_list and lost.id in asked.ids):
            others = [task for task in rig.tasks() if task["id"] != lost.id]
            return CannedResponse(200, json.dumps(others).encode())
        if asked.is_fetch:
            return CannedResponse(404, b'{"code":3,"description":"gone"}')
        return ConnectionFate.PASS

    rig.relay.rule = forget_one
    with pytest.raises(TaskUnknown):
        lost.wait(TIMEOUT)
    rig.clock.advance(40)
    assert other.wait(TIMEOUT).status == Status.SUCCESS


def test_a_job_is_left_alone_at_its_deadline(rig: Rig) -> None:
    """After its time a job ends with how to look again; the task itself goes on."""
    clock = Clock()
    session = with_clock(rig, clock)
    job = start(session)
    clock.advance(QUICK.deadline + 1)
    with pytest.raises(WaitTimeout, match="may still be drawn") as caught:
        job.wait(TIMEOUT)
    assert f"%mj panel {job.id}" in caught.value.hint
    assert repr(job).startswith(f"mj: left · task {job.id}")
    assert "1 job: 1 left" in repr(Board([job], worker=session.worker))
    for needs_more in (lambda: job.press("U1"), lambda: job.buttons, lambda: job.image):
        with pytest.raises(WaitTimeout, match="may still be drawn"):
            needs_more()
    again = session.job(str(job.id))
    rig.clock.advance(11)
    assert again.wait(TIMEOUT).status == Status.SUCCESS
    session.worker.stop()
    session.close()


def test_a_job_that_was_left_can_be_cancelled(rig: Rig) -> None:
    """Its task may still be drawn, so the wish is sent, and what comes of it is followed."""
    clock = Clock()
    session = with_clock(rig, clock)
    job = start(session)
    clock.advance(QUICK.deadline + 1)
    with pytest.raises(WaitTimeout):
        job.wait(TIMEOUT)
    assert job.cancel()
    with pytest.raises(TaskFailed, match="cancelled"):
        job.wait(TIMEOUT)
    assert rig.relay.count(lambda asked: asked.path.endswith("/cancel")) == 1
    assert not job.cancel()
    session.worker.stop()
    session.close()


@pytest.mark.parametrize("seconds", [-86_400.0, 86_400.0])
def test_a_clock_that_is_set_neither_stops_nor_ends_a_job(rig: Rig, seconds: float) -> None:
    """Polling goes on at its pace, whatever the person's machine thinks that the time is."""
    clock = Clock()
    session = rig.open(clock=clock)
    job = start(session)
    looks = threading.Semaphore(0)

    def count(asked: SeenRequest) -> ConnectionFate:
        if asked.is_list:
            looks.release()
        return ConnectionFate.PASS

    clock.advance(seconds)
    rig.relay.rule = count
    assert all(looks.acquire(timeout=TIMEOUT) for _ in range(3))
    rig.clock.advance(11)
    assert job.wait(TIMEOUT).status == Status.SUCCESS


def test_a_job_in_relax_mode_has_more_time(rig: Rig) -> None:
    """The slow mode has a deadline of its own."""
    clock = Clock()
    session = with_clock(rig, clock)
    job = session.start(Submission(Imagine(prompt="a kite"), mode=Mode.RELAX)).accepted(TIMEOUT)
    clock.advance(QUICK.deadline + 1)
    rig.clock.advance(40)
    assert job.wait(TIMEOUT).status == Status.SUCCESS
    session.worker.stop()
    session.close()


def test_a_machine_that_slept_past_the_deadline_looks_once_more(rig: Rig) -> None:
    """A task that finished while the lid was closed is shown, not called overdue."""
    clock = Clock()
    session = with_clock(rig, clock)
    hold, asleep = threading.Event(), threading.Event()

    def sleep(asked: SeenRequest) -> ConnectionFate:
        if asked.is_list and not hold.is_set():
            asleep.set()
            hold.wait(TIMEOUT)
        return ConnectionFate.PASS

    rig.relay.rule = sleep
    job = start(session)
    assert asleep.wait(TIMEOUT)
    clock.advance(QUICK.deadline * 2)
    rig.clock.advance(40)
    hold.set()
    assert job.wait(TIMEOUT).status == Status.SUCCESS
    session.worker.stop()
    session.close()


# -- the poller alone ------------------------------------------------------------------------------


class Alone:
    """
    What a poller works with, in the place of client, worker, archiver and queue.

    Attributes:
        broken: What raises once: "ask" or "record".
        recorded: The snapshots that came through.
        told: The jobs that they were of.
        while_recording: Is called with each.
    """

    has_list = True

    def __init__(self, broken: str) -> None:
        self.broken, self.recorded, self.told = broken, list[Task](), list[Job]()
        self.while_recording: Callable[[], object] = list

    def fetch_many(self, ids: list[str]) -> list[Task]:
        """Say that all are done."""
        self._break("ask")
        return [Task(id=task_id, status=Status.SUCCESS) for task_id in ids]

    async def run_blocking(self, call: Callable[..., Any], *values: Any) -> Any:
        """Run it here and now."""
        return call(*values)

    async def record(self, found: list[tuple[Job, Task]]) -> None:
        """Keep what came."""
        self._break("record")
        self.recorded.extend(task for _, task in found)
        self.told.extend(job for job, _ in found)
        self.while_recording()

    async def refresh(self, _: list[Job]) -> None:
        """Say nothing of places in the queue."""

    def _break(self, part: str) -> None:
        if self.broken == part:
            self.broken = ""
            raise ZeroDivisionError("ours")


def poller_alone(stand_in: Any, elapsed: Callable[[], float]) -> Poller:
    """Return a poller that works with *stand_in* alone, and never pauses."""
    return Poller(
        stand_in,
        stand_in,
        stand_in,
        stand_in,
        positions=stand_in,
        pacing=Pacing(first=(), then=0.0, slowest=0.0, trouble=0.0),
        clock=Clock(),
        elapsed=elapsed,
    )


async def follow_alone(stand_in: Any, job: Job, *joining: Job) -> None:
    """Follow *job* to its end; what is *joining* comes while that is written down."""
    poller = poller_alone(stand_in, Clock())

    def join() -> None:
        for one in joining:
            poller.add(one)

    stand_in.while_recording = join
    poller.add(job)
    assert poller._task is not None
    await asyncio.wait_for(poller._task, TIMEOUT)


def test_who_joins_a_task_while_its_end_is_written_down_hears_of_it(session: Session) -> None:
    """Its own end is told in the next turn; it was dropped with those that were told."""
    first, joining = (session.registry.new("a kite", tag) for tag in ("one", "two"))
    for job in (first, joining):
        job.task = Task(id="17", status=Status.IN_PROGRESS)
    stand_in = Alone("")
    asyncio.run(follow_alone(stand_in, first, joining))
    assert stand_in.told == [first, joining]


@pytest.mark.parametrize("broken", ["ask", "record"])
def test_a_fault_of_ours_does_not_end_the_polling(
    session: Session, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug while asking or recording is logged, and the next turn delivers the final snapshot."""
    job = session.registry.new("a kite", "tag")
    job.task = Task(id="17", status=Status.NOT_START)
    stand_in = Alone(broken)
    asyncio.run(follow_alone(stand_in, job))
    assert [task.status for task in stand_in.recorded] == [Status.SUCCESS]
    assert "ours" in caplog.text


def test_without_a_list_fifty_tasks_a_second_are_asked_for_at_most(session: Session) -> None:
    """Each is a question of its own then; neither new jobs nor impatient people make it more."""
    asked: list[tuple[float, int]] = []

    class Listless(Alone):
        """A server that has no list, and never ends anything."""

        has_list = False

        def fetch_many(self, ids: list[str]) -> list[Task]:
            asked.append((time.monotonic(), len(ids)))
            return [Task(id=task_id, status=Status.IN_PROGRESS) for task_id in ids]

    stand_in: Any = Listless("")
    jobs = [session.registry.new("a kite", f"tag-{number}") for number in range(10)]
    for number, job in enumerate(jobs):
        job.task = Task(id=str(number), status=Status.NOT_START)

    async def run() -> None:
        poller = poller_alone(stand_in, time.monotonic)
        for job in jobs[:9]:
            poller.add(job)
        while len(asked) < 2:
            await asyncio.sleep(0.01)
            poller.poll_soon(jobs[0])
        poller.add(jobs[9])
        while len(asked) < 5:
            await asyncio.sleep(0.01)
            poller.poll_soon(jobs[0])
        poller.close()
        assert poller._task is not None
        await asyncio.wait_for(poller._task, TIMEOUT)

    asyncio.run(run())
    pauses = [(later - at, count) for (at, _), (later, count) in pairwise(asked)]
    assert all(pause >= 0.9 * count / 50 for pause, count in pauses), pauses


# -- ending ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", range(4))
def test_an_end_in_the_moment_of_waking_is_an_end(rig: Rig, turns: int) -> None:
    """A new job wakes the poller just as the worker stops: it does not go on without a pool."""
    session = rig.open(pacing=replace(QUICK, then=600.0, slowest=600.0))
    start(session)

    async def end_while_waking() -> bool:
        following = session.poller._task
        assert following is not None
        await asyncio.sleep(0.05)  # it rests now
        session.poller._wake.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        following.cancel()
        await asyncio.wait({following}, timeout=TIMEOUT / 2)
        return following.done()

    assert session.worker.submit(end_while_waking()).result(TIMEOUT)


# -- tasks that the server has forgotten -----------------------------------------------------------


def test_a_task_that_is_lost_is_an_end_and_can_be_drawn_anew(rig: Rig) -> None:
    """It is said once, with its way out; history knows, and the same cell draws it again."""
    session = rig.open(replay=True)
    job = known(rig, session)
    rig.relay.rule = lambda asked: (
        CannedResponse(404, b"") if not asked.is_submit else ConnectionFate.PASS
    )
    with pytest.raises(TaskUnknown) as caught:
        job.wait(TIMEOUT)
    assert "Run the cell again to draw it anew" in caught.value.hint
    rig.relay.rule = lambda _: ConnectionFate.PASS
    rig.restart_server(forgets=True)
    kernel = rig.open(replay=True)
    assert kernel.resume().jobs == []
    (row,) = History.of(kernel.store).where(status="lost")
    assert row["task"] == job.id
    again = rig.finish(kernel.start(Imagine(prompt="a red kite")))
    assert again.id != job.id
    assert again.status == Status.SUCCESS


@pytest.mark.parametrize("kernel", ["the same", "another"])
@pytest.mark.parametrize("blank", [CannedResponse(200, b""), CannedResponse(404, b"")])
@pytest.mark.parametrize("seconds", [0, 11], ids=["running", "finished"])
def test_a_lost_task_that_the_server_knows_again_is_not_paid_twice(
    rig: Rig, kernel: str, blank: CannedResponse, seconds: float
) -> None:
    """What answered with nothing for a while is asked once more before anything is sent."""
    session = rig.open(replay=True)
    job = known(rig, session)
    rig.relay.rule = lambda asked: blank if not asked.is_submit else ConnectionFate.PASS
    with pytest.raises(TaskUnknown):
        job.wait(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    rig.clock.advance(seconds)
    later = session if kernel == "the same" else rig.open(replay=True)
    again = rig.finish(later.start(Imagine(prompt="a red kite")))
    assert (again.id, again.status) == (job.id, Status.SUCCESS)
    assert rig.relay.submits == 1
    (row,) = History.of(later.store)
    assert row["status"] == "SUCCESS"


@pytest.mark.parametrize("blank", [CannedResponse(200, b""), CannedResponse(404, b"")])
def test_a_task_that_is_unknown_for_a_while_goes_on(rig: Rig, blank: CannedResponse) -> None:
    """A gateway that answers with nothing has forgotten nothing; what is there is paid for."""
    session = rig.open(replay=True, pacing=replace(QUICK, missing=TIMEOUT))
    job = known(rig, session)
    rig.relay.rule = lambda asked: blank if not asked.is_submit else ConnectionFate.PASS
    until(job, lambda changed: f"It is lost if that stays so for {TIMEOUT:g} s" in changed.trouble)
    assert session.start(Imagine(prompt="a red kite")) is job
    rig.relay.rule = lambda _: ConnectionFate.PASS
    rig.clock.advance(11)
    assert job.wait(TIMEOUT).status == Status.SUCCESS
    assert rig.relay.submits == 1


def test_what_was_unknown_for_too_long_is_lost(session: Session) -> None:
    """The time counts from when it was missing first, and begins anew once it was heard of."""
    job = start(session)
    job.asked_at = 0.0
    entry = PollEntry(job, 0.0)
    entry.is_seen, entry.missing_since = True, 1000.0
    assert not entry.is_believed_lost(90.0, elapsed=1089.0, now=99_999.0)
    assert entry.is_believed_lost(90.0, elapsed=1090.0, now=0.0)
    # Nobody has heard of it for hours: servers forget, and nobody needs to wait.
    entry.is_seen = False
    assert entry.is_believed_lost(90.0, elapsed=1000.0, now=99_999.0)
    assert not entry.is_believed_lost(90.0, elapsed=1000.0, now=60.0)


def test_what_was_lost_and_is_known_again_is_resumed(rig: Rig) -> None:
    """It was paid for, so `resume` asks for it, in one question with the others."""
    session = rig.open(replay=True)
    jobs = [known(rig, session, f"kite {n}") for n in range(3)]
    rig.relay.rule = lambda asked: (
        CannedResponse(200, b"") if not asked.is_submit else ConnectionFate.PASS
    )
    for job in jobs:
        with pytest.raises(TaskUnknown):
            job.wait(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    kernel = rig.open(replay=True)
    before = rig.relay.count(lambda asked: not asked.is_submit)
    assert sorted(str(job.id) for job in kernel.resume().jobs) == sorted(str(j.id) for j in jobs)
    assert rig.relay.count(lambda asked: not asked.is_submit) - before <= 2
    assert rig.finish(kernel.job(str(jobs[0].id))).status == Status.SUCCESS


def test_a_lost_task_that_nobody_can_ask_for_is_not_sent_again(rig: Rig) -> None:
    """As long as nobody says whether it is gone, it may be drawn."""
    session = rig.open(replay=True)
    job = known(rig, session)
    rig.relay.rule = lambda asked: (
        CannedResponse(200, b"") if not asked.is_submit else ConnectionFate.PASS
    )
    with pytest.raises(TaskUnknown):
        job.wait(TIMEOUT)
    rig.relay.rule = lambda asked: (
        CannedResponse(502, b"") if not asked.is_submit else ConnectionFate.PASS
    )
    with pytest.raises(Unsettled, match="nobody knows whether it is drawn"):
        session.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)
    assert rig.relay.submits == 1


def test_a_lost_task_that_ends_well_after_all_is_taken(rig: Rig) -> None:
    """A final snapshot says more than that it was not found once."""
    session = rig.open(replay=True)
    job = session.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)
    session.store.mark_lost(session.server, str(job.id), "gone")
    rig.finish(job)
    assert rig.open(replay=True).start(Imagine(prompt="a red kite")).wait(TIMEOUT).id == job.id


def test_why_it_can_not_be_asked_for_is_said_at_the_end(rig: Rig) -> None:
    """A token that its own submit used up: the reason is in the note and in the last error."""
    pacing = replace(QUICK, deadline=0.5)
    session = rig.open(pacing=pacing)
    job = known(rig, session)
    rig.relay.rule = lambda _: CannedResponse(401, b'{"error":{"message":"token used up"}}')
    until(job, lambda changed: "token used up" in changed.trouble)
    assert "token used up" in repr(job)
    with pytest.raises(WaitTimeout, match=r"did not finish in time.*token used up"):
        job.wait(TIMEOUT)


def test_waiting_that_is_over_says_what_keeps_it(rig: Rig, session: Session) -> None:
    """The last trouble stands in the sentence that says that the time is over."""
    job = known(rig, session)
    rig.relay.rule = lambda _: CannedResponse(403, b'{"error":{"message":"no such model"}}')
    until(job, lambda changed: "no such model" in changed.trouble)
    with pytest.raises(WaitTimeout) as caught:
        job.wait(0)
    assert "no such model" in caught.value.hint


# -- windows of a gateway --------------------------------------------------------------------------


def test_an_empty_status_does_not_close_a_window(rig: Rig) -> None:
    """A gateway tells no status before it has asked the server behind it."""
    session = rig.open()
    window = rig.finish(rig.drawn(session).press("U2")).press("Custom Zoom").accepted(TIMEOUT)
    lists = threading.Semaphore(0)

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if not asked.is_list:
            return ConnectionFate.PASS
        lists.release()
        return CannedResponse(200, json.dumps([{"id": window.id, "status": ""}]).encode())

    rig.relay.rule = rule
    seen: list[bool] = []
    window.subscribe(lambda changed: seen.append(changed.window is not None))
    window.worker.post(window.notify)
    for _ in range(4):
        assert lists.acquire(timeout=TIMEOUT)
    assert window.window is not None
    assert all(seen)


def test_an_answered_window_stays_closed(rig: Rig) -> None:
    """A gateway goes on calling it open, beside a row with its progress; one answer is sent."""
    session = rig.open(replay=True)
    single = rig.finish(rig.drawn(session).press("U2"))
    window = single.press("Custom Zoom").accepted(TIMEOUT)

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if not asked.is_list:
            return ConnectionFate.PASS
        (task,) = [one for one in rig.tasks() if one["id"] == window.id]
        open_row = {**task, "status": "MODAL", "progress": "", "buttons": [], "imageUrl": None}
        return CannedResponse(200, json.dumps([task, open_row]).encode())

    window.answer(zoom=1.5)
    rig.relay.rule = rule
    opened: list[bool] = []
    window.subscribe(lambda changed: opened.append(changed.window is not None))
    rig.finish(window)
    assert not any(opened)
    answers = [one for one in rig.relay.requests if one.path.endswith("/modal")]
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("word", "record", "ends"),
    [
        ("COMPLETED", {"imageUrl": "/x.png"}, True),
        ("succeeded", {"imageUrl": "/x.png"}, True),
        (" SUCCESS ", {"imageUrl": "/x.png"}, True),
        ("DONE", {}, False),
        ("ERROR", {"failReason": "no"}, True),
        ("FAIL", {"failReason": "no"}, True),
        ("TIMEOUT", {"failReason": "late"}, True),
        ("ERROR", {}, False),
    ],
)
def test_an_end_in_other_words_is_believed_where_the_record_agrees(
    word: str, record: dict[str, str], *, ends: bool
) -> None:
    """A picture goes with success and a reason with failure; else it may mean anything."""
    task = read_task(json.dumps({"id": "17", "status": word, **record}).encode())
    assert task is not None
    assert task.is_final is ends


def test_why_nobody_could_ask_stands_in_history(rig: Rig, session: Session) -> None:
    """The submit emptied the token, say: the reason is kept, until the task says more itself."""
    job = start(session)
    rig.relay.rule = lambda asked: (
        CannedResponse(401, b'{"code":4,"description":"token used up"}')
        if asked.is_list or asked.is_fetch
        else ConnectionFate.PASS
    )
    until(job, lambda changed: "Asking again in" in changed.trouble)
    reason = "SELECT fail_reason FROM tasks"
    assert "secret" in str(session.store.database.read(reason))
    rig.relay.rule = lambda _: ConnectionFate.PASS
    rig.clock.advance(11)
    assert job.wait(TIMEOUT).status == Status.SUCCESS
    assert session.store.database.read(reason) == [(None,)]


# -- tasks that the answer named otherwise ---------------------------------------------------------


def naming(name: Callable[[object], object]) -> Rule:
    """Let the answer to a submit name what *name* makes of its task."""

    def rule(asked: SeenRequest) -> ConnectionFate | Change:
        def renamed(body: bytes) -> CannedResponse:
            answer = json.loads(body)
            changed = {**answer, "result": name(answer["result"])}
            return CannedResponse(200, json.dumps(changed).encode())

        return renamed if asked.is_submit else ConnectionFate.PASS

    return rule


misname = naming(lambda _: 1.77e15)
"""The answer to a submit names a task that there is not; large numbers get cut so."""


@pytest.mark.parametrize("pacing", [QUICK, replace(QUICK, missing=TIMEOUT)])
def test_a_task_that_the_answer_misnamed_is_found_by_its_tag(rig: Rig, pacing: Pacing) -> None:
    """It is paid for under another id: it is followed, and is one row of history."""
    session = rig.open(replay=True, pacing=pacing)
    rig.finish(session.start(Imagine(prompt="an earlier one")))
    rig.relay.rule = misname
    job = session.start(Imagine(prompt="a red kite"))
    until(job, lambda changed: MISNAMED in changed.remarks)
    rig.clock.advance(11)
    assert job.wait(TIMEOUT).status == Status.SUCCESS
    assert job.id in [task["id"] for task in rig.tasks()]
    assert session.job(str(job.id)) is job
    later = rig.open(replay=True)
    assert later.start(Imagine(prompt="a red kite")).wait(TIMEOUT).id == job.id
    assert rig.relay.submits == 2
    assert [row["status"] for row in History.of(later.store)] == ["SUCCESS", "SUCCESS"]


def test_a_misnamed_task_is_found_by_the_next_kernel(rig: Rig) -> None:
    """Its id in history is the wrong one, its tag the right one."""
    rig.finish(rig.open(replay=True).start(Imagine(prompt="an earlier one")))
    rig.relay.rule = misname
    slow = replace(QUICK, then=TIMEOUT, slowest=TIMEOUT)  # it ends before its second look
    session = rig.open(replay=True, pacing=slow)
    session.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)
    session.close()
    (again,) = rig.open(replay=True).resume().jobs
    assert again.id == "1770000000000000"
    assert rig.finish(again).status == Status.SUCCESS
    assert again.id in [task["id"] for task in rig.tasks()]
    assert rig.relay.submits == 2


@pytest.mark.parametrize(
    "name",
    [lambda task: f"{task},1999999999999999", lambda _: "11,22"],
    ids=["one is a task", "none is"],
)
def test_of_two_names_that_an_answer_tells_the_first_gets_the_task(
    rig: Rig, name: Callable[[object], object]
) -> None:
    """The list has one: that is the job's, by whatever name, and the other is lost."""
    session = rig.open(replay=True)
    rig.finish(session.start(Imagine(prompt="an earlier one")))
    rig.relay.rule = naming(name)
    job = session.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)
    (other,) = job.siblings
    with pytest.raises(TaskUnknown):
        other.wait(TIMEOUT)
    assert rig.finish(job).status == Status.SUCCESS


def without_tags(asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
    """The same, at a gateway that gives nobody's word back."""
    if asked.is_submit:
        return misname(asked)

    def cut(body: bytes) -> CannedResponse:
        told = json.loads(body)
        return CannedResponse(200, json.dumps([{**task, "state": None} for task in told]).encode())

    return cut if asked.path.endswith("/list") else ConnectionFate.PASS


def test_what_was_accepted_and_never_heard_of_is_in_doubt(rig: Rig) -> None:
    """Nothing shows that it is not drawn: it is neither called lost nor sent again by a rerun."""
    rig.relay.rule = without_tags
    session = rig.open(replay=True)
    job = session.start(Imagine(prompt="a red kite"))
    with pytest.raises(WaitTimeout, match="may be drawn all the same") as caught:
        job.wait(TIMEOUT)
    assert "It is not sent again" in caught.value.hint
    assert job.is_left
    for kernel in (session, rig.open(replay=True)):
        with pytest.raises(WaitTimeout, match="may be drawn all the same"):
            kernel.start(Imagine(prompt="a red kite")).wait(TIMEOUT)
    assert rig.relay.submits == 1
    (row,) = History.of(session.store)
    assert row["status"] != "LOST"
    with pytest.raises(WaitTimeout, match="may be drawn all the same"):
        job.cancel()


def test_what_a_list_left_out_for_a_while_is_looked_for_again(rig: Rig) -> None:
    """It was lost before anybody had heard of it; the same cell finds it by its tag."""
    session = rig.open(replay=True)
    rig.finish(session.start(Imagine(prompt="an earlier one")))

    def hidden(asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
        if asked.is_submit:
            return misname(asked)
        listed = [task for task in rig.tasks() if task["prompt"] != "a red kite"]
        if asked.path.endswith("/list"):
            return CannedResponse(200, json.dumps(listed).encode())
        return ConnectionFate.PASS

    rig.relay.rule = hidden
    with pytest.raises(TaskUnknown):
        session.start(Imagine(prompt="a red kite")).wait(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert rig.finish(session.start(Imagine(prompt="a red kite"))).status == Status.SUCCESS
    assert rig.relay.submits == 2


def test_a_task_that_only_the_whole_list_knows_is_followed(rig: Rig) -> None:
    """It is there under its own id, whatever other questions are answered."""
    session = rig.open(replay=True)
    rig.relay.rule = lambda asked: (
        CannedResponse(200, b"[]")
        if asked.is_list
        else CannedResponse(404, b"")
        if asked.is_fetch
        else ConnectionFate.PASS
    )
    job = rig.finish(session.start(Imagine(prompt="a red kite")))
    assert job.status == Status.SUCCESS


def test_the_task_of_another_person_is_not_shown_as_ours(rig: Rig) -> None:
    """An answer names one: neither our word is on it nor our prompt, and the tag finds ours."""
    session = rig.open(replay=True)
    foreign = rig.open(store=rig.folder / "foreign").start(Imagine(prompt="a secret castle"))
    foreign.accepted(TIMEOUT)

    def swap(asked: SeenRequest) -> ConnectionFate | Change:
        def named(body: bytes) -> CannedResponse:
            return CannedResponse(
                200, json.dumps({**json.loads(body), "result": foreign.id}).encode()
            )

        return named if asked.is_submit else ConnectionFate.PASS

    rig.relay.rule = swap
    job = session.start(Imagine(prompt="our own dog"))
    until(job, lambda changed: MISNAMED in changed.remarks)
    (own,) = [task for task in rig.tasks() if task["prompt"] == "our own dog"]
    assert rig.finish(job).id == own["id"]


def test_another_persons_task_is_not_ours_where_no_list_tells(rig: Rig) -> None:
    """The word of another kernel is on it: it is not shown, kept or replayed as ours."""
    session = rig.open(replay=True)
    foreign = rig.finish(
        rig.open(store=rig.folder / "foreign").start(Imagine(prompt="a secret castle"))
    )

    def swap(asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
        def named(body: bytes) -> CannedResponse:
            return CannedResponse(
                200, json.dumps({**json.loads(body), "result": foreign.id}).encode()
            )

        if asked.path.endswith("/task/list"):
            return CannedResponse(502, b"")
        return named if asked.is_submit else ConnectionFate.PASS

    rig.relay.rule = swap
    job = session.start(Imagine(prompt="our own dog"))
    until(job, lambda changed: changed.trouble == FOREIGN)
    assert job.is_open
    rig.relay.rule = lambda _: ConnectionFate.PASS
    until(job, lambda changed: MISNAMED in changed.remarks)
    (own,) = [task for task in rig.tasks() if task["prompt"] == "our own dog"]
    assert rig.finish(job).id == own["id"]
    assert rig.relay.submits == 2


def test_two_requests_that_were_named_alike_are_two(rig: Rig) -> None:
    """A name that nobody heard of proves nothing: the second is looked for by its own tag."""
    rig.relay.rule = without_tags
    session = rig.open(replay=True)
    first = session.start(Imagine(prompt="a red kite"))
    with pytest.raises(WaitTimeout):
        first.wait(TIMEOUT)
    with pytest.raises(Unsettled, match="which is that of another one"):
        session.start(Submission(Imagine(prompt="a red kite"), fresh=True)).accepted(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    found = rig.open(replay=True).resume().jobs
    assert sorted(str(rig.finish(job).id) for job in found) == sorted(
        task["id"] for task in rig.tasks()
    )
