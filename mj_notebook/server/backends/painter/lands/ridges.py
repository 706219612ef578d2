"""Land in layers: hills, mountains and meadows, paler the farther they are."""

from dataclasses import dataclass
from math import exp

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, level
from mj_notebook.server.backends.painter.lands.land import Land
from mj_notebook.server.backends.painter.lands.plants import grasses, rows_of_trees
from mj_notebook.server.backends.painter.scene import Scene

LAYERS = 6
STAND = 4
"""The layer heroes stand on; the ones after it lie before them."""

GRASSY = STAND + 3
"""The nearest layer with grass on it: what a camera finds still nearer is only ground."""


@dataclass(frozen=True)
class Relief:
    """The character of a land: how its layers rise."""

    name: str
    height: tuple[float, ...]
    """How far each layer's line swings up and down, from the farthest on."""

    spacing: tuple[float, ...]
    """How wide each layer's bumps are."""

    is_sharp: tuple[bool, ...]
    """Whether a layer has peaks and ridges instead of round backs."""


HILL_RELIEF = Relief(
    "hills",
    (0.10, 0.075, 0.06, 0.055, 0.05, 0.045, 0.05, 0.05),
    (0.55, 0.62, 0.7, 0.85, 1.0, 1.1, 1.2, 1.3),
    (True, False, False, False, False, False, False, False),
)
PEAK_RELIEF = Relief(
    "mountains",
    (0.30, 0.26, 0.16, 0.09, 0.06, 0.05, 0.06, 0.06),
    (0.42, 0.5, 0.45, 0.5, 0.9, 1.1, 1.2, 1.3),
    (True, True, True, True, False, False, False, False),
)
FLAT_RELIEF = Relief(
    "meadow",
    (0.07, 0.04, 0.028, 0.022, 0.02, 0.018, 0.02, 0.02),
    (0.5, 0.6, 0.8, 1.0, 1.2, 1.4, 1.4, 1.4),
    (True, False, False, False, False, False, False, False),
)


def layer_base(scene: Scene, layer: int) -> float:
    """Return the height around which a layer's line swings; layers go on below the picture."""
    depth = layer / (LAYERS - 1)
    return scene.horizon + (scene.bottom - scene.horizon) * 0.86 * float(depth**1.35)


def layer_line(scene: Scene, relief: Relief, layer: int) -> Line:
    """Return the height over x of one layer; where a hero stands, the land rises to carry it."""
    kind = min(layer, len(relief.height) - 1)
    base, swing = layer_base(scene, layer), relief.height[kind]
    sharp = relief.is_sharp[kind]
    name, spacing = (relief.name, layer), relief.spacing[kind]
    lines = octaves(scene, name, spacing, base, 6 if sharp else 2)
    knolls = _knolls(scene, layer)

    def smooth_height(x: float) -> float:
        total = sum(line(x) * weight for line, weight in lines)
        return base - swing * total - knolls(x)

    def sharp_height(x: float) -> float:
        total = (1 - abs(lines[0][0](x))) * 1.3 - 0.45
        total += sum((1 - abs(line(x)) * 2) * weight * 0.42 for line, weight in lines[1:])
        return base - swing * total - knolls(x)

    return sharp_height if sharp else smooth_height


def octaves(
    scene: Scene, name: tuple[object, ...], spacing: float, y: float, count: int
) -> list[tuple[Line, float]]:
    """Return random lines with their weights, each of half the spacing of the one before."""
    return [(scene.chance.line((*name, i), spacing / 2**i, y), 0.5**i) for i in range(count)]


def _knolls(scene: Scene, layer: int) -> Line:
    if layer != STAND:
        return level(0.0)
    places = [hero.x for hero in scene.standing[:1]]

    def rise(x: float) -> float:
        return sum(0.055 * exp(-(((x - place) / 0.34) ** 2)) for place in places)

    return rise


def line_points(canvas: Canvas, line: Line, step: float) -> Outline:
    """Return *line* as points across the canvas, about *step* apart."""
    step = canvas.step(step)
    return [(x, line(x)) for x in along(canvas.left - step, canvas.right + step, step)]


def paint_layer(canvas: Canvas, scene: Scene, relief: Relief, layer: int) -> None:
    """Paint one layer of land with its light, its mist and what grows on it."""
    line = layer_line(scene, relief, layer)
    base = layer_base(scene, layer)
    if base - relief.height[min(layer, 7)] * 2 > canvas.bottom:
        return
    depth = min(1.0, layer / (LAYERS - 1))
    sharp = relief.is_sharp[min(layer, 7)]
    points = line_points(canvas, line, 0.006 if sharp else 0.02)
    below = layer_base(scene, layer + 1)
    crest, foot = _tones(scene, depth)
    canvas.ground(points, (crest, mix(crest, foot, 0.45), foot), below + 0.04)
    if sharp:
        facets(canvas, scene, points, base, depth)
    else:
        _strokes(canvas, scene, line, layer)


