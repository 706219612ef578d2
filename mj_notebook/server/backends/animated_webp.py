"""
An animated WEBP, written frame by frame: only the frame at hand is ever held as pixels.

Pillow's own writer wants all frames at once, which for a long film are some hundred megabytes.
The layout is that of the format's container, RIFF with one ANMF chunk around each frame:
https://developers.google.com/speed/webp/docs/riff_container.
"""

import struct
from collections.abc import Iterable
from io import BytesIO

from PIL import Image

from mj_notebook.server.backends.decoding import EXIF_DESCRIPTION, EXIF_SOFTWARE, SOFTWARE

# Of 100. Films are shown, not edited; above this, files grow faster than they look better.
_QUALITY = 74
_IS_ANIMATED, _HAS_EXIF = 0x02, 0x08
# A frame replaces all of the one before: ours have no transparency to blend.
_REPLACES_PREVIOUS = 0x02
# "RIFF", the size, "WEBP": what stands before the chunk of a WEBP of one picture.
_RIFF_HEADER_SIZE = 12


def encode_animation(frames: Iterable[Image.Image], milliseconds: int, caption: str) -> bytes:
    """Return *frames*, one at least, as a WEBP that plays without end."""
    parts: list[bytes] = []
    size = (0, 0)
    for frame in frames:
        size = frame.size
        parts.append(_chunk(b"ANMF", _frame_header(size, milliseconds) + _encode_frame(frame)))
    # A film carries its prompt, as pictures do, so that describe can return it.
    exif = Image.Exif()
    exif[EXIF_SOFTWARE] = SOFTWARE
    exif[EXIF_DESCRIPTION] = caption.encode("utf-8", "replace")
    head = struct.pack("<I", _IS_ANIMATED | _HAS_EXIF) + _uint24(size[0] - 1) + _uint24(size[1] - 1)
    body = b"".join(
        (
            b"WEBP",
            _chunk(b"VP8X", head),
            # No background colour, and 0 loops: it plays without end.
            _chunk(b"ANIM", struct.pack("<IH", 0, 0)),
            *parts,
            # The container stores EXIF without the marker that JPEG puts before it.
            _chunk(b"EXIF", exif.tobytes().removeprefix(b"Exif\0\0")),
        )
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _encode_frame(frame: Image.Image) -> bytes:
    """Return *frame* as the chunk that a WEBP of one picture consists of."""
    buffer = BytesIO()
    # A copy without the frame's metadata: Pillow would write it into each of them.
    Image.frombytes("RGB", frame.size, frame.tobytes()).save(
        buffer, "WEBP", quality=_QUALITY, method=0
    )
    return buffer.getvalue()[_RIFF_HEADER_SIZE:]


def _frame_header(size: tuple[int, int], milliseconds: int) -> bytes:
    numbers = (0, 0, size[0] - 1, size[1] - 1, milliseconds)
    return b"".join(map(_uint24, numbers)) + bytes([_REPLACES_PREVIOUS])


def _uint24(number: int) -> bytes:
    return number.to_bytes(3, "little")


def _chunk(name: bytes, body: bytes) -> bytes:
    # Chunks begin at even offsets.
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
