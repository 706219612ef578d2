"""The tasks of a list that are in the database; read in parts, or all at once."""

from collections.abc import Iterable

from mj_notebook.store.columns import UNKNOWN
from mj_notebook.store.filters import Filters, SortKey, check_actions
from mj_notebook.store.query import Query, TaskReader, TaskRow
from mj_notebook.store.record_columns import (
    Table,
    gc_paused,
    parameter_columns,
    records_of,
    table_of,
)
from mj_notebook.store.records import SETTLED_AFTER


class DatabaseRows:
    """
    Tasks in a database.

    Which tasks are in it is settled when somebody first looks; what is known of them is read anew
    each time.
    """

    def __init__(
        self, queries: TaskReader, query: Query | None = None, ids: list[int] | None = None
    ) -> None:
        self._queries, self._query, self._ids = queries, query or Query(), ids
        self._names: list[str] | None = None

    def count(self) -> int:
        """Return how many there are."""
        return len(self.ids())

    def ids(self) -> list[int]:
        """Return the numbers of the tasks."""
        if self._ids is None:
            self._ids = self._queries.ids(self._query)
        return self._ids

    def in_doubt(self, now: float) -> int:
        """
        Return how many requests in doubt, which are no tasks yet, these filters hold of.

        One that is being sent has no reason yet; after a while its kernel is dead.
        """
        query = self._query
        if query.among is not None or any(filters.status for filters in query.filters):
            return 0
        unknown = (*query.filters, Filters(status=(UNKNOWN,)))
        rows = self._queries.rows(query._replace(filters=unknown, limit=None, sort=None))
        return sum(
            bool(record["reason"]) or record["asked"].timestamp() < now - SETTLED_AFTER
            for record in records_of(table_of(rows))
        )

    def table(self, part: slice | None = None) -> Table:
        """Return their columns; every part has the same ones."""
        if part is None:
            with gc_paused():
                return table_of(self._all())
        if self._names is None:
            self._names = parameter_columns(self._queries.parameter_names(self.ids()))
        return table_of(self._queries.rows_of(self.ids()[part]), self._names)

    def _all(self) -> list[TaskRow]:
        if self._ids is None:
            return self._queries.rows(self._query)
        return self._queries.rows_of(self._ids)

    def filtered(
        self, filters: Filters, limit: int | None, sort: SortKey | None = None
    ) -> "DatabaseRows":
        """Return those of them that *filters* hold of, in the order of *sort*, *limit* at most."""
        check_actions(filters, self._queries.actions)
        limits = [number for number in (self._query.limit, limit) if number is not None]
        filtered = (*self._query.filters, filters)
        return DatabaseRows(
            self._queries,
            Query(
                filtered,
                min(limits, default=None),
                self._query.among,
                sort or self._query.sort,
            ),
        )

    def picked(self, places: Iterable[int]) -> "DatabaseRows":
        """Return those at some places, in that order."""
        ids = self.ids()
        chosen = [ids[place] for place in places]
        return DatabaseRows(self._queries, Query(among=tuple(chosen)), chosen)

    def grouped(self, by: str) -> "tuple[DatabaseRows, list[tuple[str, int]]]":
        """Return them with those of one group together, and each group with how many it has."""
        groups: dict[str, list[int]] = {}
        for number, key in self._queries.groups(self._query, by):
            groups.setdefault(str(key), []).append(number)
        ids = [number for some in groups.values() for number in some]
        rows = DatabaseRows(self._queries, Query(among=tuple(ids)), ids)
        return rows, [(key, len(some)) for key, some in groups.items()]

    def part(self, part: slice) -> "DatabaseRows":
        """Return some of them; what a long list begins with is read without all the rest."""
        limits = [end for end in (self._query.limit, part.stop) if end is not None]
        if self._ids is None and _is_beginning(part):
            ids = self._queries.ids(self._query._replace(limit=min(limits)))[part]
        else:
            ids = self.ids()[part]
        return DatabaseRows(self._queries, Query(among=tuple(ids)), ids)


def _is_beginning(part: slice) -> bool:
    """Tell whether *part* counts from the beginning and ends somewhere."""
    ends = (part.start or 0, part.stop, part.step or 1)
    return all(isinstance(end, int) and end >= 0 for end in ends)
