"""A picture to paint on: every pixel arrives, in few enough bytes."""

import io

import pytest
from PIL import Image

from mj_notebook.errors import MJError
from mj_notebook.images.paintable import MAX_BYTES, paintable
from tests.view.samples import encoded, grid_picture, noise


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_a_page_can_show_is_passed_on(kind: str) -> None:
    """A picture of a usual kind and size is sent as it is kept."""
    buffer = io.BytesIO()
    grid_picture(256).save(buffer, kind)
    given = paintable(buffer.getvalue())
    assert given == (buffer.getvalue(), f"image/{kind.lower()}", (256, 256))


def test_what_is_too_much_for_a_message_is_encoded_anew() -> None:
    """A picture above the limit keeps its pixels and loses bytes."""
    large = encoded(noise(2048))
    assert len(large) > MAX_BYTES
    given = paintable(large)
    assert len(given.content) <= MAX_BYTES
    assert (given.mime, given.size) == ("image/jpeg", (2048, 2048))
    assert Image.open(io.BytesIO(given.content)).size == (2048, 2048)


def test_what_a_page_would_turn_is_turned_before() -> None:
    """Width and height are the ones that are seen, whatever the camera wrote into the file."""
    buffer = io.BytesIO()
    note = Image.Exif()
    note[0x0112] = 6
    Image.new("RGB", (300, 200), "red").save(buffer, "JPEG", exif=note)
    given = paintable(buffer.getvalue())
    assert given.size == (200, 300)
    assert Image.open(io.BytesIO(given.content)).size == (200, 300)


def test_a_gif_is_painted_on_as_jpeg() -> None:
    """What moves or is rare is sent as its first picture."""
    buffer = io.BytesIO()
    Image.new("P", (30, 20)).save(buffer, "GIF")
    assert paintable(buffer.getvalue())[1:] == ("image/jpeg", (30, 20))


def test_no_picture_is_refused() -> None:
    """What is no picture says so before a window opens."""
    with pytest.raises(MJError, match="instead of a picture"):
        paintable(b"<html>gone</html>")
