"""Wonders of the sky that a prompt may ask for: aurora, rainbow, meteors, a ringed planet."""

from math import cos, pi, sin

from PIL import Image, ImageChops, ImageFilter

from .canvas import Canvas
from .colour import Colour, mix
from .curves import Outline, noise_line, stroke
from .scene import Scene

BOW = ((226, 84, 72), (240, 150, 66), (246, 214, 98), (112, 180, 112), (86, 146, 206), (130, 104, 186))


def paint_wonders(canvas: Canvas, scene: Scene) -> None:
    """Paint the wonders a scene asks for; the sky with its stars is there already."""
    if "auroras" in scene.weather or (scene.palette.name == "aurora" and scene.hour == "night"):
        _aurora(canvas, scene)
    if "meteor" in scene.weather:
        _meteors(canvas, scene)
    if "rainbow" in scene.weather:
        _rainbow(canvas, scene)


def _aurora(canvas: Canvas, scene: Scene) -> None:
    """Hang two or three curtains of light, green below and violet above."""
    soft = canvas.smaller(12)
    veil = Image.new("L", soft.image.size)
    high = scene.horizon - scene.top
    slope = Image.linear_gradient("L").resize((1, 256))
    for ribbon in range(3):
        base = scene.top + high * (0.42 + 0.16 * ribbon)
        way = noise_line(scene.chance.lattice(("aurora", ribbon), 0.45, base), 0.45)
        fold = noise_line(scene.chance.lattice(("fold", ribbon), 0.06, base), 0.06)
        for column in range(soft.width):
            x = soft.left + column / soft.unit
            foot = base + 0.13 * way(x) + 0.02 * fold(x)
            tall = high * (0.26 + 0.14 * fold(x) + 0.1 * way(x * 1.7 + 3))
            strength = 0.62 + 0.38 * fold(x + 0.3)
            _column(veil, slope, column, soft.pixel(x, foot)[1], tall * soft.unit, strength)
    crown = Image.new("L", soft.image.size)
    crown.paste(veil.filter(ImageFilter.BoxBlur(1)), (0, -round(high * 0.14 * soft.unit)))
    size = (canvas.width, canvas.height)
    for mask, tone, most in ((crown, (150, 96, 214), 0.5), (veil, (92, 236, 168), 0.8)):
        tone = scene.palette.sky[3] if scene.manner == "noir" else tone
        faint = mask.point([round(v * most) for v in range(256)])
        wide = faint.resize(size, Image.Resampling.BICUBIC)
        canvas.image.paste(Image.new("RGB", size, tone), (0, 0), wide)


def _column(
    mask: Image.Image, slope: Image.Image, x: int, foot: float, tall: float, strength: float
) -> None:
    """Let one column of light rise from *foot*, brightest there."""
    height = max(1, round(tall))
    ray = slope.resize((1, height)).point([round(v * max(0.0, strength)) for v in range(256)])
    box = (x, round(foot) - height)
    under = mask.crop((*box, x + 1, box[1] + height))
    mask.paste(ImageChops.lighter(under, ray), box)


def _meteors(canvas: Canvas, scene: Scene) -> None:
    numbers = scene.chance.values("meteors", 12)
    tone = mix(scene.palette.sun, (255, 255, 255), 0.5)
    for i in range(3):
        x = (numbers[i * 3] - 0.5) * scene.half[0] * 1.6
        y = scene.top + (scene.horizon - scene.top) * (0.12 + 0.4 * numbers[i * 3 + 1])
        long = (0.5, 0.24, 0.17)[i] * (0.7 + 0.5 * numbers[i * 3 + 2])
        side = scene.side(0.0)
        tail = [(x, y), (x - side * long * 0.5, y - long * 0.24), (x - side * long, y - long * 0.48)]
        shape = canvas.fill([stroke(tail, [0.009 - 0.002 * i, 0.004, 0.0004])], tone, 0.9)
        if shape is not None:
            canvas.glow(x, y, 0.06 - 0.012 * i, tone, 0.7)


def _rainbow(canvas: Canvas, scene: Scene) -> None:
    centre = (-scene.sun.x * 0.6, scene.horizon + 0.12)
    radius = min(scene.half[0] * 1.15, (scene.horizon - scene.top) * 0.95)
    wide = radius * 0.034
    for i, own in enumerate(BOW):
        outer = radius - i * wide
        tone: Colour = mix(own, scene.palette.sky[2], 0.2)
        canvas.fill([_arc(centre, outer, outer - wide)], tone, 0.5)


def _arc(centre: tuple[float, float], outer: float, inner: float) -> Outline:
    x, y = centre
    steps = 48
    upper = [(x + outer * cos(pi * k / steps), y - outer * sin(pi * k / steps)) for k in range(steps + 1)]
    lower = [(x + inner * cos(pi * k / steps), y - inner * sin(pi * k / steps)) for k in range(steps + 1)]
    return upper + lower[::-1]
