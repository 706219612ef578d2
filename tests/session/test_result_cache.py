"""What was drawn already is not paid for again, what runs is joined, what is lost is looked for."""

import dataclasses
import json
import re
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.errors import (
    MJError,
    Refused,
    ServerUnreachable,
    TaskFailed,
    TaskUnknown,
    Unsettled,
    UsageError,
    WaitTimeout,
)
from mj_notebook.protocol.requests import Imagine, request_record
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.job_lineage import place_of, stands
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from mj_notebook.store.history import Store
from mj_notebook.view.task_view import task_view
from tests.support.relay import CannedResponse, Change, ConnectionFate, Rule, SeenRequest
from tests.support.rig import QUICK, TIMEOUT, Rig, until

KITE = Imagine(prompt="a red kite --ar 3:2 --seed 7")


@pytest.fixture
def session(rig: Rig) -> Session:
    """Return a session that replays, as sessions of people do."""
    return rig.open(replay=True)


def again(rig: Rig) -> Session:
    """Return the session of the next kernel on the same history."""
    return rig.open(replay=True)


def drawn(rig: Rig, session: Session, **options: Any) -> Job:
    """Draw the kite to its end."""
    return rig.finish(session.start(Submission(KITE, **options)))


# -- finished --------------------------------------------------------------------------------------


def test_a_finished_picture_is_replayed(rig: Rig, session: Session) -> None:
    """The same request in the next kernel costs nothing: the same task, and it is said so."""
    first = drawn(rig, session)
    before = rig.relay.submits
    job = again(rig).start(KITE).wait(TIMEOUT)
    assert (job.id, job.is_replayed) == (first.id, True)
    assert job.content() == first.content()
    assert "replayed · 0 credits" in repr(job)
    assert "replayed · 0 credits" in job._repr_mimebundle_()["text/html"]
    assert rig.relay.submits == before


def test_the_first_drawing_is_no_replay(rig: Rig, session: Session) -> None:
    """What is drawn and paid for now does not say otherwise."""
    assert "replayed" not in repr(drawn(rig, session))


@pytest.mark.parametrize(
    ("prompt", "is_same"),
    [
        ("  a  red kite\n--seed 7   --ar 3:2", True),
        ("a red kite --aspect 3:2 --seed 7", True),
        ("a red kite --ar 3:2 --seed 7 --fast", True),
        ("a red kite --ar 3:2 --seed 8", False),
        ("a Red kite --ar 3:2 --seed 7", False),
        ("a red kite --ar 3:2 --seed 7 --no sun", False),
    ],
)
def test_only_what_changes_the_picture_counts(
    rig: Rig, session: Session, prompt: str, *, is_same: bool
) -> None:
    """Spaces, order, short names and speed are the same picture; words and values are not."""
    first = drawn(rig, session)
    job = session.start(Imagine(prompt=prompt)).accepted(TIMEOUT)
    assert (job.id == first.id) is is_same
    assert rig.relay.submits == (1 if is_same else 2)


def test_fresh_draws_again(rig: Rig, session: Session) -> None:
    """`fresh` pays, and what it draws is kept beside the first, which stays the one replayed."""
    first = drawn(rig, session)
    second = drawn(rig, session, fresh=True)
    assert second.id != first.id
    assert not second.is_replayed
    assert again(rig).start(KITE).wait(TIMEOUT).id == first.id
    assert rig.relay.submits == 2


def test_repeats_are_counted(rig: Rig, session: Session) -> None:
    """Three of it are three pictures, and asked for again they are the same three."""
    jobs = [session.start(Submission(KITE, repeat=number)) for number in range(3)]
    ids = [rig.finish(job).id for job in jobs]
    assert len(set(ids)) == 3
    later = again(rig)
    assert [later.start(Submission(KITE, repeat=number)).id for number in range(3)] == ids
    assert rig.relay.submits == 3


def test_a_failure_is_not_kept(session: Session) -> None:
    """What failed is asked for again."""
    job = session.start(KITE).accepted(TIMEOUT)
    job.cancel()
    until(job, lambda changed: not changed.is_open)
    second = session.start(KITE).accepted(TIMEOUT)
    assert second.id != job.id


def test_a_whole_line_of_presses_is_replayed(rig: Rig, session: Session) -> None:
    """Grid, pick, and an answered window: run again, nothing is paid, and all are the same."""

    def run(own: Session) -> list[str | None]:
        grid = own.start(KITE)
        if grid.is_open:
            rig.finish(grid)
        single = grid.press("U2")
        if single.is_open:
            rig.finish(single)
        zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
        zoom.answer(zoom=1.5)
        if zoom.is_open:
            rig.finish(zoom)
        assert zoom.image.size == (78, 52)
        return [grid.id, single.id, zoom.id]

    first = run(session)
    drawn_before = pictures_of(rig)
    assert run(again(rig)) == first
    assert pictures_of(rig) == drawn_before


