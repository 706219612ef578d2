"""Pictures: one decode of what arrived makes everything that is shown."""

import io
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile, ImageSequence

from mj_notebook.errors import MJError, NoSuchPicture, UsageError
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.language import translated
from mj_notebook.protocol.media import JPEG, MAX_PIXELS, is_film, media_of

# What proxies serve. Other decoders of Pillow start programs (EPS) or follow other files.
_SERVED = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "AVIF")
Opener = Callable[[bytes], Image.Image]

# Longer sides in pixels: to be looked at closely, in a panel, in a file, on paper, in lists, in
# tables.
LARGE, SHOWN, SMALL, PAPER, THUMBNAIL, TINY = 2048, 1024, 512, 384, 256, 96

# Bytes a kept picture may have, so that a job stays below 0.3 MB in the notebook as base64.
_MAX_BYTES = {SHOWN: 150_000, SMALL: 50_000}
_QUALITIES = (82, 72, 60)


def preview(content: bytes, *, opener: Opener | None = None) -> Thumbnail:
    """
    Make what is shown of a finished picture, with a single decode.

    Raises:
        MJError: It is no picture, a broken one, or one that is far too large.
    """
    return _preview_of((opener or open_picture)(content))


def whole_preview(content: bytes) -> Thumbnail:
    """
    Make what is shown of a picture that is to be kept, once every frame of it was decoded.

    Raises:
        MJError: As for `preview`; also where only the first frames of an animation are there.
    """
    image = open_picture(content)
    made = _preview_of(image)
    _check_frames(image)
    return made


def check_whole(content: bytes) -> None:
    """
    Decode every frame of a picture, to its end.

    Raises:
        MJError: It is no picture, half a one, or one that is far too large.
    """
    _check_frames(open_picture(content))


def _preview_of(image: Image.Image) -> Thumbnail:
    width, height = image.size
    shown = on_white(_resized(image, SHOWN))
    # Of what was made small already: the second costs next to nothing.
    small = _resized(shown, SMALL)
    paper = _encoded(_resized(small, PAPER), _QUALITIES[1])
    return Thumbnail(_jpeg(shown, SHOWN), JPEG.mime, width, height, _jpeg(small, SMALL), paper)


def shown_jpeg(image: Image.Image) -> bytes:
    """Make the JPEG that a decoded picture is shown as."""
    return _jpeg(on_white(_resized(image, SHOWN)), SHOWN)


def tiny_jpeg(content: bytes, longest: int = THUMBNAIL) -> bytes:
    """
    Make a small JPEG of a picture, for lists of many.

    Args:
        content: The picture as served, or a smaller JPEG of it, which is far cheaper.
        longest: The longer side in pixels.

    Raises:
        MJError: As for `preview`.
    """
    return _encoded(on_white(_resized(open_picture(content), longest)), _QUALITIES[1])


def thumbnail(content: bytes) -> Thumbnail | None:
    """Make a small JPEG of a picture a person gave; None when it can't be read."""
    try:
        image = open_picture(content)
    except MJError:
        return None
    shown = on_white(_resized(image, SMALL))
    small, paper = _jpeg(shown, SMALL), _encoded(_resized(shown, PAPER), _QUALITIES[1])
    return Thumbnail(small, JPEG.mime, image.width, image.height, small, paper)


def large(content: bytes) -> bytes:
    """Make a JPEG to be looked at closely, of at most 2048 px."""
    return _encoded(on_white(_resized(open_picture(content), LARGE)), _QUALITIES[0])


def shrink(content: bytes, longest: int) -> bytes:
    """Return a picture as a JPEG of at most *longest* px; one that is small already, as it is."""
    try:
        image = open_picture(content)
    except MJError:
        return content
    if max(image.size) <= longest:
        return content
    made = _encoded(on_white(_resized(image, longest)), _QUALITIES[0])
    # A small drawing may be smaller as the PNG it is.
    return made if len(made) < len(content) else content


def undecoded_preview(content: bytes) -> Thumbnail:
    """Take a progress preview as it was served, undecoded."""
    media = media_of(content)
    if media is None or media.is_film:
        raise _no_picture(content)
    return Thumbnail(content, media.mime)


