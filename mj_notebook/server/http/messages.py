"""HTTP messages: from a request to what it asks for, and from a reply to its response."""

import re
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from mj_notebook.protocol import requests
from mj_notebook.protocol.request_bodies import read_request
from mj_notebook.server.engine.accounts import DemoAccount
from mj_notebook.server.http.error_formats import ErrorContext, RawAnswer, framework_error
from mj_notebook.server.tasks.replies import Reply

MODE_KEY = "mj.mode"
"""Where in the scope of a request the speed stands that its path asked for."""

# Names, addresses and a port; anything else would be repeated to others as part of an address.
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[\da-fA-F:.]+\](:\d+)?", re.ASCII)
# Longer bodies are read in a thread, so that others are answered meanwhile.
_LONG_BODY = 2**20

_Submit = TypeVar("_Submit", bound=requests.Request)


async def read_submit(kind: type[_Submit], request: Request) -> _Submit:
    """
    Read what *request* asks for, of whom and how fast.

    Raises:
        InvalidBody: It can't be read.
        NoAccount: There is no account as it wants one.
    """
    body = await request.body()
    is_long = len(body) > _LONG_BODY
    submit = (
        await run_in_threadpool(read_request, kind, body) if is_long else read_request(kind, body)
    )
    account: DemoAccount = request.app.state.account
    # The speed of the path comes before the filter's, and that before the prompt's
    # (protocol/README.md §1.0).
    speed = account.choose(submit.account_filter)
    request.scope[MODE_KEY] = request.scope[MODE_KEY] or speed
    return submit


def base_url(request: Request) -> str:
    """Return the address under which this client reaches the server."""
    # Behind a tunnel or in a container the client knows this server by another name than its own.
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("127.0.0.1", None)
        host = f"{name}:{port}" if port else name
    return f"{request.scope['scheme']}://{host}"


def json_response(body: bytes, status: int = 200) -> Response:
    """Return *body* as it is sent."""
    return Response(body, status, media_type="application/json")


def reply_response(reply: Reply) -> Response:
    """Return *reply* as it is sent."""
    return json_response(reply.body, reply.status)


def raw_response(answer: RawAnswer) -> Response:
    """Return *answer* as it is sent."""
    headers = {"location": answer.location} if answer.location else None
    return Response(answer.body, answer.status, headers, answer.media or None)


def error_page(status: int, path: str) -> Response:
    """Return an error in the shape of the family's own web framework (protocol/README.md §7.2)."""
    return raw_response(framework_error(ErrorContext(status, path)))


def receive_again(body: bytes) -> Receive:
    """Return what receives *body*, which was read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    return receive
