"""What becomes of an interrupt while something is waited for; light, since loading needs it."""

from collections.abc import Iterator
from contextlib import contextmanager

from mj_notebook.errors import WaitInterrupted


@contextmanager
def patience(going_on: str) -> Iterator[None]:
    """Turn an interrupt into the news that only the waiting stopped; *going_on* says what next."""
    try:
        yield
    except KeyboardInterrupt:
        raise WaitInterrupted("Stopped waiting; the task goes on.", hint=going_on) from None
