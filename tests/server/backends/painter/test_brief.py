"""Briefs: sizes, families, seeds."""

import pytest

from mj_notebook.server.backends.painter import Brief, Camera, grid_size


@pytest.mark.parametrize(
    ("aspect", "size"),
    [
        ((1, 1), (2048, 2048)),
        ((3, 2), (2496, 1664)),
        ((16, 9), (2736, 1536)),
        ((9, 16), (1536, 2736)),
        ((14, 1), (7632, 544)),
    ],
    ids=str,
)
def test_the_grid_keeps_area_and_shape(aspect: tuple[float, float], size: tuple[int, int]) -> None:
    """A grid has about the area of 2048² in the shape asked for, in steps of 16 pixels."""
    width, height = grid_size(aspect)
    assert (width, height) == size
    assert width % 16 == height % 16 == 0
    assert width * height == pytest.approx(2048**2, rel=0.06)
    assert width / height == pytest.approx(aspect[0] / aspect[1], rel=0.02)


@pytest.mark.parametrize(
    ("aspect", "size"),
    [((100, 1), (7632, 544)), ((0, 5), (2048, 2048)), ((float("nan"), 1), (2048, 2048))],
    ids=str,
)
def test_impossible_shapes_are_brought_to_possible_ones(
    aspect: tuple[float, float], size: tuple[int, int]
) -> None:
    """A shape beyond 14:1 is clamped, and nonsense is square."""
    assert grid_size(aspect) == size


def test_a_family_is_remembered_in_order() -> None:
    """Each step of a family is added to the lineage; the words and the seed stay."""
    brief = Brief("a cat", 7).varied(2, 0.15, 8).varied(1, 0.6, 9)
    assert [(step.tile, step.amount, step.seed) for step in brief.lineage] == [
        (2, 0.15, 8),
        (1, 0.6, 9),
    ]
    assert (brief.prompt, brief.seed) == ("a cat", 7)


def test_cameras_add_up() -> None:
    """A pan after a zoom moves in units of what the zoomed picture shows."""
    camera = Camera(scale=2.0).then(Camera(cx=0.5)).then(Camera(scale=1.5))
    assert camera == Camera(cx=1.0, cy=0.0, scale=3.0)


def test_widening_keeps_the_world_and_may_change_the_shape() -> None:
    """Making a picture square keeps the shape its world was composed for."""
    brief = Brief("a cat", aspect=(3, 2)).widened(0, Camera(scale=1.5), 5, (1, 1))
    assert brief.aspect == (1, 1)
    assert brief.stage == (3, 2)
    assert brief.camera.scale == 1.5
