"""Patterns of a person's own rules: none of them can hang a kernel."""

from time import perf_counter

import pytest

from mj_notebook.errors import SettingsError
from mj_notebook.prompt.lint import check_prompt
from mj_notebook.prompt.own_patterns import LONGEST_PATTERN, LONGEST_TEXT, OwnPattern
from mj_notebook.prompt.rules import rule_book

LETTERS = "a" * 6000


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"(a+)+$", r"(a*)*b", r"(a|aa)+$", r"(\w+\s?)*$", r"(a?){30}a{30}", r"(x+x+)+y"),
        *(r"(a{0,30}){0,30}b", r"(?=(a+)+b)", r"(?i:(a+)+)x", r"(a+)(?(1)(b+)+|c)", r"(?>(a+)+)"),
        *(r".*.*.*.*.*.*.*x", r"(", r"(?P<x>a)(?P<x>b)", "a" * (LONGEST_PATTERN + 1)),
    ],
)
def test_what_may_search_for_ever_is_refused_when_it_is_set(pattern: str) -> None:
    """A repeat in a repeat takes exponential time, which nothing could stop."""
    with pytest.raises(SettingsError, match=r"The pattern of the rule 'mine' (is|can't|may)"):
        rule_book({"rules": {"mine": {"pattern": pattern}}})


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bcats?\b", "two Cats"),
        (r"red.*kite", "a red big kite"),
        (r"(?:cat|dog|bird)+", "a dogcat"),
        (r"\w+\s+\w+\s+\w+", "a red kite"),
        (r"(?:\w++ ){3}", "a red big kite"),
        (r"^(?!.*--v)", "a kite"),
        (r"(very ?){2}", "very very"),
        (r"(\w+) \1", "the the"),
    ],
)
def test_usual_patterns_find_what_they_look_for(pattern: str, text: str) -> None:
    """Letters mean both cases, and possessive repeats may be repeated."""
    assert OwnPattern("mine", pattern).search(text)
    assert not OwnPattern("mine", pattern).search("--v 7")


@pytest.mark.parametrize(
    "pattern", [r".*.*.*x", r"a*a*a*a*b", r"(a?){12}b", r"(?=.*a)(?=.*b).*c", r"(.+)\1{2}x"]
)
def test_a_search_that_would_take_too_long_is_left_out_and_said(pattern: str) -> None:
    """It is foreseen on shorter texts; without that these take from seconds to days."""
    book = rule_book({"rules": {"mine": {"pattern": pattern}}})
    began = perf_counter()
    found = {one.rule: one.message for one in check_prompt(LETTERS, book=book).findings}
    assert perf_counter() - began < 10
    assert found["slow-rule"].startswith("Your rule 'mine' takes too long")
    assert "mine" in {one.rule for one in check_prompt("aaab c aaax", book=book).findings}


def test_a_text_of_any_length_is_no_matter() -> None:
    """What no server takes is not searched."""
    with pytest.raises(TimeoutError):
        OwnPattern("mine", "kite").search("a" * (LONGEST_TEXT + 1))
    assert OwnPattern("mine", "kite").search("a" * (LONGEST_TEXT - 4) + "kite")
