"""Families: variations, remixes, zooms and pans are visibly of one world."""

from dataclasses import replace

import pytest
from PIL import Image

from mj_notebook.server.backends.painter import Brief, Camera
from mj_notebook.server.backends.painter.compose import scene_of
from mj_notebook.server.backends.painter.tile import painted
from tests.server.backends.painter.looks import difference

SIDE = 192
BRIEFS = [Brief("a fox in the forest", 7), Brief("a boat on the sea, sunset", 8), Brief("hills", 9)]


def _tile(brief: Brief, index: int) -> Image.Image:
    return painted(brief, index, (SIDE, SIDE))


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: brief.prompt)
@pytest.mark.parametrize("amount", [0.15, 0.6])
def test_a_variation_is_closest_to_its_own_tile(brief: Brief, amount: float) -> None:
    """Each tile of a variation looks more like its parent tile than like the other three."""
    parents = [_tile(brief, index) for index in range(4)]
    for index in (0, 3):
        child = _tile(brief.varied(2, amount, 31), index)
        distances = [difference(child, parent) for parent in parents]
        assert distances.index(min(distances)) == 2


def test_a_strong_variation_moves_more_than_a_subtle_one() -> None:
    """The amount decides how far details move, and neither leaves the picture as it was."""
    brief = BRIEFS[0]
    parent = _tile(brief, 1)
    subtle = [difference(parent, _tile(brief.varied(1, 0.15, 5), index)) for index in range(4)]
    strong = [difference(parent, _tile(brief.varied(1, 0.6, 5), index)) for index in range(4)]
    assert 0.5 < sum(subtle) < sum(strong)


def test_a_variation_keeps_the_colours() -> None:
    """All four relatives wear the palette of their parent tile."""
    brief = Brief("a castle", 3)
    child = brief.varied(3, 0.6, 11)
    assert {scene_of(child, index).palette.name for index in range(4)} == {
        scene_of(brief, 3).palette.name
    }


def test_a_remix_keeps_the_composition() -> None:
    """Another word for the hour gives the same composition in another light."""
    brief = Brief("a boat on the sea, day", 8)
    other = brief.remixed("a boat on the sea, night")
    first, second = scene_of(brief, 1), scene_of(other, 1)
    assert (first.take, first.horizon) == (second.take, second.horizon)
    assert first.heroes == second.heroes
    assert first.palette != second.palette
    assert difference(_tile(brief, 1), _tile(other, 1)) > 12


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: brief.prompt)
def test_zooming_out_keeps_the_picture_in_the_middle(brief: Brief) -> None:
    """At scale 2 the picture itself stands in the middle at half its size."""
    whole = _tile(brief, 1)
    wide = painted(replace(brief, camera=Camera(scale=2.0)), 1, (SIDE * 2, SIDE * 2))
    middle = wide.crop((SIDE // 2, SIDE // 2, SIDE * 3 // 2, SIDE * 3 // 2))
    assert difference(whole, middle) < 9


def test_panning_moves_over_the_same_world() -> None:
    """Half a picture to the right, what was in the right half is now in the left."""
    brief = BRIEFS[2]
    before, after = _tile(brief, 0), _tile(replace(brief, camera=Camera(cx=0.5)), 0)
    right = before.crop((SIDE // 2, 0, SIDE, SIDE * 7 // 8))
    left = after.crop((0, 0, SIDE // 2, SIDE * 7 // 8))
    assert difference(right, left) < 9


def test_the_tiles_of_a_zoom_differ_only_around_the_picture() -> None:
    """Four tiles of a widened brief agree on what was there, and each adds its own around it."""
    wide = BRIEFS[0].widened(1, Camera(scale=2.0), 77)
    tiles = [painted(wide, index, (SIDE * 2, SIDE * 2)) for index in range(2)]
    inner = [
        tile.crop((SIDE // 2 + 8, SIDE // 2 + 8, SIDE * 3 // 2 - 8, SIDE * 3 // 2 - 8))
        for tile in tiles
    ]
    outer = [tile.crop((0, 0, SIDE // 2, SIDE * 2)) for tile in tiles]
    assert difference(inner[0], inner[1]) < 6
    assert difference(outer[0], outer[1]) > difference(inner[0], inner[1]) + 2


def test_make_square_shows_the_whole_picture() -> None:
    """A wide picture made square keeps its width and gains height above and below."""
    brief = Brief("a boat on the sea", 4, (2, 1))
    whole = painted(brief, 2, (240, 120))
    square = painted(brief.widened(2, Camera(), 5, (1, 1)), 0, (240, 240))
    assert difference(whole, square.crop((0, 60, 240, 180))) < 9
