"""Wonders of the sky that a prompt may ask for: aurora, galaxy, rainbow, meteors."""

from functools import lru_cache
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import Colour, colour, mix
from mj_notebook.server.backends.painter.curves import Outline, stroke
from mj_notebook.server.backends.painter.scene import Scene

GALAXIES = frozenset(["milky way", "galaxy", "starry night", "constellation"])

BOW = ("e25448", "f09642", "f6d662", "70b470", "5692ce", "8268ba")
GREEN, VIOLET = (92, 236, 168), (150, 96, 214)
RIBBON_STEP = 4
"""Pixels of the soft canvas to one ray of an aurora."""


def paint_lights(soft: Canvas, scene: Scene) -> None:
    """Paint the soft lights of the night sky, on the small canvas the sky is made on."""
    if "auroras" in scene.weather or (scene.palette.name == "aurora" and scene.hour == "night"):
        _aurora(soft, scene)
    if scene.is_dark and any(mention.word in GALAXIES for mention in scene.content.mentions):
        _galaxy(soft, scene)


def paint_wonders(canvas: Canvas, scene: Scene) -> None:
    """Paint the wonders with edges; the sky with its stars is there already."""
    if "meteor" in scene.weather:
        _meteors(canvas, scene)
    if "rainbow" in scene.weather:
        _rainbow(canvas, scene)


def _galaxy(soft: Canvas, scene: Scene) -> None:
    """Let the galaxy rise from the horizon as a torn band of light."""
    # Away from the moon, which would outshine it.
    side, high = scene.side(0.0), scene.horizon - scene.top
    foot, head = (side * 0.1, scene.horizon + 0.1), (-side * 0.75 * high, scene.top - 0.5 * high)
    # A wide faint band, a narrower one in it, and a bright core: so a galaxy looks from inside.
    for wide, tone, strength, seed in (
        (0.52, scene.palette.sky[3], 0.55, 2),
        (0.24, scene.palette.glow, 0.42, 4),
        (0.10, scene.palette.sun, 0.30, 1),
    ):
        band = Image.new("L", soft.image.size)
        corners = [
            (foot[0] - wide, foot[1]),
            (foot[0] + wide, foot[1]),
            (head[0] + wide * 0.6, head[1]),
            (head[0] - wide * 0.6, head[1]),
        ]
        ImageDraw.Draw(band).polygon([soft.pixel(*point) for point in corners], fill=255)
        band = band.filter(ImageFilter.GaussianBlur(wide * soft.unit * 0.42))
        torn = soft.noise(seed, 0.8, 0.8).point(
            [max(0, min(255, round((v - 40) * 1.2))) for v in range(256)]
        )
        mask = ImageChops.multiply(band, torn).point([round(v * strength) for v in range(256)])
        soft.image.paste(Image.new("RGB", mask.size, tone), (0, 0), mask)


def _aurora(soft: Canvas, scene: Scene) -> None:
    """Hang three curtains of light, green below and violet above."""
    veil = Image.new("L", soft.image.size)
    high = scene.horizon - scene.top
    # One behind the other, each nearer to the horizon than the one before.
    for ribbon in range(3):
        base = scene.top + high * (0.42 + 0.16 * ribbon)
        way = scene.chance.line(("aurora", ribbon), 0.45, base)
        fold = scene.chance.line(("fold", ribbon), 0.06, base)
        for column in range(0, soft.width, RIBBON_STEP):
            x = soft.left + column / soft.unit
            foot = base + 0.13 * way(x) + 0.02 * fold(x)
            tall = high * (0.26 + 0.14 * fold(x) + 0.1 * way(x * 1.7 + 3))
            ray = _ray(max(1, round(tall * soft.unit)), round(8 + 8 * fold(x + 0.3)))
            box = (column, round(soft.pixel(x, foot)[1]) - ray.height)
            under = veil.crop((*box, column + RIBBON_STEP, box[1] + ray.height))
            # The lighter of the two: curtains of light that cross don't darken each other.
            veil.paste(ImageChops.lighter(under, ray), box)
    veil = veil.filter(ImageFilter.BoxBlur(2))
    crown = Image.new("L", veil.size)
    # Violet stands above the green, as in the sky.
    crown.paste(veil, (0, -round(high * 0.14 * soft.unit)))
    for mask, own, most in ((crown, VIOLET, 0.5), (veil, GREEN, 0.8)):
        # Noir has no colours but its own.
        tone = scene.palette.sky[3] if scene.manner == "noir" else own
        faint = mask.point([round(v * most) for v in range(256)])
        soft.image.paste(Image.new("RGB", mask.size, tone), (0, 0), faint)


# Strengths come in sixteenths for this: few rays are made, and each is used often.
@lru_cache(maxsize=512)
def _ray(height: int, sixteenths: int) -> Image.Image:
    """Return one ray of light, brightest at its foot."""
    strength = max(0.0, 0.24 + 0.76 * sixteenths / 16)
    return _slope().resize((RIBBON_STEP, height)).point([round(v * strength) for v in range(256)])


@lru_cache(maxsize=1)
def _slope() -> Image.Image:
    return Image.linear_gradient("L").crop((0, 0, RIBBON_STEP, 256))


def _meteors(canvas: Canvas, scene: Scene) -> None:
    numbers = scene.chance.values("meteors", 12)
    tone = mix(scene.palette.sun, (255, 255, 255), 0.5)
    side = scene.side(0.0)
    for i in range(3):
        x = (numbers[i * 3] - 0.5) * scene.half[0] * 1.6
        y = scene.top + (scene.horizon - scene.top) * (0.12 + 0.4 * numbers[i * 3 + 1])
        long = (0.5, 0.24, 0.17)[i] * (0.7 + 0.5 * numbers[i * 3 + 2])
        # Away from the light, all in one direction: meteors of a shower are parallel.
        tail = [(x - side * long * t, y - long * t * 0.48) for t in (0.0, 0.5, 1.0)]
        if canvas.fill([stroke(tail, [0.009 - 0.002 * i, 0.004, 0.0004])], tone, 0.9):
            canvas.glow(x, y, 0.06 - 0.012 * i, tone, 0.7)


def _rainbow(canvas: Canvas, scene: Scene) -> None:
    # Opposite of the sun, with its middle below the horizon: elsewhere no rainbow stands.
    centre = (-scene.sun.x * 0.6, scene.horizon + 0.12)
    radius = min(scene.half[0] * 1.15, (scene.horizon - scene.top) * 0.95)
    wide = radius * 0.034
    for i, own in enumerate(BOW):
        outer = radius - i * wide
        tone: Colour = mix(colour(own), scene.palette.sky[2], 0.2)
        canvas.fill([_arc(centre, outer, outer - wide)], tone, 0.5)


def _arc(centre: tuple[float, float], outer: float, inner: float) -> Outline:
    x, y = centre
    turns = [pi * k / 48 for k in range(49)]
    upper = [(x + outer * cos(turn), y - outer * sin(turn)) for turn in turns]
    lower = [(x + inner * cos(turn), y - inner * sin(turn)) for turn in turns]
    return upper + lower[::-1]