def windowed(rig: Rig, session: Session) -> Job:
    """Return a picked picture whose Custom Zoom was answered once."""
    single = rig.finish(drawn(rig, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    rig.finish(zoom.answer(zoom=1.5))
    return single


def once_more(rig: Rig, session: Session) -> tuple[Job, Job]:
    """Return the same picture and its Custom Zoom in the next kernel."""
    single = again(rig).job(windowed(rig, session).id or "")
    return single, single.press("custom_zoom")


def test_a_window_opens_from_history(rig: Rig, session: Session) -> None:
    """Where its answer is known, nobody is asked: neither for the window nor for the picture."""
    single, zoom = once_more(rig, session)
    before = len(rig.relay.requests)
    assert zoom.id is None
    assert zoom.window is not None
    assert zoom.window.prompt == "a red kite --ar 3:2 --seed 7 --v 7.0"
    (detail,) = task_view(zoom.facts(), zoom.now()).details
    assert detail == "answer it with job.answer(zoom=1.5)"
    zoom.accepted(TIMEOUT).answer(zoom=1.5).wait(TIMEOUT)
    assert (zoom.is_replayed, zoom.image.size) == (True, (78, 52))
    assert len(rig.relay.requests) == before
    assert [child.id for child in single.children] == [zoom.id]
    assert single.press("custom_zoom") is not zoom


def test_a_new_answer_opens_the_window_for_real(rig: Rig, session: Session) -> None:
    """An answer that was never drawn presses the button and answers, each once."""
    _, zoom = once_more(rig, session)
    before = rig.relay.submits
    rig.finish(zoom.answer(zoom=1.9))
    assert (zoom.status, zoom.is_replayed) == (Status.SUCCESS, False)
    assert rig.relay.submits == before + 2
    known = again(rig).job(zoom.id or "")
    assert known.parent is not None
    later = known.parent.press("custom_zoom").answer(zoom=1.9).wait(TIMEOUT)
    assert (later.id, rig.relay.submits) == (zoom.id, before + 2)


def test_a_window_from_history_is_dismissed_here(rig: Rig, session: Session) -> None:
    """The server knows nothing of it, so it is not asked to close it."""
    _, zoom = once_more(rig, session)
    before = len(rig.relay.requests)
    zoom.dismiss()
    until(zoom, lambda job: not job.is_open)
    assert (zoom.status, zoom.window) == (Status.CANCEL, None)
    assert len(rig.relay.requests) == before


def test_a_window_that_was_just_dismissed_is_not_given_again(rig: Rig, session: Session) -> None:
    """It takes no answer from that moment on, and the same button opens another one."""
    single, zoom = once_more(rig, session)
    hold = threading.Event()
    single.worker.post(hold.wait, TIMEOUT)  # so that the end of the job is not told yet
    try:
        zoom.dismiss()
        with pytest.raises(UsageError, match=r"^This task has no window open"):
            zoom.answer(zoom=1.5)
        another = single.press("custom_zoom")
        assert another is not zoom
    finally:
        hold.set()
    assert another.accepted(TIMEOUT).answer(zoom=1.5).wait(TIMEOUT).is_replayed


def test_a_window_that_does_not_open_can_be_answered_again(rig: Rig, session: Session) -> None:
    """What the person has written and painted is not lost when the server can't be reached."""
    _, zoom = once_more(rig, session)
    rig.relay.rule = lambda asked: ConnectionFate.CUT if asked.is_submit else ConnectionFate.PASS
    with pytest.raises(MJError):
        zoom.answer(zoom=1.9)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert zoom.window is not None
    assert rig.finish(zoom.answer(zoom=1.9)).status == Status.SUCCESS


def test_a_window_that_is_there_no_more_is_followed(tmp_path: Path) -> None:
    """A server whose Remix mode was switched off draws at once; the job follows that."""
    with Rig(tmp_path, remix=True) as rig:
        session = rig.open(replay=True)
        grid = drawn(rig, session)
        varied = until(grid.press("V1"), lambda job: job.window is not None)
        rig.finish(varied.answer("a blue kite"))
        rig._options["remix"] = False
        rig.runner.stop()
        rig.start_server()
        job = again(rig).job(grid.id or "").press("V1")
        assert job.window is not None
        assert rig.finish(job.answer("a green kite")).status == Status.SUCCESS
        assert job.id not in {None, varied.id}


def pictures_of(rig: Rig) -> int:
    """Return how many pictures the server drew: windows that were only opened don't count."""
    return sum(task["status"] == "SUCCESS" for task in rig.tasks())


def test_a_press_is_not_paid_twice(rig: Rig, session: Session) -> None:
    """The same button pressed again after its end shows what it gave; repeat=True pays."""
    grid = drawn(rig, session)
    single = rig.finish(grid.press("U1"))
    assert grid.press("U1") is single
    assert single.is_replayed
    assert rig.finish(grid.press("U1", repeat=True)).id != single.id
    assert len(grid.children) == 2


def test_another_proxy_is_another_picture(rig: Rig, session: Session) -> None:
    """What one proxy drew is not passed off as the work of another."""
    drawn(rig, session)
    other = rig.open(replay=True, base_url=rig.runner.base_url)
    assert other.server != session.server
    assert not other.start(KITE).accepted(TIMEOUT).is_replayed


# -- running ---------------------------------------------------------------------------------------


def test_a_running_task_is_joined(rig: Rig, session: Session) -> None:
    """A kernel that died at 46 % left a task that the next one goes on with."""
    first = session.start(KITE).accepted(TIMEOUT)
    rig.clock.advance(5)
    job = again(rig).start(KITE)
    assert job.id == first.id
    assert "was being drawn already" in job.remarks[0]
    assert rig.finish(job).pictures.kept is not None
    assert rig.relay.submits == 1


def test_two_cells_with_the_same_wish_are_one(rig: Rig, session: Session) -> None:
    """While it is being sent, the same request is the same job."""
    first = session.start(KITE)
    assert session.start(KITE) is first
    rig.finish(first)
    assert rig.relay.submits == 1


def test_resume_brings_back_what_is_open(rig: Rig, session: Session) -> None:
    """All open tasks of the history come back, oldest first; finished ones don't."""
    drawn(rig, session)
    wishes = [Imagine(prompt=f"kite {number}") for number in range(2)]
    ids = [session.start(wish).accepted(TIMEOUT).id for wish in wishes]
    resumed = again(rig).resume().jobs
    assert [job.id for job in resumed] == ids
    for job in resumed:
        assert rig.finish(job).status == Status.SUCCESS


# -- lost ------------------------------------------------------------------------------------------


def losing() -> Rule:
    """Lose the answer of the first submit."""
    seen: list[SeenRequest] = []

    def rule(asked: SeenRequest) -> ConnectionFate:
        if asked.is_submit:
            seen.append(asked)
        return ConnectionFate.LOSE if asked.is_submit and len(seen) == 1 else ConnectionFate.PASS

    return rule


def test_a_lost_answer_is_looked_for_at_once(rig: Rig) -> None:
    """The task is found by its tag in the proxy's list, followed and kept: nothing sent twice."""
    session = rig.open(replay=True, pacing=_looking())
    rig.relay.rule = losing()
    job = drawn(rig, session)
    assert job.status == Status.SUCCESS
    assert "found by its tag" in job.remarks[0]
    assert (rig.relay.submits, len(rig.tasks())) == (1, 1)
    assert not session.store.unsettled(session.server)


def _looking() -> Any:
    return dataclasses.replace(QUICK, looks=(0.0,))


def test_a_lost_answer_is_found_by_the_next_kernel(rig: Rig, session: Session) -> None:
    """What could not be looked for at once is found when the cell is run again."""
    rig.relay.rule = losing()
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(TIMEOUT)
    job = again(rig).start(KITE)
    assert "found by its tag" in job.remarks[0]
    assert rig.finish(job).status == Status.SUCCESS
    assert (rig.relay.submits, len(rig.tasks())) == (1, 1)


def test_resume_finds_the_lost_too(rig: Rig, session: Session) -> None:
    """`resume` looks for requests of unknown fate as well."""
    rig.relay.rule = losing()
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(TIMEOUT)
    (job,) = again(rig).resume().jobs
    assert rig.finish(job).status == Status.SUCCESS


@pytest.mark.parametrize("way", ["resume", "cell", "id"])
def test_a_job_in_doubt_becomes_its_task_once_that_is_found(
    rig: Rig, session: Session, way: str
) -> None:
    """Whoever holds it sees the picture, whichever way it was found; nothing is sent twice."""
    rig.relay.rule = losing()
    job = session.start(KITE)
    with pytest.raises(Unsettled):
        job.wait(TIMEOUT)
    assert job.status == "UNKNOWN"
    rig.relay.rule = lambda _: ConnectionFate.PASS
    if way == "resume":
        session.resume()
    elif way == "cell":
        assert session.start(KITE) is job
    else:
        again(rig).resume()
        session.job(rig.tasks()[0]["id"])
    assert rig.finish(job).status == Status.SUCCESS
    assert job.image.size
    assert rig.relay.submits == 1


def test_a_job_that_was_left_goes_on_once_its_task_is_taken_up(rig: Rig) -> None:
    """It is the same task, so it is the same job."""
    session = rig.open(replay=True, pacing=dataclasses.replace(QUICK, deadline=0.05))
    job = session.start(KITE).accepted(TIMEOUT)
    with pytest.raises(WaitTimeout):
        job.wait(TIMEOUT)
    rig.clock.advance(11)
    session.resume()
    assert job.wait(TIMEOUT).status == Status.SUCCESS


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429])
def test_what_a_gateway_refused_after_the_proxy_obeyed_is_found(
    rig: Rig, session: Session, status: int
) -> None:
    """Asked again, the same shows its task: a gateway may say no when it is drawn already."""
    body = b'{"error": {"message": "one moment"}}'
    rig.relay.rule = lambda asked: (
        (lambda _: CannedResponse(status, body)) if asked.is_submit else ConnectionFate.PASS
    )
    job = session.start(KITE)
    if status != 429:  # of which the job itself makes sure before it is sent again
        with pytest.raises(MJError):
            job.wait(TIMEOUT)
        assert job.status == Status.FAILURE
        assert session.start(KITE) is job
    assert rig.finish(job).status == Status.SUCCESS
    assert (rig.relay.submits, len(rig.tasks())) == (1, 1)


