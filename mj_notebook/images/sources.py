"""Where a picture comes from: a path, bytes, an address, a job, an image or an array."""

import base64
import os
import re
import stat
from collections.abc import Callable
from io import UnsupportedOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, unquote, unquote_to_bytes, urlsplit
from urllib.request import url2pathname

from mj_notebook.errors import MJError, Refused, ServerUnreachable, UsageError
from mj_notebook.images.displayed import Displayed, displayed_content, representation
from mj_notebook.language import marked, translated
from mj_notebook.language.sentences import reason_of
from mj_notebook.protocol.media import MOST_BYTES, media_of
from mj_notebook.settings.paths import pasted_path, unquoted

if TYPE_CHECKING:
    from PIL.Image import Image

Fetch = Callable[[str], bytes]
"""What brings the content of an address; network is given, never taken."""

_ANY_FORM = marked(
    "Give a path, bytes, a data URL, a Pillow image, an array, a figure, or a job with a picture."
)


class Source(NamedTuple):
    """
    What was given, found: either *content* or *image*.

    Attributes:
        name: What to call it in a sentence: "The picture", or the name of its file.
        content: The bytes of a file.
        image: What was already decoded.
    """

    name: str
    content: bytes = b""
    image: "Image | None" = None


def load_source(given: object, fetch: Fetch | None = None) -> Source:
    """Find the picture that *given* means."""
    if isinstance(given, str):
        return _from_text(given, fetch)
    if isinstance(given, bytes | bytearray | memoryview):
        return Source(translated("The picture"), bytes(given))
    # Before anything with a `read`, since pictures of Pillow may keep their file open.
    if image := _image(given):
        return Source(translated("The picture"), image=image)
    if callable(getattr(given, "read", None)):
        return _from_stream(given)
    return _from_notebook(given, fetch)


def _from_notebook(given: object, fetch: Fetch | None) -> Source:
    if isinstance(given, os.PathLike):
        return _file(pasted_path(os.fsdecode(given)))
    # Before arrays: a figure or a widget may tell itself as one as well.
    shown = displayed_content(given)
    if isinstance(shown, str):  # it only tells where the picture is
        return _from_text(shown, fetch)
    return _source(shown) if shown else _from_job_or_array(given)


def _source(shown: Displayed) -> Source:
    _refuse_huge(shown.name, len(shown.content))
    return Source(displayed_name(shown.name), shown.content)


def _from_job_or_array(given: object) -> Source:
    """Find what a job holds, as it was served (its reason passes when it has none), or an array."""
    from mj_notebook.images.arrays import is_array, read_array  # loads Pillow

    if is_array(given):
        return Source(translated("The array"), image=read_array(given))
    if callable(bring := getattr(given, "content", None)) and isinstance(kept := bring(), bytes):
        return Source(translated("The picture"), kept)
    # Last of a job's ways: the bytes as served lose nothing.
    if image := _image(getattr(given, "image", None)):
        return Source(translated("The picture"), image=image)
    if shown := representation(given):
        return _source(shown)
    raise UsageError(
        translated("{given} is no picture.", given=_a(given)), hint=translated(_ANY_FORM)
    )


def _a(given: object) -> str:
    return (
        "None"
        if given is None
        else translated("An object of type {type!r}", type=type(given).__name__)
    )


def _image(given: object) -> "Image | None":
    from PIL import Image  # loads on first use

    return given if isinstance(given, Image.Image) else None


# -- text ------------------------------------------------------------------------------------------


def _from_text(text: str, fetch: Fetch | None) -> Source:
    stripped = unquoted(text)
    if not stripped:
        raise UsageError(translated("An empty text is no picture."), hint=translated(_ANY_FORM))
    # Only its beginning: a data URL may have megabytes.
    start = stripped[:8].lower()
    if start.startswith("data:"):
        return Source(translated("The picture"), _from_data_url(stripped))
    if start.startswith(("http://", "https://")):
        return _from_url(stripped, fetch)
    if start.startswith("file:"):
        return _file(_path_of(stripped))
    try:
        return _file(pasted_path(text))
    except UsageError:
        # Some clients hand over pictures as bare base64; no path begins like a picture.
        content = _base64("".join(stripped.split()))
        if content is None or media_of(content) is None:
            raise
        return Source(translated("The picture"), content)


_DATA_URL = re.compile(r"data:(?P<about>[^,]*),(?P<body>.*)", re.IGNORECASE | re.DOTALL)


def _from_data_url(url: str) -> bytes:
    found = _DATA_URL.fullmatch(url)
    is_base64 = found is not None and found["about"].lower().rstrip().endswith("base64")
    body = found["body"] if found else ""
    if is_base64:
        content = _base64("".join(unquote(body).split()))
    else:
        content = unquote_to_bytes(body) if "%" in body else None
    if not content:
        raise UsageError(
            translated("The data URL holds no picture that can be read."),
            hint=translated('It must begin like "data:image/png;base64," and go on in base64.'),
        )
    return content


