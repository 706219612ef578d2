"""Patterns of a person's own rules: none of them can hang a kernel."""

from time import perf_counter, thread_time

import pytest

from mj_notebook.errors import PromptError, SettingsError
from mj_notebook.prompt.lint import check_prompt, require_sound
from mj_notebook.prompt.own_patterns import (
    LONGEST_PATTERN,
    LONGEST_TEXT,
    SECONDS,
    SECONDS_OF_ALL,
    SECONDS_TOGETHER,
    USUAL,
    OwnPattern,
)
from mj_notebook.prompt.rules import rule_book

LETTERS = "a" * 6000
RUNAWAY = "(a|aa)+$"
LONG = LETTERS + "! kite"


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
    assert found["mine"].startswith("Whether your rule 'mine' finds something here is not known")


def test_what_ran_out_of_time_is_not_tried_again() -> None:
    """A sweep of sixty prompts waits for it once; a book that is read anew tries it anew."""
    slow = OwnPattern("mine", RUNAWAY)
    with pytest.raises(TimeoutError):
        slow.search(LONG)
    for text in (LONG, "a"):  # of which the second would be found at once
        with pytest.raises(TimeoutError):
            slow.search(text)
    assert OwnPattern("mine", RUNAWAY).search("a")


def test_a_pattern_that_is_slow_each_time_is_given_up_when_that_adds_up() -> None:
    """One search is within its time, and sixty prompts would wait for sixty of them."""
    # Its cost grows with the square of the text: a tenth of a second here.
    slow = OwnPattern("mine", r"a.*?\d")
    began = thread_time()
    with pytest.raises(TimeoutError):
        list(map(slow.search, [LETTERS[:3000]] * 1000))
    assert thread_time() - began < 5
    quick = OwnPattern("mine", "kite")
    assert all(quick.search("a kite") for _ in range(1000))


def test_the_patterns_of_one_prompt_share_their_time() -> None:
    """Thirty that run away cost what two or three do, and those not tried are slow in nothing."""
    own = {f"mine{count}": {"pattern": RUNAWAY} for count in range(30)}
    book = rule_book(own)
    found = {one.rule for one in check_prompt(LONG, book=book).findings}
    assert set(own) <= found
    # Most were not tried, so that a prompt which is quickly searched is.
    sure = [one for one in check_prompt("a", book=book).findings if one.words == "a"]
    assert len(sure) >= len(own) - SECONDS_TOGETHER / SECONDS


def test_the_patterns_of_a_book_share_their_time_in_a_sweep() -> None:
    """Thirty that run away take of sixty prompts what five do; those that don't are not slower."""
    book = rule_book(
        {f"mine{count}": {"pattern": RUNAWAY} for count in range(30)}
        | {"good": {"pattern": "kite"}}
    )
    began = thread_time()
    for _ in range(60):
        checked = check_prompt(LONG, book=book)
    assert thread_time() - began < SECONDS_OF_ALL + 30 * 2 * USUAL + 1
    assert [one.words for one in checked.findings if one.rule == "good"] == ["kite"]


@pytest.mark.parametrize("severity", ["error", "warn", "hint", "off"])
def test_what_cannot_be_known_is_as_severe_as_its_rule(severity: str) -> None:
    """A rule that must stop a prompt stops one that it can't look at, and says how to go on."""
    book = rule_book({"mine": {"pattern": "kite", "severity": severity}})
    checked = check_prompt("a" * (LONGEST_TEXT + 1), book=book)
    found = [one.severity.value for one in checked.findings if one.rule == "mine"]
    assert found == [one for one in [severity] if one != "off"]
    if severity == "error":
        with pytest.raises(PromptError, match=r"looking took too long\. Shorten .* force=True"):
            require_sound(checked)


def test_a_text_of_any_length_is_no_matter() -> None:
    """What no server takes is not searched."""
    with pytest.raises(TimeoutError):
        OwnPattern("mine", "kite").search("a" * (LONGEST_TEXT + 1))
    assert OwnPattern("mine", "kite").search("a" * (LONGEST_TEXT - 4) + "kite")
