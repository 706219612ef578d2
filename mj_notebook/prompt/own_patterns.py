"""
Patterns that a person wrote, searched for in bounded time.

Python's ``re`` can't be stopped, and holds the interpreter while it searches: a pattern that runs
away would hang the kernel. The library ``regex`` reads the same patterns and gives a search up.
"""

import math
from time import monotonic, thread_time
from typing import TYPE_CHECKING

from mj_notebook.errors import SettingsError
from mj_notebook.language import translated

if TYPE_CHECKING:
    import regex

# A pattern is tried on each prompt, and its cost grows with its length.
LONGEST_PATTERN = 500
LONGEST_TEXT = 20_000
"""Signs of a prompt that are searched; no server takes so many."""
USUAL = 0.02
"""What any search may take: a tenth of it is much for a pattern that does not run away."""
SECONDS = 0.2
"""What the searches of a pattern may take beyond that, all together."""
SECONDS_TOGETHER = 0.5
"""What all patterns may take of one prompt: a cell waits for them."""
SECONDS_OF_ALL = 1.0
"""What the searches of all patterns of a book may take beyond that, in all prompts of a sweep."""


def last_begin() -> float:
    """Return until when searches in one prompt may begin: each that does has its full time."""
    return monotonic() + SECONDS_TOGETHER - SECONDS


class Allowance:
    """Seconds that some patterns have left, all together."""

    def __init__(self) -> None:
        self.left = SECONDS_OF_ALL


class OwnPattern:
    """
    A pattern that can be searched for without hanging.

    One that ran out of time is not tried again: a sweep would wait for it with each prompt. Nor is
    one that nearly does so each time, once that adds up. Where those of a book have together taken
    much, what is left to each of them is the time of one that does not run away.

    Args:
        rule: The name of its rule.
        text: A regular expression; letters mean both cases.
        beside: Another one of the same book.

    Attributes:
        allowance: What the patterns of its book have left.

    Raises:
        SettingsError: It can't be read, or is too long.
    """

    def __init__(self, rule: str, text: str, beside: "OwnPattern | None" = None) -> None:
        import regex  # only who has rules of their own waits for it

        self._left = SECONDS
        self.allowance: Allowance = beside.allowance if beside else Allowance()
        its = translated("The pattern of the rule {rule!r}", rule=rule)
        if len(text) > LONGEST_PATTERN:
            raise SettingsError(
                translated(
                    "{its} is longer than {longest_pattern} signs.",
                    its=its,
                    longest_pattern=LONGEST_PATTERN,
                ),
                hint=translated("Make two rules of it."),
            )
        try:
            self._pattern: regex.Pattern[str] = regex.compile(text, regex.IGNORECASE)
        except (regex.error, RecursionError, OverflowError) as error:
            raise SettingsError(
                translated("{its} can't be read: {error}.", its=its, error=error),
                hint=translated("Write a regular expression, such as \\bcats?\\b."),
            ) from None

    def search(self, text: str, until: float = math.inf) -> "regex.Match[str] | None":
        """
        Return where it stands in *text*.

        Args:
            text: A prompt.
            until: When it is too late to begin, by the monotonic clock.

        Raises:
            TimeoutError: That would take too long, or another such search did.
        """
        if self._left <= 0 or len(text) > LONGEST_TEXT or monotonic() > until:
            raise TimeoutError
        # Time of this thread: on a busy machine no pattern is slower for that.
        began = thread_time()
        # Never less than one more usual search, for a machine that is busy with other things.
        left = max(min(self._left, self.allowance.left), USUAL)
        try:
            found = self._pattern.search(text, timeout=left + USUAL)
        except TimeoutError:
            self._left = 0
            raise
        finally:
            slow = max(thread_time() - began - USUAL, 0)
            self._left -= slow
            self.allowance.left -= slow
        return found
