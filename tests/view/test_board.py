"""A board as it stays in the file."""

from mj_notebook.view.board import board_html, board_text, tally
from mj_notebook.view.cells import Cell
from tests.view.samples import encoded, grid_picture

HOSTILE = '<img src=x onerror="hurt()"></script>'
CELLS = (
    Cell("1", "a red kite", "done in 42 s", "done"),
    Cell("2", HOSTILE, "failed", "failed", reason=HOSTILE),
    Cell("3", "a ship", "drawing", "drawing", 46),
)


def test_a_grid_of_cells() -> None:
    """Each has its picture or its reason, its words and how far it is."""
    picture = encoded(grid_picture(64), "JPEG")
    shown = board_html(CELLS, {"1": picture}, "kites")
    assert shown.count("<figure") == 3
    assert shown.count("<img") == 1
    assert "kites · 3 jobs: 1 done, 1 failed, 1 drawing" in shown
    assert "drawing 46 %" in shown
    assert "mj-static" in shown


def test_hostile_words_are_text() -> None:
    """Labels and reasons come from prompts and servers."""
    shown = board_html(CELLS, {})
    assert "<img" not in shown
    assert "</script>" not in shown
    assert "onerror=&quot;hurt" in shown


def test_the_same_as_lines() -> None:
    """One line a job, below how they stand."""
    assert board_text(CELLS[:1] + CELLS[2:], "kites").splitlines() == [
        "kites · 2 jobs: 1 done, 1 drawing",
        "  done in 42 s · a red kite",
        "  drawing 46 % · a ship",
    ]


def test_how_many_stand_where() -> None:
    """Every phase is counted, and one is one."""
    assert tally(CELLS[:1]) == "1 job: 1 done"
    assert tally(()) == "no jobs yet"
    phases = ("sending", "queued", "waiting", "window", "fetching", "cancelled", "planned")
    cells = [Cell(phase, "", "", phase) for phase in phases]
    assert tally(cells) == (
        "7 jobs: 1 cancelled, 1 waiting for your answer, 2 drawing, 1 queued, 1 sending, 1 planned"
    )


def test_no_word_of_a_server_forges_a_line_or_obeys() -> None:
    """Each job stays in its one line, with marks for what a terminal would obey."""
    evil = "\x1b[31mE\x07\u202e\r\nForged: line"
    lines = board_text([Cell("1", evil, evil, "drawing", 46, evil)], evil).splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
