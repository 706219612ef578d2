"""Answers that no client can be sure of, for requests that were obeyed: a table, by name.

Each was seen, or stands in the sources of a server or gateway (protocol/README.md §7).
"""

import re
from collections.abc import Callable
from typing import NamedTuple


class SpoiledAnswer(NamedTuple):
    """
    What comes in the place of a good answer.

    Attributes:
        location: Where a redirect points, "" for none.
    """

    status: int
    body: bytes
    media_type: str = "application/json"
    location: str = ""


Spoil = Callable[[bytes], SpoiledAnswer]
_PAGE = b"<!doctype html><title>{}</title><h1>Something went wrong</h1>"
_SPRING = (
    b'{"timestamp":"2026-11-28T08:00:00.000+00:00","status":500,"error":"Internal Server Error"}'
)
_GATEWAY_WORDS = (
    "do_request_failed",
    "unmarshal_response_body_failed",
    "read_response_body_failed",
    "empty_response_body",
    "insert_midjourney_task_failed",
)
# More than any client should take for an answer in words.
_HUGE = 65_000_000
# Deeper than any reader of JSON goes, which must survive it; how deep that is depends on Python's
# version: 3.11 gives up at 1,000 levels, 3.13 at 10,000.
_DEEP = b"[" * 100_000 + b"]" * 100_000


def _instead(status: int, body: bytes = b"", media_type: str = "application/json") -> Spoil:
    return lambda _: SpoiledAnswer(status, body, media_type)


def _around(before: bytes, after: bytes = b"") -> Spoil:
    return lambda good: SpoiledAnswer(200, before + good + after)


def _inside(text: bytes) -> Spoil:
    """Write *text* into the first string of the answer that is no id."""
    return lambda good: SpoiledAnswer(
        200, good.replace(b'"description":"', b'"description":"' + text)
    )


def _also(member: bytes) -> Spoil:
    return lambda good: SpoiledAnswer(200, good.replace(b"{", b"{" + member + b",", 1))


def _first_time(value: int) -> Spoil:
    """Give the first task of a list a time that no clock will show."""
    return lambda good: SpoiledAnswer(
        200, re.sub(rb'"submitTime":\d+', b'"submitTime":%d' % value, good, count=1)
    )


def _deep(good: bytes) -> SpoiledAnswer:
    """Nest a value of the first task deeper than most readers of JSON go."""
    return SpoiledAnswer(200, good.replace(b'"properties":{', b'"properties":{"x":%b,' % _DEEP, 1))


def _gateway(word: str) -> Spoil:
    body = f'{{"description":"{word} ","type":"upstream_error","code":5}}'
    return _instead(400, body.encode())


SPOILED_ANSWERS: dict[str, Spoil] = {
    "empty": _instead(200),
    "no-content": _instead(204),
    "cut": lambda good: SpoiledAnswer(200, good[: len(good) // 2]),
    "bom": _around(b"\xef\xbb\xbf"),
    "warning": _around(b"Warning: undefined index in line 7\n"),
    "nul": _around(b"", b"\0"),
    "surrogate": _inside(rb"\ud83d"),
    "newline": _inside(b"\n"),
    "nan": _also(b'"cost":NaN'),
    "overflow": _also(b'"cost":1e400'),
    "far-time": _first_time(2**63),
    "endless-time": _first_time(10**30),
    "deep": _deep,
    "list": _around(b"[", b"]"),
    "wrapped": _around(b'{"code":200,"data":', b"}"),
    "object": _instead(200, b"{}"),
    "null": _instead(200, b"null"),
    "code-0": _instead(200, b'{"code":0}'),
    "code-200": _instead(200, b'{"code":200,"data":"ok"}'),
    "page": _instead(200, _PAGE, "text/html"),
    "see-other": lambda _: SpoiledAnswer(303, b"", location="/"),
    "timeout": _instead(408),
    "closed": _instead(499),
    "error": _instead(500),
    "error-page": _instead(500, _PAGE, "text/html"),
    "error-json": _instead(500, _SPRING),
    "unavailable": _instead(503, b'{"error":{"message":"try later","type":"x"}}'),
    "huge": lambda good: SpoiledAnswer(200, b" " * _HUGE + good),
    **{word.replace("_", "-"): _gateway(word) for word in _GATEWAY_WORDS},
}
"""By name: makes of a good answer the one that is sent."""
