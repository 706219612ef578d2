"""The tasks of a list that are in the database; read in parts, or all at once."""

from mj_notebook.store.filters import Filters
from mj_notebook.store.query import Query, Reading, Row
from mj_notebook.store.record_columns import Table, table_of, undisturbed, wanted_names


class Kept:
    """
    Tasks in a database.

    Which tasks are in it is settled when somebody first looks; what is known of them is read anew
    each time.
    """

    def __init__(
        self, reading: Reading, query: Query | None = None, ids: list[int] | None = None
    ) -> None:
        self._reading, self._query, self._ids = reading, query or Query(), ids
        self._names: list[str] | None = None

    def count(self) -> int:
        """Return how many there are."""
        return len(self.ids())

    def ids(self) -> list[int]:
        """Return the numbers of the tasks."""
        if self._ids is None:
            self._ids = self._reading.ids(self._query)
        return self._ids

    def table(self, part: slice | None = None) -> Table:
        """Return their columns; every part has the same ones."""
        if part is None:
            with undisturbed():
                return table_of(self._all())
        if self._names is None:
            self._names = wanted_names(self._reading.parameter_names(self.ids()))
        return table_of(self._reading.rows_of(self.ids()[part]), self._names)

    def _all(self) -> list[Row]:
        if self._ids is None:
            return self._reading.rows(self._query)
        return self._reading.rows_of(self._ids)

    def narrowed(self, filters: Filters, limit: int | None) -> "Kept":
        """Return those of them that *filters* hold of, *limit* at most."""
        limits = [number for number in (self._query.limit, limit) if number is not None]
        filtered = (*self._query.filters, filters)
        return Kept(self._reading, Query(filtered, min(limits, default=None), self._query.among))

    def part(self, part: slice) -> "Kept":
        """Return some of them."""
        ids = self.ids()[part]
        return Kept(self._reading, Query(among=tuple(ids)), ids)
