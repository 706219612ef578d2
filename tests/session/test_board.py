"""Boards: many jobs, told of a few times a second, all at once, and only what differs."""

import asyncio
import gc
import threading
import time
from collections.abc import Callable, ItemsView, Iterator, Sequence
from typing import Any

import pytest

import mj_notebook as mj
from mj_notebook.errors import MJError, UsageError, WaitTimeout
from mj_notebook.images.thumbnails import open_picture
from mj_notebook.session.board import Board, BoardChange, BoardRow
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.view.cells import Cell
from tests.support.many import advance, finish, flush, running

PATIENCE = 10.0
SPAN = 1.5


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Give a worker and stop it afterwards."""
    made = Worker()
    yield made
    made.stop()


class Told:
    """What a board tells."""

    def __init__(self, board: Board) -> None:
        self.changes: list[BoardChange] = []
        self.threads: set[str] = set()
        self._came = threading.Condition()
        board.subscribe(self._take)

    def _take(self, change: BoardChange) -> None:
        with self._came:
            self.changes.append(change)
            self.threads.add(threading.current_thread().name)
            self._came.notify_all()

    def until(self, holds: Callable[[list[BoardChange]], object]) -> list[BoardChange]:
        """Wait until *holds* is true of the changes so far."""
        with self._came:
            assert self._came.wait_for(lambda: holds(self.changes), PATIENCE), self.changes
            return list(self.changes)

    def phases(self) -> ItemsView[str, str]:
        """Return the latest phase of each cell that was told."""
        return {cell.key: cell.phase for change in self.changes for cell in change.cells}.items()

    def cell(self, key: str) -> Cell:
        """Return the latest cell with that key."""
        return [cell for change in self.changes for cell in change.cells if cell.key == key][-1]


def told_of(worker: Worker, rows: Sequence[BoardRow], **options: Any) -> tuple[Board, Told]:
    """Make a board that tells from its very first change on."""

    async def build() -> tuple[Board, Told]:
        board = Board(rows, worker=worker, **options)
        return board, Told(board)

    return worker.submit(build()).result(PATIENCE)


def test_a_hundred_jobs_are_a_few_changes(worker: Worker) -> None:
    """A hundred jobs that change ten times a second are told of four times a second."""
    jobs = running(worker, 100)
    _, told = told_of(worker, jobs)
    started = time.monotonic()

    async def draw() -> None:
        for step in range(round(SPAN * 10)):
            for job in jobs:
                advance(job, step)
            await asyncio.sleep(0.1)

    worker.submit(draw()).result(PATIENCE)
    told.until(lambda _: told.cell("mj-99").percent == SPAN * 10 - 1)
    assert len(told.changes) <= 4 * (time.monotonic() - started) + 2
    assert told.threads == {"mj-worker"}
    assert len(told.changes[1].cells) == 100


def test_only_what_differs_is_told(worker: Worker) -> None:
    """One job of three went on: one cell; the same again: nothing at all."""
    jobs = running(worker, 3)
    _, told = told_of(worker, jobs)
    first = told.until(len)[0]
    assert first.order == ("mj-0", "mj-1", "mj-2")
    assert [cell.words for cell in first.cells] == ["drawing"] * 3
    worker.post(advance, jobs[1], 31)
    second = told.until(lambda changes: len(changes) == 2)[1]
    assert [(cell.key, cell.percent) for cell in second.cells] == [("mj-1", 31)]
    assert second.order is None
    worker.post(advance, jobs[1], 31)
    worker.post(advance, jobs[0], 46)
    third = told.until(lambda changes: len(changes) == 3)[2]
    assert [cell.key for cell in third.cells] == ["mj-0"]


def test_a_picture_is_told_once_and_small(worker: Worker) -> None:
    """256 px at most, with the change in which the job ended, and never again."""
    (job,) = running(worker, 1)
    board, told = told_of(worker, [job])
    told.until(len)
    worker.post(finish, job)
    done = told.until(lambda changes: any(change.pictures for change in changes))[-1]
    assert open_picture(done.pictures["mj-0"]).size == (256, 256)
    assert (done.cells[0].words, done.cells[0].percent) == ("done in 42 s", None)
    other = board.put(Cell("later", "next", "planned"))
    told.until(lambda changes: changes[-1].order)
    assert told.changes[-1].pictures == {}
    assert set(board.pictures) == {"mj-0"}
    assert other == "later"


def test_rows_come_and_go(worker: Worker) -> None:
    """What is planned is a cell, a job takes its place, and a row can be taken away."""
    first, second = running(worker, 2)
    board, told = told_of(worker, [Cell("a", "s 0", "planned"), first], labels=["", "s 100"])
    assert told.until(len)[0].order == ("a", "mj-0")
    assert told.cell("mj-0").label == "s 100"
    board.put(second, "s 0", key="a")
    told.until(lambda _: told.cell("a").words == "drawing")
    assert told.changes[-1].order is None
    board.remove("mj-0")
    assert told.until(lambda changes: changes[-1].order)[-1].order == ("a",)
    assert (len(board), board.jobs) == (1, (second,))
    before = len(told.changes)
    worker.post(advance, first, 60)
    worker.post(advance, second, 61)
    told.until(lambda changes: len(changes) > before)
    assert [cell.key for change in told.changes[before:] for cell in change.cells] == ["a"]


def test_another_row_takes_the_picture_away(worker: Worker) -> None:
    """A picture never stands beside the words of another job."""
    first, second = running(worker, 2)
    board, told = told_of(worker, [first])
    worker.post(finish, first)
    told.until(lambda changes: any(change.pictures for change in changes))
    board.put(second, key="mj-0")
    last = told.until(lambda changes: changes[-1].pictures == {"mj-0": b""})[-1]
    assert last.cells[0].label == "kite 1"
    assert board.pictures == {}


def test_the_same_row_once_more_keeps_its_picture(worker: Worker) -> None:
    """A sweep names each row again when it has ended: nothing is taken away, nothing is told."""
    first, second = running(worker, 2)
    board, told = told_of(worker, [first, second])
    worker.post(finish, first)
    told.until(lambda changes: any(change.pictures for change in changes))
    before = len(told.changes)
    board.put(first)
    assert set(board.pictures) == {"mj-0"}
    worker.post(advance, second, 61)
    changes = told.until(lambda changes: len(changes) > before)
    assert [cell.key for cell in changes[-1].cells] == ["mj-1"]
    assert changes[-1].pictures == {}


def test_what_is_deleted_says_so_in_its_place(worker: Worker) -> None:
    """Its picture goes, its place and its label stay."""
    jobs = running(worker, 2)
    board, told = told_of(worker, jobs, labels=["one", "two"])
    worker.post(finish, jobs[0])
    told.until(lambda changes: any(change.pictures for change in changes))
    jobs[0].is_deleted = True
    worker.post(jobs[0].notify)
    told.until(lambda changes: changes[-1].pictures == {jobs[0].name: b""})
    cell = told.cell(jobs[0].name)
    assert (cell.label, cell.words, cell.reason) == (
        "one",
        "deleted",
        "It was deleted from history.",
    )
    assert (len(board), board.pictures) == (2, {})


def test_waiting_is_for_all(worker: Worker) -> None:
    """It ends with the last job, and does not raise what one of them did."""
    good, bad = running(worker, 2)
    board = Board([good, bad], worker=worker)
    worker.post(finish, good)
    with pytest.raises(WaitTimeout):
        board.wait(0.05)
    assert board.is_running
    worker.post(bad.end, 1.0, MJError("Refused: the word “gore”."))
    assert board.wait(PATIENCE) is board
    assert not board.is_running
    assert [cell.reason for cell in board.cells] == ["", "Refused: the word “gore”."]


def test_a_listener_that_fails_ends_nothing(worker: Worker) -> None:
    """The next listener is told all the same, and a closed board tells nobody."""
    jobs = running(worker, 2)
    board, _ = told_of(worker, jobs)
    board.subscribe(lambda _: 1 / 0)
    told = Told(board)
    worker.post(advance, jobs[0], 30)
    told.until(len)
    board.close()
    worker.post(advance, jobs[1], 50)
    flush(worker)
    assert jobs[1].name not in board._dirty  # the first may still wait for its turn


def test_it_shows_itself_as_a_grid(worker: Worker) -> None:
    """Text and markup for the file, with pictures; many of them are smaller ones."""
    jobs = running(worker, 30)
    board, told = told_of(worker, jobs, title="kites")
    for job in jobs:
        worker.post(finish, job)
    told.until(lambda _: len(board.pictures) == 30)
    shown = board._repr_mimebundle_()
    assert (
        shown["text/plain"].splitlines()[0]
        == "kites · 30 jobs: 30 done"
        == repr(board).splitlines()[0]
    )
    assert shown["text/html"].count("<img") == 30
    assert len(shown["text/html"]) < 200_000


@pytest.mark.parametrize(
    "wrong",
    [
        lambda worker: Board(["kite"], worker=worker),  # type: ignore[list-item]
        lambda worker: Board(running(worker, 2), worker=worker, labels=["one"]),
        lambda _: mj.board("kite"),  # type: ignore[arg-type]
        lambda _: mj.board(7),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_job_is_refused(worker: Worker, wrong: Callable[[Worker], object]) -> None:
    """A sentence says what a board takes."""
    with pytest.raises(UsageError):
        wrong(worker)


def test_the_current_worker_serves_boards() -> None:
    """`mj.board` takes jobs of the current session; no session is opened for it."""
    from mj_notebook.api import state

    board = mj.board(title="nothing yet")
    assert repr(board) == "nothing yet · no jobs yet"
    assert board.worker is state.current_worker()
    assert state._state.session is None
    state.close()


def test_jobs_are_what_they_were(worker: Worker) -> None:
    """A board changes nothing of a job: it asks for no previews."""
    jobs: list[Job] = running(worker, 1)
    Board(jobs, worker=worker)
    assert not jobs[0].wants_previews


@pytest.mark.parametrize("labels", [5, "a", {1: 2}, [2]])
def test_labels_are_texts_in_a_list(worker: Worker, labels: Any) -> None:
    """Whatever else is refused at once: it would break the board where it is shown."""
    with pytest.raises(UsageError, match="label"):
        Board(running(worker, 1), worker=worker, labels=labels)


def test_what_comes_after_the_end_of_its_worker_is_no_error(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    """A change that was handed over when the worker stopped is dropped, and nothing logged."""
    board, _ = told_of(worker, [])

    def last() -> None:
        board.put(Cell("a", "s 0", "planned"))  # the tick of it comes in the next turn of the loop
        worker.stop()

    worker.post(last)
    assert worker._thread is not None
    worker._thread.join(PATIENCE)
    assert not caplog.records


def test_a_board_that_nobody_uses_leaves_no_subscriber(worker: Worker) -> None:
    """Jobs that a person keeps may be shown on a new board again and again."""
    jobs = running(worker, 3)
    for job in jobs:
        worker.post(finish, job)
    flush(worker)
    for _ in range(50):
        board = Board(jobs, worker=worker)
        board.subscribe(lambda _: None)
        board.wait(PATIENCE)
    del board
    flush(worker)  # the step that told the last one of its end holds it
    gc.collect()
    assert [len(job.events.subscribers) for job in jobs] == [0, 0, 0]


def test_a_board_is_kept_while_its_jobs_run(worker: Worker) -> None:
    """The output of a board that has no name is brought up to date until the last job ended."""
    jobs = running(worker, 2)
    _, told = told_of(worker, jobs)
    gc.collect()
    for job in jobs:
        worker.post(finish, job)
    told.until(lambda _: told.phases() >= {job.name: "done" for job in jobs}.items())
