"""The painter of the embedded server: a brief goes in, pixels come out; no I/O, no clock."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mj_notebook.server.backends.painter.brief import Brief, Camera, grid_size, ratio_of

if TYPE_CHECKING:
    from mj_notebook.server.backends.painter.marks import mark
    from mj_notebook.server.backends.painter.png import encode_png
    from mj_notebook.server.backends.painter.tile import painted

__all__ = ["Brief", "Camera", "encode_png", "grid_size", "mark", "painted", "ratio_of"]

# What paints is fifty modules, an eighth of what a kernel's first cell would wait for: they load
# with the first picture, which the server begins when it has answered.
_PAINTING = {"encode_png": "png", "mark": "marks", "painted": "tile"}


def __getattr__(name: str) -> Any:
    """Load what paints when it is first used."""
    if name not in _PAINTING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PAINTING[name]}"), name)
