"""The session: a request goes in, a job comes out, and nothing that was paid for is lost."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mj_notebook.errors import (
    BannedPrompt,
    MJError,
    NotAProxy,
    QueueFull,
    ServerUnreachable,
    StoreError,
    TaskUnknown,
    Unauthorized,
    Unsettled,
    UsageError,
)
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from mj_notebook.settings.settings import Secret
from mj_notebook.store.history import Store
from mj_notebook.store.records import StoredRequest
from tests.support.ports import KeptPort
from tests.support.relay import CannedResponse, ConnectionFate, Rule, SeenRequest, submit_reply
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig, until

KITE = Imagine(prompt="a red kite --ar 3:2")


def on_submit(way: CannedResponse | ConnectionFate) -> Rule:
    """Return the rule that treats submits alone in this *way*."""
    return lambda asked: way if asked.is_submit else ConnectionFate.PASS


def error_of(job: Job) -> MJError:
    """Return what *job* ends with."""
    with pytest.raises(MJError) as caught:
        job.wait(TIMEOUT)
    return caught.value


# -- writing before sending ------------------------------------------------------------------------


def test_the_intent_is_written_before_anything_is_sent(rig: Rig, session: Session) -> None:
    """When the submit reaches the server, history holds what was asked, by whom and of whom."""
    seen: list[StoredRequest] = []

    def look(asked: SeenRequest) -> ConnectionFate:
        if asked.is_submit:
            with Store(rig.folder / "history") as store:
                seen.extend(store.unsettled(session.server))
        return ConnectionFate.PASS

    rig.relay.rule = look
    job = session.start(KITE)
    job.accepted(TIMEOUT)
    assert [(request.prompt, request.state, request.tag) for request in seen] == [
        (KITE.prompt, "intended", job.name)
    ]


def test_what_cant_be_written_is_not_sent(rig: Rig, session: Session) -> None:
    """A store that refuses stops the request: nothing is sent that nobody would remember."""
    session.store.close()
    with pytest.raises(StoreError):
        session.start(KITE)
    assert rig.relay.submits == 0


def test_an_accepted_request_is_settled_with_its_task(session: Session) -> None:
    """History joins the request and the task, and nothing stays unsettled."""
    job = session.start(KITE).accepted(TIMEOUT)
    assert job.id is not None
    stored = session.store.task(job.id, session.server)
    assert stored is not None
    assert (stored.kind, stored.prompt, stored.tag) == ("Imagine", KITE.prompt, job.name)
    assert not session.store.unsettled(session.server)


def test_the_tag_travels_as_the_state(rig: Rig, session: Session) -> None:
    """The task can be found by our tag, so that a lost answer loses no task."""
    job = session.start(KITE).accepted(TIMEOUT)
    assert rig.tasks()[0]["state"] == job.name


def test_a_state_of_the_persons_own_travels_instead(rig: Rig, session: Session) -> None:
    """Two jobs with the same state of the person's own stay two jobs, with tags of their own."""
    jobs = [session.start(Imagine(prompt="a kite", state="nb-42")) for _ in range(2)]
    for job in jobs:
        job.accepted(TIMEOUT)
    assert [task["state"] for task in rig.tasks()] == ["nb-42", "nb-42"]
    assert jobs[0].name != jobs[1].name


def test_acceptance_that_cant_be_written_loses_no_task(rig: Rig, session: Session) -> None:
    """A disk that fills up between sending and answer: the task is followed and shown anyway."""

    def break_the_store(asked: SeenRequest) -> ConnectionFate:
        if asked.is_submit:
            session.store.close()
        return ConnectionFate.PASS

    rig.relay.rule = break_the_store
    job = rig.finish(session.start(KITE))
    assert job.status == Status.SUCCESS
    assert job.pictures.thumbnail is not None
    assert "can't be kept" in job.trouble
    with pytest.raises(StoreError):
        _ = job.image


# -- answers to a submit ---------------------------------------------------------------------------


