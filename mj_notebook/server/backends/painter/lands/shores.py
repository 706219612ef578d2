"""Lake and sea."""

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, lens
from mj_notebook.server.backends.painter.lands.far import paint_far
from mj_notebook.server.backends.painter.lands.land import Land
from mj_notebook.server.backends.painter.lands.plants import grasses
from mj_notebook.server.backends.painter.lands.ridges import line_points
from mj_notebook.server.backends.painter.lands.water import bank_line, headland_line, paint_water
from mj_notebook.server.backends.painter.scene import Scene

BEACHES = frozenset(["beach", "shore", "coast", "seaside", "bay", "strand"])


# -- the lake ------------------------------------------------------------------------------------


def _lake_back(canvas: Canvas, scene: Scene) -> None:
    kind = scene.backdrop or scene.chance.pick("lake far", ("mountains", "mountains", "hills"))
    paint_far(canvas, scene, kind)
    if kind != "city":
        paint_far(canvas, scene, "forest")
    paint_water(canvas, scene, 0.72)
    if scene.standing:
        _bank(canvas, scene)


def _lake_front(canvas: Canvas, scene: Scene) -> None:
    if not scene.standing:
        _bank(canvas, scene)
    if scene.take.frame in ("grass", "bank", "branch"):
        grasses(canvas, scene, bank_line(scene, "bank"), "reeds")


def _bank(canvas: Canvas, scene: Scene) -> None:
    line = bank_line(scene, "bank")
    tone = scene.land_at(0.95)
    tones = (scene.lit(tone, 0.16), tone, scene.palette.ink)
    canvas.ground(line_points(canvas, line, 0.03), tones, scene.bottom + 0.05)


def _bank_floor(scene: Scene) -> Line:
    line = bank_line(scene, "bank")
    return lambda x: line(x) + 0.012


# -- the sea -------------------------------------------------------------------------------------


def _sea_back(canvas: Canvas, scene: Scene) -> None:
    if scene.backdrop:
        paint_far(canvas, scene, scene.backdrop)
    elif scene.chance.value("sea far") < 0.6:
        far_coast(canvas, scene)
    paint_water(canvas, scene, 0.42)
    if _is_beach(scene):
        _beach(canvas, scene)
    elif scene.standing:
        _headland(canvas, scene)


def _is_beach(scene: Scene) -> bool:
    """Tell whether the prompt speaks of a shore to walk on rather than of the open sea."""
    return any(mention.word in BEACHES for mention in scene.content.mentions)


def _beach(canvas: Canvas, scene: Scene) -> None:
    """Paint a flat strand with the foam of the last wave."""
    line = bank_line(scene, "beach")
    points = line_points(canvas, line, 0.02)
    edge = scene.chance.line("strand", 0.22, scene.bottom)
    sand = mix(scene.palette.sun, scene.land_at(0.15), 0.5)
    foam = mix(scene.palette.sky[3], (255, 255, 255), 0.5)
    for drop, tone in (
        (-0.022, foam),
        (-0.008, mix(sand, scene.palette.land[2], 0.4)),
        (0.006, sand),
    ):
        rim = [(x, y + drop + 0.012 * edge(x)) for x, y in points]
        low = mix(tone, scene.land_at(0.6), 0.5)
        canvas.ground(rim, (tone, mix(tone, low, 0.4), low), scene.bottom + 0.1)


def far_coast(canvas: Canvas, scene: Scene) -> None:
    """Set a pale coast or some islands on the horizon."""
    for layer, (height, depth) in enumerate(((0.07, 0.05), (0.045, 0.3))):
        line = scene.chance.line(("coast", layer), 0.34, scene.horizon)
        detail = scene.chance.line(("coast fine", layer), 0.05, scene.horizon)
        points = [
            (x, scene.horizon - max(0.0, height * (line(x) * 1.5 - 0.25) + 0.006 * detail(x)))
            for x in along(canvas.left, canvas.right, 0.012)
        ]
        tone = mix(scene.land_at(depth), scene.palette.mist, 0.4 - 0.2 * layer)
        canvas.fill(
            [[*points, (canvas.right + 1, scene.horizon), (canvas.left - 1, scene.horizon)]], tone
        )


