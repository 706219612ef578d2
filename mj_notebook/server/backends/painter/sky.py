"""The sky: colour, light, sun or moon, stars."""

from math import cos, pi, sin

from PIL import Image, ImageDraw

from mj_notebook.server.backends.painter.canvas import Canvas, Fade
from mj_notebook.server.backends.painter.chance import Chance
from mj_notebook.server.backends.painter.colour import mix, shifted
from mj_notebook.server.backends.painter.curves import Outline, along, ellipse
from mj_notebook.server.backends.painter.scene import Scene
from mj_notebook.server.backends.painter.wonders import paint_lights


def paint_sky(canvas: Canvas, scene: Scene, below: float) -> None:
    """Paint the sky; it ends *below* the horizon, where land surely covers the canvas."""
    soft = canvas.smaller(4)
    palette = scene.palette
    sky = (shifted(palette.sky[0], -0.05), *palette.sky)
    lift = (scene.horizon - scene.top) / 3
    fade = Fade(sky, scene.top - lift, scene.horizon)
    soft.panel(fade, top=soft.top, bottom=soft.bottom)
    _washes(soft, scene)
    strength = 0.5 if scene.sun.is_moon else 0.62
    if not scene.sun.is_shown:
        strength *= 0.5
    soft.glow(scene.sun.x, scene.sun.y, 0.95, palette.glow, strength * 0.8)
    soft.glow(scene.sun.x, scene.sun.y, scene.sun.radius * 3.2, palette.glow, strength)
    paint_lights(soft, scene)
    canvas.lay(soft, scene.horizon + below)


def _washes(canvas: Canvas, scene: Scene) -> None:
    """Let the brush show: broad uneven bands, lighter and darker than the even sky."""
    size = canvas.image.size
    light = mix(scene.palette.sky[-1], scene.palette.glow, 0.5)
    dark = scene.palette.sky[0]
    for name, tone, strength in (("light", light, 0.34), ("dark", dark, 0.26)):
        seed = int(scene.chance.pick(("wash", name), range(6)))
        mask = canvas.noise(seed, 2.6, 0.9)
        mask = mask.point([max(0, min(255, round((v - 128) * 2.4 * strength))) for v in range(256)])
        canvas.image.paste(Image.new("RGB", size, tone), (0, 0), mask)


def paint_sun(canvas: Canvas, scene: Scene) -> None:
    """Paint the disc of sun or moon with the rings of light around it."""
    sun = scene.sun
    if not sun.is_shown or not canvas.sees(sun.x, sun.y, sun.radius * 3):
        return
    tone = scene.palette.sun
    rings = [ellipse(sun.x, sun.y, sun.radius * r, sun.radius * r, 72) for r in (2.3, 1.65)]
    halo = canvas.shape(rings, (18, 43))
    canvas.paste(halo, tone)
    if sun.is_moon and sun.is_crescent:
        canvas.fill([crescent(sun.x, sun.y, sun.radius * 0.8, scene.side(0))], tone)
        return
    disc = [ellipse(sun.x, sun.y, sun.radius, sun.radius, 96)]
    if scene.manner == "neon":
        _striped(canvas, scene)
        return
    shape = canvas.fill(disc, tone)
    if shape is None:
        return
    low = (sun.x + sun.radius * 0.3, sun.y + sun.radius * 1.1)
    canvas.grainy(shape, scene.palette.glow, low, (sun.x, sun.y - sun.radius * 0.9), 0.75)
    if sun.is_moon:
        _seas(canvas, scene)


def crescent(x: float, y: float, radius: float, side: float) -> Outline:
    """Return a thin moon, its back turned to *side*."""
    outer = [
        (x + radius * sin(pi * i / 24) * side, y - radius * cos(pi * i / 24)) for i in range(25)
    ]
    inner = [
        (x + radius * 0.55 * sin(pi * i / 24) * side, y - radius * cos(pi * i / 24))
        for i in range(24, -1, -1)
    ]
    tilt = 0.45 * side
    return [
        (
            x + (px - x) * cos(tilt) - (py - y) * sin(tilt),
            y + (px - x) * sin(tilt) + (py - y) * cos(tilt),
        )
        for px, py in outer + inner
    ]


