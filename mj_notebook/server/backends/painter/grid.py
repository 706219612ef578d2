"""Painting: one tile, or four as a grid."""

from functools import lru_cache

from PIL import Image

from mj_notebook.server.backends.painter.brief import Brief, Camera, grid_size
from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.chance import half_of_stage
from mj_notebook.server.backends.painter.clouds import paint_clouds
from mj_notebook.server.backends.painter.compose import scene_of
from mj_notebook.server.backends.painter.finish import finish
from mj_notebook.server.backends.painter.lands import LANDS
from mj_notebook.server.backends.painter.marks import mark
from mj_notebook.server.backends.painter.sky import paint_sky, paint_stars, paint_sun
from mj_notebook.server.backends.painter.stage import paint_heroes
from mj_notebook.server.backends.painter.weather import paint_lightning, paint_weather
from mj_notebook.server.backends.painter.wonders import paint_wonders

Size = tuple[int, int]
STRAIGHT = Camera()
# Painting is mostly geometry, which a small picture needs as much as a large one; and the small are
# asked for again: a preview at each step, a parent in what is made of it.
_MOST_KEPT = 64 * 64


def paint_tile(
    brief: Brief, index: int, size: Size | int | None = None, camera: Camera = STRAIGHT
) -> Image.Image:
    """
    Paint tile *index* (0 to 3) of *brief*; the same forms at every size.

    *size* is in pixels, as a pair or as the longer side; a quarter of the grid by default.
    *camera* looks from where the brief's own camera stands.
    """
    canvas = painted(brief, index % 4, tile_size(brief, size), brief.camera.then(camera))
    mark(canvas)
    return canvas.image


def painted(brief: Brief, index: int, size: Size, camera: Camera) -> Canvas:
    """Return the canvas of a tile before it is marked."""
    if size[0] * size[1] > _MOST_KEPT:
        return _painted(brief, index, size, camera)
    kept = _painted_small(brief, index, size, camera)
    canvas = _canvas(brief, size, camera)
    canvas.image = kept.copy()  # it is going to be marked
    return canvas


@lru_cache(maxsize=1024)  # at 12 KB each
def _painted_small(brief: Brief, index: int, size: Size, camera: Camera) -> Image.Image:
    return _painted(brief, index, size, camera).image


def _painted(brief: Brief, index: int, size: Size, camera: Camera) -> Canvas:
    scene = scene_of(brief, index)
    canvas = _canvas(brief, size, camera)
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
    return canvas


def _canvas(brief: Brief, size: Size, camera: Camera) -> Canvas:
    """Return an empty canvas that looks where *camera* looks and holds the whole stage."""
    half_width, half_height = half_of_stage(brief)
    wanted = size[0] / size[1]
    tall = half_height * 2 * camera.scale
    wide = half_width * 2 * camera.scale
    # The whole stage stays in view; what is left over shows more of the world.
    unit = min(size[0] / wide, size[1] / tall)
    if abs(wanted / (wide / tall) - 1) < 0.02:
        # A pixel more or less from rounding is no other shape: fill the picture's height exactly.
        unit = size[1] / tall
    x, y = camera.cx * half_width * 2, camera.cy * half_height * 2
    return Canvas(size, x - size[0] / unit / 2, y - size[1] / unit / 2, unit)


def tile_size(brief: Brief, size: Size | int | None) -> Size:
    """Return the pixels of one tile for what a caller asked."""
    if isinstance(size, tuple):
        return (max(8, size[0]), max(8, size[1]))
    width, height = grid_size(brief.aspect)
    if size is None:
        return (width // 2, height // 2)
    factor = size / max(width, height)
    return (max(8, round(width * factor)), max(8, round(height * factor)))


def paint_grid(brief: Brief, size: Size | int | None = None) -> Image.Image:
    """Paint the four tiles of *brief* as one picture, two by two."""
    width, height = grid_size(brief.aspect) if size is None else tile_size(brief, size)
    grid = Image.new("RGB", (width, height))
    half = (width // 2, height // 2)
    for index in range(4):
        canvas = painted(brief, index, half, brief.camera)
        mark(canvas)
        grid.paste(canvas.image, (index % 2 * half[0], index // 2 * half[1]))
    return grid
