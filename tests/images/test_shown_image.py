"""A picture as the value of a cell."""

import io
import os

from PIL import Image

from mj_notebook.images.shown_image import ShownImage


def noise(side: int) -> Image.Image:
    """Return a picture that no format makes small."""
    return Image.frombytes("RGB", (side, side), os.urandom(3 * side * side))


def test_it_is_shown_as_a_small_jpeg_and_stays_whole() -> None:
    """The notebook gets one JPEG of at most 1024 pixels; the pixels are all there."""
    plain = noise(1500)
    picture = ShownImage(plain.copy())
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/jpeg"}
    assert max(Image.open(io.BytesIO(bundle["image/jpeg"])).size) <= 1024
    assert len(bundle["image/jpeg"]) < 200_000
    assert picture.tobytes() == plain.tobytes()


def test_it_is_a_picture_like_any_other() -> None:
    """What Pillow does with pictures it does with this one, and what is made of it is plain."""
    picture = ShownImage(noise(64))
    assert isinstance(picture, Image.Image)
    assert picture.resize((32, 32)).size == (32, 32)
    assert picture.convert("L").mode == "L"
    saved = io.BytesIO()
    picture.save(saved, "PNG")
    assert Image.open(saved).size == (64, 64)
