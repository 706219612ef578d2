"""Small tables."""

import pytest

from mj_notebook.view.html import el
from mj_notebook.view.table import Column, Kind, table_html, table_text

COLUMNS = (
    Column("", Kind.PICTURE),
    Column("Prompt"),
    Column("Task", Kind.FACT),
    Column("Credits", Kind.NUMBER),
)


def test_a_cell_says_by_itself_what_it_is_when_heads_are_folded_away() -> None:
    """Facts and numbers carry their column's name; a prompt or a picture needs none."""
    html = table_html(COLUMNS, [(el("img", alt="a kite"), "a kite", "17", "1")])
    assert 'data-head="Task"' in html
    assert 'data-head="Credits"' in html
    assert 'data-head="Prompt"' not in html
    assert 'class="mj-picture-cell"' in html


def test_everything_from_outside_is_escaped() -> None:
    """In cells and in the note."""
    html = table_html(COLUMNS, [(None, "<img src=x>", "<b>", "1")], note="<i>")
    assert not {"<img", "<b>", "<i>"} & {html[at : at + 4].rstrip(" s") for at in range(len(html))}


def test_the_text_leaves_nothing_out() -> None:
    """Columns in line, numbers to the right, and the note below."""
    text = table_text(COLUMNS[1:], [("a kite", "17", "1"), ("b", "2", "10")], note="two")
    assert text.splitlines() == [
        "Prompt  Task  Credits",
        "a kite  17          1",
        "b       2          10",
        "two",
    ]


def test_a_line_has_a_cell_for_each_column() -> None:
    """A line of another length is a mistake here, and no shifted table."""
    with pytest.raises(ValueError, match="zip"):
        table_html(COLUMNS, [("a",)])
