"""One connection to the server: HTTP is uvicorn's; this adds limits to what strangers may hold."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0
"""Seconds for a request to arrive whole; one with five pictures takes a few on a slow line."""
MOST = 256
"""Connections at once. Each is a file of the kernel, which has about a thousand for all it does."""


class BoundedConnection(H11Protocol):
    """Is cut off when its request does not come, or when there are too many and it does nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._end: asyncio.TimerHandle | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether nothing was asked over it that is being answered."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def deadline(self) -> float:
        """When it is given up, by the loop's clock."""
        return self._end.when() if self._end is not None else float("inf")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; of too many the one that has waited longest gives way, so others are answered."""
        super().connection_made(transport)
        self._expect_request()
        if len(self.connections) <= MOST:
            return
        # One that was given up stays in the set until the next turn of the loop; many may come in
        # one turn.
        open_ones = [
            one
            for one in self.connections
            if isinstance(one, BoundedConnection) and not one.transport.is_closing()
        ]
        if len(open_ones) <= MOST:
            return
        waiting = [one for one in open_ones if one is not self and one.is_waiting]
        # The timers tell who came first, since the connections are a set.
        oldest = min(waiting, key=lambda one: one.deadline, default=self)
        oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came; uvicorn itself waits for ever for the rest of a request."""
        super().data_received(data)
        if self.conn.their_state in {h11.IDLE, h11.SEND_BODY}:
            self._expect_request()
        else:
            self._stop_expecting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._stop_expecting()
        super().connection_lost(exc)

    def _expect_request(self) -> None:
        if self._end is None:
            self._end = self.loop.call_later(PATIENCE, self._give_up)

    def _stop_expecting(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _give_up(self) -> None:
        self._end = None
        if self.conn.their_state in {h11.IDLE, h11.SEND_BODY}:
            self.transport.abort()
