"""Which part of the painted world a wider picture shows."""

import pytest

from mj_notebook.server.backends.painter import Brief, Camera
from mj_notebook.server.tasks.framing import (
    Frame,
    frame_of,
    panned,
    reshaped,
    share_of,
    squared,
)

SQUARE = Brief("a kite")


def corners(frame: Frame) -> tuple[float, ...]:
    """Return a frame without the noise of its arithmetic."""
    return tuple(round(side, 6) for side in frame)


@pytest.mark.parametrize(
    ("brief", "frame"),
    [
        (SQUARE, (-0.5, -0.5, 0.5, 0.5)),
        (Brief("a", aspect=(16, 8)), (-1, -0.5, 1, 0.5)),
        (Brief("a", aspect=(1, 2)), (-0.5, -1, 0.5, 1)),
        (SQUARE.widened(0, Camera(scale=2), 1), (-1, -1, 1, 1)),
        (SQUARE.widened(0, Camera(cx=0.25), 1, aspect=(2, 1)), (-0.75, -0.5, 1.25, 0.5)),
    ],
    ids=["square", "wide", "tall", "zoomed", "moved"],
)
def test_a_brief_shows_a_frame(brief: Brief, frame: tuple[float, ...]) -> None:
    """The short side of the first picture is one long, and the middle of it is the origin."""
    assert corners(frame_of(brief)) == frame


@pytest.mark.parametrize(
    ("side", "frame"),
    [
        ("left", (-1, -0.5, 0.5, 0.5)),
        ("right", (-0.5, -0.5, 1, 0.5)),
        ("up", (-0.5, -1, 0.5, 0.5)),
        ("down", (-0.5, -0.5, 0.5, 1)),
    ],
)
def test_a_pan_adds_half_on_one_side(side: str, frame: tuple[float, ...]) -> None:
    """The other three sides stay where they are."""
    assert corners(frame_of(panned(SQUARE, 0, side, 1))) == frame


def test_pans_and_zooms_add_up() -> None:
    """Each step keeps everything that was seen before it."""
    brief = SQUARE
    for number, side in enumerate(("left", "up", "right", "down", "left", "left")):
        before = frame_of(brief)
        brief = panned(brief, 0, side, number)
        after = frame_of(brief)
        kept = [a == pytest.approx(b) for a, b in zip(before, after, strict=True)]
        assert kept.count(True) == 3
        brief = brief.widened(0, Camera(scale=1.5), number)
        assert frame_of(brief).width == pytest.approx(after.width * 1.5)


@pytest.mark.parametrize("aspect", [(3, 2), (2, 3), (1, 1)])
def test_a_square_holds_the_whole_picture(aspect: tuple[float, float]) -> None:
    """It is extended on the short sides, equally, and its shape is exactly 1:1."""
    brief = Brief("a", aspect=aspect)
    wider = squared(brief, 0, 1)
    assert wider.aspect[0] == wider.aspect[1]
    frame, before = frame_of(wider), frame_of(brief)
    assert corners(frame) == (-max(before.right, before.bottom),) * 2 + (frame.right,) * 2


@pytest.mark.parametrize("aspect", [(1.0, 1.0), (3.0, 2.0), (9.0, 16.0)])
@pytest.mark.parametrize("zoom", [1.0, 1.4, 2.0])
def test_a_custom_zoom_has_its_shape_and_cuts_nothing(
    zoom: float, aspect: tuple[float, float]
) -> None:
    """The wider picture has the shape that was asked for, with the old one whole in its middle."""
    before = Brief("a red kite", 7, (3, 2))
    after = reshaped(before, 1, zoom, aspect, 8)
    frame = frame_of(after)
    assert frame.width / frame.height == pytest.approx(aspect[0] / aspect[1], abs=1e-4)
    left, top, right, bottom = share_of(before, after)
    assert min(left, top) >= -1e-6
    assert max(right, bottom) <= 1 + 1e-6
    assert (left + right, top + bottom) == pytest.approx((1, 1), abs=1e-5)
    assert min(frame.width / 1.5, frame.height) >= zoom - 1e-4
