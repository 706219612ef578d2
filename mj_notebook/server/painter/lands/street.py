"""A street: a row of narrow gabled houses seen from the other side."""

from ..canvas import Canvas, Fade
from ..colour import Colour, mix
from ..curves import Line, Outline, along
from ..scene import Scene
from .land import Land
from .skyline import _box

FRONTS = ("c8694a", "d9a65a", "5f8a8b", "a9503f", "e2c99a", "4f6b86", "8a5a6a", "7d9a78")


def _kerb(scene: Scene) -> float:
    return scene.bottom - 0.17


def _house(
    x: float, width: float, foot: float, height: float, numbers: list[float]
) -> tuple[list[Outline], list[Outline]]:
    """Return the walls and the gable trim of one house; the gable is drawn by chance."""
    top, middle, kind = foot - height, x + width / 2, int(numbers[0] * 4)
    rise = width * 0.62
    if kind == 0:
        gable = [(x, top), (middle, top - rise), (x + width, top)]
    elif kind == 1:
        steps = [(0.0, 0.0), (0.0, 0.22), (0.14, 0.22), (0.14, 0.44), (0.28, 0.44), (0.28, 0.66), (0.4, 0.66), (0.4, 0.84)]
        left = [(x + a * width, top - b * rise * 1.2) for a, b in steps]
        gable = left + [(2 * middle - px, py) for px, py in reversed(left)]
    elif kind == 2:
        left = [(x, top), (x + width * 0.05, top - rise * 0.2), (x + width * 0.2, top - rise * 0.3), (x + width * 0.28, top - rise * 0.62), (x + width * 0.4, top - rise * 0.9), (middle, top - rise)]
        gable = left + [(2 * middle - px, py) for px, py in reversed(left)]
    else:
        gable = [(x, top), (x, top - rise * 0.2), (x + width, top - rise * 0.2), (x + width, top)]
    wall = [(x, foot), *gable, (x + width, foot)]
    return [wall], [gable]


def _openings(
    x: float, width: float, foot: float, height: float, numbers: list[float]
) -> tuple[list[Outline], list[Outline], list[Outline]]:
    """Return windows, those that are lit, and doors."""
    panes: list[Outline] = []
    lit: list[Outline] = []
    columns = 2 if width < 0.19 else 3
    floors = max(1, int((height - 0.12) / 0.085))
    across = width / columns
    for floor in range(floors):
        for column in range(columns):
            left = x + across * (column + 0.28)
            upper = foot - 0.2 - floor * 0.085
            pane = _box(left, across * 0.44, upper, upper + 0.052)
            (lit if numbers[(floor * columns + column) % len(numbers)] < 0.4 else panes).append(pane)
    door = int(numbers[3] * columns)
    left = x + across * (door + 0.24)
    doors = [_box(left, across * 0.52, foot - 0.105, foot)]
    for column in range(columns):
        if column != door:
            lit.append(_box(x + across * (column + 0.16), across * 0.68, foot - 0.095, foot - 0.025))
    return panes, lit, doors


def _row(canvas: Canvas, scene: Scene, foot: float, scale: float, depth: float) -> None:
    width0 = 0.2 * scale
    awnings: list[Outline] = []
    sides: list[Outline] = []
    panes: list[Outline] = []
    lit: list[Outline] = []
    doors: list[Outline] = []
    for x in along(canvas.left - width0 * 2, canvas.right + width0, width0):
        chance = scene.chance.at(x, foot)
        numbers = chance.values(("house", depth, round(x / width0)), 26)
        room = min(0.62, (foot - scene.top) * 0.62)
        height = room * (0.62 + 0.38 * numbers[1]) * scale
        tone = _front_tone(scene, numbers[2], depth)
        walls, gables = _house(x, width0 + 0.001, foot, height, numbers)
        top = foot - height
        canvas.fill(walls, Fade((scene.lit(tone, 0.1), tone, mix(tone, scene.palette.ink, 0.2)), top - 0.1, foot))
        canvas.fill([_thick(gables[0])], mix(tone, scene.palette.ink, 0.5))
        sides.append(_box(x + (width0 - 0.012 if scene.side(0) < 0 else 0), 0.012, top, foot))
        if depth > 0.5:
            parts = _openings(x, width0, foot, height, numbers[4:])
            panes, lit, doors = panes + parts[0], lit + parts[1], doors + parts[2]
            if numbers[5] < 0.4:
                awnings.append([(x + 0.012, foot - 0.125), (x + width0 - 0.012, foot - 0.125), (x + width0 - 0.004, foot - 0.095), (x + 0.004, foot - 0.095)])
        else:
            lit += _openings(x, width0, foot, height, numbers[4:])[1][: 4 if scene.is_dark else 0]
    _trim(canvas, scene, sides, panes, lit, doors, awnings)


