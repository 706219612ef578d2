"""Types of bodies: those that a server reads, and those in which it answers."""

import re
from collections.abc import Mapping

from mj_notebook.protocol.routes import ROUTES
from mj_notebook.server.http.error_formats import (
    JSON,
    ErrorContext,
    RawAnswer,
    framework_error,
)

Headers = Mapping[str, str]

_READ_BY_FRAMEWORK = re.compile(r"\s*application/(?:[\w.+-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)
_TAKES_JSON = re.compile(r"\*/\*|application/(?:\*|(?:[\w.+-]+\+)?json)", re.IGNORECASE)
_TAKES_PAGES = re.compile(r"text/(?:\*|html)", re.IGNORECASE)
_PAGE = b"<html><body><h1>Whitelabel Error Page</h1></body></html>"
_PAGE_TYPE = "text/html;charset=UTF-8"
_RELAYED = frozenset(route.name for route in ROUTES if route.request)
_GO_TEXT = "text/plain; charset=utf-8"


def every_type(context: ErrorContext) -> None:
    """Refuse no type: a body is read as what it is."""
    del context


def unread_by_framework(context: ErrorContext) -> RawAnswer | None:
    """Return the 415 of the open proxy's framework to a body that isn't called JSON."""
    if _READ_BY_FRAMEWORK.fullmatch(context.headers.get("content-type", "")):
        return None
    return framework_error(context._replace(status=415))


def as_accepted(answer: RawAnswer, route: str, context: ErrorContext) -> RawAnswer:
    """
    Return *answer* if it may be JSON, else the 406 of the open proxy's framework.

    What was asked for has happened by then: the framework looks when it has the answer.
    """
    del route
    accept = context.headers.get("accept", "") or "*/*"
    if not answer.body or answer.media != JSON or _TAKES_JSON.search(accept):
        return answer
    if _TAKES_PAGES.search(accept):
        return RawAnswer(406, _PAGE, _PAGE_TYPE)
    return RawAnswer(406)


def as_relayed(answer: RawAnswer, route: str, context: ErrorContext) -> RawAnswer:
    """Return the answer of a gateway: what it hands on of submits has no type, and gets text's."""
    del context
    # Its own errors have other statuses.
    is_relayed = route in _RELAYED and (answer.status, answer.media) == (200, JSON)
    return answer._replace(media=_GO_TEXT) if is_relayed else answer


def unchanged(answer: RawAnswer, route: str, context: ErrorContext) -> RawAnswer:
    """Return *answer* as it is."""
    del route, context
    return answer
