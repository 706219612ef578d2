"""The last touch: grain, and the manner of painting a prompt asks for."""

from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageChops, ImageFilter

from mj_notebook.server.backends.painter import texture
from mj_notebook.server.backends.painter.canvas import Canvas
from mj_notebook.server.backends.painter.colour import Colour, mix
from mj_notebook.server.backends.painter.moods import COLOURLESS
from mj_notebook.server.backends.painter.scene import Scene

RICE, SOOT, VERMILION = (243, 236, 220), (26, 25, 32), (176, 46, 36)
SEAL = ((2, 2, 3, 7), (5, 2, 6, 7), (2, 4, 6, 5), (2, 1, 7, 2), (3, 6, 7, 7))
"""The strokes cut into the painter's seal, in ninths of its side."""


def finish(canvas: Canvas, scene: Scene) -> None:
    """Turn a finished picture into its manner and lay grain or paper over it."""
    paint = MANNERS.get(scene.manner or "")
    if paint is not None:
        paint(canvas, scene)
    size = (canvas.width, canvas.height)
    # Coarser on larger pictures, or the grain would vanish when they are shown small.
    scale = round(max(1.0, min(size) / 1024), 2)
    if scene.manner in ("watercolor", "ink"):
        laid = texture.paper(size, scale)
    else:
        laid = texture.grain(size, 8 if scene.manner in ("noir", "vintage") else 5, scale)
    canvas.image = ImageChops.add(canvas.image, laid, 1, -128)


def _watercolour(canvas: Canvas, scene: Scene) -> None:
    """Let pigment pool and thin out, and leave the edge of the paper unpainted."""
    size = (canvas.width, canvas.height)
    sheet = Image.new("RGB", size, mix((252, 247, 236), scene.palette.sky[3], 0.12))
    canvas.image.paste(sheet, (0, 0), _bare(size, scene.chance.pick("pool", (1, 2, 3))))


@lru_cache(maxsize=16)
def _bare(size: tuple[int, int], pool: int) -> Image.Image:
    """Return where paper shows: at the border a wet brush has left, and where paint thins out."""
    # Paper shows softly: a third of the side is enough, and nine times faster.
    small = (max(8, size[0] // 3), max(8, size[1] // 3))
    margin = round(min(small) * 0.042)
    edge = Image.new("L", small, 255)
    edge.paste(0, (margin, margin, small[0] - margin, small[1] - margin))
    edge = edge.filter(ImageFilter.BoxBlur(max(1, margin * 0.5)))
    rough = texture.cloudy(31, small, 12, 0.85)
    # The border wavers with the noise, but less than the noise itself.
    calm = rough.point([round(128 + (v - 128) * 0.45) for v in range(256)])
    wild = ImageChops.add(edge, calm, 1, -128)
    crisp = wild.point([max(0, min(255, round((v - 122) * 8))) for v in range(256)])
    if pool:
        thin = texture.cloudy(20 + pool, small, 4)
        thin = thin.point([max(0, min(105, round((v - 84) * 0.62))) for v in range(256)])
        crisp = ImageChops.lighter(crisp, thin)
    return crisp.resize(size, Image.Resampling.BILINEAR)


def _ink(canvas: Canvas, scene: Scene) -> None:
    """Leave ink on rice paper: tones instead of colours, a red seal for the painter."""
    size = (canvas.width, canvas.height)
    grey = canvas.image.convert("L")
    grey.putpalette(_washes())
    # A colour that the prompt names shines through the washes.
    canvas.image = Image.blend(grey.convert("RGB"), canvas.image, 0.35 if _has_hue(scene) else 0.08)
    canvas.image.paste(Image.new("RGB", size, RICE), (0, 0), _bare(size, 0))
    _seal(canvas)


@lru_cache(maxsize=1)
def _washes() -> bytes:
    """Return a palette from soot to rice paper, dark tones drawn together like washes of ink."""
    tones: list[Colour] = []
    for value in range(256):
        light = min(1.0, max(0.0, (value / 255 - 0.12) * 1.45))
        tones.append(mix(SOOT, RICE, light**0.9))
    return bytes(channel for tone in tones for channel in tone)


def _seal(canvas: Canvas) -> None:
    unit = min(canvas.width, canvas.height)
    side = max(3, round(unit * 0.05))
    x, y = round(unit * 0.085), canvas.height - round(unit * 0.085) - side
    mask = Image.new("L", (side, side), 225)
    for left, top, right, bottom in SEAL:
        cut = [round(side * part / 9) for part in (left, top, right, bottom)]
        mask.paste(30, (cut[0], cut[1], max(cut[0] + 1, cut[2]), max(cut[1] + 1, cut[3])))
    canvas.image.paste(Image.new("RGB", (side, side), VERMILION), (x, y), mask)


def _neon(canvas: Canvas, scene: Scene) -> None:
    """Let everything bright bleed into the dark around it, in the colour of the glow."""
    # Bloom is blurred anyway; at an eighth of the side the blur costs nothing.
    factor = 8 if min(canvas.image.size) >= 64 else 1
    small = canvas.image.reduce(factor).convert("L")
    bright = small.point([max(0, min(255, round((v - 90) * 1.3))) for v in range(256)])
    bloom = bright.filter(ImageFilter.GaussianBlur(max(small.size) / 40))
    mask = bloom.resize(canvas.image.size, Image.Resampling.BILINEAR)
    tone = mix(scene.palette.glow, scene.palette.sun, 0.5)
    canvas.image.paste(Image.new("RGB", mask.size, tone), (0, 0), mask.point(_FAINT))


_FAINT = [round(value * 0.5) for value in range(256)]


def _noir(canvas: Canvas, scene: Scene) -> None:
    """Take the colours out, but for one the prompt names."""
    # "A red balloon in black and white" wants its red.
    if _has_hue(scene):
        return
    shares = [value / 255 for value in range(256)]
    curve = [round(255 * (s * s * (3 - 2 * s) * 0.4 + s * 0.6)) for s in shares]
    grey = canvas.image.convert("L").point(curve)
    canvas.image = Image.merge("RGB", (grey, grey, grey))


def _has_hue(scene: Scene) -> bool:
    """Tell whether the prompt gives a hero a true colour; black and white are none."""
    hues = {hero.mention.hue for hero in scene.heroes} - {None}
    return bool(hues - COLOURLESS)


MANNERS: dict[str, Callable[[Canvas, Scene], None]] = {
    "watercolor": _watercolour,
    "ink": _ink,
    "neon": _neon,
    "noir": _noir,
}