def open_picture(content: bytes) -> Image.Image:
    """Decode a picture."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns about sizes that are our own to judge, below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            Image.init()
            formats = [name for name in _SERVED if name in Image.OPEN]
            image = Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # decoders meet broken bytes with errors of every kind
        raise _no_picture(content) from error
    # Its head tells the size: nothing was unpacked yet.
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    try:
        with _strictly():
            image.load()
    except Exception as error:
        # Pillow's plug-ins raise almost any error for bytes that are damaged or hostile.
        raise _broken() from error
    return image


# A frame costs time however small it is: no more are decoded than 2,000 of them.
_LEAST_OF_A_FRAME = MAX_PIXELS // 2_000


def _check_frames(image: Image.Image) -> None:
    """
    Decode what an animation goes on with, up to as many pixels as the largest pictures have.

    What goes on beyond that is taken as it is: a file of some megabytes can hold frames for hours.
    """
    if not getattr(image, "is_animated", False):
        return
    left = MAX_PIXELS
    try:
        with _strictly():
            for frame in ImageSequence.Iterator(image):
                frame.load()
                left -= max(image.width * image.height, _LEAST_OF_A_FRAME)
                if left < 0:
                    return
    except Exception as error:
        raise _broken() from error


# What is made strict for a moment is one flag of Pillow for all threads.
_STRICT = threading.Lock()


@contextmanager
def _strictly() -> Iterator[None]:
    """
    Take half a picture for half a one, though a notebook has told Pillow to fill such ones up.

    Many do (`ImageFile.LOAD_TRUNCATED_IMAGES = True`) to be rid of an error of their own pictures;
    ours would then be kept and paid for as grey halves. It is a switch for the whole process, so it
    is put back at once, and two threads never put back what the other one set.
    """
    if not ImageFile.LOAD_TRUNCATED_IMAGES:
        yield
        return
    with _STRICT:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = True


def tile(image: Image.Image, number: int) -> Image.Image:
    """Cut tile *number* of a grid: 1 top left, 2 top right, 3 bottom left, 4 bottom right."""
    if number not in (1, 2, 3, 4):
        raise UsageError(
            translated("A grid has no tile {number!r}.", number=number),
            hint=translated("Take 1, 2, 3 or 4."),
        )
    row, column = divmod(number - 1, 2)
    width, height = image.width // 2, image.height // 2
    if not width or not height:
        raise NoSuchPicture(
            translated(
                "A picture of {width} × {height} pixels has no tiles.",
                width=image.width,
                height=image.height,
            ),
            hint=translated("Take it whole: job.image, or job.save()."),
        )
    # From the edges inwards: of an odd side the middle line belongs to no tile.
    left, top = column * (image.width - width), row * (image.height - height)
    return image.crop((left, top, left + width, top + height))


_PLAIN_MODES = {"RGB", "RGBA", "L", "LA", "CMYK"}  # the others can't be averaged


def _resized(image: Image.Image, longest: int) -> Image.Image:
    """Shrink to *longest* px; by whole steps where it fits, which is fifteen times cheaper."""
    if max(image.size) <= longest:
        return image
    # A palette's numbers have no mean.
    if image.mode not in _PLAIN_MODES:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    steps, rest = divmod(max(image.size), longest)
    reduced = image.reduce(steps) if steps > 1 else image
    if not rest:
        return reduced
    scale = longest / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return reduced.resize(size, Image.Resampling.HAMMING)


def on_white(image: Image.Image) -> Image.Image:
    """Put a picture with transparency on white, as paper would, and make it RGB."""
    if image.mode == "RGB":
        return image
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("RGB")
    return image.convert("RGB")


def _jpeg(image: Image.Image, longest: int) -> bytes:
    """Encode within the room there is; what will not fit (noise) is shown smaller instead."""
    for quality in _QUALITIES:
        content = _encoded(image, quality)
        if len(content) <= _MAX_BYTES[longest]:
            return content
    # Noise hardly packs: half as large it is still seen for what it is.
    return _encoded(image.reduce(2), _QUALITIES[1])


def _encoded(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    # Pillow hands a comment on by itself, and a prompt may stand there.
    image.save(buffer, "JPEG", quality=quality, comment=b"")
    return buffer.getvalue()


def _broken() -> MJError:
    return MJError(
        translated("The picture is broken: it ends too early or is damaged."),
        hint=translated("Ask for it again; the server may still have it whole."),
    )


def _too_large() -> MJError:
    return MJError(
        translated(
            "The picture has more than {max_pixels} million pixels.",
            max_pixels=MAX_PIXELS // 1000000,
        ),
        hint=translated("It was not opened; the file itself is kept as it was served."),
    )


def _no_picture(content: bytes) -> MJError:
    start = content[:1].decode("ascii", "replace")
    kind = translated("something else")
    if is_film(content):
        kind = translated("a film")
    elif start in {"<", "{", "["}:
        kind = translated("a page or a text")
    return MJError(
        translated("The server gave {kind} instead of a picture.", kind=kind),
        hint=translated("The address may have expired; fetch the task again."),
    )
