"""Pictures a person gives: sent as they are where that is right, else anew, and told."""

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from mj_notebook.errors import UsageError
from mj_notebook.images.data_urls import MAX_BYTES, read_picture
from mj_notebook.protocol.media import data_url
from tests.images.making import content_of, encoded, noise, opened, picture_url, slope
from tests.test_public_names import printed

_GPS = b"secret place"


def test_the_kind_is_told_by_the_content(tmp_path: Path) -> None:
    """A PNG under the name of a JPEG is sent as the PNG it is, byte by byte."""
    path = tmp_path / "cat.jpg"
    content = encoded(slope(), "PNG")
    path.write_bytes(content)
    assert picture_url(path) == data_url(content, "image/png")
    assert picture_url(content) == picture_url(str(path))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_what_proxies_take_goes_as_it_is(kind: str, mode: str) -> None:
    """A sound picture that fits is not touched, and there is nothing to tell."""
    image = slope().convert("L" if (kind, mode) == ("JPEG", "P") else mode)
    content = encoded(image, kind)
    assert read_picture(content) == (data_url(content, f"image/{kind.lower()}"), "")


@pytest.mark.parametrize(
    ("kind", "sent"),
    [("BMP", "PNG"), ("TIFF", "PNG"), ("ICO", "PNG"), ("AVIF", "JPEG"), ("JPEG2000", "JPEG")],
)
def test_other_kinds_are_written_anew(kind: str, sent: str) -> None:
    """What proxies do not take becomes PNG when nothing was lost in it yet, else JPEG."""
    given = read_picture(encoded(slope(), kind))
    image = opened(given.url)
    assert image.format == sent
    assert given.note.startswith(f"The picture: {kind}, sent as {sent} with {image.width} × ")
    reds = image.convert("RGB").tobytes()[: image.width * 3 : 3]
    assert reds[2] < 40
    assert reds[-3] > 200


def test_too_large_a_photo_is_sent_smaller_and_told(tmp_path: Path) -> None:
    """Above the limit it becomes a smaller JPEG of the same shape; the note gives both sizes."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(noise(3000, 2000), "JPEG", quality=95))
    size = path.stat().st_size
    assert size > MAX_BYTES
    given = read_picture(path)
    image = opened(given.url)
    sent = len(content_of(given.url))
    assert (image.format, image.size) == ("JPEG", (2048, 1365))
    assert sent <= MAX_BYTES
    assert given.note == (
        f"photo.jpg: {size / 1e6:.1f} MB, sent as JPEG with 2048 × 1365 ({sent / 1e6:.1f} MB)"
    )


def test_long_sides_are_made_shorter() -> None:
    """A small file with a huge side is sent smaller too."""
    given = read_picture(encoded(Image.new("L", (9000, 30)), "PNG"))
    assert opened(given.url).size == (2048, 7)
    assert given.note.startswith("The picture: 9000 × 30, sent as PNG with 2048 × 7 (")


def test_photos_are_turned_upright_and_their_place_is_not_told() -> None:
    """A camera's turn is applied; what else it wrote does not travel with the new picture."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = _GPS.decode()
    content = encoded(slope(60, 40), "JPEG", exif=exif)
    assert _GPS in content
    given = read_picture(content)
    image = opened(given.url)
    assert image.size == (40, 60)
    assert image.getexif().get(ExifTags.Base.Orientation) is None
    assert _GPS not in content_of(given.url)
    assert "turned upright" in given.note


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_sent(kind: str) -> None:
    """Nothing moves in a reference; which picture was taken is told."""
    frames = [Image.new("RGB", (20, 20), tone) for tone in ("red", "blue", "green")]
    content = encoded(
        frames[0], kind, save_all=True, append_images=frames[1:], duration=90, lossless=True
    )
    given = read_picture(content)
    image = opened(given.url)
    assert not getattr(image, "is_animated", False)
    first = image.convert("RGB").tobytes()
    assert first[0] > 250  # red, as WebP has it
    assert first[1:3] == b"\0\0"
    assert "only its first picture, sent as" in given.note


def test_a_jpeg_with_several_views_is_no_animation() -> None:
    """Phones pack more than one view into a JPEG; it goes as it is."""
    content = encoded(slope(), "MPO", save_all=True, append_images=[slope()])
    assert Image.open(io.BytesIO(content)).format == "MPO"
    assert read_picture(content) == (data_url(content, "image/jpeg"), "")


def test_transparency_is_kept_while_it_fits() -> None:
    """A picture one can see through stays so, also where the kind changes."""
    image = slope().convert("RGBA")
    image.putalpha(100)
    sent = opened(picture_url(encoded(image, "TIFF")))
    assert (sent.format, sent.mode) == ("PNG", "RGBA")
    assert sent.getchannel("A").getextrema() == (100, 100)


def test_transparency_that_does_not_fit_is_put_on_white() -> None:
    """Where PNG is too large the picture is flattened as on paper, and that is told."""
    image = noise(2048, 1024, 4)
    given = read_picture(image)
    assert opened(given.url).format == "JPEG"
    assert "sent as JPEG on white with 2048 × 1024" in given.note


def test_what_is_in_memory_goes_without_loss() -> None:
    """Images and arrays become PNG, the same in every run, with nothing to tell."""
    image = noise(64, 48)
    given = read_picture(image)
    assert given.note == ""
    assert opened(given.url).tobytes() == image.tobytes()
    assert read_picture(np.asarray(image)) == given


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        (b"", "empty"),
        (b"<html>gone</html>", "no picture"),
        (b"\x89PNG\r\n\x1a\nrest", "no picture"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(99), "no picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(99), "HEIC"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
        (encoded(slope(), "PNG")[:-60], "broken"),
        (encoded(noise(90, 90), "JPEG")[:-900], "broken"),
        (encoded(slope(), "WEBP")[:-40], "picture"),
    ],
    ids=lambda given: repr(given)[:20],
)
def test_what_is_no_picture_is_refused_by_name(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    """The sentence names the file, never its folder, and says what to do."""
    path = tmp_path / "cat.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        picture_url(path)
    assert said in str(caught.value)
    assert "cat.png" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("size", [(10_000, 9_000), (20_000, 20_000)])
def test_a_bomb_is_refused_before_it_unfolds(size: tuple[int, int]) -> None:
    """A file of some bytes that would unfold to gigabytes is not decoded."""
    small = encoded(Image.new("1", (8, 8)), "PNG")
    width, height = (side.to_bytes(4, "big") for side in size)
    header = b"IHDR" + width + height + small[24:29]
    bomb = small[:12] + header + zlib.crc32(header).to_bytes(4, "big") + small[33:]
    with pytest.raises(UsageError, match="million pixels"):
        picture_url(bomb)


def test_the_repr_does_not_hold_the_picture() -> None:
    """An output that shows what was read stays short."""
    assert len(repr(read_picture(noise(200, 200)))) < 80


def test_no_more_is_loaded_than_is_used() -> None:
    """Pillow loads with the first picture, a library of arrays never by itself."""
    print_loaded = "print(*[name for name in ('PIL', 'numpy') if name in sys.modules])"
    before = f"import sys, mj_notebook.images.data_urls; {print_loaded}"
    assert printed(before) == []
    used = "mj_notebook.images.data_urls.read_picture(PIL.Image.new('L', (9, 9)))"
    assert printed(
        f"import sys, PIL.Image, mj_notebook.images.data_urls; {used}; {print_loaded}"
    ) == ["PIL"]
