"""What becomes of an interrupt while something is waited for; light, since loading needs it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mj_notebook.errors import WaitInterrupted
from mj_notebook.language import marked, translated

ResumeHint = str | Callable[[], str]
"""How to go on after a wait; asked for when that ends, where it depends on what came meanwhile."""


def hint_text(resume_hint: ResumeHint) -> str:
    """Return the sentence of *resume_hint* as it is now."""
    return translated(resume_hint if isinstance(resume_hint, str) else resume_hint())


@contextmanager
def interruptible(
    resume_hint: ResumeHint, *, stopped: str = marked("Stopped waiting; the task goes on.")
) -> Iterator[None]:
    """Turn an interrupt into the news of what was *stopped*; *resume_hint* says what next."""
    try:
        yield
    except KeyboardInterrupt:
        raise WaitInterrupted(translated(stopped), hint=hint_text(resume_hint)) from None
