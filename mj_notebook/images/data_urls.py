"""Pictures a person gives, as the data URLs the protocol takes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from mj_notebook.images.sources import Fetch, Source, load_source
from mj_notebook.language import translated
from mj_notebook.protocol.media import GIF, JPEG, PNG, WEBP, data_url, media_of, read_data_url

if TYPE_CHECKING:
    from PIL.Image import Image

    from mj_notebook.images.fit import FittedPicture

# One proxy of the family takes 4 MB at most, another 5: stay below both.
MAX_BYTES = 4_000_000
MAX_SIDE = 4096
"""A longer side is made smaller: nothing finer than the 2048 px of a grid is ever drawn."""

ACCEPTED_FORMATS = (PNG, JPEG, GIF, WEBP)
"""Kinds that the proxies' own clients send."""
# Written anew as JPEG; drawings with hard edges (PNG, GIF) would get worse by that.
_LOSSY = {"JPEG", "MPO", "WEBP", "AVIF", "HEIF", "JPEG2000"}


class EncodedPicture(NamedTuple):
    """
    A picture as it will be sent.

    Attributes:
        url: The data URL.
        note: What was changed, in one line for the person; "" when nothing was.
    """

    url: str
    note: str = ""

    def __repr__(self) -> str:
        # The whole picture stands in the URL: too much for an output.
        return f"EncodedPicture({self.url[:22]}…, {self.note!r})"


def size_of(url: str) -> tuple[int, int]:
    """Return width and height of the picture in a data URL."""
    from mj_notebook.images.decode import open_picture  # loads Pillow

    return open_picture(read_data_url(url) or b"", translated("The picture")).size


def read_picture(source: object, *, fetch: Fetch | None = None) -> EncodedPicture:
    """
    Make a picture ready to be sent: below 4 MB, of a kind all proxies take, upright.

    What fits goes as it is, byte by byte; what does not is written anew, and the note says so.

    Args:
        source: A path or ``file:`` URL, bytes, a data URL, bare base64, an open file, a Pillow
            image, an array (uint8, bool, or floats from 0 to 1), anything whose ``image`` is a
            Pillow image (a job), or a web address.
        fetch: What brings the bytes of a web address.

    Raises:
        UsageError: It can't be read, is no picture, is broken, or is far too large.
    """
    found = load_source(source, fetch)
    return _of_image(found.name, found.image) if found.image else _of_file(found)


def _of_file(found: Source) -> EncodedPicture:
    from mj_notebook.images import decode, fit  # loads Pillow

    media = media_of(found.content)
    image = decode.open_picture(found.content, found.name)
    full = image.size
    # A photograph of 50 megapixels is decoded at the size it is sent in.
    decode.load(image, found.name, side=fit.SIDES[0])
    changes = list(_changes(found, image, full))
    # Its own bytes: writing anew loses detail, and makes another picture to those who compare.
    if media in ACCEPTED_FORMATS and not changes:
        return EncodedPicture(data_url(found.content, media.mime))
    fitted = fit.fit_to_bytes(
        decode.apply_orientation(image), MAX_BYTES, lossy=image.format in _LOSSY
    )
    return _encoded(found.name, changes, fitted)


def _changes(found: Source, image: "Image", full: tuple[int, int]) -> Iterator[str]:
    """Say for what reasons a file can't go as it is."""
    from mj_notebook.images import decode, fit  # loads Pillow

    # Proxies refuse it, some without a word, and only after all of it was sent.
    if len(found.content) > MAX_BYTES:
        yield _size_text(len(found.content))
    if media_of(found.content) not in ACCEPTED_FORMATS:
        yield image.format or "an unusual kind"
    if max(full) > MAX_SIDE:
        yield f"{full[0]} × {full[1]}"
    if not fit.is_plain(image):
        yield f"{image.mode} colours"
    # What a server takes of an animation differs; the first picture is sure.
    if decode.is_animated(image):
        yield "only its first picture"
    if decode.has_orientation(image):
        yield "turned upright"


def _of_image(name: str, image: "Image") -> EncodedPicture:
    """Write what exists in memory only; where that loses nothing there is nothing to tell."""
    from mj_notebook.images import decode, fit  # loads Pillow

    decode.load(image, name)
    straight = decode.apply_orientation(image)
    fitted = fit.fit_to_bytes(straight, MAX_BYTES, lossy=False)
    width, height = straight.size
    # In memory it had no format: as a PNG of its size nothing is lost.
    is_whole = fitted.media is PNG and fitted.size == straight.size
    return _encoded(name, [] if is_whole else [f"{width} × {height}"], fitted)


def _encoded(name: str, changes: list[str], fitted: "FittedPicture") -> EncodedPicture:
    url = data_url(fitted.content, fitted.media.mime)
    if not changes:
        return EncodedPicture(url)
    width, height = fitted.size
    kind = fitted.media.suffix.removeprefix(".").upper().replace("JPG", "JPEG")
    paper = " on white" if fitted.is_flat else ""
    size = f"{width} × {height} ({_size_text(len(fitted.content))})"
    return EncodedPicture(url, f"{name}: {', '.join(changes)}, sent as {kind}{paper} with {size}")


def _size_text(size: int) -> str:
    """Return a number of bytes as a person reads it."""
    # MB of a million, as proxies count their limits.
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1e3))} kB"
