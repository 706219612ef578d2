"""The city: towers behind towers, lit windows, and a roof to stand on."""

from dataclasses import dataclass, field

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, box_of, ellipse, level
from mj_notebook.server.backends.painter.lands.land import Land, nothing
from mj_notebook.server.backends.painter.scene import Scene

LAYERS = (
    # height, width of a tower, depth in the air
    (0.52, 0.095, 0.10),
    (0.42, 0.105, 0.34),
    (0.30, 0.120, 0.62),
    (0.20, 0.150, 0.88),
)


PANE, FLOOR, MOST_FLOORS = 0.017, 0.019, 26


def tower(x: float, width: float, top: float, foot: float, numbers: list[float]) -> list[Outline]:
    """Return one tower: its body, and a roof drawn by chance."""
    middle = x + width / 2
    outlines = [box_of(x, width, top, foot)]
    kind = int(numbers[0] * 7)
    if kind == 0:
        outlines.append(
            [(x, top + 0.001), (x + width * 0.9, top - width * 0.5), (x + width, top + 0.001)]
        )
    elif kind == 1:
        for step in (0.72, 0.44, 0.2):
            tall = width * (1 - step) * 0.8
            outlines.append(
                box_of(middle - width * step / 2, width * step, top - tall, top + 0.001)
            )
        outlines.append(box_of(middle - width * 0.02, width * 0.04, top - width * 1.3, top))
    elif kind == 2:
        outlines.append([(x, top + 0.001), (middle, top - width * 0.7), (x + width, top + 0.001)])
        outlines.append(box_of(middle - width * 0.018, width * 0.036, top - width * 1.2, top))
    elif kind == 3:
        outlines.append(box_of(x + width * 0.18, width * 0.2, top - width * 0.16, top + 0.001))
        outlines.append(box_of(x + width * 0.7, width * 0.03, top - width * 0.55, top))
    elif kind == 4:
        outlines.append(ellipse(middle, top, width * 0.5, width * 0.42, 24))
        outlines.append(box_of(middle - width * 0.02, width * 0.04, top - width * 0.85, top))
    elif kind == 5:
        outlines.append(box_of(x + width * 0.1, width * 0.8, top - width * 0.1, top + 0.001))
        outlines.append(box_of(x + width * 0.22, width * 0.56, top - width * 0.22, top + 0.001))
    return outlines


@dataclass(frozen=True)
class TowerRow:
    """One row of towers: what is painted together."""

    depth: float
    foot: float
    height: float
    bodies: list[Outline] = field(default_factory=list)
    sides: list[Outline] = field(default_factory=list)
    lit: list[Outline] = field(default_factory=list)
    unlit: list[Outline] = field(default_factory=list)

    def add_windows(self, x: float, width: float, top: float, numbers: list[float]) -> None:
        """Give a tower its windows, a part of them lit."""
        columns = max(2, round(width / PANE))
        rows = max(1, min(MOST_FLOORS, int((self.foot - top) / FLOOR)))
        across = width / (columns + 0.6)
        share = 0.16 + 0.34 * numbers[-1]
        for row in range(rows):
            upper = top + 0.012 + row * FLOOR
            for column in range(columns):
                pane = box_of(x + across * (0.45 + column), across * 0.6, upper, upper + FLOOR / 2)
                is_lit = numbers[(row * columns + column) % len(numbers)] < share
                (self.lit if is_lit else self.unlit).append(pane)


def paint_skyline(
    canvas: Canvas, scene: Scene, layer: int, foot: float, scale: float = 1.0
) -> None:
    """Paint one row of towers standing at the height *foot*."""
    tall, wide, depth = LAYERS[layer]
    high = min(1.0, (scene.horizon - scene.top) / 0.62) * tall * scale
    wide *= 0.55 + 0.45 * scale
    row = TowerRow(depth, foot, high)
    for x in along(canvas.left - wide * 2, canvas.right + wide * 2, wide):
        chance = scene.chance.at(x, foot)
        name = (layer, round(x / wide))
        numbers = chance.values(("tower", name), 6)
        hill = chance.value(("district", layer, round(x / (wide * 5))))
        width = wide * (0.74 + 0.24 * numbers[3])
        left = x + numbers[4] * (wide - width)
        top = foot - high * (0.35 + 0.45 * numbers[1] + 0.4 * hill * numbers[2])
        row.bodies.extend(tower(left, width, top, canvas.bottom + 0.1, numbers))
        shaded = left if scene.side(0.0) < 0 else left + width * 0.7
        row.sides.append(box_of(shaded, width * 0.3, top, canvas.bottom))
        if depth > 0.25:
            row.add_windows(left, width, top, chance.values(("windows", name), 211))
    _paint_row(canvas, scene, row)


