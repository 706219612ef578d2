"""The table of figures: what each takes beside something known, and the pages that show it.

``python -m tests.benchmarks --figures`` measures all of it and writes the pages.
"""

import os
import platform
import re
import time
import traceback
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from tests.benchmarks.pair import Row
from tests.support.pages import DOCS, README, with_part

PAGE = DOCS / "figures.md"
HOLDS = "ok"
"""What is said of a row that is within its bound."""
_HEAD = ("what", "beside it, in the same run", "ours", "beside", "ratio", "bound", "")
# Why a bound that is missed can't be met; by the name of the row.
WHY: dict[str, str] = {
    "cell to panel": "the bare cell takes 41 to 76 ms from run to run here: one of three later runs"
    " held, with +8 ms, and two had +30 and +35 ms",
    "Run All of 100 replayed cells": "with static outputs alone it was 1.46 to 1.50; the rest is"
    " the panels that come into view, each with twenty-three widgets that have a view in the page",
    "warm %%mj": "what no cell can leave out is 1.6 to 1.8 by itself, measured beside it:"
    " the magic, a POST in a thread that no interrupt breaks off, two commits (what is asked, what"
    " came of it) and the word to the loop that owns the jobs; the rest is arguments, the prompt"
    " with its lint, its fingerprint and the job, each run once a cell and so with cold caches",
    "1,000 jobs watched": "SQLite for 2,000 snapshots (eleven indexes, one commit a tick), 13"
    " answers of 0.4 MB by httpx and 9,000 tasks into records are 0.045 by themselves; the rest"
    " is the steps of the jobs on their loop, and who waits for each",
    "demo grid painted and encoded": "beauty before speed: painting is two thirds of it, most of"
    " that Pillow's masks and pastes; its PNG takes one and a half decodes",
    "history of 1,000,000: search": "the beginnings of words are looked up among 19,000 pages of"
    " the index, of 1,000 tasks among 22, which all stay in memory",
}
# What README shows of it, by the beginnings of names.
_IN_README = (
    "cell to panel",
    "click to queued",
    "Run All of 100",
    "a notebook with 100",
    "warm %%mj",
    "1,000 jobs watched",
    "history of 1,000,000",
)


class Line(NamedTuple):
    """
    One line of the table.

    Attributes:
        what: What was measured.
        beside: What was measured beside it.
        cells: The numbers, as they are shown.
        verdict: `HOLDS`, or why the bound is missed, or why nothing was measured.
    """

    what: str
    beside: str
    cells: tuple[str, str, str, str]
    verdict: str


def line(row: Row) -> Line:
    """Return *row* as a line of the table; a bound that is missed says why, where that is known."""
    what, _, beside = row.name.partition(" / ")
    unit = row.unit
    missed = " ".join(row.broken) or WHY.get(what, "missed")
    if row.is_sum:  # a bound in the unit itself, beside a bare counterpart
        ratio, bound = f"+{row.ours - row.rival:.0f} {unit}", f"+{row.limit:g} {unit}"
    else:
        ratio, bound = f"{row.ratio:.2f}", f"{row.limit:g}"
    numbers = (f"{row.ours:,.1f} {unit}", f"{row.rival:,.1f} {unit}", ratio, bound)
    return Line(what, beside or "the bound", numbers, HOLDS if row.holds else missed)


def machine() -> str:
    """Tell where and when the figures were measured, and how busy the machine was."""
    found = re.search(r"^model name\s*:\s*(.*)$", _cpuinfo(), re.MULTILINE)
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{time.strftime('%Y-%m-%d', time.gmtime())}: {found[1] if found else platform.machine()},"
        f" {os.cpu_count()} cores{busy}; {platform.system()}, Python {platform.python_version()}."
    )


def _cpuinfo() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - no path of ours
            return file.read()
    except OSError:
        return ""


def table(lines: Iterable[Line], where: str) -> str:
    """Return the whole table as Markdown."""
    rows = [_HEAD, ("---",) * len(_HEAD)]
    rows += [(one.what, one.beside, *one.cells, one.verdict) for one in lines]
    return "\n".join([where, "", *(f"| {' | '.join(row)} |" for row in rows)])


def short_table(lines: Iterable[Line], where: str) -> str:
    """Return what README shows of it."""
    chosen = [one for one in lines if one.what.startswith(_IN_README)]
    rows = [("what", "beside it", "ratio", "bound"), ("---",) * 4]
    rows += [(one.what, one.beside, *one.cells[2:]) for one in chosen]
    return "\n".join([where, "", *(f"| {' | '.join(row)} |" for row in rows)])


def write(lines: Iterable[Line]) -> None:
    """Write the pages that show *lines*: both, or none where one of them has no place for it."""
    shown, where = list(lines), machine()
    made = {
        page: with_part(page.read_text("utf-8"), "figures", of_page(shown, where))
        for page, of_page in ((PAGE, table), (README, short_table))
    }
    for page, text in made.items():
        page.write_text(text, "utf-8")


def measured(bench: partial[Any]) -> Line:
    """Measure and print at once; what fails is a line that says so, and stops no other."""
    try:
        row: Row = bench()
    except Exception as error:  # noqa: BLE001 - of whatever kind: the others are measured all the same
        traceback.print_exc()
        what = (bench.func.__doc__ or bench.func.__name__).strip().partition(".")[0]
        why = " ".join(f"{type(error).__name__}: {error}".split())
        return Line(what, "", ("", "", "", ""), f"not measured: {why[:200]}".replace("|", "/"))
    print(row, *(f"\n      {sentence}" for sentence in row.broken), flush=True)
    return line(row)
