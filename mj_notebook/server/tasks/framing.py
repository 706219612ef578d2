"""Framing: which rectangle of the painted world a wider picture shows; no pixels here."""

from typing import NamedTuple

from mj_notebook.server.backends.painter import Brief, Camera, ratio_of

# A pan adds half the picture on one side.
_PAN_SHARE = 0.5


class Frame(NamedTuple):
    """A rectangle of the world; the world's unit is the short side of the first picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def aspect(self) -> tuple[float, float]:
        """Width to height, rounded, so that a square is one however it came about."""
        # Sums of fractions differ in their last digits; buttons ask whether both sides are equal.
        return round(self.width, 6), round(self.height, 6)


def frame_of(brief: Brief) -> Frame:
    """Return what *brief* shows: its stage, scaled, and more of it where its shape is another."""
    wide, tall = (side * brief.camera.scale for side in brief.stage_size)
    ratio = ratio_of(brief.aspect)
    width, height = max(wide, tall * ratio), max(tall, wide / ratio)
    return _around(brief, width, height)


def panned(brief: Brief, tile: int, side: str, seed: int) -> Brief:
    """Return *brief* with more of the world on one side: left, right, up or down."""
    frame = frame_of(brief)
    across, down = frame.width * _PAN_SHARE, frame.height * _PAN_SHARE
    wider = {
        "left": frame._replace(left=frame.left - across),
        "right": frame._replace(right=frame.right + across),
        "up": frame._replace(top=frame.top - down),
        "down": frame._replace(bottom=frame.bottom + down),
    }[side]
    return _widened(brief, tile, wider, seed)


def squared(brief: Brief, tile: int, seed: int) -> Brief:
    """Return *brief* extended to a square."""
    frame = frame_of(brief)
    side = max(frame.width, frame.height)
    return _widened(brief, tile, _around(brief, side, side), seed)


def reshaped(brief: Brief, tile: int, zoom: float, aspect: tuple[float, float], seed: int) -> Brief:
    """Return *brief* zoomed out, and extended to *aspect*; nothing of it is cut off."""
    frame = frame_of(brief)
    width, height = frame.width * zoom, frame.height * zoom
    ratio = ratio_of(aspect)
    wider = _around(brief, max(width, height * ratio), max(height, width / ratio))
    return _widened(brief, tile, wider, seed)


def share_of(before: Brief, after: Brief) -> tuple[float, float, float, float]:
    """Return where what *before* shows lies in *after*: fractions from its left and top."""
    inner, outer = frame_of(before), frame_of(after)
    return (
        (inner.left - outer.left) / outer.width,
        (inner.top - outer.top) / outer.height,
        (inner.right - outer.left) / outer.width,
        (inner.bottom - outer.top) / outer.height,
    )


def _around(brief: Brief, width: float, height: float) -> Frame:
    wide, tall = brief.stage_size
    x, y = brief.camera.cx * wide, brief.camera.cy * tall
    return Frame(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _widened(brief: Brief, tile: int, frame: Frame, seed: int) -> Brief:
    """Return *brief* showing *frame*; the painter wants the way there as seen from this picture."""
    wide, tall = brief.stage_size
    now = brief.camera
    x, y = (frame.left + frame.right) / 2 / wide, (frame.top + frame.bottom) / 2 / tall
    scale = min(frame.width / wide, frame.height / tall)
    # Relative to where this picture looks from: the painter adds steps up.
    step = Camera((x - now.cx) / now.scale, (y - now.cy) / now.scale, scale / now.scale)
    return brief.widened(tile, step, seed, frame.aspect)
