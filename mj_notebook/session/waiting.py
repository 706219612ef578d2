"""What is told while a person waits for a job; light, since loading the extension needs it."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from mj_notebook.errors import WaitInterrupted, WaitTimeout
from mj_notebook.language import marked, translated

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
    """Tell whether *job* was not taken yet, or the answer to its window: sent by itself later."""
    is_unsent = job.task is None and (job.planned or job.trouble)
    return job.is_open and bool(is_unsent or job.held)


def reason_not_sent(job: Any) -> str:
    """Return why *job* is not sent now, or the one that it waits for; "" where it soon is."""
    while job.planned and job.parent is not None:
        job = job.parent
    return str(job.trouble) if waits_to_be_sent(job) else ""


def tell_if_not_sent(job: Any) -> None:
    """Say, before *job* is waited for without end, that it is not sent now: it may take an hour."""
    if reason := reason_not_sent(job):
        # Each time anew, and without a line of code: it is news of the job, not of the caller.
        warnings.warn_explicit(reason, UserWarning, "mj_notebook", 1)


@contextmanager
def told_if_not_sent(job: Any) -> Iterator[None]:
    """Let what ends a wait for *job* say that there is no task yet, where it waits itself."""
    import asyncio  # a tenth of the time of %load_ext, which loads this file

    stopped = marked("Stopped waiting; it is not sent yet, and waits to be sent.")
    try:
        yield
    except WaitTimeout as error:
        if not waits_to_be_sent(job):
            raise
        if isinstance(error, WaitInterrupted):
            words = translated(stopped)
        else:
            words = translated("Not finished in time: it is not sent yet, and waits to be sent.")
        raise type(error)(words, hint=error.hint) from None
    except asyncio.CancelledError as error:
        if waits_to_be_sent(job):
            error.args = (f"{translated(stopped)} {job.result.going_on()}",)
        raise
