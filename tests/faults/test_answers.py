"""Answers to a paid request that can't be relied on: one submit, one task, and it is found."""

import contextlib
import dataclasses
import time
from pathlib import Path

import pytest

from mj_notebook.errors import MJError, ServerUnreachable, Unsettled, UsageError
from mj_notebook.protocol.requests import Blend, Describe, Imagine, Shorten
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.faults import read_fault
from mj_notebook.server.http.dialects import DIALECTS
from mj_notebook.server.spoiled_answers import SPOILED_ANSWERS
from mj_notebook.session.job import Job
from mj_notebook.session.reconcile import Reconciler
from mj_notebook.session.session import Session
from tests.faults.scene import first, lost_tasks
from tests.faults.table import Row
from tests.server.pictures import halves, sent
from tests.support.relay import CannedResponse, ConnectionFate
from tests.support.rig import QUICK, TIMEOUT, Rig

KITE = Imagine(prompt="a red kite")
READ = {"bom", "warning", "nul", "surrogate", "newline", "nan", "overflow", "list", "wrapped"}
READ |= {"far-time", "endless-time"}  # which spoil no answer to a submit
"""What is read as what it is."""


def first_told(session: Session) -> tuple[Job, str]:
    """Run the cell, and return its job with what is said when it can't be sure."""
    job = session.start(KITE)
    try:
        job.accepted(TIMEOUT)
    except MJError as error:
        return job, str(error)
    return job, ""


@pytest.mark.parametrize("way", SPOILED_ANSWERS)
def test_an_answer_that_can_not_be_relied_on(tmp_path: Path, row: Row, way: str) -> None:
    """The first cell reads it or says so; run again, here or elsewhere, it joins the task."""
    row.fault = f"unreadable answer: {way}"
    with Rig(tmp_path, faults=(read_fault(f"spoil={way}@imagine x1"),)) as rig:
        session = rig.open(replay=True)
        _, told = first_told(session)
        assert bool(told) is (way not in READ)
        assert not told or "may be drawn already" in told
        assert "Nothing was drawn" not in told
        same, new = session.start(KITE), rig.open(replay=True).start(KITE)
        assert rig.finish(same).status == Status.SUCCESS
        assert new.wait(TIMEOUT).id == same.id
        assert session.store.unsettled(session.server) == []
        row.submits, row.tasks = rig.relay.submits, len(rig.tasks())
        row.lost = lost_tasks(rig, tmp_path / "history")
        assert (row.submits, row.tasks, row.lost) == (1, 1, 0)
        row.picture = "whole" if same.image else ""
        row.told = told or "(read as what it is)"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("way", ["cut", "list", "error-json", "do-request-failed"])
def test_it_is_so_in_every_dialect(tmp_path: Path, dialect: str, way: str) -> None:
    """The answer comes as it is written in the table, and nobody sends the same again."""
    faults = (read_fault(f"spoil={way}@imagine x1"),)
    with Rig(tmp_path, dialect=dialect, faults=faults) as rig:
        session = rig.open(replay=True)
        _, told = first_told(session)
        assert bool(told) is (way not in READ)
        with contextlib.suppress(Unsettled):  # a gateway has no list to look in
            session.start(KITE).accepted(TIMEOUT)
        assert rig.relay.submits == 1


@pytest.mark.parametrize("way", ["empty", "error-json", "do-request-failed"])
def test_its_task_is_looked_for_at_once(tmp_path: Path, row: Row, way: str) -> None:
    """Where the proxy lists its tasks, the first cell finds it by its tag and goes on."""
    row.fault = f"unreadable answer, looked for: {way}"
    with Rig(tmp_path, faults=(read_fault(f"spoil={way}@imagine x1"),)) as rig:
        session = rig.open(replay=True, pacing=dataclasses.replace(QUICK, looks=(0.0,)))
        job = rig.finish(session.start(KITE))
        row.submits, row.tasks, row.picture = rig.relay.submits, len(rig.tasks()), "whole"
        row.lost = lost_tasks(rig, tmp_path / "history")
        row.told = job.remarks[0]
        assert (row.submits, row.tasks, row.lost) == (1, 1, 0)
        assert "found by its tag" in row.told


