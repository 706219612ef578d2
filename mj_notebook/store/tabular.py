"""Tabular: rows as a sequence of plain values, as records, and as a table of pandas."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, overload

from mj_notebook.errors import NoSuchRow
from mj_notebook.language import translated
from mj_notebook.settings.argument_types import checked, public
from mj_notebook.store.dataframe import import_pandas

_Row = TypeVar("_Row")


def row_place(index: int, count: int) -> int:
    """
    Return the place of row *index*, which may be counted from the end.

    Raises:
        NoSuchRow: There is none among so many.
    """
    try:
        return range(count)[index]
    except IndexError:
        raise NoSuchRow(
            translated("There is no row {index!r}.", index=index),
            hint=translated("Take [0] to [{last}].", last=count - 1)
            if count
            else translated("It has no rows."),
        ) from None


@public
class Tabular(Sequence[_Row]):
    """
    Rows that are also a table.

    A kind of table says what its records and its bundle are; `columns` names the columns that a
    table without rows has too.
    """

    columns: Sequence[str] | None = None

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._rows = tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> _Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_Row]: ...
    @checked
    def __getitem__(self, index: int | slice) -> _Row | Sequence[_Row]:
        if isinstance(index, slice):
            return self._rows[index]
        return self._rows[row_place(index, len(self))]

    def __iter__(self) -> Iterator[_Row]:
        return iter(self._rows)

    @abstractmethod
    def to_records(self) -> list[dict[str, Any]]:
        """Return the rows as flat records."""

    def to_pandas(self) -> Any:
        """
        Return the rows as a pandas DataFrame.

        Raises:
            UsageError: pandas is not installed.
        """
        return import_pandas().DataFrame.from_records(self.to_records(), columns=self.columns)

    def __repr__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    @abstractmethod
    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]: ...
