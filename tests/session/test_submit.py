"""From a request to its tasks: one as a rule, several for some presses, or another way."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from mj_notebook.errors import MJError, Refused, ServerUnreachable, TaskUnknown
from mj_notebook.protocol.requests import Describe, Imagine
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.images.making import picture_url
from tests.support.relay import CannedResponse, ConnectionFate, Rule, SeenRequest, submit_reply
from tests.support.rig import TIMEOUT, Rig, until

# How a gateway refuses a button it does not know, and says that it knows no (finished) parent.
UNKNOWN_BUTTON = CannedResponse(
    400, b'{"code":4,"description":"unknown_action:MJ::Job::PicReader ","type":"upstream_error"}'
)
NOT_FINISHED = CannedResponse(
    400, b'{"code":4,"description":"task_status_not_success ","type":"upstream_error"}'
)
NOT_FOUND = CannedResponse(
    400, b'{"code":4,"description":"task_no_found ","type":"upstream_error"}'
)


def bodies(rig: Rig, path: str) -> list[dict[str, Any]]:
    """Return the bodies of the submits to *path*, in order."""
    return [
        json.loads(asked.body) for asked in tuple(rig.relay.requests) if asked.path.endswith(path)
    ]


def refusing(path: str, way: CannedResponse, times: int = 1000) -> Rule:
    """Return a rule that answers the first *times* requests to *path* in its own *way*."""
    seen: list[SeenRequest] = []

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if not asked.path.endswith(path):
            return ConnectionFate.PASS
        seen.append(asked)
        return way if len(seen) <= times else ConnectionFate.PASS

    return rule


def described(rig: Rig, session: Session) -> Job:
    """Describe a picture to its end."""
    picture = picture_url(Image.new("RGB", (64, 64), "teal"))
    return rig.finish(session.start(Describe(base64=picture)))


def test_several_ids_are_several_jobs(rig: Rig, session: Session) -> None:
    """A reply that names two tasks makes two jobs: both are followed, kept, and know each other."""
    elsewhere = rig.open(store=rig.folder / "elsewhere")
    grids = [rig.drawn(elsewhere), rig.drawn(elsewhere, "a red kite, blue tail")]
    ids = ",".join(str(grid.id) for grid in grids)
    single = rig.finish(rig.drawn(session).press("U1"))
    rig.relay.rule = refusing("/submit/action", submit_reply(1, "ok", ids))
    first = single.press("vary_subtle").wait(TIMEOUT)
    (second,) = first.siblings
    assert [first.id, second.wait(TIMEOUT).id] == [grid.id for grid in grids]
    assert second.siblings == (first,)
    assert single.children == [first, second]
    assert second.step == first.step
    assert second.pictures.kept is not None
    assert not session.store.unsettled(session.server)


def test_an_answer_that_names_anothers_task_is_none(rig: Rig, session: Session) -> None:
    """As one out of a cache: nobody knows which task is this one's, and no other is shown."""
    red = rig.drawn(session)
    rig.relay.rule = refusing("/submit/imagine", submit_reply(1, "ok", red.id))
    blue = session.start(Imagine(prompt="a blue kite"))
    with pytest.raises(ServerUnreachable, match="that of another one: “a red kite”") as told:
        blue.wait(TIMEOUT)
    assert told.value.sent
    assert "mj.resume()" in str(told.value)
    assert [one.prompt for one in session.store.unsettled(session.server)] == ["a blue kite"]
    same = session.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)
    assert same.id == red.id  # a server may draw the same only once


def test_a_button_the_server_lacks_is_imagined_instead(rig: Rig, session: Session) -> None:
    """Where a gateway refuses “2”, the second prompt is imagined, once, and the job says so."""
    job = described(rig, session)
    rig.relay.rule = refusing("/submit/action", UNKNOWN_BUTTON)
    drawn = rig.finish(job.press("imagine_line_2"))
    (asked,) = bodies(rig, "/submit/imagine")
    assert asked["prompt"] == drawn.prompt
    assert job.task is not None
    assert asked["prompt"] in (job.task.final_prompt or "")
    assert "imagined instead" in drawn.remarks[0]
    assert drawn.parent is job
    assert isinstance(drawn.request, Imagine)
    assert not session.store.unsettled(session.server)


def test_imagine_all_becomes_as_many_jobs(rig: Rig, session: Session) -> None:
    """Where “imagine all” is refused, all four prompts are imagined, each as a job of its own."""
    job = described(rig, session)
    rig.relay.rule = refusing("/submit/action", UNKNOWN_BUTTON)
    first = until(job.press("imagine_all"), lambda made: len(made.siblings) == 3)
    jobs = [first, *first.siblings]
    for one in jobs:
        one.accepted(TIMEOUT)
    assert len({one.id for one in jobs}) == 4
    assert sorted(asked["prompt"] for asked in bodies(rig, "/submit/imagine")) == sorted(
        one.prompt for one in jobs
    )
    assert job.children == jobs


def test_u_is_asked_for_by_number_where_there_is_no_such_button(rig: Rig, session: Session) -> None:
    """A server that refuses the button U2 is asked for change number 2 instead, and it is said."""
    grid = rig.drawn(session)
    rig.relay.rule = refusing("/submit/action", UNKNOWN_BUTTON)
    single = rig.finish(grid.press("U2"))
    (asked,) = bodies(rig, "/submit/change")
    assert (asked["taskId"], asked["action"], asked["index"]) == (grid.id, "UPSCALE", 2)
    assert "by number" in single.remarks[0]