def test_what_never_arrived_is_sent_again_when_that_is_certain(rig: Rig, session: Session) -> None:
    """A cut line before the proxy: after a minute and a half its list proves there is no task."""
    rig.drawn(session, "an earlier kite")
    rig.relay.rule = lambda asked: ConnectionFate.CUT if asked.is_submit else ConnectionFate.PASS
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    later = again(rig)
    with pytest.raises(MJError, match="may still be on its way"):
        later.start(KITE)
    # Who looks for it is not told to delete it: it may arrive in a moment.
    ((_, doubt),) = later.resume().in_doubt
    assert doubt.hint == "Look again in a minute and a half: mj.resume()."
    later.store._elapsed = lambda: time.monotonic() + 100
    job = later.start(KITE)
    assert drawn(rig, later).id == job.id
    assert len(rig.tasks()) == 2
    assert not later.store.unsettled(later.server)


LISTS: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "without our words": lambda tasks: [{**task, "state": None} for task in tasks],
    "with words cut": lambda tasks: [{**task, "state": task["state"][:12]} for task in tasks],
    "of others": lambda tasks: [{**task, "id": f"9{task['id']}"} for task in tasks],
    "empty": lambda _: [],
    "a page of many": lambda tasks: {"list": tasks, "total": 500},
    "a refusal": lambda _: {"code": 4, "description": "no", "data": []},
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_without_a_witness_proves_nothing(rig: Rig, session: Session, kind: str) -> None:
    """Only an earlier task of ours, with our word on it, shows that a list would tell of this."""
    rig.drawn(session, "an earlier kite")
    rig.relay.rule = lambda asked: ConnectionFate.CUT if asked.is_submit else ConnectionFate.PASS
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(TIMEOUT)
    told = json.dumps(LISTS[kind](rig.tasks())).encode()
    rig.relay.rule = lambda asked: (
        CannedResponse(200, told) if asked.path.endswith("/task/list") else ConnectionFate.PASS
    )
    later = again(rig)
    later.store._elapsed = lambda: time.monotonic() + 100
    with pytest.raises(Unsettled, match="not known whether"):
        later.start(KITE)
    assert len(rig.tasks()) == 1


