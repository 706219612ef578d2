"""Arrays as pictures."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.arrays import is_array, read_array
from mj_notebook.images.data_urls import picture_url
from tests.images.making import noise, opened, slope

RGB = np.asarray(noise(5, 4))


@pytest.mark.parametrize(
    ("array", "mode"),
    [
        (RGB, "RGB"),
        (RGB[:, :, 0], "L"),
        (RGB[:, :, :1], "L"),
        (np.dstack([RGB, RGB[:, :, 0]]), "RGBA"),
        (RGB.astype("int64"), "RGB"),
        (RGB.astype("uint16"), "RGB"),
        (RGB.astype("uint16") * 257, "RGB"),
        (RGB / 255, "RGB"),
        ((RGB / 255).astype("float32"), "RGB"),
        (RGB.astype(">u2") * 257, "RGB"),
        (np.asfortranarray(RGB), "RGB"),
        (RGB[::-1][::-1], "RGB"),
    ],
)
def test_numbers_become_brightnesses(array: Any, mode: str) -> None:
    """Bytes stay as they are, other numbers are brought to 0..255 by their kind."""
    image = read_array(array)
    assert (image.mode, image.size) == (mode, (5, 4))
    wanted = RGB[:, :, 0] if mode == "L" else RGB
    assert image.convert("L" if mode == "L" else "RGB").tobytes() == wanted.tobytes()


def test_booleans_are_black_and_white() -> None:
    """True is white."""
    image = read_array(np.array([[True, False]]))
    assert list(image.tobytes()) == [255, 0]


def test_fractions_are_rounded() -> None:
    """Halves go up, so that no brightness is lost on the way from 0..1 to 0..255."""
    image = read_array(np.array([[0.5, 0.4999, 1.0, 0.0]], dtype="float32"))
    assert list(image.tobytes()) == [128, 127, 255, 0]


class _Told:
    """Something that can tell itself as an array, as tensors do."""

    def __array__(self, *_: object, **__: object) -> Any:
        return RGB


class _Interface:
    """Something that tells where its numbers lie, and nothing else."""

    def __init__(self, array: Any) -> None:
        self.__array_interface__ = {**array.__array_interface__, "strides": array.strides}
        self._array = array

    def tobytes(self) -> bytes:
        return bytes(self._array.tobytes())


def test_what_tells_itself_as_an_array_is_one() -> None:
    """Tensors and the like are taken by the protocol of arrays."""
    for given in (_Told(), RGB):
        assert is_array(given)
        assert opened(picture_url(given)).tobytes() == RGB.tobytes()
    assert not is_array(np.ndarray)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.float64(0.5), "of a single number"),
        (np.zeros(5), "shape 5"),
        (np.zeros((0, 5)), "0 × 5"),
        (np.zeros((3, 40, 50)), "transpose"),
        (np.zeros((2, 2, 2)), "2 × 2 × 2"),
        (np.zeros((1, 2, 2, 3)), "1 × 2 × 2 × 3"),
        (np.full((2, 2), np.nan), "nan"),
        (np.full((2, 2), 200.0), "from 0 to 1"),
        (np.full((2, 2), -1), "from -1"),
        (np.full((2, 2), 256), "from 0 to 255"),
        (np.full((2, 2), 1j), "complex128"),
        (np.full((2, 2), "a"), "no brightnesses"),
        (np.full((2, 2), object()), "no brightnesses"),
        (np.broadcast_to(np.uint8(0), (40_000, 40_000)), "million pixels"),
    ],
)
def test_other_arrays_are_refused(array: Any, said: str) -> None:
    """A shape or numbers that are no picture are named, with what would be."""
    with pytest.raises(UsageError) as caught:
        picture_url(array)
    assert said in str(caught.value)


def test_an_interface_alone_is_enough() -> None:
    """Where only the place of the numbers is told, the picture is read from there."""
    grey = np.ascontiguousarray(RGB[:, :, 0])
    assert read_array(_Interface(grey)).tobytes() == grey.tobytes()
    with pytest.raises(UsageError, match="can't be read"):
        read_array(_Interface(grey.astype("complex64")))


def test_an_image_is_not_taken_for_an_array() -> None:
    """Pillow's images tell themselves as arrays too, but have colours of their own."""
    palette = slope().convert("P")
    assert isinstance(palette, Image.Image)
    sent = opened(picture_url(palette)).convert("RGB")
    assert sent.tobytes() == palette.convert("RGB").tobytes()
