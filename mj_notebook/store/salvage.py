"""What a damaged database still holds: read row by row, from both ends, into a new one."""

import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mj_notebook.protocol.codec import read_task
from mj_notebook.store.records import decompress_reply

# The tables that hold what can't be had again, each with what its rows are ordered by.
_TABLES = (
    ("requests", "id"),
    ("tasks", "id"),
    ("replies", "task"),
    ("pictures", "sha256"),
    ("task_pictures", "server, task_id, role, number"),
    # Hours of people, and of processors: measures could be had again, judgements could not.
    ("judgements", "study, rater, one, other"),
    ("measurements", "sha256, name, version"),
    ("deleted_charges", "id"),
)
# The index of words is made anew.
_LEFT_OUT = frozenset({"is_indexed"})


def salvage(damaged: Path, into: sqlite3.Connection) -> int:
    """
    Copy the rows of *damaged* that can be read; that file is left as it is.

    Returns:
        How many tasks were taken over.
    """
    try:
        with TemporaryDirectory(dir=damaged.parent) as folder:
            return _salvage(_copied(damaged, Path(folder)), into)
    except OSError:
        return 0  # a full disk: the file is safe where it is


def _copied(damaged: Path, folder: Path) -> Path:
    # What was written last is in it. Reading would fold it into the file, which must stay as it is.
    journal = damaged.with_name(f"{damaged.name}-wal")
    if journal.exists():
        shutil.copy(journal, folder)
    return Path(shutil.copy(damaged, folder))


def _salvage(copy: Path, into: sqlite3.Connection) -> int:
    source = sqlite3.connect(copy)
    try:
        into.execute("BEGIN IMMEDIATE")
        # Without this a file that is too short is refused as a whole.
        source.execute("PRAGMA writable_schema = ON")
        taken = {table: _copy_table(source, into, table, order) for table, order in _TABLES}
        into.execute("COMMIT")
    except sqlite3.Error:
        if into.in_transaction:
            into.execute("ROLLBACK")
        return 0
    finally:
        source.close()
    return taken["tasks"]


def _copy_table(
    source: sqlite3.Connection, into: sqlite3.Connection, table: str, order: str
) -> int:
    names = [name for name in _columns(into, table) if name in set(_columns(source, table))]
    names = [name for name in names if name not in _LEFT_OUT]
    if not names:
        return 0
    question = f"SELECT {', '.join(names)} FROM {table} ORDER BY "  # noqa: S608 - names of ours
    backwards = ", ".join(f"{name} DESC" for name in order.split(", "))
    is_whole = _IS_WHOLE.get(table)
    rows = {
        row: None
        # From both ends: reading stops at the first damaged page, and what lies behind it is
        # reached from the other side.
        for each in (order, backwards)
        for row in _readable(source, question + each)
        if is_whole is None or is_whole(dict(zip(names, row, strict=True)))
    }
    places = ", ".join("?" * len(names))
    statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608
    return into.executemany(statement, list(rows)).rowcount


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in _readable(connection, f"PRAGMA table_info({table})")]


def _readable(connection: sqlite3.Connection, question: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of *question* up to the first that is damaged."""
    try:
        yield from connection.execute(question)
    except sqlite3.Error:
        return


def _is_request(row: dict[str, Any]) -> bool:
    try:
        return isinstance(json.loads(row["body"]), dict)
    except (ValueError, TypeError):
        return False


def _is_reply(row: dict[str, Any]) -> bool:
    try:
        read_task(decompress_reply(row["reply"]))
    except (ValueError, TypeError, zlib.error):
        return False
    return True


_IS_WHOLE: dict[str, Callable[[dict[str, Any]], bool]] = {
    "requests": _is_request,
    "replies": _is_reply,
}
