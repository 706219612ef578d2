"""The stage: heroes take their places on the land."""

from dataclasses import replace

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.curves import Line
from mj_notebook.server.backends.painter.effects import cast_shadow, mirror_hero, shine
from mj_notebook.server.backends.painter.lands import Land
from mj_notebook.server.backends.painter.motifs import Figure, figure_of, paint_figure
from mj_notebook.server.backends.painter.motifs.garden import paint_garden
from mj_notebook.server.backends.painter.motifs.trees import paint_tree
from mj_notebook.server.backends.painter.scene import Hero, Scene

WATERY = ("sea", "lake", "island")
TILTS = {
    "kite": (0.2, 0.5),
    "rocket": (0.25, 0.6),
    "butterfly": (-0.4, 0.4),
    "gull": (-0.12, 0.12),
    "plane": (-0.12, 0.06),
    "fish": (-0.1, 0.1),
    "whale": (-0.14, 0.12),
    "dragon": (-0.1, 0.15),
    "balloon": (-0.05, 0.05),
    "boat": (-0.03, 0.03),
}
"""How far, in radians, what does not stand may lean."""

TALLEST = 118
"""What rises higher in a figure, such as smoke, may leave the picture."""

CROWD = (
    (0.0, 0.0, 1.0),
    (-0.95, -0.28, 0.62),
    (0.9, -0.12, 0.74),
    (-0.5, 0.42, 0.5),
    (1.55, 0.3, 0.46),
    (0.35, -0.55, 0.42),
)
"""Where the members of a flock are, in heights of the first, and their sizes."""


def paint_heroes(canvas: Canvas, scene: Scene, land: Land) -> None:
    """Paint all heroes of a scene, what is farther away first."""
    floor = land.floor(scene)
    # The first that the prompt names is the main one, and stands before the others.
    for hero in reversed(scene.heroes):
        for one in _flock(hero):
            _hero(canvas, scene, one, floor)


def _flock(hero: Hero) -> list[Hero]:
    """Return one hero, or several where the prompt speaks of many."""
    name, role = hero.mention.motif.name, hero.mention.motif.role
    # They are painted as a garden and a grove anyhow.
    if name in ("flower", "oak") or not hero.mention.many:
        return [hero]
    count = 6 if role in ("air", "deep") else 3
    hero = replace(hero, size=hero.size * (0.68 if role in ("air", "deep") else 0.82))
    spread = hero.size * (1.15 if role in ("air", "deep") else 0.9)
    members = [
        replace(hero, x=hero.x + dx * spread, y=hero.y + dy * spread, size=hero.size * size)
        for dx, dy, size in CROWD[:count]
    ]
    # The last are the farthest and smallest, and are painted first.
    return members[::-1]


def _hero(canvas: Canvas, scene: Scene, hero: Hero, floor: Line) -> None:
    drawn = figure_of(hero)
    stands = _stands(scene, hero)
    hero = _fitted(scene, _placed(scene, hero, floor), drawn)
    # Generous: shadows and lights reach farther than the figure.
    if not canvas.sees(hero.x, hero.y, hero.size * 4):
        return
    # In the dark a dark figure needs a lighter ground to be seen on.
    if stands and scene.is_dark:
        canvas.glow(hero.x, hero.y - hero.size * 0.45, hero.size, scene.palette.mist, 0.36)
    # One flat shadow is that of a single thing, and a garden is many.
    if stands and hero.mention.motif.name != "flower":
        cast_shadow(canvas, scene, hero)
    _paint(canvas, scene, hero, drawn, floor)
    if hero.mention.motif.role == "water" and not stands:
        mirror_hero(canvas, scene, hero)


def _stands(scene: Scene, hero: Hero) -> bool:
    role = hero.mention.motif.role
    return role in ("ground", "table") or (role == "water" and scene.land not in WATERY)


def _placed(scene: Scene, hero: Hero, floor: Line) -> Hero:
    """Return *hero* on the ground or on the water, where it belongs there."""
    if _stands(scene, hero):
        return replace(hero, y=floor(hero.x))
    if hero.mention.motif.role == "water":
        # The larger, the nearer: what is near lies lower in the picture.
        share = 0.16 + 0.25 * scene.take.hero_size
        return replace(hero, y=scene.horizon + (scene.bottom - scene.horizon) * share)
    return hero


def _fitted(scene: Scene, hero: Hero, drawn: Figure | None) -> Hero:
    """Return *hero* small enough for its head to stay in the picture."""
    if drawn is None or hero.mention.motif.role == "deep":
        return hero
    # Smoke may leave the picture; heads may not.
    reach = min(drawn.reach, TALLEST) / 100 * drawn.scale
    return replace(hero, size=min(hero.size, max(0.05, (hero.y - scene.top) * 0.88 / reach)))


def _paint(canvas: Canvas, scene: Scene, hero: Hero, drawn: Figure | None, floor: Line) -> None:
    name = hero.mention.motif.name
    if name == "oak":
        paint_tree(canvas, scene, hero)
    elif name == "flower":
        paint_garden(canvas, scene, hero, drawn, floor)
    elif drawn is not None:
        low, high = TILTS.get(name, (0.0, 0.0))
        tilt = hero.chance.between(("tilt", hero.mention.word), low, high)
        shine(canvas, scene, hero, drawn.scale, is_behind=True)
        paint_figure(canvas, scene, hero, drawn, tilt)
        shine(canvas, scene, hero, drawn.scale, is_behind=False)
