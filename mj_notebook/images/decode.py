"""Decoding what a person gives: right, or refused in a sentence; never a trace from within."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import ExifTags, Image, ImageOps

from mj_notebook.errors import UsageError
from mj_notebook.language import marked, translated
from mj_notebook.protocol.media import MAX_PIXELS

# What is opened at all: some other decoders of Pillow start programs or follow other files.
_FORMATS = (
    *("PNG", "JPEG", "MPO", "GIF", "WEBP", "AVIF", "HEIF", "BMP", "DIB", "TIFF", "ICO"),
    *("JPEG2000", "PPM", "TGA", "QOI"),
)
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}
_SAVE_AS = marked("Give a PNG, JPEG, GIF or WebP file.")


def decode(content: bytes, what: str) -> Image.Image:
    """
    Return the picture in *content* (of an animation the first one), upright.

    Raises:
        UsageError: It is no picture, a broken one, or one that is far too large.
    """
    return apply_orientation(load(open_picture(content, what), what))


def open_picture(content: bytes, what: str) -> Image.Image:
    """Open *content* without decoding it; *what* is how to call it in a sentence."""
    if not content:
        raise UsageError(
            translated("{what} is empty, so it is no picture.", what=what),
            hint=translated(_SAVE_AS),
        )
    Image.init()
    # A build of Pillow may lack some, and naming one that is not there is an error.
    formats = [name for name in _FORMATS if name in Image.OPEN]
    try:
        with suppress_warnings():
            return Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError as error:
        raise too_large_message(what) from error
    except Exception as error:
        # Pillow's plug-ins raise almost any error for bytes that are damaged or hostile.
        if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
            raise UsageError(
                translated("{what} is a HEIC picture, which can't be read here.", what=what),
                hint=translated("Save it as JPEG, or install and register pillow-heif."),
            ) from error
        raise UsageError(
            translated("{what} is no picture.", what=what), hint=translated(_SAVE_AS)
        ) from error


def load(image: Image.Image, what: str, *, side: int | None = None) -> Image.Image:
    """Decode an opened picture; JPEG only as large as *side* needs it, which spares memory."""
    if not image.width or not image.height:
        raise UsageError(
            translated(
                "{what} has no pixels: it is {width} × {height}.",
                what=what,
                width=image.width,
                height=image.height,
            ),
            hint=translated("Where it was cut from a larger one, cut it within that."),
        )
    if side is not None and max(image.size) > side:
        # Only JPEG can: it is unpacked at an eighth, a quarter or a half.
        image.draft(None, (side, side))
    # After the draft, as that is what will be unpacked.
    if image.width * image.height > MAX_PIXELS:
        raise too_large_message(what)
    try:
        with suppress_warnings():
            image.load()
    except Exception as error:
        # As above: decoding begins only here.
        raise UsageError(
            translated("{what} is a broken picture: it ends too early or is damaged.", what=what),
            hint=translated("Save or copy it again."),
        ) from error
    return image


def apply_orientation(image: Image.Image) -> Image.Image:
    """Turn a decoded picture as its camera says; one that is upright is not copied."""
    if not has_orientation(image):
        return image
    try:
        with suppress_warnings():
            return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - what else it says can't be written again: taken as it is
        return image


def has_orientation(image: Image.Image) -> bool:
    """Tell whether a decoded picture says that it must be turned to stand upright."""
    try:
        with suppress_warnings():
            # 1 is upright; what is none of the standard's eight means nothing.
            return image.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9)
    except Exception:  # noqa: BLE001 - what it says about itself is broken: it is taken as it is
        return False


def is_animated(image: Image.Image) -> bool:
    """Tell whether a file holds more pictures than the one that is taken."""
    # Phones pack several views of one picture into a JPEG; that is no animation.
    if image.format == "MPO":
        return False
    try:
        with suppress_warnings():
            return bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001 - what follows the first picture is broken: it is not needed
        return False


@contextmanager
def suppress_warnings() -> Iterator[None]:
    """Keep Pillow's warnings (odd fields, sizes that are our own to judge) from the person."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def too_large_message(what: str) -> UsageError:
    """Return what is said of a picture with more than `MAX_PIXELS`."""
    return UsageError(
        translated(
            "{what} has more than {max_pixels} million pixels.",
            what=what,
            max_pixels=MAX_PIXELS // 1000000,
        ),
        hint=translated("Make it smaller first."),
    )
