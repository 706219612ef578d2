"""A list of tasks as people read it: a lazy sequence of flat records, and the ways out of it."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.language.sentences import plain
from mj_notebook.settings.argument_types import public
from mj_notebook.store.export import read_file, write_csv, write_parquet
from mj_notebook.store.filters import read_filters, read_limit, read_sort
from mj_notebook.store.query_rows import DatabaseRows
from mj_notebook.store.record_columns import Record, records_of
from mj_notebook.store.rows_of_files import rows_of_file
from mj_notebook.store.tabular import row_place

if TYPE_CHECKING:
    import pandas as pd

# Going through a long list holds one page in memory, and asks a few hundred times less than row by
# row.
_PAGE = 500


@public
class Listing(Sequence[Record]):
    """
    Tasks, the newest first, as flat records with the same keys.

    ``pandas.DataFrame(listing)`` and polars take it as it is; `to_pandas` gives typed columns.
    """

    def __init__(self, rows: DatabaseRows, *, now: Callable[[], float]) -> None:
        self._rows, self._now = rows, now

    def _derive(self, rows: DatabaseRows) -> Self:
        return type(self)(rows, now=self._now)

    def __len__(self) -> int:
        return self._rows.count()

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Record | Self:
        if isinstance(index, slice):
            return self._derive(self._rows.part(index))
        place = self._place(index)
        (found,) = records_of(self._rows.table(slice(place, place + 1)))
        return found

    def _place(self, index: object) -> int:
        """Return where *index* is, counted from the front; refuse what is none."""
        try:
            return row_place(plain(index), len(self))
        except TypeError:
            raise UsageError(
                translated("{index!r} is no place in this list.", index=index),
                hint=translated(
                    '[0] is the newest task. mj.job("{index}") finds one by its id.', index=index
                )
                if isinstance(index, str) and index.isdigit()
                else translated(
                    "[0] is the newest task; .where(…) and .search(…) narrow the list."
                ),
            ) from None

    @property
    def numbers(self) -> list[int]:
        """The numbers of the tasks in the database."""
        return self._rows.ids()

    def __iter__(self) -> Iterator[Record]:
        for start in range(0, len(self), _PAGE):
            yield from records_of(self._rows.table(slice(start, start + _PAGE)))

    def where(self, *, limit: int | None = None, sort: str | None = None, **wanted: Any) -> Self:
        """
        Return those of which *wanted* holds too; see `filters.read_filters` for the words.

        Args:
            limit: How many at most.
            sort: A column or a parameter: "rating" (the best first), "seed", "stylize desc".
            **wanted: What must hold.
        """
        filters = read_filters(now=self._now(), **wanted)
        return self._derive(self._rows.filtered(filters, read_limit(limit), read_sort(sort)))

    def grouped(self, by: str) -> tuple[Self, list[tuple[str, int]]]:
        """
        Return those of one group together, and each group with how many it has.

        Args:
            by: A column or a parameter; "prompt" is its words, without the parameters.

        Raises:
            UsageError: There is none of that name.
        """
        key = read_sort(by, "grouped")
        assert key is not None
        rows, groups = self._rows.grouped(key.name)
        return self._derive(rows), groups

    def search(self, text: str) -> Self:
        """Return those with the words of *text*, or words beginning so, in prompts or notes."""
        return self.where(text=text)

    def to_columns(self) -> dict[str, list[Any]]:
        """Return the records column by column, for ``polars.DataFrame`` and the like."""
        table = self._rows.table()
        records = records_of(table)
        return {name: [record[name] for record in records] for name in table}

    def images(self) -> list[Record]:
        """
        Return one record for each picture: four for a grid, by their places in it.

        Beside what tells where it comes from, a record has *tile* (1 to 4 as on the buttons, 0
        for a picture that is whole) and *left*, *top*, *right*, *bottom*: the part of the file
        it is, as shares of its width and height.
        """
        return [tile for record in self if record["sha256"] for tile in _tiles(record)]

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """
        Write the records as CSV and return where.

        An empty text is written like an unknown one; Parquet keeps every value as it is.
        """
        return write_csv(self._rows.table(), path)

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """
        Write the records as Parquet and return where.

        Raises:
            UsageError: pyarrow is not installed, or the file can't be written.
        """
        return write_parquet(self._rows.table(), path)

    @classmethod
    def read(cls, path: str | os.PathLike[str], *, now: Callable[[], float] = time.time) -> Self:
        """
        Return the records of a file that `to_csv` or `to_parquet` wrote; it can be filtered too.

        Raises:
            UsageError: It is not there, or is something else.
        """
        return cls(rows_of_file(read_file(path)), now=now)

    def to_pandas(self) -> "pd.DataFrame":
        """
        Return a DataFrame with typed columns.

        Times are UTC, `queued` and `ran` are timedeltas, and each parameter that is common or
        occurs has a column: numbers for ``stylize``, text for ``version``, True for flags.

        Raises:
            UsageError: pandas is not installed.
        """
        from mj_notebook.store.dataframe import frame_of

        return frame_of(self._rows.table())


_ABOUT = ("task", "server", "asked", "action", "prompt", "seed", "rating", "tags", "sha256", "file")
_HALVES = ((0.0, 0.5), (0.5, 1.0))


def _tiles(record: Record) -> Iterator[Record]:
    about = {name: record[name] for name in _ABOUT}
    # A picture that is whole is one tile of itself.
    if record["tiles"] != 4:
        yield about | {"tile": 0, "left": 0.0, "top": 0.0, "right": 1.0, "bottom": 1.0}
        return
    for number in range(4):
        (top, bottom), (left, right) = _HALVES[number // 2], _HALVES[number % 2]
        box = {"left": left, "top": top, "right": right, "bottom": bottom}
        yield about | {"tile": number + 1} | box