def test_the_job_is_there_before_the_answer(rig: Rig, session: Session) -> None:
    """`start` returns at once; the answer to the submit comes later."""
    go_on = threading.Event()

    def hold(asked: SeenRequest) -> ConnectionFate:
        if asked.is_submit:
            go_on.wait(TIMEOUT)
        return ConnectionFate.PASS

    rig.relay.rule = hold
    job = session.start(KITE)
    assert (job.id, job.status, job.is_open) == (None, Status.NOT_START, True)
    assert "sending" in repr(job)
    go_on.set()
    assert job.accepted(TIMEOUT).id is not None


def test_a_waiting_task_says_how_many_are_before_it(tmp_path: Path) -> None:
    """Who waits behind others reads how many they are."""
    with Rig(tmp_path, core_size=1) as rig:
        # The place is of the moment of the submit: the first question takes it back.
        session = rig.open(pacing=replace(QUICK, then=3600, slowest=3600))
        jobs = [session.start(KITE).accepted(TIMEOUT) for _ in range(3)]
        assert [job.queued or 0 for job in jobs] == [0, 0, 1]
        assert "queued, 1 before you" in repr(jobs[2])


@pytest.mark.parametrize(
    "way", [ConnectionFate.LOSE, ConnectionFate.CUT], ids=["answer lost", "line cut"]
)
def test_a_submit_whose_answer_is_lost_is_never_repeated(
    rig: Rig, session: Session, way: ConnectionFate
) -> None:
    """The one thing that must not happen twice: the job says so, and history keeps the doubt."""
    rig.relay.rule = on_submit(way)
    job = session.start(KITE)
    error = error_of(job)
    assert isinstance(error, Unsettled)
    assert error.sent
    with pytest.raises(Unsettled):  # "there is nothing to cancel" would not be true
        job.cancel()
    assert "not sent again" in error.hint
    assert rig.relay.submits == 1
    assert [request.state for request in session.store.unsettled(session.server)] == ["unknown"]
    assert [request.state for request in session.cache.in_doubt()] == ["unknown"]


def refused_by_a_full_queue(rig: Rig) -> Job:
    """Ask a server that has neither a core nor a place in the queue."""
    rig.relay.rule = on_submit(submit_reply(23, "队列已满，请稍后尝试"))
    return rig.open(pacing=replace(QUICK, deadline=0)).start(KITE)


def refused_for_a_word(rig: Rig) -> Job:
    """Ask for what the server will not draw."""
    return rig.open().start(Imagine(prompt="a bloody nude massacre"))


def refused_for_the_secret(rig: Rig) -> Job:
    """Ask with another secret than the server's."""
    return rig.open(secret=Secret("wrong")).start(KITE)


def answered_by_a_page(rig: Rig) -> Job:
    """Ask something that is no proxy."""
    rig.relay.rule = on_submit(
        CannedResponse(404, b"<!doctype html><title>Login</title>", "text/html")
    )
    return rig.open().start(KITE)


def answered_by_nobody(rig: Rig) -> Job:
    """Ask at a port where nobody listens."""
    port = KeptPort()
    job = rig.open(base_url=f"http://127.0.0.1:{port.number}").start(KITE)
    with pytest.raises(MJError):
        job.wait(TIMEOUT)
    port.close()
    return job


REFUSALS = [
    pytest.param(refused_by_a_full_queue, QueueFull, "no room", id="queue full (23)"),
    pytest.param(refused_for_a_word, BannedPrompt, "will not draw", id="banned (24)"),
    pytest.param(refused_for_the_secret, Unauthorized, "does not take the secret", id="401"),
    pytest.param(answered_by_a_page, NotAProxy, "does not know this", id="html"),
    pytest.param(answered_by_nobody, ServerUnreachable, "Nothing answers", id="no server"),
]


@pytest.mark.parametrize(("ask", "kind", "said"), REFUSALS)
def test_a_refusal_is_one_sentence_and_what_to_do(
    rig: Rig, ask: Callable[[Rig], Job], kind: type[MJError], said: str
) -> None:
    """Each refusal says what happened and what to do; nothing is drawn, nothing stays in doubt."""
    job = ask(rig)
    error = error_of(job)
    assert type(error) is kind
    assert said in str(error.args[0])
    assert error.hint
    assert "\n" not in str(error)
    assert SECRET not in str(error)
    assert (rig.tasks(), rig.relay.submits <= 1) == ([], True)
    with Store(rig.folder / "history") as store:
        assert store.unsettled(job.server) == []


