"""What stands on a far horizon behind water: mountains, hills, woods, a city, dunes."""

from collections.abc import Callable
from dataclasses import dataclass

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along
from mj_notebook.server.backends.painter.lands.plants import conifer
from mj_notebook.server.backends.painter.lands.ridges import facets, line_points, octaves
from mj_notebook.server.backends.painter.lands.skyline import paint_skyline
from mj_notebook.server.backends.painter.scene import Scene


def paint_far(canvas: Canvas, scene: Scene, kind: str) -> None:
    """Paint a far land whose foot is the horizon."""
    _KINDS.get(kind, _hills)(canvas, scene)


@dataclass(frozen=True)
class Range:
    """A chain of mountains or hills on the horizon."""

    name: str
    height: float
    spacing: float
    depth: float
    """How far away it is: 0 is the farthest."""

    is_sharp: bool = False


def paint_range(canvas: Canvas, scene: Scene, chain: Range) -> None:
    """Paint one chain, its foot in the haze of the horizon."""
    line = _range_line(scene, chain)
    points = line_points(canvas, line, 0.006 if chain.is_sharp else 0.014)
    top = min(y for _, y in points)
    tone = scene.land_at(chain.depth)
    haze = mix(scene.palette.mist, scene.palette.glow, 0.3)
    foot = mix(tone, haze, 0.55 * (1 - chain.depth))
    fade = Fade((tone, mix(tone, foot, 0.5), foot), top, scene.horizon)
    canvas.fill_below(points, scene.horizon, fade)
    if chain.is_sharp:
        facets(canvas, scene, points, scene.horizon, chain.depth)


def _range_line(scene: Scene, chain: Range) -> Line:
    lines = octaves(scene, (chain.name,), chain.spacing, scene.horizon, 6 if chain.is_sharp else 3)
    first = lines[0][0]

    def height(x: float) -> float:
        total = 1 - abs(first(x)) if chain.is_sharp else 0.55 + 0.45 * first(x)
        total += sum((1 - abs(line(x)) * 2) * weight * 0.4 for line, weight in lines[1:])
        return scene.horizon - max(0.0, chain.height * total)

    return height


def _mountains(canvas: Canvas, scene: Scene) -> None:
    high = scene.horizon - scene.top
    paint_range(canvas, scene, Range("far peaks", min(0.36, high * 0.5), 0.46, 0.08, is_sharp=True))
    paint_range(canvas, scene, Range("near peaks", min(0.2, high * 0.3), 0.38, 0.36, is_sharp=True))


def _hills(canvas: Canvas, scene: Scene) -> None:
    paint_range(canvas, scene, Range("far hills", 0.17, 0.6, 0.1, is_sharp=True))
    paint_range(canvas, scene, Range("mid hills", 0.12, 0.5, 0.3))
    paint_range(canvas, scene, Range("near hills", 0.07, 0.42, 0.5))


def _dunes(canvas: Canvas, scene: Scene) -> None:
    paint_range(canvas, scene, Range("far dunes", 0.12, 0.55, 0.15))
    paint_range(canvas, scene, Range("near dunes", 0.07, 0.4, 0.35))


def _forest(canvas: Canvas, scene: Scene) -> None:
    for row, (size, depth) in enumerate(((0.05, 0.5), (0.085, 0.78))):
        trees: list[Outline] = []
        step = size * 0.22
        swell = scene.chance.line(("treeline", row), 0.3, scene.horizon)
        for x in along(canvas.left - size, canvas.right + size, step):
            numbers = scene.chance.at(x, scene.horizon).values(
                ("far tree", row, round(x / step)), 8
            )
            tall = size * (0.55 + 0.55 * numbers[0]) * (1 + 0.55 * swell(x))
            if row == 1 and swell(x) < -0.15:
                continue
            trees.append(
                conifer(x + (numbers[1] - 0.5) * step, scene.horizon + 0.004, tall, numbers[3:])
            )
        tone = mix(scene.land_at(depth), scene.palette.mist, 0.18 if row == 0 else 0.0)
        canvas.fill(trees, tone)


def _city(canvas: Canvas, scene: Scene) -> None:
    for layer in range(3):
        paint_skyline(canvas, scene, layer, scene.horizon, 0.62)


_KINDS: dict[str, Callable[[Canvas, Scene], None]] = {
    "mountains": _mountains,
    "canyon": _mountains,
    "hills": _hills,
    "meadow": _hills,
    "dunes": _dunes,
    "forest": _forest,
    "city": _city,
    "street": _city,
}
