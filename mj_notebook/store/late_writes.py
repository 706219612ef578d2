"""What a full disk refused to keep: written as soon as there is room again."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from mj_notebook.errors import StoreError

Write = Callable[[], object]
# A night's batch on a full disk is far less.
_MOST = 10_000


class LateWrites:
    """
    Writes news of tasks; what fails is tried again before the next one, and at the end.

    A server tells an end once: what could not be kept then would stay open in history.
    """

    def __init__(self) -> None:
        # Taken twice by one thread: what is late is written in the same turn as what is new.
        self._lock = threading.RLock()
        self._late: deque[Write] = deque(maxlen=_MOST)

    def run(self, write: Write) -> None:
        """Write what is late, then *write*; where this fails it is late itself, and raised."""
        with self._lock:
            self.catch_up()
            try:
                write()
            except StoreError:
                self._late.append(write)
                raise

    def catch_up(self) -> None:
        """Write what is late, as far as there is room; never raises for the disk's sake."""
        with self._lock, suppress(StoreError):
            for _ in range(len(self._late)):
                # The one that fails goes to the end: it must not keep the others back for ever.
                self._late.rotate(-1)
                self._late[-1]()
                self._late.pop()
