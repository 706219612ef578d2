"""Half pictures: what does not decode to its end is not kept and not called whole."""

import io
import struct
from collections.abc import Iterator

import pytest
from PIL import Image, ImageFile

from mj_notebook.errors import MJError
from mj_notebook.images.thumbnails import check_whole, whole_preview
from tests.images.making import encoded, noise

SIDE = 96
FRAMES = [noise(SIDE, SIDE).rotate(90 * turn) for turn in range(4)]
SMALL = encoded(noise(160, 120), "JPEG", quality=60)


def jpeg_with_small_one() -> bytes:
    """Return a JPEG whose head holds another, whole one, as cameras write them."""
    exif = Image.Exif()
    exif[0x010E] = "kite"
    head = b"Exif\x00\x00" + exif.tobytes()[6:] + SMALL
    return encoded(noise(SIDE, SIDE), "JPEG", exif=head, quality=95)


WHOLE = {
    "PNG": encoded(noise(SIDE, SIDE), "PNG"),
    "JPEG": encoded(noise(SIDE, SIDE), "JPEG", quality=95),
    "progressive JPEG": encoded(noise(SIDE, SIDE), "JPEG", quality=95, progressive=True),
    "JPEG in a JPEG": jpeg_with_small_one(),
    "WebP": encoded(noise(SIDE, SIDE), "WEBP", lossless=True),
    "animated WebP": encoded(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]),
    "GIF": encoded(FRAMES[0].convert("P"), "GIF"),
    "animated GIF": encoded(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:]),
    "animated PNG": encoded(FRAMES[0], "PNG", save_all=True, append_images=FRAMES[1:]),
}


@pytest.fixture(params=[False, True], ids=["as usual", "filled up"])
def filling(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tell Pillow to fill up what is missing, as many notebooks do."""
    ImageFile.LOAD_TRUNCATED_IMAGES = request.param
    yield
    assert ImageFile.LOAD_TRUNCATED_IMAGES is request.param
    ImageFile.LOAD_TRUNCATED_IMAGES = False


@pytest.mark.usefixtures("filling")
@pytest.mark.parametrize("kind", WHOLE)
def test_what_is_whole_is_taken(kind: str) -> None:
    """Each kind that proxies serve, still or moving."""
    check_whole(WHOLE[kind])
    assert whole_preview(WHOLE[kind]).width == SIDE


@pytest.mark.usefixtures("filling")
@pytest.mark.parametrize("share", [0.45, 0.6, 0.9])
@pytest.mark.parametrize("kind", WHOLE)
def test_what_ends_too_early_is_not(kind: str, share: float) -> None:
    """Wherever it is cut, also between two frames, and whatever Pillow was told."""
    half = WHOLE[kind][: int(len(WHOLE[kind]) * share)]
    with pytest.raises(MJError):
        check_whole(half)
    with pytest.raises(MJError):
        whole_preview(half)


def test_the_small_picture_of_a_camera_is_no_end() -> None:
    """The sample is what it says: a whole JPEG within the head of another."""
    content = WHOLE["JPEG in a JPEG"]
    assert SMALL in content
    assert Image.open(io.BytesIO(content)).size == (SIDE, SIDE)


def endless_gif(frames: int) -> bytes:
    """Return a GIF of so many frames of one pixel."""
    head = b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x80\0\0\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\x01\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return head + frame * frames + b";"


def test_frames_are_counted() -> None:
    """However small they are, 2,000 are decoded at most: what comes later is taken as it is."""
    gif = endless_gif(5_000)
    one = len(endless_gif(2)) - len(endless_gif(1))
    check_whole(gif)
    check_whole(gif[: -1_000 * one - one // 2])
    with pytest.raises(MJError, match="broken"):
        check_whole(gif[: 1_000 * one + one // 2])
