"""The painter of the embedded server: a brief goes in, pixels come out; no I/O, no clock."""

from .brief import Brief, Camera, Step, grid_size
from .compose import palette_of
from .grid import paint_grid, paint_tile
from .png import encode_png
from .preview import paint_preview, preview_tile

__all__ = [
    "Brief",
    "Camera",
    "Step",
    "encode_png",
    "grid_size",
    "paint_grid",
    "paint_preview",
    "paint_tile",
    "palette_of",
    "preview_tile",
]
