"""The tables of the painter: text files beside its modules, a row a line."""

from functools import cache
from pathlib import Path


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """Return the rows of the table *name*; lines that begin with ``#`` explain it."""
    text = Path(__file__).with_name(f"{name}.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def rows_of(table: str) -> dict[str, tuple[str, ...]]:
    """Return key → words of one of the tables in `words.txt`."""
    lines = (line.partition(" ")[2] for line in read_lines("words") if line.startswith(f"{table} "))
    return {
        key.replace("_", " "): tuple(word.replace("_", " ") for word in words.split())
        for key, words in (line.split(":") for line in lines)
    }


def words_by_key(table: str) -> dict[str, str]:
    """Return the same as word → key."""
    return {word: key for key, words in rows_of(table).items() for word in words}


def words_of(kind: str) -> frozenset[str]:
    """Return the words of one *kind*; one word may be of several."""
    return frozenset(rows_of("kinds")[kind])
