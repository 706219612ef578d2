"""Under water: light from above, rocks, weed and coral."""

from math import sin

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import colour, mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, bend, ellipse, stroke
from mj_notebook.server.backends.painter.lands.land import Land
from mj_notebook.server.backends.painter.lands.ridges import line_points
from mj_notebook.server.backends.painter.scene import Scene

CORALS = ("e8705a", "f0a05a", "d85a8a", "f2c46a", "9a6ac0")


def _back(canvas: Canvas, scene: Scene) -> None:
    palette = scene.palette
    # Water has no edges: a sixteenth of the pixels shows the same.
    soft = canvas.smaller(4)
    soft.panel(
        Fade(palette.sky, scene.top - 0.1, scene.bottom + 0.1), top=soft.top, bottom=soft.bottom
    )
    soft.glow(scene.sun.x, scene.top - 0.05, 0.9, palette.glow, 0.75)
    canvas.lay(soft)
    _rays(canvas, scene)
    for layer in range(3):
        _rocks(canvas, scene, layer)


def _rays(canvas: Canvas, scene: Scene) -> None:
    numbers = scene.chance.values("rays", 21)
    rays: list[Outline] = []
    for i in range(7):
        # Fanned out from where the sun would stand, as light that falls through waves.
        x = scene.sun.x + (numbers[i * 3] - 0.5) * 1.1
        lean = (x - scene.sun.x) * 1.1 + 0.12 * (numbers[i * 3 + 1] - 0.5)
        wide = 0.015 + 0.05 * numbers[i * 3 + 2]
        y0, y1 = scene.top - 1.0, scene.top + (scene.bottom - scene.top) * 0.9
        rays.append(
            [
                (x - lean - wide * 0.2, y0),
                (x - lean + wide * 0.2, y0),
                (x + lean + wide * 1.6, y1),
                (x + lean - wide * 1.6, y1),
            ]
        )
    shape = canvas.shape(rays)
    canvas.grainy(
        shape,
        scene.palette.glow,
        (scene.sun.x, scene.top - 0.25),
        (scene.sun.x, scene.bottom - 0.1),
        0.36,
    )


def _rock_line(scene: Scene, layer: int) -> Line:
    base = scene.bottom - (0.30, 0.2, 0.09)[min(layer, 2)] + 0.12 * max(0, layer - 2)
    spacing = (0.3, 0.42, 0.6)[min(layer, 2)]
    broad = scene.chance.line(("rock", layer), spacing, base)
    fine = scene.chance.line(("rock fine", layer), 0.07, base)
    return lambda x: base - (0.12 - 0.03 * min(layer, 2)) * broad(x) - 0.014 * fine(x)


def _rocks(canvas: Canvas, scene: Scene, layer: int) -> None:
    line = _rock_line(scene, layer)
    tone = scene.land_at(0.15 + 0.35 * layer)
    tones = (tone, mix(tone, scene.palette.ink, 0.2 + 0.12 * layer))
    canvas.ground(line_points(canvas, line, 0.012), tones, scene.bottom + 0.1)
    _weed(canvas, scene, line, layer)
    # On the farthest layer corals would be dots.
    if layer:
        _corals(canvas, scene, line, layer)


def _weed(canvas: Canvas, scene: Scene, line: Line, layer: int) -> None:
    """Let weed sway in one slow current."""
    blades: list[Outline] = []
    step = 0.05
    for x in along(canvas.left - 0.1, canvas.right + 0.1, step):
        numbers = scene.chance.at(x, scene.bottom).values(("weed", layer, round(x / step)), 5)
        # Weed grows in patches: what would be a hedge has gaps.
        patch = scene.chance.value(("weed patch", layer, int(x / 0.3)))
        if numbers[0] > 0.75 * patch:
            continue
        tall = (0.08 + 0.22 * numbers[1]) * (0.6 + 0.25 * layer)
        foot = (x + numbers[2] * step, line(x) + 0.02)
        way = [
            (
                foot[0]
                + 0.022 * sin(k * 0.9 + numbers[3] * 6) * k / 5
                + 0.01 * k * (numbers[4] - 0.3),
                foot[1] - tall * k / 8,
            )
            for k in range(9)
        ]
        wide = 0.006 + 0.005 * layer
        blades.append(
            stroke(way, [wide * w for w in (0.6, 0.9, 1.1, 1.2, 1.1, 1.0, 0.8, 0.5, 0.1)])
        )
    canvas.fill(blades, mix(scene.land_at(0.3 + 0.35 * layer), scene.palette.ink, 0.1 * layer))


