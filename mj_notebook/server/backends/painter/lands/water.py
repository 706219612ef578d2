"""Water: what it mirrors, how it glitters, and the lands that lie on it."""

from math import exp

from PIL import Image

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.colour import mix
from mj_notebook.server.backends.painter.curves import Line, Outline, along, lens
from mj_notebook.server.backends.painter.scene import Scene


def paint_water(canvas: Canvas, scene: Scene, mirrored: float = 0.55) -> None:
    """Turn everything below the horizon into water that mirrors what is above it."""
    level = round(canvas.pixel(0, scene.horizon)[1])
    if level >= canvas.height:
        return
    palette = scene.palette
    near = mix(palette.sky[0], palette.land[2], 0.45)
    far = mix(palette.sky[3], palette.land[0], 0.35)
    depth = scene.bottom - scene.horizon
    fade = Fade((far, mix(far, near, 0.55), near), scene.horizon, scene.horizon + depth * 1.1)
    canvas.panel(fade, top=scene.horizon, bottom=canvas.bottom)
    if level > 4:
        _mirror(canvas, level, mirrored)
    _swell(canvas, scene)
    _glitter(canvas, scene)


def _mirror(canvas: Canvas, level: int, strength: float) -> None:
    """Fold the picture over the water line and stretch it a little, as ripples do."""
    height = canvas.height - level
    source = min(level, max(1, round(height / 1.15)))
    above = canvas.image.crop((0, level - source, canvas.width, level))
    # A quarter of the rows is enough: ripples blur everything upright.
    folded = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(
        (max(1, canvas.width // 2), max(1, height // 6)), Image.Resampling.BOX
    )
    folded = folded.resize((canvas.width, height), Image.Resampling.BICUBIC)
    ramp = Image.linear_gradient("L").resize((canvas.width, height))
    mask = ramp.point([round((255 - value * 0.6) * strength) for value in range(256)])
    canvas.image.paste(folded, (0, level), mask)


def _swell(canvas: Canvas, scene: Scene) -> None:
    """Draw the long low waves, thicker the nearer they are."""
    depth = scene.bottom - scene.horizon
    light: list[Outline] = []
    dark: list[Outline] = []
    for row in range(1, 26):
        share = (row / 14) ** 1.7
        y = scene.horizon + depth * share * 0.98
        if y > canvas.bottom + 0.05:
            break
        step = 0.09 + 0.30 * share
        for x in along(canvas.left - step, canvas.right + step, step):
            numbers = scene.chance.at(x, y).values(("swell", row, round(x / step)), 5)
            if numbers[0] > 0.7:
                continue
            half = step * (0.2 + 0.5 * numbers[1])
            thick = 0.0009 + 0.0060 * share * (0.4 + numbers[2])
            place = (x + (numbers[3] - 0.5) * step, y + (numbers[4] - 0.5) * depth * 0.06)
            (light if numbers[0] < 0.3 else dark).append(lens(*place, half, thick))
    near = mix(scene.palette.sky[0], scene.palette.land[2], 0.5)
    canvas.fill(dark, mix(near, scene.palette.ink, 0.18), 0.36)
    canvas.fill(light, mix(scene.palette.sky[2], scene.palette.sky[3], 0.5), 0.42)


def _glitter(canvas: Canvas, scene: Scene) -> None:
    """Lay the road of light under sun or moon."""
    sun = scene.sun
    if not (sun.is_shown or scene.hour in ("dusk", "dawn")):
        return
    depth = scene.bottom - scene.horizon
    glints: list[Outline] = []
    for row in range(1, 44):
        share = (row / 30) ** 1.5
        y = scene.horizon + depth * share * 0.9
        if y > canvas.bottom + 0.02:
            break
        numbers = scene.chance.at(sun.x, y).values(("glint", row), 9)
        spread = sun.radius * (0.55 + 1.2 * share)
        for i in range(3):
            half = spread * (0.15 + 0.5 * numbers[i * 3 + 1]) * (1.0 if i == 0 else 0.5)
            x = sun.x + (numbers[i * 3] - 0.5) * spread * (0.5 if i == 0 else 2.2)
            if i and numbers[i * 3 + 2] > 0.55:
                continue
            glints.append(lens(x, y, half, 0.0012 + 0.0042 * share * (0.5 + numbers[i * 3 + 2])))
    strength = 0.85 if sun.is_shown else 0.4
    canvas.fill(glints, scene.palette.sun, strength)


def bank_line(scene: Scene, name: str) -> Line:
    """Return the near bank: low ground before the viewer, raised under who stands on it."""
    depth = scene.bottom - scene.horizon
    spots = [hero.x for hero in scene.standing[:1]]
    side = -1.0 if scene.chance.pick((name, "side"), (True, False)) else 1.0
    centre = spots[0] if spots else side * scene.half[0] * 0.9
    rise = 0.36 if spots else 0.26
    wide = 0.62 if spots else 0.8

    def height(x: float) -> float:
        hump = exp(-(((x - centre) / wide) ** 2))
        return scene.bottom - 0.02 - depth * rise * hump + 0.03 * (1 - hump)

    return height


def headland_line(scene: Scene) -> Line:
    """Return a cliff above the sea: a plateau under the hero that breaks off on one side."""
    spots = scene.standing[:1]
    place = spots[0].x if spots else 0.0
    side = 1.0 if place < 0 else -1.0
    depth = scene.bottom - scene.horizon
    noise = scene.chance.line("cliff", 0.05, scene.horizon)
    broad = scene.chance.line("cliff2", 0.4, scene.horizon)

    def height(x: float) -> float:
        along_cliff = (x - place) * side
        top = scene.horizon + depth * (0.2 - 0.22 * exp(-((along_cliff / 0.5) ** 2)))
        fall = max(0.0, along_cliff - 0.17)
        drop = fall * 1.15 + (0.12 if fall > 0.07 else fall * 1.7) + (0.16 if fall > 0.2 else 0)
        return top + 0.012 * noise(x) * (0.3 + 6 * min(0.3, fall)) + 0.02 * broad(x) + drop

    return height
