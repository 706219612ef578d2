"""Who is told that a person waits for a job; light, since loading the extension needs it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

Showing = Callable[[Any], AbstractContextManager[object]]

_showing: list[Showing] = []


def show_waits(by: Showing) -> Callable[[], None]:
    """
    Let *by* show each wait for a job from now on; return what ends that.

    Args:
        by: Called with the job; its context lasts as long as the wait. The newest one counts.
    """
    _showing.append(by)
    return lambda: _showing.remove(by)


@contextmanager
def shown_wait(job: Any) -> Iterator[None]:
    """Let a wait for *job* be shown, where anything shows it."""
    with _showing[-1](job) if _showing else nullcontext():
        yield
