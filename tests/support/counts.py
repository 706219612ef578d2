"""What a process has open: counted before and after, to see that nothing stays."""

import gc
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

# The pools of the one worker get their threads as they are needed, a fixed number at most.
_POOLS = ("mj-pool", "mj-action")


class Open(NamedTuple):
    """
    What is open.

    Attributes:
        threads: All but those of the worker's pools.
        files: File descriptors: files, sockets, databases.
    """

    threads: int
    files: int


def opened() -> Open:
    """Count what this process has open now."""
    gc.collect()  # a connection that nobody holds is closed when it is collected
    threads = [one for one in threading.enumerate() if not one.name.startswith(_POOLS)]
    return Open(len(threads), sum(1 for _ in Path("/proc/self/fd").glob("*")))


def settled(count: Callable[[], tuple[int, ...]], limit: tuple[int, ...]) -> tuple[int, ...]:
    """Return what *count* says, as soon as nothing exceeds *limit*; at last whatever it says."""
    deadline = time.monotonic() + 10
    turn = threading.Event()
    while time.monotonic() < deadline:
        counted = count()
        if all(now <= most for now, most in zip(counted, limit, strict=True)):
            return counted
        turn.wait(0.02)  # sessions close in threads of their own
    return count()
