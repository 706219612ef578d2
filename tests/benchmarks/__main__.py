"""Print the table of ratios; the exit code tells whether every bound held."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

from tests.benchmarks import (
    completing,
    grids,
    linting,
    loading,
    many,
    memory,
    reading,
    remembering,
    saving,
    serving,
    submitting,
    sweeping,
    watching,
)
from tests.benchmarks.pair import COUNTED, FIGURED, TIMED, Effort, Row

_ALL: tuple[Callable[[Effort], Row], ...] = (
    loading.load_extension,
    submitting.warm_cell,
    linting.long_prompt,
    completing.cell,
    watching.thousand_jobs,
    reading.thousand_tasks,
    grids.arrival,
    grids.demo_grid,
    remembering.frame,
    remembering.frame_plain,
    remembering.search,
    remembering.gallery,
    many.board,
    many.gallery,
    sweeping.plan,
    sweeping.figure,
)
# Those in which a count decides.
_COUNTS = (
    *(loading.load_extension, submitting.warm_cell, watching.thousand_jobs),
    *(many.board, many.gallery, sweeping.plan, sweeping.figure),
)
# What takes minutes: measured for the table of figures alone.
_LONG: tuple[Callable[[Effort], Row], ...] = (
    remembering.newest,
    remembering.found,
    remembering.page,
    watching.five_thousand_jobs,
    memory.thousand_jobs,
    saving.hundred_jobs,
    serving.fetch,
    serving.listing,
)
# A bound is broken only when it is over this often in a row: the machine may be busy.
_TRIES = 3


def main() -> int:
    """
    Run all benchmarks, or those whose names contain a word given.

    With ``--counts`` only counts (requests, connections, modules) decide the exit code: they have
    no noise, while times on a busy machine prove little. So nothing is timed. With
    ``--figures`` all is measured, in a browser too, and the pages that show it are written;
    where a word is given, those rows are printed alone.
    """
    parser = ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("words", nargs="*", help="only those with one of them in their names")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--counts", action="store_true", help="only counts decide, not times")
    kinds.add_argument("--figures", action="store_true", help="write the pages that show them all")
    asked = parser.parse_args()
    if asked.figures:
        return _figures(asked.words)
    chosen = [
        bench for bench in (_COUNTS if asked.counts else _ALL) if _is_meant(bench, asked.words)
    ]
    failed = [bench for bench in chosen if not _holds(bench, by_counts=asked.counts)]
    return 1 if failed else 0


def _figures(words: list[str]) -> int:
    from tests.benchmarks import browsing, figures  # only who has a browser can

    with closing(browsing.Labs()) as labs:
        # Those in a browser first: what the others leave in memory would slow them.
        benches: list[partial[Any]] = [
            *browsing.benches(labs),
            *(partial(bench, FIGURED) for bench in (*_ALL, *_LONG)),
        ]
        lines = [figures.measured(bench) for bench in benches if _is_meant(bench.func, words)]
    if not words:
        figures.write(lines)
    return 0 if all(line.verdict == figures.HOLDS for line in lines) else 1


def _is_meant(bench: Callable[..., object], words: list[str]) -> bool:
    name = f"{bench.__module__}.{bench.__name__}"
    return not words or any(word in name for word in words)


def _holds(bench: Callable[[Effort], Row], *, by_counts: bool) -> bool:
    for _ in range(_TRIES):
        row = bench(COUNTED if by_counts else TIMED)
        print(row, *(f"\n      {sentence}" for sentence in row.broken), flush=True)
        if row.holds or (by_counts and not row.broken):
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
