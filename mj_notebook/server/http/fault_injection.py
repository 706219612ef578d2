"""Fault injection: makes faults happen to requests, around the endpoints, and to pictures."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from mj_notebook.errors import UsageError
from mj_notebook.prompt.banned import find_word
from mj_notebook.protocol.models import write_reply
from mj_notebook.protocol.routes import Route
from mj_notebook.protocol.vocabulary import ReturnCode, Status
from mj_notebook.server.config import Config
from mj_notebook.server.engine.schedule import QueuePlace
from mj_notebook.server.faults import (
    FAULT_HEADER,
    KINDS,
    PENDING_FAULTS,
    Fault,
    Reach,
    fault_named,
    read_header,
    read_markers,
)
from mj_notebook.server.http.dialect import Dialect
from mj_notebook.server.http.dialect_middleware import leave_untranslated
from mj_notebook.server.http.error_formats import ErrorContext
from mj_notebook.server.http.messages import (
    json_response,
    raw_response,
    receive_again,
    reply_response,
)
from mj_notebook.server.spoiled_answers import SPOILED_ANSWERS
from mj_notebook.server.tasks.prompt_rules import BANNED_TEXT
from mj_notebook.server.tasks.registry import TaskState
from mj_notebook.server.tasks.replies import banned_reply, queue_reply, refusal

HANG_UP = "mj.hang_up"
"""Where among the extensions of a scope a connection puts what breaks it."""

Endpoint = Callable[[Request], Awaitable[Response]]

# Enough that a client sees a trickle, and few enough for small bodies.
_PIECES = 20
_OVERLOADED = "当前分组负载已饱和"
_MARKER_BYTES = f"[{FAULT_HEADER}:".encode()
_EXPIRED = "This content is no longer available."
_PADDING = bytes(2**16)
# How zlib is told to write gzip's head and tail.
_GZIP = 16 + zlib.MAX_WBITS
_PAGE = "<html><title>{0}</title><center>{0}</center></html>"


class FaultInjector:
    """Decides which faults happen to a request: those of the server, and those it asks for."""

    def __init__(self, config: Config, dialect: Dialect, forget: Callable[[], None]) -> None:
        self._config = config
        self._dialect = dialect
        self._forget = forget
        # How often each may still happen; counted for all clients together.
        self._left = {number: fault.times for number, fault in enumerate(config.faults)}

    def wrap(self, route: Route, endpoint: Endpoint) -> Endpoint:
        """Return *endpoint* with the faults that *route* can have."""
        # Without faults nothing stands around an endpoint, and nothing is read twice.
        if not (self._config.faults or self._config.faults_on_request):
            return endpoint

        async def faulty(request: Request) -> Response:
            try:
                request, own = await self._requested(route, request)
            except UsageError as error:
                # No server of the family says 422, so no dialect puts it into its own words.
                return reply_response(refusal(str(error), status=422))
            # Read for these alone: a body with pictures has megabytes.
            is_about_words = fault_named((*own, *self._config.faults), "banned")
            prompt = _prompt_in(await request.body()) if is_about_words else ""
            found = (*own, *self._configured(route, prompt))
            faults = tuple(fault for fault in found if _holds_word(fault, prompt))
            if fault_named(faults, "restart"):
                self._forget()
            if banned := fault_named(faults, "banned"):
                if not self._dialect.policy.finds_banned_late:
                    word = find_word(prompt, banned.words) or ""
                    return reply_response(banned_reply(prompt, word))
                faults += (replace(banned, kind=KINDS["fail"], words=BANNED_TEXT),)
            response = await _with_faults(faults, request, endpoint)
            relayed = self._dialect.relayed_faults
            told = next(filter(None, (relayed.get(fault.name) for fault in faults)), None)
            if told is None or not route.request:
                return response
            leave_untranslated(request.scope)
            return raw_response(told(ErrorContext(400, route.path)))

        return faulty

    async def _requested(self, route: Route, request: Request) -> tuple[Request, tuple[Fault, ...]]:
        """Return the faults that *request* asks for, and the request without the asking."""
        if not self._config.faults_on_request:
            return request, ()
        # Headers are read as Latin-1; this gives back the letters that were sent.
        header = request.headers.get(FAULT_HEADER, "").encode("latin-1").decode("utf-8", "replace")
        faults = read_header(header)
        if route.request:
            request, marked = _without_markers(request, await request.body())
            faults += marked
        return request, tuple(fault for fault in faults if fault.happens_at(route))

    def _configured(self, route: Route, prompt: str) -> Iterable[Fault]:
        for number, fault in enumerate(self._config.faults):
            left = self._left[number]
            if not fault.happens_at(route) or left == 0 or not _holds_word(fault, prompt):
                continue
            # Chance before count: "3 times" are three that happened.
            if fault.chance < 100 and self._config.chance() * 100 >= fault.chance:
                continue
            if left is not None:
                self._left[number] = left - 1
            yield fault


def _without_markers(request: Request, body: bytes) -> tuple[Request, tuple[Fault, ...]]:
    # Looked for as bytes first: a body with pictures has megabytes.
    if _MARKER_BYTES not in body:
        return request, ()
    try:
        content = json.loads(body)
        prompt, faults = read_markers(content["prompt"])
    except (ValueError, TypeError, KeyError, RecursionError):
        # Whatever reads it next says what is wrong with it.
        return request, ()
    cleaned = json.dumps({**content, "prompt": prompt}).encode()
    return Request(request.scope, receive_again(cleaned)), faults


async def _with_faults(faults: tuple[Fault, ...], request: Request, endpoint: Endpoint) -> Response:
    if late := fault_named(faults, "late"):
        await asyncio.sleep(late.number)
    replacing = next((fault for fault in faults if fault.name in _REPLACEMENTS), None)
    if replacing:
        response = _REPLACEMENTS[replacing.name](replacing)
    else:
        # The endpoint can't be given them: the rules and the registry are far below it. A context
        # variable reaches them, in this request only.
        token = PENDING_FAULTS.set(tuple(f.spec for f in faults if f.kind.reach is Reach.TASK))
        try:
            response = await endpoint(request)
        finally:
            PENDING_FAULTS.reset(token)
    # After the endpoint: the request was obeyed, and the client will never know.
    if fault_named(faults, "lose"):
        return DroppedConnection()
    if bomb := fault_named(faults, "bomb"):
        leave_untranslated(request.scope)
        return _bomb(int(bomb.number * 2**20))
    if spoil := fault_named(faults, "spoil"):
        leave_untranslated(request.scope)
        response = _spoiled(response, spoil)
    if drip := fault_named(faults, "drip"):
        return SlowResponse(response, drip.number * len(response.body), len(response.body))
    slow = fault_named(faults, "slow")
    return SlowResponse(response, slow.number) if slow else response


def _prompt_in(body: bytes) -> str:
    try:
        prompt = json.loads(body)["prompt"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return prompt.strip() if isinstance(prompt, str) else ""


def _holds_word(fault: Fault, prompt: str) -> bool:
    """Tell whether a prompt has the word that a fault is about, if it is about one."""
    return fault.name != "banned" or find_word(prompt, fault.words) is not None


def _bomb(size: int) -> Response:
    """Return a small answer of *size* bytes: they are packed twice, as some proxies in a row do."""
    packing = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    packed = b"".join(packing.compress(_PADDING) for _ in range(size // len(_PADDING)))
    again = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    body = again.compress(packed + packing.flush()) + again.flush()
    return Response(body, 200, {"content-encoding": "gzip, gzip"}, "application/json")


def _spoiled(response: Response, fault: Fault) -> Response:
    """Return what comes instead of a good answer; any other is left as it is."""
    if response.status_code >= 300:
        return response
    made = SPOILED_ANSWERS[fault.words](bytes(response.body))
    headers = {"location": made.location} if made.location else None
    return Response(made.body, made.status, headers, made.media_type)


def _refused(fault: Fault) -> Response:
    return json_response(write_reply(int(fault.number), fault.words))


def _busy(fault: Fault) -> Response:
    body = write_reply(ReturnCode.OVERLOADED, _OVERLOADED)
    return Response(body, 429, {"retry-after": f"{fault.number:g}"}, "application/json")


def _limited(fault: Fault) -> Response:
    return Response(status_code=429, headers={"retry-after": f"{fault.number:g}"})


def _denied(fault: Fault) -> Response:
    return reply_response(refusal(fault.words, status=int(fault.number)))


def _page(fault: Fault) -> Response:
    status = int(fault.number)
    return Response(_PAGE.format(f"{status} from the gateway"), status, None, "text/html")


class DroppedConnection(Response):
    """No answer: the connection ends. Where it can't be reached, an answer that is cut off."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Break the connection."""
        del receive
        hang_up = scope.get("extensions", {}).get(HANG_UP)
        if hang_up:
            hang_up()
            # The web server learns of it in this turn of the loop, and wants no answer any more.
            await asyncio.sleep(0)
            return
        # One byte is announced and none is sent: the client sees a body that breaks off.
        headers = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


