"""Writing a picture anew, so that it fits: the least loss first."""

import io
from collections.abc import Iterator
from typing import NamedTuple, cast

from PIL import Image, ImageCms

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.protocol.media import JPEG, PNG, Media

SIDES = (2048, 1536, 1024, 768)
"""Longer sides in pixels, tried in turn; a grid of four has 2048."""

# Tried in turn: above 92 a file grows and nobody sees why, below 85 edges begin to ring.
_QUALITIES = (92, 85)
_PLAIN = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}


class FittedPicture(NamedTuple):
    """A picture as it is sent; *is_flat* when its transparency was put on white."""

    content: bytes
    media: Media
    size: tuple[int, int]
    is_flat: bool = False


def is_plain(image: Image.Image) -> bool:
    """Tell whether any decoder knows the colours of *image*; CMYK or 16 bits of grey are not."""
    return image.mode in _PLAIN


def fit_to_bytes(image: Image.Image, most: int, *, lossy: bool) -> FittedPicture:
    """
    Write *image* with at most *most* bytes.

    Args:
        image: A decoded picture in any colours.
        most: Bytes there is room for.
        lossy: Whether it comes from a file that had lost detail already, so that PNG saves nothing.

    Raises:
        UsageError: There is too little room even for the smallest.
    """
    tries = _candidates(in_plain_colours(image), lossy=lossy)
    found = next((each for each in tries if len(each.content) <= most), None)
    if found is None:
        raise UsageError(
            translated("The picture can't be written in {most:.1f} MB.", most=most / 1000000.0),
            hint=translated("Give a simpler one."),
        )
    return found


def in_plain_colours(image: Image.Image) -> Image.Image:
    """Return *image* in mode L, RGB or, where something shows through, RGBA."""
    if image.mode[0] in "IF":
        return _grey(image)
    if image.has_transparency_data:
        return _through_alpha(image)
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.mode in {"L", "1"}:
        return image.convert("L")
    return image.convert("RGB")


def on_white(image: Image.Image) -> Image.Image:
    """Return *image* without transparency, as it looks on paper."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")


def _candidates(image: Image.Image, *, lossy: bool) -> Iterator[FittedPicture]:
    for side in SIDES:
        # A smaller side than the picture has: the same picture was tried already.
        if side != SIDES[0] and side >= max(image.size):
            continue
        small = _resized(image, side)
        if not lossy or small.mode == "RGBA":
            # First, as it loses nothing; what shows through can be kept in no JPEG.
            yield FittedPicture(_png(small), PNG, small.size)
        flat = on_white(small)
        for quality in _QUALITIES:
            content = _jpeg(flat, quality)
            yield FittedPicture(content, JPEG, flat.size, is_flat=small.mode == "RGBA")


def _resized(image: Image.Image, side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", icc_profile=_profile(image))
    return buffer.getvalue()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    # No EXIF: it holds the place and the camera, and the turning was done.
    image.save(buffer, "JPEG", quality=quality, icc_profile=_profile(image), exif=b"", comment=b"")
    return buffer.getvalue()


def _profile(image: Image.Image) -> bytes | None:
    """Return what says how the colours are meant, where it speaks of colours of this kind."""
    found = image.info.get("icc_profile")
    space = b"GRAY" if image.mode == "L" else b"RGB "
    # Its head names the colours it is for; a profile of others makes readers fail.
    return found if isinstance(found, bytes) and found[16:20] == space else None


# -- colours ---------------------------------------------------------------------------------------


def _through_alpha(image: Image.Image) -> Image.Image:
    if image.mode == "La":
        image = image.convert("LA")
    layered = image.convert("RGBA")
    alpha = layered.getchannel("A")
    # Most pictures with an alpha channel use none of it: they are opaque.
    return layered.convert("RGB") if alpha.getextrema() == (255, 255) else layered


def _from_cmyk(image: Image.Image) -> Image.Image:
    """Convert CMYK by its own profile, since printers' colours differ; else by rule of thumb."""
    profile = image.info.get("icc_profile")
    # Without one nobody knows which inks were meant.
    if profile:
        try:
            screen = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except Exception:  # noqa: BLE001 - profiles are broken in many ways
            screen = None
        if screen is not None:
            return screen
    return image.convert("RGB")


def _grey(image: Image.Image) -> Image.Image:
    """Bring 16 or 32 bits, or fractions, to 8 bits; plain conversion would cut off the bright."""
    deep = image if image.mode == "F" else image.convert("I")
    _, high = cast("tuple[float, float]", deep.getextrema())
    most = _white_of(image.mode, high)
    return deep.point(lambda value: value * (255 / most)).convert("L")


def _white_of(mode: str, high: float) -> float:
    if mode == "F" and high <= 1:
        return 1
    # By the mode, as a dark picture of 16 bits may have no number above 255.
    if mode.startswith("I;16") or high > 255:
        return max(65535, high)
    return 255
