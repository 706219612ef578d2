"""Callbacks: what a proxy posts saves questions, and decides nothing."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.client.sync import Client
from mj_notebook.errors import UsageError
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Pacing
from mj_notebook.store.history import Store
from mj_notebook.view.twin import twin_bundle
from tests.server.clock import Clock
from tests.session.webhook.posting import line_to, nobody_answers, post
from tests.session.webhook.posting import until as until_true
from tests.support.ports import KeptPort
from tests.support.relay import CannedResponse, ConnectionFate, SeenRequest, submit_reply
from tests.support.rig import QUICK, TIMEOUT, Rig, until

SELDOM = Pacing(first=(), then=3600, slowest=3600, pictures=(0.02,))
KITE = Imagine(prompt="a red kite")


def start(session: Session, request: Imagine = KITE) -> Job:
    """Start a job and wait until it is followed."""
    return session.start(request).accepted(TIMEOUT)


def posted(
    job: Job, status: str = "IN_PROGRESS", progress: str = "", **more: Any
) -> dict[str, Any]:
    """Return what a proxy would post about *job*."""
    return {"id": job.id, "status": status, "progress": progress, "submitTime": 1, **more}


def lists(rig: Rig) -> int:
    """Count the questions of the poller so far."""
    return rig.relay.count(lambda asked: asked.is_list)


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Rig]:
    """Return a house whose server calls nobody, so that only the test posts."""
    with Rig(tmp_path, hook_hosts=frozenset()) as made:
        yield made


# -- fewer questions -------------------------------------------------------------------------------


def test_an_end_that_was_posted_is_looked_at_at_once(rig: Rig) -> None:
    """With a pause of an hour between questions, the job ends with its picture all the same."""
    session = rig.open(pacing=SELDOM)
    receiver = session.listen()
    job = rig.finish(start(session))
    assert job.status == Status.SUCCESS
    assert job.pictures.kept is not None
    assert job.image.size
    assert receiver.received
    assert lists(rig) == 1


def seen_to_the_end(rig: Rig, session: Session) -> int:
    """Draw in steps until each was seen; return how many questions that took."""
    before = lists(rig)
    job = start(session)
    while job.is_open:
        rig.clock.advance(1)
        (task,) = (task for task in rig.tasks() if task["id"] == job.id)
        until(job, partial(stands_at, task))
        if task["status"] == Status.SUCCESS:
            job.wait(TIMEOUT)
    assert job.status == Status.SUCCESS
    return lists(rig) - before


def stands_at(task: dict[str, Any], job: Job) -> bool:
    """Tell whether *job* shows what the server says."""
    assert job.task is not None
    return (job.task.status, job.task.progress) == (task["status"], task["progress"])


def test_with_callbacks_a_task_takes_fewer_questions(rig: Rig) -> None:
    """Each step is seen either way; asking takes a question for each, hearing hardly any."""
    pacing = Pacing(first=(), then=0.3, slowest=0.3, pictures=(0.02,))
    silent, told = rig.open(pacing=pacing), rig.open(pacing=pacing)
    receiver = told.listen()
    without, beside = seen_to_the_end(rig, silent), seen_to_the_end(rig, told)
    assert receiver.received >= 4
    assert without >= 5
    assert beside <= without / 2


def test_a_job_of_buttons_is_told_of_as_well(rig: Rig) -> None:
    """Every submit carries the address, not only a prompt."""
    session = rig.open(pacing=SELDOM)
    session.listen()
    grid = rig.finish(start(session))
    assert rig.finish(grid.press("U2")).status == Status.SUCCESS


def test_all_jobs_of_one_press_are_told_of(quiet: Rig) -> None:
    """A reply that names two tasks makes two jobs, and what is posted of either is taken."""
    session = quiet.open(pacing=SELDOM)
    receiver = session.listen()
    quiet.relay.rule = lambda asked: (
        submit_reply(1, "ok", "17,18") if asked.is_submit else ConnectionFate.PASS
    )
    first = start(session)
    until(first, lambda job: job.siblings)
    for job in (first, *first.siblings):
        body = posted(job, progress="30%")
        assert post(receiver.url, body) == 200
        until(job, partial(stands_at, body))


def test_many_jobs_end_with_few_questions(rig: Rig) -> None:
    """One question serves all that ended within a moment."""
    session = rig.open(pacing=SELDOM)
    session.listen()
    jobs = [start(session) for _ in range(9)]
    for _ in range(4):
        rig.clock.advance(11)
    for job in jobs:
        assert job.wait(TIMEOUT).status == Status.SUCCESS
    assert lists(rig) < len(jobs)


@contextmanager
def at_a_clock(rig: Rig, clock: Clock, pacing: Pacing) -> Iterator[Session]:
    """Open a session whose time is given, and close it."""
    session = Session(
        rig.open(pacing=pacing).settings,
        client=Client(rig.relay.base_url, secret=rig.settings.secret),
        store=Store(rig.folder / "history"),
        worker=Worker(),
        clock=clock,
        elapsed=clock,
    )
    yield session
    session.worker.stop()
    session.close()


def test_while_callbacks_come_nobody_asks_and_in_silence_as_before(quiet: Rig) -> None:
    """Twenty seconds after the last one the usual pace is back, by the session's own clock."""
    clock = Clock()
    with at_a_clock(quiet, clock, QUICK) as session:
        receiver = session.listen()
        asked = threading.Semaphore(0)

        def watch(asked_: SeenRequest) -> ConnectionFate:
            if asked_.is_list:
                asked.release()
            return ConnectionFate.PASS

        quiet.relay.rule = watch
        job = start(session)
        for _ in range(3):  # nothing was heard yet: the usual pace
            assert asked.acquire(timeout=TIMEOUT)
        assert post(receiver.url, posted(job, progress="1%")) == 200
        until(job, lambda job: job.task and job.task.progress == "1%")
        before = lists(quiet)
        for percent in range(2, 40):
            clock.advance(0.2)
            body = posted(job, progress=f"{percent}%")
            assert post(receiver.url, body) == 200
            until(job, partial(stands_at, body))
        assert lists(quiet) <= before + 1  # one may have been under way
        while asked.acquire(blocking=False):
            pass
        clock.advance(QUICK.beside + 1)
        session.worker.post(session.poller._wake.set)  # as the end of its pause does
        for _ in range(3):
            assert asked.acquire(timeout=TIMEOUT)
        quiet.clock.advance(11)
        assert job.wait(TIMEOUT).status == Status.SUCCESS


