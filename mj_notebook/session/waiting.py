"""What is told while a person waits for a job; light, since loading the extension needs it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from mj_notebook.errors import WaitInterrupted, WaitTimeout
from mj_notebook.language import translated

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
    with _showing[-1](job) if _showing else nullcontext(), told_if_not_sent(job):
        yield


def waits_to_be_sent(job: Any) -> bool:
    """Tell whether *job* was not taken yet, and is sent again by itself."""
    return job.is_open and job.task is None and bool(job.trouble)


@contextmanager
def told_if_not_sent(job: Any) -> Iterator[None]:
    """Let what ends a wait for *job* say that there is no task yet, where it waits itself."""
    try:
        yield
    except WaitTimeout as error:
        if not waits_to_be_sent(job):
            raise
        if isinstance(error, WaitInterrupted):
            words = translated("Stopped waiting; it is not sent yet, and waits to be sent.")
        else:
            words = translated("Not finished in time: it is not sent yet, and waits to be sent.")
        raise type(error)(words, hint=error.hint) from None
