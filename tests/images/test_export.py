"""Pictures for files of their own."""

import io

import pytest
from PIL import Image

from mj_notebook.errors import NoSuchPicture, UsageError
from mj_notebook.images.export import export_picture
from tests.images.making import noise
from tests.view.samples import TILES, encoded, grid_picture

PNG = encoded(grid_picture(64))


def test_the_whole_is_untouched() -> None:
    """A file of the served format holds the served bytes, whatever its ending's case."""
    jpeg = encoded(grid_picture(64), "JPEG")
    assert export_picture(PNG, ".PNG") is PNG
    assert export_picture(jpeg, ".jpeg") is jpeg


@pytest.mark.parametrize(("suffix", "name"), [(".jpg", "JPEG"), (".webp", "WEBP")])
def test_another_ending_is_another_format(suffix: str, name: str) -> None:
    """The ending decides the format."""
    assert Image.open(io.BytesIO(export_picture(PNG, suffix))).format == name


def test_a_tile_is_cut_out() -> None:
    """Tile 3 is the picture at the bottom left."""
    image = Image.open(io.BytesIO(export_picture(PNG, ".png", 3)))
    assert image.size == (32, 32)
    assert image.getpixel((5, 5)) == TILES[2]


@pytest.mark.parametrize("suffix", [".txt", "", ".png.exe"])
def test_an_ending_that_means_nothing_is_refused(suffix: str) -> None:
    """What is no picture's ending is said, before anything is written."""
    with pytest.raises(UsageError, match="can't be saved"):
        export_picture(PNG, suffix, 1)


def test_a_format_that_can_not_hold_it_is_refused() -> None:
    """WebP ends at 16,383 pixels; the sentence says what can hold more."""
    with pytest.raises(UsageError, match=r"20000 × 1 pixels.*\.webp"):
        export_picture(encoded(noise(20_000, 1), "PNG"), ".webp")


@pytest.mark.parametrize("size", [(1, 64), (64, 1), (1, 1)], ids=str)
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_picture_too_small_for_tiles_has_none(size: tuple[int, int], suffix: str) -> None:
    """It is one sentence, never a tile without pixels."""
    with pytest.raises(NoSuchPicture, match="has no tiles"):
        export_picture(encoded(noise(*size), "PNG"), suffix, 3)
