"""What arrives at a callback address: the head of one HTTP request, read strictly; pure."""

import re
import secrets
from typing import NamedTuple

MAX_HEAD = 16_384
"""The longest head in bytes; a proxy's own is a few hundred."""
MAX_BODY = 2_000_000
"""The longest body in bytes; a task is a few thousand."""

NOT_FOUND, BAD, TOO_LARGE = 404, 400, 413
_REASONS = {200: "OK", NOT_FOUND: "Not Found", BAD: "Bad Request", TOO_LARGE: "Content Too Large"}
_NUMBERS = {10: re.compile(rb"[0-9]{1,16}"), 16: re.compile(rb"[0-9A-Fa-f]{1,16}")}
GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"


class Post(NamedTuple):
    """
    The head of a post to our address.

    Attributes:
        length: The bytes of the body; None when it comes in chunks.
        waits: Whether the sender waits for a word before it sends the body.
    """

    length: int | None
    waits: bool = False


class Unwelcome(Exception):
    """A request that is answered with *status* and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(_REASONS[status])
        self.status = status


def read_head(head: bytes, name: str) -> Post:
    """
    Read the head of a request, up to its empty line.

    Args:
        head: As it came.
        name: The last part of our address. What stands before it is not looked at: a relay on the
            way may have put something there, or taken it away.

    Raises:
        Unwelcome: It is no post to *name*: "not found", whatever else is wrong with it; or it is
            one, with a body that is too large or has no known end.
    """
    first, *lines = head.split(b"\r\n")
    method, _, rest = first.partition(b" ")
    target = rest.partition(b" ")[0].partition(b"?")[0].rpartition(b"/")[2]
    # Both are compared as a whole: how long that takes must not tell how much of it was right.
    if not secrets.compare_digest(target, name.encode()) or method != b"POST":
        raise Unwelcome(NOT_FOUND)
    fields = dict(map(_field, filter(None, lines)))
    waits = fields.get(b"expect", b"").lower() == b"100-continue"
    coding = fields.get(b"transfer-encoding", b"").lower()
    if coding == b"chunked" and b"content-length" not in fields:
        return Post(None, waits)
    if coding:
        raise Unwelcome(BAD)  # two lengths, or a way of packing that nobody asked for
    return Post(_size(fields.get(b"content-length", b""), 10), waits)


def chunk_size(line: bytes, so_far: int) -> int:
    """Return the bytes of the chunk that *line* announces, 0 for the end."""
    size = _size(line.partition(b";")[0].strip(), 16)
    if so_far + size > MAX_BODY:
        raise Unwelcome(TOO_LARGE)
    return size


def answer(status: int) -> bytes:
    """Return the whole answer, which says no more than *status*."""
    head = f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    return head.encode()


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.lower(), value.strip()


def _size(digits: bytes, base: int) -> int:
    if not _NUMBERS[base].fullmatch(digits):  # int() takes signs, spaces and underscores too
        raise Unwelcome(BAD)
    size = int(digits, base)
    if size > MAX_BODY:
        raise Unwelcome(TOO_LARGE)
    return size
