"""The database file: opened with care, one connection for all threads, one writer at a time."""

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mj_notebook.errors import StoreError
from mj_notebook.language import translated
from mj_notebook.settings.private_files import make_private_file, make_private_folder
from mj_notebook.store.carry_over import carry_over
from mj_notebook.store.connection import Statement, Values, nothing_like_that
from mj_notebook.store.database_errors import shown_folder, store_error
from mj_notebook.store.migrations import NewerDatabase, applied, migrate
from mj_notebook.store.network_folders import network_type, read_mounts
from mj_notebook.store.salvage import salvage
from mj_notebook.store.sql import FILE_KNOWS_NONE

FILE = "history.sqlite3"
# Seconds a statement waits for another kernel that is writing.
BUSY_TIMEOUT = 10.0
# How often a file that is removed while it is opened is opened anew.
_OPENINGS = 5
_IN_MEMORY = ":memory:"
_NO_FOLDER = Path(_IN_MEMORY)
# Both are told by SQLite alone of a file whose bytes are wrong; whatever else fails (no room, a
# lock, no right) is no reason to set a history aside.
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

# A child that is forked in the middle of a writing takes the lock that SQLite notes in memory with
# it, and waits for it for ever; so does one that is forked while SQLite itself holds a mutex. All
# statements end first. The child has the thread that took the locks, so it can give them back.
_OPEN: "weakref.WeakSet[Database]" = weakref.WeakSet()
# Guards the set of open databases against one that is opened while a fork walks it.
_OPENING = threading.Lock()
_HELD: "list[Database]" = []


def _hold_all() -> None:
    _OPENING.acquire()
    for database in tuple(_OPEN):
        database.hold()
        _HELD.append(database)


# Of the parent and of the child alike: each has its own copy of the locks, and both took them.
def _release_all() -> None:
    while _HELD:
        _HELD.pop().release()
    _OPENING.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold_all, after_in_parent=_release_all, after_in_child=_release_all)


