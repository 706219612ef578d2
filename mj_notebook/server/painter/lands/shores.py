"""Lake, sea and island."""

from math import exp

from ..canvas import Canvas, Fade
from ..colour import mix
from ..curves import Line, Outline, along, bend, ellipse, lens, noise_line, stroke
from ..scene import Scene
from .far import paint_far
from .land import Land
from .plants import conifer, grasses, leafy
from .ridges import line_points
from .water import bank_line, headland_line, paint_water


def ground_heroes(scene: Scene) -> bool:
    """Tell whether anybody needs dry land."""
    return any(hero.mention.motif.role == "ground" for hero in scene.heroes)


BEACHES = frozenset("beach shore coast seaside bay strand".split())


# -- the lake ------------------------------------------------------------------------------------


def _lake_back(canvas: Canvas, scene: Scene) -> None:
    kind = scene.backdrop or scene.chance.pick("lake far", ("mountains", "mountains", "hills"))
    paint_far(canvas, scene, kind)
    if kind != "city":
        paint_far(canvas, scene, "forest")
    paint_water(canvas, scene, 0.72)
    if ground_heroes(scene):
        _bank(canvas, scene)


def _lake_front(canvas: Canvas, scene: Scene) -> None:
    if not ground_heroes(scene):
        _bank(canvas, scene)
    if scene.take.frame in ("grass", "bank", "branch"):
        grasses(canvas, scene, bank_line(scene, "bank"), "reeds")


def _bank(canvas: Canvas, scene: Scene) -> None:
    line = bank_line(scene, "bank")
    tone = scene.land_at(0.95)
    points = line_points(canvas, line, 0.03)
    top = min(y for _, y in points)
    canvas.fill_below(points, canvas.bottom, Fade((scene.lit(tone, 0.16), tone, scene.palette.ink), top, scene.bottom + 0.05))


def _bank_floor(scene: Scene) -> Line:
    line = bank_line(scene, "bank")
    return lambda x: line(x) + 0.012


# -- the sea -------------------------------------------------------------------------------------


def _sea_back(canvas: Canvas, scene: Scene) -> None:
    if scene.backdrop:
        paint_far(canvas, scene, scene.backdrop)
    elif scene.chance.value("sea far") < 0.6:
        _far_coast(canvas, scene)
    paint_water(canvas, scene, 0.42)
    if _is_beach(scene):
        _beach(canvas, scene)
    elif ground_heroes(scene):
        _headland(canvas, scene)


def _is_beach(scene: Scene) -> bool:
    """Tell whether the prompt speaks of a shore to walk on rather than of the open sea."""
    return any(mention.word in BEACHES for mention in scene.reading.mentions)


def _beach(canvas: Canvas, scene: Scene) -> None:
    """Paint a flat strand with the foam of the last wave."""
    line = bank_line(scene, "beach")
    points = line_points(canvas, line, 0.02)
    edge = noise_line(scene.chance.lattice("strand", 0.22, scene.bottom), 0.22)
    sand = mix(scene.palette.sun, scene.land_at(0.15), 0.5)
    foam = mix(scene.palette.sky[3], (255, 255, 255), 0.5)
    for drop, tone in ((-0.022, foam), (-0.008, mix(sand, scene.palette.land[2], 0.4)), (0.006, sand)):
        rim = [(x, y + drop + 0.012 * edge(x)) for x, y in points]
        top = min(y for _, y in rim)
        low = mix(tone, scene.land_at(0.6), 0.5)
        canvas.fill_below(rim, canvas.bottom, Fade((tone, mix(tone, low, 0.4), low), top, scene.bottom + 0.1))


def _far_coast(canvas: Canvas, scene: Scene) -> None:
    """Set a pale coast or some islands on the horizon."""
    for layer, (height, depth) in enumerate(((0.07, 0.05), (0.045, 0.3))):
        line = noise_line(scene.chance.lattice(("coast", layer), 0.34, scene.horizon), 0.34)
        detail = noise_line(scene.chance.lattice(("coast fine", layer), 0.05, scene.horizon), 0.05)
        points = [
            (x, scene.horizon - max(0.0, height * (line(x) * 1.5 - 0.25) + 0.006 * detail(x)))
            for x in along(canvas.left, canvas.right, 0.012)
        ]
        tone = mix(scene.land_at(depth), scene.palette.mist, 0.4 - 0.2 * layer)
        canvas.fill([[*points, (canvas.right + 1, scene.horizon), (canvas.left - 1, scene.horizon)]], tone)


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
    shape = canvas.fill([body], Fade((scene.lit(tone, 0.22), tone, scene.land_at(1.0), scene.palette.ink), top, scene.bottom + 0.1))
    if shape is None:
        return
    grass = [(x, y) for x, y in points]
    turf = grass + [(x, y + 0.018 + 0.012 * ((i * 7) % 5) / 5) for i, (x, y) in reversed(list(enumerate(grass)))]
    canvas.fill([turf], scene.lit(scene.land_at(0.6), 0.22))
    canvas.grainy(shape, scene.palette.ink, (side * 0.9, scene.bottom), (-side * 0.5, top + 0.1), 0.5)
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
    if not ground_heroes(scene) and not _is_beach(scene):
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
        line = noise_line(scene.chance.lattice(("wave", row), 0.32, base), 0.32)
        crest: Outline = []
        for x in along(canvas.left - 0.1, canvas.right + 0.1, 0.02):
            bump = line(x)
            crest.append((x, base - swing * (1.4 * abs(bump) ** 0.7 * (1 if bump > 0 else -0.5))))
        tone = mix(near, scene.palette.ink, 0.10 + 0.14 * row)
        lit = mix(tone, scene.palette.sky[2], 0.45)
        canvas.fill_below(crest, canvas.bottom, Fade((lit, tone, tone), base - swing * 1.4, base + depth * 0.2))
        foam = crest + [(x, y + 0.003 + 0.006 * max(0.0, line(x))) for x, y in reversed(crest)]
        canvas.fill([foam], mix(scene.palette.sky[3], scene.palette.sun, 0.5), 0.7)


