"""Patterns of a person's own rules: none of them can hang a kernel."""

from time import perf_counter

import pytest

from mj_notebook.errors import SettingsError
from mj_notebook.prompt.lint import check_prompt
from mj_notebook.prompt.own_patterns import LONGEST_PATTERN, LONGEST_TEXT, OwnPattern
from mj_notebook.prompt.rules import rule_book

LETTERS = "a" * 6000


@pytest.mark.parametrize("pattern", ["(", r"(?P<x>a", "[z-a]", "a" * (LONGEST_PATTERN + 1)])
def test_what_is_no_pattern_is_refused_when_it_is_set(pattern: str) -> None:
    """What can't be read, or has no end, is told before any prompt is looked at."""
    with pytest.raises(SettingsError, match=r"The pattern of the rule 'mine' (is|can't)"):
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
        (r"(?:\w+\s?)+kite$", "a red kite"),
    ],
)
def test_usual_patterns_find_what_they_look_for(pattern: str, text: str) -> None:
    """Letters mean both cases, and possessive repeats may be repeated."""
    assert OwnPattern("mine", pattern).search(text)
    assert not OwnPattern("mine", pattern).search("--v 7")


@pytest.mark.parametrize(
    "pattern", [r"(?i:(a+)+)x", r"(?=(a+)+b)", r"(a+)(?(1)(b+)+|c)", "(((a{1,99}){1,99}){1,99})+b"]
)
def test_a_search_that_would_take_too_long_is_given_up_and_said(pattern: str) -> None:
    """Without that these take from hours to for ever, and nothing could stop them."""
    book = rule_book({"rules": {"mine": {"pattern": pattern}}})
    began = perf_counter()
    found = {one.rule: one.message for one in check_prompt(LETTERS, book=book).findings}
    assert perf_counter() - began < 10
    assert found["slow-rule"].startswith("Your rule 'mine' takes too long")


def test_a_text_of_any_length_is_no_matter() -> None:
    """What no server takes is not searched."""
    with pytest.raises(TimeoutError):
        OwnPattern("mine", "kite").search("a" * (LONGEST_TEXT + 1))
    assert OwnPattern("mine", "kite").search("a" * (LONGEST_TEXT - 4) + "kite")
