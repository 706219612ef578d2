"""Strokes: what a page may send, and the mask that comes of it."""

import io
import json
import math
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.view.strokes import (
    MOST_POINTS,
    MOST_POINTS_ALL,
    MOST_STROKES,
    Brush,
    Clear,
    Invert,
    Lasso,
    Mask,
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


def made(*strokes: Stroke, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return the mask of *strokes*, as who reads the PNG has it."""
    mask = Mask(size)
    mask.follow(strokes)
    return Image.open(io.BytesIO(mask.png()))


def area(*strokes: Stroke) -> int:
    """Count the selected pixels."""
    return made(*strokes).histogram()[255]


def test_the_mask_is_one_bit_a_pixel() -> None:
    """The PNG has the picture's size and two colours: white is to be painted anew."""
    image = made(Rectangle(10, 20, 30, 40), size=(123, 77))
    assert (image.format, image.mode, image.size) == ("PNG", "1", (123, 77))
    assert image.getbbox() == (10, 20, 40, 60)
    assert {image.getpixel((10, 20)), image.getpixel((9, 20))} == {0, 255}


def test_a_rectangle_is_exact() -> None:
    """A rectangle has the pixels it says, and no part of it lies outside the picture."""
    assert area(Rectangle(10, 20, 30, 40)) == 30 * 40
    assert area(Rectangle(-10, -20, 30, 40)) == 20 * 20
    assert area(Rectangle(0, 0, 1, 1)) == 1
    assert area(Rectangle(390, 290, 900, 900)) == 100


@pytest.mark.parametrize("size", [4, 5, 20, 61, 200])
def test_a_touch_of_the_brush_is_a_disc(size: int) -> None:
    """One point is a disc as wide as the brush, around that point."""
    disc = made(Brush(((200, 150),), size))
    left, top, right, bottom = disc.getbbox() or (0, 0, 0, 0)
    assert disc.histogram()[255] == pytest.approx(math.pi * size**2 / 4, rel=0.08, abs=8)
    assert (left + right) / 2 == pytest.approx(200, abs=0.5)
    assert (top + bottom) / 2 == pytest.approx(150, abs=0.5)


@pytest.mark.parametrize("end", [(300, 100), (100, 250), (300, 220), (220, 60)])
def test_a_stroke_is_as_wide_as_its_brush(end: tuple[float, float]) -> None:
    """A straight stroke covers its length times its width, and two half discs."""
    width, length = 30, math.dist((100, 100), end)
    covered = area(Brush(((100, 100), end), width))
    assert covered == pytest.approx(width * length + math.pi * width**2 / 4, rel=0.04)


def test_a_stroke_has_no_gaps_where_it_bends() -> None:
    """Along every part of a bent stroke its middle is selected."""
    bends = ((50.0, 50.0), (350.0, 60.0), (60.0, 250.0), (340.0, 280.0), (345.0, 30.0))
    image = made(Brush(bends, 12))
    for (x, y), (u, v) in pairwise(bends):
        for step in range(101):
            spot = (round(x + (u - x) * step / 100), round(y + (v - y) * step / 100))
            assert image.getpixel(spot) == 255


def test_a_lasso_is_closed_by_itself() -> None:
    """A lasso covers what its points surround, and a part surrounded twice is a hole."""
    triangle = Lasso(((50, 50), (350, 50), (50, 250)))
    assert area(triangle) == pytest.approx(300 * 200 / 2, rel=0.02)
    star = [(200 + 140 * math.sin(turn), 150 - 140 * math.cos(turn)) for turn in _turns()]
    assert made(Lasso(tuple(star))).getpixel((200, 150)) == 0


def _turns() -> list[float]:
    return [2 * math.pi * 2 * number / 5 for number in range(5)]


def test_strokes_follow_one_another() -> None:
    """What erases takes away what was there before it, and not what comes later."""
    first, hole = Rectangle(100, 100, 100, 100), Rectangle(120, 120, 50, 50, adds=False)
    assert area(first, hole) == 7500
    assert area(hole, first) == 10_000
    assert area(first, Brush(((150, 150),), 300, adds=False)) == 0
    assert area(first, Invert()) == 400 * 300 - 10_000
    assert area(first, Invert(), Invert()) == 10_000
    assert area(first, Clear()) == 0
    assert area(Clear(), Invert()) == 400 * 300


def test_a_mask_that_goes_back_is_the_same_as_a_new_one() -> None:
    """Strokes may be added, taken back and exchanged; the mask is always the one of the list."""
    mask = Mask(SIZE)
    lists = (EVERY_KIND[:3], EVERY_KIND[:6], EVERY_KIND[:2], EVERY_KIND[4:7], (), EVERY_KIND)
    for strokes in lists:
        mask.follow(strokes)
        fresh = Mask(SIZE)
        fresh.follow(strokes)
        assert mask.png() == fresh.png()
        assert mask.selected == fresh.selected


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
