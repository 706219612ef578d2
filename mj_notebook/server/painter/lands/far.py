"""What stands on a far horizon behind water: mountains, hills, woods, a city, dunes."""

from collections.abc import Callable

from ..canvas import Canvas, Fade
from ..colour import mix
from ..curves import Outline, along, noise_line
from ..scene import Scene
from .plants import conifer
from .ridges import _facets, line_points
from .skyline import paint_skyline


def paint_far(canvas: Canvas, scene: Scene, kind: str) -> None:
    """Paint a far land whose foot is the horizon."""
    _KINDS.get(kind, _hills)(canvas, scene)


def _range(
    canvas: Canvas, scene: Scene, name: str, height: float, spacing: float, depth: float, sharp: bool
) -> None:
    octaves = [
        (noise_line(scene.chance.lattice((name, i), spacing / 2**i, scene.horizon), spacing / 2**i), 0.5**i)
        for i in range(6 if sharp else 3)
    ]

    def line(x: float) -> float:
        total = 1 - abs(octaves[0][0](x)) if sharp else 0.55 + 0.45 * octaves[0][0](x)
        total += sum((1 - abs(n(x)) * 2) * w * 0.4 for n, w in octaves[1:])
        return scene.horizon - max(0.0, height * total)

    points = line_points(canvas, line, 0.006 if sharp else 0.014)
    top = min(y for _, y in points)
    tone = scene.land_at(depth)
    foot = mix(tone, mix(scene.palette.mist, scene.palette.glow, 0.3), 0.55 * (1 - depth))
    canvas.fill_below(points, scene.horizon, Fade((tone, mix(tone, foot, 0.5), foot), top, scene.horizon))
    if sharp:
        _facets(canvas, scene, points, scene.horizon, depth)


def _mountains(canvas: Canvas, scene: Scene) -> None:
    high = scene.horizon - scene.top
    _range(canvas, scene, "far peaks", min(0.36, high * 0.5), 0.46, 0.08, True)
    _range(canvas, scene, "near peaks", min(0.2, high * 0.3), 0.38, 0.36, True)


def _hills(canvas: Canvas, scene: Scene) -> None:
    _range(canvas, scene, "far hills", 0.17, 0.6, 0.1, True)
    _range(canvas, scene, "mid hills", 0.12, 0.5, 0.3, False)
    _range(canvas, scene, "near hills", 0.07, 0.42, 0.5, False)


def _dunes(canvas: Canvas, scene: Scene) -> None:
    _range(canvas, scene, "far dunes", 0.12, 0.55, 0.15, False)
    _range(canvas, scene, "near dunes", 0.07, 0.4, 0.35, False)


def _forest(canvas: Canvas, scene: Scene) -> None:
    for row, (size, depth) in enumerate(((0.05, 0.5), (0.085, 0.78))):
        trees: list[Outline] = []
        step = size * 0.22
        swell = noise_line(scene.chance.lattice(("treeline", row), 0.3, scene.horizon), 0.3)
        for x in along(canvas.left - size, canvas.right + size, step):
            numbers = scene.chance.at(x, scene.horizon).values(("far tree", row, round(x / step)), 8)
            tall = size * (0.55 + 0.55 * numbers[0]) * (1 + 0.55 * swell(x))
            if row == 1 and swell(x) < -0.15:
                continue
            trees.append(conifer(x + (numbers[1] - 0.5) * step, scene.horizon + 0.004, tall, numbers[3:]))
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
