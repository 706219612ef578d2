"""When to ask next: pure functions of how often was asked, how often it failed, and of chance."""

from mj_notebook.settings.settings import Pacing

# Without a list each task is a request of its own: this many of them a second at most.
_FETCHES_A_SECOND = 50
# From the quickest steady pause to the slowest in this many questions (about two minutes).
_SLOWING = 30


def pause_after(asks: int, pacing: Pacing) -> float:
    """Return the seconds to wait after a task was asked for *asks* times."""
    if asks < len(pacing.first):
        return pacing.first[asks]
    slowing = min(1.0, (asks - len(pacing.first)) / _SLOWING)
    return pacing.then + (pacing.slowest - pacing.then) * slowing


def pause_beside(asks: int, heard: float | None, *, asked: float, pacing: Pacing) -> float:
    """
    Return the seconds to wait after *asked* for a task that the server tells of by itself.

    Args:
        asks: How often it was asked for.
        heard: When the server last told of it, None for not yet.
        asked: When it was last asked for, by the same clock.
        pacing: How often to ask, with and without that.
    """
    if heard is None or heard + pacing.beside <= asked:
        return pause_after(asks, pacing)  # as if there were no callbacks: perhaps there are none
    return min(pacing.beside, heard + pacing.beside - asked)


def pause_without_list(pause: float, open_tasks: int) -> float:
    """Stretch *pause* for a server where each of the *open_tasks* must be asked for alone."""
    return max(pause, open_tasks / _FETCHES_A_SECOND)


def backoff(
    failures: int, chance: float, *, retry_after: float | None = None, longest: float = 30.0
) -> float:
    """
    Return the seconds to wait after *failures* in a row: about 1, 2, 4, … up to *longest*.

    Args:
        failures: How many questions in a row went wrong.
        chance: A random number from 0 to 1, so that many kernels don't come back in step.
        retry_after: Seconds the server asked for; never less than these.
        longest: Where the doubling ends.
    """
    doubled: float = min(longest, 2.0 ** min(max(failures - 1, 0), 16))
    return max(doubled * (0.5 + chance / 2), retry_after or 0.0)
