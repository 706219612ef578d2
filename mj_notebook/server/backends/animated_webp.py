"""
An animated WEBP, written frame by frame: only the frame at hand is ever held as pixels.

Pillow's own writer wants all frames at once, which for a long film are some hundred megabytes.
The layout is that of the format's container: RIFF, with one ANMF part around each frame.
"""

import struct
from collections.abc import Iterable
from io import BytesIO

from PIL import Image

from mj_notebook.server.backends.decoding import EXIF_DESCRIPTION, EXIF_SOFTWARE, SOFTWARE

_QUALITY = 74
_IS_ANIMATED, _HAS_EXIF = 0x02, 0x08
# A frame replaces all of the one before.
_NOT_BLENDED = 0x02
_HEAD = 12


def encode_animation(frames: Iterable[Image.Image], milliseconds: int, caption: str) -> bytes:
    """
    Return *frames*, one at least, as a WEBP that plays without end.

    Args:
        frames: Pictures of one size.
        milliseconds: For which each is seen.
        caption: What the file tells about itself.
    """
    parts: list[bytes] = []
    size = (0, 0)
    for frame in frames:
        size = frame.size
        parts.append(_part(b"ANMF", _placed(size, milliseconds) + _still(frame)))
    exif = Image.Exif()
    exif[EXIF_SOFTWARE] = SOFTWARE
    exif[EXIF_DESCRIPTION] = caption.encode("utf-8", "replace")
    head = struct.pack("<I", _IS_ANIMATED | _HAS_EXIF) + _three(size[0] - 1) + _three(size[1] - 1)
    body = b"".join(
        (
            b"WEBP",
            _part(b"VP8X", head),
            _part(b"ANIM", struct.pack("<IH", 0, 0)),
            *parts,
            _part(b"EXIF", exif.tobytes().removeprefix(b"Exif\0\0")),
        )
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _still(frame: Image.Image) -> bytes:
    """Return *frame* as the part that a WEBP of one picture consists of."""
    buffer = BytesIO()
    Image.frombytes("RGB", frame.size, frame.tobytes()).save(
        buffer, "WEBP", quality=_QUALITY, method=0
    )
    return buffer.getvalue()[_HEAD:]


def _placed(size: tuple[int, int], milliseconds: int) -> bytes:
    numbers = (0, 0, size[0] - 1, size[1] - 1, milliseconds)
    return b"".join(map(_three, numbers)) + bytes([_NOT_BLENDED])


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")


def _part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
