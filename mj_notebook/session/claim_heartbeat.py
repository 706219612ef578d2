"""While a request is being sent, its kernel says so: nobody else takes it for a dead one's."""

import contextlib
import threading
from collections.abc import Callable

from mj_notebook.errors import MJError
from mj_notebook.language import translated
from mj_notebook.session.daemon_pool import DaemonThreadPool
from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store

INTERVAL = 20.0
"""Seconds between two beats: several of them may be lost before anybody else looks."""


class ClaimHeartbeat:
    """
    Beats for the requests of one kernel that are written down and not yet answered.

    A request that is answered at once, as nearly all are, costs no beat.
    """

    def __init__(
        self,
        store: Store,
        worker: Worker,
        clock: Callable[[], float],
        interval: float = INTERVAL,
    ) -> None:
        self._store, self._worker, self._now = store, worker, clock
        self._interval = interval
        # The worker's own pool may be full of requests that are being sent.
        self._pool = DaemonThreadPool(max_workers=1, thread_name_prefix="mj-heartbeat")
        # Guards what is sent, with the time of the last beat, and whether the next one is due.
        self._lock = threading.Lock()
        self._sending: dict[int, float] = {}
        self._is_due = False

    def begin(self, intent: int) -> None:
        """Beat for the request *intent*, which was just written down, from now on."""
        with self._lock:
            self._sending[intent] = self._now()
            must_start, self._is_due = not self._is_due, True
        if must_start:
            self._worker.post(self._wait)

    def end(self, intent: int) -> None:
        """Beat no more for *intent*: what became of it is known, or that nobody knows."""
        with self._lock:
            self._sending.pop(intent, None)

    def require(self, intent: int) -> None:
        """
        Make sure that *intent* is still this kernel's to send, after it stood still for long.

        Raises:
            MJError: Another kernel took it for lost.
            StoreError: That can't be found out.
        """
        with self._lock:
            since = self._sending.get(intent)
        if since is None or abs(self._now() - since) < self._interval:
            return
        if not self._beat(intent):
            raise MJError(
                translated(
                    "This request stood still for so long that another kernel took it for lost,"
                    " so it"
                    " was not sent."
                ),
                hint=translated("Run the cell again."),
            )

    def close(self) -> None:
        """Beat no more."""
        with self._lock:
            self._sending.clear()
        self._pool.shutdown(wait=False)

    def _wait(self) -> None:
        self._worker.post_later(self._interval, self._tick)

    def _tick(self) -> None:
        with self._lock:
            sending = tuple(self._sending)
            self._is_due = bool(sending)
        if not sending:
            return
        with contextlib.suppress(MJError):  # it was closed
            self._pool.submit(self._beat_all, sending)
            self._wait()

    def _beat_all(self, intents: tuple[int, ...]) -> None:
        for intent in intents:
            with contextlib.suppress(MJError):  # a database that is away comes back, or all is lost
                self._beat(intent)

    def _beat(self, intent: int) -> bool:
        is_ours = self._store.beat(intent, self._now())
        with self._lock:
            if intent in self._sending and is_ours:
                self._sending[intent] = self._now()
        return is_ours
