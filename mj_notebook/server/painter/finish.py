"""The last touch: grain, and the manner of painting a prompt asks for."""

from collections.abc import Callable

from PIL import Image, ImageChops, ImageFilter

from . import texture
from .canvas import Canvas
from .colour import mix
from .scene import Scene


def finish(canvas: Canvas, scene: Scene) -> None:
    """Turn a finished picture into its manner and lay the grain over it."""
    paint = MANNERS.get(scene.manner or "")
    if paint is not None:
        paint(canvas, scene)
    size = (canvas.width, canvas.height)
    scale = round(max(1.0, min(size) / 1024), 2)
    strength = 8 if scene.manner in ("noir", "vintage") else 5
    canvas.image = ImageChops.add(canvas.image, texture.grain(size, strength, scale), 1, -128)


def _watercolour(canvas: Canvas, scene: Scene) -> None:
    """Let pigment pool and thin out, show the tooth of the paper, leave its edge unpainted."""
    size = (canvas.width, canvas.height)
    paper = mix((252, 247, 236), scene.palette.sky[3], 0.12)
    pool = texture.cloudy(21 + scene.chance.pick("pool", range(4)), (256, 256), 4).resize(size, Image.Resampling.BILINEAR)
    thin = pool.point([max(0, min(105, round((v - 84) * 0.62))) for v in range(256)])
    sheet = Image.new("RGB", size, paper)
    canvas.image.paste(sheet, (0, 0), thin)
    canvas.image.paste(sheet, (0, 0), _deckle(size))
    scale = round(max(0.3, min(size) / 1024), 2)
    canvas.image = ImageChops.add(canvas.image, texture.paper(size, scale), 1, -128)


def _deckle(size: tuple[int, int]) -> Image.Image:
    """Return where the paper stays bare: a border whose edge a wet brush has drawn."""
    small = (max(8, size[0] // 3), max(8, size[1] // 3))
    margin = round(min(small) * 0.042)
    edge = Image.new("L", small, 255)
    edge.paste(0, (margin, margin, small[0] - margin, small[1] - margin))
    edge = edge.filter(ImageFilter.BoxBlur(max(1, margin * 0.5)))
    rough = texture.cloudy(31, small, 12, 0.85).point([round(128 + (v - 128) * 0.45) for v in range(256)])
    wild = ImageChops.add(edge, rough, 1, -128)
    crisp = wild.point([max(0, min(255, round((v - 122) * 8))) for v in range(256)])
    return crisp.resize(size, Image.Resampling.BILINEAR)


def _ink(canvas: Canvas, scene: Scene) -> None:
    """Leave ink on rice paper: tones instead of colours, a red seal for the painter."""
    size = (canvas.width, canvas.height)
    paper, ink = (243, 236, 220), (26, 25, 32)
    stops = [mix(ink, paper, min(1.0, max(0.0, (v / 255 - 0.12) * 1.45)) ** 0.9) for v in range(0, 256, 15)]
    table = [stops[min(17, v // 15)] for v in range(256)]
    smooth = [
        [round(table[v][c] + (stops[min(17, v // 15 + 1)][c] - table[v][c]) * (v % 15) / 15) for v in range(256)]
        for c in range(3)
    ]
    grey = canvas.image.convert("L")
    inked = Image.merge("RGB", [grey.point(channel) for channel in smooth])
    hued = any(hero.mention.hue for hero in scene.heroes)
    canvas.image = Image.blend(inked, canvas.image, 0.35 if hued else 0.08)
    canvas.image.paste(Image.new("RGB", size, paper), (0, 0), _deckle(size))
    scale = round(max(0.3, min(size) / 1024), 2)
    canvas.image = ImageChops.add(canvas.image, texture.paper(size, scale), 1, -128)
    _seal(canvas)


def _seal(canvas: Canvas) -> None:
    unit = min(canvas.width, canvas.height)
    side = max(3, round(unit * 0.05))
    x, y = round(unit * 0.085), canvas.height - round(unit * 0.085) - side
    red = Image.new("RGB", (side, side), (176, 46, 36))
    mask = Image.new("L", (side, side), 225)
    bar = max(1, side // 9)
    for left, top, right, bottom in ((2, 2, 3, 7), (5, 2, 6, 7), (2, 4, 6, 5), (2, 1, 7, 2), (3, 6, 7, 7)):
        mask.paste(30, (left * bar, top * bar, max(left * bar + 1, right * bar), max(top * bar + 1, bottom * bar)))
    canvas.image.paste(red, (x, y), mask)


def _neon(canvas: Canvas, scene: Scene) -> None:
    """Let everything bright bleed into the dark around it."""
    small = canvas.image.reduce(8) if min(canvas.image.size) >= 64 else canvas.image
    bright = small.point([max(0, min(255, round((v - 120) * 1.1))) for v in range(256)] * 3)
    bloom = bright.filter(ImageFilter.GaussianBlur(max(small.size) / 40))
    wide = bloom.resize(canvas.image.size, Image.Resampling.BILINEAR)
    canvas.image = ImageChops.screen(canvas.image, wide)


def _noir(canvas: Canvas, scene: Scene) -> None:
    """Take the colours out, but for one the prompt names."""
    if not any(hero.mention.hue for hero in scene.heroes):
        grey = canvas.image.convert("L")
        curve = [round(255 * ((v / 255) ** 2 * (3 - 2 * v / 255) * 0.4 + v / 255 * 0.6)) for v in range(256)]
        grey = grey.point(curve)
        canvas.image = Image.merge("RGB", (grey, grey, grey))


MANNERS: dict[str, Callable[[Canvas, Scene], None]] = {
    "watercolor": _watercolour,
    "ink": _ink,
    "neon": _neon,
    "noir": _noir,
}
