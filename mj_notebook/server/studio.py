"""The studio: what is painted, with the pictures that clients sent along."""

from io import BytesIO

from PIL import Image

from mj_notebook.protocol.media import media_of
from mj_notebook.server.decoding import open_picture
from mj_notebook.server.painter import (
    encode_png,
    paint_grid,
    paint_preview,
    paint_tile,
    preview_tile,
)
from mj_notebook.server.references import References
from mj_notebook.server.shots import Given, Picture, Shot

_EMPTY = "#8b8f96"


class Studio:
    """Makes pictures as bytes; its methods take a while, and are called in threads."""

    def __init__(self, references: References) -> None:
        self._references = references

    def picture(self, shot: Picture, size: tuple[int, int]) -> bytes:
        """Return the finished picture: as PNG, or as it was given."""
        if isinstance(shot, Given):
            return self._given(shot)
        return encode_png(self._painted(shot, size))

    def preview(self, shot: Picture, percent: int, side: int) -> bytes:
        """Return the picture as it looks *percent* of the way, as WEBP."""
        if isinstance(shot, Given):
            return _webp(open_picture(self._given(shot), side))
        if shot.tile is None:
            return paint_preview(shot.brief, percent, side)
        return preview_tile(shot.brief, shot.tile, percent, side)

    def _painted(self, shot: Shot, size: tuple[int, int]) -> Image.Image:
        if shot.tile is None:
            return paint_grid(shot.brief, size)
        return paint_tile(shot.brief, shot.tile, size)

    def _given(self, shot: Given) -> bytes:
        """Return the picture as it came, or as PNG if browsers would not show it."""
        content = self._references.get(shot.name)
        if content and media_of(content):
            return content
        # A server without a folder forgets old pictures.
        return encode_png(open_picture(content) or Image.new("RGB", (64, 64), _EMPTY))


def _webp(image: Image.Image | None) -> bytes:
    buffer = BytesIO()
    (image or Image.new("RGB", (64, 64), _EMPTY)).save(buffer, "WEBP", quality=72, method=1)
    return buffer.getvalue()
