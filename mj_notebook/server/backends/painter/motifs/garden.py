"""Flowers in a stand: one tall, others around it, each a little different."""

from dataclasses import replace

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line
from mj_notebook.server.backends.painter.motifs import FIGURES
from mj_notebook.server.backends.painter.motifs.figure import Coat, Figure, Pen, coat_of
from mj_notebook.server.backends.painter.scene import Hero, Scene

MIXED = ("poppy", "daisy", "tulip", "poppy", "daisy")
"""What grows where the prompt names no kind."""

STANDS = frozenset(["bouquet", "blossom", "bloom"])
SMALLEST_MODELLED = 0.8
"""Smaller flowers stay flat: modelling them costs time and shows little."""


def paint_garden(
    canvas: Canvas, scene: Scene, hero: Hero, kind: Figure | None, floor: Line
) -> None:
    """Paint the flowers of *hero*: all of one *kind*, or a mixed stand."""
    numbers = hero.chance.values("garden", 60)
    is_single = not hero.mention.many and hero.mention.word not in STANDS
    count, spread = (6, hero.size * 0.85) if is_single else (13, hero.size * 1.9)
    stand = []
    for i in range(count):
        share = 1.0 if i == 0 else 0.42 + 0.42 * numbers[i * 4]
        x = hero.x if i == 0 else hero.x + spread * ((numbers[i * 4 + 1] - 0.5) * 1.6)
        one = replace(hero, x=x, y=floor(x) + 0.01, size=hero.size * share)
        stand.append((share, one, kind or FIGURES[MIXED[i % len(MIXED)]], numbers[i * 4 + 2]))
    # The tallest comes last: it stands before the others.
    for share, one, own, number in sorted(stand, key=lambda flower: flower[0]):
        if canvas.sees(one.x, one.y, hero.size * 1.5):
            pen, coat = _flower(canvas, scene, one, own, number)
            if share >= SMALLEST_MODELLED:
                pen.model(coat, 0.4)


def _flower(
    canvas: Canvas, scene: Scene, hero: Hero, kind: Figure, number: float
) -> tuple[Pen, Coat]:
    """Paint one flower, leaning and coloured by *number*."""
    main = mix(kind.tones["main"], scene.palette.accent, 0.35 * number)
    coat = coat_of(scene, hero, {**kind.tones, "main": main})
    pen = Pen(canvas, scene, replace(hero, flip=number > 0.5), kind.scale, (number - 0.5) * 0.35)
    for part in kind.parts:
        pen.fill(part.outlines, coat.get(part.role, coat["main"]))
    return pen, coat
