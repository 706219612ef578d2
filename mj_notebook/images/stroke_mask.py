"""The mask that strokes make; the painter's script in the page draws them by the same rules."""

import io
import math
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

from mj_notebook.images.strokes import (
    Brush,
    Clear,
    Invert,
    Lasso,
    Point,
    Rectangle,
    Size,
    Stroke,
)


class Mask:
    """
    A mask that follows a list of strokes; what was only added to is not drawn anew.

    Args:
        size: Width and height of the picture.
    """

    def __init__(self, size: Size) -> None:
        self._image = Image.new("1", size)
        self._drawn: tuple[Stroke, ...] = ()

    def follow(self, strokes: tuple[Stroke, ...]) -> None:
        """Become what *strokes* make together, in their order."""
        known = len(self._drawn)
        if strokes[:known] != self._drawn:
            self._image, known = Image.new("1", self._image.size), 0
        for stroke in strokes[known:]:
            self._image = _with(self._image, stroke)
        self._drawn = strokes

    @property
    def selected(self) -> float:
        """How much of the picture is selected, from 0 to 1."""
        return self._image.histogram()[255] / (self._image.width * self._image.height)

    def png(self) -> bytes:
        """Return a PNG of one bit a pixel: white is to be painted anew, black stays."""
        buffer = io.BytesIO()
        self._image.save(buffer, "PNG")
        return buffer.getvalue()


def _with(image: Image.Image, stroke: Stroke) -> Image.Image:
    draw = ImageDraw.Draw(image)
    match stroke:
        case Brush(points, size, adds):
            _draw_brush(draw, points, size / 2, 255 * adds)
        case Lasso(points, adds):
            draw.polygon([(x - 0.5, y - 0.5) for x, y in points], fill=255 * adds)
        case Rectangle(left, top, width, height, adds):
            draw.rectangle((left, top, left + width - 1, top + height - 1), fill=255 * adds)
        case Invert():
            return ImageChops.invert(image)
        case Clear():
            return Image.new("1", image.size)
    return image


def _draw_brush(
    draw: ImageDraw.ImageDraw, points: Sequence[Point], radius: float, fill: int
) -> None:
    """Draw discs and what lies between them; Pillow's own wide lines have gaps where they bend."""
    # Pillow names pixels by their middle, a box by its first and last pixel; and a polygon takes
    # in every pixel that its edge touches.
    centres = [(x - 0.5, y - 0.5) for x, y in points]
    reach, half = radius - 0.5, radius - 0.25
    for x, y in centres:
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=fill)
    for (x, y), (u, v) in pairwise(centres):
        length = math.hypot(u - x, v - y)
        if length:
            a, b = (v - y) / length * half, (x - u) / length * half
            draw.polygon([(x + a, y + b), (u + a, v + b), (u - a, v - b), (x - a, y - b)], fill)
