"""Which size an engine is asked for, and where in it the picture lies that is wanted; pure."""

from dataclasses import dataclass
from math import log

from PIL import Image

from mj_notebook.server.backends.backend import Capabilities, Size
from mj_notebook.server.backends.compositing import extend_outwards

# Sides of about the same shape need no cropping: nobody sees a pixel in fifty.
_SAME_SHAPE = 0.02


@dataclass(frozen=True, slots=True)
class Frame:
    """
    The picture that is wanted, in the middle of the one that an engine draws.

    Attributes:
        engine: The size that the engine is asked for.
        wanted: The size of the picture itself; no side is longer.
    """

    engine: Size
    wanted: Size

    @property
    def place(self) -> Size:
        """Where the left upper corner of the picture lies."""
        return (
            (self.engine[0] - self.wanted[0]) // 2,
            (self.engine[1] - self.wanted[1]) // 2,
        )

    def wider(self, image: Image.Image) -> Image.Image:
        """Return *image* with as much around it as the engine's size has."""
        return (
            image if self.engine == self.wanted else extend_outwards(image, self.engine, self.place)
        )

    def wider_mask(self, mask: Image.Image) -> Image.Image:
        """Return *mask* with nothing to change around it."""
        if self.engine == self.wanted:
            return mask
        page = Image.new("L", self.engine)
        page.paste(mask, self.place)
        return page

    def cropped(self, image: Image.Image) -> Image.Image:
        """Return the picture that is wanted out of what the engine has drawn."""
        if self.engine == self.wanted:
            return image
        left, top = self.place
        return image.crop((left, top, left + self.wanted[0], top + self.wanted[1]))


def frame_for(size: Size, can: Capabilities, *, is_grid: bool) -> Frame:
    """
    Return what to ask for where a picture of *size* is wanted, or a grid of four in that size.

    An engine that draws any size gets the nearest that its steps allow, another one the size of
    its own whose shape is nearest; then the picture is cut out of that.
    """
    width, height = (size[0] // 2, size[1] // 2) if is_grid else size
    if not can.sizes:
        nearest = (_in_steps(width, can.step), _in_steps(height, can.step))
        return Frame(nearest, nearest)
    ratio = width / height
    engine = min(
        can.sizes,
        key=lambda own: (
            round(abs(log(own[0] / own[1] / ratio)), 3),
            abs(own[0] * own[1] - width * height),
        ),
    )
    if abs(engine[0] / engine[1] / ratio - 1) < _SAME_SHAPE:
        return Frame(engine, engine)
    factor = min(engine[0] / width, engine[1] / height)
    return Frame(engine, (max(8, round(width * factor)), max(8, round(height * factor))))


def _in_steps(pixels: int, step: int) -> int:
    return max(step, round(pixels / step) * step)
