"""Masks: from any form to pure black and white of the picture's size."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.mask import mask_url
from mj_notebook.protocol.media import data_url
from tests.images.making import content_of, encoded, noise, opened, selected_share

SIZE = (64, 48)
LEFT = Image.new("L", SIZE)
LEFT.paste(255, (0, 0, 32, 48))
"""The left half is painted."""

ARRAY = np.asarray(LEFT)


def see_through(tone: str, mode: str = "RGBA") -> Image.Image:
    """Return *tone* painted on the left of a picture one can see through."""
    image = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    image.paste(tone, (0, 0, 32, 48))
    return image.convert(mode)


@pytest.mark.parametrize(
    "mask",
    [
        LEFT,
        LEFT.convert("1"),
        LEFT.convert("RGB"),
        LEFT.convert("P"),
        LEFT.point(lambda value: value // 255),
        LEFT.convert("I").point(lambda value: value * 200),
        LEFT.convert("F").point(lambda value: value * (1 / 255)),
        see_through("white"),
        see_through("white", "LA"),
        ARRAY,
        ARRAY > 0,
        ARRAY // 255,
        ARRAY / 255,
        np.dstack([ARRAY, ARRAY, ARRAY]),
        encoded(LEFT, "PNG"),
        encoded(LEFT, "JPEG"),
        encoded(LEFT, "BMP"),
        encoded(LEFT, "GIF"),
        io.BytesIO(encoded(LEFT, "WEBP")),
        data_url(encoded(LEFT, "PNG"), "image/png"),
        base64.b64encode(encoded(LEFT, "PNG")).decode(),
        (0, 0, 32, 48),
        [0, 0, 32, 48],
        (0.0, 0.0, 0.5, 1.0),
        (0, 0, 0.5, 1),
        np.array([0, 0, 32, 48]),
        [(0, 0, 32, 24), (0, 24, 32, 48)],
        [np.array([0, 0, 32, 24]), (0.0, 0.5, 0.5, 1.0)],
        (-10, -10, 32, 4000),
        [(0, 0), (31, 0), (31, 47), (0, 47)],
        [[(0, 0), (31, 0), (31, 47), (0, 47)], (3, 3, 5, 5)],
    ],
    ids=lambda mask: repr(mask).partition(" object at ")[0][:40],
)
def test_every_form_of_the_same_mask_is_sent_alike(mask: Any) -> None:
    """Pictures, arrays, files, base64, boxes and outlines mean the same half."""
    image = opened(mask_url(mask, SIZE))
    assert (image.format, image.mode, image.size) == ("PNG", "1", SIZE)
    wrong = np.asarray(image) != (ARRAY > 0)
    # JPEG and WebP blur the edge by a pixel.
    assert not wrong[:, :31].any()
    assert not wrong[:, 34:].any()


def test_a_path_is_a_mask_too(tmp_path: Path) -> None:
    """A mask painted in another program comes as a file."""
    path = tmp_path / "mask.png"
    LEFT.save(path)
    assert mask_url(str(path), SIZE) == mask_url(path, SIZE) == mask_url(LEFT, SIZE)


def test_the_wire_form_begins_as_servers_expect() -> None:
    """One server cuts off exactly this beginning and passes the rest on."""
    url = mask_url(LEFT, SIZE)
    assert url.startswith("data:image/png;base64,iVBOR")
    assert content_of(url).startswith(b"\x89PNG")


def test_half_is_the_threshold() -> None:
    """128 of 255 is white, 127 is black; alpha counts with brightness."""
    shades = Image.new("L", (4, 1))
    shades.putdata([0, 127, 128, 255])
    assert np.asarray(opened(mask_url(shades, (4, 1)))).tolist() == [[False, False, True, True]]
    grey = see_through("#b4b4b4")
    grey.putalpha(grey.getchannel("A").point(lambda value: value * 0.5))
    with pytest.raises(UsageError, match="selects nothing"):
        mask_url(grey, SIZE)


@pytest.mark.parametrize("size", [(640, 480), (32, 24), (63, 48), (64, 48)])
def test_the_same_shape_in_another_size_is_scaled(size: tuple[int, int]) -> None:
    """A mask painted on a smaller view fits the picture, without shades between."""
    image = opened(mask_url(LEFT, size))
    assert image.size == size
    assert {*np.asarray(image.convert("L")).flat} == {0, 255}
    assert selected_share(mask_url(LEFT, size)) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("size", [(48, 64), (64, 50), (64, 46), (1, 1)])
def test_another_shape_is_refused(size: tuple[int, int]) -> None:
    """A mask of another shape would be stretched over the wrong places."""
    with pytest.raises(UsageError, match=f"64 × 48 pixels, the picture {size[0]} × {size[1]}"):
        mask_url(LEFT, size)


@pytest.mark.parametrize(
    "mask",
    [
        Image.new("L", SIZE),
        Image.new("L", SIZE, 127),
        see_through("black"),
        Image.new("RGBA", SIZE, (255, 255, 255, 0)),
        np.zeros((48, 64), dtype=bool),
        [],
        (),
    ],
    ids=lambda mask: repr(mask)[:30],
)
def test_a_mask_that_selects_nothing_is_refused(mask: object) -> None:
    """A paid repainting of nothing is not sent."""
    with pytest.raises(UsageError, match="The mask selects nothing"):
        mask_url(mask, SIZE)


def test_everything_may_be_repainted() -> None:
    """All white is a choice."""
    assert selected_share(mask_url(Image.new("L", SIZE, 255), SIZE)) == 1.0
    assert selected_share(mask_url((0, 0, 1, 1), SIZE)) == pytest.approx(1 / (64 * 48))
    assert selected_share(mask_url((0.0, 0.0, 1.0, 1.0), SIZE)) == 1.0


@pytest.mark.parametrize(
    "mask",
    [
        None,
        "no-such-mask.png",
        b"rubbish",
        encoded(noise(20, 20), "PNG")[:-300],
        "https://x.example/mask.png",
        np.zeros((2, 2, 2)),
    ],
)
def test_what_is_no_mask_is_a_sentence(mask: object) -> None:
    """The same refusals as for pictures, with a hint."""
    with pytest.raises(UsageError) as caught:
        mask_url(mask, SIZE)
    assert caught.value.hint


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (10**5, 10**5)])
def test_a_picture_of_no_size_has_no_mask(size: tuple[int, int]) -> None:
    """Sizes that no picture has are refused before anything is painted."""
    with pytest.raises(UsageError):
        mask_url((0.0, 0.0, 1.0, 1.0), size)
