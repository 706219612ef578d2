"""The forest: trees behind trees in mist, with a clearing and shafts of light."""

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, bend, ellipse, stroke
from mj_notebook.server.backends.painter.lands.land import Land
from mj_notebook.server.backends.painter.lands.plants import conifer, grasses
from mj_notebook.server.backends.painter.scene import Scene

ROWS = 5
STAND = 3


def _base(scene: Scene, row: int) -> float:
    # More than evenly towards the eye: far rows stand close to each other.
    share = row / (ROWS - 1)
    return scene.horizon + (scene.bottom - scene.horizon) * (0.05 + 0.75 * float(share**1.25))


def _ground(scene: Scene, row: int) -> Line:
    base = _base(scene, row)
    bump = scene.chance.line(("glade", row), 0.5, base)
    return lambda x: base - 0.025 * bump(x)


def _row(canvas: Canvas, scene: Scene, row: int) -> None:
    line = _ground(scene, row)
    depth = 0.08 + 0.9 * min(1.0, row / (ROWS - 1))
    size = 0.20 + 0.135 * row**1.35
    step = size * (0.17 + 0.05 * row)
    tone = mix(scene.land_at(depth), scene.palette.mist, 0.28 * (1 - depth))
    # One kind for a whole forest: mixed, it looks like a park.
    pointed = "snow" in scene.weather or scene.chance.value("pointed trees") < 0.68
    trees: list[Outline] = []
    gap = 0.06 + 0.1 * row
    middle = scene.heroes[0].x if scene.heroes else scene.sun.x * 0.6
    for x in along(canvas.left - size * 0.4, canvas.right + size * 0.4, step):
        numbers = scene.chance.at(x, line(x)).values(("trunk", row, round(x / step)), 9)
        place = x + (numbers[0] - 0.5) * step
        # The clearing opens towards the hero, else towards the light; the farthest row has none.
        if row > 0 and (abs(place - middle) < gap or numbers[1] > 0.9 - 0.09 * row):
            continue
        tall = size * (0.6 + 0.6 * numbers[2])
        foot = line(place) + 0.012
        if pointed:
            trees.append(conifer(place, foot, tall, numbers[3:]))
        else:
            trees += _tall_leafy(place, foot, tall, numbers[3:])
    points = [(x, line(x)) for x in along(canvas.left - 0.05, canvas.right + 0.05, 0.05)]
    below = _base(scene, row + 1) + 0.03
    haze = mix(tone, mix(scene.palette.mist, scene.palette.glow, 0.5), 0.6 * (1 - depth) + 0.08)
    shape = canvas.fill(
        trees, Fade((tone, tone, haze), _base(scene, row) - size, _base(scene, row) + 0.02)
    )
    if shape is not None and row > 1:
        side = scene.side(middle)
        canvas.rim(shape, scene.lit(tone, 0.45), side * 0.004 * (1 + row * 0.5), 0.55)
    floor = mix(scene.land_at(min(1.0, depth + 0.1)), scene.palette.glow, 0.22 * (1 - depth))
    canvas.fill_below(
        points,
        canvas.bottom,
        Fade((haze if row < 2 else scene.lit(floor, 0.14), floor), _base(scene, row) - 0.02, below),
    )


def _tall_leafy(x: float, y: float, height: float, numbers: list[float]) -> list[Outline]:
    """Return a slender tree with its crown high up."""
    trunk = stroke(
        bend(
            (x, y),
            (x + height * 0.02, y - height * 0.5),
            (x + height * 0.04 * (numbers[0] - 0.5), y - height * 0.9),
        ),
        [height * 0.045, height * 0.03, height * 0.02],
    )
    crown = [
        ellipse(
            x + (numbers[i] - 0.5) * height * 0.34,
            y - height * (0.62 + 0.36 * numbers[i + 1]),
            height * (0.1 + 0.07 * numbers[i + 2]),
            height * (0.08 + 0.05 * numbers[i]),
            16,
        )
        for i in range(4)
    ]
    return [trunk, *crown, ellipse(x, y - height * 0.8, height * 0.17, height * 0.18, 18)]


