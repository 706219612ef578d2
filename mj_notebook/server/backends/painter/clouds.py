"""Clouds: heaps with lit crowns, and long streaks."""

from math import pi, sin

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import Colour, mix
from mj_notebook.server.backends.painter.curves import Outline, along, ellipse, lens
from mj_notebook.server.backends.painter.scene import Scene

AMOUNT = {"day": 0.62, "sunset": 0.4, "dawn": 0.4, "dusk": 0.42, "night": 0.25}


def paint_clouds(canvas: Canvas, scene: Scene) -> None:
    """Paint the clouds of a scene, far and flat ones first."""
    amount = AMOUNT[scene.hour]
    if "cloud" in scene.weather or "storm" in scene.weather or "rain" in scene.weather:
        amount = 0.95
    if scene.manner == "minimal":
        amount *= 0.4
    heaped = scene.hour == "day" or amount > 0.9 or scene.chance.value("heaped") > 0.55
    _streaks(canvas, scene, amount)
    if heaped:
        _heaps(canvas, scene, amount)


def _streaks(canvas: Canvas, scene: Scene, amount: float) -> None:
    high = scene.horizon - scene.top
    tones: tuple[list[Outline], list[Outline]] = ([], [])
    # From beyond the borders: a cloud outside reaches into the picture.
    for x in along(canvas.left - 0.6, canvas.right + 0.6, 0.5):
        for band in range(5):
            y = scene.horizon - high * (0.1 + 0.15 * band)
            # Drawn before it is decided, so that a denser sky has the same clouds and more.
            numbers = scene.chance.at(x, y).values(("streak", round(x * 2), band), 8)
            if numbers[0] > amount * 0.75:
                continue
            y += (numbers[1] - 0.5) * high * 0.1
            length = 0.12 + 0.3 * numbers[2] * (1 - band * 0.1)
            tones[int(numbers[3] > 0.6)].extend(
                _streak(x + numbers[4] * 0.5, y, length, 0.006 + 0.008 * numbers[5], numbers)
            )
    light = scene.lit(scene.palette.sky[-1], 0.55)
    dark = mix(scene.palette.sky[1], scene.palette.sky[2], 0.5)
    canvas.fill(tones[0], light, 0.5)
    canvas.fill(tones[1], dark, 0.42)


def _streak(x: float, y: float, length: float, thick: float, numbers: list[float]) -> list[Outline]:
    """Return a long cloud: a few flat leaves side by side, each a little higher or lower."""
    return [
        lens(x, y, length, thick),
        lens(x + length * (0.5 - numbers[6]), y - thick * 1.1, length * 0.55, thick * 0.9),
        lens(x - length * (0.6 - numbers[7]), y + thick * 1.0, length * 0.45, thick * 0.7),
    ]


def _heaps(canvas: Canvas, scene: Scene, amount: float) -> None:
    high = scene.horizon - scene.top
    for row, (share, size) in enumerate(((0.10, 0.20), (0.20, 0.30), (0.52, 0.34))):
        step = size * 2.4
        for x in along(canvas.left - step, canvas.right + step, step):
            y = scene.horizon - high * share
            chance = scene.chance.at(x, y)
            numbers = chance.values(("heap", row, round(x / step)), 4)
            if numbers[0] > amount * (0.9, 0.7, 0.45)[row]:
                continue
            width = size * (0.6 + 0.7 * numbers[1])
            place = (x + numbers[2] * step, y - (numbers[3] - 0.5) * high * 0.1)
            shape = chance.values(("puffs", row, round(x / step)), 24)
            heap(canvas, scene, place, width, numbers=shape)


def heap(
    canvas: Canvas,
    scene: Scene,
    place: tuple[float, float],
    width: float,
    *,
    numbers: list[float],
    tone: Colour | None = None,
) -> None:
    """Paint one heaped cloud on a flat base that melts into the sky."""
    x, y = place
    if not canvas.sees(x, y, width):
        return
    puffs = _puffs(x, y, width, numbers)
    tall = width * 0.62
    stormy = "storm" in scene.weather or "rain" in scene.weather
    base = scene.sky_at(y)
    crown = tone or scene.lit(mix(base, scene.palette.sky[-1], 0.6), 0.3 if stormy else 0.72)
    if stormy:
        crown = mix(crown, scene.palette.sky[0], 0.45)
    middle = mix(crown, base, 0.55)
    shape = canvas.fill(puffs, Fade((crown, middle, base, base), y - tall, y + width * 0.06), 0.94)
    if shape is None:
        return
    side = scene.side(x)
    dark = mix(base, scene.palette.sky[0], 0.4)
    canvas.grainy(
        shape, dark, (x + side * width * 0.6, y), (x - side * width * 0.1, y - tall * 0.62), 0.4
    )
    canvas.grainy(shape, base, (x, y + width * 0.04), (x, y - tall * 0.3), 1.0)


def _puffs(x: float, y: float, width: float, numbers: list[float]) -> list[Outline]:
    outlines: list[Outline] = []
    count = 8
    for i in range(count):
        across = (i + 0.5) / count * 2 - 1
        arch = sin(pi * (i + 0.5) / count)
        radius = width * (0.10 + 0.17 * arch * (0.55 + 0.7 * numbers[i * 3]))
        lift = width * 0.24 * arch * numbers[i * 3 + 1]
        outlines.append(
            ellipse(x + across * width * 0.8, y - radius * 0.7 - lift, radius, radius, 24)
        )
    # A flat leaf below holds the puffs together.
    outlines.append(lens(x, y - width * 0.02, width * 1.05, width * 0.07))
    # Cut off below: heaps float on an even layer of air.
    return [[(px, min(py, y + width * 0.04)) for px, py in points] for points in outlines]