def test_without_a_list_the_person_decides(rig: Rig, session: Session) -> None:
    """Where nothing can be looked up, one clear question: look again, or submit with fresh."""
    rig.relay.rule = losing()
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(TIMEOUT)

    def without_list(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        return (
            CannedResponse(404, b"not found", "text/plain")
            if "/task/list" in asked.path
            else ConnectionFate.PASS
        )

    rig.relay.rule = lambda asked: ConnectionFate.PASS if asked.is_list else without_list(asked)
    later = again(rig)
    with pytest.raises(MJError, match="not known whether") as caught:
        later.start(KITE)
    assert "fresh=True" in caught.value.hint
    assert rig.relay.submits == 1
    assert rig.finish(later.start(Submission(KITE, fresh=True))).status == Status.SUCCESS


def test_a_doubt_is_told_in_one_way(rig: Rig) -> None:
    """When it is sent and when it is asked for again, the same error advises the same."""
    rig.relay.rule = lambda asked: (
        CannedResponse(404, b"") if asked.path.endswith("/task/list") else losing()(asked)
    )
    with pytest.raises(Unsettled) as first:
        rig.open(replay=True, pacing=_looking()).start(KITE).wait(TIMEOUT)
    with pytest.raises(Unsettled) as second:
        again(rig).start(KITE)
    assert (first.value.sent, second.value.sent) == (True, False)
    told = [str(one.value.args[0]).partition(":")[0] for one in (first, second)]
    assert told == ["It is not known whether this was accepted"] * 2
    assert first.value.hint == second.value.hint
    for one in (first, second):
        trace = "".join(traceback.format_exception(one.value))
        assert "submit again" not in trace
        assert "During handling" not in trace


def test_the_hint_of_a_press_in_doubt_is_one_that_works(rig: Rig, session: Session) -> None:
    """What is pressed again is pressed with repeat; `press` knows no fresh."""
    grid = rig.drawn(session)
    rig.relay.rule = losing()
    with pytest.raises(Unsettled, match=r'job\.press\("U2", repeat=True\)'):
        grid.press("U2").wait(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert rig.finish(grid.press("U2", repeat=True)).status == Status.SUCCESS


@pytest.mark.parametrize("age", [1.0, 1000.0], ids=["just now", "long ago"])
def test_a_killed_kernel_of_the_demo_is_nobody_to_wait_for(
    rig: Rig, new_kernel: None, age: float
) -> None:
    """Its server ended with it and nothing was paid: the same prompt is drawn at once."""
    del new_kernel
    here = rig.open(base_url=None, demo_seconds=0.1, demo_size=64, replay=True)
    here.store._elapsed = lambda: time.monotonic() - age
    here.store.record_intent(
        request_record(KITE),
        kind="Imagine",
        prompt=KITE.prompt,
        tag="mj-0123456789abcdef",
        server=here.server,
        asked_at=here.now() - age,
        content_key=here.cache.fingerprint(KITE, parent=None, button=""),
    )
    here.store._elapsed = time.monotonic
    assert here.resume() == ([], [], [])
    begun = time.monotonic()
    job = here.start(KITE)
    assert time.monotonic() - begun < QUICK.joining
    assert job.wait(TIMEOUT).status == Status.SUCCESS
    assert here.resume() == ([], [], [])
    assert len(here.store.unsettled(here.server)) == (1 if age < 90 else 0)


def test_a_list_that_holds_what_can_not_be_read_proves_nothing(rig: Rig, session: Session) -> None:
    """The task may be the one that is unreadable: it is not drawn and paid once more."""
    rig.relay.rule = losing()
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(TIMEOUT)
    rig.relay.rule = lambda asked: (
        CannedResponse(200, b'[{"id":"9","status":"SUCCESS"},{"state":7}]')
        if asked.path.endswith("/task/list")
        else ConnectionFate.PASS
    )
    later = again(rig)
    later.store._elapsed = lambda: time.monotonic() + 100
    with pytest.raises(MJError, match="not known whether"):
        later.start(KITE)
    assert rig.relay.submits == 1


@pytest.mark.parametrize("at", ["finished_family", "find_running"])
def test_what_ends_between_two_looks_is_not_drawn_again(
    rig: Rig, session: Session, at: str
) -> None:
    """Another kernel's task is written down as finished just before this one looks again."""
    job = session.start(KITE).accepted(TIMEOUT)
    seen = threading.Event()
    rig.relay.rule = lambda asked: (
        CannedResponse(503, b"") if asked.is_list and not seen.is_set() else ConnectionFate.PASS
    )

    class Racing(Store):
        """A history into which the other kernel writes before the second look of a kind."""

        looks = 0

        def __getattribute__(self, name: str) -> Any:
            if name == at:
                self.looks += 1
                if self.looks == (2 if at == "finished_family" else 1):
                    seen.set()
                    rig.finish(job)
            return super().__getattribute__(name)

    later = again(rig)
    with Racing(rig.folder / "history") as racing:
        later.cache._store = racing
        found = later.start(KITE).wait(TIMEOUT)
    assert found.id == job.id
    assert rig.relay.submits == 1


def test_what_was_cancelled_too_late_is_not_drawn_again(rig: Rig, session: Session) -> None:
    """The server had it finished already, which nobody here has seen: the picture is there."""
    job = session.start(KITE).accepted(TIMEOUT)
    seen = threading.Event()

    def unseen(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if asked.is_list and not seen.is_set():
            return CannedResponse(503, b"")
        if asked.path.endswith("/cancel"):  # some servers say yes, whatever becomes of it
            return CannedResponse(200, b'{"code":1,"description":"ok"}')
        return ConnectionFate.PASS

    rig.relay.rule = unseen
    rig.clock.advance(60)
    job.cancel()
    again = session.start(KITE)
    seen.set()
    assert rig.finish(again).status == Status.SUCCESS
    assert again.id == job.id
    assert rig.relay.submits == 1


def test_a_lost_answer_to_a_window_is_looked_for(rig: Rig) -> None:
    """The window is closed at the proxy, so the answer has arrived: the task goes on."""
    session = rig.open(replay=True, pacing=_looking())
    single = rig.finish(drawn(rig, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    rig.relay.rule = losing()
    zoom.answer(zoom=1.5)
    assert rig.finish(zoom).status == Status.SUCCESS
    bodies = [json.loads(a.body) for a in tuple(rig.relay.requests) if a.path.endswith("/modal")]
    assert len(bodies) == 1


def answers(rig: Rig) -> int:
    """Count the answers to windows that were sent."""
    return rig.relay.count(lambda asked: asked.path.endswith("/modal"))


@pytest.mark.parametrize("kernel", ["the same", "another"])
@pytest.mark.parametrize("seconds", [0, 60], ids=["running", "finished"])
@pytest.mark.parametrize("end", [TaskUnknown, WaitTimeout], ids=["lost", "never heard of"])
def test_an_answer_whose_task_was_lost_is_not_paid_twice(
    rig: Rig, session: Session, kernel: str, seconds: float, end: type[MJError]
) -> None:
    """Its task is asked for once more before the same answer is sent to another window."""
    single = rig.finish(drawn(rig, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    if end is TaskUnknown:
        zoom.answer(zoom=1.5)
        rig.clock.advance(3)
        until(zoom, lambda job: job.status == Status.IN_PROGRESS)
    rig.relay.rule = lambda asked: (
        ConnectionFate.PASS if asked.is_submit else CannedResponse(200, b"")
    )
    if end is WaitTimeout:
        zoom.answer(zoom=1.5)
    with pytest.raises(end):
        zoom.wait(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    rig.clock.advance(seconds)
    later = session if kernel == "the same" else again(rig)
    other = later.job(single.id or "").press("custom_zoom")
    until(other, lambda job: job.window is not None).answer(zoom=1.5)
    assert rig.finish(other).status == Status.SUCCESS
    assert (other.id, answers(rig)) == (zoom.id, 1)


def test_what_is_advised_for_a_lost_answer_draws_it_anew(rig: Rig, session: Session) -> None:
    """The press that the advice names opens another window, and the same answer is sent to that."""
    job = rig.finish(drawn(rig, session).press("U1"))
    zoom = until(job.press("custom_zoom"), lambda job: job.window is not None)
    rig.relay.rule = lambda asked: (
        ConnectionFate.CUT if asked.path.endswith("/modal") else ConnectionFate.PASS
    )
    with pytest.raises(Unsettled) as lost:
        zoom.answer(zoom=1.5)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    with pytest.raises(Unsettled, match="may still be on its way"):
        job.press("custom_zoom").answer(zoom=1.5)
    press = re.search(r"job\.(press\(.*\)) and the same answer draw", lost.value.hint)
    assert press is not None
    assert press[1] == 'press("Custom Zoom", repeat=True)'
    other = until(job.press("Custom Zoom", repeat=True), lambda job: job.window)
    assert rig.finish(other.answer(zoom=1.5)).status == Status.SUCCESS
    assert (other.id == zoom.id, answers(rig)) == (False, 2)
    later = again(rig).job(job.id or "").press("custom_zoom").answer(zoom=1.5)
    assert (rig.finish(later).is_replayed, answers(rig)) == (True, 2)


def test_a_window_that_is_taken_up_again_tells_of_no_drawing(rig: Rig, session: Session) -> None:
    """Nothing is drawn before it is answered, so nobody is told that something was."""
    single = rig.finish(drawn(rig, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    other = until(again(rig).job(single.id or "").press("custom_zoom"), lambda job: job.window)
    assert (other.id, other.remarks) == (zoom.id, ())


def test_an_answer_that_runs_is_joined(rig: Rig, session: Session) -> None:
    """Of two kernels that answer the same to windows of one button the first one pays."""
    single = rig.finish(drawn(rig, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    other = until(again(rig).job(single.id or "").press("custom_zoom"), lambda job: job.window)
    zoom.answer(zoom=1.5)
    other.answer(zoom=1.5)
    assert rig.finish(other).status == Status.SUCCESS
    assert (other.id, answers(rig)) == (zoom.id, 1)
    assert rig.finish(zoom).status == Status.SUCCESS


@pytest.mark.parametrize("is_later", [True, False], ids=["next-kernel", "same-kernel"])
def test_a_cell_that_answers_a_window_is_run_again_while_that_is_drawn(
    rig: Rig, session: Session, *, is_later: bool
) -> None:
    """Its press opens the window from history, where the same answer joins what is drawn."""
    single = rig.finish(drawn(rig, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    zoom.answer(zoom=1.5)
    later = again(rig).job(single.id or "") if is_later else single
    before = rig.relay.submits
    same = later.press("custom_zoom").answer(zoom=1.5)
    assert (same.id, rig.relay.submits) == (zoom.id, before)
    assert rig.finish(same).status == Status.SUCCESS
    assert {child.id for child in later.children} == {zoom.id}
    assert rig.finish(later.press("custom_zoom").answer(zoom=1.9)).id != zoom.id


def test_a_refused_request_whose_task_is_found_meanwhile_is_joined(
    rig: Rig, session: Session
) -> None:
    """Another kernel may write down that it was taken, in the middle of all the looks of this."""
    lost = session.start(KITE).accepted(TIMEOUT)
    rig.clock.advance(3)
    until(lost, lambda job: job.status == Status.IN_PROGRESS)
    rig.relay.rule = lambda asked: (
        (lambda _: CannedResponse(200, b'{"code":4,"description":"no"}'))
        if asked.is_submit
        else ConnectionFate.PASS
    )
    refused = session.start(Submission(KITE, fresh=True))
    with pytest.raises(Refused):
        refused.wait(TIMEOUT)
    (taken,) = (task["id"] for task in rig.tasks() if task["id"] != lost.id)
    session.close()
    later, another = again(rig), again(rig).store
    another.mark_lost(lost.server, lost.id or "", "It was forgotten.")

    def rule(asked: SeenRequest) -> ConnectionFate | CannedResponse:
        if not asked.path.endswith(f"/{lost.id}/fetch"):
            return ConnectionFate.PASS
        another.mark_accepted(refused.intent or 0, taken, time.time())
        return CannedResponse(200, b"")

    rig.relay.rule, before = rule, rig.relay.submits
    assert later.start(KITE).accepted(TIMEOUT).id == taken
    assert rig.relay.submits == before


def saying(body: bytes) -> Rule:
    """Return the rule that answers everything with *body*."""
    return lambda _: CannedResponse(200, body)


def test_a_window_of_which_nobody_tells_for_a_while_is_not_taken_for_unanswered(
    rig: Rig, session: Session
) -> None:
    """A gateway that answers with nothing proves nothing: its list must show an earlier task."""
    single = rig.finish(drawn(rig, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    rig.relay.rule = lambda asked: (
        ConnectionFate.LOSE if asked.path.endswith("/modal") else ConnectionFate.PASS
    )
    with pytest.raises(MJError):
        zoom.answer(zoom=1.5)
    later = again(rig)
    later.store._elapsed = lambda: time.monotonic() + 100
    for blank in (b"", b"[]"):
        rig.relay.rule = saying(blank)
        resumed = later.resume()
        assert [one.kind for one, _ in resumed.in_doubt] == ["Modal"]
    rig.relay.rule = lambda _: ConnectionFate.PASS
    other = until(later.job(single.id or "").press("custom_zoom"), lambda job: job.window)
    assert rig.finish(other.answer(zoom=1.5)).status == Status.SUCCESS
    assert (other.id, answers(rig)) == (zoom.id, 1)


def test_the_key_is_visible(rig: Rig, session: Session) -> None:
    """A job tells the key of what it asked, the same for the same."""
    job = drawn(rig, session)
    assert job.fingerprint.startswith("k-")
    assert again(rig).start(KITE).fingerprint == job.fingerprint


# -- at once ---------------------------------------------------------------------------------------


def test_of_many_that_ask_at_once_one_is_sent(rig: Rig) -> None:
    """Kernels that look before any of them has written: one asks, the others join it."""
    sessions = [rig.open(replay=True) for _ in range(6)]
    together = threading.Barrier(len(sessions))

    def start(session: Session) -> str | None:
        together.wait()
        return session.start(KITE).accepted(TIMEOUT).id

    for number in range(5):
        with ThreadPoolExecutor(len(sessions)) as pool:
            ids = set(pool.map(start, sessions))
        assert len(ids) == 1
        for session in sessions:  # the next round asks for another one
            assert rig.finish(session.job(str(next(iter(ids))))).status == Status.SUCCESS
        with sessions[0].store.database.transaction() as connection:
            connection.execute("UPDATE requests SET content_key = NULL")
            connection.execute("UPDATE tasks SET content_key = NULL")
        assert rig.relay.submits == number + 1


def test_a_request_of_another_kernel_is_waited_for(rig: Rig, session: Session) -> None:
    """While one kernel sends, another that asks for the same waits and joins its task."""
    arrived, go_on = threading.Event(), threading.Event()
    rig.relay.rule = held(arrived, go_on)
    first = session.start(KITE)
    assert arrived.wait(TIMEOUT)
    other = rig.open(replay=True, pacing=dataclasses.replace(QUICK, joining=TIMEOUT))
    listed = listening(rig)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(other.start, KITE)
        assert listed.wait(TIMEOUT)
        go_on.set()
        assert second.result(TIMEOUT).id == first.accepted(TIMEOUT).id
    assert rig.relay.submits == 1


def test_who_waits_long_for_another_kernel_is_told(
    rig: Rig, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that does nothing for twenty seconds would be taken for one that hangs."""
    arrived, go_on = threading.Event(), threading.Event()
    rig.relay.rule = held(arrived, go_on)
    told: list[str] = []

    def show(message: Warning | str, *_: object) -> None:
        told.append(str(message))
        go_on.set()

    # Python's own place for who shows warnings; `pytest.warns` would know of it when all is over.
    monkeypatch.setattr(warnings, "showwarning", show)
    warnings.simplefilter("always")
    first = session.start(KITE)
    assert arrived.wait(TIMEOUT)
    other = rig.open(replay=True, pacing=dataclasses.replace(QUICK, joining=TIMEOUT))
    assert other.start(KITE).accepted(TIMEOUT).id == first.accepted(TIMEOUT).id
    (line,) = told
    assert "nothing is paid twice" in line


def held(arrived: threading.Event, go_on: threading.Event) -> Rule:
    """Return a rule that tells of a submit, and keeps it until it may go on."""

    def hold(asked: SeenRequest) -> ConnectionFate:
        if asked.is_submit:
            arrived.set()
            go_on.wait(TIMEOUT)
        return ConnectionFate.PASS

    return hold


def listening(rig: Rig) -> threading.Event:
    """Return what tells that somebody looked for a task in the proxy's list."""
    listed = threading.Event()
    before = rig.relay.rule

    def look(asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
        if "/task/list" in asked.path and not asked.is_list:
            listed.set()
        return before(asked)

    rig.relay.rule = look
    return listed


# -- several pictures of one request ---------------------------------------------------------------


def test_running_the_cells_again_after_again_is_free(rig: Rig) -> None:
    """The first picture stands for what was asked, in this kernel and new ones; so does its U2."""
    first = rig.open(replay=True)
    grid = rig.drawn(first)
    single = rig.finish(grid.press("U2"))
    other = grid.again()
    assert first.start(Imagine(prompt="a red kite")) is grid  # while the other one is drawn
    rig.finish(other)
    assert (place_of(grid), place_of(other)) == ((1, 2), (2, 2))
    for session in (first, rig.open(replay=True)):
        shown = session.start(Imagine(prompt="a red kite")).wait(TIMEOUT)
        assert shown.id == grid.id
        assert shown.press("U2").wait(TIMEOUT).id == single.id
    assert len(rig.tasks()) == 3


def test_a_fresh_one_is_kept_beside_the_first(rig: Rig) -> None:
    """`--fresh` and "Draw again" count alike; what failed is no picture of several."""
    session = rig.open(replay=True)
    grid = rig.drawn(session)
    other = rig.finish(session.start(Submission(Imagine(prompt="a red kite"), fresh=True)))
    assert (place_of(grid), place_of(other)) == ((1, 2), (2, 2))
    assert grid.repeats == [other]
    failed = grid.again()
    failed.accepted(TIMEOUT).cancel()
    with pytest.raises(TaskFailed):
        rig.finish(failed)
    assert (place_of(grid), place_of(other)) == ((1, 2), (2, 2))


def test_pressed_again_is_another_of_the_same(rig: Rig) -> None:
    """Drawings of one button are counted below their parent; windows differ by their answers."""
    grid = rig.drawn(rig.open(replay=True))
    single = rig.finish(grid.press("U2"))
    other = rig.finish(single.again())
    assert (place_of(single), place_of(other)) == ((1, 2), (2, 2))
    assert place_of(grid.press("U1")) == (1, 1)
    assert (stands(single), stands(other)) == (True, False)


def test_a_person_chooses_which_picture_stands(rig: Rig) -> None:
    """The chosen one is shown from then on, and nothing is paid for the choice."""
    session = rig.open(replay=True)
    grid = rig.drawn(session)
    other = rig.finish(grid.again())
    assert (stands(grid), stands(other)) == (True, False)
    assert other.choose() is other
    assert (stands(grid), stands(other)) == (False, True)
    assert session.start(Imagine(prompt="a red kite")).id == other.id
    assert rig.open(replay=True).start(Imagine(prompt="a red kite")).id == other.id
    grid.choose()
    assert session.start(Imagine(prompt="a red kite")) is grid
    assert len(rig.tasks()) == 2
