"""Faces: found by their looks, and put where another is."""

from itertools import pairwise

import pytest
from PIL import Image, ImageDraw, ImageStat

from mj_notebook.server.backends.face_detection import detect_face
from mj_notebook.server.backends.face_swap import swap_face

RED = Image.new("RGB", (40, 40), "#d02020")
ROOM = "#48607a"


def portrait(box: tuple[int, int, int, int], skin: str, hair: str = "#2a1a14") -> Image.Image:
    """Return a drawing of a face within *box*: hair around it, eyes, a nose and a mouth."""
    image = Image.new("RGB", (240, 200), ROOM)
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    draw = ImageDraw.Draw(image)
    draw.ellipse((left - wide * 0.2, top - tall * 0.2, right + wide * 0.2, bottom), fill=hair)
    draw.ellipse(box, fill=skin)
    for middle in (0.3, 0.7):
        x, y = left + wide * middle, top + tall * 0.4
        draw.ellipse(
            (x - wide * 0.13, y - tall * 0.07, x + wide * 0.13, y + tall * 0.05), "#20140f"
        )
    draw.ellipse(
        (left + wide * 0.36, top + tall * 0.76, right - wide * 0.36, top + tall * 0.82), "#903038"
    )
    return image


def middle(box: tuple[int, int, int, int]) -> tuple[float, float]:
    """Return the middle of *box*."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


@pytest.mark.parametrize("skin", ["#f1c9ad", "#c98f6b", "#8d5a3c"])
@pytest.mark.parametrize("box", [(50, 30, 110, 112), (110, 40, 190, 148), (96, 50, 150, 122)])
def test_a_face_is_found_where_it_is(box: tuple[int, int, int, int], skin: str) -> None:
    """Whatever its shade and size, and not only in the middle."""
    found = detect_face(portrait(box, skin))
    assert not found.is_guess
    assert middle(found.box) == pytest.approx(middle(box), abs=16)
    assert found.size[0] == pytest.approx(box[2] - box[0], rel=0.4)


@pytest.mark.parametrize("tone", ["#d02020", "#2030d0", "#f1c9ad", "black", "white"])
def test_without_a_face_it_is_where_portraits_have_it(tone: str) -> None:
    """In the middle, a little above it; the answer says that it is a guess."""
    found = detect_face(Image.new("RGB", (120, 90), tone))
    x, y = middle(found.box)
    assert found.is_guess
    assert x == pytest.approx(60, abs=1)
    assert 30 < y < 45


def test_the_face_goes_where_the_other_was() -> None:
    """A light face takes a dark one's place, in its shade; all else stays as it was."""
    light, dark = portrait((50, 30, 110, 112), "#f1c9ad"), portrait((120, 50, 180, 132), "#8d5a3c")
    swapped = swap_face(light, dark)
    assert swapped.size == dark.size
    assert swapped.crop((0, 0, 90, 200)).tobytes() == dark.crop((0, 0, 90, 200)).tobytes()
    box = detect_face(dark).box
    assert swapped.crop(box).tobytes() != dark.crop(box).tobytes()
    cheeks = (138, 96, 162, 106)
    before, after = (ImageStat.Stat(image.crop(cheeks)).mean for image in (dark, swapped))
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 40


def test_a_face_nobody_found_still_lands_softly() -> None:
    """The middle of a red picture in a blue one: an oval without a hard rim."""
    swapped = swap_face(RED, Image.new("RGB", (120, 90), "#2030d0"))
    reds, _, blues = (band.crop((0, 38, 120, 39)).tobytes() for band in swapped.split())
    assert (reds[0], blues[0]) == (0x20, 0xD0)
    assert reds[60] > blues[60]
    assert max(abs(a - b) for a, b in pairwise(reds)) < 40


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (8, 8)])
def test_odd_sizes_are_no_trouble(size: tuple[int, int]) -> None:
    """Whatever the shape of what was sent."""
    odd = Image.new("RGB", size, "green")
    assert swap_face(odd, RED).size == (40, 40)
    assert swap_face(RED, odd).size == size
