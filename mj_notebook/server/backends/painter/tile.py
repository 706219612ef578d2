"""Painting: the tiles of a brief, one by one."""

from functools import lru_cache

from PIL import Image

from mj_notebook.server.backends.painter.brief import Brief
from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.clouds import paint_clouds
from mj_notebook.server.backends.painter.compose import scene_of
from mj_notebook.server.backends.painter.finish import finish
from mj_notebook.server.backends.painter.lands import LANDS
from mj_notebook.server.backends.painter.sky import paint_sky, paint_stars, paint_sun
from mj_notebook.server.backends.painter.stage import paint_heroes
from mj_notebook.server.backends.painter.weather import paint_lightning, paint_weather
from mj_notebook.server.backends.painter.wonders import paint_wonders

Size = tuple[int, int]
# Painting is mostly geometry, which a small picture needs as much as a large one; and the small are
# asked for again: a preview at each step, a parent in what is made of it.
_MOST_KEPT = 64 * 64


def painted(brief: Brief, index: int, size: Size) -> Image.Image:
    """Paint tile *index* (0 to 3) of *brief* in *size* pixels; the same forms at every size."""
    size = (max(8, size[0]), max(8, size[1]))
    if size[0] * size[1] > _MOST_KEPT:
        return _painted(brief, index, size)
    return _painted_small(brief, index, size).copy()  # it is going to be marked


def _painted(brief: Brief, index: int, size: Size) -> Image.Image:
    scene = scene_of(brief, index)
    canvas = _canvas(brief, size)
    # A land that a newer vocabulary names and nobody has painted yet.
    land = LANDS.get(scene.land, LANDS["hills"])
    if land.has_sky:
        paint_sky(canvas, scene, land.sky_below)
        paint_stars(canvas, scene)
        paint_wonders(canvas, scene)
        paint_sun(canvas, scene)
        paint_clouds(canvas, scene)
        paint_lightning(canvas, scene)
    # From far to near, each over the last: there is no depth buffer.
    land.back(canvas, scene)
    paint_heroes(canvas, scene, land)
    land.front(canvas, scene)
    paint_weather(canvas, scene)
    finish(canvas, scene)
    return canvas.image


_painted_small = lru_cache(maxsize=1024)(_painted)  # at 12 KB each


def _canvas(brief: Brief, size: Size) -> Canvas:
    """Return an empty canvas that looks where the camera looks and holds the whole stage."""
    camera, stage = brief.camera, brief.stage_size
    wanted = size[0] / size[1]
    wide, tall = stage[0] * camera.scale, stage[1] * camera.scale
    # The whole stage stays in view; what is left over shows more of the world.
    unit = min(size[0] / wide, size[1] / tall)
    if abs(wanted / (wide / tall) - 1) < 0.02:
        # A pixel more or less from rounding is no other shape: fill the picture's height exactly.
        unit = size[1] / tall
    x, y = camera.cx * stage[0], camera.cy * stage[1]
    return Canvas(size, x - size[0] / unit / 2, y - size[1] / unit / 2, unit)
