"""Masks: white is repainted, black stays; in any form, as the one the window of a region takes."""

import io
from typing import TYPE_CHECKING

from mj_notebook.errors import UsageError
from mj_notebook.images.sources import find
from mj_notebook.protocol.media import PNG, data_url

if TYPE_CHECKING:
    from PIL.Image import Image

SLACK = 0.02
"""How much the shape of a mask may differ: the proxies' own pages round theirs to 550 px."""

HALF = 128
"""From this brightness on (of 255) a mask is white."""


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
    from mj_notebook.images import shapes  # loads Pillow

    if shapes.are_shapes(mask):
        drawn = shapes.draw(mask, _checked(size))
    else:
        drawn = _bright(mask)
        drawn = drawn if size is None else _fitting(drawn, _checked(size))
    if not drawn.getbbox():
        raise UsageError(
            "The mask selects nothing.", hint="Paint white where the picture should change."
        )
    return data_url(_png(drawn), PNG.mime)


def selected_share(mask: object) -> float:
    """Return how much of *mask* (as `mask_url` gives it, or takes it) is white: 0 to 1."""
    drawn = _bright(mask)
    return drawn.histogram()[255] / (drawn.width * drawn.height)


def _checked(size: tuple[int, int] | None) -> tuple[int, int]:
    from mj_notebook.images.decode import MOST_PIXELS, too_large  # loads Pillow

    if size is None:
        raise UsageError(
            "The size of the picture to repaint is not known.",
            hint="Give the mask as a picture instead of boxes.",
        )
    width, height = size
    if width < 1 or height < 1:
        raise UsageError("A picture of no size can't be repainted.", hint="Give width and height.")
    if width * height > MOST_PIXELS:
        raise too_large("The picture to repaint")
    return int(width), int(height)


def _bright(mask: object) -> "Image":
    """Return *mask* in mode L with nothing but 0 and 255."""
    from PIL import ImageChops

    from mj_notebook.images import decode, fit

    found = find(mask)
    if found.image is not None:
        image = decode.upright(decode.load(found.image, "The mask"))
    else:
        image = decode.decode(found.content, "The mask")
    clear = fit.in_plain_colours(image)
    bright = clear.convert("RGB").convert("L")
    if clear.mode == "RGBA":
        bright = ImageChops.multiply(bright, clear.getchannel("A"))
    _, brightest = bright.getextrema()
    least = 1 if brightest == 1 else HALF  # many programs mark with ones
    return bright.point([0] * least + [255] * (256 - least), "L")


def _fitting(mask: "Image", size: tuple[int, int]) -> "Image":
    """Bring *mask* to *size*, if that only makes it larger or smaller."""
    from PIL import Image

    if mask.size == size:
        return mask
    ratio = mask.width * size[1] / (mask.height * size[0])
    if abs(ratio - 1) > SLACK:
        raise UsageError(
            f"The mask has {mask.width} × {mask.height} pixels, the picture {size[0]} × {size[1]}:"
            " that is another shape.",
            hint="Make the mask in the shape of the picture.",
        )
    return mask.resize(size, Image.Resampling.NEAREST)


def _png(mask: "Image") -> bytes:
    buffer = io.BytesIO()
    mask.convert("1").save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