def test_a_button_without_another_way_stays_refused(rig: Rig, session: Session) -> None:
    """What nothing can replace ends with the server's own words."""
    single = rig.finish(rig.drawn(session).press("U1"))
    rig.relay.rule = refusing("/submit/action", UNKNOWN_BUTTON)
    with pytest.raises(Refused, match="unknown_action"):
        single.press("zoom_out_2x").wait(TIMEOUT)
    assert len(bodies(rig, "/submit/action")) == 2  # U1, and this one


@pytest.mark.parametrize("answer", [NOT_FINISHED, NOT_FOUND], ids=["not finished", "not found"])
def test_a_press_that_came_too_early_is_sent_once_more(
    rig: Rig, session: Session, answer: CannedResponse
) -> None:
    """A gateway that has not heard yet of the parent's end refuses once; nothing is paid twice."""
    grid = rig.drawn(session)
    rig.relay.rule = refusing("/submit/action", answer, times=1)
    single = grid.press("U1").accepted(TIMEOUT)
    assert rig.finish(single).pictures.kept is not None
    assert len(bodies(rig, "/submit/action")) == 2
    assert len(rig.tasks()) == 2


def test_it_is_sent_once_more_and_no_oftener(rig: Rig, session: Session) -> None:
    """A parent that stays unknown ends the job after the second try."""
    grid = rig.drawn(session)
    rig.relay.rule = refusing("/submit/action", NOT_FOUND)
    with pytest.raises(TaskUnknown):
        grid.press("U1").wait(TIMEOUT)
    assert len(bodies(rig, "/submit/action")) == 2


def test_old_parents_are_not_asked_for_again(rig: Rig, session: Session) -> None:
    """A parent that ended long ago is not late: the first refusal counts."""
    grid = rig.drawn(session)
    grid.ended_at = session.now() - 3600
    rig.relay.rule = refusing("/submit/action", NOT_FOUND)
    with pytest.raises(TaskUnknown):
        grid.press("U1").wait(TIMEOUT)
    assert len(bodies(rig, "/submit/action")) == 1


def without_buttons(asked: SeenRequest, rig: Rig) -> CannedResponse | ConnectionFate:
    """Answer lists as a server does that knows no buttons."""
    if not asked.is_list:
        return ConnectionFate.PASS
    tasks = [task for task in rig.tasks() if task["id"] in asked.ids]
    return CannedResponse(200, json.dumps([{**task, "buttons": None} for task in tasks]).encode())


def test_a_server_without_buttons_is_asked_by_number(rig: Rig, session: Session) -> None:
    """U, V and a new grid are offered all the same, and go the way such a server takes."""
    rig.relay.rule = lambda asked: without_buttons(asked, rig)
    grid = rig.drawn(session)
    assert [button.label for button in grid.buttons[:4]] == ["U1", "U2", "U3", "U4"]
    single = rig.finish(grid.press("V3"))
    (asked,) = bodies(rig, "/submit/change")
    assert (asked["action"], asked["index"]) == ("VARIATION", 3)
    assert bodies(rig, "/submit/action") == []
    assert single.custom_id in grid.facts().pressed
    assert single.remarks == ()


# -- a history that goes away ----------------------------------------------------------------------


def removed(rig: Rig) -> None:
    """Remove the history, as a tidy person does."""
    while (rig.folder / "history").exists():  # others write there meanwhile
        shutil.rmtree(rig.folder / "history", ignore_errors=True)


def moved(rig: Rig) -> None:
    """Put the history elsewhere."""
    (rig.folder / "history").rename(rig.folder / "moved")


@pytest.mark.parametrize("leave", [removed, moved])
@pytest.mark.parametrize("when", ["before", "sent", "drawing", "drawn"])
def test_a_history_that_went_away_is_written_again(
    rig: Rig, leave: Callable[[Rig], None], when: str
) -> None:
    """Whenever it goes, the next kernel knows what was paid for, and it is said."""
    session = rig.open(replay=True)
    rig.drawn(session, "a green kite")
    if when == "before":
        leave(rig)

    gone: list[str] = []

    def rule(asked: SeenRequest) -> ConnectionFate:
        if when == "sent" and asked.is_submit and not gone:
            gone.append(asked.path)
            leave(rig)
        return ConnectionFate.PASS

    rig.relay.rule = rule
    job = session.start(Imagine(prompt="a blue kite")).accepted(TIMEOUT)
    if when == "drawing":
        leave(rig)
    rig.finish(job)
    if when == "drawn":
        leave(rig)
    told = [*job.remarks, *session.start(Imagine(prompt="more")).remarks]
    assert any("removed or moved while it was open" in one for one in told)
    next_kernel = rig.open(replay=True)
    for prompt in ("a blue kite", "a green kite"):
        again = next_kernel.start(Imagine(prompt=prompt)).wait(TIMEOUT)
        assert again.image.size == (64, 64)
    assert Counter(task["prompt"] for task in rig.tasks())["a blue kite"] == 1
    assert Counter(task["prompt"] for task in rig.tasks())["a green kite"] == 1


def test_a_press_goes_on_though_the_history_went_away(rig: Rig, grid: Job) -> None:
    """The picture that it is of is known in the new one, and it is pressed once."""
    removed(rig)
    rig.finish(grid.press("U2"))
    later = rig.open(replay=True)
    parent = later.job(str(grid.id))
    assert rig.finish(parent.press("U2")).facts().is_replayed
    assert len(rig.tasks()) == 2


def test_a_session_that_closes_in_that_moment_has_sent_nothing(rig: Rig) -> None:
    """It says so, and history does not take the request for one that may be under way."""
    session = rig.open(replay=True)
    session.worker.pool.shutdown(wait=True)
    with pytest.raises(MJError, match="session was closed"):
        session.start(Imagine(prompt="a kite"))
    assert rig.relay.submits == 0
    assert not session.store.unsettled(session.server)
