"""A pool whose threads keep no interpreter from ending."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

from mj_notebook.errors import MJError
from mj_notebook.language import spelled, translated
from mj_notebook.language.asked import carried

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Work = tuple["Future[Any]", Callable[[], None]]


class DaemonThreadPool(Executor):
    """
    Runs blocking calls in daemon threads.

    The library's own pool is joined when the interpreter ends: one answer that trickles would keep
    a script from ending for as long as it likes.
    """

    def __init__(self, max_workers: int, thread_name_prefix: str) -> None:
        self._max_workers, self._prefix = max_workers, thread_name_prefix
        self._work: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        # Work is handed over from any thread, and counts what no thread has begun.
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        # Calls that were handed over and have not ended.
        self._pending = 0
        self._is_shut = False

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Run *fn* in a thread; raises `MJError` after `shutdown`."""
        future: Future[_T] = Future()
        function = carried(fn)

        def work() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function(*args, **kwargs))
                except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
                    future.set_exception(error)

        with self._lock:
            if self._is_shut:
                raise closed_error()
            self._pending += 1
            if self._pending > len(self._threads) < self._max_workers:
                self._start()
        self._work.put((future, work))
        return future

    def _start(self) -> None:
        name = f"{self._prefix}_{len(self._threads)}"
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work[1]()
            del work  # so that what it holds lives no longer than its call
            with self._lock:
                self._pending -= 1

    def wait_until_idle(self, seconds: float) -> None:
        """Wait until all calls have ended, and no longer than so many *seconds*."""
        end = time.monotonic() + seconds
        # Looked at again and again: this is called once, at an end, where a call that hangs is
        # given up.
        while self._pending and time.monotonic() < end:
            time.sleep(0.01)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as in `Executor`
        """Take no more calls; *cancel_futures* drops those that have not begun."""
        with self._lock:
            self._is_shut = True
            threads = list(self._threads)
        if cancel_futures:
            with contextlib.suppress(queue.Empty):
                # That it is empty is how a SimpleQueue says that all is taken out.
                while True:
                    if dropped := self._work.get_nowait():
                        dropped[0].cancel()
        for _ in threads:
            self._work.put(None)
        if wait:
            for thread in threads:
                thread.join()


def closed_error() -> MJError:
    """Return the error for whatever comes after the end of a session."""
    return MJError(
        translated("This session was closed."),
        hint=translated(
            "Open tasks go on; look at one with {way}.",
            way=spelled("%mj panel and its id", "mj.job(task_id)"),
        ),
    )
