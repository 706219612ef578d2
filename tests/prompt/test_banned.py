"""Words that are not drawn."""

import pytest

from mj_notebook.prompt.banned import banned_word


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("a nude", "nude"),
        ("A NUDE, standing", "NUDE"),
        ("blood bath", "blood bath"),
        ("blood\n bath", "blood\n bath"),
        ("a gory-looking pie", "gory"),
        ("naked and nude", "nude"),
        ("denuded hills", None),
        ("a Nudeln dish", None),
        ("category", None),
        ("", None),
    ],
)
def test_banned_words_are_whole_words(prompt: str, word: str | None) -> None:
    """In any case and with any white space; of several that which the list has first."""
    assert banned_word(prompt) == word
