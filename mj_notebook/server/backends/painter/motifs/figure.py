"""Figures: motifs drawn as a few outlines, written and explained in `figures.txt`."""

from dataclasses import dataclass
from math import cos, sin

from mj_notebook.server.backends.painter.canvas import Canvas, Shape
from mj_notebook.server.backends.painter.colour import Colour, colour, mix, shifted
from mj_notebook.server.backends.painter.curves import (
    Outline,
    Point,
    ellipse,
    outline,
    read_points,
    smooth,
    stroke,
)
from mj_notebook.server.backends.painter.moods import HUES
from mj_notebook.server.backends.painter.scene import Hero, Scene

AMBIENT = {"day": 0.08, "dawn": 0.15, "sunset": 0.18, "dusk": 0.24, "night": 0.30}
"""How much of the air's colour lies on things at each hour."""

DIMMED = {"dusk": -0.05, "night": -0.09}
"""How much darker things are at hours without sun."""


@dataclass(frozen=True)
class Part:
    """One colour of a figure and all that is painted with it."""

    role: str
    outlines: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A motif as outlines."""

    name: str
    tones: dict[str, Colour]
    """Its own colours by role; a role that isn't here takes the palette's."""

    scale: float
    """Its height beside other heroes."""

    parts: tuple[Part, ...]

    @property
    def reach(self) -> float:
        """How far it rises above its own origin, in its units."""
        return -min(y for part in self.parts for points in part.outlines for _, y in points)


def read_figures(text: str) -> dict[str, Figure]:
    """Return the figures written in *text* by their names."""
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    blocks = (block.strip() for block in bare.split("\n["))
    return {drawn.name: drawn for drawn in map(_figure, filter(None, blocks))}


def _figure(block: str) -> Figure:
    heading, *lines = filter(None, block.splitlines())
    name, _, rest = heading.partition("] ")
    scale, *tones = rest.split()
    pairs = (tone.split("=") for tone in tones)
    own = {role: colour(tone) for role, tone in pairs}
    return Figure(name, own, float(scale), tuple(map(_part, lines)))


def _part(line: str) -> Part:
    role, _, drawing = line.strip().partition(":")
    mirrored = role.endswith("|")
    name, _, width = role.rstrip("|").partition("/")
    outlines = [_outline(text, width) for text in drawing.split("|")]
    if mirrored:
        # Mirrored at the middle: what has two sides is written once.
        outlines += [tuple((-x, y) for x, y in points) for points in outlines]
    return Part(name.strip(), tuple(outlines))


def _outline(text: str, width: str) -> tuple[Point, ...]:
    text = text.strip()
    if text.startswith("@"):
        x, y, across, down = (float(number) for number in text[1:].split(","))
        return tuple(ellipse(x, y, across, down, 40))
    if not width:
        return outline(text)
    return tuple(_line(text, width))


def _line(text: str, width: str) -> Outline:
    """Return the outline of a line through the points in *text*."""
    points, corners = read_points(text)
    corners[0] = corners[-1] = True
    way = smooth(points, corners, smoothness=6)
    if len(points) > 2:
        # The curve closes itself; the stretch home from the last point is not part of a line.
        last = points[-1]
        end = max(i for i, point in enumerate(way) if point == last)
        way = way[: end + 1]
    start, _, finish = width.partition(">")
    thick, thin = float(start), float(finish or start)
    count = max(1, len(way) - 1)
    return stroke(way, [thick + (thin - thick) * i / count for i in range(count + 1)])


Coat = dict[str, Colour]
FLAT = frozenset(["lamp", "lamp2", "flame", "glow", "glow2", "steam", "earth"])
"""What shines or drifts has no side in the shade."""


def coat_of(scene: Scene, hero: Hero, own: dict[str, Colour]) -> Coat:
    """Return the colours a hero wears in the light of a scene."""
    palette = scene.palette
    hue = HUES.get(hero.mention.hue or "")
    ambient = AMBIENT[scene.hour] * (0.5 if hue else 1.0)
    air = mix(palette.land[2], palette.sky[2], 0.35)
    colours = {"main": palette.accent, "paper": (247, 239, 222), "second": palette.land[1], **own}
    if hue:
        colours["main"] = hue
    if scene.manner == "noir":
        lift = 0.12 if scene.is_dark else 0.0
        colours = {role: shifted(tone, lift, 0.0) for role, tone in colours.items()}
        if hue:
            colours["main"] = hue
    dimmed = DIMMED.get(scene.hour, 0.0)
    worn = {role: shifted(mix(tone, air, ambient), dimmed) for role, tone in colours.items()}
    return worn | _shared(scene, worn, air)


def _shared(scene: Scene, worn: Coat, air: Colour) -> Coat:
    """Return the colours that follow from a coat and a scene, whatever the figure."""
    palette, main = scene.palette, worn["main"]
    lamp = mix((255, 236, 176), palette.sun, 0.4)
    ink = mix(palette.ink, main, 0.12)
    return {
        "accent": worn.get("accent", mix(palette.accent, air, AMBIENT[scene.hour] * 0.5)),
        "beam": lamp if scene.hour != "day" else (236, 226, 190),
        "dark": mix(shifted(main, -0.07), palette.ink, 0.3),
        "earth": palette.land[3],
        "eye": (248, 196, 84),
        "flame": mix((255, 214, 120), palette.sun, 0.3),
        "glass": mix(palette.sky[1], palette.sky[3], 0.4),
        "glow": (247, 150, 60),
        "glow2": (222, 96, 40),
        "ink": ink,
        "lamp": mix(lamp, (255, 200, 100), 0.4) if scene.is_dark else ink,
        "lamp2": lamp,
        "leaf": mix((84, 128, 74), air, AMBIENT[scene.hour]),
        "light": scene.lit(main, 0.34),
        "shine": palette.glow,
        "skinshade": mix(worn.get("third", main), palette.ink, 0.16),
        "steam": mix(palette.sky[3], palette.sun, 0.4),
        "visor": mix(palette.sky[0], (24, 30, 52), 0.5),
    }


class Pen:
    """Draws in the units of a figure at the place of a hero, and remembers what it covered."""

    def __init__(
        self, canvas: Canvas, scene: Scene, hero: Hero, scale: float = 1.0, tilt: float = 0.0
    ) -> None:
        self.canvas, self.scene, self.hero = canvas, scene, hero
        self.unit = hero.size * scale / 100
        self.turn = -1.0 if hero.flip else 1.0
        self.cosine, self.sine = cos(tilt), sin(tilt)
        self.covered: list[list[Point]] = []

    def place(self, points: Outline | tuple[Point, ...]) -> Outline:
        """Return points of the figure as points of the world."""
        a, b = self.unit * self.cosine, self.unit * self.sine
        turn, left, top = self.turn, self.hero.x, self.hero.y
        return [(left + (x * a - y * b) * turn, top + x * b + y * a) for x, y in points]

    def fill(
        self,
        outlines: list[Outline] | tuple[tuple[Point, ...], ...],
        tone: Colour,
        *,
        covers: bool = True,
    ) -> Shape | None:
        """Paint outlines of the figure; *covers* makes them part of what is modelled later."""
        placed = [self.place(points) for points in outlines]
        if covers:
            self.covered.extend(placed)
        return self.canvas.fill(placed, tone)

    def model(self, coat: Coat, strength: float = 0.55) -> None:
        """Give what was drawn a body: grain on the side in the shade, a rim on the lit side."""
        shape = self.canvas.shape(self.covered)
        if shape is None:
            return
        left = min(x for points in self.covered for x, _ in points)
        right = max(x for points in self.covered for x, _ in points)
        low = max(y for points in self.covered for _, y in points)
        high = min(y for points in self.covered for _, y in points)
        side = self.scene.side(self.hero.x)
        middle = (left + right) / 2
        far = right if side < 0 else left
        self.canvas.grainy(
            shape,
            coat["dark"],
            (far, low),
            (middle + (middle - far) * 0.2, (low + high) / 2),
            strength,
        )
        self.canvas.rim(shape, coat["light"], side * self.hero.size * 0.012, 0.75)


def paint_figure(
    canvas: Canvas, scene: Scene, hero: Hero, drawn: Figure, tilt: float = 0.0
) -> None:
    """Paint *drawn* at the place of *hero*, leaning by *tilt* radians."""
    coat = coat_of(scene, hero, drawn.tones)
    pen = Pen(canvas, scene, hero, drawn.scale, tilt)
    for part in drawn.parts:
        pen.fill(part.outlines, coat.get(part.role, coat["main"]), covers=part.role not in FLAT)
    pen.model(coat)
