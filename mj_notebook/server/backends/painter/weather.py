"""Weather before the land: rain, snow, mist and lightning."""

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Outline, Point, along, ellipse, stroke
from mj_notebook.server.backends.painter.scene import Scene


def paint_weather(canvas: Canvas, scene: Scene) -> None:
    """Let the weather pass between the picture and its viewer."""
    # No weather there; a window shows it by itself.
    if scene.land in ("room", "deep", "space"):
        return
    if "mist" in scene.weather:
        _mist(canvas, scene)
    if "rain" in scene.weather or ("storm" in scene.weather and scene.take.frame != "none"):
        _rain(canvas, scene)
    if scene.content.has("snow"):
        _snow(canvas, scene)


def _mist(canvas: Canvas, scene: Scene) -> None:
    tone = mix(scene.palette.mist, scene.palette.glow, 0.25)
    depth = scene.bottom - scene.horizon
    canvas.veil(
        scene.horizon - 0.25, scene.horizon + depth * 0.1, scene.horizon + depth * 0.7, tone, 0.55
    )
    canvas.veil(
        scene.bottom - depth * 0.5, scene.bottom - depth * 0.15, scene.bottom + 0.1, tone, 0.22
    )


def _rain(canvas: Canvas, scene: Scene) -> None:
    drops: list[Outline] = []
    values: list[int] = []
    lean = scene.chance.between("rain", 0.12, 0.34) * scene.side(0.0)
    cell = 0.13
    for x in along(canvas.left - 0.1, canvas.right + 0.1, cell):
        for y in along(canvas.top - 0.1, canvas.bottom, cell):
            # Cells fixed to the world, each with its own drops: widening a picture moves none.
            numbers = scene.chance.at(x, y).values(("drop", round(x / cell), round(y / cell)), 8)
            for i in (0, 4):
                left, top = x + numbers[i] * cell, y + numbers[i + 1] * cell
                long = 0.025 + 0.06 * numbers[i + 2]
                wide = 0.0008 + 0.0012 * numbers[i + 3]
                drops.append(
                    [
                        (left, top),
                        (left + wide, top),
                        (left + wide + lean * long, top + long),
                        (left + lean * long, top + long),
                    ]
                )
                values.append(60 + round(110 * numbers[i + 3]))
    shape = canvas.shape(drops, values)
    canvas.paste(shape, mix(scene.palette.sky[3], (255, 255, 255), 0.35))


def _snow(canvas: Canvas, scene: Scene) -> None:
    flakes: list[Outline] = []
    values: list[int] = []
    cell = 0.145
    for x in along(canvas.left - 0.1, canvas.right + 0.1, cell):
        for y in along(canvas.top - 0.1, canvas.bottom + 0.1, cell):
            numbers = scene.chance.at(x, y).values(("flake", round(x / cell), round(y / cell)), 12)
            for i in (0, 3, 6, 9):
                near = numbers[i + 2]
                # Some are right before the lens: large and out of focus, hence the lower value.
                radius = 0.0014 + 0.0028 * near + 0.006 * max(0.0, near - 0.9) * 10
                flakes.append(
                    ellipse(x + numbers[i] * cell, y + numbers[i + 1] * cell, radius, radius, 7)
                )
                values.append(235 if near < 0.9 else 140)
    shape = canvas.shape(flakes, values)
    canvas.paste(shape, mix((255, 255, 255), scene.palette.sky[3], 0.15))


def paint_lightning(canvas: Canvas, scene: Scene) -> None:
    """Strike once, from the clouds to the horizon, in some of the tiles of a storm."""
    if "storm" not in scene.weather or scene.chance.value("strike") > 0.7:
        return
    numbers = scene.chance.values("bolt", 40)
    x, y = scene.sun.x, scene.top + (scene.horizon - scene.top) * 0.18
    step = (scene.horizon - y) / 9
    way: list[Point] = [(x, y)]
    branches: list[Outline] = []
    for i in range(9):
        x, y = x + (numbers[i] - 0.5) * step * 1.5, y + step
        way.append((x, y))
        if numbers[i + 10] > 0.6:
            side = 1.0 if numbers[i + 20] > 0.5 else -1.0
            fork = [
                (x, y),
                (x + side * step * 0.8, y + step * 0.7),
                (x + side * step * 1.2, y + step * 1.9),
            ]
            branches.append(stroke(fork, [0.004, 0.003, 0.0005]))
    light = mix(scene.palette.sun, (255, 255, 255), 0.5)
    canvas.glow(scene.sun.x, way[4][1], 0.42, light, 0.42)
    canvas.fill(
        [
            stroke(way, [0.009, 0.008, 0.008, 0.007, 0.007, 0.006, 0.006, 0.005, 0.004, 0.002]),
            *branches,
        ],
        light,
    )
