"""Middleware that applies a dialect to requests and to responses: the one place that does so."""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mj_notebook.protocol.routes import LIST_ROUTES
from mj_notebook.protocol.vocabulary import ReturnCode
from mj_notebook.server.config import Config
from mj_notebook.server.http.dialect import Dialect
from mj_notebook.server.http.error_formats import (
    JSON,
    ErrorContext,
    Json,
    RawAnswer,
    json_answer,
    request_number,
)
from mj_notebook.server.http.messages import raw_response, receive_again
from mj_notebook.server.http.task_formats import SubmitRow
from mj_notebook.server.http.validation import first_error

_EXCHANGE_KEY = "mj.exchange"
_NUMBER_KEY = "mj.number"
_ACCOUNT_ROUTES = frozenset({"account", "account_list"})
# Of tasks; those that nobody asks for any more go first.
_MOST_ROWS = 20_000
# Made once: a decoder costs more to make than a task to decode.
_DECODER = msgspec.json.Decoder()


def dialect_middleware(gate: Middleware, config: Config, dialect: Dialect) -> list[Middleware]:
    """
    Return *gate* between what makes a server of plus speak *dialect*.

    Responses are translated outside the gate, so that its refusals are as well; requests inside
    it, so that nobody without the secret learns from a validation what would be right.
    """
    return [
        Middleware(ResponseTranslator, config=config, dialect=dialect),
        gate,
        Middleware(RequestTranslator, dialect=dialect),
    ]


@dataclass
class _Exchange:
    """
    One request and its response, as both middlewares know them.

    Attributes:
        body: What was asked, once the gate has let it through.
        is_translated: The response is in the dialect's format already.
    """

    route: str
    path: str
    headers: Headers
    number: str = ""
    body: Json = field(default_factory=dict)
    is_translated: bool = False

    def error(self, status: int, text: str = "") -> ErrorContext:
        """Return what is wrong with the request, if it ends with *status* and *text*."""
        return ErrorContext(status, self.path, text, self.body, self.headers, self.number)


def leave_untranslated(scope: Scope) -> None:
    """Let the answer to this request through as it is: it is no answer of any dialect."""
    if exchange := scope.get(_EXCHANGE_KEY):
        exchange.is_translated = True


