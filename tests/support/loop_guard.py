"""Nothing blocks on the worker's loop: what reads or waits there is found in tests."""

import contextlib
import gc
import sqlite3
import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

LONGEST = 0.2
"""Seconds for which a loop may stand still."""

_THREAD = "mj-worker"
_BETWEEN = 0.05
# A watch that itself comes late shows a busy machine, not a loop that waits.
_LATE = 0.12
_TESTS = str(Path(__file__).parents[1])
# Rooms load on first use, with their sheets and scripts: once, and from the page cache.
_CODE = (".py", ".pyc", ".so", ".css", ".js", ".json", ".txt", ".zip", ".pth", ".toml")


class LoopGuard:
    """
    Watches every worker's loop of this process.

    Two ways, since either alone lets something through. What is blocking by its kind (a file of
    data is opened, a statement runs in a history) is found by Python's audit events and SQLite's
    trace, however quick it was: no clock is involved. What only may block (a lock, a future, an
    answer, a sleep) is found by a watch that looks at the loop's thread: it counts as standing
    still when one and the same instruction of the innermost frame is seen on each look for more
    than `LONGEST` seconds, each look came in time, and the system says that the thread slept that
    long. A machine that is busy therefore fails no test: a thread that waits for a processor, or
    computes, does not sleep, and the watch would come late itself.

    What a test itself runs there stands for a person's own hook, which may use the whole API; so
    a stack with a frame of a test's counts for nothing.
    """

    def __init__(self) -> None:
        self._found: list[str] = []
        self._still: dict[int, _Still] = {}
        sys.addaudithook(self._heard)  # it can't be taken away again
        self._connect = sqlite3.connect
        setattr(sqlite3, "connect", self._traced)  # noqa: B010 - its type is a function's
        threading.Thread(target=self._watch, name="loop-guard", daemon=True).start()

    def taken(self) -> list[str]:
        """Return what was found since the last call: what blocked, and its stack."""
        found, self._found = self._found, []
        return found

    # -- blocking by its kind ------------------------------------------------------------------

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            name = arguments[0]
            # What stands in angle brackets is no file: Python 3.13, which marks the place in a line
            # of a traceback, opens an "<unknown>".
            if isinstance(name, str) and not _is_code(name) and name[:1] != "<":
                self._note(f"a file was opened, {name}")

    def _traced(self, *where: Any, **options: Any) -> sqlite3.Connection:
        """Connect as usual; Python's event of it comes too early to set a trace."""
        connection: sqlite3.Connection = self._connect(*where, **options)
        connection.set_trace_callback(self._statement)
        return connection

    def _statement(self, statement: str) -> None:
        self._note(f"a statement ran in a history: {' '.join(statement.split())[:200]}")

    def _note(self, what: str) -> None:
        thread = threading._active.get(threading.get_ident())  # type: ignore[attr-defined]
        if thread is not None and thread.name == _THREAD:
            frame = sys._getframe(2)
            if not _is_of_a_test(frame):
                self._found.append(_told(what, frame))

    # -- standing still ------------------------------------------------------------------------

    def _watch(self) -> None:
        last = time.monotonic()
        while True:
            time.sleep(_BETWEEN)
            now = time.monotonic()
            if now - last > _LATE:
                self._still.clear()
            last = now
            frames = _current_frames()
            loops = [one for one in threading.enumerate() if one.name == _THREAD and one.ident]
            self._still = {
                one.ident: self._look(one, frames[one.ident], now)
                for one in loops
                if one.ident in frames
            }
            # Of a thread of a test, they would keep alive what it has let go.
            frames.clear()

    def _look(self, thread: threading.Thread, frame: FrameType, now: float) -> "_Still":
        assert thread.ident is not None
        known = self._still.get(thread.ident)
        is_idle = frame.f_code.co_name == "select"
        if known is None or is_idle or (known.frame, known.at) != (frame, frame.f_lasti):
            return _Still(frame, frame.f_lasti, now, _busy(thread))
        slept = now - known.since - (_busy(thread) - known.busy)
        may_sleep = _is_of_a_test(frame) or _starts_a_thread(frame)
        if slept > LONGEST and not known.is_told and not may_sleep:
            known.is_told = True
            self._found.append(_told(f"it stood still for {slept:.2f} s", frame))
        return known


def _is_code(name: str) -> bool:
    # What runs for the first time is compiled into a file with a number behind its ".pyc".
    return name.endswith(_CODE) or "__pycache__" in name


def _current_frames() -> dict[int, FrameType]:
    """
    Return each thread's innermost frame.

    Before Python 3.11.8 and 3.12.2 a collection of garbage within that call may stop the process
    for ever: it lets another thread run, while the list of threads is locked (CPython gh-106883).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()
    finally:
        if was_enabled:
            gc.enable()


def _starts_a_thread(frame: FrameType) -> bool:
    """Tell whether a thread waits for a new one's first breath, which only needs a processor."""
    above: FrameType | None = frame
    while above is not None and above.f_code.co_filename == threading.__file__:
        if above.f_code.co_name == "start":
            return True
        above = above.f_back
    return False


class _Still:
    """Where a loop's thread was seen first, and since when it was not seen elsewhere."""

    def __init__(self, frame: FrameType, at: int, since: float, busy: float) -> None:
        self.frame, self.at, self.since, self.busy = frame, at, since, busy
        self.is_told = False


def _busy(thread: threading.Thread) -> float:
    """Return for how many seconds a thread has computed, or waited for a processor, so far."""
    with contextlib.suppress(OSError):  # only Linux tells, and of threads that live
        told = Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text()
        return sum(int(part) for part in told.split()[:2]) / 1e9
    return 0.0


def _is_of_a_test(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_TESTS):
            return True
        frame = frame.f_back
    return False


def _told(what: str, frame: FrameType) -> str:
    return f"{what}\n{''.join(traceback.format_stack(frame, limit=12))}"


GUARD = LoopGuard()
"""The one of this process."""
