"""The tables of the painter: text files beside its modules, a row a line."""

from functools import cache
from pathlib import Path


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """Return the rows of the table *name*; lines that begin with ``#`` explain it."""
    text = Path(__file__).with_name(f"{name}.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def words_by_key(table: str) -> dict[str, str]:
    """Return word → key of one of the tables in `words.txt`."""
    result = {}
    for line in read_lines("words"):
        key, _, words = line.partition(":")
        if key.startswith(f"{table} "):
            for word in words.split():
                result[word.replace("_", " ")] = key.partition(" ")[2].replace("_", " ")
    return result


def words_of(kind: str) -> frozenset[str]:
    """Return the words of one *kind*; one word may be of several."""
    (words,) = (line.partition(":")[2] for line in read_lines("words") if f"kinds {kind}:" in line)
    return frozenset(words.split())
