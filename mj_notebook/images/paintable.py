"""A picture as a page gets it to paint on: every pixel, in few enough bytes to arrive."""

import io
from typing import Final, NamedTuple

from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.decode import apply_orientation, has_orientation
from mj_notebook.images.thumbnails import on_white, open_picture
from mj_notebook.language import translated
from mj_notebook.protocol.media import JPEG, PNG, WEBP, media_of

MAX_BYTES: Final = 8_000_000
"""Stays below 10 MB, above which notebook servers may drop a message and tell nobody."""

_AS_THEY_ARE = (PNG, JPEG, WEBP)
_QUALITIES = (90, 80, 65, 45, 25)


class Paintable(NamedTuple):
    """A picture to paint on."""

    content: bytes
    mime: str
    size: tuple[int, int]


def paintable(content: bytes) -> Paintable:
    """Make a picture ready for a page: as it is where it can be, else a JPEG of the same size."""
    image = open_picture(content)
    media = media_of(content)
    # A page may turn a picture as its camera says, and its mask would not be turned.
    if media in _AS_THEY_ARE and len(content) <= MAX_BYTES and not has_orientation(image):
        return Paintable(content, media.mime, image.size)
    straight = on_white(apply_orientation(image))
    return Paintable(_small_enough(straight), JPEG.mime, straight.size)


def _small_enough(image: Image.Image) -> bytes:
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        # At the same size whatever it takes: the mask must fit the picture pixel by pixel.
        image.save(buffer, "JPEG", quality=quality, comment=b"")
        if buffer.tell() <= MAX_BYTES:
            return buffer.getvalue()
    raise UsageError(
        translated(
            "The picture of {width} × {height} pixels is too large to paint on.",
            width=image.width,
            height=image.height,
        ),
        hint=translated("Make the mask elsewhere, or paint on a smaller copy."),
    )
