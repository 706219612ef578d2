"""Presses on jobs that have not ended: planned, shown, and sent when their parent is there."""

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from mj_notebook.errors import TaskFailed, UsageError
from mj_notebook.protocol.requests import Imagine, Shorten
from mj_notebook.session.job import Job
from mj_notebook.session.job_lineage import own_word
from mj_notebook.session.session import Session
from mj_notebook.view.status import Phase, phase_of, status_words
from tests.support.rig import TIMEOUT, Rig, until


def words(job: Job) -> str:
    """Return where *job* stands, as it is shown."""
    facts = job.facts()
    return status_words(facts, phase_of(facts))


def test_a_press_on_a_running_job_waits_for_it_and_says_so(rig: Rig, job: Job) -> None:
    """It returns at once, is shown below its parent, and is sent when that has ended."""
    child = job.press("U2")
    assert (words(child), child.parent, job.children) == ("waits for the grid", job, [child])
    assert phase_of(child.facts()) is Phase.PLANNED
    rig.finish(job)
    rig.finish(child)
    assert child.task is not None
    assert child.task.action == "UPSCALE"
    assert own_word(child) == "U2"
    assert len(rig.tasks()) == 2


def test_a_chain_returns_at_once_and_fills(rig: Rig, job: Job) -> None:
    """Each step waits for the one above it."""
    zoom = job.press("U2").press("Zoom Out 2x")
    assert words(zoom) == "waits for U2"
    rig.finish(job)
    assert zoom.parent is not None
    rig.finish(zoom.parent)
    rig.finish(zoom)
    assert zoom.trail == ("imagine", "U2", "zoom out 2x")
    assert len(rig.tasks()) == 3


def test_the_same_press_planned_twice_is_one(rig: Rig, job: Job) -> None:
    """Run twice while its parent runs, a cell pays for one press; numbers and case are names."""
    child = job.press("U2")
    assert job.press("u2") is child
    assert job.press(2) is child
    rig.finish(job)
    assert job.press("U2") is child
    rig.finish(child)
    assert len(rig.tasks()) == 2


def test_two_kernels_plan_the_same_and_pay_once(rig: Rig) -> None:
    """The second kernel joins the parent; its planned press becomes what the first one drew."""
    first, second = rig.open(replay=True), rig.open(replay=True)
    here = first.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)
    there = second.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)
    assert there.id == here.id
    children = [here.press("U2"), there.press("U2")]
    rig.clock.advance(11)
    for child in children:
        child.accepted(TIMEOUT)
    rig.clock.advance(11)
    assert [child.wait(TIMEOUT).id for child in children] == [children[0].id] * 2
    assert there.children == [children[1]]
    assert len(rig.tasks()) == 2


def test_a_parent_that_fails_ends_what_waits_for_it(rig: Rig, job: Job) -> None:
    """With its reason, down the whole chain; nothing is sent."""
    zoom = job.press("U2").press("Zoom Out 2x")
    job.accepted(TIMEOUT).cancel()
    with pytest.raises(TaskFailed, match=r"^Zoom Out 2x was not sent[^:]*: The task was cancelled"):
        zoom.wait(TIMEOUT)
    assert words(zoom) == "not sent"
    assert len(rig.tasks()) == 1


def test_a_button_that_is_not_there_is_said_when_it_is_known(rig: Rig, job: Job) -> None:
    """The sentence lists what the finished parent offers."""
    child = job.press("Upscael")
    rig.finish(job)
    with pytest.raises(UsageError, match="no button 'Upscael'") as caught:
        child.wait(TIMEOUT)
    assert "U1" in caught.value.hint


NEVER: dict[str, Callable[[Job], object]] = {
    "seed": lambda job: job.seed(),
    "breakdown": lambda job: job.breakdown,
    "ablate": lambda job: job.ablate(),
    "length": len,
    "tile": lambda job: job[1],
    "image": lambda job: job.image,
    "save": lambda job: job.save(),
    "content": lambda job: job.content(),
    "rating": lambda job: job.rate(3),
    "choice": lambda job: job.choose(),
    "the same again": lambda job: job.again(),
    "code": lambda job: job.code(),
    "press": lambda job: job.press("U1"),
    "answer": lambda job: job.answer("x"),
    "buttons": lambda job: job.buttons,
    "pickle": pickle.dumps,
}


