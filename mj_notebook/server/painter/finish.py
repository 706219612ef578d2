"""The last touch: grain and the manner of painting."""

from PIL import ImageChops

from . import texture
from .canvas import Canvas
from .scene import Scene


def finish(canvas: Canvas, scene: Scene) -> None:
    """Lay the grain of the paper over a finished picture."""
    size = (canvas.width, canvas.height)
    scale = round(max(0.25, min(size) / 1024), 3)
    canvas.image = ImageChops.add(canvas.image, texture.grain(size, 5, max(1.0, scale)), 1, -128)
