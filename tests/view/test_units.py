"""Numbers as people say them."""

import pytest

from mj_notebook.view.units import duration, percentage, time_left


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (0.4, "0.4 s"),
        (1.2, "1 s"),
        (59.4, "59 s"),
        (59.7, "1 min"),
        (72, "1 min 12 s"),
        (3599.8, "1 h"),
        (7380, "2 h 3 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    """A duration has at most two units, and no more digits than anybody needs."""
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "a few seconds left"),
        (12, "about 10 s left"),
        (23, "about 25 s left"),
        (57, "about 55 s left"),
        (75, "about a minute left"),
        (200, "about 3 min left"),
    ],
)
def test_time_left(seconds: float, said: str) -> None:
    """The time left is told no more exactly than it can be known."""
    assert time_left(seconds) == said


def test_percentages_have_no_digits_behind_the_point() -> None:
    """A percentage is a whole number with its unit."""
    assert percentage(46.4) == "46 %"
