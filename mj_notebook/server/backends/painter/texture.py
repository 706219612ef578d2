"""The grain of paper and paint: small seamless tiles, made once and repeated."""

from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageFilter

from mj_notebook.server.backends.painter.chance import number_of

Size = tuple[int, int]
TILE = 512


@lru_cache(maxsize=16)
def speckle(size: Size, grain: float = 1.0) -> Image.Image:
    """Return even noise of *size* around 128, its dots *grain* pixels wide."""
    # Noise for all pixels of a large picture would take longer than painting it.
    tile = _speckle_tile()
    if grain != 1.0:
        side = max(8, round(TILE * grain))
        tile = tile.resize((side, side), Image.Resampling.BILINEAR)
    return repeated(tile, size)


@lru_cache(maxsize=4)
def _speckle_tile() -> Image.Image:
    random = Random(number_of("speckle"))
    return Image.frombytes("L", (TILE, TILE), random.randbytes(TILE * TILE))


@lru_cache(maxsize=16)
def grain(size: Size, strength: int, scale: float = 1.0) -> Image.Image:
    """
    Return the grain laid over a finished picture, as what is to be added to it, plus 128.

    Dots are two rows high and a row repeats itself after 128 dots, starting elsewhere: the eye
    sees plain grain, and a PNG needs two thirds of the bytes and time that free noise takes.
    """
    period = 128
    random = Random(number_of("grain", strength))
    # Five tones: few different bytes are what makes the PNG small.
    steps = [128 - strength, 128 - strength // 2, 128, 128 + strength // 2, 128 + strength]
    rows = []
    for _ in range(TILE // 2):
        dots = bytes(random.choices(steps, (1, 2, 3, 2, 1), k=period))
        rows.append(dots * (TILE // period) * 2)
    tile = Image.frombytes("L", (TILE, TILE), b"".join(rows))
    if scale != 1.0:
        side = max(8, round(TILE * scale))
        tile = tile.resize((side, side), Image.Resampling.BICUBIC)
    laid = ImageChops.subtract(repeated(tile, size), _corners(size))
    return Image.merge("RGB", (laid, laid, laid))


def _corners(size: Size) -> Image.Image:
    """Return how much darker the corners of a picture are; it comes free with the grain."""
    disc = Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
    return disc.point([round(max(0, value - 150) / 105 * 15) for value in range(256)])


@lru_cache(maxsize=16)
def cloudy(seed: int, size: Size, cells: int = 5, roughness: float = 0.55) -> Image.Image:
    """Return soft seamless fractal noise of *size*, spread over the whole range from 0 to 255."""
    random = Random(number_of("cloudy", seed))
    total = Image.new("L", (256, 256), 128)
    weight = 1.0
    side = cells
    # Octaves of half the size and less weight each, as in any fractal noise.
    while side <= 128 and weight > 0.06:
        patch = Image.frombytes("L", (side, side), random.randbytes(side * side))
        octave = _seamless(patch)
        total = ImageChops.add(
            total, octave.point([round(128 + (v - 128) * weight) for v in range(256)]), 1, -128
        )
        weight *= roughness
        side *= 2
    return total.resize(size, Image.Resampling.BICUBIC)


def _seamless(patch: Image.Image) -> Image.Image:
    """Enlarge *patch* to 256² so that its borders fit each other."""
    side = patch.width
    # Enlarged in the middle of its own copies, so the filter sees the right neighbours.
    wide = repeated(patch, (side * 3, side * 3))
    return wide.resize((256, 256), Image.Resampling.BICUBIC, box=(side, side, side * 2, side * 2))


@lru_cache(maxsize=8)
def paper(size: Size, scale: float = 1.0) -> Image.Image:
    """Return the tooth of watercolour paper, as what is to be added to a picture, plus 128."""
    random = Random(number_of("paper"))
    side = 256
    raw = Image.frombytes("L", (side, side), random.randbytes(side * side))
    wide = repeated(raw, (side * 2, side * 2)).filter(ImageFilter.GaussianBlur(1.3))
    tile = wide.crop((64, 64, 64 + side, 64 + side))
    # Light from the upper left on the bumps: the difference to a shifted copy.
    relief = ImageChops.subtract(tile, ImageChops.offset(tile, 1, 1), 1, 128)
    relief = relief.point([max(0, min(255, round(128 + (v - 128) * 0.42))) for v in range(256)])
    # Pairs of equal rows, for the same reason as the grain's.
    relief = relief.reduce((1, 2)).resize((side, side), Image.Resampling.NEAREST)
    if scale != 1.0:
        relief = relief.resize((max(8, round(side * scale)),) * 2, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (repeated(relief, size),) * 3)


def repeated(tile: Image.Image, size: Size) -> Image.Image:
    """Return an image of *size* covered with *tile*."""
    result = Image.new(tile.mode, size)
    for x in range(0, size[0], tile.width):
        for y in range(0, size[1], tile.height):
            result.paste(tile, (x, y))
    return result
