"""Words compared: what several prompts share, what a shorter one lost."""

import pytest

from mj_notebook.view.word_diff import Span, WordChange, differences, shared_words, spans


def test_words_of_two_prompts_are_shared() -> None:
    """A word counts when two prompts hold it, those of most prompts first, case aside."""
    assert shared_words(["A red Kite", "red dunes, kite", "the kite", "a sky"]) == ("kite", "red")


def test_a_word_twice_in_one_prompt_is_not_shared() -> None:
    """Repeating a word within a prompt tells nothing about the others."""
    assert shared_words(["kite kite kite", "dunes"]) == ()


def test_stop_words_and_numbers_are_no_content() -> None:
    """What any two prompts share is left out: articles, prepositions, numbers."""
    assert shared_words(["the kite of 35 in a sky", "the dunes of 35 in a land"]) == ()


def test_chinese_phrases_are_shared_whole() -> None:
    """Where there are no spaces, what stands between two signs counts as one word."""
    assert shared_words(["清晰对比，红风筝", "红风筝，沙丘"]) == ("红风筝",)


def test_spans_keep_every_sign() -> None:
    """Only whole words are marked, and the stretches put together are the prompt."""
    prompt = "Red, red-hot redwood <b>RED</b>"
    cut = spans(prompt, frozenset({"red"}))
    assert [span.text for span in cut if span.is_marked] == ["Red", "RED"]
    assert "".join(span.text for span in cut) == prompt
    assert spans("", frozenset({"red"})) == ()
    assert spans("sky", frozenset({"red"})) == (Span("sky"),)


@pytest.mark.parametrize(
    ("original", "shorter", "expected"),
    [
        ("a red kite", "red kite", [("lost", "a "), ("kept", "red kite ")]),
        ("red, kite", "Red kite", [("kept", "Red kite ")]),
        ("red kite", "red dragon", [("kept", "red "), ("lost", "kite "), ("added", "dragon ")]),
        ("a b c a", "b a", [("lost", "a "), ("kept", "b "), ("lost", "c "), ("kept", "a ")]),
        ("", "new", [("added", "new ")]),
        ("old", "", [("lost", "old ")]),
        ("红风筝", "红筝", [("kept", "红"), ("lost", "风"), ("kept", "筝 ")]),
    ],
)
def test_differences(original: str, shorter: str, expected: list[tuple[str, str]]) -> None:
    """Words are compared without case and outer signs; kept ones as the shorter prompt has them."""
    found = [(str(stretch.change), stretch.text) for stretch in differences(original, shorter)]
    assert found == expected


def test_what_is_kept_and_added_is_the_shorter_prompt() -> None:
    """Leaving out what was lost gives the words of the shorter prompt, in order."""
    original = "a b a c a d e a b"
    for shorter in ("a a a a", "b c d", "x a y b z", original):
        found = differences(original, shorter)
        rest = "".join(stretch.text for stretch in found if stretch.change is not WordChange.LOST)
        assert rest.split() == shorter.split()


def test_far_too_long_texts_are_not_compared() -> None:
    """A text without end costs no minutes: it is shown as it is."""
    long = "word " * 5000
    assert differences(long, long) == ((long, WordChange.KEPT),)
