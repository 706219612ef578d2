"""One connection to the receiver: HTTP is uvicorn's; this adds limits. Loaded when first used."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

MAX_HEAD = 16_384
"""The longest head in bytes; a proxy's own is a few hundred."""
MAX_BODY = 2_000_000
"""The longest body in bytes; a task is a few thousand."""
# A proxy posts over a few, one after the other.
_MOST = 64

# Whatever strangers send must not fill a notebook with warnings; and what uvicorn's own loggers
# are set to is the business of the person's other servers.
_log = logging.getLogger("mj_notebook.session.webhook")
_log.setLevel(logging.ERROR)


class Connection(H11Protocol):
    """
    Takes one request within the patience of its server, or is cut off.

    Of too many the one that came first gives way: a post takes milliseconds, so that one does not
    come, or its answer is not read.
    """

    def __init__(self, *args: Any, patience: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience = patience
        self.is_cut_off = False
        self.logger = _log
        # Both would write the path, which is a secret, where a person logs all that happens.
        self.access_log = False
        self.app = self.config.app

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; of too many the oldest gives way, so that posts are taken."""
        super().connection_made(transport)
        # uvicorn waits for ever for the rest of a request; each connection has only one.
        self._end = self.loop.call_later(self._patience, self.cut_off)
        self.ends_at = self._end.when()
        open_ones = [
            one
            for one in self.connections
            # One that was cut off stays in the set until the next turn of the loop.
            if isinstance(one, Connection) and not one.is_cut_off
        ]
        if len(open_ones) > _MOST:
            min(open_ones, key=lambda one: one.ends_at).cut_off()

    def cut_off(self) -> None:
        """End it at once, whatever is on the way."""
        self.is_cut_off = True
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._end.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Cut off whoever speaks no HTTP, without a word."""
        del msg
        self.transport.abort()


def connecting(app: ASGIApp, patience: float) -> tuple[Callable[[], Connection], set[Any]]:
    """Return what makes the connections to *app* for `loop.create_server`, and those there are."""
    config = uvicorn.Config(
        app,
        loop="none",
        lifespan="off",
        ws="none",
        log_config=None,
        server_header=False,
        h11_max_incomplete_event_size=MAX_HEAD,
    )
    state = ServerState()
    return partial(Connection, config, state, {}, patience=patience), state.connections


def answering(is_welcome: Callable[[str, str], bool], take: Callable[[bytes], None]) -> ASGIApp:
    """
    Return an application that answers with a status and no word more.

    Args:
        is_welcome: Tells by method and path whether a request is listened to.
        take: Is given what a request brought, once it is answered.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        status, body = 404, None
        if is_welcome(scope["method"], scope["path"]):
            try:
                body = await _body(Request(scope, receive))
            except ClientDisconnect:
                return  # half a request: there is nobody to tell
            status = 413 if body is None else 200
        await Response(status_code=status, headers={"connection": "close"})(scope, receive, send)
        if body:
            take(body)

    return app


async def _body(request: Request) -> bytes | None:
    """Return the body of *request*, None as soon as it is known to be too large."""
    length = request.headers.get("content-length")
    if length and int(length) > MAX_BODY:  # h11 has refused what is no number
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            return None
    return bytes(body)
