"""The pairs of a blind study, and the order in which each rater sees them; pure."""

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, combinations, product
from typing import NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.view.text import truncate

MOST_PAIRS = 2_000
"""More than that nobody looks at: a smaller number is to be asked for."""

MOST_CONDITIONS = 100
"""Of more, no study says who is ahead; somebody compared by a name or a number of the picture."""


class Entry(NamedTuple):
    """
    One picture of a study.

    Attributes:
        condition: What it is compared by: the value of a parameter, say.
        group: Only pictures of one group are compared: they differ in nothing but the condition.
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


Block = tuple[list[Entry], list[Entry]]
"""The pictures of one group and two conditions: each of one is a pair with each of the other."""


def pairs_of(
    entries: Iterable[Entry],
    most: int | None,
    seed: int,
    answered: Collection[tuple[str, str]] = (),
) -> tuple[Pair, ...]:
    """
    Return the pairs that are compared.

    Args:
        entries: The pictures. The same picture twice in one group is there once.
        most: So many pairs, each two conditions alike often as far as they go; None is all.
        seed: Chooses among them.
        answered: Keys of pairs that stay among them, whatever was drawn since.

    Raises:
        UsageError: There is nothing to compare, or more than anybody looks at.
    """
    grouped = list(entries)
    _check_conditions({entry.condition: None for entry in grouped})
    # Where no group has two conditions (each seed was drawn with one value only), all pictures are
    # one group: a weaker comparison, but the one that was asked for.
    ways = (grouped, [entry._replace(group="") for entry in grouped])
    blocks = next((found for way in ways if _has_pair(found := _blocks(way))), None)
    if blocks is None:
        raise UsageError(
            translated("The pictures of all conditions are the same, to the byte."),
            hint=translated("Draw with something that changes them."),
        )
    total = sum(len(one) * len(other) for one, other in blocks)
    if most is None and total > MOST_PAIRS:
        raise UsageError(
            translated("That makes {total:,} pairs, more than anybody looks at.", total=total),
            hint=translated("Ask for some of them: pairs=200."),
        )
    # One after the other: a large history has more pairs than memory has room for.
    chosen: dict[tuple[str, str], Pair] = {}
    for pair in chain(_answered(blocks, answered), _spread(blocks, seed)):
        if len(chosen) == most:
            break
        chosen[pair.key] = pair
    return tuple(chosen.values())


def _check_conditions(conditions: Collection[str]) -> None:
    if len(conditions) < 2:
        what = translated("There is no picture")
        for one in conditions:
            what = translated("All have {value!r}", value=truncate(one, 80))
        raise UsageError(
            translated("{what}: a study compares two conditions at least.", what=what),
            hint=translated("Give by= a parameter or an axis in which the pictures differ."),
        )
    if len(conditions) > MOST_CONDITIONS:
        raise UsageError(
            translated(
                "These are {count:,} conditions, more than a study tells apart.",
                count=len(conditions),
            ),
            hint=translated(
                "Give by= something with fewer values, or a function that sorts them into some."
            ),
        )


def _blocks(entries: Iterable[Entry]) -> list[Block]:
    groups: dict[str, dict[str, dict[str, Entry]]] = {}
    for entry in entries:
        group = groups.setdefault(entry.group, {})
        # By hash: the same picture of two tasks is one, else a rater is asked the same twice.
        group.setdefault(entry.condition, {})[entry.sha256] = entry
    return [
        (list(one.values()), list(other.values()))
        for group in groups.values()
        for one, other in combinations(group.values(), 2)
    ]


def _has_pair(blocks: Iterable[Block]) -> bool:
    return any(len({entry.sha256 for half in block for entry in half}) > 1 for block in blocks)


def _answered(blocks: Iterable[Block], answered: Collection[tuple[str, str]]) -> Iterator[Pair]:
    wanted = set(answered)
    # Only what was answered is crossed: the blocks of a large history have millions of pairs.
    shown = {sha256 for key in wanted for sha256 in key}
    for halves in blocks if wanted else ():
        one, other = ([entry for entry in half if entry.sha256 in shown] for half in halves)
        pairs = (_pair(*two) for two in product(one, other))
        yield from (pair for pair in pairs if pair.key in wanted)


def _spread(blocks: Iterable[Block], seed: int) -> Iterator[Pair]:
    """Take turns among each two conditions, their groups, and the pictures of these."""
    kinds: dict[tuple[str, str], list[Block]] = {}
    for one, other in sorted(blocks, key=lambda block: _lot(seed, "group", block[0][0].group)):
        kinds.setdefault((one[0].condition, other[0].condition), []).append((one, other))
    # Each two conditions take turns, so that wherever *most* cuts, none was asked much more often.
    return _in_turns(_in_turns(_crossed(block, seed) for block in kind) for kind in kinds.values())


def _crossed(block: Block, seed: int) -> Iterator[Pair]:
    """Pair all of a block; each picture comes again when all others have come."""
    one, other = (sorted(half, key=lambda entry: _lot(seed, entry.sha256)) for half in block)
    for shift in range(len(other)):
        for at, entry in enumerate(one):
            # Along the diagonals: by rows the first picture would meet all others before the second
            # came.
            opposite = other[(at + shift) % len(other)]
            if entry.sha256 != opposite.sha256:
                yield _pair(entry, opposite)


def _in_turns(ways: Iterable[Iterator[Pair]]) -> Iterator[Pair]:
    left = deque(ways)
    while left:
        if (pair := next(left[0], None)) is None:
            left.popleft()
        else:
            yield pair
            left.rotate(-1)


def _pair(entry: Entry, opposite: Entry) -> Pair:
    # One order of the two, so that a pair has one key whichever was met first.
    return Pair(*sorted((entry, opposite), key=lambda one: one.sha256))


def order_for(rater: str, pairs: Iterable[Pair], seed: int) -> list[tuple[Pair, bool]]:
    """
    Return the pairs as a rater sees them: in an order of their own, some swapped.

    Each pair has its lot by itself: pictures that are added later change nothing of the rest.

    Returns:
        Each pair, and whether its other picture stands on the left.
    """
    lots = [(_lot(seed, rater, *pair.key), pair) for pair in pairs]
    lots.sort(key=lambda found: found[0])
    return [(pair, _lot(seed, "side", rater, *pair.key) % 2 == 1) for _, pair in lots]


def _lot(*told: object) -> int:
    """Return a number that is the same on every machine, and in every version of Python."""
    words = "/".join(map(str, told)).encode()
    # Not random.Random: what its methods give for a seed has changed between versions of Python.
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest())
