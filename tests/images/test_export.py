"""Pictures for files of their own."""

import io

import pytest
from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.export import export_picture
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