def _trim(
    canvas: Canvas,
    scene: Scene,
    sides: list[Outline],
    panes: list[Outline],
    lit: list[Outline],
    doors: list[Outline],
    awnings: list[Outline],
) -> None:
    ink = scene.palette.ink
    glowing = scene.is_dark or scene.hour in ("dusk", "sunset")
    lamp = mix((255, 212, 128), scene.palette.sun, 0.3) if glowing else mix(scene.palette.sky[1], ink, 0.35)
    canvas.boxes(sides, ink, 0.25)
    canvas.boxes(panes, mix(scene.palette.sky[0], ink, 0.55))
    canvas.boxes(lit, lamp)
    canvas.boxes(doors, mix(scene.palette.accent, ink, 0.55))
    bars = [_box(min(x for x, _ in pane) + 0.48 * _wide(pane), 0.04 * _wide(pane), pane[0][1], pane[2][1]) for pane in panes + lit]
    canvas.boxes(bars, mix(scene.palette.land[0], scene.palette.sky[3], 0.4), 0.8)
    canvas.fill(awnings, mix(scene.palette.accent, scene.palette.land[1], 0.25))


def _wide(pane: Outline) -> float:
    return pane[1][0] - pane[0][0]


def _thick(line: Outline) -> Outline:
    return line + [(x, y + 0.012) for x, y in reversed(line)]


def _front_tone(scene: Scene, number: float, depth: float) -> Colour:
    own = FRONTS[int(number * len(FRONTS))]
    tone = (int(own[:2], 16), int(own[2:4], 16), int(own[4:], 16))
    ambient = {"day": 0.25, "dawn": 0.4, "sunset": 0.42, "dusk": 0.6, "night": 0.72}[scene.hour]
    if scene.manner in ("noir", "neon"):
        ambient = 0.95
    return mix(tone, scene.land_at(depth), min(1.0, ambient + (0.55 if depth < 0.5 else 0.0)))


def _back(canvas: Canvas, scene: Scene) -> None:
    foot = _kerb(scene)
    _row(canvas, scene, foot - 0.06, 1.25, 0.25)
    canvas.veil(foot - 0.55, foot - 0.1, foot, mix(scene.palette.mist, scene.palette.glow, 0.5), 0.4)
    _row(canvas, scene, foot, 1.0, 0.9)
    tone = mix(scene.land_at(0.9), scene.palette.ink, 0.3)
    line = [(canvas.left - 1, foot), (canvas.right + 1, foot)]
    canvas.fill_below(line, canvas.bottom, Fade((scene.lit(tone, 0.25), tone, scene.palette.ink), foot, scene.bottom + 0.15))
    _cobbles(canvas, scene, foot)


def _cobbles(canvas: Canvas, scene: Scene, foot: float) -> None:
    light: list[Outline] = [_box(canvas.left - 1, canvas.right - canvas.left + 2, foot, foot + 0.008)]
    y, thick = foot + 0.03, 0.006
    row = 0
    while y < canvas.bottom and row < 60:
        step = thick * 9
        for x in along(canvas.left, canvas.right, step):
            number = scene.chance.at(x, y).value(("cobble", row, round(x / step)))
            if number < 0.5:
                light.append(_box(x + (row % 2) * step / 2 + number * step * 0.3, step * (0.4 + number), y, y + thick * 0.5))
        y += thick * 2.2
        thick *= 1.12 if thick < 0.02 else 1.0
        row += 1
    canvas.boxes(light, scene.lit(scene.land_at(0.8), 0.4), 0.32)


def _floor(scene: Scene) -> Line:
    y = _kerb(scene) + 0.075
    return lambda x: y


STREET = Land(_back, lambda canvas, scene: None, _floor)
