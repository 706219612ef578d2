"""The tasks of a list that are in memory, as when they were read from a file."""

from collections.abc import Iterator
from typing import Any

from mj_notebook.protocol.vocabulary import is_final
from mj_notebook.store.filters import Filters
from mj_notebook.store.full_text import Asked, words_of
from mj_notebook.store.record_columns import Table

_TEXTS = ("prompt", "prompt_en", "final_prompt", "notes")


class Loaded:
    """Tasks in a table; filters mean the same as in the database."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def count(self) -> int:
        """Return how many there are."""
        return len(next(iter(self._table.values()), ()))

    def table(self, part: slice | None = None) -> Table:
        """Return their columns."""
        if part is None:
            return self._table
        return {name: values[part] for name, values in self._table.items()}

    def narrowed(self, filters: Filters, limit: int | None) -> "Loaded":
        """Return those of them that *filters* hold of, *limit* at most."""
        places = [place for place, row in enumerate(self._rows()) if _holds(filters, row)][:limit]
        return Loaded(
            {name: [values[place] for place in places] for name, values in self._table.items()}
        )

    def part(self, part: slice) -> "Loaded":
        """Return some of them."""
        return Loaded(self.table(part))

    def _rows(self) -> Iterator[dict[str, Any]]:
        names = tuple(self._table)
        for row in zip(*self._table.values(), strict=True):
            yield dict(zip(names, row, strict=True))


def _holds(filters: Filters, row: dict[str, Any]) -> bool:
    for field in ("action", "server", "parent", "mode"):
        wanted = getattr(filters, field)
        if wanted and row[field] not in wanted:
            return False
    asked = None if row["asked"] is None else row["asked"] / 1000
    return (
        _status_holds(filters.status, row["status"] or "")
        and (filters.since is None or _at_least(asked, filters.since))
        and (filters.until is None or (asked is not None and asked < filters.until))
        and (filters.rating is None or _at_least(row["rating"], filters.rating))
        and _text_holds(filters.text, [words_of(row[name]) for name in _TEXTS if row[name]])
    )


def _at_least(value: float | None, bound: float) -> bool:
    return value is not None and value >= bound


def _status_holds(wanted: tuple[str, ...], status: str) -> bool:
    return not wanted or status in wanted or ("open" in wanted and not is_final(status))


def _text_holds(asked: tuple[Asked, ...], texts: list[tuple[str, ...]]) -> bool:
    return all(any(_stands(one, words) for words in texts) for one in asked)


def _stands(one: Asked, words: tuple[str, ...]) -> bool:
    """Tell whether the words stand together in a text; the last may go on as in the index."""
    *first, last = one.words
    size = len(first)
    return any(
        list(words[place : place + size]) == first
        and (word == last or (one.goes_on and word.startswith(last)))
        for place, word in enumerate(words[size:])
    )
