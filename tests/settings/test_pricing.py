"""The table of costs."""

from typing import Any

import pytest

from mj_notebook.errors import SettingsError
from mj_notebook.settings.pricing import Costs, amount, costs_of
from mj_notebook.settings.readers import with_changes
from mj_notebook.settings.settings import Settings


@pytest.mark.parametrize(
    ("action", "mode", "cost"),
    [
        ("IMAGINE", None, 1),
        ("imagine", "turbo", 2),
        ("UPSCALE", "fast", 0.5),
        ("VIDEO", "relax", 8),
        ("SOMETHING_NEW", None, 1),
        (None, None, 1),
    ],
)
def test_the_usual_table(action: str | None, mode: str | None, cost: float) -> None:
    """A kind times a speed; what is not in it costs as OTHER."""
    assert Costs().of(action, mode) == cost


def test_a_table_of_ones_own_changes_what_it_names() -> None:
    """Kinds, speeds, and one kind at one speed; the rest stays usual."""
    costs = with_changes(Settings(), costs={"UPSCALE": 0, "Turbo": 3, "imagine turbo": 1.5}).costs
    assert costs.of("UPSCALE") == 0
    assert (costs.of("PAN", "turbo"), costs.of("IMAGINE", "turbo")) == (3, 1.5)
    assert costs == costs_of({"upscale": 0, "turbo": 3, "IMAGINE TURBO": 1.5})
    assert with_changes(with_changes(Settings(), costs={"PAN": 2}), costs=None).costs == Costs()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"IMAGIN": 1}, "nothing that costs"),
        ({"IMAGINE": -1}, "can't cost"),
        ({"IMAGINE": "much"}, "can't cost"),
        ({"IMAGINE": float("nan")}, "can't cost"),
        (7, "a table"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(table: Any, said: str) -> None:
    """The sentence names what is wrong."""
    with pytest.raises(SettingsError, match=said):
        with_changes(Settings(), costs=table)


@pytest.mark.parametrize(
    ("cost", "said"),
    [(1, "1 credit"), (0.5, "0.5 credits"), (0.1 + 0.2, "0.3 credits"), (1200, "1,200 credits")],
)
def test_amounts_are_short(cost: float, said: str) -> None:
    """Without the tails of floating numbers."""
    assert amount(cost) == said
