"""What heroes do to the world around them: shadows, light, reflections."""

from PIL import Image

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import Colour, mix
from mj_notebook.server.backends.painter.curves import lens
from mj_notebook.server.backends.painter.scene import Hero, Scene

LIGHTS = {"fire": (0, -45, 1.9), "lantern": (14, -75, 1.1), "lighthouse": (0, -84, 0.55)}
"""Where a figure shines, in its own units, and how far, in its own heights."""

BRIGHTNESS = {"day": 0.3, "dawn": 0.4, "sunset": 0.45, "dusk": 0.7, "night": 0.7}
BEAM = 2.6
"""How far a lighthouse throws its light, in its own heights."""


def cast_shadow(canvas: Canvas, scene: Scene, hero: Hero) -> None:
    """Lay a flat shadow on the ground, longer on the side away from the light."""
    x = hero.x - scene.side(hero.x) * hero.size * 0.12
    y = hero.y + hero.size * 0.012
    shape = canvas.spot(x, y, hero.size * 0.6, hero.size * 0.075, strength=0.7, power=1.2)
    canvas.paste(shape, scene.palette.ink)


def shine(canvas: Canvas, scene: Scene, hero: Hero, scale: float, *, is_behind: bool) -> None:
    """Let a fire or a lamp light up what is behind it, or outshine its own edges."""
    name = hero.mention.motif.name
    if name not in LIGHTS:
        return
    size = hero.size * scale
    lamp, reach = _lamp(hero, size), size * LIGHTS[name][2]
    brightness = BRIGHTNESS[scene.hour]
    # By day the beam of a lighthouse can't be seen.
    if is_behind and name == "lighthouse" and scene.hour != "day":
        _beam(canvas, scene, lamp, size)
    if not is_behind:
        reach, brightness = reach * 0.35, brightness * 0.8
    canvas.glow(*lamp, reach, _warm(scene), brightness)


def _lamp(hero: Hero, size: float) -> tuple[float, float]:
    x, y, _ = LIGHTS[hero.mention.motif.name]
    turn = -1 if hero.flip else 1
    return (hero.x + x * turn * size / 100, hero.y + y * size / 100)


def _warm(scene: Scene) -> Colour:
    return mix((255, 190, 96), scene.palette.sun, 0.3)


def _beam(canvas: Canvas, scene: Scene, lamp: tuple[float, float], size: float) -> None:
    x, y = lamp
    tone = mix((255, 236, 180), scene.palette.sun, 0.5)
    for side in (-1.0, 1.0):
        far = x + side * size * BEAM
        near, out = (y - size * 0.012, y + size * 0.012), (y - size * 0.34, y + size * 0.10)
        shape = canvas.shape([[(x, near[0]), (far, out[0]), (far, out[1]), (x, near[1])]])
        canvas.grainy(shape, tone, (x - side * size * 0.6, y), (far, y), 0.75)


def mirror_hero(canvas: Canvas, scene: Scene, hero: Hero) -> None:
    """Fold what floats over its water line."""
    level = hero.y + hero.size * 0.075
    spot = canvas.spot(hero.x, level, hero.size * 0.95, hero.size * 0.9, strength=0.85, power=0.8)
    if spot is None:
        return
    (left, top, right, bottom), mask = spot
    line = round(canvas.pixel(0, level)[1])
    height = bottom - line
    # Nothing above to be mirrored, or no room below.
    if height < 3 or line - height < 0:
        return
    above = canvas.image.crop((left, line - height, right, line))
    folded = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    # A fifth of the rows is enough: ripples blur everything upright.
    folded = folded.resize((right - left, max(2, height // 5)), Image.Resampling.BOX)
    folded = folded.resize((right - left, height), Image.Resampling.BICUBIC)
    below = mask.crop((0, line - top, right - left, bottom - top))
    canvas.image.paste(folded, (left, line), below)
    _ripple(canvas, scene, hero)


def _ripple(canvas: Canvas, scene: Scene, hero: Hero) -> None:
    # Rings grow wider and farther apart towards the viewer.
    numbers = hero.chance.values("wake", 24)
    level = hero.y + hero.size * 0.08
    lines = [
        lens(
            hero.x + (numbers[k] - 0.5) * hero.size,
            level + hero.size * 0.55 * float((k / 12) ** 1.3),
            hero.size * (0.12 + 0.3 * numbers[k + 12]),
            0.0018 + 0.0004 * k,
        )
        for k in range(12)
    ]
    canvas.fill(lines, mix(scene.palette.sky[3], scene.palette.sun, 0.4), 0.6)
