"""The live board: what it sends, and how little of it."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mj_notebook.session.board import Board
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.view.cells import Cell
from mj_notebook.widgets.board import LiveBoard, open_board
from mj_notebook.widgets.job_place import open_panel
from tests.support.many import advance, finish, flush, running
from tests.widgets.wire import Sent

PATIENCE = 10.0
JOBS, ROUNDS = 100, 10


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Give a worker and stop it afterwards."""
    made = Worker()
    yield made
    made.stop()


def sent_percent(board: Board, key: str) -> int | None:
    """Return how far a cell is as pages know it; None before they were told of it."""
    cell = board._sent_cells.get(key)
    return cell.percent if cell else None


def quiet(board: Board, holds: Callable[[], object]) -> None:
    """Wait until *holds* is true after a change of *board*."""
    changed = threading.Condition()

    def wake(_: object) -> None:
        with changed:
            changed.notify_all()

    forget = board.subscribe(wake)
    with changed:
        assert changed.wait_for(holds, PATIENCE)
    forget()


def draw(worker: Worker, jobs: list[Job]) -> float:
    """Let all *jobs* change ten times in a second; return the seconds it took."""

    async def rounds() -> None:
        for step in range(1, ROUNDS + 1):
            for job in jobs:
                advance(job, step)
            await asyncio.sleep(0.1)

    started = time.monotonic()
    worker.submit(rounds()).result(PATIENCE)
    return time.monotonic() - started


def test_a_board_is_one_message_a_tick(sent: Sent, worker: Worker) -> None:
    """A hundred jobs at ten changes a second: four messages a second, where panels send 1,000."""
    jobs = running(worker, JOBS)
    board = Board(jobs, worker=worker)
    open_board(board)
    opened = [kind for kind, _ in sent if kind == "comm_open"]
    assert len(opened) <= 12  # the sheet and styles of all panels among them, once
    quiet(board, lambda: not board._dirty)
    sent.clear()
    took = draw(worker, jobs)
    quiet(board, lambda: all(cell.percent == ROUNDS for cell in board._sent_cells.values()))
    ours = len(sent)
    assert {kind for kind, _ in sent} == {"comm_msg"}
    assert ours <= 4 * took + 2
    assert max(len(str(data)) for _, data in sent) < 400 * JOBS
    board.close()
    for job in jobs:
        open_panel(job)
    sent.clear()
    draw(worker, jobs)
    flush(worker)
    assert len(sent) >= JOBS * ROUNDS > 50 * ours


def test_nothing_changed_nothing_sent(sent: Sent, worker: Worker) -> None:
    """The same snapshot again is no message; one that differs is one."""
    jobs = running(worker, 3)
    board = Board(jobs, worker=worker)
    open_board(board)
    quiet(board, lambda: len(board._sent_cells) == 3)
    sent.clear()
    for job in jobs:
        worker.post(advance, job, 0)
    flush(worker)
    worker.post(advance, jobs[0], 50)
    quiet(board, lambda: sent_percent(board, "mj-0") == 50)
    ((_, data),) = sent
    assert [cell["key"] for cell in data["state"]["_change"]["cells"]] == ["mj-0"]


def test_a_picture_travels_once_as_bytes(sent: Sent, worker: Worker) -> None:
    """As a buffer, not as text, and with no later change."""
    jobs = running(worker, 2)
    board = Board(jobs, worker=worker)
    live = open_board(board)
    worker.post(finish, jobs[0])
    quiet(board, lambda: board.pictures)
    changes = [data for kind, data in sent if kind == "comm_msg" and "_change" in data["state"]]
    told = [data["buffer_paths"] for data in changes if data["buffer_paths"]]
    assert told == [[["_change", "pictures", "mj-0"]]]
    assert live.snapshot()["pictures"]["mj-0"][:3] == b"\xff\xd8\xff"
    sent.clear()
    worker.post(advance, jobs[1], 30)
    quiet(board, lambda: sent_percent(board, "mj-1") == 30)
    assert [data["buffer_paths"] for _, data in sent] == [[]]


def test_a_page_that_missed_something_asks_for_the_whole(sent: Sent, worker: Worker) -> None:
    """What it gets is as it stands then, with the number of the last change."""
    jobs = running(worker, 2)
    board = Board([*jobs, Cell("c", "planned", "planned")], worker=worker, title="kites")
    live: Any = open_board(board)
    worker.post(advance, jobs[0], 50)
    quiet(board, lambda: sent_percent(board, "mj-0") == 50)
    sent.clear()
    live._on_message(live, "whole", [])
    live._on_message(live, {"kind": "nonsense"}, [])
    flush(worker)
    ((_, data),) = sent
    whole = data["state"]["_whole"]
    assert whole["order"] == ["mj-0", "mj-1", "c"]
    assert [cell["percent"] for cell in whole["cells"]] == [50, 0, None]
    assert whole["number"] == live._change["number"]


def test_a_closed_board_is_written_no_more(sent: Sent, worker: Worker) -> None:
    """After ``Widget.close_all()`` the jobs go on, and nothing is sent."""
    jobs = running(worker, 1)
    board = Board(jobs, worker=worker)
    live = open_board(board)
    live.close()
    sent.clear()
    worker.post(advance, jobs[0], 50)
    quiet(board, lambda: sent_percent(board, "mj-0") == 50)
    assert sent == []
    assert repr(LiveBoard(board)) == "(The live board stood here; it needs a running kernel.)"


def test_the_keys_of_a_page_rate_a_job_of_a_board(sent: Sent, grid: Job) -> None:
    """The cell shows it with the next change; what is no job, or no rating, is said."""
    board = Board([grid, Cell("c", "planned", "planned")], worker=grid.worker)
    live: Any = open_board(board)
    live._on_message(live, {"act": "rate", "key": grid.name, "value": 4}, [])
    quiet(board, lambda: board.cells[0].rating == 4)
    for strange in ({"act": "rate", "key": "c", "value": 4}, {"act": "rate", "key": grid.name}):
        live._on_message(live, strange, [])
    live._on_message(live, {"act": "undo"}, [])

    def told() -> list[str]:
        return [data["content"]["text"] for _, data in sent if data.get("method") == "custom"]

    quiet(board, lambda: board.cells[0].rating == 0 and len(told()) == 4)
    said = told()
    assert said[1] == "It has no task yet, so there is nothing to rate."
    assert (said[0], "rating" in said[2], said[3]) == ("", True, "Took back the rating 4.")
    board.close()
