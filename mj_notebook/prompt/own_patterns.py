"""Patterns that a person wrote, searched for in bounded time.

Python's ``re`` can't be stopped, and holds the interpreter while it searches: a pattern that runs
away would hang the kernel. So patterns that can take exponential time are refused when they are
set, and of the others it is measured on shorter texts whether a long one is affordable.
"""

import re
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from mj_notebook.errors import SettingsError, translated

# Not in the stubs, which type checkers tell in one run and not in the next.
ops, parser = import_module("re._constants"), import_module("re._parser")

# A pattern is tried on each prompt, and its cost grows with its length.
LONGEST_PATTERN = 500
LONGEST_TEXT = 20_000
"""Signs of a prompt that are searched; no server takes so many."""
SECONDS = 0.2
"""What a search may take, as far as it can be foreseen."""

# Each endless repeat multiplies the time by the length of the text.
_MOST_ENDLESS = 6
# A repeat that may be of up to so many counts is one of several choices, and else as good as
# endless.
_FEW = 8
_MOST_CHOICES = 4096
# So many steps take some milliseconds.
_STEPS = 200_000


class OwnPattern:
    """
    A pattern that can be searched for without hanging.

    Args:
        rule: The name of its rule.
        text: A regular expression; letters mean both cases.
        clock: Seconds that only go on.

    Raises:
        SettingsError: It can't be read, is too long or may run away.
    """

    def __init__(
        self, rule: str, text: str, clock: Callable[[], float] = time.perf_counter
    ) -> None:
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
            self._pattern = re.compile(text, re.IGNORECASE)
            # Python's own parser, so that a pattern means here what it means to `re`.
            endless, choices = _cost(parser.parse(text, re.IGNORECASE))
        except (re.error, RecursionError, OverflowError) as error:
            raise SettingsError(
                translated("{its} can't be read: {error}.", its=its, error=error),
                hint=translated("Write a regular expression, such as \\bcats?\\b."),
            ) from None
        if endless > _MOST_ENDLESS or choices > _MOST_CHOICES:
            raise SettingsError(
                translated(
                    "{its} may search for ever: it repeats what is itself repeated, or too often.",
                    its=its,
                ),
                hint=translated(
                    "Write fewer *, + and ?, none of them in a group that is repeated; or"
                    " possessive ones, such as \\w++."
                ),
            )
        self._degree = endless + 1  # each search begins at each sign
        self._choices = choices
        self._clock = clock

    def search(self, text: str) -> "re.Match[str] | None":
        """
        Return where it stands in *text*.

        Raises:
            TimeoutError: That would take too long.
        """
        if len(text) > LONGEST_TEXT:
            raise TimeoutError
        # A beginning that is affordable even if each step the pattern allows is taken.
        size = max(1, round((_STEPS / self._choices) ** (1 / self._degree)))
        while size < len(text):
            # Twice as long a text takes 2 to the degree as much time.
            most = SECONDS / 2**self._degree
            # The better of two counts: a busy machine is none of the pattern's fault.
            if self._seconds(text[:size]) > most and self._seconds(text[:size]) > most:
                raise TimeoutError
            size *= 2
        return self._pattern.search(text)

    def _seconds(self, text: str) -> float:
        began = self._clock()
        self._pattern.search(text)
        return self._clock() - began


def _cost(tree: Iterable[tuple[Any, Any]]) -> tuple[float, float]:
    """Return how many endless repeats a text may be shared out among, and how many choices."""
    endless, choices = 0.0, 1.0
    for op, value in tree:
        if op in {ops.MAX_REPEAT, ops.MIN_REPEAT}:
            least, most, body = value
            inner, inner_choices = _cost(body)
            is_endless = most - least > _FEW
            # What is repeated within a repeat can be shared out in exponentially many ways.
            if is_endless and (inner or inner_choices > 1):
                return float("inf"), choices
            count = most if most < ops.MAXREPEAT else least + 1
            endless += is_endless + inner * count
            choices *= 1 if is_endless else (most - least + 1) * min(inner_choices**count, 1e9)
        else:
            inner, inner_choices = _cost_of(op, value)
            endless, choices = endless + inner, choices * inner_choices
        # No further: the numbers would grow beyond what floats hold.
        if choices > _MOST_CHOICES:
            return endless, choices
    return endless, choices


def _cost_of(op: Any, value: Any) -> tuple[float, float]:
    if op is ops.BRANCH:
        costs = [_cost(branch) for branch in value[1]]
        # Branches that begin differently are never tried one after the other.
        together = max if _begin_otherwise(value[1]) else sum
        return max(one for one, _ in costs), together(one for _, one in costs)
    if op is ops.GROUPREF_EXISTS:
        costs = [_cost(branch) for branch in value[1:] if branch]
        return max(one for one, _ in costs), 1 + sum(one for _, one in costs)
    if op in _INNER:
        return _cost(_INNER[op](value))
    # A reference to a group may be as long as the group was.
    return (1.0, 1.0) if op in {ops.GROUPREF, ops.GROUPREF_IGNORE} else (0.0, 1.0)


_INNER: dict[Any, Callable[[Any], Any]] = {
    ops.SUBPATTERN: lambda value: value[3],
    ops.ATOMIC_GROUP: lambda value: value,
    ops.ASSERT: lambda value: value[1],
    ops.ASSERT_NOT: lambda value: value[1],
    # What it took it never gives back, so that it can't be shared out in another way.
    ops.POSSESSIVE_REPEAT: lambda value: value[2],
}


def _begin_otherwise(branches: Iterable[Any]) -> bool:
    """Tell whether each of *branches* begins with a sign that no other begins with."""
    firsts = []
    for branch in branches:
        if not len(branch) or branch[0][0] is not ops.LITERAL:
            return False
        firsts.append(chr(branch[0][1]).lower())
    return len(set(firsts)) == len(firsts)
