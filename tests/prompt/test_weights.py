"""Multi-prompts: parts with their weights."""

import pytest

from mj_notebook.prompt.weights import has_weights, weighted_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a kite", [("a kite", 1)]),
        ("sky:: kite", [("sky", 1), ("kite", 1)]),
        ("sky::2 kite::-0.5", [("sky", 2), ("kite", -0.5)]),
        ("sky::.5 kite", [("sky", 0.5), ("kite", 1)]),
        ("sky::2x kite", [("sky", 1), ("2x kite", 1)]),
        ("a https://x/::2 kite", [("a https://x/::2 kite", 1)]),
        ("", [("", 1)]),
    ],
)
def test_parts_have_weights(text: str, parts: list[tuple[str, float]]) -> None:
    """1 is the usual one; in an address two colons are part of it."""
    assert list(map(tuple, weighted_parts(text))) == parts
    assert has_weights(text) == (len(parts) > 1)
