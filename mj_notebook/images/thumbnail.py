"""A picture made small enough to be shown, as a value; light, so that views load no Pillow."""

from dataclasses import dataclass, field

import msgspec

from mj_notebook.protocol.media import JPEG

# Another number where a picture is shown otherwise: what was kept before is made anew.
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """
    A picture ready to be shown.

    Attributes:
        content: The encoded picture: a JPEG of at most 1024 px, or a preview as it was served.
        mime: Its format, told by its bytes.
        width: Pixels of the picture it was made from, 0 when unknown.
        height: The same.
        small: The same picture as a JPEG of at most 512 px; b"" for a preview.
        paper: The same for what shows no HTML, at most 384 px: a file holds it beside `content`.
    """

    content: bytes = field(repr=False)
    mime: str
    width: int = 0
    height: int = 0
    small: bytes = field(default=b"", repr=False)
    paper: bytes = field(default=b"", repr=False)

    @property
    def smaller(self) -> tuple[bytes, str]:
        """The small copy where there is one, else the picture; and what it is."""
        return (self.small, JPEG.mime) if self.small else (self.content, self.mime)


def packed(shown: Thumbnail) -> bytes:
    """Return the JPEGs that a whole picture is shown as, for a file."""
    sizes = (_FORMAT, shown.width, shown.height)
    return msgspec.msgpack.encode((*sizes, shown.content, shown.small, shown.paper))


def unpacked(content: bytes) -> Thumbnail | None:
    """Return what was packed; None where this version shows a picture otherwise."""
    try:
        made = msgspec.msgpack.decode(content, type=tuple[int, int, int, bytes, bytes, bytes])
    except msgspec.MsgspecError:
        return None
    number, width, height, shown, small, paper = made
    return Thumbnail(shown, JPEG.mime, width, height, small, paper) if number == _FORMAT else None
