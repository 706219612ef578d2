"""The edge: where a dialect is applied to what is asked and to what is answered, and only here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mj_notebook.protocol.routes import ROUTES
from mj_notebook.protocol.vocabulary import ReturnCode
from mj_notebook.server.config import Config
from mj_notebook.server.dialects import Dialect
from mj_notebook.server.doors import at_doors
from mj_notebook.server.gate import without_prefix
from mj_notebook.server.retold import Moment
from mj_notebook.server.tellings import JSON, Json, Said, Telling, Trouble, written

_TALK = "mj.talk"
_LISTS = {"list_by_condition", "list_by_ids", "task_list", "task_queue"}
_PATHS = tuple((route, compile_path(route.path)[0]) for route in ROUTES)
_DECODER = msgspec.json.Decoder()


def spoken(gate: Middleware, config: Config, dialect: Dialect) -> list[Middleware]:
    """Return *gate* between what makes a server of plus speak *dialect*."""
    return [
        Middleware(Answers, config=config, dialect=dialect),
        gate,
        Middleware(Questions, dialect=dialect),
    ]


@dataclass
class _Talk:
    """
    One request and what is known of it on both sides of the gate.

    Attributes:
        asked: The body, once it was let through the gate.
        is_told: The answer is in the words of the dialect already.
    """

    name: str
    path: str
    asked: Json = field(default_factory=dict)
    is_told: bool = False


class Questions:
    """ASGI middleware behind the gate: what the dialect refuses at the door, or doesn't know."""

    def __init__(self, app: ASGIApp, dialect: Dialect) -> None:
        self._app = app
        self._dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        talk: _Talk = scope[_TALK]
        body = await _whole(receive)
        asked = _decoded(body)
        if isinstance(asked, dict):
            refused = at_doors(self._dialect.doors.get(talk.name, ()), asked, talk.path)
            if refused is not None:
                talk.is_told = True
                await Response(refused.body, refused.status, media_type=refused.media or None)(
                    scope, receive, send
                )
                return
            talk.asked = {key: asked[key] for key in asked if key not in self._dialect.ignores}
            body = body if len(talk.asked) == len(asked) else msgspec.json.encode(talk.asked)
        await self._app(scope, _again(body), send)


class Answers:
    """ASGI middleware before the gate: says in the dialect's words what comes from behind it."""

    def __init__(self, app: ASGIApp, config: Config, dialect: Dialect) -> None:
        self._app = app
        self._config = config
        self._dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask, and tell."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = without_prefix(scope["path"], self._dialect.prefix)[0]
        talk = _Talk(_route_name(self._dialect, scope["method"], path), path)
        held = _Held(send, lambda status, body: self._told(talk, status, body))
        await self._app({**scope, _TALK: talk}, receive, held)

    def _told(self, talk: _Talk, status: int, body: bytes) -> Said:
        said = Said(status, body, JSON)
        if talk.is_told:
            return said
        content = _decoded(body)
        if status == 200 and talk.name == "fetch" and isinstance(content, dict):
            return written(self._task(content))
        if status == 200 and talk.name in _LISTS and isinstance(content, list):
            return written([self._task(task) for task in content][: self._most(talk.name)])
        telling = self._telling(talk, status, content)
        if telling:
            return telling(Trouble(status, talk.path, _words_of(content)))
        return self._reply(talk, status, content) or said

    def _task(self, content: Json) -> Json:
        moment = Moment(self._config.seen(), self._config.server_address)
        return self._dialect.task.write(content, moment) if self._dialect.task else content

    def _most(self, name: str) -> int | None:
        return self._dialect.most_listed if name == "task_list" else None

    def _telling(self, talk: _Talk, status: int, content: Any) -> Telling | None:
        """Return how the dialect tells what is wrong, if it tells it otherwise than plus."""
        dialect = self._dialect
        code = content.get("code") if isinstance(content, dict) else None
        is_unknown = code == ReturnCode.NOT_FOUND or (status == 404 and talk.name == "image")
        if is_unknown:
            return dialect.unknown.get(talk.name)
        by_words = dialect.said.get((talk.name, _words_of(content)))
        # A seed that can't be told is a reply; every other 400 is a body that can't be read.
        is_reply = talk.name == "image_seed" and status == 400
        return by_words or (None if is_reply else dialect.errors.get(status))

    def _reply(self, talk: _Talk, status: int, content: Any) -> Said | None:
        if not isinstance(content, dict) or not isinstance(content.get("properties"), dict):
            return None
        if "code" not in content:
            # An account has properties as well.
            return None
        left_out = self._dialect.leaves_out
        properties = content["properties"]
        kept = {key: value for key, value in properties.items() if key not in left_out}
        reply = {**content, "properties": kept}
        reword = self._dialect.codes.get(content["code"])
        return reword(reply, talk.asked) if reword else written(reply, status)


class _Held:
    """What is sent, held back until it is whole; pictures and pages pass."""

    def __init__(self, send: Send, told: Callable[[int, bytes], Said]) -> None:
        self._send = send
        self._told = told
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_json(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_all(self._start)

    async def _send_all(self, start: Message) -> None:
        said = self._told(start["status"], self._body)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(said.body))
        if said.media:
            headers["content-type"] = said.media
        else:
            del headers["content-type"]
        await self._send({**start, "status": said.status, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": said.body})


def _route_name(dialect: Dialect, method: str, path: str) -> str:
    """Return the name of the route that a request takes; "" if there is none."""
    wanted = "GET" if method == "HEAD" else method
    found = (
        route.name for route, pattern in _PATHS if route.method == wanted and pattern.match(path)
    )
    return next((name for name in found if name not in dialect.lacks), "")


def _is_json(start: Message) -> bool:
    return MutableHeaders(raw=start["headers"]).get("content-type", "").startswith(JSON)


def _decoded(body: bytes) -> Any:
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _words_of(content: Any) -> str:
    words = content.get("description") if isinstance(content, dict) else None
    return words if isinstance(words, str) else ""


async def _whole(receive: Receive) -> bytes:
    parts = []
    is_open = True
    while is_open:
        message = await receive()
        parts.append(message.get("body", b""))
        is_open = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes) -> Receive:
    """Return what hands out *body*, which was read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    return receive
