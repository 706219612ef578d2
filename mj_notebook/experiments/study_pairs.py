"""The pairs of a blind study, and the order in which each rater sees them; pure."""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from mj_notebook.errors import UsageError

MOST_PAIRS = 2_000
"""More than that nobody looks at: a smaller number is to be asked for."""


class Entry(NamedTuple):
    """
    One picture of a study.

    Attributes:
        sha256: The picture.
        condition: What it is compared by: the value of a parameter, say.
        group: Only pictures of one group are compared: they differ in nothing but the condition.
        task: The task that made it.
    """

    sha256: str
    condition: str
    group: str
    task: str


class Pair(NamedTuple):
    """Two pictures of different conditions; *one* has the smaller hash."""

    one: Entry
    other: Entry

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others, in any study of the same pictures."""
        return self.one.sha256, self.other.sha256


def pairs_of(entries: Iterable[Entry], most: int | None, seed: int) -> tuple[Pair, ...]:
    """
    Return the pairs that are compared.

    Args:
        entries: The pictures. The same picture twice in one group is there once.
        most: So many pairs, each two conditions alike often as far as they go; None is all.
        seed: Chooses among them.

    Raises:
        UsageError: There is nothing to compare, or more than anybody looks at.
    """
    given = list(entries)
    known = {(entry.group, entry.condition, entry.sha256): entry for entry in given}
    conditions = list(dict.fromkeys(entry.condition for entry in given))
    if len(conditions) < 2:
        what = f"All have {conditions[0]!r}" if conditions else "There is no picture"
        raise UsageError(
            f"{what}: a study compares two conditions at least.",
            hint="Give by= a parameter or an axis in which the pictures differ.",
        )
    pairs = _matched(known.values()) or _matched(
        entry._replace(group="") for entry in known.values()
    )
    if not pairs:
        raise UsageError(
            "The pictures of all conditions are the same, to the byte.",
            hint="Draw with something that changes them.",
        )
    if most is None and len(pairs) > MOST_PAIRS:
        raise UsageError(
            f"That makes {len(pairs):,} pairs, more than anybody looks at.",
            hint="Ask for some of them: pairs=200.",
        )
    return tuple(pairs if most is None else _spread(pairs, most, seed))


def _matched(entries: Iterable[Entry]) -> list[Pair]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    return [
        Pair(*sorted(two, key=lambda entry: entry.sha256))
        for group in groups.values()
        for two in combinations(group, 2)
        if two[0].condition != two[1].condition and two[0].sha256 != two[1].sha256
    ]


def _spread(pairs: Sequence[Pair], most: int, seed: int) -> Iterator[Pair]:
    """Take turns among each two conditions, so that none is left out when few are wanted."""
    kinds: dict[frozenset[str], list[Pair]] = {}
    for pair in sorted(pairs, key=lambda pair: _lot(seed, *pair.key)):
        kinds.setdefault(frozenset((pair.one.condition, pair.other.condition)), []).append(pair)
    turns = sorted(
        (
            (turn, number, pair)
            for number, kind in enumerate(kinds.values())
            for turn, pair in enumerate(kind)
        ),
        key=lambda found: found[:2],
    )
    return (pair for _, _, pair in turns[:most])


def order_for(rater: str, pairs: Iterable[Pair], seed: int) -> list[tuple[Pair, bool]]:
    """
    Return the pairs as a rater sees them: in an order of their own, some swapped.

    Each pair has its lot by itself: pictures that are added later change nothing of the rest.

    Returns:
        Each pair, and whether its other picture stands on the left.
    """
    lots = [(_lot(seed, rater, *pair.key), pair) for pair in pairs]
    lots.sort(key=lambda found: found[0])
    return [(pair, _lot(seed, "side", rater, *pair.key) < 0.5) for _, pair in lots]


def _lot(*told: object) -> float:
    # A text as seed gives the same numbers on every machine and in every version of Python.
    return random.Random("/".join(map(str, told))).random()  # noqa: S311 - no secret is made
