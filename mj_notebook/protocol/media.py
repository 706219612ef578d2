"""Picture kinds by their first bytes, and data URLs: facts of formats, no decoding."""

import base64
import binascii
from typing import NamedTuple


class Media(NamedTuple):
    """A picture format."""

    mime: str
    suffix: str

    @property
    def is_film(self) -> bool:
        """Whether it is watched, and can't be opened as a picture."""
        return self.mime.startswith("video/")


PNG = Media("image/png", ".png")
JPEG = Media("image/jpeg", ".jpg")
GIF = Media("image/gif", ".gif")
WEBP = Media("image/webp", ".webp")
AVIF = Media("image/avif", ".avif")
MP4 = Media("video/mp4", ".mp4")

# offset, first bytes, format
_SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"GIF8", GIF),
    (8, b"WEBP", WEBP),
    (4, b"ftypavif", AVIF),  # the same box as a film; its brand tells
    # After AVIF, whose box begins alike: the first that fits is taken.
    (4, b"ftyp", MP4),
)
KINDS = tuple(dict.fromkeys(media for _, _, media in _SIGNATURES))
"""All that `media_of` tells apart."""

MOST_BYTES = 200_000_000
"""What a picture or film may weigh here; whatever brings more of one is stopped."""

MAX_PIXELS = 80_000_000
"""What a picture may unfold to, on both sides of the wire: a few kilobytes can hold gigabytes."""


def media_of(content: bytes) -> Media | None:
    """Tell the format of *content* by its bytes; names and headers of servers are not trusted."""
    for offset, signature, media in _SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            return media
    return None


def is_film(content: bytes) -> bool:
    """Tell whether *content* is a film by its bytes."""
    media = media_of(content)
    return media is not None and media.is_film


def data_url(content: bytes, mime: str) -> str:
    """Write *content* as a data URL."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def read_data_url(text: str) -> bytes | None:
    """Return the bytes of a data URL or of bare base64 (both are sent by real clients), or None."""
    head, comma, body = text.strip().partition(",")
    if comma and not (head.startswith("data:") and head.endswith(";base64")):
        return None
    try:
        # Strictly: without it Python skips what is no base64, and any text would be a picture.
        return base64.b64decode(body if comma else head, validate=True) or None
    except (binascii.Error, ValueError):
        return None
