"""How long a whole answer may take: a server that sends a byte now and then is not waited for."""

import threading
import time
from collections.abc import Callable
from typing import Any

import httpcore

from mj_notebook.protocol.routes import Pace

Clock = Callable[[], float]

# A timeout is for each wait; the whole answer gets this many of them.
WHOLE = 2
# Below so many bytes a second a picture only keeps others from theirs.
SLOWEST = 4096


class Deadline(threading.local):
    """Until when the answer that this thread waits for must be there."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._end = float("inf")
        self._earned = 0.0

    def begin(self, pace: Pace, timeout: float) -> None:
        """Let the time of one answer begin."""
        self._end = self._clock() + WHOLE * timeout
        self._earned = 1 / SLOWEST if pace is Pace.PICTURE else 0.0

    def extend(self, size: int) -> None:
        """Give more time for *size* bytes that came, where an answer may be long."""
        self._end += size * self._earned

    @property
    def left(self) -> float:
        """Seconds that are left; less than 0 when the time is over."""
        return self._end - self._clock()

    def bind(self, stream: Any) -> None:
        """Let no wait for *stream*, a line of httpcore, be longer than what is left."""
        read = stream.read

        def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
            left = self.left
            if left <= 0:
                raise httpcore.ReadTimeout("The whole answer took too long.")
            chunk: bytes = read(max_bytes, left if timeout is None else min(timeout, left))
            return chunk

        stream.read = read_in_time
