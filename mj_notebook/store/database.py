"""The database file: opened with care, one connection for all threads, one writer at a time."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mj_notebook.errors import StoreError
from mj_notebook.store.database_errors import shown_folder, store_error
from mj_notebook.store.migrations import NewerDatabase, applied, migrate
from mj_notebook.store.salvage import salvage

FILE = "history.sqlite3"
# Seconds a statement waits for another kernel that is writing.
BUSY_TIMEOUT = 10.0
_IN_MEMORY = ":memory:"
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

Values = Sequence[Any]


class Database:
    """
    The history's file in *folder*, usable from any thread; several kernels may have it open.

    Without a folder it is in memory, and ends with this object.

    Attributes:
        quarantined: Where a damaged file was moved to when this one was opened, or None.
        salvaged: How many tasks could be taken over from it.
    """

    def __init__(self, folder: Path | None, *, busy_timeout: float = BUSY_TIMEOUT) -> None:
        self._folder, self._busy_timeout = folder or Path(_IN_MEMORY), busy_timeout
        self._lock = threading.RLock()
        self.quarantined: Path | None = None
        self.salvaged = 0
        if folder is None:
            self._connection = _open_migrated(_IN_MEMORY, busy_timeout)
            # Nobody closes it: lists of it are made from one another.
            weakref.finalize(self, self._connection.close)
            return
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = self._open(folder / FILE)
        except (sqlite3.Error, OSError) as error:
            raise store_error(error, folder) from error
        except NewerDatabase as error:
            raise StoreError(
                f"The history in {shown_folder(folder)} was written by a newer version of"
                " mj_notebook.",
                hint="Run pip install -U mj-notebook, or choose another folder with MJ_STORE.",
            ) from error

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            return _open_migrated(path, self._busy_timeout)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                raise
        with _exclusive_lock(self._folder):
            try:
                return _open_migrated(
                    path, self._busy_timeout
                )  # another kernel has set it aside meanwhile
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                    raise
            self.quarantined = _quarantine(path)
            connection = _open_migrated(path, self._busy_timeout)
            self.salvaged = salvage(self.quarantined, connection)
            return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all that happens inside at once, or nothing of it."""
        with self._lock:
            connection = self._connection
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    # A full disk may have rolled back by itself.
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise store_error(error, self._folder) from error

    def write(self, statement: str, values: Values) -> sqlite3.Cursor:
        """Run one statement, a transaction of its own."""
        with self._lock:
            try:
                return self._connection.execute(statement, values)
            except sqlite3.Error as error:
                raise store_error(error, self._folder) from error

    def read(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Return the rows of *query*."""
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise store_error(error, self._folder) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _open_migrated(path: Path | str, busy_timeout: float) -> sqlite3.Connection:
    """Open *path* and bring it to today's shape; nothing stays open when that fails."""
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout,
        isolation_level=None,  # transactions are begun and ended by us, where they are seen
        check_same_thread=False,  # the lock of `Database` keeps threads apart
    )
    try:
        _set_pragmas(connection)
        _refuse_foreign(connection)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_pragmas(connection: sqlite3.Connection) -> None:
    """Choose the fast and safe journal; where a file system refuses it, stay with the slow one."""
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            # Another kernel is opening it right now, or the file system has no shared memory.
            if "readonly" in str(error):
                raise
    if mode == "wal":
        connection.execute("PRAGMA synchronous = NORMAL")


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    if tables and not applied(connection):
        raise sqlite3.OperationalError("it belongs to another program")


def _quarantine(path: Path) -> Path:
    """Rename a damaged file and its journals to the first free name; nothing is overwritten."""
    number = 1
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(target)
    for journal in ("-wal", "-shm"):
        beside = path.with_name(path.name + journal)
        if beside.exists():
            beside.rename(target.with_name(target.name + journal))
    return target


@contextmanager
def _exclusive_lock(folder: Path) -> Iterator[None]:
    """Keep other kernels out while a damaged file is moved, where the system can do that."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (folder / "history.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