# -- what is not believed --------------------------------------------------------------------------


def test_what_comes_late_or_twice_is_ignored(quiet: Rig) -> None:
    """Servers post from several threads: 30% may arrive after 60%, and 60% twice."""
    session = quiet.open(pacing=SELDOM)
    receiver = session.listen()
    job = start(session)
    seen: list[str | None] = []
    job.subscribe(lambda job: seen.append(job.task.progress if job.task else None))
    for status, progress in (
        ("IN_PROGRESS", "60%"),
        ("IN_PROGRESS", "30%"),
        ("SUBMITTED", "0%"),
        ("IN_PROGRESS", "60%"),
        ("IN_PROGRESS", "80%"),
    ):
        assert post(receiver.url, posted(job, status, progress)) == 200
    until_true(lambda: "80%" in seen)
    # Changes that come in one turn are told once: 80% may be all that was told.
    assert [progress for progress in seen if progress] in (["60%", "80%"], ["80%"])
    until_true(lambda: receiver.ignored >= 3)


def test_an_answer_under_way_does_not_turn_back_what_was_heard(quiet: Rig) -> None:
    """A question is asked at 0%, 60% is posted, then its answer comes."""
    session = quiet.open(pacing=QUICK)
    receiver = session.listen()
    asked, answer = threading.Event(), threading.Event()

    def hold(asked_: SeenRequest) -> ConnectionFate | CannedResponse:
        if not asked_.is_list or asked.is_set():
            return ConnectionFate.PASS
        asked.set()
        answer.wait(TIMEOUT)
        return CannedResponse(200, json.dumps([posted(job, progress="10%")]).encode())

    quiet.relay.rule = hold
    job = start(session)
    seen: list[str | None] = []
    job.subscribe(lambda job: seen.append(job.task.progress if job.task else None))
    assert asked.wait(TIMEOUT)
    for progress in ("60%", "70%"):
        assert post(receiver.url, posted(job, progress=progress)) == 200
        until(job, partial(stands_at, posted(job, progress=progress)))
    answer.set()
    quiet.clock.advance(11)
    session.worker.post(session.poller.poll_soon, job)
    assert job.wait(TIMEOUT).status == Status.SUCCESS
    assert "10%" not in seen
    assert "70%" in seen


