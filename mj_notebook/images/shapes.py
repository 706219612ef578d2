"""Shapes a person gives in numbers: boxes and outlines, painted white on black."""

from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any

from PIL import Image, ImageDraw

from mj_notebook.errors import UsageError
from mj_notebook.language import marked, translated

Point = tuple[float, float]

_HINT = marked(
    "Give (left, top, right, bottom) or points (x, y): whole numbers are pixels,"
    " floats from 0 to 1 are parts of the picture."
)


def are_shapes(mask: object) -> bool:
    """Tell whether *mask* is meant as shapes: a list or tuple, or an array of four numbers."""
    return isinstance(mask, list | tuple) or getattr(mask, "shape", None) == (4,)


def draw(shapes: Any, size: tuple[int, int]) -> Image.Image:
    """
    Paint *shapes* white on a black picture (mode L) of *size*; what lies outside is cut off.

    Raises:
        UsageError: They are no shapes, or one of them lies wholly outside.
    """
    picture = Image.new("L", size)
    brush = ImageDraw.Draw(picture)
    for shape in _listed(shapes):
        # Four numbers are a box; an outline has pairs of them.
        if len(shape) == 4 and all(map(_is_number, shape)):
            brush.rectangle(_box(shape, size), fill=255)
        else:
            brush.polygon(_outline(shape, size), fill=255)
    return picture


def _listed(shapes: Any) -> list[Sequence[Any]]:
    """Return one shape or many as many."""
    given: list[Any] = plain(shapes)
    if not given:
        raise UsageError(
            translated("The mask selects nothing: it has no shapes."), hint=translated(_HINT)
        )
    if all(map(_is_number, given)) or all(map(_is_point, given)):
        return [given]
    if not all(isinstance(shape, list) for shape in given):
        raise _no_shape(shapes)
    return given


def plain(value: Any) -> Any:
    """Return nested sequences, arrays among them, as nested lists."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_point(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


def _box(shape: Sequence[float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the first and last pixels of a box: right and bottom are not part of it."""
    (left, top), (right, bottom) = _in_pixels([(shape[0], shape[1]), (shape[2], shape[3])], size)
    if not (left < right and top < bottom):
        raise UsageError(
            translated("The box {shape} is empty.", shape=_shape_text(shape)),
            hint=translated(_HINT),
        )
    if right <= 0 or bottom <= 0 or left >= size[0] or top >= size[1]:
        raise _outside(translated("box"), shape, size)
    # What reaches over the edge is cut off, as a person means it.
    first = (min(max(0, round(left)), size[0] - 1), min(max(0, round(top)), size[1] - 1))
    # A box thinner than half a pixel is still a box.
    last = (max(first[0], round(right) - 1), max(first[1], round(bottom) - 1))
    return (*first, *last)


def _outline(shape: Sequence[Any], size: tuple[int, int]) -> list[Point]:
    if len(shape) < 3 or not all(map(_is_point, shape)):
        raise _no_shape(shape)
    points = _in_pixels([(x, y) for x, y in shape], size)
    across, down = zip(*points, strict=True)
    if max(across) < 0 or max(down) < 0 or min(across) >= size[0] or min(down) >= size[1]:
        raise _outside(translated("outline"), shape, size)
    return points


def _in_pixels(points: Iterable[Point], size: tuple[int, int]) -> list[Point]:
    listed = list(points)
    numbers = [number for point in listed for number in point]
    # By type, not by size: 1 is a pixel, 1.0 is the whole width.
    if all(isinstance(number, Integral) for number in numbers):
        return listed
    if not all(0 <= number <= 1 for number in numbers):
        told = ", ".join(f"{number:g}" for number in numbers[:8])
        raise UsageError(
            translated("The numbers {told} are neither pixels nor parts.", told=told),
            hint=translated(_HINT),
        )
    return [(x * size[0], y * size[1]) for x, y in listed]


def _shape_text(shape: Sequence[Any]) -> str:
    return f"({', '.join(map(str, shape))})"[:80]


def _outside(kind: str, shape: Sequence[Any], size: tuple[int, int]) -> UsageError:
    return UsageError(
        translated(
            "The {kind} {shape} lies outside the picture of {width} × {height}.",
            kind=kind,
            shape=_shape_text(shape),
            width=size[0],
            height=size[1],
        ),
        hint=translated(_HINT),
    )


def _no_shape(shape: object) -> UsageError:
    return UsageError(
        translated("{shape!r} is no box and no outline.", shape=shape),
        hint=translated(_HINT),
    )
