"""The mask that strokes make: which pixels are white."""

import io
import math
from itertools import pairwise

import pytest
from PIL import Image

from mj_notebook.images.stroke_mask import Mask
from mj_notebook.images.strokes import Brush, Clear, Invert, Lasso, Rectangle, Stroke
from tests.images.test_strokes import EVERY_KIND, SIZE


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
