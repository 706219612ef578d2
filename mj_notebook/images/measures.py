"""What can be measured of a picture by its pixels alone: colours, light, sharpness, likeness."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PIL import Image, ImageFilter, ImageStat

from mj_notebook.images.thumbnails import on_white, open_picture
from mj_notebook.language.misfits import names_checked

Value = float | int | str | bool | None
"""What a measure may give: it becomes one value of a column."""

SIDE = 512
"""Measures look at the picture shrunk to so many pixels: they compare pictures of any size."""

# A difference hash: nine columns make eight comparisons a row, eight rows 64 bits.
_HASH = (9, 8)
_COLOURS = 5
# The Laplacian: what differs from its neighbours. The offset keeps what is negative.
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


@names_checked
class Measure(NamedTuple):
    """
    Something to measure of a picture.

    Attributes:
        name: The name of its column.
        version: Another one when the same picture would give another value: it is measured anew.
        measure: Takes a picture of Pillow in RGB, at most 512 px, and returns one value.

    Example:
        >>> mj.Measure("width", "1", lambda picture: picture.width)
    """

    name: str
    version: str
    measure: Callable[[Any], Value]


def picture_to_measure(content: bytes) -> Image.Image:
    """Decode a picture as measures look at it: RGB, on white, at most `SIDE` px."""
    image = on_white(open_picture(content))
    if max(image.size) > SIDE:
        # A plain mean of what falls into each pixel, the same with every version of Pillow.
        image.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=None)
    return image


def difference_hash(image: Image.Image) -> str:
    """
    Return 64 bits in hex that are nearly the same for pictures that look nearly the same.

    Each bit tells whether a pixel of a picture of 9 × 8 grey ones is darker than the one right of
    it ("dHash"): size, quality and brightness hardly change it.
    """
    grey = image.convert("L").resize(_HASH, Image.Resampling.BOX).tobytes()
    width, height = _HASH
    bits = 0
    for row in range(height):
        for column in range(width - 1):
            at = row * width + column
            bits = bits << 1 | (grey[at] < grey[at + 1])
    return f"{bits:016x}"


def hash_distance(one: str, other: str) -> int:
    """Return in how many of 64 bits two hashes differ: 0 to about 10 look alike."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def mean_colour(image: Image.Image) -> str:
    """Return the mean of all pixels as ``#rrggbb``."""
    return _hex(ImageStat.Stat(image).mean)


def palette(image: Image.Image) -> str:
    """Return up to five colours that stand for the picture, the commonest first, with blanks."""
    small = image.copy()
    small.thumbnail((128, 128), Image.Resampling.BOX)
    reduced = small.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT)
    colours = reduced.getpalette() or []
    # The picture holds numbers of colours: how often each occurs is its histogram.
    counts = reduced.histogram()
    # Equal counts by their number: the same picture gives the same text.
    found = sorted(range(len(counts)), key=lambda at: (-counts[at], at))
    return " ".join(_hex(colours[3 * at : 3 * at + 3]) for at in found[:_COLOURS] if counts[at])


def brightness(image: Image.Image) -> float:
    """Return how light it is: 0 is black, 1 is white."""
    return round(ImageStat.Stat(image.convert("L")).mean[0] / 255, 4)


def contrast(image: Image.Image) -> float:
    """Return how far its greys lie apart: their standard deviation, 0 to 0.5."""
    return round(ImageStat.Stat(image.convert("L")).stddev[0] / 255, 4)


def sharpness(image: Image.Image) -> float:
    """Return how much neighbours differ: the variance of the Laplacian; blurred ones have less."""
    grey = image.convert("L")
    # Too small to have a pixel with neighbours on all sides.
    if min(grey.size) <= 2:
        return 0.0
    edges = grey.filter(_LAPLACIAN)
    # Pillow leaves the outermost pixels as they were.
    inner = edges.crop((1, 1, grey.width - 1, grey.height - 1))
    return round(ImageStat.Stat(inner).var[0], 2)


MEASURES = (
    Measure("hash", "1", difference_hash),
    Measure("mean_colour", "1", mean_colour),
    Measure("palette", "1", palette),
    Measure("brightness", "1", brightness),
    Measure("contrast", "1", contrast),
    Measure("sharpness", "1", sharpness),
)
"""The measures that need nothing but Pillow."""


def _hex(colour: Any) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)