def test_what_never_became_a_task_says_why_whatever_is_asked(rig: Rig, job: Job) -> None:
    """Never "try again in a moment", nor a value that looks like one; the reason is the first."""
    child = job.press("Upscael")
    rig.finish(job)
    for name, ask in NEVER.items():
        with pytest.raises(UsageError, match="no button 'Upscael'"):
            pytest.fail(f"{name}: {ask(child)!r}")
    assert child.cancel() is False
    with pytest.raises(UsageError, match="never became a task"):
        child.delete(yes=True)


@pytest.mark.parametrize("name", ["U9", "v5", "U0", "U 12"])
def test_what_no_grid_offers_is_said_at_once(job: Job, name: str) -> None:
    """A grid has four pictures, whatever it will be; nothing is planned."""
    with pytest.raises(UsageError, match="a grid has four pictures"):
        job.press(name)
    assert job.children == []


def test_what_is_answered_in_words_has_no_pictures_to_press(session: Session) -> None:
    """It is known before the words are there."""
    words = session.start(Shorten(prompt="a long red kite"))
    with pytest.raises(UsageError, match="answered in words") as caught:
        words.press("U2")
    assert "1️⃣" in caught.value.hint
    assert words.children == []


def test_what_is_planned_can_be_cancelled(rig: Rig, job: Job) -> None:
    """It ends without having been sent, and its parent goes on; pressed again it is another one."""
    child = job.press("U2")
    hold = threading.Event()
    job.worker.post(hold.wait, TIMEOUT)  # so that the end of the job is not told yet
    try:
        child.cancel()
        again = job.press("U2")
        assert again is not child
    finally:
        hold.set()
    with pytest.raises(TaskFailed, match="before it was sent"):
        child.wait(TIMEOUT)
    rig.finish(job)
    rig.finish(again)
    assert len(rig.tasks()) == 2


def test_an_answer_follows_a_press_that_waits(rig: Rig, job: Job) -> None:
    """Press and answer stand in one cell, before there is a grid; both are sent in their order."""
    zoom = job.press("U2").press("Custom Zoom").answer(zoom=1.2)
    rig.finish(job)
    assert zoom.parent is not None
    rig.finish(zoom.parent)
    until(zoom, lambda one: "--zoom 1.2" in one.prompt and one.window is None)
    rig.finish(zoom)
    assert zoom.task is not None
    assert "--zoom 1.2" in (zoom.task.prompt or "")


def test_an_answer_that_is_none_leaves_the_window_open(rig: Rig, job: Job) -> None:
    """What is wrong with it is told beside the window, which waits for a better one."""
    single = job.press("U2")
    zoom = single.press("Custom Zoom").answer("a red kite")
    rig.finish(job)
    rig.finish(single)
    until(zoom, lambda one: one.remarks)
    assert zoom.window is not None
    assert "zoom" in zoom.remarks[0].lower()
    zoom.cancel()


def test_a_second_answer_is_the_same_or_refused(job: Job) -> None:
    """What is on its way is drawn: another one would be lost, and nonsense is refused at once."""
    region = job.press("U2").press("Vary (Region)")
    mask = np.array([[0, 255]], np.uint8)
    given: dict[str, Any] = {"prompt": "a hat", "mask": mask.copy()}
    assert region.answer(**given) is region.answer(**given) is region
    given["mask"][0, 0] = 255
    for other in (given, {"prompt": "a dragon", "mask": mask}, {"mask": [(0, 0, 9, 9)]}):
        with pytest.raises(UsageError, match="Another answer to this window is on its way"):
            region.answer(**other)
    with pytest.raises(UsageError, match=r"nope\.png"):
        region.answer("a hat", mask="nope.png")
    with pytest.raises(UsageError, match="not possible"):
        job.press("U3").press("Custom Zoom").answer(zoom=7)


def test_what_waits_for_a_planned_job_waits_for_the_whole_way(rig: Rig, job: Job) -> None:
    """A picture asked of the end of a chain comes when the chain has been drawn."""
    child = job.press("U2")
    with ThreadPoolExecutor() as pool:
        size = pool.submit(lambda: child.image.size)
        rig.finish(job)
        rig.finish(child)
        assert size.result(TIMEOUT) == child.image.size


@pytest.mark.parametrize("name", [0, 5, True, None, "", " ", 2.5], ids=repr)
def test_what_is_no_name_of_a_button_is_one_sentence(job: Job, name: object) -> None:
    """Before anything is planned."""
    with pytest.raises(UsageError, match=r"is no button|There is no button|name can't be"):
        job.press(name)  # type: ignore[arg-type]
    assert job.children == []


def test_a_number_is_that_picture(rig: Rig, session: Session) -> None:
    """`press(2)` is U2."""
    assert own_word(rig.drawn(session).press(2)) == "U2"