@pytest.mark.parametrize("status", ["SUCCESS", "FAILURE", "CANCEL"])
def test_an_end_that_somebody_made_up_ends_nothing(rig: Rig, status: str) -> None:
    """The server is asked, says that it goes on, and no picture of theirs is fetched."""
    session = rig.open(pacing=SELDOM)
    receiver = session.listen()
    job = start(session)
    forged = posted(job, status, "100%", imageUrl=f"{rig.relay.base_url}/forged.png")
    before = lists(rig)
    assert post(receiver.url, {**forged, "failReason": "made up"}) == 200
    until_true(lambda: lists(rig) > before)
    rig.finish(job)
    assert job.status == Status.SUCCESS
    assert job.error is None
    assert not any("forged" in asked.path for asked in rig.relay.requests)


def test_after_a_doubtful_end_it_is_asked_for_quickly(quiet: Rig) -> None:
    """Gateways learn of an end late: their answer may lag behind what was posted."""
    pacing = Pacing(first=(0.02,) * 50, then=3600, slowest=3600, beside=3600, pictures=(0.02,))
    session = quiet.open(pacing=pacing)
    receiver = session.listen()
    job = start(session)
    assert post(receiver.url, posted(job, progress="5%")) == 200
    until(job, lambda job: job.task and job.task.progress == "5%")
    before = lists(quiet)
    assert post(receiver.url, posted(job, "SUCCESS", "100%")) == 200
    until_true(lambda: lists(quiet) >= before + 5)
    assert job.is_open


def test_only_tasks_that_were_started_here_are_listened_to(quiet: Rig) -> None:
    """Not unknown ones, not those taken over, not those that post elsewhere, not ended ones."""
    session, other = quiet.open(pacing=SELDOM), quiet.open(pacing=SELDOM)
    elsewhere = start(other)
    taken_over = session.job(str(elsewhere.id)).accepted(TIMEOUT)
    before = start(session)
    receiver = session.listen()
    own = start(session, Imagine(prompt="a kite", notify_hook="http://127.0.0.1:9/own"))
    unknown = {"id": "1760000000999999", "status": "IN_PROGRESS", "progress": "66%"}
    bodies = [unknown, *(posted(job, progress="66%") for job in (taken_over, before, own))]
    for body in bodies:
        assert post(receiver.url, body) == 200
    until_true(lambda: receiver.ignored == len(bodies))
    assert receiver.received == len(bodies)
    for job in (taken_over, before, own):
        assert job.task is not None
        assert job.task.progress != "66%"
    with Store(quiet.folder / "history") as store:
        assert store.task(unknown["id"]) is None


def test_a_window_that_is_posted_is_written_down_before_it_is_shown(quiet: Rig) -> None:
    """Through some gateways a window shows in the task's status only."""
    session = quiet.open(pacing=SELDOM)
    receiver = session.listen()
    job = start(session)
    written: list[str] = []

    def look(job: Job) -> None:
        stored = session.store.task(str(job.id), session.server)
        if job.status == Status.MODAL:
            written.append(stored.task.status if stored else "")

    job.subscribe(look)
    assert post(receiver.url, posted(job, "MODAL")) == 200
    until_true(lambda: written)
    assert set(written) == {Status.MODAL}


# -- what the server is told -----------------------------------------------------------------------


def hooks(rig: Rig) -> list[str | None]:
    """Return the callback addresses the server was given, the latest first."""
    return [task["properties"].get("notifyHook") for task in rig.tasks()]


