"""Blending pictures."""

from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageStat

from mj_notebook.server.backends.blending import blend_images, blend_recipe_of
from mj_notebook.server.backends.painter import Brief
from tests.server.pictures import halves

RED, BLUE = (Image.new("RGB", (40, 40), tone) for tone in ("#d02020", "#2030d0"))
GREEN = Image.new("RGB", (40, 40), "#20a040")
SCENES = (halves("#f0d090", "#302010", (90, 60)), halves("#204080", "#a0c0e0", (60, 90)))
SIZE = (64, 64)


def tiles(pictures: tuple[Image.Image, ...], brief: Brief) -> list[Image.Image]:
    """Return the four blends of *pictures*."""
    return [blend_images(pictures, SIZE, blend_recipe_of(brief, index)) for index in range(4)]


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return how different two pictures are, seen from afar: 0 to 255."""
    small = [image.resize((16, 16), Image.Resampling.BOX) for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


@pytest.mark.parametrize("seed", [1, 7, 2**32 - 1])
def test_the_four_are_four_different_blends(seed: int) -> None:
    """No two of them look alike, whatever the chances."""
    for one, other in combinations(tiles(SCENES, Brief("", seed)), 2):
        assert apart(one, other) > 10


@pytest.mark.parametrize("seed", range(5))
def test_every_picture_can_be_seen_in_every_blend(seed: int) -> None:
    """Red, blue and green: each tile has of each, be it its colour only."""
    for tile in tiles((RED, BLUE), Brief("", seed)):
        red, green, blue = ImageStat.Stat(tile).mean
        assert min(red, blue) > 45
        assert green < 60
    for tile in tiles((RED, BLUE, GREEN), Brief("", seed)):
        assert min(ImageStat.Stat(tile).mean) > 40


def test_variations_move_by_their_amount() -> None:
    """They stay relatives of their tile; a subtle one is nearer to it than a strong one."""
    brief = Brief("", 7)
    for tile, whole in enumerate(tiles(SCENES, brief)):
        subtle, strong = (
            sum(apart(one, whole) for one in tiles(SCENES, brief.varied(tile, amount, 3)))
            for amount in (0.15, 0.6)
        )
        assert 0 < subtle < strong
        others = [one for place, one in enumerate(tiles(SCENES, brief)) if place != tile]
        assert subtle / 4 < min(apart(one, whole) for one in others)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (8, 8)])
def test_odd_sizes_are_no_trouble(size: tuple[int, int]) -> None:
    """Whatever the shape of what was sent, or is wanted, and of how many."""
    odd = Image.new("RGB", size, "green")
    for index in range(4):
        recipe = blend_recipe_of(Brief("", 3), index)
        assert blend_images([odd, RED, BLUE, odd, GREEN], (16, 24), recipe).size == (16, 24)
        assert blend_images([RED, BLUE], size, recipe).size == size
