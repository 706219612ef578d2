"""The jobs of one kernel: found once, held while they are open, let go when nobody needs them."""

import gc
import threading
import time
import weakref
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from mj_notebook.errors import StoreError, TaskUnknown
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session import job_registry
from mj_notebook.session.board import Board, BoardChange
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.view.facts import Facts
from tests.support.holding import holding, is_fetch
from tests.support.many import flush
from tests.support.reads import opened_files
from tests.support.rig import TIMEOUT, Rig


def test_nobody_waits_for_a_task_that_the_proxy_is_asked_for(rig: Rig, session: Session) -> None:
    """While one thread looks a task up at the proxy, the loop takes up and ends other jobs."""
    with ThreadPoolExecutor(1) as cell, holding(rig, is_fetch) as fetching:
        looked_for = cell.submit(session.job, "1760000000000999")
        assert fetching.wait(TIMEOUT)
        drawn = rig.drawn(session)
        assert session.registry.get(drawn.id or "") is drawn
        assert not looked_for.done()
    with pytest.raises(TaskUnknown):
        looked_for.result(TIMEOUT)


def test_a_job_that_has_ended_is_held_by_its_users_alone(rig: Rig, session: Session) -> None:
    """The registry lets it go: neither the job nor its picture stays in memory."""
    job = rig.drawn(session)
    seen, task_id = weakref.ref(job), job.id or ""
    del job
    deadline = time.monotonic() + TIMEOUT
    while seen() is not None and time.monotonic() < deadline:
        flush(session.worker)  # the pool, which drew it, is just leaving it
        gc.collect()
    assert seen() is None
    assert session.job(task_id).image.size == (64, 64)


@pytest.fixture
def old(rig: Rig, session: Session) -> Job:
    """Return a job that ended before so many others that its small picture was let go."""
    job = rig.drawn(session)
    _end_many(session)
    assert job.pictures.is_released
    return job


def _end_many(session: Session) -> None:
    """Let as many jobs end as keep their small pictures."""
    others = [session.registry.new("a kite", f"tag-{n}") for n in range(1 + _MOST)]
    for one in others:
        session.registry.register(one)
        session.worker.post(one.end, 1.0)
    flush(session.worker)


_MOST = job_registry._MOST_THUMBNAILS


def test_old_pictures_are_read_again_and_let_go_again(old: Job, session: Session) -> None:
    """A small picture that was made anew is one of those that are kept for a while only."""
    assert old.facts().thumbnail is not None
    assert not old.pictures.is_released
    _end_many(session)
    assert old.pictures.is_released


def test_an_old_picture_that_is_gone_is_told(old: Job) -> None:
    """What it was shown as, which is kept beside it, is not taken for it."""
    assert old.pictures.kept is not None
    old.pictures.kept.path.unlink()
    facts = old.facts()
    assert facts.thumbnail is None
    assert isinstance(old.pictures.missing, StoreError)


def test_an_old_picture_is_read_beside_the_loop_before_it_is_shown(old: Job, rig: Rig) -> None:
    """Whoever is notified, on the loop, finds the picture in memory; there no file is read."""
    with opened_files(rig.folder) as opened:
        assert shown(old).thumbnail is not None
    assert len(opened) == 1


def test_an_old_child_is_shown_with_its_picture(rig: Rig, session: Session) -> None:
    """What stands below a job is read as well, before the job is shown."""
    grid = rig.drawn(session)
    single = rig.finish(grid.press("U2"))
    _end_many(session)
    assert grid.pictures.is_released
    facts = shown(grid)
    assert all(one.thumbnail for one in (facts, *facts.children))
    assert single.parent is grid


def test_who_waits_comes_after_those_who_show_it(rig: Rig, grid: Job) -> None:
    """Also where an old picture above is read first: a cell ends with its outputs up to date."""
    child = grid.press("U2").accepted(TIMEOUT)
    seen: list[bool] = []

    def show(job: Job) -> None:
        seen.append(child.is_open)
        job.pictures.release()  # so that it must be read for each change

    grid.subscribe(show)
    grid.pictures.release()
    rig.finish(child)
    assert seen[-1] is False


def shown(job: Job) -> Facts:
    """Let *job* change, and return what its subscribers find, on the loop."""
    found: Future[Facts] = Future()
    unsubscribe = job.subscribe(lambda changed: found.set_result(changed.facts()))
    job.worker.post(job.notify)
    facts = found.result(TIMEOUT)
    unsubscribe()
    return facts


def test_an_old_job_has_its_picture_on_a_board(old: Job) -> None:
    """What was let go is read for a board too, however many jobs it has, and not on the loop."""
    board = Board(worker=old.worker)
    pictures: list[bytes] = []
    came = threading.Event()

    def changed(change: BoardChange) -> None:
        pictures.extend(change.pictures.values())
        came.set()

    board.subscribe(changed)  # before there is a row: its only change may be told at once
    board.put(old)
    assert came.wait(TIMEOUT)
    assert [picture[:3] for picture in pictures] == [b"\xff\xd8\xff"]


def test_a_job_is_found_by_what_it_asks_for_while_it_is_open(rig: Rig) -> None:
    """Asked for twice while it is drawn, it is one job and one task."""
    session = rig.open(replay=True)
    first = session.start(Imagine(prompt="a red kite"))
    assert session.start(Imagine(prompt="a red kite")) is first
    rig.finish(first)
    assert len(rig.tasks()) == 1


# -- however deep ----------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1_500], ids=["1500 steps"])
def test_a_long_chain_is_shown_and_goes_on(rig: Rig, length: int) -> None:
    """History may hold any number of steps: nothing here goes down by one call a step for ever."""
    session = rig.open()
    tasks = [
        Task(id=f"t{number}", status="FAILURE", parent_id=f"t{number - 1}", action="VARIATION")
        for number in range(1, length)
    ]
    session.store.save_tasks(
        [(session.server, Task(id="t0", status="FAILURE")), *((session.server, t) for t in tasks)]
    )
    session.store.database.write(
        "UPDATE tasks SET parent_task = 't' || (CAST(substr(task_id, 2) AS INTEGER) - 1)"
        " WHERE task_id <> 't0'",
        (),
    )
    job = session.job(f"t{length - 1}")
    assert len(job.parents) <= length
    assert repr(session.job("t0"))
    job.worker.post(job.notify)
    assert rig.drawn(session).status == "SUCCESS"  # the worker lives


def test_a_circle_in_history_ends(rig: Rig) -> None:
    """What would be its own ancestor is left out."""
    session = rig.open()
    session.store.save_tasks(
        [
            (session.server, Task(id=one, status="SUCCESS", parent_id=other))
            for one, other in ("ab", "ba")
        ]
    )
    session.store.database.write(
        "UPDATE tasks SET parent_task = CASE task_id WHEN 'a' THEN 'b' ELSE 'a' END", ()
    )
    assert repr(session.job("a"))
    assert repr(session.job("b"))
    assert rig.drawn(session).status == "SUCCESS"
