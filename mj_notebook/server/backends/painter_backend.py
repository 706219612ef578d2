"""The painter as a backend: demo pictures out of words, at once and the same each time."""

from dataclasses import replace

from PIL import Image

from mj_notebook.server.backends import painter
from mj_notebook.server.backends.backend import NOBODY, Capabilities, DrawBrief, Watcher
from mj_notebook.server.backends.blending import blend_images, blend_recipe_of
from mj_notebook.server.backends.compositing import match_colours, region_mask

# How far what is painted into a region takes on the colours around it.
_EDIT_TONE = 0.3
Size = tuple[int, int]


class PainterBackend:
    """Paints; whatever else there is in a picture is put together from what was there before."""

    engine = "the demo painter"
    model = ""

    def capabilities(self) -> Capabilities:
        """Return all: its world goes on beyond the frame, and it never says no."""
        return Capabilities(
            follows_clock=True,
            varies=True,
            inpaints=True,
            outpaints=True,
            enlarges=True,
            animates=True,
            references=5,
            parameters=frozenset({"aspect", "seed"}),
        )

    def draw(self, brief: DrawBrief, watcher: Watcher = NOBODY) -> Image.Image:
        """Paint; see `Backend.draw`. It is done before anybody could cancel it."""
        del watcher
        start = brief.start
        if start is None:
            image = _painted(brief.scene, brief.index, brief.size)
            return match_colours(image, brief.references)
        if brief.mask:
            return _painted_into(brief, start, brief.mask)
        painting = paint_alone(brief.scene, brief.index, brief.size)
        changed = blend_images(
            (start, painting), brief.size, blend_recipe_of(brief.scene, brief.index)
        )
        return Image.blend(start, changed, brief.change)

    def identify(self) -> str:
        """Return what it is."""
        return "the demo painter, which needs no model"

    def close(self) -> None:
        """Do nothing."""


def _painted(scene: painter.Brief, index: int, size: Size) -> Image.Image:
    # Here: what paints is fifty modules, an eighth of what a kernel's first cell would wait for;
    # they load with the first picture, which the server begins when it has answered.
    from mj_notebook.server.backends.painter.tile import painted

    return painted(scene, index, size)


def paint_alone(scene: painter.Brief, index: int, size: Size) -> Image.Image:
    """Return what the words of *scene* say as a whole picture of *size*."""
    # The scene's own shape is that of the whole picture, not of this part.
    fitting = replace(scene, aspect=(float(size[0]), float(size[1])))
    return _painted(fitting, index, size).resize(size)


def _painted_into(brief: DrawBrief, start: Image.Image, mask: Image.Image) -> Image.Image:
    """Return *start* with a scene of its own where *mask* is white."""
    soft = region_mask(mask, brief.size)
    # Only the region is painted: it shall be whole within it.
    box = soft.getbbox() or (0, 0, *brief.size)
    part = paint_alone(brief.scene, brief.index, (box[2] - box[0], box[3] - box[1]))
    changed = start.copy()
    changed.paste(match_colours(part, [start], _EDIT_TONE), box[:2])
    return Image.composite(changed, start, soft)
