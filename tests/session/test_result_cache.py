"""What was drawn already is not paid for again, what runs is joined, what is lost is looked for."""

import dataclasses
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.errors import MJError, ServerUnreachable
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from mj_notebook.view.task_view import task_view
from tests.support.house import PATIENCE, QUICK, House, until
from tests.support.relay import Asked, Line, Rule, Say

KITE = Imagine(prompt="a red kite --ar 3:2 --seed 7")


@pytest.fixture
def session(house: House) -> Session:
    """Return a session that replays, as sessions of people do."""
    return house.open(replay=True)


def again(house: House) -> Session:
    """Return the session of the next kernel on the same history."""
    return house.open(replay=True)


def drawn(house: House, session: Session, **options: Any) -> Job:
    """Draw the kite to its end."""
    return house.finish(session.start(Submission(KITE, **options)))


# -- finished --------------------------------------------------------------------------------------


def test_a_finished_picture_is_replayed(house: House, session: Session) -> None:
    """The same request in the next kernel costs nothing: the same task, and it is said so."""
    first = drawn(house, session)
    before = house.relay.submits
    job = again(house).start(KITE).wait(PATIENCE)
    assert (job.id, job.is_replayed) == (first.id, True)
    assert job.content() == first.content()
    assert "replayed · 0 credits" in repr(job)
    assert "replayed · 0 credits" in job._repr_mimebundle_()["text/html"]
    assert house.relay.submits == before


def test_the_first_drawing_is_no_replay(house: House, session: Session) -> None:
    """What is drawn and paid for now does not say otherwise."""
    assert "replayed" not in repr(drawn(house, session))


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
    house: House, session: Session, prompt: str, *, is_same: bool
) -> None:
    """Spaces, order, short names and speed are the same picture; words and values are not."""
    first = drawn(house, session)
    job = session.start(Imagine(prompt=prompt)).accepted(PATIENCE)
    assert (job.id == first.id) is is_same
    assert house.relay.submits == (1 if is_same else 2)


def test_fresh_draws_again(house: House, session: Session) -> None:
    """`fresh` pays; from then on the newer picture is the one that is replayed."""
    first = drawn(house, session)
    second = drawn(house, session, fresh=True)
    assert second.id != first.id
    assert not second.is_replayed
    assert again(house).start(KITE).wait(PATIENCE).id == second.id
    assert house.relay.submits == 2


def test_repeats_are_counted(house: House, session: Session) -> None:
    """Three of it are three pictures, and asked for again they are the same three."""
    jobs = [session.start(Submission(KITE, repeat=number)) for number in range(3)]
    ids = [house.finish(job).id for job in jobs]
    assert len(set(ids)) == 3
    later = again(house)
    assert [later.start(Submission(KITE, repeat=number)).id for number in range(3)] == ids
    assert house.relay.submits == 3


def test_a_failure_is_not_kept(session: Session) -> None:
    """What failed is asked for again."""
    job = session.start(KITE).accepted(PATIENCE)
    job.cancel()
    until(job, lambda changed: not changed.is_open)
    second = session.start(KITE).accepted(PATIENCE)
    assert second.id != job.id


def test_a_whole_line_of_presses_is_replayed(house: House, session: Session) -> None:
    """Grid, pick, and an answered window: run again, nothing is paid, and all are the same."""

    def run(own: Session) -> list[str | None]:
        grid = own.start(KITE)
        if grid.is_open:
            house.finish(grid)
        single = grid.press("U2")
        if single.is_open:
            house.finish(single)
        zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
        zoom.answer(zoom=1.5)
        if zoom.is_open:
            house.finish(zoom)
        assert zoom.image.size == (78, 52)
        return [grid.id, single.id, zoom.id]

    first = run(session)
    drawn_before = pictures_of(house)
    assert run(again(house)) == first
    assert pictures_of(house) == drawn_before


