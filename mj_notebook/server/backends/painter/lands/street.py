"""A street: a row of narrow gabled houses seen from the other side."""

from dataclasses import dataclass, field

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import Colour, colour, mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, box_of, level
from mj_notebook.server.backends.painter.lands.land import Land, nothing
from mj_notebook.server.backends.painter.scene import Scene

FRONTS = ("c8694a", "d9a65a", "5f8a8b", "a9503f", "e2c99a", "4f6b86", "8a5a6a", "7d9a78")


GABLES = (
    ((0.0, 0.0), (0.5, 0.62)),
    (
        (0.0, 0.0),
        (0.0, 0.16),
        (0.14, 0.16),
        (0.14, 0.33),
        (0.28, 0.33),
        (0.28, 0.49),
        (0.4, 0.49),
        (0.4, 0.62),
    ),
    ((0.0, 0.0), (0.05, 0.12), (0.2, 0.19), (0.28, 0.38), (0.4, 0.56), (0.5, 0.62)),
    ((0.0, 0.0), (0.0, 0.12)),
)
"""The left halves of gables, in widths of a house: pointed, stepped, bell-shaped, flat."""

STOREY = 0.085
AIR = {"day": 0.25, "dawn": 0.4, "sunset": 0.42, "dusk": 0.6, "night": 0.72}
"""How much of the land's colour lies on the fronts at each hour."""

Span = tuple[float, float]
"""Top and foot of a house."""


def _kerb(scene: Scene) -> float:
    return scene.bottom - 0.17


@dataclass(frozen=True)
class Trim:
    """What the houses of a row have on their fronts; painted together, so quickly."""

    sides: list[Outline] = field(default_factory=list)
    panes: list[Outline] = field(default_factory=list)
    lit: list[Outline] = field(default_factory=list)
    doors: list[Outline] = field(default_factory=list)
    awnings: list[Outline] = field(default_factory=list)

    def add_front(self, x: float, width: float, span: Span, numbers: list[float]) -> None:
        """Give a house its windows, its door and perhaps the awning of a shop."""
        top, foot = span
        # A third window in a narrow house would be a slit.
        columns = 2 if width < 0.19 else 3
        across = width / columns
        for floor in range(max(1, int((foot - top - 0.12) / STOREY))):
            upper = foot - 0.2 - floor * STOREY
            for column in range(columns):
                pane = box_of(x + across * (column + 0.28), across * 0.44, upper, upper + 0.052)
                is_lit = numbers[(floor * columns + column) % len(numbers)] < 0.4
                (self.lit if is_lit else self.panes).append(pane)
        # The door takes the place of a shop window, so the two never overlap.
        door = int(numbers[3] * columns)
        self.doors.append(box_of(x + across * (door + 0.24), across * 0.52, foot - 0.105, foot))
        for column in range(columns):
            if column != door:
                left = x + across * (column + 0.16)
                self.lit.append(box_of(left, across * 0.68, foot - 0.095, foot - 0.025))
        if numbers[1] < 0.4:
            upper, lower = foot - 0.125, foot - 0.095
            inner, outer = (x + 0.012, x + width - 0.012), (x + 0.004, x + width - 0.004)
            self.awnings.append(
                [(inner[0], upper), (inner[1], upper), (outer[1], lower), (outer[0], lower)]
            )


def _gable(x: float, width: float, top: float, kind: int) -> Outline:
    """Return the upper edge of a house from left to right."""
    half = [(x + across * width, top - up * width) for across, up in GABLES[kind]]
    return half + [(2 * x + width - px, py) for px, py in reversed(half)]


