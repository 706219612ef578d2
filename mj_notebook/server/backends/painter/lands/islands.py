"""The island: a hill in the sea, with sand around it and trees on it."""

from math import exp

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, lens
from mj_notebook.server.backends.painter.lands.far import paint_far
from mj_notebook.server.backends.painter.lands.land import Land, nothing
from mj_notebook.server.backends.painter.lands.plants import conifer, leafy, palm
from mj_notebook.server.backends.painter.lands.shores import far_coast
from mj_notebook.server.backends.painter.lands.water import paint_water
from mj_notebook.server.backends.painter.scene import Scene


def _place(scene: Scene) -> tuple[float, float, float]:
    """Return the middle of the island, its water line and half its width."""
    spots = [hero.x for hero in scene.standing[:1]]
    free = scene.take.hero_x * (1 if scene.sun.x < 0 else -1) * scene.half[0] * 1.4
    x = spots[0] if spots else free
    size = 0.30 * (0.75 + 0.35 * scene.take.hero_size)
    return x, scene.horizon + (scene.bottom - scene.horizon) * 0.22, size


def _line(scene: Scene) -> Line:
    x0, level, half = _place(scene)
    rough = scene.chance.line("island", 0.12, level)

    def height(x: float) -> float:
        t = (x - x0) / half
        hump = exp(-((t * 1.25) ** 4)) * 0.5 + exp(-((t * 2.0) ** 2)) * 0.5
        return level - half * 0.42 * hump * max(0.0, 1 - t * t) - 0.012 * rough(x) * hump

    return height


def _back(canvas: Canvas, scene: Scene) -> None:
    if scene.backdrop:
        paint_far(canvas, scene, scene.backdrop)
    else:
        far_coast(canvas, scene)
    paint_water(canvas, scene, 0.4)
    x0, level, half = _place(scene)
    sand = mix(scene.palette.sun, scene.land_at(0.1), 0.4)
    canvas.fill(
        [lens(x0, level + 0.014, half * 1.3, 0.03)], mix(scene.palette.sky[3], sand, 0.3), 0.55
    )
    canvas.fill([lens(x0, level + 0.006, half * 1.14, 0.02)], sand)
    line = _line(scene)
    points = [(x0 + half * (i / 30 - 1), line(x0 + half * (i / 30 - 1))) for i in range(61)]
    tone = scene.land_at(0.62)
    shape = canvas.fill([points], Fade((scene.lit(tone, 0.3), tone), level - half * 0.4, level))
    side = scene.side(x0)
    canvas.grainy(
        shape,
        scene.shaded(tone, 0.6),
        (x0 + side * half, level),
        (x0 - side * half * 0.2, level - half * 0.3),
        0.8,
    )
    _trees(canvas, scene, line, (x0, level, half))


def _trees(canvas: Canvas, scene: Scene, line: Line, place: tuple[float, float, float]) -> None:
    x0, _, half = place
    numbers = scene.chance.values("island trees", 60)
    tone = mix(scene.land_at(0.9), scene.palette.ink, 0.2)
    taken = scene.standing
    palms = scene.chance.value("palms") < 0.7 and "snow" not in scene.weather
    for i in range(9):
        x = x0 + half * 1.3 * (numbers[i * 6] - 0.5)
        if any(abs(hero.x - x) < hero.size * 0.3 for hero in taken):
            continue
        foot, tall = (
            line(x) + 0.012,
            half * (0.5 + 0.5 * numbers[i * 6 + 1]) * (0.6 if taken else 1.0),
        )
        if palms and i < 5:
            canvas.fill(palm(x, foot, tall, numbers[i * 6 :]), tone)
        elif palms:
            canvas.fill(
                leafy(x, foot, tall * 0.35, numbers[i * 6 :]), mix(tone, scene.land_at(0.6), 0.3)
            )
        else:
            canvas.fill([conifer(x, foot, tall * 0.8, numbers[i * 6 : i * 6 + 5])], tone)


def _floor(scene: Scene) -> Line:
    line = _line(scene)
    return lambda x: line(x) + 0.006


ISLAND = Land(_back, nothing, _floor, sky_below=0.02)
