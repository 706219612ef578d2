"""What boards and galleries display: the twin for the file, one live model, lines, a table."""

import time
from collections.abc import Callable
from queue import Queue

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import parse_line
from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.records import LineCommand
from mj_notebook.magic.showing_boards import show_board
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.board import Board
from mj_notebook.session.session import Session
from mj_notebook.session.worker import Worker
from mj_notebook.store.annotation_values import Annotation
from tests.magic.shells import WIDGET, Shell
from tests.support.many import finish, flush, running
from tests.support.rig import TIMEOUT, Rig


def board_of(session: Session, count: int = 2) -> Board:
    """Return a board of jobs that are still open."""
    jobs = [session.start(Imagine(prompt=f"kite {n}")).accepted(TIMEOUT) for n in range(count)]
    return Board(jobs, worker=session.worker)


def written(shell: Shell, worker: Worker, holds: Callable[[str], bool]) -> bool:
    """Wait until what was written last *holds*: it is written beside the loop, after a moment."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        flush(worker)
        if shell.updates and holds(shell.updates[-1]["text/html"]):
            return True
    return False


def test_a_live_board_has_a_twin(jupyter: Shell, rig: Rig, session: Session) -> None:
    """The twin first, then one widget; when all ended, the twin has the pictures."""
    board = board_of(session)
    jupyter.real.push({"board": board})
    jupyter.run("board").raise_error()
    twin, live = jupyter.displayed
    assert "2 jobs" in twin["text/plain"]
    assert "mj-static" in twin["text/html"]
    assert WIDGET in live
    rig.clock.advance(11)
    board.wait(TIMEOUT)
    assert written(jupyter, session.worker, lambda html: html.count("<img") == 2)


def test_a_twin_has_the_picture_that_took_another_ones_place(jupyter: Shell) -> None:
    """As many ended, and as many pictures, as before: what counts is which."""
    worker = Worker()
    first, second = running(worker, 2)
    board = Board([first], worker=worker)
    show_board(board, FrontEnd.JUPYTER)
    worker.post(finish, first)
    board.wait(TIMEOUT)
    assert written(jupyter, worker, lambda html: "kite 0" in html and "<img" in html)
    board.put(second, key=first.name)
    worker.post(finish, second)
    board.wait(TIMEOUT)
    assert written(jupyter, worker, lambda html: "kite 1" in html and "<img" in html)
    told: Queue[list[int | None]] = Queue()
    board.subscribe(lambda change: told.put([cell.rating for cell in change.cells]))
    count = len(jupyter.updates)
    second.annotation = Annotation(rating=4)
    worker.post(second.notify)
    assert told.get(timeout=TIMEOUT) == [4]
    flush(worker)
    assert len(jupyter.updates) == count  # the page knows; the file has no ratings
    worker.stop()


@pytest.mark.usefixtures("proxy")
def test_the_twin_of_a_sweep_says_that_it_is_over(jupyter: Shell, rig: Rig) -> None:
    """A run ends after its last picture; what stays in the file tells of no time left."""
    jupyter.run("import mj_notebook as mj\nsweep = mj.sweep('kite', s=[0, 250])").raise_error()
    jupyter.run("sweep").raise_error()
    jupyter.run("_ = sweep.run()").raise_error()
    sweep = jupyter.name("sweep")
    while not all(cell.job is not None for cell in sweep):
        flush(sweep.worker)
    for cell in sweep:
        cell.job.accepted(TIMEOUT)
    rig.clock.advance(11)
    sweep.wait(TIMEOUT)
    line = f">{sweep.progress}<"
    last = written(jupyter, sweep.worker, lambda html: line in html and html.count("<img") == 2)
    assert last, jupyter.updates


def test_without_a_person_the_cell_waits(shell: Shell, rig: Rig, session: Session) -> None:
    """The file gets one grid with the pictures, and nothing live."""
    board = board_of(session)
    rig.clock.advance(11)
    show_board(board, FrontEnd.HEADLESS)
    assert len(shell.displayed) == 1
    assert shell.updates[-1]["text/plain"].startswith("2 jobs: 2 done")
    assert shell.updates[-1]["text/html"].count("<img") == 2
    assert WIDGET not in str(shell.outputs)


def test_a_terminal_gets_a_line_for_each_end(
    shell: Shell, rig: Rig, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line a job, as it ends."""
    board = board_of(session)
    rig.clock.advance(11)
    show_board(board, FrontEnd.TERMINAL)
    lines = [line for line in capsys.readouterr().out.splitlines() if "kite" in line]
    assert sorted(line.rpartition(" · ")[2] for line in lines) == ["kite 0", "kite 1"]
    assert shell.displayed == []


@pytest.mark.usefixtures("proxy")
def test_a_gallery_is_a_table_and_one_model(jupyter: Shell) -> None:
    """By the command and as a value; the table stays in the file."""
    for cell in ("%mj gallery", "import mj_notebook as mj\nmj.gallery()"):
        before = len(jupyter.displayed)
        jupyter.run(cell).raise_error()
        table, live = jupyter.displayed[before:]
        assert "Nothing of that kind is in history." in table["text/plain"]
        assert "mj-static" in table["text/html"]
        assert WIDGET in live


@pytest.mark.usefixtures("proxy")
def test_a_gallery_without_a_person_is_the_table(headless: Shell) -> None:
    """No model is opened where nobody can use it."""
    headless.run("%mj gallery").raise_error()
    (table,) = headless.displayed
    assert WIDGET not in table


@pytest.mark.usefixtures("proxy")
def test_a_gallery_in_a_terminal(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as lines."""
    shell.run("%mj gallery").raise_error()
    assert "Nothing of that kind" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("gallery", {}),
        ("gallery red kite", {"text": "red kite"}),
        (
            "gallery --since '3 days' kite --action upscale",
            {"text": "kite", "action": "upscale", "since": "3 days"},
        ),
        ("gallery --limit 20 --rating 4", {"limit": 20, "rating": 4}),
    ],
)
def test_what_is_wanted_of_history(line: str, wanted: dict[str, object]) -> None:
    """Words and options of the line are those of `mj.gallery`."""
    assert parse_line(line) == LineCommand("gallery", wanted)
    assert parse_line(line.replace("gallery", "history")) == LineCommand("history", wanted)


def test_history_is_the_value_of_its_line(headless: Shell) -> None:
    """`%mj history` gives what `mj.history` gives, and shows it as a table."""
    result = headless.run("%mj history kite --limit 5")
    result.raise_error()
    assert list(result.result) == []
    assert "to_pandas" in dir(result.result)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("gallery --sinse today", "Did you mean --since"),
        ("gallery --limit many", "--limit"),
        ("gallery 'kite", "can't be read"),
        ("galery", "Did you mean %mj gallery"),
    ],
)
def test_a_wrong_line_says_what_was_meant(line: str, said: str) -> None:
    """One error that helps."""
    with pytest.raises(UsageError) as caught:
        parse_line(line)
    assert said in str(caught.value)


@pytest.mark.usefixtures("proxy")
def test_what_history_does_not_take_is_told(jupyter: Shell) -> None:
    """A moment that is none: a sentence, and nothing is shown."""
    error = jupyter.error("%mj gallery --since soon")
    assert isinstance(error, UsageError)
    assert jupyter.displayed == []
