"""Strokes: what a page may send, and what it may not."""

import json
import math
from typing import Any

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.images.strokes import (
    MOST_POINTS,
    MOST_POINTS_ALL,
    MOST_STROKES,
    Brush,
    Clear,
    Invert,
    Lasso,
    Rectangle,
    Stroke,
    read_stroke,
    read_strokes,
    write_stroke,
)

SIZE = (400, 300)
EVERY_KIND: tuple[Stroke, ...] = (
    Brush(((10.5, 20.0), (300.0, 200.5)), 40.0),
    Brush(((10.0, 20.0),), 7.0, adds=False),
    Lasso(((0.0, 0.0), (100.0, 0.0), (50.0, 80.0))),
    Lasso(((0.0, 0.0), (100.0, 0.0), (50.0, 80.0)), adds=False),
    Rectangle(-5, 10, 100, 50),
    Rectangle(5, 10, 100, 50, adds=False),
    Invert(),
    Clear(),
)


@pytest.mark.parametrize("stroke", EVERY_KIND)
def test_strokes_travel_as_json(stroke: Stroke) -> None:
    """A stroke that was sent and read is the one that was made."""
    assert read_stroke(json.loads(json.dumps(write_stroke(stroke))), SIZE) == stroke


def test_what_lies_far_outside_is_moved_near() -> None:
    """Huge numbers are taken to be near the picture, so that drawing them costs nothing."""
    sent = {"kind": "brush", "size": 1e300, "points": [1e300, -1e300]}
    assert read_stroke(sent, SIZE) == Brush(((800, -400),), 800)
    sent = {"kind": "rectangle", "left": -1e9, "top": 1e9, "width": 1e9, "height": 0.2}
    assert read_stroke(sent, SIZE) == Rectangle(-400, 800, 1200, 1)


POINTS = [1, 2, 3, 4, 5, 6]
BAD: list[Any] = [
    None, 7, "brush", [], {}, {"kind": None}, {"kind": "spray"}, {"kind": ["brush"]},
    {"kind": "brush", "size": 5}, {"kind": "brush", "size": 5, "points": []},
    {"kind": "brush", "size": 5, "points": [1, 2, 3]}, {"kind": "brush", "points": POINTS},
    {"kind": "brush", "size": 5, "points": "1234"},
    {"kind": "brush", "size": 5, "points": [1, "2"]},
    {"kind": "brush", "size": 5, "points": [1, None]},
    {"kind": "brush", "size": True, "points": POINTS},
    {"kind": "brush", "size": math.nan, "points": POINTS},
    {"kind": "brush", "size": 5, "points": [math.inf, 1]},
    {"kind": "brush", "size": 5, "points": [10**400, 1]},
    {"kind": "brush", "size": 5, "points": POINTS, "adds": 1},
    {"kind": "brush", "size": 5, "points": [0] * 2 * (MOST_POINTS + 1)},
    {"kind": "lasso", "points": POINTS[:4]}, {"kind": "lasso", "points": {"0": 1, "1": 2}},
    {"kind": "rectangle", "left": 1, "top": 2, "width": 3},
    {"kind": "rectangle", "left": 1, "top": 2, "width": 3, "height": math.nan},
]  # fmt: skip


@pytest.mark.parametrize("sent", BAD, ids=lambda sent: str(sent)[:50])
def test_what_is_no_stroke_is_refused(sent: object) -> None:
    """Whatever else a page sends is an error that says so, shortly."""
    with pytest.raises(UsageError, match="nothing a mask can be painted with") as caught:
        read_stroke(sent, SIZE)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "invert",
        {"kind": "invert"},
        [{"kind": "invert"}] * (MOST_STROKES + 1),
        [{"kind": "brush", "size": 5, "points": [0] * 2 * MOST_POINTS}]
        * (MOST_POINTS_ALL // MOST_POINTS + 1),
    ],
    ids=["nothing", "text", "an object", "too many strokes", "too many points"],
)
def test_lists_have_their_limits(sent: object) -> None:
    """What is no list, or more than can arrive in one message, is refused."""
    with pytest.raises(UsageError):
        read_strokes(sent, SIZE)
