"""Two tasks beside each other: the same records, as text and as markup."""

import re
from typing import Any

import pytest

from mj_notebook.view.difference import Difference, difference_of
from tests.view.test_breakdown_contrast import ENOUGH, PAGES, contrast, over
from tests.view.test_history import HOSTILE, record

RED = re.compile(r"background:rgba\((\d+),(\d+),(\d+),([\d.]+)\)")


def side(**fields: Any) -> dict[str, Any]:
    """Return a record with everything that is compared."""
    known = {"prompt_en": None, "final_prompt": None, "mode": None, "server": "default"}
    return record(**{**known, "aspect": "3:2", "tile": None, **fields})


def compared(a: dict[str, Any], b: dict[str, Any]) -> Difference:
    """Compare two records with two parameters."""
    return difference_of(side(**a), side(**b), ["aspect", "tile"])


def page(a: dict[str, Any], b: dict[str, Any]) -> str:
    """Return the markup of the comparison."""
    return compared(a, b)._repr_html_()


def bare(html: str) -> str:
    """Leave the styles out."""
    return re.sub(r' style="[^"]*"', "", html)


def test_rows_are_records_that_say_what_differs() -> None:
    """One for each thing that at least one of them tells, in an order that stays."""
    found = compared({"task": "1"}, {"task": "2", "seed": 8, "tile": True, "mode": "fast"})
    assert [(row["what"], row["differs"]) for row in found.rows] == [
        ("asked", False),
        ("--aspect", False),
        ("--tile", True),
        ("seed", True),
        ("mode", None),
        ("server", False),
    ]
    assert found.differing[1] == {"what": "seed", "a": 7, "b": 8, "differs": True}


def test_the_text_is_good_on_its_own() -> None:
    """A line each, with a sign, both sides where they differ, and a sentence."""
    lines = repr(compared({"task": "1"}, {"task": "2", "seed": 8, "tile": True})).splitlines()
    assert lines[0] == "1 → 2"
    assert "= asked: a red kite --ar 3:2" in lines
    assert "≠ seed: 7 → 8" in lines
    assert "≠ --tile: – → yes" in lines
    assert lines[-1] == "What differs: --tile, seed."


def test_a_prompt_of_many_lines_is_one_line_of_text() -> None:
    """Line breaks in a prompt can't look like rows of ours, and a long one ends somewhere."""
    lines = repr(compared({"prompt": "a\n≠ seed: 1 → 2"}, {"prompt": "kite " * 900})).splitlines()
    assert len(lines) == len(compared({}, {}).rows) + 2
    assert max(map(len, lines)) < 900


def test_a_task_beside_itself_has_no_marks() -> None:
    """Where nothing differs, nothing is marked and the sentence says so."""
    assert "Nothing differs." in page({}, {})
    assert not {"<del", "<ins", "≠", "<strong"} & set(re.findall(r"<\w+|≠", page({}, {})))


def test_words_that_differ_are_struck_and_underlined() -> None:
    """In a prompt the words alone are marked, by an element of their own and not by colour."""
    html = bare(page({"prompt": "a red kite at dawn"}, {"prompt": "a blue kite at dawn"}))
    assert '<td dir="auto">a <del>red</del> kite at dawn' in html
    assert '<td dir="auto">a <ins>blue</ins> kite at dawn' in html
    assert '<th scope="row" dir="auto">≠ <strong>asked</strong></th>' in html


def test_the_two_sides_are_told_apart_by_colour_too() -> None:
    """What is gone is red, what came is green; who sees no colours has the lines."""
    html = page({"prompt": "a red kite"}, {"prompt": "a blue kite"})
    assert len({found.group(0) for found in RED.finditer(html)}) == 2


def test_no_line_ends_inside_a_parameter() -> None:
    """Marked or not, "--stylize" stays one word."""
    html = page({"prompt": "a kite --ar 3:2"}, {"prompt": "a kite --ar 3:2 --stylize 5"})
    assert html.count('white-space:nowrap">--') == 3


def test_each_side_keeps_its_own_spelling() -> None:
    """What is the same but for case stands on each side as it was written there."""
    html = bare(page({"prompt": "A Kite at dawn"}, {"prompt": "a kite at noon"}))
    assert "A Kite at <del>dawn</del>" in html
    assert "a kite at <ins>noon</ins>" in html


@pytest.mark.parametrize("other", ["A red kite --ar 3:2", "a red, kite --ar 3:2", "word " * 600])
def test_what_differs_in_case_or_signs_alone_is_marked_whole(other: str) -> None:
    """A row that says it differs always shows where."""
    html = bare(page({"prompt": "a red kite --ar 3:2"}, {"prompt": other}))
    assert "<del>" in html
    assert "<ins>" in html


@pytest.mark.parametrize(
    ("field", "what"),
    [("prompt_en", "sent"), ("final_prompt", "observed"), ("seed", "seed"), ("mode", "mode")],
)
def test_what_nobody_told_is_not_said_to_differ(field: str, what: str) -> None:
    """Where only one side is known, the row says so, unmarked, and so does the sentence."""
    found = compared({field: "told"}, {field: None})
    assert [row["differs"] for row in found.rows if row["what"] == what] == [None]
    assert found.summary == f"Nothing differs. Known of one alone: {what}."
    assert f"? {what}: told → –" in repr(found)
    assert '<td dir="auto">told</td><td dir="auto"></td>' in bare(found._repr_html_())


def test_a_parameter_that_one_lacks_is_marked() -> None:
    """Not giving a parameter is a difference; the other cell stays empty."""
    html = bare(page({"aspect": "16:9"}, {"aspect": None}))
    assert '<td dir="auto"><del>16:9</del></td><td dir="auto"></td>' in html


@pytest.mark.parametrize(
    "field", ["task", "prompt", "prompt_en", "final_prompt", "button", "mode", "server", "aspect"]
)
def test_everything_from_outside_is_escaped(field: str) -> None:
    """Prompts, servers and parameters are hostile, where they differ and where they don't."""
    for other in ({}, {field: HOSTILE}):
        html = page({field: HOSTILE}, other)
        assert "<img" not in html
        assert "onerror=alert(1)" in re.sub(r"</?(del|ins)[^>]*>", "", html)


@pytest.mark.parametrize("paper", PAGES)
def test_marked_words_can_be_read_on_every_paper(paper: str) -> None:
    """The red below them leaves the page's own ink with enough contrast."""
    page_colour, ink, opacity = PAGES[paper]
    html = page({"prompt": "a red kite"}, {"prompt": "a blue kite"})
    tints = RED.findall(html)
    assert len(tints) == 2
    for *red, strength in tints:
        tint = over(tuple(map(float, red)), float(strength), page_colour)
        assert contrast(over(ink, opacity, tint), tint) >= ENOUGH


def test_an_endless_prompt_makes_no_endless_page() -> None:
    """What is left out is told."""
    found = compared({"prompt": "a red kite " * 500_000}, {"prompt": "a blue kite " * 500_000})
    shown = str(found._repr_html_())
    assert len(shown) < 300_000
    assert "more signs" in shown
    assert len(repr(found)) < 3_000
