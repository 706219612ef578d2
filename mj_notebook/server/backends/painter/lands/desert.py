"""Deserts: dunes with sharp crests, and canyons of layered stone."""

from math import exp

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, bend
from mj_notebook.server.backends.painter.lands.land import Land
from mj_notebook.server.backends.painter.lands.ridges import line_points
from mj_notebook.server.backends.painter.scene import Scene

LAYERS = 5
STAND = 3


def _base(scene: Scene, layer: int) -> float:
    share = layer / (LAYERS - 1)
    return scene.horizon + (scene.bottom - scene.horizon) * (0.06 + 0.74 * float(share**1.3))


# Where the points of a rib are, from one end to the other.
_ALONG = [i / 5 - 1 for i in range(11)]


def _dune_line(scene: Scene, layer: int) -> Line:
    """Return a dune: long on the windward side, steep on the lee."""
    base, spacing = _base(scene, layer), 0.5 + 0.16 * layer
    broad = scene.chance.line(("dune", layer), spacing, base)
    fine = scene.chance.line(("dune fine", layer), spacing / 2.3, base)
    swing = (0.075, 0.085, 0.09, 0.085, 0.075)[min(layer, 4)]
    heroes = [hero.x for hero in scene.standing[:1]]

    def height(x: float) -> float:
        # A slow wave inside the place itself leans the crests over, like wind does.
        lean = x + 0.1 * broad(x + 3.7)
        rise = swing * (1 - abs(broad(lean)) * 1.7) + swing * 0.25 * fine(x)
        if layer == STAND:
            rise += sum(0.06 * exp(-(((x - place) / 0.3) ** 2)) for place in heroes)
        return base - rise

    return height


def _paint_dune(canvas: Canvas, scene: Scene, layer: int) -> None:
    line = _dune_line(scene, layer)
    base, below = _base(scene, layer), _base(scene, layer + 1)
    if base - 0.2 > canvas.bottom:
        return
    depth = 0.1 + 0.75 * min(1.0, layer / (LAYERS - 1))
    tone = scene.land_at(depth)
    haze = mix(scene.palette.mist, scene.palette.glow, 0.4)
    crest = scene.lit(tone, 0.30)
    foot = mix(mix(tone, haze, 0.30 * (1 - depth)), scene.shaded(tone, 0.5), depth * 0.5)
    points = line_points(canvas, line, 0.008)
    canvas.ground(points, (crest, tone, foot), below + 0.1)
    _lee_sides(canvas, scene, points, depth, below)
    _ripples(canvas, scene, line, layer, below - base)


def _lee_sides(canvas: Canvas, scene: Scene, points: Outline, depth: float, below: float) -> None:
    """Paint the side of every crest that is turned away from the light."""
    away = 1 if scene.side(0.0) < 0 else -1
    tone = scene.land_at(depth)
    dark = scene.shaded(tone, 0.62)
    reach = max(2, round(0.128 / (points[1][0] - points[0][0])))
    heights = [y for _, y in points]
    for i in range(reach, len(points) - reach):
        x, y = points[i]
        if y > min(heights[i - reach : i + reach + 1]):
            continue
        side = [points[i]]
        j = i + away
        while 0 <= j < len(points) and points[j][1] >= side[-1][1] - 0.0006:
            side.append(points[j])
            j += away
        far = side[-1]
        fall = max(0.05, (below - y) * 1.15)
        width = abs(far[0] - x)
        edge = bend(
            (x, y),
            (x + away * width * 0.42, y + fall * 0.3),
            (x - away * width * 0.10, y + fall * 0.62),
            8,
        )
        edge += bend(
            edge[-1],
            (x - away * width * 0.4, y + fall * 0.85),
            (x + away * width * 0.25, y + fall * 1.15),
            8,
        )
        out = (far[0] + away * width * 0.35, y + fall * 1.15)
        shape = canvas.shape([[*side, out, *reversed(edge)]])
        canvas.grainy(
            shape, dark, (x, y + fall * 0.22), (x + away * width * 0.3, y + fall * 1.08), 1.0
        )


def _ripples(canvas: Canvas, scene: Scene, line: Line, layer: int, room: float) -> None:
    """Draw the fine ribs the wind leaves in the sand."""
    if scene.is_sparse or not canvas.shows(0.0024):
        return
    light: list[Outline] = []
    step = 0.26
    for x in along(canvas.left - step, canvas.right + step, step):
        for row in range(7):
            numbers = scene.chance.at(x, 0.2).values(("ripple", layer, round(x / step), row), 4)
            if numbers[0] > 0.5:
                continue
            middle = x + numbers[1] * step
            half = step * (0.3 + 0.5 * numbers[2])
            drop = room * (0.15 + 0.14 * row + 0.1 * numbers[3])
            thick = 0.0012 + 0.0022 * layer / LAYERS
            upper = [(px := middle + half * part, line(px) + drop) for part in _ALONG]
            lower = [
                (px, py + thick * (1 - abs(part)))
                for (px, py), part in zip(upper, _ALONG, strict=True)
            ]
            light.append(upper + lower[::-1])
    canvas.fill(light, scene.lit(scene.land_at(0.2), 0.5), 0.28)


