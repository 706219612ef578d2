"""What people do with jobs, from several threads at once: one wish is one task, nobody waits."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest

from mj_notebook.errors import MJError, Refused, WaitInterrupted
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.support.holding import holding, is_submit, is_task_list
from tests.support.many import flush
from tests.support.relay import ConnectionFate, submit_reply
from tests.support.rig import QUICK, TIMEOUT, Rig, until

REFUSED = submit_reply(4, "the button is out of order")


@pytest.fixture
def session(rig: Rig) -> Session:
    """Return a session as people have it: it replays, and waits long for other kernels."""
    return rig.open(replay=True, pacing=replace(QUICK, joining=TIMEOUT))


@pytest.fixture
def people() -> Iterator[ThreadPoolExecutor]:
    """Return threads that press."""
    with ThreadPoolExecutor(4) as made:
        yield made


def pressed_elsewhere(rig: Rig, grid: Job) -> None:
    """Let another kernel press U2 of the same grid; its answer is awaited when this returns."""
    rig.open(replay=True).job(grid.id or "").press("U2")


def until_pressing(session: Session) -> None:
    """Wait until a press is under way."""
    turn = threading.Event()
    while not session.actions._pressing:
        turn.wait(0.005)


def test_a_press_that_waits_for_another_kernel_stops_no_loop(
    rig: Rig, session: Session, people: ThreadPoolExecutor
) -> None:
    """While a cell's press waits for another kernel, a click joins it; the loop goes on."""
    grid = rig.drawn(session)
    with holding(rig, is_submit) as other:
        pressed_elsewhere(rig, grid)
        assert other.wait(TIMEOUT)
        cell = people.submit(grid.press, "U2")
        until_pressing(session)
        click = session.worker.submit(session.worker.run_action(grid.press, "U2"))
        flush(session.worker)
        assert not cell.done()
        assert not click.done()
    made = cell.result(TIMEOUT)
    assert click.result(TIMEOUT) is made
    rig.finish(made)
    assert len(rig.tasks()) == 2


def test_a_click_with_a_lost_request_asks_beside_the_loop(rig: Rig, session: Session) -> None:
    """What became of an unsettled press is looked for in the server's list, not on the loop."""
    grid = rig.drawn(session)
    rig.relay.rule = lambda asked: ConnectionFate.LOSE if asked.is_submit else ConnectionFate.PASS
    lost = grid.press("U2")
    until(lost, lambda job: not job.is_open)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    with holding(rig, is_task_list) as listing:
        click = session.worker.submit(session.worker.run_action(grid.press, "U2"))
        assert listing.wait(TIMEOUT)
        flush(session.worker)
        assert not click.done()
    found = click.result(TIMEOUT)
    assert rig.finish(found).custom_id == lost.custom_id
    assert len(rig.tasks()) == 2


def test_who_joins_a_press_gets_its_error(
    rig: Rig, session: Session, people: ThreadPoolExecutor
) -> None:
    """A press that ends badly before there is a job ends so for everybody who joined it."""
    grid = rig.drawn(session)
    with holding(rig, is_submit) as other:
        pressed_elsewhere(rig, grid)
        assert other.wait(TIMEOUT)
        cell = people.submit(grid.press, "U2")
        until_pressing(session)
        click = people.submit(grid.press, "U2")
        session.store.close()  # as a disk that goes away: history can't be asked any more
        errors = {type(one.exception(TIMEOUT)) for one in (cell, click)}
    assert len(errors) == 1
    assert issubclass(errors.pop() or type(None), MJError)
    assert session.actions._pressing == {}


def test_an_interrupted_press_interrupts_nobody_else(session: Session) -> None:
    """Ctrl+C in a cell is not raised on the worker's loop, which it would end."""
    key = ("17", "MJ::JOB::upsample::2")
    cell: Future[Job] = Future()
    session.actions._pressing[key] = cell
    session.actions._pressed(key, cell, KeyboardInterrupt())

    async def click() -> None:
        await session.worker.run_action(session.worker.wait, cell, timeout=None, resume_hint="")

    with pytest.raises(WaitInterrupted):
        session.worker.submit(click()).result(TIMEOUT)
    flush(session.worker)


def test_a_refused_press_can_be_pressed_again(rig: Rig, session: Session) -> None:
    """What the server refused is no press under way: the next one is sent."""
    grid = rig.drawn(session)
    rig.relay.rule = lambda asked: REFUSED if asked.is_submit else ConnectionFate.PASS
    with pytest.raises(Refused):
        grid.press("U2").wait(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert rig.finish(grid.press("U2")).parent is grid


def test_to_repeat_is_another_press(rig: Rig, session: Session, people: ThreadPoolExecutor) -> None:
    """`repeat=True` makes one more, also while the same press is under way in another thread."""
    grid = rig.drawn(session)
    with holding(rig, is_submit) as submits:
        first = people.submit(grid.press, "U2").result(TIMEOUT)
        assert submits.wait(TIMEOUT)
        same = people.submit(grid.press, "U2").result(TIMEOUT)
        other = people.submit(lambda: grid.press("U2", repeat=True)).result(TIMEOUT)
    assert same is first
    assert other is not first
    assert rig.finish(first).id != rig.finish(other).id
    assert [child.custom_id for child in grid.children] == [first.custom_id] * 2
