"""Answers of windows that find no room: they wait for their turn, and are sent once."""

import json
from dataclasses import replace

import pytest

from mj_notebook.errors import UsageError, WaitTimeout
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.session.test_modal import opened
from tests.session.test_submit import bodies
from tests.support.relay import CannedResponse, ConnectionFate
from tests.support.rig import QUICK, Rig, until


@pytest.fixture
def single(rig: Rig, session: Session) -> Job:
    """Return one finished picture."""
    return rig.finish(rig.drawn(session).press("U1"))


def test_an_answer_that_finds_no_room_is_sent_again(rig: Rig) -> None:
    """As everything that draws: a cell that goes on does not fail, and each is sent once."""
    pacing = replace(rig.settings.pacing, trouble=0.05)
    job = opened(rig.finish(rig.drawn(rig.open(pacing=pacing)).press("U1")), "custom_zoom")
    full = [CannedResponse(200, b'{"code":23,"description":"full","result":null}')] * 2
    rig.relay.rule = lambda asked: (
        full.pop() if full and asked.path.endswith("/modal") else ConnectionFate.PASS
    )
    assert job.answer(zoom=1.5) is job.answer(zoom=1.5) is job
    assert until(job, lambda changed: changed.answering is None).window is None
    assert rig.finish(job).status == Status.SUCCESS
    assert len(bodies(rig, "/submit/modal")) == 3


def without_room(rig: Rig) -> list[bool]:
    """Let the server have no room for an answer, as long as the list says so."""
    is_full, full = [True], CannedResponse(200, b'{"code":23,"description":"full"}')
    rig.relay.rule = lambda asked: (
        full if is_full[0] and asked.path.endswith("/modal") else ConnectionFate.PASS
    )
    return is_full


@pytest.mark.parametrize("is_early", [True, False])
def test_an_answer_waits_for_room(rig: Rig, single: Job, *, is_early: bool) -> None:
    """It says so meanwhile, nobody answers twice, and it is sent in its turn and taken once."""
    is_full = without_room(rig)
    job = single.press("Custom Zoom") if is_early else opened(single, "Custom Zoom")
    job.answer(zoom=1.5)
    until(job, lambda one: "sent by itself when there is room" in one.trouble)
    with pytest.raises(UsageError, match="Another answer"):
        job.answer(zoom=2)
    told: list[str] = []
    job.subscribe(lambda one: told.append(one.trouble))
    assert job.task is not None
    job.worker.post(job.update, job.task)  # as the next poll does
    until(job, lambda _: told)
    assert all(told)
    said = repr(job)
    assert "waits to be sent" in said
    assert "sent by itself when there is room" in said
    assert ".answer(" not in said
    with pytest.raises(WaitTimeout, match="waits to be sent"):
        job.wait(0.01)
    is_full[0] = False
    until(job, lambda one: one.answering is None)
    assert rig.finish(job).status == Status.SUCCESS
    assert job.trouble == ""
    assert bodies(rig, "/submit/modal")[-1]["prompt"].endswith("--zoom 1.5")
    assert not job.session.store.unsettled(job.server)


def test_an_answer_that_waits_is_cancelled_with_its_window(rig: Rig, single: Job) -> None:
    """Nothing is sent any more."""
    without_room(rig)
    job = opened(single, "Custom Zoom").answer(zoom=1.5)
    until(job, lambda one: one.trouble)
    job.cancel()
    assert until(job, lambda one: not one.is_open).status == Status.CANCEL


def test_an_answer_is_not_waited_for_without_end(rig: Rig) -> None:
    """The window stays open then, says why, and can be answered again."""
    session = rig.open(pacing=replace(QUICK, deadline=0.2))
    is_full = without_room(rig)
    grid = rig.finish(session.start(Imagine(prompt="a red kite")))
    job = opened(rig.finish(grid.press("U1")), "Custom Zoom").answer(zoom=1.5)
    until(job, lambda one: one.answering is None)
    assert any("full" in remark for remark in job.remarks)
    is_full[0] = False
    assert rig.finish(job.answer(zoom=1.5)).status == Status.SUCCESS


def test_answers_are_sent_in_the_order_they_were_given(rig: Rig, session: Session) -> None:
    """When their windows were opened says nothing, and what was asked before them comes first."""
    grid = rig.drawn(session)
    one, two = (opened(rig.finish(grid.press(name)), "Custom Zoom") for name in ("U1", "U2"))
    full, is_full = CannedResponse(200, b'{"code":23,"description":"full"}'), [True]
    rig.relay.rule = lambda asked: (
        full if is_full[0] and "/submit/" in asked.path else ConnectionFate.PASS
    )
    hut = session.start(Imagine(prompt="a hut"))
    until(hut, lambda job: job.trouble)
    for job, zoom in ((two, 1.2), (one, 1.5)):
        until(job.answer(zoom=zoom), lambda waiting: waiting.trouble)
    rig.relay.requests.clear()
    is_full[0] = False
    for job in (hut, two, one):
        rig.finish(job)
    sent = [json.loads(asked.body) for asked in rig.relay.requests if "/submit/" in asked.path]
    assert [one["prompt"][-10:] for one in sent] == ["a hut", "--zoom 1.2", "--zoom 1.5"]