def _dunes_back(canvas: Canvas, scene: Scene) -> None:
    _far_rocks(canvas, scene)
    for layer in range(STAND + 1):
        _paint_dune(canvas, scene, layer)


def _far_rocks(canvas: Canvas, scene: Scene) -> None:
    broad = scene.chance.line("rocks", 0.3, scene.horizon)
    fine = scene.chance.line("rocks fine", 0.05, scene.horizon)
    points = [
        (x, scene.horizon + 0.03 - max(0.0, 0.09 * broad(x) + 0.014 * fine(x)))
        for x in along(canvas.left, canvas.right, 0.01)
    ]
    tone = mix(scene.land_at(0.0), scene.palette.mist, 0.35)
    canvas.fill_below(points, scene.horizon + 0.1, tone)


def _dunes_front(canvas: Canvas, scene: Scene) -> None:
    for layer in range(STAND + 1, 40):
        if _base(scene, layer) - 0.2 > canvas.bottom:
            break
        _paint_dune(canvas, scene, layer)


# -- the canyon ----------------------------------------------------------------------------------


def _mesa_line(scene: Scene, layer: int, base: float, tall: float) -> Line:
    spacing = 0.42 + 0.1 * layer
    broad = scene.chance.line(("mesa", layer), spacing, base)
    fine = scene.chance.line(("mesa fine", layer), 0.03, base)

    def height(x: float) -> float:
        value = broad(x)
        # Three terraces with steep walls between them: stone that breaks, not sand that flows.
        steps = sum(
            share / (1 + exp(-(value - edge) * 60))
            for edge, share in ((-0.1, 0.35), (0.18, 0.4), (0.42, 0.25))
        )
        return base - tall * steps - 0.006 * fine(x) - 0.02 * max(-0.5, value)

    return height


def _canyon_back(canvas: Canvas, scene: Scene) -> None:
    high = min(0.34, (scene.horizon - scene.top) * 0.55)
    room = scene.bottom - scene.horizon
    for layer, (share, drop, depth) in enumerate(
        ((1.0, 0.03, 0.05), (0.72, 0.16, 0.33), (0.42, 0.36, 0.6))
    ):
        base = scene.horizon + room * drop
        line = _mesa_line(scene, layer, base, high * share)
        points = line_points(canvas, line, 0.006)
        tone = scene.land_at(depth)
        foot = mix(tone, mix(scene.palette.mist, scene.palette.glow, 0.4), 0.5 * (1 - depth))
        canvas.ground(points, (tone, tone, foot), base + 0.06)
        shape = canvas.shape([[*points, (points[-1][0], base + 0.04), (points[0][0], base + 0.04)]])
        _strata(canvas, scene, line, depth, (min(y for _, y in points), base))
        side = scene.side(0.0)
        canvas.rim(shape, scene.lit(tone, 0.6), side * 0.008, 0.7)
        canvas.rim(shape, scene.shaded(tone, 0.7), -side * 0.02, 0.55)
    for layer in (2, 3):
        _paint_dune(canvas, scene, layer)


def _strata(
    canvas: Canvas, scene: Scene, line: Line, depth: float, span: tuple[float, float]
) -> None:
    """Draw the bands of rock, each cut off where the wall ends."""
    if scene.is_sparse:
        return
    tone = scene.land_at(depth)
    bands: list[Outline] = []
    numbers = scene.chance.values(("strata", depth), 16)
    for i in range(8):
        y = span[0] + (span[1] - span[0]) * (i + 0.4 * numbers[i]) / 8 + 0.015
        thick = 0.004 + 0.008 * numbers[i + 8]
        run: Outline = []
        for x in along(canvas.left, canvas.right, 0.012):
            if line(x) + 0.006 < y:
                run.append((x, y + 0.003 * numbers[i]))
            elif run:
                bands.append(run + [(px, py + thick) for px, py in reversed(run)])
                run = []
        if run:
            bands.append(run + [(px, py + thick) for px, py in reversed(run)])
    canvas.fill([band for band in bands if len(band) > 3], scene.shaded(tone, 0.45), 0.42)


def _dunes_floor(scene: Scene) -> Line:
    return _dune_line(scene, STAND)


DUNES = Land(_dunes_back, _dunes_front, _dunes_floor)
CANYON = Land(_canyon_back, _dunes_front, _dunes_floor)