def test_without_a_list_it_stays_in_doubt_and_is_shown(tmp_path: Path, row: Row) -> None:
    """A gateway lists nothing: it is not sent again, and history, spend and resume show it."""
    row.fault = "unreadable answer, and no list to look in"
    with Rig(tmp_path, faults=(read_fault("spoil=empty@imagine x1"),)) as rig:
        rig.relay.rule = lambda asked: (
            CannedResponse(404, b"") if asked.path.endswith("/task/list") else ConnectionFate.PASS
        )
        session = rig.open(replay=True)
        first_told(session)
        with pytest.raises(Unsettled, match="not known whether") as caught:
            session.start(KITE)
        resumed = session.resume()
        assert [request.prompt for request, _ in resumed.in_doubt] == ["a red kite"]
        assert (resumed.jobs, resumed.failed) == ([], [])
        (stored,) = session.store.unsettled(session.server)
        assert stored.state == "unknown"
        row.submits, row.tasks, row.told = rig.relay.submits, len(rig.tasks()), str(caught.value)
        row.lost = lost_tasks(rig, tmp_path / "history")
        assert (row.submits, row.tasks, row.lost) == (1, 1, 0)


def test_a_refusal_stays_a_refusal(tmp_path: Path) -> None:
    """A known code proves that nothing is drawn: the same cell asks again."""
    with Rig(tmp_path, faults=(read_fault("refuse=4:bad@imagine x1"),)) as rig:
        session = rig.open(replay=True)
        _, told = first_told(session)
        assert "bad" in told
        assert rig.finish(session.start(KITE)).status == Status.SUCCESS
        assert (rig.relay.submits, len(rig.tasks())) == (2, 1)


def test_an_unreadable_answer_to_a_window_is_not_sent_again(tmp_path: Path) -> None:
    """An answer is paid for like a first request: its task is looked at before."""
    faults = (read_fault("spoil=error@modal x1"),)
    with Rig(tmp_path, faults=faults) as rig:
        session = rig.open(replay=True, pacing=dataclasses.replace(QUICK, looks=(0.0,)))
        window = rig.finish(rig.drawn(session).press("U2")).press("Custom Zoom").accepted(TIMEOUT)
        window.answer(zoom=1.5)
        rig.finish(window)
        asked = [one for one in rig.relay.requests if "/submit/modal" in one.path]
        assert len(asked) == 1


def test_a_window_that_was_opened_by_an_unreadable_answer_is_found(tmp_path: Path) -> None:
    """Pressed again, the button brings back the window that is open, ready to be answered."""
    with Rig(tmp_path) as rig:
        session = rig.open(replay=True)
        single = rig.finish(rig.drawn(session).press("U2"))
        rig.relay.rule = first(lambda asked: asked.is_submit, ConnectionFate.LOSE)
        with pytest.raises(ServerUnreachable):
            single.press("Custom Zoom").accepted(TIMEOUT)
        window = single.press("Custom Zoom").accepted(TIMEOUT)
        window.answer(zoom=1.5)
        assert rig.finish(window).status == Status.SUCCESS
        assert (rig.relay.submits, len(rig.tasks())) == (4, 3)


KINDS = {
    "describe": Describe(base64=sent(halves("red", "blue"))),
    "shorten": Shorten(prompt="a very red kite"),
    "blend": Blend(base64_array=(sent(halves("red", "blue")), sent(halves("tan", "teal")))),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["empty", "error-json"])
def test_it_is_so_for_all_that_is_asked(tmp_path: Path, kind: str, way: str) -> None:
    """Describe, shorten and blend are paid for as well: one submit each, here and elsewhere."""
    with Rig(tmp_path, faults=(read_fault(f"spoil={way}@{kind} x1"),)) as rig:
        session = rig.open(replay=True)
        with pytest.raises(ServerUnreachable, match="does not tell"):
            session.start(KINDS[kind]).accepted(TIMEOUT)
        same, new = session.start(KINDS[kind]), rig.open(replay=True).start(KINDS[kind])
        assert rig.finish(same).status == Status.SUCCESS
        assert new.wait(TIMEOUT).id == same.id
        assert (rig.relay.submits, len(rig.tasks())) == (1, 1)


@pytest.mark.parametrize("minutes", [0, 2])
def test_an_answer_in_doubt_is_never_paid_twice(tmp_path: Path, row: Row, minutes: int) -> None:
    """Given again by an impatient person, it goes on with the task that the first one closed."""
    row.fault = f"unreadable answer to a window, answered again after {minutes} minutes"
    with Rig(tmp_path, faults=(read_fault("spoil=error@modal x1"),)) as rig:
        session = rig.open(replay=True)
        window = rig.finish(rig.drawn(session).press("U2")).press("Custom Zoom").accepted(TIMEOUT)
        with pytest.raises(ServerUnreachable) as told:
            window.answer(zoom=1.5)
        rig.clock.advance(60.0 * minutes)
        with contextlib.suppress(UsageError):  # the poller saw first that it is closed
            window.answer(zoom=1.5)
        assert rig.finish(window).status == Status.SUCCESS
        session.resume()
        assert session.store.unsettled(session.server) == []
        asked = [one for one in rig.relay.requests if "/submit/modal" in one.path]
        assert len(asked) == 1
        row.submits, row.tasks, row.picture = rig.relay.submits, len(rig.tasks()), "whole"
        row.lost = lost_tasks(rig, tmp_path / "history")
        row.told = str(told.value)


