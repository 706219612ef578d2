"""Space: darkness with nebulae, planets with rings, and the ground of a small moon."""

from math import cos, pi, sin

from PIL import Image

from ..canvas import Canvas, Fade
from ..colour import Colour, mix
from ..curves import Line, Outline, along, ellipse, noise_line
from ..scene import Scene
from ..sky import paint_stars, world_noise
from .land import Land
from .ridges import line_points

WORLDS = ("d98a5a", "c85a54", "5f9aa8", "8a6ab8", "e0b56a", "6a7fc0")


def _back(canvas: Canvas, scene: Scene) -> None:
    soft = canvas.smaller(4)
    palette = scene.palette
    full = Image.new("L", soft.image.size, 255)
    soft.paste(((0, 0, soft.width, soft.height), full), Fade(palette.sky[:3], scene.top - 0.1, scene.bottom + 0.2))
    _nebula(soft, scene)
    canvas.lay(soft)
    paint_stars(canvas, scene)
    _planets(canvas, scene)
    if _has_ground(scene):
        _moonscape(canvas, scene, 0)
        _moonscape(canvas, scene, 1)


def _has_ground(scene: Scene) -> bool:
    return any(hero.mention.motif.role == "ground" for hero in scene.heroes) or not scene.heroes


def _nebula(soft: Canvas, scene: Scene) -> None:
    palette = scene.palette
    layers = ((palette.sky[3], 2.2, 1.6, 0.75), (palette.glow, 1.5, 1.1, 0.6), (palette.accent, 1.2, 0.9, 0.3))
    for i, (tone, across, down, strength) in enumerate(layers):
        mask = world_noise(soft, scene.chance.pick(("nebula", i), range(8)), across, down)
        mask = mask.point([max(0, min(255, round((v - 132) * 3.0 * strength))) for v in range(256)])
        soft.image.paste(Image.new("RGB", soft.image.size, tone), (0, 0), mask)
    soft.glow(scene.sun.x, scene.sun.y, 0.7, palette.sky[3], 0.5)


def _planets(canvas: Canvas, scene: Scene) -> None:
    numbers = scene.chance.values("planets", 12)
    order = scene.chance.shuffled("worlds", WORLDS)
    big = 0.16 + 0.55 * scene.take.sun_size + 0.06 * numbers[0]
    ringed = numbers[1] < 0.6 or any(m.word in ("saturn", "ringed planet") for m in scene.reading.mentions)
    planet(canvas, scene, (scene.sun.x, scene.sun.y * 0.9), big, _hex(order[0]), ringed, 0)
    side = -1.0 if scene.sun.x > 0 else 1.0
    small = (side * scene.half[0] * (0.45 + 0.35 * numbers[2]), scene.top + scene.half[1] * (0.3 + 0.5 * numbers[3]))
    planet(canvas, scene, small, 0.03 + 0.05 * numbers[4], _hex(order[1]), False, 1)


def _hex(text: str) -> Colour:
    return (int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16))


def planet(
    canvas: Canvas,
    scene: Scene,
    place: tuple[float, float],
    radius: float,
    own: Colour,
    ringed: bool,
    name: int,
) -> None:
    """Paint a planet with bands, a dark side and perhaps a ring."""
    x, y = place
    if not canvas.sees(x, y, radius * 2.6):
        return
    tone = mix(own, scene.palette.sky[3], 0.22)
    if scene.manner == "noir":
        tone = scene.palette.land[0]
    canvas.glow(x, y, radius * 1.9, mix(tone, scene.palette.glow, 0.5), 0.4)
    tilt = -0.38
    if ringed:
        _ring(canvas, scene, place, radius, tilt, front=False)
    shape = canvas.fill([ellipse(x, y, radius, radius, 96)], tone)
    if shape is None:
        return
    bands = _bands(scene, place, radius, tilt, name)
    canvas.fill(bands[0], scene.lit(tone, 0.35), 0.55)
    canvas.fill(bands[1], mix(tone, scene.palette.ink, 0.35), 0.4)
    canvas.grainy(shape, mix(scene.palette.sky[0], (4, 4, 12), 0.4), (x + radius * 0.95, y + radius * 0.75), (x - radius * 0.5, y - radius * 0.45), 0.95)
    canvas.rim(shape, scene.lit(tone, 0.7), -radius * 0.03, 0.7)
    if ringed:
        _ring(canvas, scene, place, radius, tilt, front=True)