def _headland(canvas: Canvas, scene: Scene) -> None:
    line = headland_line(scene)
    points = [point for point in line_points(canvas, line, 0.01) if point[1] < canvas.bottom + 0.4]
    if not points:
        return
    tone = scene.land_at(0.8)
    top = min(y for _, y in points)
    side = scene.side(scene.heroes[0].x)
    body = [*points, (points[-1][0], canvas.bottom + 1), (points[0][0], canvas.bottom + 1)]
    _surf(canvas, scene, points)
    shape = canvas.fill(
        [body],
        Fade(
            (scene.lit(tone, 0.22), tone, scene.land_at(1.0), scene.palette.ink),
            top,
            scene.bottom + 0.1,
        ),
    )
    turf = points + [
        (x, y + 0.018 + 0.012 * ((i * 7) % 5) / 5)
        for i, (x, y) in reversed(list(enumerate(points)))
    ]
    canvas.fill([turf], scene.lit(scene.land_at(0.6), 0.22))
    canvas.grainy(
        shape, scene.palette.ink, (side * 0.9, scene.bottom), (-side * 0.5, top + 0.1), 0.5
    )
    canvas.rim(shape, scene.lit(tone, 0.5), side * 0.006, 0.6)


def _surf(canvas: Canvas, scene: Scene, points: Outline) -> None:
    """Put foam where the rock meets the water."""
    foam: list[Outline] = []
    for i in range(0, len(points), 5):
        x, y = points[i]
        if y < scene.horizon + 0.04 or y > canvas.bottom:
            continue
        numbers = scene.chance.at(x, y).values(("foam", round(x * 100)), 2)
        foam.append(lens(x, y + 0.012, 0.04 + 0.07 * numbers[0], 0.004 + 0.006 * numbers[1]))
    canvas.fill(foam, mix(scene.palette.sky[3], (255, 255, 255), 0.5), 0.75)


def _sea_front(canvas: Canvas, scene: Scene) -> None:
    if not scene.standing and not _is_beach(scene):
        _near_waves(canvas, scene)


def _near_waves(canvas: Canvas, scene: Scene) -> None:
    """Roll two or three waves towards the viewer, each with its foam."""
    depth = scene.bottom - scene.horizon
    near = mix(scene.palette.sky[0], scene.palette.land[2], 0.45)
    for row in range(5):
        base = scene.bottom - depth * (0.26 - 0.15 * row)
        if base - 0.1 > canvas.bottom:
            break
        swing = 0.018 + 0.012 * row
        line = scene.chance.line(("wave", row), 0.32, base)
        crest: Outline = []
        for x in along(canvas.left - 0.1, canvas.right + 0.1, 0.02):
            bump = line(x)
            crest.append((x, base - swing * (1.4 * abs(bump) ** 0.7 * (1 if bump > 0 else -0.5))))
        tone = mix(near, scene.palette.ink, 0.10 + 0.14 * row)
        lit = mix(tone, scene.palette.sky[2], 0.45)
        canvas.fill_below(
            crest, canvas.bottom, Fade((lit, tone, tone), base - swing * 1.4, base + depth * 0.2)
        )
        foam = crest + [(x, y + 0.003 + 0.006 * max(0.0, line(x))) for x, y in reversed(crest)]
        canvas.fill([foam], mix(scene.palette.sky[3], scene.palette.sun, 0.5), 0.7)


def _sea_floor(scene: Scene) -> Line:
    if _is_beach(scene):
        beach = bank_line(scene, "beach")
        return lambda x: beach(x) + 0.03
    line = headland_line(scene)
    return lambda x: line(x) + 0.008


LAKE = Land(_lake_back, _lake_front, _bank_floor, sky_below=0.02)
SEA = Land(_sea_back, _sea_front, _sea_floor, sky_below=0.02)
