"""The single tree: a trunk that forks, and a crown in three tones."""

from math import cos, pi, sin

from ..canvas import Canvas
from ..colour import Colour, colour, mix
from ..curves import Outline, bend, ellipse, stroke
from ..moods import HUES
from ..scene import Hero, Scene
from .figure import AMBIENT

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
    canvas.fill([_round(head, 1.0) for head in heads], mix(tone, scene.palette.ink, 0.42))
    trunk = canvas.fill(_wood(x, y, height, numbers, heads), bark)
    if trunk is not None:
        canvas.rim(trunk, scene.lit(bark, 0.45), side * 0.006, 0.8)
    lean = side * height * 0.02
    canvas.fill([_round(head, 0.82, lean, -height * 0.018) for head in heads[2:]], tone)
    lit = [_round(head, 0.5, lean * 2.2, -height * 0.04) for head in heads[2:] if head[1] < y - height * 0.55]
    canvas.fill(lit, scene.lit(tone, 0.36))
    _dabs(canvas, scene, heads, numbers, tone, side)


def _heads(
    x: float, y: float, height: float, numbers: list[float]
) -> list[tuple[float, float, float]]:
    """Return the balls of leaves: middle and radius, arranged in a wide dome."""
    heads = []
    for i in range(15):
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


def _round(
    head: tuple[float, float, float], share: float, dx: float = 0.0, dy: float = 0.0
) -> Outline:
    x, y, radius = head
    return ellipse(x + dx, y + dy, radius * share * 1.12, radius * share, 22)


def _wood(
    x: float,
    y: float,
    height: float,
    numbers: list[float],
    heads: list[tuple[float, float, float]],
) -> list[Outline]:
    fork = (x + height * 0.03 * (numbers[60] - 0.5), y - height * 0.34)
    trunk = bend((x, y + height * 0.01), (x - height * 0.02, y - height * 0.16), fork, 6)
    wide = [height * w for w in (0.125, 0.085, 0.072, 0.066, 0.062, 0.06, 0.058)]
    wood = [stroke(trunk, wide)]
    for i in range(0, 8, 1):
        head = heads[i]
        start = (fork[0], fork[1] + height * 0.05 * (i % 3))
        middle = (fork[0] + (head[0] - fork[0]) * 0.35, fork[1] + (head[1] - fork[1]) * 0.75)
        limb = bend(start, middle, (head[0], head[1]), 6)
        wood.append(stroke(limb, [height * w for w in (0.05, 0.036, 0.026, 0.018, 0.012, 0.008, 0.004)]))
    return wood


def _dabs(
    canvas: Canvas,
    scene: Scene,
    heads: list[tuple[float, float, float]],
    numbers: list[float],
    tone: Colour,
    side: float,
) -> None:
    """Set leaves around the crown, one touch of the brush each, and let a few fall."""
    light: list[Outline] = []
    dark: list[Outline] = []
    for i, (x, y, radius) in enumerate(heads):
        for k in range(11):
            u, v = numbers[(i * 7 + k * 3 + 20) % 200], numbers[(i * 5 + k * 11 + 60) % 200]
            angle = 2 * pi * u
            far = radius * (0.55 + 0.62 * v)
            dot = ellipse(x + far * cos(angle) * 1.1, y + far * sin(angle), radius * 0.095, radius * 0.06, 7)
            toward_light = cos(angle) * side - sin(angle) * 1.0
            (light if toward_light > 0.3 else dark).append(dot)
    canvas.fill(dark, mix(tone, scene.palette.ink, 0.3))
    canvas.fill(light, scene.lit(tone, 0.45))
    falling = [
        ellipse(heads[-1][0] + (numbers[100 + k] - 0.4) * 1.1, heads[-1][1] + numbers[130 + k] * 0.5, 0.0055, 0.0035, 7)
        for k in range(16)
    ]
    canvas.fill(falling, scene.lit(tone, 0.25), 0.9)
