"""One connection to the server: HTTP is uvicorn's; this adds limits to what strangers may hold."""

import asyncio
from collections.abc import Iterator
from typing import Any

import h11
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from mj_notebook.server.config import Limits
from mj_notebook.server.http.fault_injection import HANG_UP
from mj_notebook.server.http.gate import MAX_BODY

# Bytes of an answer that are written at a time; the rest waits where it is, and is not copied.
_PIECE = 2**17


class BoundedConnection(H11Protocol):
    """
    Is cut off when its other side keeps it waiting for too long, or while others need its place.

    It is kept waiting while a request has not come whole, and while an answer is not taken. Of too
    many connections, or too many bytes, the one that has been kept waiting longest gives way.
    """

    def __init__(self, *args: Any, limits: Limits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = limits
        self.waiting_since: float | None = None
        """When its other side last did something; None while it is waited for by that."""
        self._request_bytes = self._answer_bytes = 0
        self._request_end: asyncio.TimerHandle | None = None
        self._read_end: asyncio.TimerHandle | None = None
        self._answering: ASGIApp = self.app
        self.app = self._answer

    @property
    def is_open(self) -> bool:
        """Whether it still has its file: one that is being closed may have bytes to be taken."""
        return not self.transport.is_closing() or self.transport.get_write_buffer_size() > 0

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked over it is answered, and the answer taken."""
        # uvicorn's timer runs from the end of an answer to the first byte of the next request.
        return self.timeout_keep_alive_task is not None and not self.flow.write_paused

    @property
    def held(self) -> int:
        """How many bytes of its request and its answer are kept."""
        return self._request_bytes + self._answer_bytes

    # -- what the loop and the web server call -----------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; of too many one gives way, so that others are answered."""
        super().connection_made(transport)
        # Whatever the system does not take at once is waited for, to the last byte.
        transport.set_write_buffer_limits(0)
        self._look()
        # Many may come in one turn of the loop, and those that were cut off stay until the next.
        most = self._limits.connections
        if len(self.connections) > most and len(others := list(self._others())) >= most:
            self._make_way(others)

    def data_received(self, data: bytes) -> None:
        """Take what came; uvicorn itself waits for ever for the rest of a request."""
        # More than a body may have is dropped, and so is what comes behind an early answer.
        if self.cycle is None or not self.cycle.response_complete:
            self._request_bytes = min(self._request_bytes + len(data), MAX_BODY)
        super().data_received(data)
        self._look()
        self._bound_bytes()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """Wait until what was written is taken."""
        super().pause_writing()
        self._look()

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        for timer in (self._request_end, self._read_end):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer; a large answer is written as fast as it is taken."""
        extensions = {**scope.get("extensions", {}), HANG_UP: self.transport.abort}

        async def send_in_pieces(message: Message) -> None:
            body = message.get("body", b"")
            self._answer_bytes += len(body)
            self._bound_bytes()
            try:
                if len(body) <= _PIECE:
                    await send(message)
                    return
                for start in range(0, len(body), _PIECE):
                    end = start + _PIECE
                    is_more = end < len(body) or message.get("more_body", False)
                    await send({**message, "body": body[start:end], "more_body": is_more})
            finally:
                self._answer_bytes -= len(body)

        try:
            await self._answering({**scope, "extensions": extensions}, receive, send_in_pieces)
        finally:
            self._request_bytes = 0

    # -- waiting -----------------------------------------------------------------------------------

    def _look(self) -> None:
        """See what the other side keeps this one waiting for, after anything has happened."""
        wants_request = self.conn.their_state in {h11.IDLE, h11.SEND_BODY}
        is_unread = self.flow.write_paused
        self.waiting_since = self.loop.time() if wants_request or is_unread else None
        # Between two requests uvicorn has a timer of its own, a shorter one.
        wants_request = wants_request and not self.is_idle
        patience, read_patience = self._limits.patience, self._limits.read_patience
        self._request_end = self._timed(self._request_end, patience, is_on=wants_request)
        self._read_end = self._timed(self._read_end, read_patience, is_on=is_unread)

    def _timed(
        self, timer: asyncio.TimerHandle | None, seconds: float, *, is_on: bool
    ) -> asyncio.TimerHandle | None:
        """Return the timer that cuts this one off, begun, going on, or ended."""
        if is_on:
            return timer or self.loop.call_later(seconds, self.transport.abort)
        if timer is not None:
            timer.cancel()
        return None

    # -- giving way --------------------------------------------------------------------------------

    def _bound_bytes(self) -> None:
        """Let others give way while all together hold too much; one alone may."""
        if self.held <= self._limits.held // self._limits.connections:
            return  # were each no larger than this one, all would have room
        others = [one for one in self._others() if one.held]
        while others and self.held + sum(one.held for one in others) > self._limits.held:
            gone = self._make_way(others)
            if gone is self:
                return
            others.remove(gone)

    def _make_way(self, others: "list[BoundedConnection]") -> "BoundedConnection":
        """Cut off the one of *others* that has waited longest; this one, if none is waiting."""
        waiting = [
            (one.is_idle, one.waiting_since, number)
            for number, one in enumerate(others)
            if one.waiting_since is not None
        ]
        gone = others[min(waiting)[-1]] if waiting else self
        gone.transport.abort()
        return gone

    def _others(self) -> "Iterator[BoundedConnection]":
        for one in self.connections:
            if isinstance(one, BoundedConnection) and one is not self and one.is_open:
                yield one
