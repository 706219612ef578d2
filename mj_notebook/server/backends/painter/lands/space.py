"""Space: darkness with nebulae, planets with rings, and the ground of a small moon."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, sin

from PIL import Image

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import Colour, colour, mix
from mj_notebook.server.backends.painter.curves import Line, Outline, Point, along, ellipse
from mj_notebook.server.backends.painter.lands.land import Land, nothing
from mj_notebook.server.backends.painter.lands.ridges import line_points
from mj_notebook.server.backends.painter.scene import Scene
from mj_notebook.server.backends.painter.sky import paint_stars

TILT = -0.38
"""How far, in radians, planets lean."""

WORLDS = ("d98a5a", "c85a54", "5f9aa8", "8a6ab8", "e0b56a", "6a7fc0")


def _back(canvas: Canvas, scene: Scene) -> None:
    # Nothing in it has an edge: a sixteenth of the pixels shows the same.
    soft = canvas.smaller(4)
    palette = scene.palette
    soft.panel(
        Fade(palette.sky[:3], scene.top - 0.1, scene.bottom + 0.2), top=soft.top, bottom=soft.bottom
    )
    _nebula(soft, scene)
    canvas.lay(soft)
    paint_stars(canvas, scene)
    _planets(canvas, scene)
    # What flies needs no ground; what stands does, and an empty space looks unfinished.
    if scene.standing or not scene.heroes:
        _moonscape(canvas, scene, 0)
        _moonscape(canvas, scene, 1)


def _nebula(soft: Canvas, scene: Scene) -> None:
    palette = scene.palette
    layers = (
        (palette.sky[3], 2.2, 1.6, 0.75),
        (palette.glow, 1.5, 1.1, 0.6),
        (palette.accent, 1.2, 0.9, 0.3),
    )
    for i, (tone, across, down, strength) in enumerate(layers):
        mask = soft.noise(scene.chance.pick(("nebula", i), range(8)), across, down)
        # Only the bright half of the noise, made steep: nebulae have holes to see stars through.
        mask = mask.point([max(0, min(255, round((v - 132) * 3.0 * strength))) for v in range(256)])
        soft.image.paste(Image.new("RGB", soft.image.size, tone), (0, 0), mask)
    soft.glow(scene.sun.x, scene.sun.y, 0.7, palette.sky[3], 0.5)


@dataclass(frozen=True)
class Planet:
    """A planet in the sky."""

    x: float
    y: float
    radius: float
    tone: Colour
    is_ringed: bool
    name: str

    def turned(self, points: Iterable[Point]) -> Outline:
        """Return points given in radii around the tilted planet as points of the world."""
        a, b = self.radius * cos(TILT), self.radius * sin(TILT)
        return [(self.x + px * a - py * b, self.y + px * b + py * a) for px, py in points]


def _planets(canvas: Canvas, scene: Scene) -> None:
    """Paint one great planet and a small one far from it."""
    numbers = scene.chance.values("planets", 12)
    order = scene.chance.shuffled("worlds", WORLDS)
    tones = [mix(colour(own), scene.palette.sky[3], 0.22) for own in order[:2]]
    if scene.manner == "noir":
        # Noir has no colours but its own.
        tones = [scene.palette.land[0]] * 2
    asked = any(mention.word in ("saturn", "ringed planet") for mention in scene.content.mentions)
    radius = 0.16 + 0.55 * scene.take.sun_size + 0.06 * numbers[0]
    # On the other side than the great one, which stands where the sun would.
    side = -1.0 if scene.sun.x > 0 else 1.0
    x = side * scene.half[0] * (0.45 + 0.35 * numbers[2])
    y = scene.top + scene.half[1] * (0.3 + 0.5 * numbers[3])
    ringed = asked or numbers[1] < 0.6
    great = Planet(scene.sun.x, scene.sun.y * 0.9, radius, tones[0], ringed, "great")
    small = Planet(x, y, 0.03 + 0.05 * numbers[4], tones[1], is_ringed=False, name="small")
    for planet in (great, small):
        if canvas.sees(planet.x, planet.y, planet.radius * 2.6):
            _planet(canvas, scene, planet)


def _planet(canvas: Canvas, scene: Scene, planet: Planet) -> None:
    """Paint a planet with bands, a dark side and perhaps a ring."""
    x, y, radius, tone = planet.x, planet.y, planet.radius, planet.tone
    canvas.glow(x, y, radius * 1.9, mix(tone, scene.palette.glow, 0.5), 0.4)
    if planet.is_ringed:
        # The half behind first, then the globe, then the half before it.
        _half_ring(canvas, scene, planet, start=pi)
    shape = canvas.fill([ellipse(x, y, radius, radius, 96)], tone)
    if shape is None:
        return
    light, dark = _bands(scene, planet)
    canvas.fill(light, scene.lit(tone, 0.35), 0.55)
    canvas.fill(dark, mix(tone, scene.palette.ink, 0.35), 0.4)
    night = mix(scene.palette.sky[0], (4, 4, 12), 0.4)
    start, end = (x + radius * 0.95, y + radius * 0.75), (x - radius * 0.5, y - radius * 0.45)
    canvas.grainy(shape, night, start, end, 0.95)
    canvas.rim(shape, scene.lit(tone, 0.7), -radius * 0.03, 0.7)
    if planet.is_ringed:
        _half_ring(canvas, scene, planet, start=0.0)


def _bands(scene: Scene, planet: Planet) -> tuple[list[Outline], list[Outline]]:
    """Return light and dark belts of cloud, bent with the globe."""
    numbers = scene.chance.values(("bands", planet.name), 20)
    belts: tuple[list[Outline], list[Outline]] = ([], [])
    for i in range(7):
        middle = -0.85 + 1.7 * (i + numbers[i]) / 7.5
        thick = 0.03 + 0.07 * numbers[i + 7]
        upper, lower = _belt(max(-0.98, middle - thick)), _belt(min(0.98, middle + thick))
        belts[1 - i % 2].append(planet.turned([*upper, *reversed(lower)]))
    return belts


def _belt(height: float) -> Outline:
    # As long as the globe is wide there, and bent downwards: so a belt looks round.
    half = (1 - height * height) ** 0.5
    steps = [k / 8 - 1 for k in range(17)]
    return [(half * t, height + 0.10 * (1 - t * t) * (1 - abs(height))) for t in steps]


def _half_ring(canvas: Canvas, scene: Scene, planet: Planet, start: float) -> None:
    """Paint the half of the rings that begins at the angle *start*: behind or before the globe."""
    tone = scene.lit(mix(scene.palette.sky[3], (240, 214, 170), 0.6), 0.3)
    turns = [start + pi * k / 32 for k in range(33)]
    for outer, inner, strength in ((2.15, 1.72, 0.85), (1.64, 1.42, 0.6)):
        far = [(outer * cos(turn), outer * 0.26 * sin(turn)) for turn in turns]
        near = [(inner * cos(turn), inner * 0.26 * sin(turn)) for turn in reversed(turns)]
        shape = canvas.fill([planet.turned(far + near)], tone, strength)
        right = (planet.x + planet.radius * 2.0, planet.y)
        left = (planet.x - planet.radius * 0.4, planet.y)
        canvas.grainy(shape, scene.palette.sky[0], right, left, 0.7)


def _ground_line(scene: Scene, layer: int) -> Line:
    base = scene.bottom - (0.2 - 0.1 * layer) * min(1.0, scene.half[1] * 2)
    broad = scene.chance.line(("regolith", layer), 0.6, base)
    fine = scene.chance.line(("regolith fine", layer), 0.14, base)
    return lambda x: base - 0.045 * broad(x) - 0.008 * fine(x)


def _moonscape(canvas: Canvas, scene: Scene, layer: int) -> None:
    line = _ground_line(scene, layer)
    points = line_points(canvas, line, 0.012)
    tone = mix(scene.land_at(0.2 + 0.4 * layer), scene.palette.glow, 0.12)
    canvas.ground(points, (scene.lit(tone, 0.3), tone, scene.land_at(1.0)), scene.bottom + 0.1)
    craters: list[Outline] = []
    lips: list[Outline] = []
    for x in along(canvas.left - 0.2, canvas.right + 0.2, 0.16):
        numbers = scene.chance.at(x, scene.bottom).values(("crater", layer, round(x / 0.16)), 4)
        if numbers[0] > 0.7:
            continue
        # Squared: many small craters, few large ones.
        wide = 0.015 + 0.05 * numbers[1] ** 2
        place = (x + numbers[2] * 0.16, line(x) + 0.03 + 0.12 * numbers[3])
        lips.append(ellipse(place[0], place[1] + wide * 0.05, wide * 1.1, wide * 0.32, 24))
        craters.append(ellipse(*place, wide, wide * 0.26, 24))
    canvas.fill(lips, scene.lit(tone, 0.4), 0.6)
    canvas.fill(craters, mix(tone, scene.palette.ink, 0.5), 0.8)


def _floor(scene: Scene) -> Line:
    line = _ground_line(scene, 0)
    return lambda x: line(x) + 0.035


SPACE = Land(_back, nothing, _floor, has_sky=False)
