"""Above the clouds: a sea of white with a few peaks in it."""

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.clouds import heap
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, along, level
from mj_notebook.server.backends.painter.lands.far import Range, paint_range
from mj_notebook.server.backends.painter.lands.land import Land
from mj_notebook.server.backends.painter.scene import Scene

ROWS = 5
STAND = 2


def _base(scene: Scene, row: int) -> float:
    share = row / (ROWS - 1)
    return scene.horizon + (scene.bottom - scene.horizon) * (0.04 + 0.9 * float(share**1.2))


def _row(canvas: Canvas, scene: Scene, row: int) -> None:
    base = _base(scene, row)
    size = 0.13 + 0.085 * row
    share = min(1.0, row / (ROWS - 1))
    light = scene.lit(
        mix(scene.palette.sky[3], scene.palette.sky[2], share * 0.6), 0.65 - 0.3 * share
    )
    low = mix(scene.palette.sky[2], scene.palette.sky[1], 0.25 + 0.5 * share)
    line = [(canvas.left - 1, base), (canvas.right + 1, base)]
    canvas.fill_below(line, canvas.bottom, Fade((mix(light, low, 0.5), low), base, base + 0.3))
    step = size * 0.85
    for x in along(canvas.left - step, canvas.right + step, step):
        chance = scene.chance.at(x, base)
        numbers = chance.values(("billow", row, round(x / step)), 3)
        place = (x + (numbers[0] - 0.5) * step, base + size * 0.18 + 0.05 * numbers[1])
        shape = chance.values(("puffs", row, round(x / step)), 24)
        heap(canvas, scene, place, size * (0.7 + 0.6 * numbers[2]), numbers=shape, tone=light)


def _back(canvas: Canvas, scene: Scene) -> None:
    paint_range(canvas, scene, Range("cloud peaks", 0.2, 0.7, 0.15, is_sharp=True))
    for row in range(STAND + 1):
        _row(canvas, scene, row)


def _front(canvas: Canvas, scene: Scene) -> None:
    for row in range(STAND + 1, 30):
        if _base(scene, row) - 0.2 > canvas.bottom:
            break
        _row(canvas, scene, row)


def _floor(scene: Scene) -> Line:
    y = _base(scene, STAND + 1) - 0.03
    return level(y)


ABOVE = Land(_back, _front, _floor)
