"""
The painter of the embedded server: a brief goes in, pixels come out; no I/O, no clock.

What paints is `tile.painted`, which is not loaded here.
"""

from mj_notebook.server.backends.painter.brief import Brief, Camera, grid_size, ratio_of
from mj_notebook.server.backends.painter.marks import mark
from mj_notebook.server.backends.painter.png import encode_png

__all__ = ["Brief", "Camera", "encode_png", "grid_size", "mark", "ratio_of"]
