"""A room: a window on the world, a curtain, and a sill that things stand on."""

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import Colour, mix, shifted
from mj_notebook.server.backends.painter.curves import (
    Line,
    Outline,
    bend,
    box_of,
    lens,
    level,
    stroke,
)
from mj_notebook.server.backends.painter.lands.far import paint_far
from mj_notebook.server.backends.painter.lands.land import Land, nothing
from mj_notebook.server.backends.painter.lands.ridges import HILLS
from mj_notebook.server.backends.painter.scene import Scene

FAR = 60.0
"""Farther than any camera sees."""


def _frame(scene: Scene) -> tuple[float, float, float, float]:
    """Return the opening of the window: left, top, right, bottom."""
    half, tall = scene.half
    # With the hero, yet less far: the window stays in the picture.
    drift = scene.take.hero_x * half * 0.3
    wide = min(half * 0.72, tall * 1.5)
    return (drift - wide, -tall * 0.84, drift + wide, _sill(scene))


def _sill(scene: Scene) -> float:
    return scene.bottom - min(0.24, scene.half[1] * 0.42)


def _view(canvas: Canvas, scene: Scene) -> None:
    """Paint what is seen through the window."""
    kind = scene.backdrop or scene.chance.pick("view", ("hills", "city", "mountains", "forest"))
    if kind == "hills":
        HILLS.back(canvas, scene)
        return
    paint_far(canvas, scene, kind)
    tone = scene.land_at(0.75)
    fade = Fade((mix(tone, scene.palette.mist, 0.3), tone), scene.horizon, scene.bottom)
    canvas.panel(fade, top=scene.horizon, bottom=canvas.bottom)


def _wall_tone(scene: Scene) -> Colour:
    wall = mix(scene.land_at(0.75), scene.palette.accent, 0.10)
    # A wall gets its light through the window: by day it is lighter than the land.
    return shifted(wall, -0.02 if scene.is_dark else 0.10, 0.85)


def _back(canvas: Canvas, scene: Scene) -> None:
    _view(canvas, scene)
    left, top, right, bottom = _frame(scene)
    wall = _wall_tone(scene)
    tones = (shifted(wall, 0.02), wall, mix(wall, scene.palette.ink, 0.35))
    fade = Fade(tones, scene.top, scene.bottom + 0.1)
    # Four panels round the opening: what lies behind it is painted already.
    canvas.panel(fade, top=-FAR, bottom=FAR, right=left)
    canvas.panel(fade, top=-FAR, bottom=FAR, left=right)
    canvas.panel(fade, top=-FAR, bottom=top, left=left, right=right)
    canvas.panel(fade, top=bottom, bottom=FAR, left=left, right=right)
    _light(canvas, scene, (left, top, right, bottom))
    _wood(canvas, scene, (left, top, right, bottom))
    _curtains(canvas, scene, (left, top, right, bottom))
    _table(canvas, scene)


def _light(canvas: Canvas, scene: Scene, opening: tuple[float, float, float, float]) -> None:
    """Let the window's light lie on the wall beside it."""
    left, top, right, bottom = opening
    for x, away in ((left, -1.0), (right, 1.0)):
        shape = canvas.shape([box_of(min(x, x + away * 0.3), 0.3, top - 0.2, bottom + 0.3)])
        canvas.grainy(shape, scene.lit(_wall_tone(scene), 0.5), (x, 0), (x + away * 0.3, 0), 0.35)


def _wood(canvas: Canvas, scene: Scene, opening: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = opening
    wood = mix(scene.palette.land[0], (250, 240, 222), 0.45)
    if scene.is_dark:
        wood = mix(wood, scene.land_at(0.6), 0.62)
    thick, bar = 0.026, 0.014
    middle = left + (right - left) * 0.5
    cross = top + (bottom - top) * 0.36
    frame = [
        box_of(left - thick, thick, top - thick, bottom),
        box_of(right, thick, top - thick, bottom),
        box_of(left - thick, right - left + 2 * thick, top - thick, top),
        box_of(middle - bar / 2, bar, top, bottom),
        box_of(left, right - left, cross - bar / 2, cross + bar / 2),
    ]
    shape = canvas.fill(frame, wood)
    shadows = [
        box_of(left, 0.012, top, bottom),
        box_of(left, right - left, top, top + 0.012),
        box_of(middle + bar / 2, 0.005, top, bottom),
        box_of(left, right - left, cross + bar / 2, cross + bar / 2 + 0.005),
    ]
    canvas.boxes(shadows, scene.palette.ink, 0.28)
    canvas.rim(shape, scene.lit(wood, 0.6), scene.side(0.0) * 0.003, 0.7)


def _curtains(canvas: Canvas, scene: Scene, opening: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = opening
    tone = mix(scene.palette.accent, scene.land_at(0.55), 0.5)
    numbers = scene.chance.values("curtain", 6)
    rod = box_of(left - 0.16, right - left + 0.32, top - 0.062, top - 0.05)
    for side, x in ((-1.0, left), (1.0, right)):
        folds: list[Outline] = []
        dark: list[Outline] = []
        inner = 0.03 + 0.05 * numbers[0]
        count = 4
        for k in range(count):
            upper = x + side * 0.12 - side * (0.12 + inner) * k / count
            lower = x + side * 0.15 - side * (0.10 + inner * 0.2) * k / count
            wide = (0.15 + inner) / count * 1.15
            # Cloth hangs in a bow, narrow where it is gathered above.
            middle = (min(upper, lower) - side * 0.01, (top + bottom) / 2)
            way = bend((upper, top - 0.056), middle, (lower, bottom + 0.10), 8)
            folds.append(stroke(way, [wide]))
            dark.append(stroke([(px + side * wide * 0.28, py) for px, py in way], [wide * 0.3]))
        shape = canvas.fill(folds, tone)
        canvas.fill(dark, mix(tone, scene.palette.ink, 0.5), 0.5)
        canvas.rim(shape, scene.lit(tone, 0.5), -side * 0.004, 0.6)
    canvas.boxes([rod], mix(scene.palette.ink, tone, 0.3))


def _table(canvas: Canvas, scene: Scene) -> None:
    """Paint the sill as a deep board with light on its top."""
    y = _sill(scene)
    wood = mix(scene.palette.land[1], (176, 120, 78), 0.5 if scene.manner != "noir" else 0.0)
    if scene.is_dark:
        wood = mix(wood, scene.land_at(0.8), 0.5)
    # Less in a wide picture, whose lower part is low.
    deep = min(0.11, scene.half[1] * 0.22)
    edge, below = y + deep, y + deep + 0.05
    wall = mix(_wall_tone(scene), scene.palette.ink, 0.45)
    top = Fade((scene.lit(wood, 0.42), scene.lit(wood, 0.12)), y, edge)
    side = Fade((wood, mix(wood, scene.palette.ink, 0.4)), edge, below)
    shade = Fade((mix(wall, scene.palette.ink, 0.3), wall), edge, y + deep + 0.2)
    canvas.panel(top, top=y, bottom=edge)
    canvas.panel(side, top=edge, bottom=below)
    canvas.panel(shade, top=below, bottom=canvas.bottom)
    numbers = scene.chance.values("wood", 8)
    veins = [
        lens(6 * (numbers[k] - 0.5), y + 0.012 + deep * 0.85 * k / 8, 0.45, 0.0012)
        for k in range(8)
    ]
    canvas.fill(veins, mix(wood, scene.palette.ink, 0.3), 0.35)


def _floor(scene: Scene) -> Line:
    return level(_sill(scene) + min(0.06, scene.half[1] * 0.12))


ROOM = Land(_back, nothing, _floor)
