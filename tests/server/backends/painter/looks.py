"""How tests look at pictures: painting them, differences, brightness, colours."""

from PIL import Image, ImageChops, ImageStat

from mj_notebook.server.backends.compositing import side_by_side
from mj_notebook.server.backends.painter import Brief, mark
from mj_notebook.server.backends.painter.tile import painted


def grid_of(brief: Brief, side: int) -> Image.Image:
    """Return the four tiles of *brief* two by two, as a square of *side* pixels."""
    half = (side // 2, side // 2)
    return side_by_side([mark(painted(brief, index, half)) for index in range(4)])


def difference(first: Image.Image, second: Image.Image, side: int = 64) -> float:
    """Return the root mean square difference of two pictures seen from afar, 0 to 255."""
    small = [
        image.convert("RGB").resize((side, side), Image.Resampling.BOX) for image in (first, second)
    ]
    squares = ImageStat.Stat(ImageChops.difference(*small)).rms
    return float(sum(squares) / len(squares))


def brightness(image: Image.Image) -> float:
    """Return the mean brightness of a picture, 0 to 255."""
    return float(ImageStat.Stat(image.convert("L")).mean[0])


def share_of_red(image: Image.Image) -> float:
    """Return how much of a picture is a strong red."""
    small = image.convert("RGB").resize((96, 96), Image.Resampling.BOX)
    pixels = list(zip(*[iter(small.tobytes())] * 3, strict=True))
    red = [1 for r, g, b in pixels if r > 150 and r > 1.9 * g and r > 1.9 * b]
    return len(red) / len(pixels)


def colourfulness(image: Image.Image) -> float:
    """Return the mean saturation of a picture, 0 to 255."""
    return float(ImageStat.Stat(image.convert("HSV")).mean[1])
