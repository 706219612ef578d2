"""When to ask next: pure functions of how often was asked, how often it failed, and of chance."""

from mj_notebook.settings.settings import Pacing

# Without a list each task is a request of its own: this many of them a second at most.
_FETCHES_A_SECOND = 50
# From the quickest steady pause to the slowest in this many questions (about two minutes).
_SLOWING = 30
# Where the doubling after failures ends, in seconds.
_LONGEST = 30.0


def pause_after(polls: int, pacing: Pacing) -> float:
    """Return the seconds to wait after a task was asked for *polls* times."""
    if polls < len(pacing.first):
        return pacing.first[polls]
    slowing = min(1.0, (polls - len(pacing.first)) / _SLOWING)
    return pacing.then + (pacing.slowest - pacing.then) * slowing


def pause_with_callbacks(
    polls: int, callback_at: float | None, *, now: float, pacing: Pacing
) -> float:
    """
    Return the seconds to wait after *now* for a task that the server tells of by itself.

    Args:
        polls: How often it was asked for.
        callback_at: When the server last told of it, None for not yet.
        now: When it was last asked for, by the same clock.
        pacing: How often to ask, with and without that.
    """
    if callback_at is None or callback_at + pacing.beside <= now:
        return pause_after(polls, pacing)  # as if there were no callbacks: perhaps there are none
    return min(pacing.beside, callback_at + pacing.beside - now)


def pause_without_list(pause: float, open_tasks: int) -> float:
    """Stretch *pause* for a server where each of the *open_tasks* must be asked for alone."""
    return max(pause, open_tasks / _FETCHES_A_SECOND)


def backoff(failures: int, jitter: float) -> float:
    """Return the seconds to wait after *failures* in a row: about 1, 2, 4, … up to 30."""
    doubled: float = min(_LONGEST, 2.0 ** min(max(failures - 1, 0), 16))
    return doubled * (0.5 + jitter / 2)
