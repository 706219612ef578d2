"""Face swap: the face of one picture put where the face of another is."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from mj_notebook.server.backends.compositing import match_colours
from mj_notebook.server.backends.face_detection import detect_face

# How far a face takes on the colours of where it goes: those of a face, or of anything else.
_TONE, _TONE_IF_GUESSED = 0.85, 0.35
# How much of it keeps its own light, as an oval with a soft rim: (share, softness).
_CORE, _CORE_IF_GUESSED = (0.62, 0.16), (0.82, 0.08)


def swap_face(source: Image.Image, target: Image.Image) -> Image.Image:
    """Return *target* with the face of *source* where its own face is."""
    given, wanted = detect_face(source), detect_face(target)
    place = target.crop(wanted.box)
    face = ImageOps.fit(source.crop(given.box), wanted.size, Image.Resampling.BICUBIC)
    is_guess = given.is_guess or wanted.is_guess
    toned = match_colours(face, [place], _TONE_IF_GUESSED if is_guess else _TONE)
    # Near its rim it has the light of where it goes, in its middle its own.
    core = _oval(wanted.size, *(_CORE_IF_GUESSED if is_guess else _CORE))
    lit = Image.composite(toned, _relight(toned, place), core)
    result = target.copy()
    result.paste(lit, wanted.box[:2], _oval(wanted.size, 0.9, 0.05))
    return result


def _relight(face: Image.Image, place: Image.Image) -> Image.Image:
    """Return *face* with its own forms in the light that falls on *place*."""
    soft = ImageFilter.GaussianBlur(max(1.0, max(face.size) / 7))
    offset = ImageChops.subtract(place.filter(soft), face.filter(soft), 1, 128)
    return ImageChops.add(face, offset, 1, -128)


def _oval(size: tuple[int, int], share: float, softness: float) -> Image.Image:
    """Return a mask: an oval over *share* of *size* whose rim is soft."""
    width, height = size
    mask = Image.new("L", size)
    across, down = width * (1 - share) / 2, height * (1 - share) / 2
    box = (across, down, max(across, width - 1 - across), max(down, height - 1 - down))
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask.filter(ImageFilter.GaussianBlur(max(0.6, max(size) * softness)))