def _tones(scene: Scene, depth: float) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Return the colour of a layer at its crest and at its foot, where mist or light gathers."""
    tone = scene.land_at(depth)
    haze = mix(scene.palette.mist, scene.palette.glow, 0.25)
    foot = mix(tone, haze, 0.62 * (1 - depth) ** 1.2 + 0.05)
    if depth > 0.7:
        foot = mix(tone, scene.palette.ink, (depth - 0.7) * 1.3)
    return tone, foot


def facets(canvas: Canvas, scene: Scene, points: Outline, base: float, depth: float) -> None:
    """Paint the sides of peaks that are turned away from the light."""
    tone = scene.land_at(depth)
    dark: list[Outline] = []
    light: list[Outline] = []
    away = scene.side(0.0)
    # A peak is what rises above all its surroundings, whatever the distance of the points.
    reach = max(2, round(0.084 / (points[1][0] - points[0][0])))
    for i in range(reach, len(points) - reach):
        y = points[i][1]
        around = points[i - reach : i + reach + 1]
        if y > min(py for _, py in around) or y > base:
            continue
        shadow, glint = _faces(points, i, away, base)
        dark.append(shadow)
        light.append(glint)
    shape = canvas.shape(dark)
    top = min(y for _, y in points)
    canvas.grainy(shape, scene.shaded(tone, 0.5), (0, top - 0.04), (0, base + 0.06), 0.75)
    shape = canvas.shape(light)
    strong = 0.95 if "snow" in scene.weather or depth < 0.3 else 0.55
    canvas.grainy(shape, scene.lit(tone, 0.62), (0, top - 0.04), (0, base - 0.02), strong)


def _faces(points: Outline, peak: int, away: float, base: float) -> tuple[Outline, Outline]:
    """Return the dark and the lit face of one peak, meeting in a wandering edge."""
    x, y = points[peak]
    tall = max(0.02, base - y)
    edge = [
        (x + away * tall * (0.16 * t + (0.07 if i % 2 else -0.05) * t), y + tall * t * 1.02)
        for i, t in enumerate((0.0, 0.14, 0.26, 0.42, 0.58, 0.76, 1.0))
    ]
    sides = []
    for direction in (away, -away):
        side = []
        index = peak
        while 0 <= index < len(points) and abs(points[index][0] - x) < tall * 1.1:
            if points[index][1] > base:
                break
            side.append(points[index])
            index += int(direction)
        sides.append(side)
    dark = [*sides[0], *reversed(edge)]
    short = [point for point in edge if point[1] < y + tall * 0.8]
    light = [*sides[1][: max(2, len(sides[1]) * 2 // 3)], *reversed(short)]
    return dark, light


def _strokes(canvas: Canvas, scene: Scene, line: Line, layer: int) -> None:
    """Lay brush strokes along the ground, following its rise and fall."""
    if scene.is_sparse:
        return
    depth = min(1.0, layer / (LAYERS - 1))
    base, below = layer_base(scene, layer), layer_base(scene, layer + 1)
    tone = scene.land_at(depth)
    lit: list[Outline] = []
    dark: list[Outline] = []
    room = max(0.02, below - base)
    step = 0.22 + 0.2 * depth
    if not canvas.shows(0.0035 + 0.007 * depth):
        return
    for x in along(canvas.left - 0.5, canvas.right + 0.5, step):
        for row in range(3):
            numbers = scene.chance.at(x, base).values(("stroke", layer, round(x / step), row), 4)
            middle = x + numbers[0] * step
            drop = room * (0.12 + 0.3 * row + 0.2 * numbers[1])
            half = step * (0.35 + 0.6 * numbers[2])
            thick = 0.0035 + 0.007 * depth * numbers[3]
            (lit if numbers[3] > 0.42 else dark).append(_band(line, middle, drop, half, thick))
    canvas.fill(lit, scene.lit(tone, 0.4), 0.42)
    canvas.fill(dark, scene.shaded(tone, 0.4), 0.4)


def _band(line: Line, middle: float, drop: float, half: float, thick: float) -> Outline:
    steps = 9
    upper, lower = [], []
    for i in range(steps + 1):
        x = middle - half + 2 * half * i / steps
        y = line(x) + drop
        swell = thick * (1 - (2 * i / steps - 1) ** 2)
        upper.append((x, y - swell))
        lower.append((x, y + swell))
    return upper + lower[::-1]


def _land_of(relief: Relief, *, trees: float, has_grass: bool) -> Land:
    def back(canvas: Canvas, scene: Scene) -> None:
        for layer in range(STAND + 1):
            paint_layer(canvas, scene, relief, layer)
            if layer > 1:
                line = layer_line(scene, relief, layer)
                name, depth = (relief.name, layer), layer / (LAYERS - 1)
                rows_of_trees(canvas, scene, line, depth, name=name, amount=trees)

    def front(canvas: Canvas, scene: Scene) -> None:
        for layer in range(STAND + 1, 40):
            if layer_base(scene, layer) - 0.2 > canvas.bottom:
                break
            paint_layer(canvas, scene, relief, layer)
            if layer <= GRASSY and (has_grass or scene.take.frame == "grass"):
                grasses(canvas, scene, layer_line(scene, relief, layer), (relief.name, layer))

    def floor(scene: Scene) -> Line:
        return layer_line(scene, relief, STAND)

    return Land(back, front, floor)


HILLS = _land_of(HILL_RELIEF, trees=0.5, has_grass=False)
MOUNTAINS = _land_of(PEAK_RELIEF, trees=0.8, has_grass=False)
MEADOW = _land_of(FLAT_RELIEF, trees=0.25, has_grass=True)
