"""Prompts that differ in their words alone."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.prompt.ablation import ablation


@pytest.mark.parametrize(
    ("original", "shorter", "seed", "made"),
    [
        ("a red kite", "kite", 3, ["a red kite --seed 3", "kite --seed 3"]),
        (
            "a kite --ar 3:2",
            "kite --ar 1:1 --v 5",
            None,
            ["a kite --ar 3:2 --seed 7", "kite --ar 3:2 --seed 7"],
        ),
        ("a kite --seed 5 --v 7", "kite", None, ["a kite --v 7 --seed 5", "kite --v 7 --seed 5"]),
        ("a kite --seed 5 --v 7", "kite", 0, ["a kite --v 7 --seed 0", "kite --v 7 --seed 0"]),
        ("a kite --seed much", "kite", None, ["a kite --seed 7", "kite --seed 7"]),
        (
            "http://x/a.png a kite",
            "kite",
            1,
            ["http://x/a.png a kite --seed 1", "http://x/a.png kite --seed 1"],
        ),
    ],
)
def test_only_the_words_differ(
    original: str, shorter: str, seed: int | None, made: list[str]
) -> None:
    """Pictures, parameters and the seed are the original's in each."""
    assert ablation(original, [shorter], seed) == made


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "7", True])
def test_what_is_no_seed_is_refused(seed: object) -> None:
    """The sentence names it, and the hint says what can be taken."""
    with pytest.raises(UsageError, match="is no seed") as caught:
        ablation("a kite", ["kite"], seed)  # type: ignore[arg-type]
    assert "4294967295" in caught.value.hint
