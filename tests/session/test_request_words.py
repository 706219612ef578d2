"""What is gathered of the words and the pictures of one request."""

import pytest

from mj_notebook.errors import PromptError, UsageError
from mj_notebook.prompt.lint_case import Place
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.session.request_words import RequestWords, prompt_text


def words() -> RequestWords:
    """Return what reads the words of requests, with nothing to fetch."""
    return RequestWords(lambda _: b"", None)


def test_what_lint_finds_goes_with_one_request_alone() -> None:
    """Findings belong to the request whose words were read last, and the next begins anew."""
    reader = words()
    reader.words("a kite --stylize 2000 --v 7", Place())
    assert [one.rule for one in reader.gathered().findings] == ["out-of-range"]
    assert reader.gathered().findings == ()


@pytest.mark.parametrize("prompt", ["", "  ", "half \ud83d a sign"])
def test_what_can_not_be_sent_is_refused(prompt: str) -> None:
    """A prompt without words, or with half a sign, never leaves this machine."""
    with pytest.raises(PromptError):
        words().words(prompt, Place())


def test_a_list_that_holds_itself_is_no_picture() -> None:
    """Pictures stand in a list, each with its weight at most."""
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(UsageError, match=r"^sref can't be \[\["):
        RequestBuilder(None, lambda _: b"").imagine("a kite", sref=endless)


def test_what_is_wrong_is_quoted_by_its_beginning() -> None:
    """Nobody reads a file that was pasted into a number's place."""
    reader = words()
    reader.words(f"a kite --chaos {'x' * 100_000}", Place())
    assert all(len(one.message) < 1_000 for one in reader.gathered().findings)


def test_a_list_of_prompts_is_no_prompt() -> None:
    """Who gives several is shown the way to give several."""
    with pytest.raises(UsageError, match=r"mj\.batch"):
        prompt_text(["a kite", "a boat"])
