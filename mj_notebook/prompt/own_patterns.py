"""
Patterns that a person wrote, searched for in bounded time.

Python's ``re`` can't be stopped, and holds the interpreter while it searches: a pattern that runs
away would hang the kernel. The library ``regex`` reads the same patterns and gives a search up.
"""

from typing import TYPE_CHECKING

from mj_notebook.errors import SettingsError, translated

if TYPE_CHECKING:
    import regex

# A pattern is tried on each prompt, and its cost grows with its length.
LONGEST_PATTERN = 500
LONGEST_TEXT = 20_000
"""Signs of a prompt that are searched; no server takes so many."""
SECONDS = 0.2
"""What a search may take: a cell waits for the patterns of all rules."""


class OwnPattern:
    """
    A pattern that can be searched for without hanging.

    Args:
        rule: The name of its rule.
        text: A regular expression; letters mean both cases.

    Raises:
        SettingsError: It can't be read, or is too long.
    """

    def __init__(self, rule: str, text: str) -> None:
        import regex  # only who has rules of their own waits for it

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

    def search(self, text: str) -> "regex.Match[str] | None":
        """
        Return where it stands in *text*.

        Raises:
            TimeoutError: That would take too long.
        """
        if len(text) > LONGEST_TEXT:
            raise TimeoutError
        return self._pattern.search(text, timeout=SECONDS)