def _base64(text: str) -> bytes | None:
    """Return what *text* holds, in either alphabet of base64 and with its end cut or not."""
    # Addresses carry base64 with two other signs, and without its end.
    plain = text.translate(_STANDARD_ALPHABET).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True) or None
    except ValueError:
        return None


_STANDARD_ALPHABET = str.maketrans("-_", "+/")


def _from_url(url: str, fetch: Fetch | None) -> Source:
    if fetch is None:
        raise UsageError(
            translated("A web address can't be sent in place of a picture."),
            hint=translated(
                "Save the picture and give its path, or write the address before the prompt."
            ),
        )
    parts = _parts(url)
    # What follows the path may be a signature: it is never shown.
    name = displayed_name(Path(unquote(parts.path)).name) or translated("The picture")
    try:
        return Source(name, fetch(url))
    except Refused as error:  # of a job's picture, its task would be asked for a newer address
        gone = (
            translated(
                "There is no picture at {host} (HTTP {status}).",
                host=parts.hostname,
                status=error.status,
            )
            if error.status in {404, 410}
            else error.args[0]
        )
        raise UsageError(str(gone), hint=translated(_LOOK)) from error
    except ServerUnreachable as error:
        raise UsageError(str(error.args[0]), hint=translated(_LOOK)) from error


_LOOK = marked(
    "Look at the address in a browser; a picture that is there can be saved and given by path."
)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[::1"
        parts = SplitResult("", "", "", "", "")
    if not parts.hostname:
        raise UsageError(
            translated("The address of the picture names no server."),
            hint=translated("Write it whole, as https://example.com/kite.png."),
        )
    return parts


def _path_of(url: str) -> Path:
    parts = urlsplit(url)
    # Windows would ask the network for it, and send the person's name along.
    if parts.netloc not in {"", "localhost"}:
        raise UsageError(
            translated("A file: address of another computer can't be read."),
            hint=translated("Give a path instead."),
        )
    return Path(url2pathname(parts.path))


# -- files -----------------------------------------------------------------------------------------


def _file(path: Path) -> Source:
    name = displayed_name(path.name or str(path))
    try:
        path = path.expanduser()
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode) and not stat.S_ISDIR(facts.st_mode):
            raise _unreadable_error(
                name, translated("it is no file")
            )  # a device or a pipe may never end
        _refuse_huge(name, facts.st_size)
        return Source(name, path.read_bytes())
    except OSError as error:
        raise _unreadable_error(
            name, reason_of(error) if error.strerror else translated("it can't be opened")
        ) from error
    except (ValueError, RuntimeError) as error:  # a NUL in the path; no such home
        raise _unreadable_error(name, translated("there is no such path")) from error


def _unreadable_error(name: str, reason: str) -> UsageError:
    return UsageError(
        translated("The picture {name!r} can't be read: {reason}.", name=name, reason=reason),
        hint=translated(
            "Give the path of a PNG, JPEG, GIF or WebP file, from where the notebook runs."
        ),
    )


def _refuse_huge(name: str, size: int) -> None:
    if size > MOST_BYTES:
        raise UsageError(
            translated(
                "{name} has more than {most_bytes} MB.", name=name, most_bytes=MOST_BYTES // 1000000
            ),
            hint=translated("Save it smaller first."),
        )


def _from_stream(stream: Any) -> Source:
    """Read a file that is open from its beginning, and leave it where it stood."""
    label = getattr(stream, "name", "")
    name = displayed_name(Path(label).name) if isinstance(label, str) else ""
    name = name or translated("The picture")
    try:
        content = _read_all(stream)
    except MJError:
        raise
    except Exception as error:  # a stream of any kind may fail in any way
        raise UsageError(
            translated("{name} can't be read from what was given.", name=name),
            hint=translated("Open it again, for reading bytes."),
        ) from error
    if not isinstance(content, bytes | bytearray | memoryview):
        raise UsageError(
            translated("{name} was opened as text.", name=name),
            hint=translated('Open it with mode "rb".'),
        )
    _refuse_huge(name, len(content))
    return Source(name, bytes(content))


def _read_all(stream: Any) -> object:
    try:
        place = stream.tell()
        stream.seek(0)  # what was just saved into it stands before its place
    except (AttributeError, UnsupportedOperation, OSError):
        # One byte more than is allowed tells that there is too much, and no more is read.
        return stream.read(MOST_BYTES + 1)
    content = stream.read(MOST_BYTES + 1)
    stream.seek(place)
    return content


def displayed_name(name: str) -> str:
    """Return a file name as it can stand in a sentence: in one line, of bounded length."""
    line = "".join(sign if sign.isprintable() else "�" for sign in name)
    return line if len(line) <= 80 else f"{line[:60]}…{line[-16:]}"