def _bands(
    scene: Scene, place: tuple[float, float], radius: float, tilt: float, name: int
) -> tuple[list[Outline], list[Outline]]:
    numbers = scene.chance.values(("bands", name), 20)
    light: list[Outline] = []
    dark: list[Outline] = []
    for i in range(7):
        middle = -0.85 + 1.7 * (i + numbers[i]) / 7.5
        thick = 0.03 + 0.07 * numbers[i + 7]
        upper, lower = max(-0.98, middle - thick), min(0.98, middle + thick)
        arc: Outline = []
        for edge in (upper, lower):
            half = (1 - edge * edge) ** 0.5
            run = [(half * (k / 8 - 1), edge + 0.10 * (1 - (k / 8 - 1) ** 2) * (1 - abs(edge))) for k in range(17)]
            arc += run if edge == upper else run[::-1]
        turned = [
            (place[0] + radius * (a * cos(tilt) - b * sin(tilt)), place[1] + radius * (a * sin(tilt) + b * cos(tilt)))
            for a, b in arc
        ]
        (light if i % 2 else dark).append(turned)
    return light, dark


def _ring(
    canvas: Canvas, scene: Scene, place: tuple[float, float], radius: float, tilt: float, front: bool
) -> None:
    start = 0.0 if front else pi
    for outer, inner, strength in ((2.15, 1.72, 0.85), (1.64, 1.42, 0.6)):
        arc: Outline = []
        for size, steps in ((outer, range(33)), (inner, range(32, -1, -1))):
            for k in steps:
                angle = start + pi * k / 32
                a, b = size * cos(angle), size * 0.26 * sin(angle)
                arc.append((place[0] + radius * (a * cos(tilt) - b * sin(tilt)), place[1] + radius * (a * sin(tilt) + b * cos(tilt))))
        shape = canvas.fill([arc], scene.lit(mix(scene.palette.sky[3], (240, 214, 170), 0.6), 0.3), strength)
        if shape is not None:
            canvas.grainy(shape, scene.palette.sky[0], (place[0] + radius * 2.0, place[1]), (place[0] - radius * 0.4, place[1]), 0.7)


def _ground_line(scene: Scene, layer: int) -> Line:
    base = scene.bottom - (0.2 - 0.1 * layer) * min(1.0, scene.half[1] * 2)
    broad = noise_line(scene.chance.lattice(("regolith", layer), 0.6, base), 0.6)
    fine = noise_line(scene.chance.lattice(("regolith fine", layer), 0.14, base), 0.14)
    return lambda x: base - 0.045 * broad(x) - 0.008 * fine(x)


def _moonscape(canvas: Canvas, scene: Scene, layer: int) -> None:
    line = _ground_line(scene, layer)
    points = line_points(canvas, line, 0.012)
    tone = mix(scene.land_at(0.2 + 0.4 * layer), scene.palette.glow, 0.12)
    top = min(y for _, y in points)
    canvas.fill_below(points, canvas.bottom, Fade((scene.lit(tone, 0.3), tone, scene.land_at(1.0)), top, scene.bottom + 0.1))
    craters: list[Outline] = []
    lips: list[Outline] = []
    for x in along(canvas.left - 0.2, canvas.right + 0.2, 0.16):
        numbers = scene.chance.at(x, scene.bottom).values(("crater", layer, round(x / 0.16)), 4)
        if numbers[0] > 0.7:
            continue
        wide = 0.015 + 0.05 * numbers[1] ** 2
        place = (x + numbers[2] * 0.16, line(x) + 0.03 + 0.12 * numbers[3])
        lips.append(ellipse(place[0], place[1] + wide * 0.05, wide * 1.1, wide * 0.32, 24))
        craters.append(ellipse(*place, wide, wide * 0.26, 24))
    canvas.fill(lips, scene.lit(tone, 0.4), 0.6)
    canvas.fill(craters, mix(tone, scene.palette.ink, 0.5), 0.8)


def _floor(scene: Scene) -> Line:
    line = _ground_line(scene, 0)
    return lambda x: line(x) + 0.035


def _front(canvas: Canvas, scene: Scene) -> None:
    return None


SPACE = Land(_back, _front, _floor, has_sky=False)