def _seas(canvas: Canvas, scene: Scene) -> None:
    """Paint the grey seas of a full moon."""
    sun = scene.sun
    spots = (
        (-0.34, -0.3, 0.3, 0.26),
        (0.16, -0.42, 0.2, 0.16),
        (0.3, 0.12, 0.26, 0.3),
        (-0.2, 0.36, 0.2, 0.14),
    )
    outlines = [
        ellipse(sun.x + x * sun.radius, sun.y + y * sun.radius, a * sun.radius, b * sun.radius)
        for x, y, a, b in spots
    ]
    canvas.fill(outlines, mix(scene.palette.sun, scene.sky_at(sun.y), 0.3), 0.55)


def _striped(canvas: Canvas, scene: Scene) -> None:
    """Paint the sun of a neon picture: cut by bars that thicken downwards."""
    sun = scene.sun
    shape = canvas.shape([ellipse(sun.x, sun.y, sun.radius, sun.radius, 96)])
    if shape is None:
        return
    box, mask = shape
    draw = ImageDraw.Draw(mask)
    for bar in range(6):
        y = sun.y + sun.radius * (-0.05 + bar * 0.19)
        thick = sun.radius * (0.018 + bar * 0.014)
        first, last = canvas.pixel(0, y)[1] - box[1], canvas.pixel(0, y + thick)[1] - box[1]
        draw.rectangle((0, first, mask.width, last), fill=0)
    fade = Fade(
        (mix(scene.palette.sun, (255, 240, 160), 0.6), scene.palette.sun, scene.palette.sky[-1]),
        sun.y - sun.radius,
        sun.y + sun.radius,
    )
    canvas.paste((box, mask), fade)


def paint_stars(canvas: Canvas, scene: Scene) -> None:
    """Paint stars where the sky is dark enough for them."""
    asked = bool({"stars", "auroras"} & scene.weather) or scene.land == "space"
    if not (asked or scene.hour == "night" or (scene.hour == "dusk" and scene.is_dark)):
        return
    density = 26 if asked else (15 if scene.hour == "night" else 6)
    # From afar only the first few of each square are painted: the sky must not turn to dust.
    density = max(3, round(density * min(1.0, canvas.unit / 300)))
    stars: list[tuple[Outline, int]] = []
    lowest = scene.bottom * 9 if scene.land == "space" else scene.horizon
    cell = 0.25
    for x in along(canvas.left, canvas.right, cell):
        for y in along(canvas.top, min(lowest, canvas.bottom), cell):
            stars += _cell_of_stars(scene.chance.at(x, y), (x, y), cell, density, lowest)
    shape = canvas.shape([star for star, _ in stars], [value for _, value in stars])
    canvas.paste(shape, mix(scene.palette.sun, (255, 255, 255), 0.4))


def _cell_of_stars(
    chance: Chance, corner: tuple[float, float], cell: float, density: int, lowest: float
) -> list[tuple[Outline, int]]:
    """Return the stars of one square of the sky, each with how bright it is."""
    name = ("star", round(corner[0] * 8), round(corner[1] * 8))
    numbers = chance.values(name, density * 3)
    stars: list[tuple[Outline, int]] = []
    for i in range(density):
        u, v, size = numbers[i * 3 : i * 3 + 3]
        x, y = corner[0] + u * cell, corner[1] + v * cell
        # Fewer stars near the horizon, where the sky is light.
        if y > lowest - 0.05 or (lowest - y) * 1.6 < size:
            continue
        if size > 0.955:
            stars.append((twinkle(x, y, 0.006 + 0.008 * u), 255))
        else:
            radius = 0.0009 + 0.0019 * size**5
            stars.append((ellipse(x, y, radius, radius, 6), 235 if size > 0.7 else 150))
    return stars


def twinkle(x: float, y: float, radius: float) -> Outline:
    """Return a four-pointed star."""
    return [
        (x + r * sin(pi * i / 4), y - r * cos(pi * i / 4))
        for i in range(8)
        for r in ((radius if i % 2 == 0 else radius * 0.16),)
    ]
