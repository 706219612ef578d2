"""A history in PostgreSQL, for a team: one connection a kernel, one writer at a time."""

import selectors
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mj_notebook.errors import StoreError
from mj_notebook.language import marked, translated
from mj_notebook.settings.places import DatabaseAddress
from mj_notebook.store.connection import Connection, Rows, Statement, Values, nothing_like_that
from mj_notebook.store.migrations import MIGRATIONS, NewerDatabase, applied, migrate
from mj_notebook.store.postgres_errors import is_for_good, is_starting, postgres_error
from mj_notebook.store.postgres_sql import FUNCTIONS, in_postgres

if TYPE_CHECKING:
    import psycopg

BEGIN = "BEGIN IMMEDIATE"
"""Begins a transaction as the one writer, in the words of SQLite."""
AS_WRITER = "SELECT pg_advisory_xact_lock(7061962311)"
"""Waits until nobody else writes: the number is any that no other program is likely to take."""
_IS_READ_ONLY = "SELECT current_setting('transaction_read_only')"
_SETTINGS = (
    # A kernel that stops in the middle of a writing (its laptop is closed) gives its place up after
    # that long, and nobody waits for it for much longer.
    "SET idle_in_transaction_session_timeout = '20s'; SET lock_timeout = '30s';"
    # A few rows are asked for, of tables that are in memory or on a disk without a needle: to read
    # a whole one, or to compile a question first, is what takes long.
    " SET random_page_cost = 1.1; SET jit = off"
)
# Seconds that nobody answers for, or nobody may write: a database that is started again, or in the
# place of which another one steps in, is back by then.
_CONNECT_TIMEOUT, _BACK_AGAIN, _PAUSE = 5, 15.0, 0.25
# Seconds for which a connection that was just used is still there, as far as can be told from here.
_SURE = 10.0
# SQLite refuses numbers beyond it, and so does this: PostgreSQL would compare them with a column
# and find nothing, without a word.
_LARGEST = 2**63
_AT_ONCE = 100
_Answer = tuple[int, tuple[Any, ...] | None]
_Result = TypeVar("_Result")
_INSTALL = marked('Run pip install "mj-notebook[team]" and restart the kernel.')


