"""What becomes of an interrupt while something is waited for; light, since loading needs it."""

from collections.abc import Iterator
from contextlib import contextmanager

from mj_notebook.errors import WaitInterrupted


@contextmanager
def interruptible(
    resume_hint: str, *, stopped: str = "Stopped waiting; the task goes on."
) -> Iterator[None]:
    """Turn an interrupt into the news of what was *stopped*; *resume_hint* says what next."""
    try:
        yield
    except KeyboardInterrupt:
        raise WaitInterrupted(stopped, hint=resume_hint) from None