@pytest.mark.parametrize(("ask", "kind", "said"), REFUSALS)
def test_a_refused_job_shows_what_it_raises(
    rig: Rig, ask: Callable[[Rig], Job], kind: type[MJError], said: str
) -> None:
    """The same sentence stands where the job is shown, and the picture is refused with it."""
    job = ask(rig)
    error_of(job)
    assert said in repr(job)
    assert "not accepted" in repr(job)
    with pytest.raises(kind):
        _ = job.image


def test_after_a_refusal_the_next_request_goes_through(rig: Rig, session: Session) -> None:
    """A refusal breaks nothing: the same session draws the next picture."""
    rig.relay.rule = on_submit(submit_reply(4, "not today"))
    error_of(session.start(KITE))
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert rig.drawn(session).status == Status.SUCCESS


def test_an_answer_without_an_id_leaves_the_doubt(rig: Rig, session: Session) -> None:
    """A server that accepts and names no task may draw one: history does not call it refused."""
    rig.relay.rule = on_submit(submit_reply(1, "ok"))
    error_of(session.start(KITE))
    assert [request.state for request in session.store.unsettled(session.server)] == ["unknown"]


def test_a_task_that_existed_already_is_followed_by_both_jobs(rig: Rig, session: Session) -> None:
    """Code 21 with the task's own status is no window; both jobs see the one task through."""
    first = session.start(KITE).accepted(TIMEOUT)
    rig.relay.rule = on_submit(submit_reply(21, "exists", first.id, status="IN_PROGRESS"))
    second = session.start(KITE).accepted(TIMEOUT)
    assert (second.id, second.status) == (first.id, Status.NOT_START)
    rig.clock.advance(11)
    assert first.wait(TIMEOUT).status == Status.SUCCESS
    assert second.wait(TIMEOUT).status == Status.SUCCESS
    assert second.image.size == first.image.size


def test_the_speed_is_asked_for_through_the_path(rig: Rig, session: Session) -> None:
    """A mode of the call goes before one of the settings."""
    session.start(Submission(KITE, mode=Mode.TURBO)).accepted(TIMEOUT)
    rig.open(mode=Mode.RELAX).start(KITE).accepted(TIMEOUT)
    submits = [asked.path for asked in rig.relay.requests if asked.is_submit]
    assert submits == ["/mj-turbo/mj/submit/imagine", "/mj-relax/mj/submit/imagine"]


# -- pressing --------------------------------------------------------------------------------------


def test_a_press_from_many_threads_is_one_submit(rig: Rig, session: Session) -> None:
    """A click and a cell that press the same button at the same time make one job."""
    job = rig.drawn(session)
    at_once = threading.Barrier(8)

    def press(_: int) -> Job:
        at_once.wait(TIMEOUT)
        return job.press("U2")

    with ThreadPoolExecutor(8) as people:
        made = set(people.map(press, range(8)))
    assert len(made) == 1
    rig.finish(made.pop())
    assert rig.relay.submits == 2


def test_a_press_takes_the_speed_of_its_parent(rig: Rig, session: Session) -> None:
    """What was drawn in a mode goes on in that mode."""
    job = rig.finish(session.start(Submission(KITE, mode=Mode.TURBO)))
    job.press("U1").accepted(TIMEOUT)
    submits = [asked.path for asked in rig.relay.requests if asked.is_submit]
    assert submits == ["/mj-turbo/mj/submit/imagine", "/mj-turbo/mj/submit/action"]


