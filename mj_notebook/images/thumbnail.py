"""A picture made small enough to be shown, as a value; light, so that views load no Pillow."""

from dataclasses import dataclass, field


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
