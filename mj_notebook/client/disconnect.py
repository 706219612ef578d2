"""Hanging up: ends requests that other threads wait for; closing a socket wakes nobody."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

# What httpcore tells a request's trace when it has a new line, or one that was made secret.
_NEW = ("connect_tcp.complete", "start_tls.complete")


class OpenConnections:
    """The lines that requests of one client go over."""

    def __init__(self, new: Callable[[Any], object] = lambda _: None) -> None:
        self._new = new
        # Lines are opened by the threads of the pool, and cut by the one that closes.
        self._lock = threading.Lock()
        self._connections: WeakSet[Any] = WeakSet()
        self.is_closed = False

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take an event of httpcore; a line that comes too late is hung up at once."""
        if not event.endswith(_NEW):
            return
        line = info["return_value"]
        self._new(line)
        with self._lock:
            self._connections.add(line)
            is_late = self.is_closed
        if is_late:
            _abort(line)

    def abort_all(self) -> None:
        """End them all, now and later: who waits for an answer is told that the line broke."""
        with self._lock:
            self.is_closed = True
            lines = list(self._connections)
        for line in lines:
            _abort(line)


def _abort(line: Any) -> None:
    found = line.get_extra_info("socket")
    if found is not None:
        with contextlib.suppress(OSError):  # it has ended by itself
            found.shutdown(socket.SHUT_RDWR)