def _paint_row(canvas: Canvas, scene: Scene, row: TowerRow) -> None:
    depth, tone = row.depth, scene.land_at(row.depth)
    haze = mix(tone, mix(scene.palette.mist, scene.palette.glow, 0.35), 0.7 * (1 - depth))
    canvas.fill(row.bodies, Fade((tone, tone, haze), row.foot - row.height, row.foot))
    canvas.boxes(row.sides, scene.shaded(tone, 0.5), 0.28 + 0.3 * depth)
    lamp = mix((255, 208, 120), scene.palette.sun, 0.3)
    if scene.manner == "neon":
        lamp = scene.palette.accent
    if scene.is_dark or scene.hour == "dusk":
        canvas.boxes(row.lit, mix(lamp, tone, 0.45 * (1 - depth)), 0.95)
        canvas.boxes(row.unlit, mix(tone, scene.palette.ink, 0.4), 0.4)
    else:
        canvas.boxes(row.lit, scene.lit(tone, 0.5), 0.55)
        canvas.boxes(row.unlit, scene.shaded(tone, 0.5), 0.4)


def _roof_height(scene: Scene) -> float:
    return scene.bottom - (scene.bottom - scene.horizon) * 0.34


def _back(canvas: Canvas, scene: Scene) -> None:
    depth = scene.bottom - scene.horizon
    for layer in range(4):
        foot = scene.horizon + depth * (0.02 + 0.2 * layer)
        paint_skyline(canvas, scene, layer, foot)
        if layer < 3:
            _haze(canvas, scene, foot, 0.5 - 0.12 * layer)
    if scene.standing:
        _rooftop(canvas, scene)


def _haze(canvas: Canvas, scene: Scene, foot: float, strength: float) -> None:
    """Let light hang in the streets between two rows."""
    tone = mix(scene.palette.mist, scene.palette.glow, 0.5)
    canvas.veil(foot - 0.18, foot + 0.02, foot + 0.22, tone, strength)


def _rooftop(canvas: Canvas, scene: Scene) -> None:
    """Paint the roof that heroes stand on: a parapet, a chimney, an aerial."""
    y = _roof_height(scene)
    tone = mix(scene.land_at(1.0), scene.palette.ink, 0.35)
    points = [(canvas.left - 1, y), (canvas.right + 1, y)]
    canvas.fill_below(points, canvas.bottom, Fade((tone, scene.palette.ink), y, scene.bottom + 0.1))
    ledge = box_of(canvas.left - 1, canvas.right - canvas.left + 2, y - 0.012, y + 0.012)
    canvas.fill([ledge], scene.lit(scene.land_at(0.85), 0.25))
    things: list[Outline] = []
    for x in along(canvas.left - 0.7, canvas.right + 0.7, 0.7):
        numbers = scene.chance.at(x, y).values(("roof", round(x / 0.7)), 4)
        place = x + numbers[0] * 0.4
        if any(abs(hero.x - place) < hero.size * 0.8 for hero in scene.heroes):
            continue
        tall = 0.07 + 0.08 * numbers[1]
        things += [
            box_of(place, 0.075, y - tall, y),
            box_of(place - 0.007, 0.089, y - tall - 0.014, y - tall),
        ]
        things += [
            box_of(place + 0.017, 0.015, y - tall - 0.034, y - tall),
            box_of(place + 0.044, 0.015, y - tall - 0.034, y - tall),
        ]
        things += [
            box_of(place + 0.2, 0.004, y - 0.2, y),
            box_of(place + 0.17, 0.064, y - 0.19, y - 0.186),
            box_of(place + 0.18, 0.044, y - 0.17, y - 0.166),
        ]
    canvas.boxes(_bricks(canvas, scene, y), scene.land_at(0.9), 0.22)
    shape = canvas.fill(things, tone)
    canvas.rim(shape, scene.lit(tone, 0.5), scene.side(0.0) * 0.005, 0.7)


def _bricks(canvas: Canvas, scene: Scene, y: float) -> list[Outline]:
    bricks: list[Outline] = []
    for x in along(canvas.left, canvas.right, 0.09):
        for row in range(6):
            if scene.chance.at(x, y).value(("brick", round(x / 0.09), row)) < 0.4:
                top = y + 0.04 + row * 0.045
                bricks.append(box_of(x + row % 2 * 0.045, 0.06, top, top + 0.02))
    return bricks


def _floor(scene: Scene) -> Line:
    y = _roof_height(scene) - 0.011
    return level(y)


CITY = Land(_back, nothing, _floor)
