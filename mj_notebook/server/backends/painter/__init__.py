"""The painter of the embedded server: a brief goes in, pixels come out; no I/O, no clock."""

from mj_notebook.server.backends.painter.brief import Brief, Camera, Step, grid_size
from mj_notebook.server.backends.painter.compose import palette_of
from mj_notebook.server.backends.painter.grid import paint_grid, paint_tile
from mj_notebook.server.backends.painter.png import encode_png
from mj_notebook.server.backends.painter.preview import paint_preview, preview_tile

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