class RequestNumbers:
    """ASGI middleware before all others: numbers requests, and signs each answer with that."""

    def __init__(self, app: ASGIApp, header: str) -> None:
        self._app = app
        self._header = header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its number."""
        number = request_number()

        async def sign(message: Message) -> None:
            # The router sends elsewhere by itself, before anything is numbered.
            if message["type"] == "http.response.start" and message["status"] not in {301, 307}:
                signed = (self._header.encode(), number.encode())
                message = {**message, "headers": [*message["headers"], signed]}
            await send(message)

        await self._app({**scope, _NUMBER_KEY: number}, receive, sign)


class RequestTranslator:
    """ASGI middleware behind the gate: refuses what the dialect refuses, drops what it ignores."""

    def __init__(self, app: ASGIApp, dialect: Dialect) -> None:
        self._app = app
        self._dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        exchange: _Exchange = scope[_EXCHANGE_KEY]
        context = exchange.error(400)
        unread = self._dialect.unread_type(context) if exchange.route else None
        if unread is not None:
            exchange.is_translated = True
            await raw_response(unread)(scope, receive, send)
            return
        raw = await Request(scope, receive).body()
        body = _decode(raw)
        # What is no JSON object is refused further in, for all dialects alike.
        if isinstance(body, dict):
            checks = self._dialect.checks.get(exchange.route, ())
            refused = first_error(checks, body if self._sees(exchange) else {}, context)
            if refused is not None:
                exchange.is_translated = True
                await raw_response(refused)(scope, receive, send)
                return
            ignored = self._dialect.ignored_keys
            exchange.body = {key: body[key] for key in body if key not in ignored}
            # Written anew only where something was dropped: bodies can be tens of megabytes.
            raw = raw if len(exchange.body) == len(body) else msgspec.json.encode(exchange.body)
        await self._app(scope, receive_again(raw), send)

    def _sees(self, exchange: _Exchange) -> bool:
        """Tell whether the dialect reads the body at all, which it hands on in any case."""
        given = exchange.headers.get("content-type", "")
        return not self._dialect.checks_json_only or given.startswith("application/json")


class ResponseTranslator:
    """ASGI middleware before the gate: writes responses in the dialect's formats."""

    def __init__(self, app: ASGIApp, config: Config, dialect: Dialect) -> None:
        self._app = app
        self._config = config
        self._dialect = dialect
        self._rows: OrderedDict[str, SubmitRow] = OrderedDict()
        # When paths were asked for that there aren't, in epoch milliseconds.
        self._strays: deque[int] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and translate what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if elsewhere := self._dialect.redirect(scope["method"], scope["path"]):
            await raw_response(elsewhere)(scope, receive, send)
            return
        # The gate does the same further in; here the route is needed before it.
        path = self._dialect.plain(scope["path"])[0]
        name = self._dialect.route_name(scope["method"], path)
        if not name and self._is_over_limit():
            await Response(status_code=429)(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD" and name not in {"", "image"}
        if is_head and self._dialect.refused_head:
            refused = self._dialect.refused_head(ErrorContext(405, scope["path"]))
            await raw_response(refused)(scope, receive, send)
            return
        number = scope.get(_NUMBER_KEY, "")
        exchange = _Exchange(name, scope["path"], Headers(scope=scope), number)

        def translate(status: int, body: bytes) -> RawAnswer:
            answer = self._translate(exchange, status, body)
            return self._dialect.finish(answer, name, exchange.error(answer.status))

        buffered = _BufferedSend(send, translate, self._dialect)
        await self._app({**scope, _EXCHANGE_KEY: exchange}, receive, buffered)

    def _is_over_limit(self) -> bool:
        """Count a request for what there isn't, and tell whether there were too many."""
        if self._dialect.web_limit is None:
            return False
        most, within = self._dialect.web_limit
        now = self._config.now()
        while self._strays and now - self._strays[0] >= within:
            self._strays.popleft()
        # Those that were refused don't count, or it would never end.
        is_over = len(self._strays) >= most
        if not is_over:
            self._strays.append(now)
        return is_over

    def _translate(self, exchange: _Exchange, status: int, body: bytes) -> RawAnswer:
        answer = RawAnswer(status, body, JSON)
        if exchange.is_translated:
            return answer
        content = _decode(body)
        dialect = self._dialect
        if status == 200 and exchange.route == "fetch" and isinstance(content, dict):
            return json_answer(self._task(content))
        if status == 200 and exchange.route in LIST_ROUTES and isinstance(content, list):
            tasks = [self._task(task) for task in content]
            most = dialect.max_listed if exchange.route == "task_list" else None
            return json_answer(tasks[:most])
        if status == 200 and exchange.route in _ACCOUNT_ROUTES and dialect.account_format:
            account = dialect.account_format
            is_list = isinstance(content, list)
            return json_answer([account(one) for one in content] if is_list else account(content))
        text = _description_of(content)
        code = content.get("code") if isinstance(content, dict) else None
        # An unknown picture has no return code.
        is_unknown = code == ReturnCode.NOT_FOUND or (status == 404 and exchange.route == "image")
        if write := dialect.error_format(exchange.route, status, text, is_unknown=is_unknown):
            return write(exchange.error(status, text))
        return self._reply(exchange, status, content) or answer

    def _task(self, content: Json) -> Json:
        return self._dialect.write_task(content, self._config, self._rows)

    def _keep_row(self, exchange: _Exchange, reply: Json) -> None:
        """Write down what was submitted, as a gateway does in its own table."""
        id_ = reply["result"]
        is_task = exchange.route != "image_seed" and isinstance(id_, str) and id_
        if not (self._dialect.keeps_rows and is_task):
            return
        parent = self._rows.get(str(exchange.body.get("taskId")))
        prompt = parent.prompt if parent else str(exchange.body.get("prompt") or "")
        self._rows[id_] = SubmitRow(prompt, reply["description"])
        if len(self._rows) > _MOST_ROWS:
            self._rows.popitem(last=False)

    def _reply(self, exchange: _Exchange, status: int, content: Any) -> RawAnswer | None:
        if not isinstance(content, dict) or not isinstance(content.get("properties"), dict):
            return None
        if "code" not in content:
            # An account has properties as well.
            return None
        omitted = self._dialect.omitted_properties
        properties = content["properties"]
        kept = {key: value for key, value in properties.items() if key not in omitted}
        reply = {**content, "properties": kept}
        if reply["result"] is None and exchange.route in self._dialect.empty_results:
            reply["result"] = ""
        self._keep_row(exchange, reply)
        reply_format = self._dialect.reply_formats.get(content["code"])
        return reply_format(reply, exchange.body) if reply_format else json_answer(reply, status)


class _BufferedSend:
    """
    Holds JSON back until it is whole, and sends its translation; pictures and pages pass.

    The head is held back too, for the translation may have another status and another length.
    """

    def __init__(
        self, send: Send, translate: Callable[[int, bytes], RawAnswer], dialect: Dialect
    ) -> None:
        self._send = send
        self._dialect = dialect
        self._translate = translate
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        # By its type: a finished picture has megabytes, and passes as it comes.
        if message["type"] == "http.response.start" and _is_json(message):
            self._start = message
        elif self._start is None:
            is_start = message["type"] == "http.response.start"
            await self._send(self._without_hidden(message) if is_start else message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_all(self._start)

    def _without_hidden(self, start: Message) -> Message:
        hidden = self._dialect.hidden_headers
        kept = [pair for pair in start["headers"] if pair[0].decode("latin-1") not in hidden]
        return {**start, "headers": kept}

    async def _send_all(self, start: Message) -> None:
        start = self._without_hidden(start)
        answer = self._translate(start["status"], self._body)
        headers = MutableHeaders(raw=list(start["headers"]))
        if self._dialect.is_chunked and answer.body:
            del headers["content-length"]
        else:
            headers["content-length"] = str(len(answer.body))
        if answer.media:
            headers["content-type"] = answer.media
        else:
            del headers["content-type"]
        await self._send({**start, "status": answer.status, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": answer.body})


def _is_json(start: Message) -> bool:
    return MutableHeaders(raw=start["headers"]).get("content-type", "").startswith(JSON)


def _decode(body: bytes) -> Any:
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _description_of(content: Any) -> str:
    text = content.get("description") if isinstance(content, dict) else None
    return text if isinstance(text, str) else ""
