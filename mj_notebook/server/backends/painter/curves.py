"""Smooth outlines from few points, and lines of land from repeatable noise."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import ceil, cos, floor, hypot, pi, sin

Point = tuple[float, float]
Outline = list[Point]
Line = Callable[[float], float]


@lru_cache(maxsize=512)
def outline(text: str) -> tuple[Point, ...]:
    """Return the closed smooth outline written as `x,y x,y …`; `*` marks a point as a corner."""
    return tuple(smooth(*read_points(text)))


def read_points(text: str) -> tuple[list[Point], list[bool]]:
    """Return the points written in *text*, and which of them are corners."""
    words = text.split()
    pairs = (word.rstrip("*").split(",") for word in words)
    return [(float(x), float(y)) for x, y in pairs], [word.endswith("*") for word in words]


def smooth(points: Sequence[Point], corners: Sequence[bool], smoothness: int = 7) -> Outline:
    """Return a closed curve through *points*, sharp where *corners* says so."""
    result: Outline = []
    count = len(points)
    for index in range(count):
        start, end = points[index], points[(index + 1) % count]
        length = hypot(end[0] - start[0], end[1] - start[1])
        # A side between two corners is a line; steps on it would only cost time.
        straight = corners[index] and corners[(index + 1) % count]
        if straight or length == 0:
            result.append(start)
            continue
        leaving = _direction(points, corners, index, end, start)
        arriving = _direction(points, corners, (index + 1) % count, end, start)
        tangents = [(x * length, y * length) for x, y in (leaving, arriving)]
        result.extend(_stretch(start, end, tangents[0], tangents[1], smoothness))
    return result


def _direction(
    points: Sequence[Point], corners: Sequence[bool], index: int, end: Point, start: Point
) -> Point:
    if corners[index]:
        x, y = end[0] - start[0], end[1] - start[1]
    else:
        before, after = points[index - 1], points[(index + 1) % len(points)]
        x, y = after[0] - before[0], after[1] - before[1]
    size = hypot(x, y) or 1.0
    return (x / size, y / size)


def _stretch(
    start: Point, end: Point, leaving: Point, arriving: Point, steps: int
) -> Iterable[Point]:
    for step in range(steps):
        # Hermite curves: they pass through the points, so outlines can be written by hand.
        t = step / steps
        a = 2 * t**3 - 3 * t**2 + 1
        b = t**3 - 2 * t**2 + t
        c = 3 * t**2 - 2 * t**3
        d = t**3 - t**2
        yield (
            a * start[0] + b * leaving[0] + c * end[0] + d * arriving[0],
            a * start[1] + b * leaving[1] + c * end[1] + d * arriving[1],
        )


def ellipse(x: float, y: float, across: float, down: float, steps: int = 32) -> Outline:
    """Return an ellipse around (*x*, *y*) with half axes *across* and *down*."""
    turn = 2 * pi / steps
    return [(x + across * cos(turn * i), y + down * sin(turn * i)) for i in range(steps)]


def lens(x: float, y: float, across: float, down: float) -> Outline:
    """Return a flat leaf shape, pointed at both ends: a wave, a glint, a streak of cloud."""
    steps = 7
    upper = [
        (x - across + 2 * across * i / steps, y - down * sin(pi * i / steps))
        for i in range(steps + 1)
    ]
    lower = [
        (x + across - 2 * across * i / steps, y + down * sin(pi * i / steps))
        for i in range(1, steps)
    ]
    return upper + lower


def stroke(points: Sequence[Point], widths: Sequence[float]) -> Outline:
    """Return the outline of a line through *points* that is *widths* thick along its way."""
    left: Outline = []
    right: Outline = []
    for index, (x, y) in enumerate(points):
        before, after = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        # Two points in one place have no direction.
        size = hypot(dx, dy) or 1.0
        half = widths[min(index, len(widths) - 1)] / 2
        left.append((x - dy / size * half, y + dx / size * half))
        right.append((x + dy / size * half, y - dx / size * half))
    return left + right[::-1]


def bend(start: Point, middle: Point, end: Point, steps: int = 10) -> Outline:
    """Return points along the arc from *start* to *end* that leans towards *middle*."""
    result: Outline = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        result.append(
            (a * start[0] + b * middle[0] + c * end[0], a * start[1] + b * middle[1] + c * end[1])
        )
    return result


def level(y: float) -> Line:
    """Return the line that is flat at the height *y*."""
    return lambda _: y


def box_of(x: float, width: float, top: float, foot: float) -> Outline:
    """Return an upright box from *x* to the right."""
    return [(x, top), (x + width, top), (x + width, foot), (x, foot)]


def along(left: float, right: float, step: float) -> list[float]:
    """Return positions from *left* to *right*, both included, on a raster that never moves."""
    # From multiples of the step: what stands there stays there when the view moves.
    first, last = floor(left / step), ceil(right / step)
    return [index * step for index in range(first, last + 1)]
