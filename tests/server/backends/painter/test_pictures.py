"""Pictures: the same always, four different takes, steered by words."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from mj_notebook.server.backends.image_specs import GeneratedSpec
from mj_notebook.server.backends.painter import Brief, encode_png, grid_size, mark
from mj_notebook.server.backends.painter.tile import painted
from mj_notebook.server.backends.renderer import Renderer
from mj_notebook.server.backends.uploads import UploadStore
from tests.server.backends.painter.looks import (
    brightness,
    colourfulness,
    difference,
    grid_of,
    share_of_red,
)

SMALL = 192


def test_another_process_paints_the_same_pixels() -> None:
    """A brief gives the same bytes in a process with another hash seed."""
    code = (
        "import hashlib; from mj_notebook.server.backends.painter import *; from"
        " tests.server.backends.painter.looks import grid_of;"
        "print(hashlib.sha256(encode_png(grid_of(Brief('a fox, snow', 5), 192))).hexdigest())"
    )
    command = [sys.executable, "-c", code]
    root = Path(__file__).parents[4]
    child = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=root, env={"PYTHONHASHSEED": "77"}
    )
    own = encode_png(grid_of(Brief("a fox, snow", 5), SMALL))
    assert child.stdout.strip() == hashlib.sha256(own).hexdigest()


def test_threads_paint_the_same_pixels() -> None:
    """Painting in several threads at once changes nothing."""
    briefs = [Brief("a boat on a lake", seed) for seed in range(2)] * 2
    with ThreadPoolExecutor(4) as pool:
        painted_together = list(pool.map(lambda brief: grid_of(brief, SMALL).tobytes(), briefs))
    assert painted_together == [grid_of(brief, SMALL).tobytes() for brief in briefs]


def test_the_four_tiles_are_four_takes() -> None:
    """No two tiles of a grid look alike from afar."""
    tiles = [painted(Brief("a horse on a hill", 3), index, (SMALL, SMALL)) for index in range(4)]
    pairs = [(a, b) for a in range(4) for b in range(a)]
    assert min(difference(tiles[a], tiles[b]) for a, b in pairs) > 12


def test_seeds_and_words_change_the_picture() -> None:
    """Another seed, and other words, give another picture."""
    first = grid_of(Brief("a horse", 3), SMALL)
    assert difference(first, grid_of(Brief("a horse", 4), SMALL)) > 12
    assert difference(first, grid_of(Brief("a whale", 3), SMALL)) > 12


@pytest.mark.parametrize("aspect", [(1, 1), (3, 2), (1, 3), (14, 1)], ids=str)
def test_a_grid_is_its_four_tiles(aspect: tuple[float, float]) -> None:
    """The grid is the tiles two by two, in the order of the buttons."""
    brief = Brief("a kite", 2, aspect)
    width, height = (side // 8 for side in grid_size(aspect))
    size = (width // 2 * 2, height // 2 * 2)
    renderer = Renderer(UploadStore(None))
    grid = Image.open(BytesIO(renderer.picture(GeneratedSpec(brief), size)))
    assert grid.size == size
    assert grid.mode == "RGB"
    half = (size[0] // 2, size[1] // 2)
    lower_right = grid.crop((half[0], half[1], half[0] * 2, half[1] * 2))
    assert lower_right.tobytes() == mark(painted(brief, 3, half)).tobytes()


def test_an_upscale_is_the_same_picture_larger() -> None:
    """A tile painted three times as large looks the same from afar."""
    brief = Brief("a lighthouse on a cliff, sunset", 6)
    small, large = painted(brief, 1, (200, 200)), painted(brief, 1, (600, 600))
    assert difference(small, large, 50) < 6


@pytest.mark.parametrize("seed", [1, 2])
def test_a_red_kite_is_red(seed: int) -> None:
    """A red kite puts red into every tile where a blue one puts none."""
    for index in range(4):
        red = share_of_red(
            painted(Brief("a red kite over the sea, day", seed), index, (SMALL, SMALL))
        )
        blue = share_of_red(
            painted(Brief("a blue kite over the sea, day", seed), index, (SMALL, SMALL))
        )
        assert red > 0.008
        assert red > blue * 3


def test_night_is_darker_than_noon() -> None:
    """The hour decides the light."""
    night = grid_of(Brief("mountains at night", 9), SMALL)
    noon = grid_of(Brief("mountains at noon", 9), SMALL)
    assert brightness(night) < brightness(noon) - 40


def test_manners_show() -> None:
    """Noir takes the colours out, and watercolour leaves the edge of the paper bare."""
    assert colourfulness(grid_of(Brief("a street, noir", 4), SMALL)) < 25
    wet = painted(Brief("a fox, watercolor, night", 4), 0, (SMALL, SMALL))
    assert brightness(wet.crop((0, 0, SMALL, 4))) > 190


@pytest.mark.parametrize("index", range(4))
def test_every_picture_says_that_it_is_a_demo(index: int) -> None:
    """The mark stands in the lower right corner of each tile and touches nothing else."""
    brief = Brief("a quiet lake", 8)
    plain = painted(brief, index, (400, 400))
    box = ImageChops.difference(plain, mark(plain.copy())).getbbox()
    assert box is not None
    assert box[0] > 300
    assert box[1] > 360


def test_png_is_what_was_painted() -> None:
    """Our PNG is read back to the same pixels, and a picture for the eye stays under 8 MB."""
    grid = grid_of(Brief("a city at night, rain", 3), 2048)
    content = encode_png(grid)
    assert len(content) < 8_000_000
    assert Image.open(BytesIO(content)).convert("RGB").tobytes() == grid.tobytes()
