"""How many requests are under way at once; a signal that breaks into one leaves no place taken."""

import threading
from itertools import islice
from queue import SimpleQueue


class Gate:
    """
    Lets so many threads in at once; the others wait.

    A signal may raise between any two steps of Python, also while a lock of `threading` is taken,
    which then stays taken. So a place goes over in one step of C, and belongs to its thread: one
    that was thrown out before it gave its place back comes in with that again.
    """

    def __init__(self, places: int) -> None:
        self._free: SimpleQueue[int] = SimpleQueue()
        for place in range(places):
            self._free.put(place)
        self._own = _Own()

    def __enter__(self) -> None:
        held = self._own.places
        if not held:
            held.extend(islice(iter(self._free.get, None), 1))

    def __exit__(self, *_: object) -> None:
        held = self._own.places
        any(map(self._free.put, islice(iter(held.pop, None), len(held))))


class _Own(threading.local):
    """The places of the thread that asks: one, or none."""

    def __init__(self) -> None:
        self.places: list[int] = []
