"""Decoding with care: which pictures are opened."""

from io import BytesIO

import pytest
from PIL import Image

from mj_notebook.server.backends.decoding import open_picture


def saved(name: str) -> bytes:
    """Return a small picture in a format."""
    buffer = BytesIO()
    Image.new("RGB", (9, 7), "red").save(buffer, name)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["PNG", "JPEG", "MPO", "GIF", "WEBP", "BMP", "TIFF", "ICO"])
def test_what_people_have_is_opened(name: str) -> None:
    """Also the double pictures of telephones, which begin as JPEG."""
    picture = open_picture(saved(name))
    assert picture
    assert picture.mode == "RGB"
    assert picture.getpixel((3, 3))[0] > 200  # type: ignore[index]  # of an RGB picture


@pytest.mark.parametrize("name", ["EPS", "PPM", "TGA", "PCX"])
def test_what_may_be_a_program_is_not(name: str) -> None:
    """Formats nobody sends are no pictures here, whatever the library could make of them."""
    assert open_picture(saved(name)) is None
