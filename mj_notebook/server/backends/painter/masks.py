"""Masks: outlines with smooth edges, and the tables that soften, spray and fade."""

from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

from mj_notebook.server.backends.painter.curves import Point

Box = tuple[int, int, int, int]
FLAT = 256 * 64
"""How far a gradient stays full or empty beyond its ends, in its own steps of 1/256."""


def smooth_mask(box: Box, outlines: list[list[Point]], values: Sequence[int] | None) -> Image.Image:
    """Return *outlines*, in pixels, as one mask over *box*, painted larger and then reduced."""
    width, height = box[2] - box[0], box[3] - box[1]
    # Four times for small forms, where a step shows; twice for large ones, where it costs.
    factor = 4 if width * height < 120_000 else 2
    mask = Image.new("L", (width * factor, height * factor))
    draw = ImageDraw.Draw(mask)
    left, top = box[0], box[1]
    for index, points in enumerate(outlines):
        if len(points) > 2:
            corners = [((x - left) * factor, (y - top) * factor) for x, y in points]
            draw.polygon(corners, fill=255 if values is None else values[index])
    return mask.reduce(factor)


@lru_cache(maxsize=1)
def radial() -> Image.Image:
    """Return Pillow's round gradient, dark in the middle."""
    return Image.radial_gradient("L")


@lru_cache(maxsize=1)
def long_gradient() -> Image.Image:
    """Return a column: full for long, then 256 steps down to nothing, then nothing for long."""
    tall = Image.new("L", (3, FLAT * 2), 0)
    # Long ends, for a transform that leaves the picture would give black on both sides.
    tall.paste(255, (0, 0, 3, FLAT))
    slope = Image.linear_gradient("L").resize((3, 256)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    tall.paste(slope, (0, FLAT))
    return tall


@lru_cache(maxsize=128)
def scaled(factor: float) -> list[int]:
    """Return the table that thins a mask."""
    return [round(value * factor) for value in range(256)]


@lru_cache(maxsize=128)
def falloff(strength: float, power: float) -> list[int]:
    """Return the table that turns the round gradient into light."""
    # Pillow's round gradient is full in the corners; along the sides it has come to 181 of 255.
    return [round(255 * strength * max(0.0, 1 - value / 180) ** power) for value in range(256)]


@lru_cache(maxsize=64)
def spray(strength: float) -> list[int]:
    """Return the table that turns a gradient with noise in it into dots."""
    return [round(max(0, min(255, (value - 96) * 2.6)) * strength) for value in range(256)]
