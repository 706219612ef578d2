"""The gate: which requests are let in, by host, origin, secret and size."""

import hmac
import logging
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mj_notebook.server.backends.render_cache import Closing
from mj_notebook.server.config import Config
from mj_notebook.server.http.dialect import Dialect
from mj_notebook.server.http.dialects import PLUS
from mj_notebook.server.http.error_formats import UNAUTHORIZED
from mj_notebook.server.http.messages import MODE_KEY, error_page, reply_response
from mj_notebook.server.tasks.replies import refusal

# Five pictures of 5 MB as base64 are 35 MB.
MAX_BODY = 36 * 2**20
# A client reads why it was refused only after it has sent everything; so much is read and dropped.
_MAX_DRAINED = 256 * 2**20

# As they stand in a Host header, where IPv6 has brackets.
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
_log = logging.getLogger("mj_notebook.server")


class Gate:
    """ASGI middleware: prefixes, host names, the secret and the size of bodies."""

    def __init__(self, app: ASGIApp, config: Config, dialect: Dialect = PLUS) -> None:
        self._app = app
        self._config = config
        self._dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _WatchedSend(send)
        try:
            await self._admit(self._plain(scope), receive, answer)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except BodyTooLarge:
            await _too_large()(scope, receive, answer)
        except Closing:  # a program that ends is no news
            await error_page(503, scope["path"])(scope, receive, answer)
        except Exception:  # noqa: BLE001 - whatever it was, the client gets JSON and others go on
            _log.exception("A request failed: %s %s", scope["method"], scope["path"])
            # A second head in the middle of a body would only confuse the client.
            if not answer.has_begun:
                await error_page(500, scope["path"])(scope, receive, answer)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        # After the secret: who may not come in is not listened to for megabytes.
        if refused is None and _declared_size(headers) > MAX_BODY:
            await _drain(receive, headers)
            refused = _too_large()
        if refused is not None:
            await refused(scope, receive, send)
            return
        await self._app(scope, _limited(receive), send)

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request that may not come in."""
        # Against DNS rebinding, by which a page gives its own name the address of this machine.
        local_pages = self._config.takes_local_pages
        if not self._config.is_open and _is_foreign(headers, takes_local_pages=local_pages):
            words = "This server answers only the machine it runs on."
            return reply_response(refusal(words, status=403))
        is_guarded = self._dialect.is_guarded(scope["method"], scope["path"])
        if is_guarded and not self._has_secret(headers):
            return reply_response(refusal(UNAUTHORIZED, status=401))
        return None

    def _has_secret(self, headers: Mapping[str, str]) -> bool:
        wanted = self._config.secret.reveal()
        given = self._dialect.read_secrets(headers)
        return not wanted or any(_is_same(text, wanted) for text in given)

    def _plain(self, scope: Scope) -> Scope:
        """Return *scope* with a plain path, and with what its prefix asked for."""
        path, mode = self._dialect.plain(scope["path"])
        # raw_path would still have the prefix; routing looks at path alone.
        return {**scope, "path": path, "raw_path": None, MODE_KEY: mode}


class _WatchedSend:
    """Sends, and knows whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        self.has_begun = True
        await self._send(message)


def _is_foreign(headers: Headers, *, takes_local_pages: bool) -> bool:
    """Tell whether a request came through another name, or from a page of another origin."""
    host = headers.get("host", "")
    if _name_of(host) not in _LOOPBACK:
        return True
    # Browsers send it with every request that is not a plain GET of the same origin.
    origin = headers.get("origin")
    if origin is None or origin.partition("://")[2] == host:
        return False
    return not (takes_local_pages and _name_of(origin.partition("://")[2]) in _LOOPBACK)


def _name_of(host: str) -> str:
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() else host).lower()


def _is_same(text: str, wanted: str) -> bool:
    # Headers are read as Latin-1; this gives back the bytes that were sent.
    return hmac.compare_digest(text.encode("latin-1"), wanted.encode())


def _declared_size(headers: Headers) -> int:
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


async def _drain(receive: Receive, headers: Headers) -> None:
    """Read and drop what a client sends, so that it gets to reading why it was refused."""
    # A client that expects "100 Continue" has sent nothing yet, and reads the refusal at once.
    if "expect" in headers or _declared_size(headers) > _MAX_DRAINED:
        return
    while (await receive()).get("more_body"):
        pass


def _limited(receive: Receive) -> Receive:
    """Return *receive* for bodies of unknown size, cut where they become too large."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received <= MAX_BODY:
            return message
        while message.get("more_body") and received <= _MAX_DRAINED:
            message = await receive()
            received += len(message.get("body", b""))
        raise BodyTooLarge

    return limited


class BodyTooLarge(Exception):
    """A body without a declared size grew beyond what is read."""


def _too_large() -> Response:
    text = f"The body is larger than {MAX_BODY // 2**20} MiB."
    return reply_response(refusal(text, status=413))