def windowed(house: House, session: Session) -> Job:
    """Return a picked picture whose Custom Zoom was answered once."""
    single = house.finish(drawn(house, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    house.finish(zoom.answer(zoom=1.5))
    return single


def once_more(house: House, session: Session) -> tuple[Job, Job]:
    """Return the same picture and its Custom Zoom in the next kernel."""
    single = again(house).job(windowed(house, session).id or "")
    return single, single.press("custom_zoom")


def test_a_window_opens_from_history(house: House, session: Session) -> None:
    """Where its answer is known, nobody is asked: neither for the window nor for the picture."""
    single, zoom = once_more(house, session)
    before = len(house.relay.asked)
    assert zoom.id is None
    assert zoom.window is not None
    assert zoom.window.prompt == "a red kite --ar 3:2 --seed 7 --v 7.0"
    (detail,) = task_view(zoom.facts(), zoom.now()).details
    assert detail == "answer it with job.answer(zoom=1.5)"
    zoom.accepted(PATIENCE).answer(zoom=1.5).wait(PATIENCE)
    assert (zoom.is_replayed, zoom.image.size) == (True, (78, 52))
    assert len(house.relay.asked) == before
    assert [child.id for child in single.children] == [zoom.id]
    assert single.press("custom_zoom") is not zoom


def test_a_new_answer_opens_the_window_for_real(house: House, session: Session) -> None:
    """An answer that was never drawn presses the button and answers, each once."""
    _, zoom = once_more(house, session)
    before = house.relay.submits
    house.finish(zoom.answer(zoom=1.9))
    assert (zoom.status, zoom.is_replayed) == (Status.SUCCESS, False)
    assert house.relay.submits == before + 2
    known = again(house).job(zoom.id or "")
    assert known.parent is not None
    later = known.parent.press("custom_zoom").answer(zoom=1.9).wait(PATIENCE)
    assert (later.id, house.relay.submits) == (zoom.id, before + 2)


def test_a_window_from_history_is_dismissed_here(house: House, session: Session) -> None:
    """The server knows nothing of it, so it is not asked to close it."""
    _, zoom = once_more(house, session)
    before = len(house.relay.asked)
    zoom.dismiss()
    until(zoom, lambda job: not job.is_open)
    assert (zoom.status, zoom.window) == (Status.CANCEL, None)
    assert len(house.relay.asked) == before


def test_a_window_that_does_not_open_can_be_answered_again(house: House, session: Session) -> None:
    """What the person has written and painted is not lost when the server can't be reached."""
    _, zoom = once_more(house, session)
    house.relay.rule = lambda asked: Line.CUT if asked.is_submit else Line.PASS
    with pytest.raises(MJError):
        zoom.answer(zoom=1.9)
    house.relay.rule = lambda _: Line.PASS
    assert zoom.window is not None
    assert house.finish(zoom.answer(zoom=1.9)).status == Status.SUCCESS


def test_a_window_that_is_there_no_more_is_followed(tmp_path: Path) -> None:
    """A server whose Remix mode was switched off draws at once; the job follows that."""
    with House(tmp_path, remix=True) as house:
        session = house.open(replay=True)
        grid = drawn(house, session)
        varied = until(grid.press("V1"), lambda job: job.window is not None)
        house.finish(varied.answer("a blue kite"))
        house._options["remix"] = False
        house.runner.stop()
        house.start_server()
        job = again(house).job(grid.id or "").press("V1")
        assert job.window is not None
        assert house.finish(job.answer("a green kite")).status == Status.SUCCESS
        assert job.id not in {None, varied.id}


def pictures_of(house: House) -> int:
    """Return how many pictures the server drew: windows that were only opened don't count."""
    return sum(task["status"] == "SUCCESS" for task in house.tasks())


def test_a_press_is_not_paid_twice(house: House, session: Session) -> None:
    """The same button pressed again after its end shows what it gave; repeat=True pays."""
    grid = drawn(house, session)
    single = house.finish(grid.press("U1"))
    assert grid.press("U1") is single
    assert single.is_replayed
    assert house.finish(grid.press("U1", repeat=True)).id != single.id
    assert len(grid.children) == 2


def test_another_proxy_is_another_picture(house: House, session: Session) -> None:
    """What one proxy drew is not passed off as the work of another."""
    drawn(house, session)
    other = house.open(replay=True, base_url=house.runner.base_url)
    assert other.server != session.server
    assert not other.start(KITE).accepted(PATIENCE).is_replayed


# -- running ---------------------------------------------------------------------------------------


def test_a_running_task_is_joined(house: House, session: Session) -> None:
    """A kernel that died at 46 % left a task that the next one goes on with."""
    first = session.start(KITE).accepted(PATIENCE)
    house.clock.advance(5)
    job = again(house).start(KITE)
    assert job.id == first.id
    assert "was being drawn already" in job.remarks[0]
    assert house.finish(job).pictures.kept is not None
    assert house.relay.submits == 1


def test_two_cells_with_the_same_wish_are_one(house: House, session: Session) -> None:
    """While it is being sent, the same request is the same job."""
    first = session.start(KITE)
    assert session.start(KITE) is first
    house.finish(first)
    assert house.relay.submits == 1


def test_resume_brings_back_what_is_open(house: House, session: Session) -> None:
    """All open tasks of the history come back, oldest first; finished ones don't."""
    drawn(house, session)
    wishes = [Imagine(prompt=f"kite {number}") for number in range(2)]
    ids = [session.start(wish).accepted(PATIENCE).id for wish in wishes]
    resumed = again(house).resume()
    assert [job.id for job in resumed] == ids
    for job in resumed:
        assert house.finish(job).status == Status.SUCCESS


# -- lost ------------------------------------------------------------------------------------------


def losing() -> Rule:
    """Lose the answer of the first submit."""
    seen: list[Asked] = []

    def rule(asked: Asked) -> Line:
        if asked.is_submit:
            seen.append(asked)
        return Line.LOSE if asked.is_submit and len(seen) == 1 else Line.PASS

    return rule


def test_a_lost_answer_is_looked_for_at_once(house: House) -> None:
    """The task is found by its tag in the proxy's list, followed and kept: nothing sent twice."""
    session = house.open(replay=True, pacing=_looking())
    house.relay.rule = losing()
    job = drawn(house, session)
    assert job.status == Status.SUCCESS
    assert "found by its tag" in job.remarks[0]
    assert (house.relay.submits, len(house.tasks())) == (1, 1)
    assert not session.store.unsettled(session.server)


def _looking() -> Any:
    return dataclasses.replace(QUICK, looks=(0.0,))


def test_a_lost_answer_is_found_by_the_next_kernel(house: House, session: Session) -> None:
    """What could not be looked for at once is found when the cell is run again."""
    house.relay.rule = losing()
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(PATIENCE)
    job = again(house).start(KITE)
    assert "found by its tag" in job.remarks[0]
    assert house.finish(job).status == Status.SUCCESS
    assert (house.relay.submits, len(house.tasks())) == (1, 1)


def test_resume_finds_the_lost_too(house: House, session: Session) -> None:
    """`resume` looks for requests of unknown fate as well."""
    house.relay.rule = losing()
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(PATIENCE)
    (job,) = again(house).resume()
    assert house.finish(job).status == Status.SUCCESS


def test_what_never_arrived_is_sent_again_when_that_is_certain(
    house: House, session: Session
) -> None:
    """A cut line before the proxy: after a minute and a half its list proves there is no task."""
    house.relay.rule = lambda asked: Line.CUT if asked.is_submit else Line.PASS
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(PATIENCE)
    house.relay.rule = lambda _: Line.PASS
    later = again(house)
    with pytest.raises(MJError, match="may still be on its way"):
        later.start(KITE)
    later.cache._reconciler._now = lambda: session.now() + 100
    job = later.start(KITE)
    assert drawn(house, later).id == job.id
    assert len(house.tasks()) == 1
    assert not later.store.unsettled(later.server)


def test_without_a_list_the_person_decides(house: House, session: Session) -> None:
    """Where nothing can be looked up, one clear question: look again, or submit with fresh."""
    house.relay.rule = losing()
    with pytest.raises(ServerUnreachable):
        session.start(KITE).wait(PATIENCE)

    def without_list(asked: Asked) -> Say | Line:
        return Say(404, b"not found", "text/plain") if "/task/list" in asked.path else Line.PASS

    house.relay.rule = lambda asked: Line.PASS if asked.is_list else without_list(asked)
    later = again(house)
    with pytest.raises(MJError, match="not known whether") as caught:
        later.start(KITE)
    assert "--fresh" in caught.value.hint
    assert house.relay.submits == 1
    assert house.finish(later.start(Submission(KITE, fresh=True))).status == Status.SUCCESS


def test_a_lost_answer_to_a_window_is_looked_for(house: House) -> None:
    """The window is closed at the proxy, so the answer has arrived: the task goes on."""
    session = house.open(replay=True, pacing=_looking())
    single = house.finish(drawn(house, session).press("U1"))
    zoom = until(single.press("custom_zoom"), lambda job: job.window is not None)
    house.relay.rule = losing()
    zoom.answer(zoom=1.5)
    assert house.finish(zoom).status == Status.SUCCESS
    bodies = [json.loads(a.body) for a in tuple(house.relay.asked) if a.path.endswith("/modal")]
    assert len(bodies) == 1


def test_the_key_is_visible(house: House, session: Session) -> None:
    """A job tells the key of what it asked, the same for the same."""
    job = drawn(house, session)
    assert job.fingerprint.startswith("k-")
    assert again(house).start(KITE).fingerprint == job.fingerprint


# -- at once ---------------------------------------------------------------------------------------


def test_of_many_that_ask_at_once_one_is_sent(house: House) -> None:
    """Kernels that look before any of them has written: one asks, the others join it."""
    sessions = [house.open(replay=True) for _ in range(6)]
    together = threading.Barrier(len(sessions))

    def start(session: Session) -> str | None:
        together.wait()
        return session.start(KITE).accepted(PATIENCE).id

    for number in range(5):
        with ThreadPoolExecutor(len(sessions)) as pool:
            ids = set(pool.map(start, sessions))
        assert len(ids) == 1
        for session in sessions:  # the next round asks for another one
            assert house.finish(session.job(str(next(iter(ids))))).status == Status.SUCCESS
        with sessions[0].store._database.transaction() as connection:
            connection.execute("UPDATE requests SET content_key = NULL")
            connection.execute("UPDATE tasks SET content_key = NULL")
        assert house.relay.submits == number + 1


def test_a_request_of_another_kernel_is_waited_for(house: House, session: Session) -> None:
    """While one kernel sends, another that asks for the same waits and joins its task."""
    arrived, go_on = threading.Event(), threading.Event()

    def hold(asked: Asked) -> Line:
        if asked.is_submit:
            arrived.set()
            go_on.wait(PATIENCE)
        return Line.PASS

    house.relay.rule = hold
    first = session.start(KITE)
    assert arrived.wait(PATIENCE)
    other = house.open(replay=True, pacing=dataclasses.replace(QUICK, joining=PATIENCE))
    listed = listening(house)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(other.start, KITE)
        assert listed.wait(PATIENCE)
        go_on.set()
        assert second.result(PATIENCE).id == first.accepted(PATIENCE).id
    assert house.relay.submits == 1


def listening(house: House) -> threading.Event:
    """Return what tells that somebody looked for a task in the proxy's list."""
    listed = threading.Event()
    before = house.relay.rule

    def look(asked: Asked) -> Say | Line:
        if "/task/list" in asked.path and not asked.is_list:
            listed.set()
        return before(asked)

    house.relay.rule = look
    return listed