# -- the island ----------------------------------------------------------------------------------


def _island_place(scene: Scene) -> tuple[float, float, float]:
    """Return the middle of the island, its water line and half its width."""
    spots = [hero.x for hero in scene.heroes if hero.mention.motif.role == "ground"][:1]
    free = scene.take.hero_x * (1 if scene.sun.x < 0 else -1) * scene.half[0] * 1.4
    x = spots[0] if spots else free
    size = 0.30 * (0.75 + 0.35 * scene.take.hero_size)
    return x, scene.horizon + (scene.bottom - scene.horizon) * 0.22, size


def _island_line(scene: Scene) -> Line:
    x0, level, half = _island_place(scene)
    rough = noise_line(scene.chance.lattice("island", 0.12, level), 0.12)

    def height(x: float) -> float:
        t = (x - x0) / half
        hump = exp(-(t * 1.25) ** 4) * 0.5 + exp(-(t * 2.0) ** 2) * 0.5
        return level - half * 0.42 * hump * max(0.0, 1 - t * t) - 0.012 * rough(x) * hump

    return height


def _island_back(canvas: Canvas, scene: Scene) -> None:
    if scene.backdrop:
        paint_far(canvas, scene, scene.backdrop)
    else:
        _far_coast(canvas, scene)
    paint_water(canvas, scene, 0.4)
    x0, level, half = _island_place(scene)
    sand = mix(scene.palette.sun, scene.land_at(0.1), 0.4)
    canvas.fill([lens(x0, level + 0.014, half * 1.3, 0.03)], mix(scene.palette.sky[3], sand, 0.3), 0.55)
    canvas.fill([lens(x0, level + 0.006, half * 1.14, 0.02)], sand)
    line = _island_line(scene)
    points = [(x0 + half * (i / 30 - 1), line(x0 + half * (i / 30 - 1))) for i in range(61)]
    tone = scene.land_at(0.62)
    shape = canvas.fill([points], Fade((scene.lit(tone, 0.3), tone), level - half * 0.4, level))
    if shape is not None:
        side = scene.side(x0)
        canvas.grainy(shape, scene.shaded(tone, 0.6), (x0 + side * half, level), (x0 - side * half * 0.2, level - half * 0.3), 0.8)
    _island_trees(canvas, scene, line, (x0, level, half))


def _island_trees(
    canvas: Canvas, scene: Scene, line: Line, place: tuple[float, float, float]
) -> None:
    x0, level, half = place
    numbers = scene.chance.values("island trees", 60)
    tone = mix(scene.land_at(0.9), scene.palette.ink, 0.2)
    taken = [hero for hero in scene.heroes if hero.mention.motif.role == "ground"]
    palms = scene.chance.value("palms") < 0.7 and "snow" not in scene.weather
    for i in range(9):
        x = x0 + half * 1.3 * (numbers[i * 6] - 0.5)
        if any(abs(hero.x - x) < hero.size * 0.3 for hero in taken):
            continue
        foot, tall = line(x) + 0.012, half * (0.5 + 0.5 * numbers[i * 6 + 1]) * (0.6 if taken else 1.0)
        if palms and i < 5:
            canvas.fill(palm(x, foot, tall, numbers[i * 6 :]), tone)
        elif palms:
            canvas.fill(leafy(x, foot, tall * 0.35, numbers[i * 6 :]), mix(tone, scene.land_at(0.6), 0.3))
        else:
            canvas.fill([conifer(x, foot, tall * 0.8, numbers[i * 6 : i * 6 + 5])], tone)


def palm(x: float, y: float, height: float, numbers: list[float]) -> list[Outline]:
    """Return a palm: a leaning trunk and drooping leaves."""
    lean = height * (numbers[2] - 0.5) * 0.8
    top = (x + lean, y - height)
    trunk = stroke(bend((x, y), (x + lean * 0.1, y - height * 0.6), top), [height * 0.05, height * 0.025])
    leaves = [trunk, ellipse(top[0], top[1], height * 0.03, height * 0.03, 10)]
    for across, down in ((-0.46, 0.22), (-0.4, -0.02), (-0.2, -0.2), (0.14, -0.22), (0.38, -0.06), (0.46, 0.18), (0.24, 0.34), (-0.26, 0.34)):
        tip = (top[0] + across * height, top[1] + down * height)
        middle = (top[0] + across * height * 0.6, top[1] + min(down, 0) * height - height * 0.14)
        widths = [0.01, 0.05, 0.06, 0.05, 0.03, 0.004]
        leaves.append(stroke(bend(top, middle, tip, 5), [w * height for w in widths]))
    return leaves


def _island_floor(scene: Scene) -> Line:
    line = _island_line(scene)
    return lambda x: line(x) + 0.006


def _sea_floor(scene: Scene) -> Line:
    if _is_beach(scene):
        beach = bank_line(scene, "beach")
        return lambda x: beach(x) + 0.03
    line = headland_line(scene)
    return lambda x: line(x) + 0.008


LAKE = Land(_lake_back, _lake_front, _bank_floor, sky_below=0.02)
SEA = Land(_sea_back, _sea_front, _sea_floor, sky_below=0.02)
ISLAND = Land(_island_back, lambda canvas, scene: None, _island_floor, sky_below=0.02)
