"""What is measured of a picture by its pixels."""

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from mj_notebook.errors import MJError
from mj_notebook.images.measures import (
    MEASURES,
    SIDE,
    brightness,
    contrast,
    difference_hash,
    hash_distance,
    mean_colour,
    palette,
    picture_to_measure,
    sharpness,
)
from tests.view.samples import encoded
from tests.widgets.galleries import picture


def halves(left: str, right: str) -> Image.Image:
    """Return a picture of two colours."""
    image = Image.new("RGB", (64, 64), left)
    image.paste(right, (32, 0, 64, 64))
    return image


def test_a_hash_survives_what_an_eye_does_not_see() -> None:
    """Half the size, a JPEG of it and more light change few bits; another picture changes many."""
    seen = picture(3, 512).filter(ImageFilter.GaussianBlur(8))
    known = difference_hash(seen)
    for other in (
        seen.resize((256, 256)),
        picture_to_measure(encoded(seen, "JPEG")),
        ImageEnhance.Brightness(seen).enhance(1.1),
    ):
        assert hash_distance(known, difference_hash(other)) <= 6
    assert hash_distance(known, difference_hash(seen.rotate(90))) > 10


def test_light_and_colours_are_what_they_are() -> None:
    """Black and white in halves: grey in the mean, both in the palette, the most contrast."""
    both = halves("black", "white")
    assert (brightness(both), contrast(both)) == (0.5, 0.5)
    assert mean_colour(both) in {"#7f7f7f", "#808080"}
    assert set(palette(both).split()) >= {"#000000", "#ffffff"}
    assert palette(halves("red", "red")).split()[0] == "#ff0000"
    assert contrast(halves("red", "red")) == 0


def test_a_blurred_picture_is_less_sharp() -> None:
    """And one colour alone is not sharp at all."""
    seen = picture(3, 256)
    assert sharpness(seen) > 4 * sharpness(seen.filter(ImageFilter.GaussianBlur(3)))
    assert sharpness(halves("red", "red")) == 0
    assert sharpness(Image.new("RGB", (1, 1))) == 0


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (2000, 10)])
def test_any_size_and_any_mode_is_measured(size: tuple[int, int]) -> None:
    """Each measure gives one plain value, of transparent and of grey pictures too."""
    for mode in ("RGBA", "L", "P"):
        image = picture_to_measure(encoded(Image.new(mode, size)))
        assert max(image.size) <= SIDE
        assert all(isinstance(one.measure(image), float | str) for one in MEASURES)


def test_what_is_no_picture_is_not_measured() -> None:
    """It raises what the rest of the house raises for it."""
    with pytest.raises(MJError):
        picture_to_measure(b"%!PS no picture")
