"""What grows on the land: trees along a ridge, grass before the viewer."""

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, bend, ellipse, stroke
from mj_notebook.server.backends.painter.scene import Scene

TUFT, BLADES = 0.144, 12
"""How wide a tuft of grass is, and how many blades it has."""


def conifer(x: float, y: float, height: float, numbers: list[float]) -> Outline:
    """Return a spruce standing at (*x*, *y*): tiers of hanging boughs."""
    tiers = 7
    left: Outline = []
    right: Outline = []
    for tier in range(tiers):
        t = (tier + 1) / tiers
        wide = height * (0.05 + 0.19 * t) * (0.8 + 0.4 * numbers[tier % len(numbers)])
        drop = y - height * (1 - t * 0.93)
        left += [(x - wide, drop + height * 0.035), (x - wide * 0.42, drop - height * 0.012)]
        right += [(x + wide, drop + height * 0.03), (x + wide * 0.42, drop - height * 0.015)]
    trunk = height * 0.022
    foot = [
        (x - trunk, y - height * 0.06),
        (x - trunk, y),
        (x + trunk, y),
        (x + trunk, y - height * 0.06),
    ]
    return [(x, y - height), *left, *foot, *right[::-1]]


def leafy(x: float, y: float, height: float, numbers: list[float]) -> list[Outline]:
    """Return a round tree standing at (*x*, *y*): a trunk and a few heads of leaves."""
    trunk = [
        (x - height * 0.03, y),
        (x - height * 0.015, y - height * 0.5),
        (x + height * 0.02, y - height * 0.5),
        (x + height * 0.035, y),
    ]
    heads = [
        ellipse(
            x + (numbers[i] - 0.5) * height * 0.42,
            y - height * (0.5 + 0.32 * numbers[i + 1]),
            height * (0.17 + 0.1 * numbers[i + 2]),
            height * (0.15 + 0.08 * numbers[i]),
            18,
        )
        for i in range(4)
    ]
    return [trunk, ellipse(x, y - height * 0.64, height * 0.26, height * 0.24, 20), *heads]


def palm(x: float, y: float, height: float, numbers: list[float]) -> list[Outline]:
    """Return a palm: a leaning trunk and drooping leaves."""
    lean = height * (numbers[2] - 0.5) * 0.8
    top = (x + lean, y - height)
    trunk = stroke(
        bend((x, y), (x + lean * 0.1, y - height * 0.6), top), [height * 0.05, height * 0.025]
    )
    leaves = [trunk, ellipse(top[0], top[1], height * 0.03, height * 0.03, 10)]
    for across, down in (
        (-0.46, 0.22),
        (-0.4, -0.02),
        (-0.2, -0.2),
        (0.14, -0.22),
        (0.38, -0.06),
        (0.46, 0.18),
        (0.24, 0.34),
        (-0.26, 0.34),
    ):
        tip = (top[0] + across * height, top[1] + down * height)
        middle = (top[0] + across * height * 0.6, top[1] + min(down, 0) * height - height * 0.14)
        widths = [0.01, 0.05, 0.06, 0.05, 0.03, 0.004]
        leaves.append(stroke(bend(top, middle, tip, 5), [w * height for w in widths]))
    return leaves


def rows_of_trees(
    canvas: Canvas, scene: Scene, line: Line, depth: float, *, name: object, amount: float
) -> None:
    """Set groups of trees along a ridge, smaller the farther it is."""
    if scene.is_sparse:
        return
    size = 0.012 + 0.085 * depth**1.6
    step = size * 0.55
    outlines: list[Outline] = []
    pointed = scene.chance.value("pointed trees") < 0.6 or "snow" in scene.weather
    for x in along(canvas.left - size, canvas.right + size, step):
        chance = scene.chance.at(x, line(x))
        # Neighbouring trees share a cell, so that they stand in groups with clearings between.
        grove = chance.value(("grove", name, int(x / (step * 9))))
        numbers = chance.values(("tree", name, round(x / step)), 8)
        if grove > amount or numbers[0] > 0.75:
            continue
        place = x + (numbers[1] - 0.5) * step
        height = size * (0.55 + 0.75 * numbers[2]) * (1.25 - grove * 0.5)
        foot = line(place) + size * 0.06
        if any(abs(hero.x - place) < hero.size * 0.55 for hero in scene.heroes) and depth > 0.6:
            continue
        if pointed:
            outlines.append(conifer(place, foot, height * 1.25, numbers[3:]))
        else:
            outlines.extend(leafy(place, foot, height * 0.9, numbers))
    tone = mix(scene.land_at(min(1.0, depth + 0.2)), scene.palette.ink, 0.15 * depth)
    shape = canvas.fill(outlines, tone)
    if shape is not None and outlines:
        top = min(y for points in outlines for _, y in points)
        side = scene.side(0.0)
        canvas.grainy(
            shape, scene.lit(tone, 0.4), (-side * 2.4, top - 0.1), (side * 1.2, top + 0.1), 0.3
        )


def _blade(x: float, y: float, tall: float, lean: float) -> Outline:
    way = bend((x, y), (x + lean * 0.15, y - tall * 0.65), (x + lean, y - tall), 5)
    return stroke(way, (0.0055, 0.005, 0.004, 0.003, 0.002, 0.0008))


def grasses(canvas: Canvas, scene: Scene, line: Line, name: object) -> None:
    """Let grass stand up before the viewer, leaning with one wind."""
    if scene.is_sparse:
        return
    blades: list[Outline] = []
    lights: list[Outline] = []
    wind = scene.chance.between("wind", -0.6, 0.6)
    # From afar fewer and thicker blades look the same.
    count = next(
        (count for unit, count in ((450, BLADES), (220, BLADES // 2)) if canvas.unit > unit), 3
    )
    for x in along(canvas.left, canvas.right, TUFT):
        chance = scene.chance.at(x, 0.45)
        numbers = chance.values(("blades", name, round(x / TUFT)), BLADES * 4 + 1)
        for i in range(count):
            place, rise, lean, kind = numbers[i * 4 : i * 4 + 4]
            tall = (0.02 + 0.085 * rise**2) * (0.35 + 1.1 * numbers[-1])
            foot = x + (i + place) / count * TUFT
            blade = _blade(foot, line(foot) + 0.015, tall, (wind + (lean - 0.5) * 0.9) * tall)
            (lights if kind > 0.86 else blades).append(blade)
    tone = mix(scene.land_at(1.0), scene.palette.ink, 0.55)
    canvas.fill(lights, scene.lit(scene.land_at(0.8), 0.25))
    canvas.fill(blades, tone)
