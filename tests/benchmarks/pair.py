"""Measuring in pairs on a noisy machine: A B, B A, the median of the ratios, CPU time only."""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Effort(NamedTuple):
    """
    How much is done for a row.

    Attributes:
        pairs: How often both sides are timed at most; with 0 nothing is, and no rival is asked
            that is only timed.
        tasks: How many tasks a long history has.
    """

    pairs: int = 11
    tasks: int = 100_000


TIMED = Effort()
COUNTED = Effort(pairs=0)
"""Enough to count by: requests, messages and modules are the same each time."""

FIGURED = Effort(pairs=7)
"""Enough for a median: a table of all of it is to be had in minutes."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of the table.

    Attributes:
        ours: CPU milliseconds of ours (median).
        rival: The same of the rival.
        ratio: Median of the paired ratios.
        low: Smallest paired ratio.
        high: Largest paired ratio.
        limit: The bound.
        counts: What was counted beside the time; hard facts without noise.
        broken: Counts that are out of bounds, as sentences.
        unit: What *ours* and *rival* are counted in; CPU milliseconds as a rule.
        is_sum: Whether the bound is what ours may take longer than the rival, in that unit.
    """

    name: str
    ours: float
    rival: float
    ratio: float
    low: float
    high: float
    limit: float
    counts: str = ""
    broken: tuple[str, ...] = ()
    unit: str = "ms"
    is_sum: bool = False

    @property
    def holds(self) -> bool:
        """Whether the bound holds, as far as it was timed."""
        is_within = (
            self.ours - self.rival <= self.limit if self.is_sum else self.ratio <= self.limit
        )
        return (is_within or math.isnan(self.ratio)) and not self.broken

    def __str__(self) -> str:
        verdict = "ok" if self.holds else "OVER"
        if math.isnan(self.ratio):
            return f"BENCH {self.name:<44} not timed  {verdict:<5}{self.counts}"
        return (
            f"BENCH {self.name:<44} {self.ours:9.2f} {self.unit}  {self.rival:9.2f} {self.unit}  "
            f"ratio {self.ratio:6.3f} ({self.low:.3f}..{self.high:.3f})  "
            f"limit {self.limit:<5g} {verdict:<5}{self.counts}"
        )


def pair(
    name: str,
    ours: Callable[[], object],
    rival: Callable[[], object],
    *,
    limit: float,
    pairs: int,
    counts: str = "",
) -> Row:
    """Time both in this process, alternately, and compare."""
    if pairs:
        ours()
        rival()
    return compare(
        name, lambda: _cpu(ours), lambda: _cpu(rival), limit=limit, pairs=pairs, counts=counts
    )


def compare(
    name: str,
    ours: Callable[[], float],
    rival: Callable[[], float],
    *,
    limit: float,
    pairs: int,
    counts: str = "",
) -> Row:
    """Compare two callables that return CPU milliseconds themselves."""
    if not pairs:
        nothing = math.nan
        return Row(name, nothing, nothing, nothing, nothing, nothing, limit, counts)
    mine: list[float] = []
    theirs: list[float] = []
    for turn in range(pairs):
        order = (ours, rival) if turn % 2 == 0 else (rival, ours)
        first, second = order[0](), order[1]()
        mine.append(first if turn % 2 == 0 else second)
        theirs.append(second if turn % 2 == 0 else first)
    ratios = sorted(a / b for a, b in zip(mine, theirs, strict=True))
    return Row(
        name,
        statistics.median(mine),
        statistics.median(theirs),
        statistics.median(ratios),
        ratios[0],
        ratios[-1],
        limit,
        counts,
    )


def _cpu(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000
