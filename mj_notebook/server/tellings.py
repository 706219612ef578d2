"""Tellings: the shapes in which servers of the family say that something is wrong (sheet 7)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from mj_notebook.protocol.vocabulary import ReturnCode

Json = dict[str, Any]

JSON = "application/json"
_PLAIN = "text/plain; charset=utf-8"
_PAGE = "text/html; charset=utf-8"


class Trouble(NamedTuple):
    """What is wrong with a request: the status, the path and the words of plus."""

    status: int
    path: str = ""
    text: str = ""


class Said(NamedTuple):
    """An answer as it is sent; one without a body has no type either."""

    status: int
    body: bytes = b""
    media: str = ""


Telling = Callable[[Trouble], Said]


def written(content: Any, status: int = 200) -> Said:
    """Return *content* as compact JSON."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Said(status, body.encode("utf-8", "surrogatepass"), JSON)


def page(trouble: Trouble) -> Said:
    """Tell it as the web framework of the open proxy and of plus does."""
    content = {
        "timestamp": _now(),
        "status": trouble.status,
        "error": HTTPStatus(trouble.status).phrase,
        "path": trouble.path,
    }
    return written(content, trouble.status)


def silence(status: int) -> Telling:
    """Return what says nothing but *status*."""
    return lambda _: Said(status)


def words(text: str) -> Telling:
    """Return what says *text* and nothing else, under the status of plus."""
    return lambda trouble: Said(trouble.status, text.encode(), _PLAIN)


def refused(text: str, code: int = ReturnCode.INVALID, status: int = 200) -> Telling:
    """Return what says *text* in the shape of every reply."""
    reply = {"code": int(code), "description": text, "result": None, "properties": {}}
    return lambda _: written(reply, status)


def thrown(status: int = 200, text: str = "") -> Telling:
    """Return what trueai says where something was thrown; even a 200 can be an error there."""

    def tell(trouble: Trouble) -> Said:
        message = text or trouble.text
        content = {"success": False, "code": -1, "message": message, "timestamp": _now()}
        return written(content, status)

    return tell


def relayed(text: str, code: int = ReturnCode.INVALID, status: int = 400) -> Telling:
    """Return what the gateway says itself: its text, a blank, and a result that isn't there."""
    content = {"description": f"{text} ", "type": "upstream_error", "code": int(code)}
    return lambda _: written(content, status)


def distributed(text: str = "", status: int = 0) -> Telling:
    """Return what the gateway says before it relays anything, in the shape of another API."""

    def tell(trouble: Trouble) -> Said:
        error = {"message": text or trouble.text, "type": "new_api_error"}
        return written({"error": error}, status or trouble.status)

    return tell


def website(_: Trouble) -> Said:
    """Show the page of the gateway's own front end, as it does for every path it doesn't know."""
    return Said(200, b"<!doctype html><title>New API</title><div id=root></div>", _PAGE)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
