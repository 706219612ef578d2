"""What every land has to offer to the painter."""

from collections.abc import Callable
from dataclasses import dataclass

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.curves import Line
from mj_notebook.server.backends.painter.scene import Scene


def nothing(_canvas: Canvas, _scene: Scene) -> None:
    """Leave the place before the heroes empty."""


@dataclass(frozen=True)
class Land:
    """One kind of land."""

    back: Callable[[Canvas, Scene], None]
    """Paints everything behind the heroes; the sky is there already."""

    front: Callable[[Canvas, Scene], None]
    """Paints what stands before the heroes."""

    floor: Callable[[Scene], Line]
    """Gives the height over x of the ground that heroes stand on."""

    has_sky: bool = True
    """Whether the common sky with its sun and clouds is painted first."""

    sky_below: float = 0.25
    """How far below the horizon sky may still be seen, between hills say."""
