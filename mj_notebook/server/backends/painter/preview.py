"""Previews: the picture while it is still being made, blurred and unsure at first."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageFilter

from mj_notebook.server.backends.painter import texture
from mj_notebook.server.backends.painter.brief import Brief
from mj_notebook.server.backends.painter.grid import painted, tile_size

# A sketch is looked at for a second; the finished picture has 16 times as many pixels.
PREVIEW_SIDE = 512


def paint_preview(brief: Brief, percent: int, size: int = PREVIEW_SIDE) -> bytes:
    """Return a WEBP of the grid as it looks *percent* of the way; *size* is its longer side."""
    width, height = tile_size(brief, size)
    half = (max(8, width // 2), max(8, height // 2))
    grid = Image.new("RGB", (half[0] * 2, half[1] * 2))
    for index in range(4):
        grid.paste(_draft(brief, index, half), (index % 2 * half[0], index // 2 * half[1]))
    return _webp(_unsure(grid, percent))


def preview_tile(brief: Brief, index: int, percent: int, size: int = PREVIEW_SIDE) -> bytes:
    """Return a WEBP of one tile as it looks *percent* of the way."""
    return _webp(_unsure(_draft(brief, index % 4, tile_size(brief, size)), percent))


# A task asks for several steps of the same picture, at the same size.
@lru_cache(maxsize=32)
def _draft(brief: Brief, index: int, size: tuple[int, int]) -> Image.Image:
    return painted(brief, index, size, brief.camera).image


def _unsure(image: Image.Image, percent: int) -> Image.Image:
    """Return *image* as if seen through the noise it is born from."""
    left = 1 - min(100, max(0, percent)) / 100
    # Most of the blur goes early: people want to see soon what it will be.
    radius = max(image.size) * 0.055 * left**1.7
    blurred = image.filter(ImageFilter.GaussianBlur(radius)) if radius > 0.3 else image
    noise = texture.speckle(image.size, 2.0).convert("RGB")
    return Image.blend(blurred, noise, 0.3 * left**1.5)


def _webp(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=72, method=1)
    return buffer.getvalue()
