"""A room: a window on the world, a curtain, and a sill that things stand on."""

from ..canvas import Canvas, Fade
from ..colour import Colour, mix, shifted
from ..curves import Line, Outline, bend, smooth, stroke
from ..scene import Scene
from .land import Land
from .far import paint_far
from .ridges import HILLS
from .skyline import _box


def _frame(scene: Scene) -> tuple[float, float, float, float]:
    """Return the opening of the window: left, top, right, bottom."""
    half, tall = scene.half
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
    line = [(canvas.left - 1, scene.horizon), (canvas.right + 1, scene.horizon)]
    canvas.fill_below(line, canvas.bottom, Fade((mix(tone, scene.palette.mist, 0.3), tone), scene.horizon, scene.bottom))


def _wall_tone(scene: Scene) -> Colour:
    wall = mix(scene.land_at(0.75), scene.palette.accent, 0.10)
    return shifted(wall, -0.02 if scene.is_dark else 0.10, 0.85)


def _back(canvas: Canvas, scene: Scene) -> None:
    _view(canvas, scene)
    left, top, right, bottom = _frame(scene)
    wall = _wall_tone(scene)
    far = 60.0
    walls = [
        _box(-far, far + left, -far, far),
        _box(right, far, -far, far),
        _box(left - 0.01, right - left + 0.02, -far, top),
        _box(left - 0.01, right - left + 0.02, bottom, far),
    ]
    for part in walls:
        canvas.fill([part], Fade((shifted(wall, 0.02), wall, mix(wall, scene.palette.ink, 0.35)), scene.top, scene.bottom + 0.1))
    _light(canvas, scene, (left, top, right, bottom))
    _wood(canvas, scene, (left, top, right, bottom))
    _curtains(canvas, scene, (left, top, right, bottom))
    _table(canvas, scene)


def _light(
    canvas: Canvas, scene: Scene, opening: tuple[float, float, float, float]
) -> None:
    """Let the window's light lie on the wall beside it."""
    left, top, right, bottom = opening
    for x, away in ((left, -1.0), (right, 1.0)):
        shape = canvas.shape([_box(min(x, x + away * 0.3), 0.3, top - 0.2, bottom + 0.3)])
        if shape is not None:
            canvas.grainy(shape, scene.lit(_wall_tone(scene), 0.5), (x, 0), (x + away * 0.3, 0), 0.35)


def _wood(
    canvas: Canvas, scene: Scene, opening: tuple[float, float, float, float]
) -> None:
    left, top, right, bottom = opening
    wood = mix(scene.palette.land[0], (250, 240, 222), 0.45)
    if scene.is_dark:
        wood = mix(wood, scene.land_at(0.6), 0.62)
    thick, bar = 0.026, 0.014
    middle = left + (right - left) * 0.5
    cross = top + (bottom - top) * 0.36
    frame = [
        _box(left - thick, thick, top - thick, bottom),
        _box(right, thick, top - thick, bottom),
        _box(left - thick, right - left + 2 * thick, top - thick, top),
        _box(middle - bar / 2, bar, top, bottom),
        _box(left, right - left, cross - bar / 2, cross + bar / 2),
    ]
    shape = canvas.fill(frame, wood)
    shadows = [
        _box(left, 0.012, top, bottom),
        _box(left, right - left, top, top + 0.012),
        _box(middle + bar / 2, 0.005, top, bottom),
        _box(left, right - left, cross + bar / 2, cross + bar / 2 + 0.005),
    ]
    canvas.fill(shadows, scene.palette.ink, 0.28)
    if shape is not None:
        canvas.rim(shape, scene.lit(wood, 0.6), scene.side(0.0) * 0.003, 0.7)


def _curtains(
    canvas: Canvas, scene: Scene, opening: tuple[float, float, float, float]
) -> None:
    left, top, right, bottom = opening
    tone = mix(scene.palette.accent, scene.land_at(0.55), 0.5)
    numbers = scene.chance.values("curtain", 6)
    rod = _box(left - 0.16, right - left + 0.32, top - 0.062, top - 0.05)
    for side, x in ((-1.0, left), (1.0, right)):
        folds: list[Outline] = []
        dark: list[Outline] = []
        inner = 0.03 + 0.05 * numbers[0]
        count = 4
        for k in range(count):
            upper = x + side * 0.12 - side * (0.12 + inner) * k / count
            lower = x + side * 0.15 - side * (0.10 + inner * 0.2) * k / count
            wide = (0.15 + inner) / count * 1.15
            middle = (min(upper, lower) - side * 0.01, (top + bottom) / 2)
            way = bend((upper, top - 0.056), middle, (lower, bottom + 0.10), 8)
            folds.append(stroke(way, [wide]))
            dark.append(stroke([(px + side * wide * 0.28, py) for px, py in way], [wide * 0.3]))
        shape = canvas.fill(folds, tone)
        canvas.fill(dark, mix(tone, scene.palette.ink, 0.5), 0.5)
        if shape is not None:
            canvas.rim(shape, scene.lit(tone, 0.5), -side * 0.004, 0.6)
    canvas.fill([rod], mix(scene.palette.ink, tone, 0.3))


def _table(canvas: Canvas, scene: Scene) -> None:
    """Paint the sill as a deep board with light on its top."""
    y = _sill(scene)
    wood = mix(scene.palette.land[1], (176, 120, 78), 0.5 if scene.manner != "noir" else 0.0)
    if scene.is_dark:
        wood = mix(wood, scene.land_at(0.8), 0.5)
    deep = min(0.11, scene.half[1] * 0.22)
    top = [(canvas.left - 1, y), (canvas.right + 1, y)]
    canvas.fill_below(top, y + deep, Fade((scene.lit(wood, 0.42), scene.lit(wood, 0.12)), y, y + deep))
    edge = [(canvas.left - 1, y + deep), (canvas.right + 1, y + deep)]
    canvas.fill_below(edge, y + deep + 0.05, Fade((wood, mix(wood, scene.palette.ink, 0.4)), y + deep, y + deep + 0.05))
    below = [(canvas.left - 1, y + deep + 0.05), (canvas.right + 1, y + deep + 0.05)]
    wall = mix(_wall_tone(scene), scene.palette.ink, 0.45)
    canvas.fill_below(below, canvas.bottom, Fade((mix(wall, scene.palette.ink, 0.3), wall), y + deep, y + deep + 0.2))
    numbers = scene.chance.values("wood", 24)
    veins = [
        smooth([(-3 + 6 * numbers[k], y + 0.012 + deep * 0.85 * k / 8), (-3 + 6 * numbers[k] + 0.8, y + 0.014 + deep * 0.85 * k / 8), (-3 + 6 * numbers[k] + 0.4, y + 0.016 + deep * 0.85 * k / 8)], [True, True, False], 4)
        for k in range(8)
    ]
    canvas.fill(veins, mix(wood, scene.palette.ink, 0.3), 0.35)


def _floor(scene: Scene) -> Line:
    y = _sill(scene) + min(0.06, scene.half[1] * 0.12)
    return lambda x: y


ROOM = Land(_back, lambda canvas, scene: None, _floor)
