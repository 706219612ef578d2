"""Rows of what was seen of real servers, and the tests that show them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import mj_notebook.protocol

SHOWN: dict[tuple[str, str], list[str]] = {}
"""By dialect and row: the tests that hold the embedded server to it."""

DIFFERENT = {
    ("new-api", "seed (newer)"): "a fault of one build; with the other seeds can be asked for",
    ("new-api", "older builds"): "the newer build is spoken, which has these endpoints",
}
"""Rows that this server answers otherwise on purpose, and why."""

PARTLY = {
    ("open", "order of checks"): "the list is another: words are no fact of the protocol",
    ("open", "account"): "there is nothing to log in with, so the token is a mask",
    ("new-api", "after code 21"): "a fetch shows the row of the answer, as clients need it",
    (
        "new-api",
        "token used up by its own submit, or limited to models",
    ): "on demand: no money here",
    ("open", "V and reroll of one grid at once"): "on demand, or nobody could draw both",
    ("open", "account dies (Discord closes with 4004)"): "on demand",
    ("open", "restart, memory store"): "on demand: the journal is a memory",
}
"""What of a row that is shown is otherwise all the same, and why."""

_SECTIONS = {
    "### 16.4": ("open",),
    "### 16.5": ("new-api",),
    "### 16.6": ("plus", "trueai"),
}
_TABLE = re.compile(r"^\| case \|.*\n\|---\|---\|\n((?:\|.*\n)+)", re.MULTILINE)
_Test = TypeVar("_Test", bound=Callable[..., None])


def shows(dialect: str, *rows: str) -> Callable[[_Test], _Test]:
    """Say that a test shows *rows* of a dialect."""

    def mark(test: _Test) -> _Test:
        for row in rows:
            SHOWN.setdefault((dialect, row), []).append(test.__name__)
        return test

    return mark


def seen_rows() -> list[tuple[str, str]]:
    """Return all rows of the sheet's tables, by dialect and case."""
    sheet = Path(mj_notebook.protocol.__file__).with_name("README.md").read_text("utf-8")
    rows = []
    for heading, dialects in _SECTIONS.items():
        section = sheet.partition(heading)[2].partition("\n### ")[0].partition("\n## ")[0]
        for dialect, table in zip(dialects, _TABLE.findall(section), strict=True):
            rows += [(dialect, line.split(" | ")[0].strip("| ")) for line in table.splitlines()]
    return rows
