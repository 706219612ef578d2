"""Image analysis: the features of a picture, by measuring its colours, light and edges."""

from collections import Counter
from fractions import Fraction

from PIL import Image, ImageFilter, ImageStat

from mj_notebook.server.backends.captions import COLOURS, TABLES, ImageFeatures
from mj_notebook.server.backends.decoding import caption_of, open_picture
from mj_notebook.server.backends.painter.colour import colour, to_lab

# Pixels of the longer side that are measured; colours and light are the same as in all.
_SIDE = 128
# More tones than are named: several of one name add up.
_PALETTE_SIZE = 24
# A colour on less of the picture than this would not be named by a person.
_MIN_SHARE = 0.08
_MAX_COLOURS = 3
# So that 21:9 is written as it is known, and 1024 × 576 as 16:9.
_MAX_TERM = 21
_LAB_OF_NAME = {name: to_lab(colour(code)) for name, code in COLOURS.items()}

# Of 255 levels; below, nobody would say that the light comes from anywhere.
_MIN_IMBALANCE = 14


def analyze_image(content: bytes | None) -> ImageFeatures | None:
    """Return what is seen in the picture *content*; None if it is no picture."""
    image = open_picture(content)
    if image is None or content is None:
        return None
    aspect = _aspect(image.size)
    image.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    grey = image.convert("L")
    statistics = ImageStat.Stat(grey)
    return ImageFeatures(
        aspect=aspect,
        colours=main_colours(image),
        light=_label("light", statistics.mean[0]),
        contrast=_label("contrast", statistics.stddev[0]),
        balance=_balance(grey),
        detail=_label("detail", _mean_edge(grey)),
        prompt=caption_of(content),
    )


def main_colours(image: Image.Image) -> tuple[str, ...]:
    """Return the names of the colours that cover most of *image*, the most common first."""
    tones = image.quantize(_PALETTE_SIZE, Image.Quantize.MEDIANCUT).convert("RGB")
    shares: Counter[str] = Counter()
    for count, tone in tones.getcolors(_PALETTE_SIZE) or []:
        assert isinstance(tone, tuple)
        shares[colour_name((tone[0], tone[1], tone[2]))] += count
    least = _MIN_SHARE * image.width * image.height
    # A picture of very many colours still has one that is most common.
    common = [name for name, count in shares.most_common(_MAX_COLOURS) if count >= least]
    return tuple(common) or (shares.most_common(1)[0][0],)


def colour_name(tone: tuple[int, int, int]) -> str:
    """Return the name of the colour that looks most like *tone*."""
    light, a, b = to_lab(tone)

    def distance(name: str) -> float:
        other = _LAB_OF_NAME[name]
        # Hue tells colours apart more than lightness does.
        return (light - other[0]) ** 2 + 4 * ((a - other[1]) ** 2 + (b - other[2]) ** 2)

    return min(_LAB_OF_NAME, key=distance)


def _label(name: str, measure: float) -> str:
    steps = TABLES.steps[name]
    return next((word for limit, word in steps if measure <= limit), steps[-1][1])


def _mean_edge(grey: Image.Image) -> float:
    """Return how strong edges are on average; the filter leaves the outermost pixels alone."""
    width, height = grey.size
    if min(width, height) < 3:
        return 0.0
    found = grey.filter(ImageFilter.FIND_EDGES).crop((1, 1, width - 1, height - 1))
    return ImageStat.Stat(found).mean[0]


def _balance(grey: Image.Image) -> str:
    """Tell where the light lies: the side or centre that stands out most, if any does."""
    width, height = grey.size
    whole = _mean(grey, (0, 0, 1, 1))
    up = _mean(grey, (0, 0, 1, 0.5)) - _mean(grey, (0, 0.5, 1, 1))
    left = _mean(grey, (0, 0, 0.5, 1)) - _mean(grey, (0.5, 0, 1, 1))
    # The centre differs less from the whole than halves from each other, so it counts more.
    middle = (_mean(grey, (0.3, 0.3, 0.7, 0.7)) - whole) * 1.5
    found = {
        "light from above": up,
        "light from below": -up,
        "light from the left": left,
        "light from the right": -left,
        "a bright centre": middle,
        "a dark centre": -middle,
    }
    word = max(found, key=lambda name: found[name])
    return (
        word if found[word] >= _MIN_IMBALANCE and min(width, height) > 1 else "evenly spread light"
    )


def _mean(grey: Image.Image, part: tuple[float, float, float, float]) -> float:
    width, height = grey.size
    left, top = int(part[0] * width), int(part[1] * height)
    right, bottom = max(left + 1, int(part[2] * width)), max(top + 1, int(part[3] * height))
    return ImageStat.Stat(grey.crop((left, top, right, bottom))).mean[0]


def _aspect(size: tuple[int, int]) -> str:
    """Return width to height in small whole numbers, as ``--ar`` wants them."""
    ratio = size[0] / size[1]
    if ratio >= 1:
        near = Fraction(ratio).limit_denominator(_MAX_TERM)
        return f"{near.numerator}:{near.denominator}"
    near = Fraction(1 / ratio).limit_denominator(_MAX_TERM)
    return f"{near.denominator}:{near.numerator}"
