"""Colours as red, green and blue, mixed the way an eye mixes them."""

from functools import lru_cache

Colour = tuple[int, int, int]


def colour(text: str) -> Colour:
    """Return the colour written as `rrggbb`."""
    return (int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16))


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """Return *first* moved by *amount* (0 to 1) towards *second*, even to the eye."""
    if amount <= 0:
        return first
    if amount >= 1:
        return second
    a, b = to_lab(first), to_lab(second)
    return from_lab(
        a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount
    )


def ramp(stops: tuple[Colour, ...], position: float) -> Colour:
    """Return the colour at *position* (0 to 1) on the way through evenly spaced *stops*."""
    place = min(1.0, max(0.0, position)) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    return mix(stops[index], stops[index + 1], place - index)


def shifted(base: Colour, lightness: float = 0.0, chroma: float = 1.0) -> Colour:
    """Return *base* lighter, and *chroma* times as colourful."""
    light, a, b = to_lab(base)
    return from_lab(light + lightness, a * chroma, b * chroma)


def tinted(base: Colour, hue: Colour, amount: float) -> Colour:
    """Return *base* with its own lightness but moved towards the hue and strength of *hue*."""
    light, a, b = to_lab(base)
    _, wanted_a, wanted_b = to_lab(hue)
    # Very light and very dark colours can't carry much colour; asking for it makes them garish.
    room = 1.0 - abs(light - 0.55) * 0.9
    return from_lab(
        light,
        a + (wanted_a * room - a) * amount,
        b + (wanted_b * room - b) * amount,
    )


def lightness(base: Colour) -> float:
    """Return how light *base* looks, from 0 to 1."""
    return to_lab(base)[0]


@lru_cache(maxsize=4096)
def to_lab(base: Colour) -> tuple[float, float, float]:
    """Return *base* in Oklab (https://bottosson.github.io/posts/oklab/)."""
    red, green, blue = (_to_linear(channel / 255) for channel in base)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def from_lab(light: float, a: float, b: float) -> Colour:
    """Return the nearest colour a screen can show for a colour in Oklab."""
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _to_byte(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _to_byte(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _to_byte(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _to_byte(linear: float) -> int:
    if linear <= 0.0031308:
        return max(0, round(linear * 12.92 * 255))
    return min(255, round((1.055 * float(linear ** (1 / 2.4)) - 0.055) * 255))
