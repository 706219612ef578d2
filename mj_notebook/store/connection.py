"""What the two databases have in common: how a statement is run, and how a history is kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from mj_notebook.errors import UsageError
from mj_notebook.language import translated

Values = Sequence[Any] | Mapping[str, Any]
Statement = tuple[str, Values]
"""One statement with its values."""


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Any:
        """Return the next row, None after the last."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Changed(Protocol):
    """What a statement that was run for several rows has done."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed in all."""


class Connection(Protocol):
    """Runs statements, inside of a transaction."""

    def execute(self, statement: str, values: Values = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, statement: str, rows: Iterable[Values], /) -> Changed:
        """Run one statement for each of *rows*."""


class HistoryDatabase(Protocol):
    """Where a history is kept: a file of SQLite, or PostgreSQL; see `Database`."""

    quarantined: Path | None
    salvaged: int
    network: str
    is_shared: bool

    @property
    def has_shared_memory(self) -> bool:
        """Whether kernels of one machine alone may share it."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """Do all that happens inside at once, or nothing of it."""

    def write(self, statement: str, values: Values) -> int:
        """Run one statement, a transaction of its own; return how many rows it changed."""

    def write_all(self, statements: Sequence[Statement]) -> list[int]:
        """Run *statements*, all or none of them; return how many rows each changed."""

    def insert(self, statement: str, values: Values) -> int:
        """Insert one row, and return its number; 0 where a condition of it does not hold."""

    def read(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Return the rows of *query*."""

    def was_rewritten(self) -> bool:
        """Tell, once, whether all that is known had to be written anew."""

    def check_writable(self) -> None:
        """Raise `StoreError` when nothing can be written."""

    def close(self) -> None:
        """Close it; what was written stays."""


def nothing_like_that() -> UsageError:
    """Return the error for what no column can hold, so that no question can find it."""
    return UsageError(
        translated("History holds nothing like that: half a sign, or a number beyond all bounds."),
        hint=translated("Write it again."),
    )