class SlowResponse(Response):
    """Another response, its body in small *pieces* over some seconds."""

    def __init__(self, response: Response, seconds: float, pieces: int = _PIECES) -> None:
        super().__init__()
        self._response = response
        self._pieces = max(1, pieces)
        self._pause = seconds / self._pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it slowly."""

        async def slowly(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] != "http.response.body" or not body:
                await send(message)
                return
            size = -(-len(body) // self._pieces)
            for start in range(0, len(body), size):
                piece = body[start : start + size]
                is_more = start + size < len(body) or message.get("more_body", False)
                await send({**message, "body": piece, "more_body": is_more})
                await asyncio.sleep(self._pause)

        await self._response(scope, receive, slowly)


# By the name of a fault: the answer that it gives instead of the endpoint's.
_REPLACEMENTS: dict[str, Callable[[Fault], Response]] = {
    "refuse": _refused,
    "full": lambda _: reply_response(queue_reply(QueuePlace("", is_refused=True))),
    "busy": _busy,
    "limited": _limited,
    "denied": _denied,
    "html": _page,
    "drop": lambda _: DroppedConnection(),
}


def with_picture_faults(response: Response, state: TaskState, now: int) -> Response:
    """Return *response*, the finished picture of a task, with the faults of the task at *now*."""
    faults, phase = state.task.record.faults, state.phase
    if not faults or phase.status != Status.SUCCESS or response.status_code != 200:
        return response
    if expired := fault_named(faults, "expired"):
        since = now - (phase.finish_time or 0)
        # As of that chat service, whose addresses die after a day (protocol/README.md §8).
        if since >= int(expired.words) * 1000:
            return Response(_EXPIRED, int(expired.number), None, "text/plain")
    if mime := fault_named(faults, "mime"):
        response.headers["content-type"] = mime.words
    if fault_named(faults, "half-picture"):
        content, headers = bytes(response.body), dict(response.headers)
        del headers["content-length"]
        return StreamingResponse([content[: len(content) // 2]], headers=headers)
    if huge := fault_named(faults, "huge"):
        response = _padded(response, int(huge.number * 2**20))
    slow = fault_named(faults, "slow-picture")
    return SlowResponse(response, slow.number) if slow else response


def with_late_address(content: bytes, state: TaskState, now: int) -> bytes:
    """Return the JSON of a task at *now*, without the address of its picture where that is late."""
    late = fault_named(state.task.record.faults, "late-address")
    if late is None or state.phase.status != Status.SUCCESS:
        return content
    if now - (state.phase.finish_time or 0) >= late.number * 1000:
        return content
    return json.dumps({**json.loads(content), "imageUrl": None, "imageUrls": None}).encode()


def _padded(response: Response, size: int) -> Response:
    """Return the picture, and behind its end so many empty bytes that it has *size*."""
    content = bytes(response.body)

    async def pieces() -> AsyncIterator[bytes]:
        yield content
        for start in range(len(content), size, len(_PADDING)):
            # Else nobody in this loop would notice that the client has gone away.
            await asyncio.sleep(0)
            yield _PADDING[: size - start]

    headers = {**response.headers, "content-length": str(max(size, len(content)))}
    return StreamingResponse(pieces(), headers=headers)
