"""The database's shape as ordered steps."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mj_notebook.errors import StoreError
from mj_notebook.store.connection import Connection
from mj_notebook.store.database import FILE
from mj_notebook.store.history import Store
from mj_notebook.store.migrations import MIGRATIONS, NewerDatabase, applied, migrate
from tests.store.making import task


def _open(path: Path | str = ":memory:") -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def _shape(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_steps_are_named_in_their_order() -> None:
    """Names sort as they run, so a list of them tells the history."""
    names = [name for name, _ in MIGRATIONS]
    assert names == sorted(names)
    assert len(set(names)) == len(names)


def test_a_new_file_gets_every_step_and_their_record() -> None:
    """A second run changes nothing."""
    with closing(_open()) as connection:
        assert applied(connection) == ()
        migrate(connection)
        shape = _shape(connection)
        assert applied(connection) == tuple(name for name, _ in MIGRATIONS)
        migrate(connection)
        assert _shape(connection) == shape


@pytest.mark.parametrize("done", range(len(MIGRATIONS)))
def test_an_older_file_comes_to_the_same_shape(done: int) -> None:
    """From wherever it stood, the rest of the steps leads to the same tables."""
    with closing(_open()) as new, closing(_open()) as old:
        migrate(new)
        migrate(old, MIGRATIONS[:done])
        migrate(old)
        assert _shape(old) == _shape(new)


def test_a_step_that_fails_leaves_all_as_it_was() -> None:
    """Steps and their records are one transaction; what ran earlier stays."""

    def broken(connection: Connection) -> None:
        connection.execute("CREATE TABLE half (x)")
        connection.execute("nonsense")

    with closing(_open()) as connection:
        migrate(connection, MIGRATIONS[:3])
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, (*MIGRATIONS, ("999 broken", broken)))
        assert not connection.in_transaction
        assert applied(connection) == tuple(name for name, _ in MIGRATIONS[:3])
        assert "half" not in [name for _, name, _ in _shape(connection)]


def test_a_newer_file_is_refused_and_not_touched() -> None:
    """Steps nobody here knows mean that another version writes it."""
    with closing(_open()) as connection:
        migrate(connection, (*MIGRATIONS, ("999 later", lambda _: None)))
        shape = _shape(connection)
        with pytest.raises(NewerDatabase):
            migrate(connection)
        assert _shape(connection) == shape


def test_a_newer_store_is_refused_with_one_sentence(tmp_path: Path) -> None:
    """What to do is said, and what is in it stays readable for the newer version."""
    with Store(tmp_path) as store:
        store.save_tasks([("x", task("17"))])
    with closing(_open(tmp_path / FILE)) as connection:
        connection.execute("INSERT INTO migrations (name) VALUES ('999 later')")
    with pytest.raises(StoreError, match="newer version") as raised:
        Store(tmp_path)
    assert "pip install -U mj-notebook" in raised.value.hint
    with closing(_open(tmp_path / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM tasks").fetchone() == (1,)
