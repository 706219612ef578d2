"""Shapes in numbers: which pixels they mean, and what is none."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.shapes import are_shapes, draw


@pytest.mark.parametrize(
    ("box", "pixels"),
    [
        ((2, 1, 5, 3), (2, 1, 5, 3)),
        ((0.2, 0.1, 0.5, 0.3), (2, 1, 5, 3)),
        ((0, 0, 1, 1), (0, 0, 1, 1)),
        ((0.0, 0.0, 1.0, 1.0), (0, 0, 10, 10)),
        ((8, 8, 99, 99), (8, 8, 10, 10)),
        ((-5, -5, 1, 1), (0, 0, 1, 1)),
        ((0.5, 0.5, 0.501, 0.501), (5, 5, 6, 6)),
        ((0.99, 0.99, 1.0, 1.0), (9, 9, 10, 10)),
        (tuple(np.array([2, 1, 5, 3])), (2, 1, 5, 3)),
    ],
)
def test_a_box_means_these_pixels(box: Any, pixels: tuple[int, ...]) -> None:
    """Left and top are part of it, right and bottom are not, as in Pillow's crop."""
    assert draw(box, (10, 10)).getbbox() == pixels


def test_an_outline_is_filled() -> None:
    """The pixels within three or more points are painted."""
    triangle = draw([(0, 0), (9, 0), (0, 9)], (10, 10))
    assert (triangle.getpixel((1, 1)), triangle.getpixel((9, 9))) == (255, 0)
    parts = draw([(0.0, 0.0), (0.9, 0.0), (0.0, 0.9)], (10, 10))
    assert parts.tobytes() == triangle.tobytes()


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ([], "no shapes"),
        ((1, 2, 3), "no box"),
        ((1, 2, 3, 4, 5), "no box"),
        (["a", "b"], "no box"),
        ("0,0,1,1", "no box"),
        ([(0, 0), (1, 1)], "no box"),
        ([(0, 0, 5, 5), 7], "no box"),
        ([(0, 0, 5, 5), None], "no box"),
        ([[True, False], [False, True], [True, True]], "no box"),
        ([[[0, 0], [1, 1], ["x", 2]]], "no box"),
        ((5, 5, 5, 8), "is empty"),
        ((5, 5, 2, 8), "is empty"),
        ((10, 0, 12, 5), "outside"),
        ((-5, 0, 0, 5), "outside"),
        ([(20, 20), (30, 20), (20, 30)], "outside"),
        ((0.1, 0.1, 1.5, 1.0), "neither pixels nor parts"),
        ((0.5, 0.5, 3, 3), "neither pixels nor parts"),
        ((float("nan"), 0.0, 1.0, 1.0), "neither pixels nor parts"),
        ((0, 0, float("inf"), 1), "neither pixels nor parts"),
    ],
)
def test_what_is_no_shape_is_told(shapes: Any, said: str) -> None:
    """The sentence names the numbers and the hint says which are meant."""
    with pytest.raises(UsageError) as caught:
        draw(shapes, (10, 10))
    assert said in str(caught.value)
    assert "(left, top, right, bottom)" in caught.value.hint


def test_shapes_are_told_from_pictures() -> None:
    """Lists, tuples and rows of four numbers are shapes; tables of numbers are pictures."""
    assert are_shapes((0, 0, 1, 1))
    assert are_shapes(np.array([0, 0, 1, 1]))
    assert not are_shapes(np.zeros((4, 4)))
    assert not are_shapes(Image.new("L", (4, 4)))
    assert not are_shapes("mask.png")