def _corals(canvas: Canvas, scene: Scene, line: Line, layer: int) -> None:
    for x in along(canvas.left - 0.2, canvas.right + 0.2, 0.17):
        numbers = scene.chance.at(x, scene.bottom).values(("coral", layer, round(x / 0.17)), 16)
        if numbers[0] > 0.62:
            continue
        own = colour(CORALS[int(numbers[1] * len(CORALS))])
        # Water takes colours away, the more the farther.
        tone = mix(own, scene.land_at(0.5), 0.62 - 0.22 * layer if scene.manner != "noir" else 0.95)
        place = x + numbers[2] * 0.17
        size = (0.05 + 0.06 * numbers[3]) * (0.7 + 0.3 * layer)
        foot = line(place) + 0.015
        if numbers[4] < 0.5:
            canvas.fill(_branches(place, foot, size, numbers[5:]), tone)
            continue
        heads = [
            ellipse(
                place + (numbers[6 + k] - 0.5) * size,
                foot - size * 0.2,
                size * 0.4,
                size * 0.36,
                18,
            )
            for k in range(3)
        ]
        shape = canvas.fill(heads, tone)
        canvas.grainy(
            shape,
            mix(tone, scene.palette.ink, 0.4),
            (place, foot + size * 0.2),
            (place, foot - size * 0.4),
            0.8,
        )


def _branches(x: float, y: float, size: float, numbers: list[float]) -> list[Outline]:
    result: list[Outline] = []
    for k in range(6):
        lean = (k / 5 - 0.5) * 1.5
        tip = (x + size * lean, y - size * (1.5 - abs(lean) * 0.7 + 0.3 * numbers[k]))
        way = bend((x, y), (x + size * lean * 0.2, y - size * 0.7), tip, 6)
        widths = (0.16, 0.14, 0.12, 0.12, 0.11, 0.11, 0.1)
        result.append(stroke(way, [size * width for width in widths]))
        result.append(ellipse(*tip, size * 0.07, size * 0.07, 10))
    return result


def _front(canvas: Canvas, scene: Scene) -> None:
    bubbles: list[Outline] = []
    shines: list[Outline] = []
    for x in along(canvas.left, canvas.right, 0.2):
        for y in along(canvas.top, canvas.bottom, 0.25):
            numbers = scene.chance.at(x, y).values(("bubble", round(x * 10), round(y * 8)), 4)
            if numbers[0] > 0.5:
                continue
            # Squared: many small bubbles, few large ones.
            radius = 0.003 + 0.010 * numbers[1] ** 2
            place = (x + numbers[2] * 0.2, y + numbers[3] * 0.25)
            bubbles.append(ellipse(*place, radius, radius, 18))
            shines.append(
                ellipse(
                    place[0] - radius * 0.3,
                    place[1] - radius * 0.3,
                    radius * 0.35,
                    radius * 0.3,
                    10,
                )
            )
    canvas.fill(bubbles, mix(scene.palette.sky[0], (255, 255, 255), 0.4), 0.4)
    canvas.fill(shines, (255, 255, 255), 0.8)


def _floor(scene: Scene) -> Line:
    return _rock_line(scene, 1)


DEEP = Land(_back, _front, _floor, has_sky=False)
