"""Pictures on their way from a page: what is announced, what is under way, what has arrived."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mj_notebook.errors import UsageError
from mj_notebook.images.data_urls import MAX_BYTES, TAKEN, read_picture
from mj_notebook.images.sources import shown
from mj_notebook.protocol.media import JPEG, PNG, Media, media_of, read_data_url

PIECE: Final = 512_000
"""Bytes in one message; a message of more than 10 MB vanishes without a word."""
MOST_THUMBNAIL = 50_000
_MOST_WORDS = 300
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Arrived:
    """
    A picture that is here.

    Attributes:
        id: What the page calls it.
        name: Of its file, as it can be shown.
        content: Its bytes.
        media: Its kind, told by its bytes.
        size: Width and height.
        words: What the page changed on it, "" for nothing.
        thumbnail: A small PNG or JPEG of it, b"" for none.
    """

    id: str
    name: str
    content: bytes
    media: Media
    size: tuple[int, int]
    words: str = ""
    thumbnail: bytes = b""


@dataclass(slots=True)
class Coming:
    """A picture under way."""

    id: str
    name: str
    length: int
    checksum: int
    words: str
    thumbnail: bytes
    heard_at: float
    content: bytearray = field(default_factory=bytearray)

    @property
    def next(self) -> int:
        """The piece that is wanted now, counted from 0."""
        return len(self.content) // PIECE


def picture_facts(content: bytes, name: str) -> tuple[Media, tuple[int, int]]:
    """
    Return kind and size of a picture, told by its bytes.

    Raises:
        UsageError: It is no picture, or none of a kind that all proxies take.
    """
    from mj_notebook.images.decode import open_picture  # loads Pillow

    media = media_of(content)
    if media not in TAKEN:
        raise UsageError(f"{name} is no picture.", hint="Give a PNG, JPEG, GIF or WebP file.")
    return media, open_picture(content, name).size


def read_announcement(key: str, told: Mapping[str, object], thumbnail: bytes, now: float) -> Coming:
    """Read what a page says of a picture; nothing of it is trusted."""
    name = shown(_text(told.get("name")).replace("\\", "/").rpartition("/")[2]) or "The picture"
    length, checksum = told.get("length"), told.get("checksum")
    if not _is_count(length) or not _is_count(checksum) or len(key) > _LONGEST_ID:
        raise UsageError(f"{name} was not announced as a picture is.")
    assert isinstance(length, int)
    assert isinstance(checksum, int)
    if not 0 < length <= MAX_BYTES:
        size = f"more than {MAX_BYTES / 1e6:g} MB" if length else "no bytes"
        raise UsageError(f"{name} has {size}.", hint="Choose another one.")
    small = thumbnail if media_of(thumbnail) in (PNG, JPEG) else b""
    return Coming(
        key, name, length, checksum, _one_line(_text(told.get("words"))),
        small if len(small) <= MOST_THUMBNAIL else b"", now,
    )  # fmt: skip


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text[:_MOST_WORDS])


def joined(buffers: Sequence[bytes | memoryview]) -> bytes:
    """Return the one buffer of a message, b"" when there is none."""
    return bytes(buffers[0]) if buffers else b""


def arrived_from(picture: object) -> Arrived:
    """
    Take a picture that Python gives, in any form.

    Raises:
        UsageError: It can't be read.
    """
    from mj_notebook.images.thumbnails import preview  # loads Pillow

    given = read_picture(picture)
    content = read_data_url(given.url) or b""
    name = given.note.partition(": ")[0] or "The picture"
    media, size = picture_facts(content, name)
    small = preview(content).small
    return Arrived(secrets.token_hex(8), name, content, media, size, given.note, small)