def test_a_window_waits_for_its_answer_and_takes_it_once(rig: Rig, session: Session) -> None:
    """Custom Zoom opens a window: the same task goes on after one answer, also when asked twice."""
    single = rig.finish(rig.drawn(session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.status == Status.MODAL)
    opened, before = zoom.id, rig.relay.submits
    arrived, go_on = threading.Event(), threading.Event()

    def hold(asked: SeenRequest) -> ConnectionFate:
        if asked.is_submit:
            arrived.set()
            go_on.wait(TIMEOUT)
        return ConnectionFate.PASS

    rig.relay.rule = hold
    with ThreadPoolExecutor(1) as person:
        first = person.submit(zoom.answer, "a red kite --zoom 1.5")
        assert arrived.wait(TIMEOUT)
        assert zoom.answer("a red kite --zoom 1.5") is zoom
        go_on.set()
        assert first.result(TIMEOUT) is zoom
    until(zoom, lambda job: job.status != Status.MODAL)
    assert rig.finish(zoom).id == opened
    assert zoom.prompt == "a red kite --zoom 1.5"
    assert rig.relay.submits == before + 1
    assert not session.store.unsettled(session.server)


def test_an_answer_without_words_or_window_is_refused_here(rig: Rig, session: Session) -> None:
    """An empty answer, or one nobody waits for, is one sentence; nothing is sent."""
    single = rig.finish(rig.drawn(session).press("U1"))
    zoom = single.press("custom_zoom").accepted(TIMEOUT)
    before = rig.relay.submits
    with pytest.raises(UsageError, match="needs a prompt"):
        zoom.answer("  ")
    with pytest.raises(UsageError, match="no window open"):
        single.answer("a kite")
    assert rig.relay.submits == before


def test_a_lost_answer_to_a_window_is_remembered(rig: Rig, session: Session) -> None:
    """The answer to a window costs as much as a submit: written before, never repeated."""
    zoom = rig.finish(rig.drawn(session).press("U1")).press("custom_zoom").accepted(TIMEOUT)
    rig.relay.rule = on_submit(ConnectionFate.LOSE)
    before = rig.relay.submits
    with pytest.raises(Unsettled, match="Answer again in a minute and a half"):
        zoom.answer("a red kite --zoom 1.5")
    assert rig.relay.submits == before + 1
    assert [request.kind for request in session.store.unsettled(session.server)] == ["Modal"]
    assert rig.finish(zoom).status == Status.SUCCESS


# -- coming back -----------------------------------------------------------------------------------


def test_a_finished_job_comes_back_without_the_server(rig: Rig) -> None:
    """A new session shows picture, buttons and children of a job, with no server to ask."""
    first = rig.open()
    job = rig.drawn(first)
    child = rig.finish(job.press("U2"))
    rig.runner.stop()
    asked = len(rig.relay.requests)
    again = rig.open().job(str(job.id))
    again.wait(TIMEOUT)
    assert (again.prompt, again.status) == (job.prompt, Status.SUCCESS)
    assert again.image.tobytes() == job.image.tobytes()
    assert [button.custom_id for button in again.buttons] == [
        button.custom_id for button in job.buttons
    ]
    assert [(made.id, made.step, made.parent) for made in again.children] == [
        (child.id, "U2", again)
    ]
    assert again.children[0].image.size == child.image.size
    assert len(rig.relay.requests) == asked


def test_a_child_that_is_opened_by_itself_knows_its_step(rig: Rig) -> None:
    """What was pressed is shown also when only the child is opened."""
    child = rig.finish(rig.drawn(rig.open()).press("V3"))
    assert rig.open().job(str(child.id)).step == "V3"


def test_an_unfinished_job_is_taken_up_again(rig: Rig) -> None:
    """What a dead kernel left open is followed to its end by the next one."""
    left = rig.open().start(KITE).accepted(TIMEOUT)
    again = rig.open().job(str(left.id))
    assert again.is_open
    assert rig.finish(again).image.size == (78, 52)
    assert rig.relay.submits == 1


def test_the_same_job_is_given_twice(rig: Rig, session: Session) -> None:
    """One task has one job in a kernel, however it is asked for."""
    job = rig.drawn(session)
    assert session.job(str(job.id)) is job
    other = rig.open()
    with ThreadPoolExecutor(4) as people:
        found = set(people.map(other.job, [str(job.id)] * 4))
    assert len(found) == 1


def test_a_task_of_somebody_else_is_taken_over(rig: Rig, tmp_path: Path) -> None:
    """A task that only the proxy knows is shown, followed and kept."""
    task = rig.open().start(KITE).accepted(TIMEOUT)
    stranger = rig.open(store=tmp_path / "elsewhere")
    job = stranger.job(str(task.id))
    assert rig.finish(job).prompt == KITE.prompt
    assert stranger.store.picture(stranger.server, str(task.id)) is not None


def test_an_unknown_task_is_said_to_be_unknown(session: Session) -> None:
    """An id that neither history nor proxy knows is one sentence."""
    with pytest.raises(TaskUnknown, match="knows no task 17"):
        session.job("17")


def test_a_job_that_was_given_up_is_taken_up_anew(rig: Rig) -> None:
    """The promise of the hint is kept: after the deadline the same job is followed again."""
    session = rig.open()
    job = session.start(KITE).accepted(TIMEOUT)
    session.worker.post(job.end, session.now(), MJError("It took too long."))
    error_of(job)
    again = session.job(str(job.id))
    assert again is job
    assert rig.finish(job).status == Status.SUCCESS


def test_a_finished_task_of_another_server_is_shown_and_not_pressed(rig: Rig) -> None:
    """Buttons of another proxy's task are never sent to this one."""
    job = rig.drawn(rig.open())
    elsewhere = rig.open(base_url=rig.runner.base_url)
    shown = elsewhere.job(str(job.id))
    assert shown.image.size == (64, 64)
    assert shown.server == job.server
    with pytest.raises(UsageError, match="belongs to another server"):
        shown.press("U1")


def test_an_open_task_of_another_server_is_not_asked_for_here(tmp_path: Path) -> None:
    """A proxy that doesn't know the task is not believed to have lost it."""
    with Rig(tmp_path / "one") as one, Rig(tmp_path / "two") as two:
        job = one.open().start(KITE).accepted(TIMEOUT)
        other = two.open(store=one.folder / "history")
        with pytest.raises(UsageError, match="belongs to another server") as caught:
            other.job(str(job.id))
        assert job.server in str(caught.value)
        assert one.finish(job).status == Status.SUCCESS


# -- the end ---------------------------------------------------------------------------------------


def test_whoever_waits_is_told_when_the_session_closes(session: Session) -> None:
    """No wait goes on for ever because nobody is left to end it."""
    job = session.start(KITE).accepted(TIMEOUT)
    session.close()
    assert "closed" in str(error_of(job))


def test_a_stopped_worker_takes_no_request(rig: Rig, session: Session) -> None:
    """After the end a request is refused with one sentence; nothing is written or sent."""
    session.start(KITE).accepted(TIMEOUT)
    session.worker.stop()
    with pytest.raises(MJError, match="closed"):
        session.start(KITE)
    assert rig.relay.submits == 1


def test_a_wait_ends_with_its_worker(session: Session) -> None:
    """A job whose worker was stopped is not waited for in vain."""
    job = session.start(KITE).accepted(TIMEOUT)
    session.worker.stop()
    with pytest.raises(MJError, match="closed"):
        job.wait(TIMEOUT)


# -- secrets ---------------------------------------------------------------------------------------


def test_the_secret_is_written_nowhere(
    rig: Rig, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither files nor reprs, outputs, records or logs hold the secret, whatever happens."""
    caplog.set_level(logging.DEBUG)
    job = rig.drawn(session)
    child = rig.finish(job.press("U2"))
    refused = rig.open(secret=Secret(f"{SECRET}-wrong")).start(KITE)
    rig.relay.rule = on_submit(ConnectionFate.LOSE)
    lost = session.start(KITE)
    shown = [repr(session), repr(session.client), repr(session.settings), str(session.settings)]
    for one in (job, child, refused, lost):
        if one in {refused, lost}:
            shown.append(repr(error_of(one)))
        shown += [repr(one), repr(one.facts()), repr(one.request), repr(one._repr_mimebundle_())]
    assert SECRET not in "".join(shown)
    assert SECRET not in caplog.text
    session.store.close()
    files = [path for path in rig.folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]
