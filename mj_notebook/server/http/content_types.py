"""Types of bodies: those that a server reads, and those in which it answers."""

import re
from collections.abc import Mapping

from mj_notebook.protocol.routes import ROUTES
from mj_notebook.server.http.error_formats import JSON, ErrorContext, RawAnswer, framework_error

Headers = Mapping[str, str]

_READ_BY_FRAMEWORK = re.compile(r"\s*application/(?:[\w.+-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)
_TAKES_JSON = re.compile(r"\*/\*|application/(?:\*|(?:[\w.+-]+\+)?json)", re.IGNORECASE)
_TAKES_PAGES = re.compile(r"text/(?:\*|html)", re.IGNORECASE)
_PAGE = b"<html><body><h1>Whitelabel Error Page</h1></body></html>"
_PAGE_TYPE = "text/html;charset=UTF-8"
_RELAYED = frozenset({"image_seed", *(route.name for route in ROUTES if route.request)})
# It writes these without a set of letters, as its framework writes errors with one.
_TOLD = frozenset({"fetch", "list_by_condition"})
_GO_TEXT = "text/plain; charset=utf-8"
_JSON_AS_UTF_8 = "application/json; charset=utf-8"


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
    """Return the answer of a gateway: what it hands on has no type, and gets that of text."""
    del context
    if answer.media != JSON:
        return answer
    # Its own errors have other statuses; the 404 of a path that it hands on is the other server's.
    if (route, answer.status) == ("", 404) or (route in _RELAYED and answer.status == 200):
        return answer._replace(media=_GO_TEXT)
    is_told = route in _TOLD and answer.status == 200
    return answer if is_told else answer._replace(media=_JSON_AS_UTF_8)


def with_charset(answer: RawAnswer, route: str, context: ErrorContext) -> RawAnswer:
    """Return *answer* as the framework of trueai sends it, which names the set of letters."""
    del route, context
    return answer._replace(media=_JSON_AS_UTF_8) if answer.media == JSON else answer
