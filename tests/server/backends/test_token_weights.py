"""Words and their weights."""

import pytest

from mj_notebook.protocol.breakdown import TokenMark
from mj_notebook.server.backends.token_weights import mark_tokens, shortened_prompts, weigh_tokens

PROMPT = "a very beautiful red kite over the sea at sunset, highly detailed --ar 3:2"


def test_subjects_weigh_most_and_glue_nothing() -> None:
    """The heaviest word has 1; parameters are not weighed."""
    weights = {
        piece.text: piece.weight for piece in weigh_tokens(PROMPT) if piece.weight is not None
    }
    assert weights["kite"] == 1
    assert weights["kite"] > weights["sea"] > weights["red"] > weights["beautiful"]
    assert weights["the"] == 0
    assert "--ar" not in weights


def test_marks_follow_the_weights_and_the_text_stays() -> None:
    """Kept, dropped, or neither for what stands between."""
    tokens = mark_tokens(weigh_tokens(PROMPT))
    marks = {token.text: token.mark for token in tokens}
    assert (marks["kite"], marks["the"], marks[" "]) == (
        TokenMark.KEPT,
        TokenMark.DROPPED,
        TokenMark.NEUTRAL,
    )
    assert "".join(token.text for token in tokens) == PROMPT.removesuffix(" --ar 3:2")


@pytest.mark.parametrize("prompt", [PROMPT, "kite", "", "…", "风筝 over the sea", "a " * 3000])
def test_five_prompts_get_shorter(prompt: str) -> None:
    """Each no longer than the one before, of words of the prompt only."""
    options = shortened_prompts(weigh_tokens(prompt))
    assert len(options) == 5
    lengths = [len(option) for option in options]
    assert lengths == sorted(lengths, reverse=True)
    assert set(" ".join(options).split()) <= set(prompt.replace(",", "").split())
