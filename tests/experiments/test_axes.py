"""The axes of a sweep: what is an axis and what one value, labels, and which cells there are."""

import itertools
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mj_notebook.errors import UsageError
from mj_notebook.experiments.axes import AxisKind, Span, chosen_cells, read_span
from mj_notebook.session.request_options import COMMON


def span_of(*fields: str, **given: Any) -> Span:
    """Read axes as `mj.sweep` does."""
    return read_span(given, fields, COMMON)


def test_lists_are_axes_and_single_values_are_not() -> None:
    """Ranges and arrays are lists too; what does not vary is the same in each cell."""
    span = span_of(
        "animal", "place", animal=["fox", "hare"], place="fog", s=range(0, 501, 250), seed=7
    )
    animal, stylize = span.axes
    assert animal[:3] == ("animal", AxisKind.FIELD, ("fox", "hare"))
    assert stylize[:3] == ("s", AxisKind.PARAMETER, (0, 250, 500))
    assert (span.fixed, span.fields, span.size) == ({"seed": 7}, {"place": "fog"}, 6)
    kinds = (np.array([0, 250]), iter([0, 250]), (0, 250), deque([0, 250]), {0: 1, 250: 2}.keys())
    for several in kinds:
        assert span_of(s=several).axes[0].labels == ("0", "250")


def test_a_tuple_is_one_value_where_a_parameter_takes_several() -> None:
    """Width and height, several words, several pictures of one cell."""
    span = span_of(ar=[(3, 2), (1, 1)], no=("text", "people"), images=("a.png", "b.png"), s=[0, 1])
    assert span.axes[0].labels == ("3 + 2", "1 + 1")
    assert span.fixed == {"no": ("text", "people"), "images": ("a.png", "b.png")}


def test_labels_name_each_value() -> None:
    """Files by their names, pictures by their number, yes and no, none."""
    values = [Path("folder/fox.png"), b"\x89PNG", None, "data:image/png;base64,AA", "kite.png"]
    labels = span_of(images=values).axes[0].labels
    assert labels == ("fox.png", "picture 2", "none", "picture 4", "kite.png")
    assert span_of(raw=[True, False]).axes[0].labels == ("yes", "no")
    assert span_of(sw=[0.5, 100.0]).axes[0].labels == ("0.5", "100")
    assert span_of("colour", colour=["", "red"]).axes[0].labels == ('""', "red")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"s": 3}, r"Nothing varies: s has one value.*Give a list of several: s=\[3, …\]"),
        ({"s": 3, "c": 5}, "s and c each has one value"),
        ({}, "{{animal}} of the prompt has no values.*animal="),
        ({"s": []}, "s has no values"),
        ({"s": [0, 0]}, "s has '0' twice"),
        ({"s": {0, 250}}, "s is a set, whose values have no order"),
        ({"s": itertools.count()}, "s has more than 100,000 values"),
        ({"s": range(10**12)}, "s has more than 100,000 values"),
        ({"anmal": ["fox"]}, "There is no option 'anmal'.*{{anmal}} in the prompt"),
        ({name: [0, 1] for name in ("s", "chaos", "w", "seed", "q")}, "up to 4 axes"),
        ({"s": range(1000), "seed": range(1000)}, "1,000,000 cells"),
    ],
)
def test_what_makes_no_sense_is_told(given: dict[str, Any], sentence: str) -> None:
    """Before anything is planned."""
    with pytest.raises(UsageError, match=sentence):
        span_of("animal", **given)
    with pytest.raises(UsageError, match="Nothing varies: a sweep has an axis"):
        span_of()


def test_cells_are_chosen_by_a_rule_or_left_out() -> None:
    """`where` sees values by name; `skip` is one cell, several, or a whole part."""
    span = span_of(s=[0, 250, 1000], chaos=[0, 50])
    assert len(chosen_cells(span)) == 6
    assert chosen_cells(span, where=lambda cell: cell.s and cell["chaos"] == 50) == [(1, 1), (2, 1)]
    for several in ([0, 250], (0, 250), np.array([0, 250]), {0, 250}):
        assert chosen_cells(span, skip={"s": several}) == [(2, 0), (2, 1)]
    with pytest.raises(UsageError, match="told by the values of axes"):
        chosen_cells(span, skip=5)
    with pytest.raises(AttributeError, match="no axis 'q'; the axes: s, chaos"):
        chosen_cells(span, where=lambda cell: cell.q)
    assert len(chosen_cells(span, skip=[{"s": 0, "chaos": 0}, {"s": 1000, "chaos": "50"}])) == 4
    with pytest.raises(UsageError, match="s is never 7"):
        chosen_cells(span, skip={"s": 7})
    with pytest.raises(UsageError, match="no axis 'x'"):
        chosen_cells(span, skip={"x": 7})
    with pytest.raises(UsageError, match="No cell is left"):
        chosen_cells(span, where=lambda cell: cell.s < 0)


def test_an_axis_may_be_called_as_a_method_is() -> None:
    """The names of a cell's values are the axes'."""
    span = span_of("items", "get", items=["fox", "hare"], get=["x", "y"])
    chosen = chosen_cells(
        span, where=lambda cell: [getattr(cell, axis.name) for axis in span.axes] == ["fox", "y"]
    )
    assert chosen == [(0, 1)]
    assert dict(span.point((0, 1))) == {"items": "fox", "get": "y"}


def test_a_sample_is_spread_and_grows() -> None:
    """Few cells touch most values of each axis; more cells are added to the same ones."""
    span = span_of(s=range(10), chaos=range(10), w=range(10), seed=range(10))
    first = chosen_cells(span, sample=20)
    assert len(first) == len(set(first)) == 20
    assert all(len({cell[axis] for cell in first}) >= 8 for axis in range(4))
    assert set(first) <= set(chosen_cells(span, sample=100))
    assert first == chosen_cells(span, sample=np.int64(20))  # type: ignore[arg-type]
    few = chosen_cells(span, where=lambda cell: cell.s == cell.chaos == 3, sample=99)
    assert len(few) == len(set(few)) == 99
    with pytest.raises(UsageError, match="0 cells"):
        chosen_cells(span, sample=0)
