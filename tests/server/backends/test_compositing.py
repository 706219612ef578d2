"""Mixing pictures."""

import pytest
from PIL import Image, ImageStat

from mj_notebook.server.backends.compositing import match_colours, paste_feathered, region_mask
from tests.server.pictures import halves

RED, BLUE = (Image.new("RGB", (40, 40), tone) for tone in ("red", "blue"))


def test_steering_goes_as_far_as_it_is_told() -> None:
    """Nothing without pictures; otherwise the more, the nearer."""
    assert match_colours(RED, []) is RED
    blues = [ImageStat.Stat(match_colours(RED, [BLUE], amount)).mean[2] for amount in (0, 0.5, 1)]
    assert blues[0] == 0
    assert blues == sorted(blues)
    assert blues[2] > 200


def test_a_mask_is_soft_on_its_inner_side_only() -> None:
    """What is black there stays black."""
    mask = region_mask(halves("white", "black", (50, 50)), (200, 100))
    assert mask.size == (200, 100)
    assert mask.crop((0, 52, 200, 100)).getextrema() == (0, 0)
    assert mask.getpixel((100, 10)) == 255


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (8, 8)])
def test_odd_sizes_are_no_trouble(size: tuple[int, int]) -> None:
    """Whatever the shape of what was sent, or is wanted."""
    odd = Image.new("RGB", size, "green")
    assert paste_feathered(RED, odd.resize((8, 8)), (4, 4)).size == (40, 40)
    assert region_mask(odd, (16, 16)).size == (16, 16)
