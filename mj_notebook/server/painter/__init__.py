"""The painter of the embedded server: a brief goes in, pixels come out; no I/O, no clock."""

from mj_notebook.server.painter.brief import Brief, Camera, Step, grid_size
from mj_notebook.server.painter.compose import palette_of
from mj_notebook.server.painter.grid import paint_grid, paint_tile
from mj_notebook.server.painter.png import encode_png
from mj_notebook.server.painter.preview import paint_preview, preview_tile

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