def _row(canvas: Canvas, scene: Scene, foot: float, scale: float, depth: float) -> None:
    """Paint one row of houses wall to wall; only the near one shows its windows."""
    wide = 0.2 * scale
    trim = Trim()
    for x in along(canvas.left - wide * 2, canvas.right + wide, wide):
        numbers = scene.chance.at(x, foot).values(("house", depth, round(x / wide)), 26)
        room = min(0.62, (foot - scene.top) * 0.62)
        top = foot - room * (0.62 + 0.38 * numbers[1]) * scale
        tone = _front_tone(scene, numbers[2], depth)
        # A hair wider than its place: between two walls no sky may shine through.
        gable = _gable(x, wide + 0.001, top, int(numbers[0] * len(GABLES)))
        fade = (scene.lit(tone, 0.1), tone, mix(tone, scene.palette.ink, 0.2))
        canvas.fill([[(x, foot), *gable, (x + wide + 0.001, foot)]], Fade(fade, top - 0.1, foot))
        coping = gable + [(px, py + 0.012) for px, py in reversed(gable)]
        canvas.fill([coping], mix(tone, scene.palette.ink, 0.5))
        # On the side away from the light.
        shaded = x + wide - 0.012 if scene.side(0) < 0 else x
        trim.sides.append(box_of(shaded, 0.012, top, foot))
        # On the far row windows would be smaller than a pixel.
        if depth > 0.5:
            trim.add_front(x, wide, (top, foot), numbers[4:])
    _paint_trim(canvas, scene, trim)


def _paint_trim(canvas: Canvas, scene: Scene, trim: Trim) -> None:
    ink = scene.palette.ink
    # By day windows show the sky; lamps are lit from the sunset on.
    lamp = mix(scene.palette.sky[1], ink, 0.35)
    if scene.is_dark or scene.hour in ("dusk", "sunset"):
        lamp = mix((255, 212, 128), scene.palette.sun, 0.3)
    canvas.boxes(trim.sides, ink, 0.25)
    canvas.boxes(trim.panes, mix(scene.palette.sky[0], ink, 0.55))
    canvas.boxes(trim.lit, lamp)
    canvas.boxes(trim.doors, mix(scene.palette.accent, ink, 0.55))
    bars = []
    for (left, top), (right, _), (_, foot), _ in trim.panes + trim.lit:
        wide = right - left
        bars.append(box_of(left + 0.48 * wide, 0.04 * wide, top, foot))
    canvas.boxes(bars, mix(scene.palette.land[0], scene.palette.sky[3], 0.4), 0.8)
    canvas.fill(trim.awnings, mix(scene.palette.accent, scene.palette.land[1], 0.25))


def _front_tone(scene: Scene, number: float, depth: float) -> Colour:
    tone = colour(FRONTS[int(number * len(FRONTS))])
    # These manners have their own few colours, and painted fronts would break them.
    air = 0.95 if scene.manner in ("noir", "neon") else AIR[scene.hour]
    return mix(tone, scene.land_at(depth), min(1.0, air + (0.55 if depth < 0.5 else 0.0)))


def _back(canvas: Canvas, scene: Scene) -> None:
    foot = _kerb(scene)
    _row(canvas, scene, foot - 0.06, 1.25, 0.25)
    haze = mix(scene.palette.mist, scene.palette.glow, 0.5)
    canvas.veil(foot - 0.55, foot - 0.1, foot, haze, 0.4)
    _row(canvas, scene, foot, 1.0, 0.9)
    tone = mix(scene.land_at(0.9), scene.palette.ink, 0.3)
    fade = Fade((scene.lit(tone, 0.25), tone, scene.palette.ink), foot, scene.bottom + 0.15)
    canvas.panel(fade, top=foot, bottom=canvas.bottom)
    _cobbles(canvas, scene, foot)


def _cobbles(canvas: Canvas, scene: Scene, foot: float) -> None:
    """Pave the street, the stones larger the nearer they are."""
    stones = [box_of(canvas.left - 1, canvas.right - canvas.left + 2, foot, foot + 0.008)]
    y, thick = foot + 0.03, 0.006
    for row in range(60):
        step = thick * 9
        for x in along(canvas.left, canvas.right, step):
            number = scene.chance.at(x, y).value(("cobble", row, round(x / step)))
            if number < 0.5:
                left = x + (row % 2) * step / 2 + number * step * 0.3
                stones.append(box_of(left, step * (0.4 + number), y, y + thick * 0.5))
        y += thick * 2.2
        # Stones grow towards the eye, up to a size, or the nearest would fill the street.
        thick *= 1.12 if thick < 0.02 else 1.0
        if y > canvas.bottom:
            break
    canvas.boxes(stones, scene.lit(scene.land_at(0.8), 0.4), 0.32)


def _floor(scene: Scene) -> Line:
    return level(_kerb(scene) + 0.075)


STREET = Land(_back, nothing, _floor)