class Database:
    """
    The history's file in *folder*, usable from any thread; several kernels may have it open.

    Without a folder it is in memory, and ends with this object.

    Attributes:
        quarantined: Where a damaged file was moved to when this one was opened, or None.
        salvaged: How many tasks could be taken over from it.
        network: The type of the network file system that it is on, "" for a local one.
        is_shared: False: it is no database of a team.
    """

    is_shared = False

    def __init__(
        self,
        folder: Path | None,
        *,
        busy_timeout: float = BUSY_TIMEOUT,
        mounts: Callable[[], str] = read_mounts,
    ) -> None:
        self._mounts = mounts
        self._folder, self._busy_timeout = folder or _NO_FOLDER, busy_timeout
        # Put together once: each writing looks at both.
        self._file, self._journal_file = self._folder / FILE, self._folder / f"{FILE}-wal"
        # One connection for all threads; a transaction calls `write` inside of it.
        self._lock = threading.RLock()
        with _OPENING:
            _OPEN.add(self)
        self.quarantined: Path | None = None
        self.salvaged = 0
        self.network = ""
        self._journal: tuple[int, int] | None = None
        self._is_rewritten = False
        if folder is None:
            self._connection = _open_migrated(_IN_MEMORY, busy_timeout)
            # Nobody closes it: lists of it are made from one another.
            weakref.finalize(self, self._connection.close)
            return
        with self._lock:
            self._connect(folder)

    def hold(self) -> None:
        """Let no statement begin until `release`; waits for the one that runs."""
        self._lock.acquire()

    def release(self) -> None:
        """Let statements begin again."""
        self._lock.release()

    def _connect(self, folder: Path) -> None:
        try:
            for _ in range(_OPENINGS):
                if self._connect_once(folder):
                    return
            raise StoreError(
                translated(
                    "The history in {folder} goes away again and again while it is opened.",
                    folder=shown_folder(folder),
                ),
                hint=translated("See who removes it, or choose another folder with MJ_STORE."),
            )
        except (sqlite3.Error, OSError) as error:
            raise store_error(error, folder) from error
        except NewerDatabase as error:
            raise StoreError(
                translated(
                    "The history in {folder} was written by a newer version of mj_notebook.",
                    folder=shown_folder(folder),
                ),
                hint=translated(
                    "Run pip install -U mj-notebook, or choose another folder with MJ_STORE."
                ),
            ) from error

    def _connect_once(self, folder: Path) -> bool:
        """
        Open the file; tell whether it is still where it was.

        One that is removed in the middle of this can be opened all the same, and then nobody else
        would see what is written; or its journal went first, and SQLite calls it a broken disk.
        """
        make_private_folder(folder)
        make_private_file(self._file)
        identity = _identity(self._file)
        self.network = network_type(folder.resolve(), self._mounts())
        try:
            connection = self._open(self._file)
        except (sqlite3.Error, OSError):
            if _identity(self._file) == identity:
                raise
            return False
        # A damaged file was set aside: the one in its place has another identity.
        identity = _identity(self._file) if self.quarantined else identity
        if identity is None or _identity(self._file) != identity:
            connection.close()
            return False
        self._connection, self._identity = connection, identity
        self._journal = _identity(self._journal_file)
        return True

    def was_rewritten(self) -> bool:
        """Tell, once, whether the file went away and what is known was written into a new one."""
        with self._lock:
            told, self._is_rewritten = self._is_rewritten, False
            return told

    def _stay_in_place(self) -> None:
        """
        Write all that is known into a new file where this one was removed or moved.

        It could be written to all the same, and nobody would ever read that. Called with the lock,
        before each writing: it costs one look at the folder.
        """
        if self._folder == _NO_FOLDER or self._connection.in_transaction:
            return
        is_in_place = _identity(self._file) == self._identity
        # The journal alone may be removed, by who tidies up what looks like rubbish: what was
        # written since its last checkpoint is in it, and no other kernel would see that.
        has_journal = self._journal is None or (_identity(self._journal_file) == self._journal)
        if is_in_place and has_journal:
            return
        if is_in_place:
            self._move_to_memory()
        known, identity = self._connection, self._identity
        self._connect(self._folder)
        try:
            carry_over(known, self._connection)
        except BaseException:  # it is tried again with the next writing: `known` is all there is
            self._connection.close()
            self._connection, self._identity = known, identity
            raise
        known.close()
        self._is_rewritten = True

    def _move_to_memory(self) -> None:
        """
        Hold all that is known in memory, and close the file.

        SQLite keeps one table of pages for all connections of a process to one file: a new one
        would look into the journal that is gone as long as this one is open.
        """
        copy = sqlite3.connect(_IN_MEMORY, isolation_level=None, check_same_thread=False)
        self._connection.backup(copy)
        self._connection.close()
        self._connection = copy

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            return self._open_migrated(path)
        except sqlite3.DatabaseError as error:
            # The low byte is the kind; SQLite puts details above it.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                raise
        # Two kernels that find the same damage must not both move it: the second would move the new
        # file.
        with _exclusive_lock(self._folder):
            try:
                return self._open_migrated(path)  # another kernel has set it aside meanwhile
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                    raise
            self.quarantined = _quarantine(path)
            connection = self._open_migrated(path)
            self.salvaged = salvage(self.quarantined, connection)
            return connection

    def _open_migrated(self, path: Path) -> sqlite3.Connection:
        return _open_migrated(path, self._busy_timeout, is_shared=bool(self.network))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all that happens inside at once, or nothing of it."""
        with self._lock:
            try:
                self._stay_in_place()
                connection = self._connection
                # As the writer from the start: one that reads first and writes later is refused,
                # and not let wait, where another kernel wrote in between.
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

    def write(self, statement: str, values: Values) -> int:
        """Run one statement, a transaction of its own; return how many rows it changed."""
        return self._written(statement, values).rowcount

    def write_all(self, statements: Sequence[Statement]) -> list[int]:
        """Run *statements*, all or none of them; return how many rows each changed."""
        with self.transaction() as connection:
            return [connection.execute(one, values).rowcount for one, values in statements]

    def insert(self, statement: str, values: Values) -> int:
        """Insert one row, and return its number; 0 where a condition of it does not hold."""
        cursor = self._written(statement, values)
        return (cursor.lastrowid or 0) if cursor.rowcount == 1 else 0

    def _written(self, statement: str, values: Values) -> sqlite3.Cursor:
        with self._lock:
            try:
                self._stay_in_place()
                return self._connection.execute(statement, values)
            except sqlite3.Error as error:
                raise store_error(error, self._folder) from error

    def check_writable(self) -> None:
        """Raise `StoreError` when nothing can be written."""
        with self.transaction() as connection:
            connection.execute("CREATE TABLE trial (x)")
            connection.execute("DROP TABLE trial")

    @property
    def has_shared_memory(self) -> bool:
        """Whether its journal is the fast one, which no network file system can share."""
        return self.read("PRAGMA journal_mode") == [("wal",)]

    def read(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Return the rows of *query*."""
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise store_error(error, self._folder) from error
            except (UnicodeEncodeError, OverflowError) as error:
                raise nothing_like_that() from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from all others, whatever it is called; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _open_migrated(
    path: Path | str, busy_timeout: float, *, is_shared: bool = False
) -> sqlite3.Connection:
    """Open *path* and bring it to today's shape; nothing stays open when that fails."""
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout,
        isolation_level=None,  # transactions are begun and ended by us, where they are seen
        check_same_thread=False,  # the lock of `Database` keeps threads apart
    )
    try:
        _set_pragmas(connection, is_shared=is_shared)
        for name in FILE_KNOWS_NONE:
            connection.create_function(name, 0, lambda: None)
        _refuse_foreign(connection)
        migrate(connection)
    except BaseException:
        # An open connection would keep its lock on the file, and nobody could close it.
        connection.close()
        raise
    return connection


def _set_pragmas(connection: sqlite3.Connection, *, is_shared: bool) -> None:
    """Choose the fast and safe journal; where a file system refuses it, stay with the slow one."""
    # 4 MB of pages, not 2: what a search of a million tasks looks at each time stays in memory.
    connection.execute("PRAGMA cache_size = -4000")
    # Asked before it is changed: to change it needs the file alone, and most often it is right.
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if is_shared:
        if mode == "wal":
            # Fails while another kernel has it open; the next one that is alone changes it.
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        return
    if mode != "wal":
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            # Another kernel is opening it right now, or the file system has no shared memory.
            if "readonly" in str(error):
                raise
    if mode == "wal":
        # With this journal a power cut may take the last moments, but never the file; waiting for
        # the disk at each commit would make a cell wait that only writes its intent.
        connection.execute("PRAGMA synchronous = NORMAL")


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    # Somebody may point MJ_STORE at a folder of another program: its file must stay as it is.
    if tables and not applied(connection):
        raise sqlite3.OperationalError("it belongs to another program")


def _quarantine(path: Path) -> Path:
    """Rename a damaged file and its journals to the first free name; nothing is overwritten."""
    number = 1
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(target)
    for journal in ("-wal", "-shm"):
        # They belong to the damaged file: left there, SQLite would play them into the new one.
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
    # A file of its own: the history itself is about to be renamed, and a lock would go with it.
    with (folder / "history.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
