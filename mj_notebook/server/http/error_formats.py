"""The formats in which servers of the family write errors (protocol/README.md §7)."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple

from mj_notebook.protocol.routes import BEARER_HEADER, SECRET_HEADER
from mj_notebook.protocol.vocabulary import ReturnCode

Json = dict[str, Any]

JSON = "application/json"
_PLAIN = "text/plain; charset=utf-8"
_PAGE = "text/html; charset=utf-8"
_CONTAINER_TYPE = "text/html;charset=utf-8"
_CONTAINER_PAGE = (
    b'<!doctype html><html lang="en"><title>%(title)b</title><h1>%(title)b</h1></html>'
)
UNAUTHORIZED = "unauthorized"
"""The words of plus to who has no secret, or a wrong one."""

# A word before the path that is no speed.
_HANDED_ON = re.compile(r"/[\w-]+/mj/")
_IN_FRAMEWORK = re.compile(r"/mj(?:/|$)")


class ErrorContext(NamedTuple):
    """
    What is wrong with a request.

    Attributes:
        status: The status of plus.
        text: The words of plus.
        number: What the server calls the request, where it numbers them.
    """

    status: int
    path: str = ""
    text: str = ""
    content: Mapping[str, Any] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})
    number: str = ""


class RawAnswer(NamedTuple):
    """An answer as it is sent; one without a body has no type either."""

    status: int
    body: bytes = b""
    media: str = ""
    location: str = ""


ErrorFormat = Callable[[ErrorContext], RawAnswer]


def json_answer(content: Any, status: int = 200) -> RawAnswer:
    """Return *content* as compact JSON."""
    # Chinese as it is, like the servers; a lone surrogate must not turn an error into a crash.
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return RawAnswer(status, body.encode("utf-8", "surrogatepass"), JSON)


def framework_error(context: ErrorContext) -> RawAnswer:
    """Write it as the web framework of the open proxy and of plus does."""
    content = {
        "timestamp": _now(),
        "status": context.status,
        "error": HTTPStatus(context.status).phrase,
        "path": context.path,
    }
    return json_answer(content, context.status)


def framework_status(status: int) -> ErrorFormat:
    """Return what says *status* as the framework does, whatever the status of plus is."""
    return lambda context: framework_error(context._replace(status=status))


def framework_or_container(context: ErrorContext) -> RawAnswer:
    """Write it as the framework does below its own path, else as what the framework runs in."""
    if _IN_FRAMEWORK.match(context.path):
        return framework_error(context)
    title = f"HTTP Status {context.status} \u2013 {HTTPStatus(context.status).phrase}"
    return RawAnswer(context.status, _CONTAINER_PAGE % {b"title": title.encode()}, _CONTAINER_TYPE)


def empty_answer(status: int) -> ErrorFormat:
    """Return what answers *status* and no body."""
    return lambda _: RawAnswer(status)


def plain_text(text: str) -> ErrorFormat:
    """Return what says *text* and nothing else, under the status of plus."""
    return lambda context: RawAnswer(context.status, text.encode(), _PLAIN)


def reply_error(text: str, code: int = ReturnCode.INVALID, status: int = 200) -> ErrorFormat:
    """Return what says *text* in the shape of every reply."""
    reply = {"code": int(code), "description": text, "result": None, "properties": {}}
    return lambda _: json_answer(reply, status)


def exception_error(status: int = 200, text: str = "") -> ErrorFormat:
    """Return what trueai says where something was thrown; even a 200 can be an error there."""

    def write(context: ErrorContext) -> RawAnswer:
        message = text or context.text
        # Without description and result: a client must look at the message.
        content = {"success": False, "code": -1, "message": message, "timestamp": _now()}
        return json_answer(content, status)

    return write


def gateway_error(text: str, code: int = ReturnCode.INVALID, status: int = 400) -> ErrorFormat:
    """Return what the gateway says itself: its text, a blank, and a result that isn't there."""
    # The blank is the gateway's: it writes text, blank, result, and there is no result.
    content = {"description": f"{text} ", "type": "upstream_error", "code": int(code)}
    return lambda _: json_answer(content, status)


def openai_error(text: str = "", status: int = 0) -> ErrorFormat:
    """Return what the gateway says before it relays anything, in the shape of another API."""

    def write(context: ErrorContext) -> RawAnswer:
        # As the OpenAI API writes errors, for which the gateway was made at first.
        message = f"{text or context.text} (request id: {context.number or request_number()})"
        error = {"message": message, "type": "new_api_error", "code": ""}
        return json_answer({"error": error}, status or context.status)

    return write


def invalid_request(text: str = "") -> ErrorFormat:
    """Return what the gateway says of a body that it can't make out; customIds are repeated."""

    def write(context: ErrorContext) -> RawAnswer:
        words = text.replace("{customId}", str(context.content.get("customId"))) or context.text
        return openai_error(f"Invalid request, {words}", 400)(context)

    return write


def gateway_denial(context: ErrorContext) -> RawAnswer:
    """Tell a token that isn't there from a wrong one, and repeat any other words."""
    if context.text != UNAUTHORIZED:
        return openai_error()(context)
    has_token = any(context.headers.get(name) for name in (BEARER_HEADER, SECRET_HEADER))
    return openai_error("无效的令牌" if has_token else "未提供令牌")(context)


def gateway_overload(context: ErrorContext) -> RawAnswer:
    """Say that too much is asked for at once."""
    words = f"{context.text} 当前分组负载已饱和，请稍后再试，或升级账户以提升服务质量。"
    content = {"description": words, "type": "upstream_error", "code": int(ReturnCode.OVERLOADED)}
    return json_answer(content, 429)


def gateway_panic(_: ErrorContext) -> RawAnswer:
    """Stumble over a customId that has too few parts."""
    words = "Panic detected, error: runtime error: index out of range"
    return json_answer({"error": {"message": words, "type": "new_api_panic"}}, 500)


def front_end_page(context: ErrorContext) -> RawAnswer:
    """Show the gateway's own front end for every path it doesn't know, and doesn't hand on."""
    if _HANDED_ON.match(context.path):
        return framework_error(context)
    return RawAnswer(200, b"<!doctype html><title>New API</title><div id=root></div>", _PAGE)


def request_number() -> str:
    """Return a time and eight letters, as the gateway numbers what it is asked."""
    return f"{datetime.now(UTC):%Y%m%d%H%M%S%f}{uuid.uuid4().hex[:8]}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
