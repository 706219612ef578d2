"""
Face detection: where a face is in a picture, without learning: by colour, light and place.

A face is a patch in the colours of skin that ends where hair and collar begin; the band of its
eyes is darker than the cheeks below, and between the eyes it is brighter than beside. All places
of a small copy are judged by that, and the best one wins if it is good enough.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from PIL import Image

# Pixels; enough to tell eyes from cheeks, and small enough to try every place.
_SEARCH_SIDE = 64
_STEP = 2
# Widths of faces that are looked for, as shares of the picture's shorter side.
_WIDTHS = (0.16, 0.2, 0.25, 0.31, 0.39, 0.48, 0.6)
_RING = 0.25
# Where the colour of skin lies in the plane of hues, whatever its brightness, and how far around.
_SKIN = (108, 151)
_SPREAD = (13, 13)
# Of 255: in the dark, hues mean nothing.
_MIN_LIGHT = 40
# Light from one side makes the eyes this different; what differs more is no pair.
_MAX_EYE_DIFFERENCE = 0.6
# Found by trying: what scores less is as often a lamp or a loaf as a face.
_MIN_SCORE = 2.04
# Height to width.
_FACE_RATIO = 1.34
_PORTRAIT_WIDTH = 0.56

Box = tuple[int, int, int, int]
Share = tuple[float, float, float, float]

# Hair and background fill the rim of a face's box, and are not to be taken for skin.
_INNER: Share = (0.14, 0.1, 0.86, 0.92)
_EYES: Share = (0.14, 0.3, 0.86, 0.46)
_CHEEKS: Share = (0.14, 0.5, 0.86, 0.66)
_LEFT_EYE: Share = (0.12, 0.3, 0.4, 0.46)
_RIGHT_EYE: Share = (0.6, 0.3, 0.88, 0.46)
_BRIDGE: Share = (0.42, 0.3, 0.58, 0.46)


class Face(NamedTuple):
    """An upright box around a face; *is_guess* when nothing looked like one."""

    box: Box
    is_guess: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


def detect_face(image: Image.Image) -> Face:
    """Return where *image* has a face: the best place for one, or where portraits have it."""
    small = image.convert("RGB")
    small.thumbnail((_SEARCH_SIDE, _SEARCH_SIDE), Image.Resampling.BOX)
    scorer = _FaceScorer(small)
    best = max(((scorer.score(place), place) for place in _candidates(small.size)), default=None)
    if best is None or best[0] < _MIN_SCORE:
        return Face(_portrait_box(image.size), is_guess=True)
    left, top, right, bottom = best[1]
    across, down = image.width / small.width, image.height / small.height
    return Face(_clipped((left * across, top * down, right * across, bottom * down), image.size))


class _IntegralImage:
    """A summed-area table: the mean of any rectangle of a grey picture in four look-ups."""

    def __init__(self, rows: Sequence[Sequence[float]]) -> None:
        above = [0.0] * (len(rows[0]) + 1)
        self._sums = [above]
        for row in rows:
            line = accumulate(row, initial=0.0)
            above = [high + value for high, value in zip(above, line, strict=True)]
            self._sums.append(above)

    def total(self, box: Box) -> float:
        left, top, right, bottom = box
        upper, lower = self._sums[top], self._sums[bottom]
        return lower[right] - lower[left] - upper[right] + upper[left]

    def mean(self, box: Box) -> float:
        return self.total(box) / max(1, (box[2] - box[0]) * (box[3] - box[1]))


class _FaceScorer:
    """A small picture, and how much each place of it looks like a face."""

    def __init__(self, image: Image.Image) -> None:
        self._size = image.size
        light, blue, red = (list(band.tobytes()) for band in image.convert("YCbCr").split())
        skin = [_skin(*values) for values in zip(light, blue, red, strict=True)]
        squares = [value * value for value in light]
        self._skin, self._light, self._squares = (
            _IntegralImage(_rows(values, image.width)) for values in (skin, light, squares)
        )

    def score(self, place: Box) -> float:
        skin = self._skin.mean(_part(place, _INNER))
        # Most places fail here, before the costlier measures.
        if skin < 0.2:
            return 0.0
        light = self._light
        # Differences are measured in the place's own contrast, so that a dim face counts as one.
        spread = max(6.0, self._spread(place))
        eyes = light.mean(_part(place, _CHEEKS)) - light.mean(_part(place, _EYES))
        left, right = light.mean(_part(place, _LEFT_EYE)), light.mean(_part(place, _RIGHT_EYE))
        bridge = light.mean(_part(place, _BRIDGE)) - (left + right) / 2
        return (
            # Weights found by trying; skin and its end at the hair say most, the eyes confirm it.
            1.3 * skin
            - 0.9 * self._skin_around(place)
            + 0.7 * _clamped(eyes / spread)
            + 0.5 * _clamped(bridge / spread)
            - 0.5 * max(0.0, abs(left - right) / spread - _MAX_EYE_DIFFERENCE)
            + 0.7 * self._prior(place)
        )

    def _skin_around(self, place: Box) -> float:
        """Return how much skin there is in a ring; beyond the picture there is none."""
        across = round((place[2] - place[0]) * _RING)
        down = round((place[3] - place[1]) * _RING * 0.7)
        width, height = self._size
        # Not below: neck and shoulders may be bare.
        outer = (
            max(0, place[0] - across),
            max(0, place[1] - down),
            min(width, place[2] + across),
            min(height, place[3]),
        )
        area = _area(outer) - _area(place)
        return (self._skin.total(outer) - self._skin.total(place)) / max(1, area)

    def _spread(self, place: Box) -> float:
        mean = self._light.mean(place)
        return math.sqrt(max(0.0, self._squares.mean(place) - mean * mean))

    def _prior(self, place: Box) -> float:
        """Return how usual it is to have a face there: in the middle, rather high, and large."""
        x = (place[0] + place[2]) / 2 / self._size[0] - 0.5
        y = (place[1] + place[3]) / 2 / self._size[1] - 0.4
        return max(0.0, 1 - 1.8 * math.hypot(x, y)) * min(1.0, 0.5 + _area(place) / 900)


def _candidates(size: tuple[int, int]) -> Iterator[Box]:
    for share in _WIDTHS:
        wide = round(min(size) * share)
        tall = round(wide * _FACE_RATIO)
        if wide < 6:
            continue
        for top in range(0, size[1] - tall + 1, _STEP):
            for left in range(0, size[0] - wide + 1, _STEP):
                yield left, top, left + wide, top + tall


def _skin(light: int, blue: int, red: int) -> float:
    """Return how likely a pixel shows skin."""
    if light < _MIN_LIGHT:
        return 0.0
    off = ((blue - _SKIN[0]) / _SPREAD[0]) ** 2 + ((red - _SKIN[1]) / _SPREAD[1]) ** 2
    return math.exp(-off / 2)


def _rows(values: Sequence[float], width: int) -> list[Sequence[float]]:
    return [values[start : start + width] for start in range(0, len(values), width)]


def _part(place: Box, share: Share) -> Box:
    wide, tall = place[2] - place[0], place[3] - place[1]
    left, top = place[0] + round(wide * share[0]), place[1] + round(tall * share[1])
    right, bottom = place[0] + round(wide * share[2]), place[1] + round(tall * share[3])
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _clamped(value: float) -> float:
    return min(1.0, max(-1.0, value))


def _portrait_box(size: tuple[int, int]) -> Box:
    """Return a box in the middle, a little above it, in which a portrait has its face."""
    wide = min(size[0], size[1] * 0.8) * _PORTRAIT_WIDTH
    tall = wide * _FACE_RATIO
    left, top = (size[0] - wide) / 2, size[1] * 0.42 - tall / 2
    return _clipped((left, top, left + wide, top + tall), size)


def _clipped(place: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    """Return *place* within *size*, a pixel wide and high at least."""
    left = max(0, min(round(place[0]), size[0] - 1))
    top = max(0, min(round(place[1]), size[1] - 1))
    right = min(size[0], max(left + 1, round(place[2])))
    return left, top, right, min(size[1], max(top + 1, round(place[3])))
