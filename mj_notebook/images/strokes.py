"""The strokes of a painted mask: records, and what a page may send as such.

Coordinates are pixels of the picture, from its top left corner; a pixel is a square, so the first
one reaches from 0 to 1.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final, TypeGuard

from mj_notebook.errors import UsageError

Point = tuple[float, float]
Size = tuple[int, int]
Wire = dict[str, Any]
"""A stroke as it travels: ``kind``, ``adds``, and its numbers; points as a flat list."""

SMALLEST_BRUSH: Final = 2
"""Pixels across; a smaller one might fall between the pixels."""
MOST_STROKES: Final = 1000
MOST_POINTS: Final = 2000
"""In one stroke; a longer one is painted as several."""
MOST_POINTS_ALL: Final = 100_000
"""In all strokes: a page's message must stay far below 10 MB, where it would vanish."""


@dataclass(frozen=True, slots=True)
class Brush:
    """A round brush of *size* pixels across, led along *points*; the eraser when it doesn't add."""

    points: tuple[Point, ...]
    size: float
    adds: bool = True


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Whole pixels; what reaches beyond the picture is not there."""

    left: int
    top: int
    width: int
    height: int
    adds: bool = True


@dataclass(frozen=True, slots=True)
class Lasso:
    """What *points* surround, the last joined to the first; a twice surrounded part is a hole."""

    points: tuple[Point, ...]
    adds: bool = True


@dataclass(frozen=True, slots=True)
class Invert:
    """Select what is not selected."""


@dataclass(frozen=True, slots=True)
class Clear:
    """Select nothing."""


Stroke = Brush | Rectangle | Lasso | Invert | Clear


def read_strokes(sent: object, size: Size) -> tuple[Stroke, ...]:
    """
    Read strokes that a page sent.

    Raises:
        UsageError: They are no strokes, or more than a mask may hold.
    """
    if not isinstance(sent, Sequence) or isinstance(sent, str | bytes):
        raise _no_strokes("not a list")
    if len(sent) > MOST_STROKES:
        raise _no_strokes(f"more than {MOST_STROKES}")
    strokes = tuple(read_stroke(one, size) for one in sent)
    if sum(len(stroke.points) for stroke in strokes if _has_points(stroke)) > MOST_POINTS_ALL:
        raise _no_strokes(f"more than {MOST_POINTS_ALL} points")
    return strokes


def fitting(strokes: list[Wire]) -> list[Wire] | None:
    """Return as many of *strokes* as a mask may hold and as make the same mask, or None."""
    if _fits(strokes):
        return strokes
    # What was cleared away no longer counts; only undoing it is lost.
    cleared = [number for number, stroke in enumerate(strokes) if stroke["kind"] == "clear"]
    rest = strokes[cleared[-1] :] if cleared else strokes
    return rest if _fits(rest) else None


def _fits(strokes: list[Wire]) -> bool:
    points = sum(len(stroke.get("points", ())) for stroke in strokes) // 2
    return len(strokes) <= MOST_STROKES and points <= MOST_POINTS_ALL


def read_stroke(sent: object, size: Size) -> Stroke:
    """
    Read one stroke for a picture of *size*; what lies far outside is moved to its surroundings.

    Raises:
        UsageError: It is no stroke.
    """
    if not isinstance(sent, Mapping):
        raise _no_strokes("not an object")
    kind, adds = sent.get("kind"), sent.get("adds", True)
    if not isinstance(adds, bool):
        raise _no_strokes("neither adding nor erasing")
    reach = max(size)
    if kind == "brush":
        return Brush(
            _points(sent, size), min(_number(sent, "size", SMALLEST_BRUSH), 2.0 * reach), adds
        )
    if kind == "lasso":
        return Lasso(_points(sent, size, least=3), adds)
    if kind == "rectangle":
        left, top = (_whole(sent, name, -reach, 2 * reach) for name in ("left", "top"))
        width, height = (_whole(sent, name, 1, 3 * reach) for name in ("width", "height"))
        return Rectangle(left, top, width, height, adds)
    if kind == "invert":
        return Invert()
    if kind == "clear":
        return Clear()
    raise _no_strokes(f"of no known kind ({str(kind)[:20]!r})")


def write_stroke(stroke: Stroke) -> Wire:
    """Write a stroke as it travels; `read_stroke` reads it back."""
    match stroke:
        case Brush(points, size, adds):
            return {"kind": "brush", "adds": adds, "size": size, "points": _flat(points)}
        case Lasso(points, adds):
            return {"kind": "lasso", "adds": adds, "points": _flat(points)}
        case Rectangle(left, top, width, height, adds):
            place = {"left": left, "top": top, "width": width, "height": height}
            return {"kind": "rectangle", "adds": adds, **place}
        case Invert():
            return {"kind": "invert"}
        case Clear():
            return {"kind": "clear"}


def _has_points(stroke: Stroke) -> TypeGuard[Brush | Lasso]:
    return isinstance(stroke, Brush | Lasso)


def _points(sent: Mapping[str, object], size: Size, least: int = 1) -> tuple[Point, ...]:
    flat = sent.get("points")
    if not isinstance(flat, Sequence) or isinstance(flat, str | bytes) or len(flat) % 2:
        raise _no_strokes("without points")
    if not least <= len(flat) // 2 <= MOST_POINTS:
        raise _no_strokes(f"of {len(flat) // 2} points; {least} to {MOST_POINTS} are allowed")
    reach = max(size)
    near = [min(max(_finite(value), -reach), 2 * reach) for value in flat]
    return tuple(zip(near[::2], near[1::2], strict=True))


def _whole(sent: Mapping[str, object], name: str, least: int, most: int) -> int:
    return round(min(max(_finite(sent.get(name)), least), most))


def _number(sent: Mapping[str, object], name: str, least: float) -> float:
    return max(_finite(sent.get(name)), least)


def _finite(value: object) -> float:
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise _no_strokes(f"with {str(value)[:20]!r} where a number belongs")


def _flat(points: Iterable[Point]) -> list[float]:
    return [value for point in points for value in point]


def _no_strokes(why: str) -> UsageError:
    return UsageError(f"This is nothing a mask can be painted with: {why}.")
