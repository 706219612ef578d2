"""The single tree: a trunk that forks, and a crown in three tones."""

from math import cos, pi, sin

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import Colour, colour, mix
from mj_notebook.server.backends.painter.curves import Outline, Point, bend, ellipse, stroke
from mj_notebook.server.backends.painter.moods import HUES
from mj_notebook.server.backends.painter.motifs.figure import AMBIENT
from mj_notebook.server.backends.painter.scene import Hero, Scene

Head = tuple[float, float, float]
"""A ball of leaves: its middle and its radius."""

TRUNK = (0.125, 0.085, 0.072, 0.066, 0.062, 0.06, 0.058)
LIMB = (0.05, 0.036, 0.026, 0.018, 0.012, 0.008, 0.004)
"""How thick wood is along its way, in heights of the tree."""

LEAVES = {
    "sakura": "f2a9b8",
    "cherry tree": "f2a9b8",
    "cherry blossom": "f2a9b8",
    "maple": "d9562e",
    "willow": "8fae5a",
}


def leaf_tone(scene: Scene, hero: Hero) -> Colour:
    """Return the colour of the leaves by word, season and light."""
    own = LEAVES.get(hero.mention.word, "6f9a52")
    if "autumn" in scene.weather and hero.mention.word not in LEAVES:
        own = "d9822e"
    if "spring" in scene.weather and hero.mention.word in ("tree", "old tree", "lone tree"):
        own = "f2a9b8"
    if "snow" in scene.weather:
        own = "e6edf2"
    # A colour that the prompt names is stronger than a season.
    tone = HUES[hero.mention.hue] if hero.mention.hue in HUES else colour(own)
    if scene.manner == "noir":
        return scene.land_at(0.55)
    return mix(tone, mix(scene.land_at(0.6), scene.palette.sky[2], 0.3), AMBIENT[scene.hour])


def paint_tree(canvas: Canvas, scene: Scene, hero: Hero) -> None:
    """Paint a broad old tree standing at the place of *hero*."""
    height = hero.size * 1.35
    x, y = hero.x, hero.y
    numbers = hero.chance.values(("crown", round(hero.size, 3)), 200)
    bark = mix(colour("4a342c"), scene.palette.ink, 0.35 + AMBIENT[scene.hour])
    side = scene.side(x)
    tone = leaf_tone(scene, hero)
    heads = _heads(x, y, height, numbers)
    # The dark whole first, then wood, then leaves in light: branches show between them.
    canvas.fill([_round(head, 1.0) for head in heads], mix(tone, scene.palette.ink, 0.42))
    trunk = canvas.fill(_wood((x, y), height, numbers[60], heads), bark)
    canvas.rim(trunk, scene.lit(bark, 0.45), side * 0.006, 0.8)
    lean = side * height * 0.02
    canvas.fill([_round(head, 0.82, lean, -height * 0.018) for head in heads[2:]], tone)
    lit = [
        _round(head, 0.5, lean * 2.2, -height * 0.04)
        for head in heads[2:]
        if head[1] < y - height * 0.55
    ]
    canvas.fill(lit, scene.lit(tone, 0.36))
    _dabs(canvas, scene, heads, numbers, tone)


def _heads(x: float, y: float, height: float, numbers: list[float]) -> list[Head]:
    """Return the balls of leaves: middle and radius, arranged in a wide dome."""
    heads = []
    for i in range(15):
        # Eight on the outside and the rest within, so that no hole opens in the dome.
        angle = pi * (0.04 + 0.92 * ((i % 8) + numbers[i * 3] * 0.6) / 7.6)
        reach = (0.40 if i < 8 else 0.2) * (0.85 + 0.3 * numbers[i * 3 + 1])
        heads.append(
            (
                x + height * reach * 1.15 * cos(angle),
                y - height * (0.48 + reach * 0.95 * sin(angle)),
                height * (0.085 + 0.055 * numbers[i * 3 + 2] + (0.04 if i >= 8 else 0)),
            )
        )
    heads.append((x, y - height * 0.62, height * 0.2))
    return heads


def _round(head: Head, share: float, dx: float = 0.0, dy: float = 0.0) -> Outline:
    x, y, radius = head
    return ellipse(x + dx, y + dy, radius * share * 1.12, radius * share, 22)


def _wood(foot: Point, height: float, lean: float, heads: list[Head]) -> list[Outline]:
    """Return the trunk and the limbs that carry the heads."""
    x, y = foot
    fork = (x + height * 0.03 * (lean - 0.5), y - height * 0.34)
    trunk = bend((x, y + height * 0.01), (x - height * 0.02, y - height * 0.16), fork, 6)
    wood = [stroke(trunk, [height * share for share in TRUNK])]
    for i, head in enumerate(heads[:8]):
        start = (fork[0], fork[1] + height * 0.05 * (i % 3))
        middle = (fork[0] + (head[0] - fork[0]) * 0.35, fork[1] + (head[1] - fork[1]) * 0.75)
        limb = bend(start, middle, (head[0], head[1]), 6)
        wood.append(stroke(limb, [height * share for share in LIMB]))
    return wood


def _dabs(
    canvas: Canvas, scene: Scene, heads: list[Head], numbers: list[float], tone: Colour
) -> None:
    """Set leaves around the crown, one touch of the brush each, and let a few fall."""
    side = scene.side(heads[-1][0])
    light: list[Outline] = []
    dark: list[Outline] = []
    for i, (x, y, radius) in enumerate(heads):
        for k in range(11):
            angle = 2 * pi * numbers[(i * 7 + k * 3 + 20) % 200]
            far = radius * (0.55 + 0.62 * numbers[(i * 5 + k * 11 + 60) % 200])
            place = (x + far * cos(angle) * 1.1, y + far * sin(angle))
            # From the side of the light, and from above.
            is_lit = cos(angle) * side - sin(angle) > 0.3
            (light if is_lit else dark).append(ellipse(*place, radius * 0.095, radius * 0.06, 7))
    x, y, _ = heads[-1]
    falling = [
        ellipse(x + (numbers[100 + k] - 0.4) * 1.1, y + numbers[130 + k] * 0.5, 0.0055, 0.0035, 7)
        for k in range(16)
    ]
    canvas.fill(dark, mix(tone, scene.palette.ink, 0.3))
    canvas.fill(light, scene.lit(tone, 0.45))
    canvas.fill(falling, scene.lit(tone, 0.25), 0.9)