class _Translated:
    """A connection that takes the store's SQL."""

    def __init__(self, connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
        self.own = connection

    def execute(self, statement: str, values: Values = (), /) -> Rows:
        if statement == BEGIN:
            return self._begin()
        return self.own.execute(in_postgres(statement), _sound(values))

    def _begin(self) -> Rows:
        """Begin as the one writer; where nobody may write now this is known before all else."""
        import psycopg

        cursor = self.own.execute(f"BEGIN; {AS_WRITER}; {_IS_READ_ONLY}")
        while cursor.nextset():
            pass
        if cursor.fetchall() == [("on",)]:
            self.own.execute("ROLLBACK")
            raise psycopg.errors.ReadOnlySqlTransaction
        return cursor

    def executemany(self, statement: str, rows: Iterable[Values], /) -> "_Changed":
        changed, left = 0, iter(rows)
        # Some at once: a question for each of a thousand tasks takes a thousand times the way.
        while some := [(statement, row) for row in islice(left, _AT_ONCE)]:
            changed += sum(count for count, _ in self.send(some))
        return _Changed(changed)

    def send(self, statements: Sequence[Statement], *, first: str = "") -> list[_Answer]:
        """
        Send *statements* in one message, which is one transaction where none was begun.

        Returns:
            Of each how many rows it changed, and the first row that it gave.
        """
        import psycopg

        with psycopg.ClientCursor(self.own) as cursor:
            said = [cursor.mogrify(in_postgres(one), _sound(values)) for one, values in statements]
            cursor.execute("; ".join([first, *said] if first else said).encode())
            answers = [_answer(cursor)]
            while cursor.nextset():
                answers.append(_answer(cursor))
        return answers[len(answers) - len(said) :]

    @property
    def is_doubtful(self) -> bool:
        """Whether it is broken, or the database has said something that nobody asked for."""
        if self.own.closed:
            return True
        with selectors.DefaultSelector() as heard:
            heard.register(self.own.fileno(), selectors.EVENT_READ)
            return bool(heard.select(0))


class _Changed(NamedTuple):
    rowcount: int


def _answer(cursor: "psycopg.ClientCursor[tuple[Any, ...]]") -> _Answer:
    return cursor.rowcount, cursor.fetchone() if cursor.description else None


class PostgresDatabase:
    """
    The history at *address*, usable from any thread; any number of kernels may have it open.

    Attributes:
        quarantined: None; what goes wrong with its disk is for who runs the database.
        salvaged: 0.
        network: "", since the database keeps its writers apart itself.
        is_shared: True: several machines may have it open.
    """

    quarantined: Path | None = None
    salvaged = 0
    network = ""
    has_shared_memory = True
    is_shared = True

    def __init__(
        self, address: DatabaseAddress, *, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._address, self._elapsed = address, elapsed
        self._lock = threading.RLock()
        self._is_closed = self._is_writing = False
        self._used_at = elapsed()
        self._away_since: float | None = None
        self._read_only_since: float | None = None
        # What is starting is waited for; who gives a wrong address is told so at once.
        self._connection: _Translated | None = self._patiently_connected(is_starting)
        try:
            with self._errors():
                self._migrate(self._connection)
        except BaseException:
            self._connection.own.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Do all that happens inside at once, or nothing of it, while nobody else writes."""
        with self._lock, self._errors():
            if self._is_writing:  # it is part of a larger one
                assert self._connection is not None
                yield self._connection
                return
            try:
                self._as_soon_as_writable(lambda: self._asked(BEGIN))
                connection, self._is_writing = self._connection, True
                assert connection is not None
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(Exception):  # of a connection that broke nothing is left
                    if self._connection is not None:
                        self._connection.execute("ROLLBACK")
                raise
            finally:
                self._is_writing = False

    def write(self, statement: str, values: Values) -> int:
        """Run one statement, a transaction of its own; return how many rows it changed."""
        return self.write_all([(statement, values)])[0]

    def write_all(self, statements: Sequence[Statement]) -> list[int]:
        """Run *statements*, all or none of them; return how many rows each changed."""
        if len(statements) > _AT_ONCE:
            with self.transaction():
                parts = range(0, len(statements), _AT_ONCE)
                some = [self._written(statements[at : at + _AT_ONCE]) for at in parts]
            return [count for part in some for count, _ in part]
        return [count for count, _ in self._written(statements)]

    def insert(self, statement: str, values: Values) -> int:
        """Insert one row, and return its number; 0 where a condition of it does not hold."""
        ((_, row),) = self._written([(f"{statement} RETURNING id", values)])
        return int(row[0]) if row else 0

    def _written(self, statements: Sequence[Statement]) -> list[_Answer]:
        with self._lock, self._errors():
            if self._is_writing:
                assert self._connection is not None
                return self._connection.send(statements)
            return self._as_soon_as_writable(lambda: self._sure().send(statements, first=AS_WRITER))

    def _as_soon_as_writable(self, write: Callable[[], _Result]) -> _Result:
        """
        Write; where it is read-only, as while another one steps in, again for a while.

        Nothing was written then, so nothing is written twice.
        """
        import psycopg

        while True:
            try:
                written = write()
            except psycopg.errors.ReadOnlySqlTransaction:
                now = self._elapsed()
                if self._read_only_since is None:
                    self._read_only_since = now
                if now - self._read_only_since >= _BACK_AGAIN:
                    raise
                time.sleep(_PAUSE)
                self._reconnect()  # behind the same address there may be another one by now
            else:
                self._read_only_since = None
                return written

    def _sure(self) -> _Translated:
        """
        Return a connection that is there: what writes in one message is not sent a second time.

        A question that changes nothing finds out, where it was not used just now.
        """
        known = self._connection
        is_fresh = self._elapsed() - self._used_at < _SURE
        if self._is_closed or known is None or not is_fresh or known.is_doubtful:
            self._asked("SELECT 1")
        self._used_at = self._elapsed()
        assert self._connection is not None
        return self._connection

    def read(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Return the rows of *query*."""
        try:
            with self._lock, self._errors():
                return self._asked(query, values).fetchall()
        except (UnicodeEncodeError, OverflowError) as error:
            raise nothing_like_that() from error

    def was_rewritten(self) -> bool:
        """Tell that it was not: nobody removes a database like a file."""
        return False

    def check_writable(self) -> None:
        """Raise `StoreError` when nothing can be written."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO gaps (server, kind, name, why, learned_at) VALUES (?, ?, ?, ?, ?)",
                ("", "trial", str(time.time_ns()), "", 0.0),
            )
            connection.execute("DELETE FROM gaps WHERE server = '' AND kind = 'trial'")

    def close(self) -> None:
        """Close the connection; what was written stays."""
        with self._lock:
            self._is_closed = True
            if self._connection is not None:
                self._connection.own.close()

    def _asked(self, query: str, values: Values = ()) -> Rows:
        """Ask; after the database was away once more, since a question changes nothing."""
        import psycopg

        if self._is_closed:
            raise StoreError(
                translated("The history is closed."), hint=translated("Open a new session.")
            )
        self._used_at = self._elapsed()
        try:
            connection = self._connection or self._reconnect()
            return connection.execute(query, values)
        except psycopg.OperationalError:
            is_whole = self._connection is not None and not self._connection.own.broken
            # What was written before in the same transaction is lost with its connection.
            if is_whole or self._is_writing:
                raise
            return self._reconnect().execute(query, values)

    def _reconnect(self) -> _Translated:
        """Connect anew, with some patience, once: it was there before."""
        if self._connection is not None:
            self._connection.own.close()
        self._connection = self._patiently_connected(lambda error: not is_for_good(error))
        return self._connection

    def _patiently_connected(self, passes: Callable[[Exception], bool]) -> _Translated:
        try:
            import psycopg
        except ImportError:
            raise StoreError(
                translated(
                    "A history in PostgreSQL needs the package psycopg, which is not installed."
                ),
                hint=translated(_INSTALL),
            ) from None
        if self._away_since is None:
            self._away_since = self._elapsed()
        with self._errors():
            while True:
                try:
                    connected = self._connect()
                except psycopg.Error as error:
                    if not passes(error) or self._elapsed() - self._away_since >= _BACK_AGAIN:
                        raise
                    time.sleep(_PAUSE)
                else:
                    self._away_since = None
                    return connected

    def _connect(self) -> _Translated:
        import psycopg

        # None leaves it to what its own client knows: PGPASSWORD, ~/.pgpass, a socket's peer.
        password = self._address.password.reveal() or None
        own = psycopg.connect(
            self._address.url,
            autocommit=True,  # transactions are begun and ended where they are seen
            connect_timeout=_CONNECT_TIMEOUT,
            application_name="mj_notebook",
            client_encoding="utf8",
            # Values are written into the statement: their types need no guessing then.
            cursor_factory=psycopg.ClientCursor,
            password=password,
            keepalives_idle=30,  # a line that is dead is known to be so within a minute
            keepalives_interval=10,
            keepalives_count=3,
        )
        own.execute(_SETTINGS)
        return _Translated(own)

    def _migrate(self, connection: _Translated) -> None:
        if set(applied(connection)) >= {name for name, _ in MIGRATIONS}:
            migrate(connection)  # which refuses what is newer, and writes nothing: readers may
            return
        import psycopg

        try:
            connection.execute(BEGIN)
            connection.own.execute(f"{FUNCTIONS} COMMIT")
            migrate(connection)
        except (
            psycopg.errors.InsufficientPrivilege,
            psycopg.errors.ReadOnlySqlTransaction,
        ):
            raise StoreError(
                translated(
                    "The history in {address} is empty, or of an older version of"
                    " mj_notebook, and you may not bring it up to date.",
                    address=self._address.shown,
                ),
                hint=translated("Whoever owns its tables opens it once with this version."),
            ) from None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Say in one sentence what goes wrong; the driver's own words may hold the password."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise postgres_error(error, self._address) from None
        except NewerDatabase:
            raise StoreError(
                translated(
                    "The history in {address} was written by a newer version of mj_notebook.",
                    address=self._address.shown,
                ),
                hint=translated(
                    "Run pip install -U mj-notebook, or choose another one with MJ_STORE."
                ),
            ) from None


def _sound(values: Values) -> Values:
    """Leave out what no text of PostgreSQL may hold."""
    if isinstance(values, Sequence):
        return tuple(_text(value) for value in values)
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> Any:
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise OverflowError(translated("The number is too large for a column."))
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
