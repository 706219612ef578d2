"""Decoding: upright, and safe from what a file says about itself."""

import io

import pytest
from PIL import ExifTags, Image, ImageOps

from mj_notebook.errors import UsageError
from mj_notebook.images.decode import decode, has_orientation, is_animated
from tests.images.making import encoded, picture_url, slope


def turned(orientation: int) -> bytes:
    """Return a photo that says how its camera was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return encoded(slope(), "PNG", exif=exif)


@pytest.mark.parametrize("orientation", range(10))
def test_every_way_of_holding_a_camera_stands_upright(orientation: int) -> None:
    """The eight orientations are turned as Pillow itself turns them; others mean nothing."""
    content = turned(orientation)
    image = decode(content, "The photo")
    with Image.open(io.BytesIO(content)) as plain:
        assert has_orientation(plain) is (orientation in range(2, 9))
        wanted = ImageOps.exif_transpose(plain)
    assert image.size == wanted.size
    assert image.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_broken_notes_of_a_camera_do_no_harm(kind: str) -> None:
    """A picture whose EXIF is rubbish is taken as it is, without a warning."""
    content = encoded(slope(), kind, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 9)
    assert decode(content, "The photo").size == slope().size
    assert picture_url(content).startswith("data:image/")


def test_a_broken_second_picture_is_not_needed() -> None:
    """An animation cut after its first picture still gives that one."""
    frames = {"save_all": True, "append_images": [Image.new("RGB", (60, 40), "red")]}
    content = encoded(slope().quantize(8), "GIF", **frames)
    alone = len(encoded(slope().quantize(8), "GIF"))
    image = decode(content[: alone + 9], "The picture")
    assert image.size == (60, 40)
    assert not is_animated(image)


def test_an_image_that_was_closed_is_told() -> None:
    """A Pillow image whose file is gone can't be decoded any more."""
    with Image.open(io.BytesIO(encoded(slope(), "PNG"))) as image:
        pass
    with pytest.raises(UsageError, match="broken picture"):
        picture_url(image)


def test_a_picture_without_pixels_is_told() -> None:
    """Of what lies beyond the edge nothing is cut; Pillow would say so only where it is written."""
    with pytest.raises(UsageError, match="no pixels: it is 0 × 9") as caught:
        picture_url(slope().crop((70, 0, 70, 9)))
    assert caught.value.hint
