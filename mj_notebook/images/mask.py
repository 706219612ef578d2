"""Masks: white is repainted, black stays; in any form, as the one the window of a region takes."""

import io
from typing import TYPE_CHECKING, Final, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.images.sources import load_source
from mj_notebook.language import translated
from mj_notebook.protocol.media import MAX_PIXELS, PNG, data_url, media_of

if TYPE_CHECKING:
    from PIL.Image import Image

ASPECT_TOLERANCE = 0.02
"""How much the shape of a mask may differ: the proxies' own pages round theirs to 550 px."""

HALF = 128
"""From this brightness on (of 255) a mask is white."""

MOST_BYTES: Final = 4_000_000
"""Of a mask that a page sends: twice what the largest picture takes when nothing compresses it."""


class Mask(NamedTuple):
    """
    A mask as it is kept.

    Attributes:
        png: A PNG of one bit a pixel and of the picture's size: white is to be painted anew.
        selected: How much of the picture that is, from 0 to 1.
    """

    png: bytes
    selected: float


def empty_mask(size: tuple[int, int]) -> Mask:
    """Return a mask that selects nothing."""
    from PIL import Image

    # Black: nothing is repainted before somebody says so.
    return _kept(Image.new("1", _checked(size)))


def make_mask(mask: object, size: tuple[int, int]) -> Mask:
    """Make a mask from whatever `mask_url` takes."""
    return _kept(_drawn(mask, size))


def painted_mask(content: bytes, size: tuple[int, int]) -> Mask:
    """
    Read the mask that a page sent: a PNG of one bit a pixel, as large as the picture.

    Only its pixels are taken; whatever else stands in the file is left.

    Raises:
        UsageError: It is something else.
    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_BYTES or media_of(content) is not PNG:
        raise UsageError(translated("The page sent no mask."))
    try:
        # The one format that our page writes: no other decoder of Pillow is let near what a page
        # sends.
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            # The head tells both before a pixel is unpacked.
            if image.size != size or image.mode != "1":
                raise UsageError(translated("The page sent a mask for another picture."))
            image.load()
            return _kept(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UsageError(translated("The page sent a broken mask.")) from error


def mask_url(mask: object, size: tuple[int, int] | None) -> str:
    """
    Return *mask* as a data URL: a PNG of black and white only, as large as the picture.

    Args:
        mask: A picture in any form `read_picture` takes but a web address: bright is repainted,
            dark and see-through stay (brightness times opacity counts, from one half on). In an
            array or picture of nothing but 0 and 1, 1 is repainted. Or shapes, to be repainted:
            a box (left, top, right, bottom), an outline of three or more points (x, y), or a list
            of such; whole numbers are pixels, floats are parts of the width and height from 0 to 1.
        size: Width and height of the picture to repaint, in pixels; None when nobody knows, and
            then the mask must be a picture and keeps its own.

    Raises:
        UsageError: It can't be read, has another shape than the picture, or selects nothing.
    """
    return data_url(_kept(_drawn(mask, size)).png, PNG.mime)


def _drawn(mask: object, size: tuple[int, int] | None) -> "Image":
    from mj_notebook.images import shapes  # loads Pillow

    if shapes.are_shapes(mask):
        drawn = shapes.draw(mask, _checked(size))
    else:
        drawn = _thresholded(mask)
        drawn = drawn if size is None else _resized_to(drawn, _checked(size))
    # Refused here, as a server would draw, and be paid, without changing anything.
    if not drawn.getbbox():
        raise UsageError(
            translated("The mask selects nothing."),
            hint=translated("Paint white where the picture should change."),
        )
    return drawn


def _checked(size: tuple[int, int] | None) -> tuple[int, int]:
    from mj_notebook.images.decode import too_large_message  # loads Pillow

    if size is None:
        raise UsageError(
            translated("The size of the picture to repaint is not known."),
            hint=translated("Give the mask as a picture instead of boxes."),
        )
    width, height = size
    if width < 1 or height < 1:
        raise UsageError(
            translated("A picture of no size can't be repainted."),
            hint=translated("Give width and height."),
        )
    if width * height > MAX_PIXELS:
        raise too_large_message(translated("The picture to repaint"))
    return int(width), int(height)


def _thresholded(mask: object) -> "Image":
    """Return *mask* in mode L with nothing but 0 and 255."""
    from PIL import ImageChops

    from mj_notebook.images import decode, fit

    found = load_source(mask)
    if found.image is not None:
        image = decode.apply_orientation(decode.load(found.image, translated("The mask")))
    else:
        image = decode.decode(found.content, translated("The mask"))
    clear = fit.in_plain_colours(image)
    bright = clear.convert("RGB").convert("L")
    if clear.mode == "RGBA":
        # What can't be seen selects nothing, whatever colour lies below it.
        bright = ImageChops.multiply(bright, clear.getchannel("A"))
    _, brightest = bright.getextrema()
    least = 1 if brightest == 1 else HALF  # many programs mark with ones
    return bright.point([0] * least + [255] * (256 - least), "L")


def _resized_to(mask: "Image", size: tuple[int, int]) -> "Image":
    """Bring *mask* to *size*, if that only makes it larger or smaller."""
    from PIL import Image

    if mask.size == size:
        return mask
    ratio = mask.width * size[1] / (mask.height * size[0])
    if abs(ratio - 1) > ASPECT_TOLERANCE:
        raise UsageError(
            translated(
                "The mask has {width} × {height} pixels, the picture {picture_width} ×"
                " {picture_height}:"
                " that is another shape.",
                width=mask.width,
                height=mask.height,
                picture_width=size[0],
                picture_height=size[1],
            ),
            hint=translated("Make the mask in the shape of the picture."),
        )
    # Nearest, so that no grey comes between black and white.
    return mask.resize(size, Image.Resampling.NEAREST)


def _kept(mask: "Image") -> Mask:
    buffer = io.BytesIO()
    bits = mask.convert("1")
    # One bit a pixel: it travels in the body of a request, as base64.
    bits.save(buffer, "PNG", optimize=True)
    return Mask(buffer.getvalue(), bits.histogram()[255] / (bits.width * bits.height))