def test_an_address_of_the_persons_own_stays(rig: Rig) -> None:
    """Ours is only for those who gave none; an empty one means none."""
    session = rig.open(pacing=SELDOM)
    receiver = session.listen()
    for hook in ("http://127.0.0.1:9/own", "", None):
        start(session, Imagine(prompt="a kite", notify_hook=hook))
    assert hooks(rig) == [receiver.url, None, "http://127.0.0.1:9/own"]


def test_after_the_stop_tasks_are_followed_as_before(rig: Rig) -> None:
    """New ones carry no address, and open ones are asked for."""
    session = rig.open(pacing=QUICK)
    receiver = session.listen()
    early = start(session)
    receiver.stop()
    late = start(session)
    assert hooks(rig) == [None, receiver.url]
    rig.clock.advance(40)
    assert early.wait(TIMEOUT).status == late.wait(TIMEOUT).status == Status.SUCCESS


def test_the_address_is_kept_nowhere(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Not in history, a server's journal, the task, its output or the log; servers echo it."""
    caplog.set_level("DEBUG")
    session = rig.open()
    receiver = session.listen()
    token = receiver.url.rpartition("-hook-")[2]
    jobs = [
        rig.finish(start(session)),
        start(session, Imagine(prompt="x", notify_hook=receiver.url)),
    ]
    jobs.append(rig.finish(jobs[0].press("U1")))
    session.store.close()
    for path in rig.folder.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path
    for job in jobs:
        assert job.task is not None
        assert token not in repr(job.task)
        assert token.encode() not in bytes(job.task.reply)
        assert token not in repr(twin_bundle(job.facts(), 0.0))
    assert token not in caplog.text
    assert token in json.dumps(hooks(rig))  # the server did echo it


# -- opening and closing ---------------------------------------------------------------------------


def test_a_cell_that_is_run_again_gets_the_same_receiver(rig: Rig) -> None:
    """Open tasks were told its address; only another place makes another one."""
    session = rig.open()
    first = session.listen()
    assert session.listen() is first
    second = session.listen("https://me.example.com")
    assert second is not first
    assert not first.is_open
    third = session.listen("https://other.example.com", port=second.bind.port)
    assert third.bind.port == second.bind.port
    third.stop()
    assert session.listen("https://other.example.com", port=second.bind.port) is not third


def test_where_the_new_place_is_taken_the_old_one_goes_on(rig: Rig) -> None:
    """The port is free again for a moment, and the new address can't be listened at."""
    session = rig.open()
    first = session.listen()
    with pytest.raises(UsageError):
        session.listen("https://me.example.com", host="192.0.2.1", port=first.bind.port)
    going_on = session.webhook.address()
    assert going_on is not None
    assert f":{first.bind.port}/" in going_on


def test_it_closes_with_its_session(rig: Rig) -> None:
    """Nobody listens for a session that is gone."""
    session = rig.open()
    receiver = session.listen()
    session.close()
    nobody_answers(receiver.url)


def test_a_proxy_that_cant_come_here_is_told_before_anything_is_opened(tmp_path: Path) -> None:
    """A proxy elsewhere needs a public address."""
    with Rig(tmp_path) as rig:
        session = rig.open(base_url="https://proxy.example.com")
        with pytest.raises(UsageError, match=r"proxy\.example\.com can't call"):
            session.listen()
        assert session.webhook.address() is None


# -- from settings ---------------------------------------------------------------------------------


def test_settings_open_a_receiver_with_the_first_submit(rig: Rig) -> None:
    """Who only looks at history opens no port."""
    port = KeptPort()
    url = f"http://127.0.0.1:{port.number}"
    session = rig.open(pacing=SELDOM, callback_url=url)
    with pytest.raises(ConnectionError):
        line_to(url)
    assert rig.finish(start(session)).status == Status.SUCCESS
    assert str(hooks(rig)[0]).startswith(f"{url}/mj-hook-")
    line_to(url).close()
    port.close()


def test_a_port_in_use_stops_no_submit(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """The second kernel of the same settings polls, and says so once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        session = rig.open(callback_url=url)
        for _ in range(2):
            assert rig.finish(start(session)).status == Status.SUCCESS
    assert hooks(rig) == [None, None]
    assert caplog.text.count("Tasks are polled.") == 1
