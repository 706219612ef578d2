"""Flowers in a stand: one tall, others around it, each a little different."""

from dataclasses import replace

from ..canvas import Canvas
from ..colour import mix
from ..curves import Line
from ..scene import Hero, Scene
from .figure import Figure, Pen, coat_of

MIXED = ("poppy", "daisy", "tulip", "poppy", "daisy")


def paint_garden(
    canvas: Canvas, scene: Scene, hero: Hero, drawn: Figure | None, kinds: dict[str, Figure], floor: Line
) -> None:
    """Paint the flowers of *hero*: of one kind where the word names it, else a mixed stand."""
    numbers = hero.chance.values("garden", 60)
    single = hero.mention.word in ("rose", "tulip", "lotus", "sunflower", "daisy", "poppy", "flower", "peony")
    count = 6 if single and not hero.mention.many else 13
    spread = hero.size * (0.85 if single and not hero.mention.many else 1.9)
    stand = []
    for i in range(count):
        share = 1.0 if i == 0 else 0.42 + 0.42 * numbers[i * 4]
        x = hero.x if i == 0 else hero.x + spread * ((numbers[i * 4 + 1] - 0.5) * 1.6)
        kind = drawn or kinds[MIXED[i % len(MIXED)]]
        stand.append((share, x, kind, numbers[i * 4 + 2]))
    # The tallest comes last: it stands before the others.
    for share, x, kind, number in sorted(stand, key=lambda one: one[0]):
        if not canvas.sees(x, floor(x), hero.size * 1.5):
            continue
        _flower(canvas, scene, replace(hero, x=x, y=floor(x) + 0.01, size=hero.size * share), kind, number)


def _flower(canvas: Canvas, scene: Scene, hero: Hero, kind: Figure, number: float) -> None:
    tones = dict(kind.tones)
    tones["main"] = mix(tones["main"], scene.palette.accent, 0.35 * number)
    coat = coat_of(scene, hero, tones)
    pen = Pen(canvas, scene, replace(hero, flip=number > 0.5), kind.scale, (number - 0.5) * 0.35)
    for part in kind.parts:
        pen.fill(part.outlines, coat.get(part.role, coat["main"]))
    pen.model(coat, 0.4)
