"""Writing a picture anew: its colours stay right, and it fits."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from mj_notebook.errors import UsageError
from mj_notebook.images.fit import fit_to_bytes, in_plain_colours, is_plain
from mj_notebook.protocol.media import JPEG, PNG
from tests.images.making import encoded, noise, opened, picture_url, slope


def grey_of(image: Image.Image) -> list[int]:
    """Return the brightnesses of the first row."""
    return [int(value) for value in np.asarray(image.convert("L"))[0]]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_deep_grey_keeps_its_shades(kind: str) -> None:
    """16 bits of grey are brought to 8 by division; cutting off would make them white."""
    deep = Image.fromarray(np.array([[0, 16448, 32896, 65535]], dtype="uint16"))
    sent = opened(picture_url(encoded(deep, kind)))
    assert sent.mode == "L"
    assert grey_of(sent) == [0, 64, 128, 255]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (np.array([[0, 0.5, 1]], dtype="float32"), [0, 127, 255]),
        (np.array([[0, 128, 255]], dtype="float32"), [0, 128, 255]),
        (np.array([[0, 128, 255]], dtype="int32"), [0, 128, 255]),
        (np.array([[-5, 32896, 65535]], dtype="int32"), [0, 128, 255]),
        (np.array([[0, 500_000, 1_000_000]], dtype="int32"), [0, 127, 255]),
    ],
)
def test_other_greys_are_brought_to_eight_bits(values: object, wanted: list[int]) -> None:
    """Fractions and large numbers are scaled by the whitest they can mean."""
    image = Image.fromarray(values)  # type: ignore[arg-type]
    assert grey_of(in_plain_colours(image)) == wanted


def test_print_colours_become_screen_colours() -> None:
    """A CMYK JPEG is sent as RGB with about the colours it had, also with a broken profile."""
    red = Image.new("RGB", (30, 30), (200, 30, 30)).convert("CMYK")
    for options in ({}, {"icc_profile": b"no profile at all"}):
        sent = opened(picture_url(encoded(red, "JPEG", quality=95, **options)))
        assert sent.mode == "RGB"
        assert "icc_profile" not in sent.info
        near = np.asarray(sent)[15, 15].astype(int) - (200, 30, 30)
        assert abs(near).max() < 12


def ink_profile(lab: tuple[int, int, int]) -> bytes:
    """Return an ICC profile of a press on which every mix of inks looks like *lab* (8 bits)."""
    identity = struct.pack(">9i", *(65536 * (place % 4 == 0) for place in range(9)))
    curve = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity
    table += curve * 4 + bytes(lab) * 16 + curve * 3
    start = 128 + 4 + 12
    header = struct.pack(
        ">I4sI4s4s4s", start + len(table), b"none", 0x02400000, b"prtr", b"CMYK", b"Lab "
    )
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + struct.pack(">I4sII", 1, b"A2B0", start, len(table)) + table


def test_a_press_says_what_its_inks_look_like() -> None:
    """A CMYK picture is converted by its own profile: here all inks look red."""
    inks = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    assert in_plain_colours(inks).getpixel((1, 1)) == (0, 255, 255)
    inks.info["icc_profile"] = ink_profile((153, 188, 148))
    red, green, blue = in_plain_colours(inks).tobytes()[:3]
    assert red > 2 * max(green, blue)
    with Image.open(io.BytesIO(fit_to_bytes(inks, 100_000, lossy=True).content)) as sent:
        assert sent.info["icc_profile"][16:20] == b"RGB "


@pytest.mark.parametrize(
    "mode",
    [
        *("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX"),
        *("CMYK", "YCbCr", "LAB", "HSV", "I", "F", "I;16", "I;16B"),
    ],
)
def test_colours_of_every_kind_can_be_written(mode: str) -> None:
    """Whatever the mode, the result is grey, RGB or RGBA."""
    made = fit_to_bytes(Image.new(mode, (9, 7)), 10_000, lossy=False)
    with Image.open(io.BytesIO(made.content)) as image:
        assert image.size == (9, 7)
        assert image.mode in {"L", "RGB", "RGBA"}
    assert is_plain(Image.new("RGB", (1, 1)))
    assert not is_plain(Image.new("CMYK", (1, 1)))


def test_a_palette_with_holes_keeps_them() -> None:
    """Transparency that is a colour of the palette becomes an alpha channel."""
    image = Image.new("P", (4, 4), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((0, 0), 0)
    content = encoded(image, "PNG", transparency=0)
    with Image.open(io.BytesIO(content)) as palette:
        plain = in_plain_colours(palette)
    assert plain.mode == "RGBA"
    assert plain.getpixel((0, 0)) == (255, 0, 0, 0)
    assert plain.getpixel((1, 1)) == (0, 255, 0, 255)


def test_an_alpha_channel_that_hides_nothing_is_left_out() -> None:
    """An opaque RGBA is RGB, so it may become JPEG without a word on paper."""
    made = fit_to_bytes(slope().convert("RGBA"), 10_000, lossy=True)
    assert (made.media, made.is_flat) == (JPEG, False)


def test_the_least_loss_comes_first() -> None:
    """PNG while there is room, then JPEG of the same size, then smaller sizes, then a refusal."""
    image = noise(1500, 1200)
    whole = fit_to_bytes(image, 10_000_000, lossy=False)
    assert (whole.media, whole.size) == (PNG, (1500, 1200))
    lossy = fit_to_bytes(image, 2_500_000, lossy=False)
    assert (lossy.media, lossy.size) == (JPEG, (1500, 1200))
    small = fit_to_bytes(image, 800_000, lossy=False)
    assert (small.media, small.size) == (JPEG, (1024, 819))
    assert len(small.content) <= 800_000
    with pytest.raises(UsageError, match="can't be written"):
        fit_to_bytes(image, 1000, lossy=False)


def test_what_lost_detail_before_is_not_blown_up() -> None:
    """A photo is written as JPEG even where PNG would fit."""
    assert fit_to_bytes(slope(), 10_000_000, lossy=True).media is JPEG


def test_colours_keep_their_meaning() -> None:
    """The profile of wide colours goes along; one for another kind of colours does not."""
    wide = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = slope()
    image.info["icc_profile"] = wide
    for lossy in (True, False):
        with Image.open(io.BytesIO(fit_to_bytes(image, 100_000, lossy=lossy).content)) as sent:
            assert sent.info["icc_profile"] == wide
    grey = slope().convert("LA")
    grey.putalpha(9)
    grey.info["icc_profile"] = wide[:16] + b"GRAY" + wide[20:]
    with Image.open(io.BytesIO(fit_to_bytes(grey, 100_000, lossy=False).content)) as sent:
        assert sent.mode == "RGBA"
        assert "icc_profile" not in sent.info


def test_very_thin_pictures_keep_a_pixel() -> None:
    """Shrinking leaves at least one pixel of a side."""
    assert fit_to_bytes(Image.new("L", (30_000, 2)), 100_000, lossy=False).size == (2048, 1)
