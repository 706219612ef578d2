"""Ending: how the command hears that it should stop."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WISHES = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def told_to_end() -> Iterator[Callable[[], bool]]:
    """
    Give a question: has somebody asked this process to end, by Ctrl-C or politely from outside?

    The usual exception is not raised meanwhile: one that comes while a thread is joined makes
    Python 3.11 take that thread for ended, and the process may then hang when it leaves. For the
    main thread only.
    """
    told: list[int] = []
    before = {wish: signal.signal(wish, lambda wish, _: told.append(wish)) for wish in _WISHES}
    try:
        yield lambda: bool(told)
    finally:
        for wish, handler in before.items():
            signal.signal(wish, handler)
