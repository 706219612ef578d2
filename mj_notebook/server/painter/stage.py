"""The stage: heroes take their places on the land, cast shadows, glow and are mirrored."""

from dataclasses import replace

from PIL import Image

from .canvas import Canvas
from .colour import mix
from .curves import Line, lens
from .lands import Land
from .motifs import FIGURES, figure_of, paint_figure
from .motifs.garden import paint_garden
from .motifs.trees import paint_tree
from .scene import Hero, Scene

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

LIGHTS = {"fire": (0, -45, 1.9), "lantern": (14, -75, 1.1), "lighthouse": (0, -84, 0.55)}
"""Where a figure shines, in its own units, and how far, in its own heights."""

CROWD = ((0.0, 0.0, 1.0), (-0.95, -0.28, 0.62), (0.9, -0.12, 0.74), (-0.5, 0.42, 0.5), (1.55, 0.3, 0.46), (0.35, -0.55, 0.42))
"""Where the members of a flock are, in heights of the first, and their sizes."""


def paint_heroes(canvas: Canvas, scene: Scene, land: Land) -> None:
    """Paint all heroes of a scene, what is farther away first."""
    floor = land.floor(scene)
    for hero in reversed(scene.heroes):
        for one in _flock(hero):
            _hero(canvas, scene, one, floor)


def _flock(hero: Hero) -> list[Hero]:
    """Return one hero, or several where the prompt speaks of many."""
    name, role = hero.mention.motif.name, hero.mention.motif.role
    if name in ("flower", "oak") or not hero.mention.many:
        return [hero]
    count = 6 if role in ("air", "deep") else 3
    hero = replace(hero, size=hero.size * (0.68 if role in ("air", "deep") else 0.82))
    spread = hero.size * (1.15 if role in ("air", "deep") else 0.9)
    members = [
        replace(hero, x=hero.x + dx * spread, y=hero.y + dy * spread, size=hero.size * size)
        for dx, dy, size in CROWD[:count]
    ]
    return members[::-1]


def _hero(canvas: Canvas, scene: Scene, hero: Hero, floor: Line) -> None:
    role, name = hero.mention.motif.role, hero.mention.motif.name
    drawn = figure_of(hero)
    standing = role in ("ground", "table") or (role == "water" and scene.land not in WATERY)
    if standing:
        hero = replace(hero, y=floor(hero.x))
    elif role == "water":
        depth = scene.bottom - scene.horizon
        hero = replace(hero, y=scene.horizon + depth * (0.16 + 0.34 * scene.take.hero_size / 1.36))
    if drawn is not None and (standing or role == "water"):
        tallest = (hero.y - scene.top) * 0.86 / (1.08 * drawn.scale)
        hero = replace(hero, size=min(hero.size, max(0.05, tallest)))
    if drawn is not None and role == "air":
        room = (hero.y - scene.top) * 0.9 / (0.66 * drawn.scale)
        hero = replace(hero, size=min(hero.size, max(0.05, room)))
    if not canvas.sees(hero.x, hero.y, hero.size * 4):
        return
    if standing and scene.is_dark:
        canvas.glow(hero.x, hero.y - hero.size * 0.45, hero.size * 1.1, scene.palette.mist, 0.36)
    if standing and name != "flower":
        _shadow(canvas, scene, hero)
    if name == "oak":
        paint_tree(canvas, scene, hero)
    elif name == "flower":
        paint_garden(canvas, scene, hero, drawn, FIGURES, floor)
    elif drawn is not None:
        low, high = TILTS.get(name, (0.0, 0.0))
        tilt = hero.chance.between(("tilt", hero.mention.word), low, high)
        _shine(canvas, scene, hero, drawn.scale, before=True)
        paint_figure(canvas, scene, hero, drawn, tilt)
        _shine(canvas, scene, hero, drawn.scale, before=False)
    if role == "water" and scene.land in WATERY:
        _mirrored(canvas, scene, hero)