def _shafts(canvas: Canvas, scene: Scene) -> None:
    """Let light fall between the trees."""
    if scene.hour == "night" or not scene.sun.is_shown:
        return
    numbers = scene.chance.values("shafts", 12)
    sun = scene.sun
    shafts: list[Outline] = []
    for i in range(4):
        x = sun.x + (numbers[i * 3] - 0.5) * 0.9 + scene.side(0) * -0.1
        lean = (x - sun.x) * 0.7 + 0.1 * (numbers[i * 3 + 1] - 0.5)
        wide = 0.02 + 0.05 * numbers[i * 3 + 2]
        foot = scene.horizon + (scene.bottom - scene.horizon) * 0.5
        shafts.append(
            [
                (x - wide * 0.4, sun.y - 0.1),
                (x + wide * 0.4, sun.y - 0.1),
                (x + lean + wide, foot),
                (x + lean - wide, foot),
            ]
        )
    shape = canvas.shape(shafts)
    low = scene.horizon + 0.12
    canvas.grainy(shape, scene.palette.glow, (sun.x, sun.y - 0.1), (sun.x, low), 0.34)


def _back(canvas: Canvas, scene: Scene) -> None:
    for row in range(STAND):
        _row(canvas, scene, row)
        if row == 1:
            _shafts(canvas, scene)
        if row < 2:
            base = _base(scene, row)
            tone = mix(scene.palette.mist, scene.palette.glow, 0.6)
            canvas.veil(base - 0.2, base, base + 0.12, tone, 0.5 - 0.15 * row)
    _row(canvas, scene, STAND)


def _front(canvas: Canvas, scene: Scene) -> None:
    for row in range(STAND + 1, 30):
        if _base(scene, row) - 0.1 > canvas.bottom:
            break
        line = _ground(scene, row)
        points = [(x, line(x)) for x in along(canvas.left - 0.05, canvas.right + 0.05, 0.05)]
        tone = mix(scene.land_at(1.0), scene.palette.ink, 0.5)
        canvas.fill_below(
            points,
            canvas.bottom,
            Fade((tone, scene.palette.ink), _base(scene, row), scene.bottom + 0.1),
        )
        grasses(canvas, scene, line, ("fern", row))
    _frame(canvas, scene)


def _frame(canvas: Canvas, scene: Scene) -> None:
    """Stand great trunks at both edges, so that one looks in from between them."""
    tone = scene.palette.ink
    trunks: list[Outline] = []
    for side in (-1.0, 1.0):
        numbers = scene.chance.values(("frame", side), 10)
        if numbers[0] < 0.3:
            continue
        x = side * (scene.half[0] - 0.03 + 0.03 * numbers[1])
        wide = 0.05 + 0.05 * numbers[2]
        sway = (numbers[3] - 0.5) * 0.06
        top = scene.top - 0.5
        trunks.append(
            stroke(
                [
                    (x - sway, scene.bottom + 0.07),
                    (x - sway * 0.5, scene.bottom - 0.05),
                    (x, 0.1),
                    (x + sway, scene.top),
                    (x + sway * 2, top),
                ],
                [wide * 2.0, wide * 1.3, wide, wide * 0.85, wide * 0.7],
            )
        )
        for i in range(3):
            y = scene.top + (0.12 + 0.2 * i + 0.1 * numbers[4 + i]) * (scene.bottom - scene.top)
            reach = -side * (0.12 + 0.12 * numbers[5 + i])
            branch = bend(
                (x, y), (x + reach * 0.6, y - 0.02), (x + reach, y - 0.07 + 0.08 * numbers[i]), 6
            )
            trunks.append(
                stroke(
                    branch,
                    [wide * 0.3, wide * 0.2, wide * 0.15, wide * 0.1, wide * 0.05, 0.001, 0.001],
                )
            )
    shape = canvas.fill(trunks, tone)
    canvas.rim(shape, scene.lit(scene.land_at(0.8), 0.3), scene.side(0.0) * 0.006, 0.4)


def _floor(scene: Scene) -> Line:
    line = _ground(scene, STAND)
    return lambda x: line(x) + 0.03


FOREST = Land(_back, _front, _floor)