def test_an_answer_that_may_be_on_its_way_is_not_sent_again(tmp_path: Path) -> None:
    """While nobody can know, the sentence says when it will be known."""
    with Rig(tmp_path, faults=(read_fault("drop@modal x1"),)) as rig:
        session = rig.open(replay=True)
        window = rig.finish(rig.drawn(session).press("U2")).press("Custom Zoom").accepted(TIMEOUT)
        with pytest.raises(ServerUnreachable):
            window.answer(zoom=1.5)
        with pytest.raises(Unsettled, match="Answer again in a minute and a half"):
            window.answer(zoom=1.5)
        asked = [one for one in rig.relay.requests if "/submit/modal" in one.path]
        assert len(asked) == 1


NO_LISTS = [b"null", b"{}", b"", b"[", b'{"code":1}', b'[\n {"id":"1","status":""},\n {"id', b"<p>"]


@pytest.mark.parametrize("body", NO_LISTS)
def test_a_spoiled_list_proves_nothing(tmp_path: Path, body: bytes) -> None:
    """Only a whole list without the task lets the same cell be sent again."""
    with Rig(tmp_path, faults=(read_fault("spoil=empty@imagine x1"),)) as rig:
        rig.relay.rule = lambda asked: (
            CannedResponse(200, body) if asked.path.endswith("/task/list") else ConnectionFate.PASS
        )
        session = rig.open(replay=True)
        first_told(session)
        (request,) = session.store.unsettled(session.server)
        session.store._elapsed = lambda: time.monotonic() + 100
        reconciler = Reconciler(session.client, session.store, session.server, session.now)
        with pytest.raises(MJError):
            reconciler.reconcile(request)
        assert session.store.unsettled(session.server) == [request]


def test_a_state_of_ones_own_finds_its_own_task(tmp_path: Path) -> None:
    """The same word may stand on many tasks: each request finds the one that is its own."""
    with Rig(tmp_path, faults=(read_fault("spoil=empty@imagine x2"),)) as rig:
        session = rig.open(replay=True)
        for prompt in ("a kite", "a boat"):
            with pytest.raises(ServerUnreachable):
                session.start(Imagine(prompt=prompt, state="mine")).accepted(TIMEOUT)
        session.start(Imagine(prompt="a tree", state="mine")).accepted(TIMEOUT)
        found = {job.prompt: job.task.prompt for job in session.resume().jobs if job.task}
        assert found == {prompt: prompt for prompt in ("a kite", "a boat", "a tree")}
        assert (rig.relay.submits, len(rig.tasks())) == (3, 3)


def test_a_state_of_ones_own_does_not_join_anothers_task(tmp_path: Path) -> None:
    """What never arrived has no task, whatever else carries its word."""
    with Rig(tmp_path, faults=(read_fault("drop@imagine x1"),)) as rig:
        session = rig.open(replay=True)
        with pytest.raises(ServerUnreachable):
            session.start(Imagine(prompt="a kite", state="mine")).accepted(TIMEOUT)
        other = session.start(Imagine(prompt="a boat", state="mine")).accepted(TIMEOUT)
        resumed = session.resume()
        assert [job.id for job in resumed.jobs] == [other.id]
        assert [request.prompt for request, _ in resumed.in_doubt] == ["a kite"]


def test_all_tasks_of_one_press_are_found(tmp_path: Path, row: Row) -> None:
    """One press may make four tasks: an unreadable answer loses none of them."""
    row.fault = "unreadable answer to a press that makes four tasks"
    with Rig(tmp_path, faults=(read_fault("spoil=empty@action x1"),)) as rig:
        session = rig.open(replay=True)
        told = rig.finish(session.start(Describe(base64=sent(halves("red", "blue")))))
        with pytest.raises(ServerUnreachable) as caught:
            told.press("imagine_all").accepted(TIMEOUT)
        jobs = session.resume().jobs
        assert len(jobs) == 4
        assert all(rig.finish(job).status == Status.SUCCESS for job in jobs)
        row.submits, row.tasks, row.picture = rig.relay.submits, len(rig.tasks()), "whole"
        row.lost = lost_tasks(rig, tmp_path / "history")
        row.told = str(caught.value)
        assert (row.submits, row.tasks, row.lost) == (2, 5, 0)