def _shadow(canvas: Canvas, scene: Scene, hero: Hero) -> None:
    """Lay a flat shadow on the ground, longer on the side away from the light."""
    side = scene.side(hero.x)
    shape = canvas.spot(hero.x - side * hero.size * 0.12, hero.y + hero.size * 0.012, hero.size * 0.6, hero.size * 0.075, 0.7, 1.2)
    if shape is not None:
        canvas.paste(shape, scene.palette.ink)


def _shine(canvas: Canvas, scene: Scene, hero: Hero, scale: float, before: bool) -> None:
    """Let fires and lamps shine: a wide glow behind them, a small one over them."""
    name = hero.mention.motif.name
    if name not in LIGHTS:
        return
    x, y, reach = LIGHTS[name]
    unit = hero.size * scale / 100
    place = (hero.x + x * unit * (-1 if hero.flip else 1), hero.y + y * unit)
    tone = mix((255, 190, 96), scene.palette.sun, 0.3)
    strength = {"day": 0.3, "dawn": 0.4, "sunset": 0.45}.get(scene.hour, 0.7)
    if before and name == "lighthouse" and scene.hour != "day":
        _beam(canvas, scene, place, hero.size * scale)
    radius = hero.size * scale * reach * (1.0 if before else 0.35)
    canvas.glow(*place, radius, tone, strength if before else strength * 0.8)


def _beam(canvas: Canvas, scene: Scene, lamp: tuple[float, float], size: float) -> None:
    x, y = lamp
    tone = mix((255, 236, 180), scene.palette.sun, 0.5)
    for side, reach in ((-1.0, 2.6), (1.0, 2.6)):
        far = x + side * size * reach
        shape = canvas.shape([[(x, y - size * 0.012), (far, y - size * 0.34), (far, y + size * 0.10), (x, y + size * 0.012)]])
        if shape is not None:
            canvas.grainy(shape, tone, (x - side * size * 0.6, y), (far, y), 0.75)


def _mirrored(canvas: Canvas, scene: Scene, hero: Hero) -> None:
    """Fold what floats over its water line."""
    x, level = canvas.pixel(hero.x, hero.y + hero.size * 0.075)
    half, tall = round(hero.size * 0.85 * canvas.unit), round(hero.size * 0.8 * canvas.unit)
    box = (max(0, round(x) - half), round(level), min(canvas.width, round(x) + half), min(canvas.height, round(level) + tall))
    height, width = box[3] - box[1], box[2] - box[0]
    if height < 3 or width < 3 or box[1] - height < 0:
        return
    above = canvas.image.crop((box[0], box[1] - height, box[2], box[1]))
    folded = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    folded = folded.resize((width, max(2, height // 5)), Image.Resampling.BOX).resize((width, height), Image.Resampling.BICUBIC)
    spot = canvas.spot(hero.x, hero.y + hero.size * 0.075, hero.size * 0.95, hero.size * 0.9, 0.85, 0.8)
    if spot is None:
        return
    mask = Image.new("L", (width, height))
    mask.paste(spot[1], (spot[0][0] - box[0], spot[0][1] - box[1]))
    canvas.image.paste(folded, (box[0], box[1]), mask)
    _ripple(canvas, scene, hero)


def _ripple(canvas: Canvas, scene: Scene, hero: Hero) -> None:
    numbers = hero.chance.values("wake", 24)
    level = hero.y + hero.size * 0.08
    lines = [
        lens(
            hero.x + (numbers[k] - 0.5) * hero.size,
            level + hero.size * 0.55 * (k / 12) ** 1.3,
            hero.size * (0.12 + 0.3 * numbers[k + 12]),
            0.0018 + 0.0004 * k,
        )
        for k in range(12)
    ]
    canvas.fill(lines, mix(scene.palette.sky[3], scene.palette.sun, 0.4), 0.6)
