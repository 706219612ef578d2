"""What is PostgreSQL's own: who may come in, what goes wrong, and many kernels at once."""

import importlib
import itertools
import pkgutil
import re
import tempfile
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Self

import psycopg
import pytest

import mj_notebook.store as store_package
from mj_notebook.errors import StoreError
from mj_notebook.protocol.requests import Imagine
from mj_notebook.settings.places import DatabaseAddress, database_address
from mj_notebook.settings.settings import Secret
from mj_notebook.store.history import Store
from mj_notebook.store.migrations import MIGRATIONS
from mj_notebook.store.postgres import PostgresDatabase
from mj_notebook.store.postgres_sql import in_postgres
from tests.store.listings import drawn, ids, listing
from tests.store.making import SERVER, accepted, again, intend
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.support.postgres_door import PostgresDoor
from tests.support.rig import PLANTED_SECRET, QUICK, TIMEOUT, Rig

KEY = "k-3f9a"
_IS_STATEMENT = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b")
# What is asked of files alone.
_OF_FILES = (
    "full_text._UNINDEXED[",
    "full_text._BEGINNING_SO[",
    "rows_of_files.",
    "carry_over.",
    "salvage.",
    "deleting._DELETE_WORDS",
)
# A part of others, and what needs the table that the one before it makes.
_NOT_ALONE = ("columns._SELECT[", "deleting._DELETE[5]", "sql._ASKING[")


class Questions:
    """Counts the messages that a history sends to its database, as libpq itself notes them."""

    def __init__(self, store: Store) -> None:
        assert isinstance(store.database, PostgresDatabase)
        connection = store.database._connection
        assert connection is not None
        self._line = connection.own.pgconn

    def count(self) -> int:
        """Return how many were sent so far."""
        self._file.seek(0)
        return sum("\tF\t" in line and "Query" in line for line in self._file)

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile("w+")
        self._line.trace(self._file.fileno())
        return self

    def __exit__(self, *_: object) -> None:
        self._line.untrace()
        self._file.close()


def _refusal(folder: Path, address: DatabaseAddress) -> str:
    """Return why a history can't be opened, with all that a traceback of it would show."""
    with pytest.raises(StoreError) as raised:
        Store(folder, address=address)
    assert raised.value.hint
    shown = "".join(traceback.format_exception(raised.value))
    assert PLANTED_SECRET not in f"{shown}{raised.value!r}{raised.value.hint}"
    return str(raised.value)


def test_who_can_not_come_in_is_told_why(postgres: PostgresServer, tmp_path: Path) -> None:
    """A wrong password, no database and nobody there are one sentence each, without a password."""
    wrong = postgres.address(password=f"{PLANTED_SECRET}-wrong")
    assert "the password is wrong" in _refusal(tmp_path, wrong)
    none = database_address(f"postgresql://admin@127.0.0.1:{postgres.port}/postgres")
    assert "it wants a password, and none is set" in _refusal(tmp_path, none)
    assert "there is no such database" in _refusal(tmp_path, postgres.address("nowhere"))
    nobody = database_address(f"postgresql://a:{PLANTED_SECRET}@127.0.0.1:1/x")
    assert "nobody answers there" in _refusal(tmp_path, nobody)
    nowhere = database_address(f"postgresql://a:{PLANTED_SECRET}@nowhere.invalid/x")
    assert "there is no such host" in _refusal(tmp_path, nowhere)


def test_a_newer_history_is_refused(team_store: Store, tmp_path: Path) -> None:
    """Another version writes it, and nothing of it is touched."""
    team_store.database.write("INSERT INTO migrations (name) VALUES (?)", ("999 later",))
    assert team_store.address is not None
    assert "newer version" in _refusal(tmp_path, team_store.address)


def test_who_may_only_read_looks_and_asks_for_nothing(
    postgres: PostgresServer, team_store: Store, tmp_path: Path
) -> None:
    """The rights are the database's; an intent that can't be written is an error before a send."""
    accepted(team_store, "1", content_key=KEY)
    team_store.save_tasks([(SERVER, drawn("1"))])
    with Store(tmp_path / "reader", address=postgres.reader()) as reader:
        assert ids(listing(reader)) == "1"
        assert reader.finished_family(KEY) is not None
        with pytest.raises(StoreError, match="you may read it and not write to it") as raised:
            intend(reader)
        assert "Looking and replaying goes on" in raised.value.hint
        with pytest.raises(StoreError):
            reader.check_writable()
    assert team_store.unsettled(SERVER) == []


def test_who_may_only_read_can_not_bring_it_up_to_date(
    postgres: PostgresServer, team_store: Store, tmp_path: Path
) -> None:
    """That its owner must open it first is what the sentence says, and nothing is touched."""
    at = postgres.reader()
    team_store.database.write("DELETE FROM migrations WHERE name = ?", (MIGRATIONS[-1][0],))
    try:
        assert "you may not bring it up to date" in _refusal(tmp_path, at)
    finally:
        team_store.database.write("INSERT INTO migrations (name) VALUES (?)", (MIGRATIONS[-1][0],))


def test_a_kernel_that_stops_in_the_middle_of_a_writing_gives_its_place_up(
    team_store: Store,
) -> None:
    """Else one laptop that is closed then would keep the whole team from asking."""
    limits = team_store.database.read(
        "SELECT name, setting FROM pg_settings WHERE name"
        " IN ('lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name"
    )
    assert limits == [("idle_in_transaction_session_timeout", "20000"), ("lock_timeout", "30000")]
    with again(team_store) as stopped:
        stopped.database.write("SET idle_in_transaction_session_timeout = 10", ())
        with pytest.raises(StoreError), stopped.database.transaction():
            accepted(team_store, "1")  # waits until the other one is thrown out
        accepted(stopped, "2")
    assert ids(listing(team_store)) == "21"


def test_of_many_kernels_that_ask_for_the_same_one_is_the_first(team_store: Store) -> None:
    """Its intent is written; the others are told that there is one, and join it."""
    kernels = [again(team_store) for _ in range(8)]
    with ThreadPoolExecutor(len(kernels)) as pool:
        intents = list(
            pool.map(lambda one: intend(one, content_key=KEY, after=0, tag="mj-x"), kernels)
        )
    for kernel in kernels:
        kernel.close()
    assert sum(map(bool, intents)) == 1
    assert [one.intent for one in team_store.unsettled(SERVER, KEY)] == [max(intents)]


def test_what_is_written_at_once_has_numbers_of_its_own(team_store: Store) -> None:
    """And no writing of one kernel waits for another one for ever."""
    kernels = [again(team_store) for _ in range(4)]

    def work(number: int) -> list[int]:
        kernel = kernels[number]
        made = [accepted(kernel, f"{number}-{n}") for n in range(5)]
        tasks = [
            (SERVER, drawn(f"{n % 4}-{m}")) for n in range(number, number + 4) for m in range(5)
        ]
        kernel.save_tasks(tasks)
        return made

    with ThreadPoolExecutor(4) as pool:
        found = [number for made in pool.map(work, range(4)) for number in made]
    for kernel in kernels:
        kernel.close()
    assert len(set(found)) == 20
    assert len(listing(team_store)) == 20


def test_a_database_that_is_started_again_is_found_again(
    postgres: PostgresServer,
    team_store: Store,
) -> None:
    """What was written is there, and what is asked next is answered."""
    accepted(team_store, "1")
    postgres.stop()
    postgres.start()
    assert ids(listing(team_store)) == "1"
    postgres.stop()
    postgres.start()
    accepted(team_store, "2", asked_at=1002.0)
    assert ids(listing(team_store)) == "21"


_STATES = (
    ("57P03", "the database system is starting up"),
    ("57P03", "the database system is shutting down"),
    ("57P03", "the database system is in recovery mode"),
    ("57P01", "terminating connection due to administrator command"),
)


@pytest.fixture
def door(postgres: PostgresServer) -> Iterator[PostgresDoor]:
    """A way to the database on which people can be turned away."""
    with PostgresDoor(postgres.port) as made:
        yield made


def _through(door: PostgresDoor) -> DatabaseAddress:
    return database_address(f"postgresql://admin:{PLANTED_SECRET}@127.0.0.1:{door.port}/postgres")


def test_a_database_that_is_starting_is_asked_again(door: PostgresDoor, team_store: Store) -> None:
    """By a kernel that starts as well as by one that lost its line; nothing is written twice."""
    accepted(team_store, "1")
    door.turned_away.extend(_STATES)
    with Store(team_store.folder, address=_through(door)) as kernel:
        assert door.came == len(_STATES) + 1
        door.turned_away.extend(_STATES)
        door.cut()
        accepted(kernel, "2", asked_at=1002.0)
        assert ids(listing(kernel)) == "21"
        assert door.came == 2 * (len(_STATES) + 1)


def test_a_database_that_goes_on_starting_is_one_sentence(door: PostgresDoor) -> None:
    """After a while that has an end."""
    seconds = itertools.count(0.0, 4.0)
    door.turned_away.extend(_STATES[:1] * 100)
    with pytest.raises(StoreError, match="it is starting, or being stopped") as told:
        PostgresDatabase(_through(door), elapsed=lambda: next(seconds))
    assert told.value.hint
    assert 2 <= door.came <= 5


class _Failover:
    """A clock; at its tenth look the database that may only be read becomes one to write to."""

    def __init__(self, postgres: PostgresServer, *, lasts: int) -> None:
        self._postgres, self._lasts, self.looks = postgres, lasts, 0

    def begin(self) -> None:
        self._postgres.let_write(is_allowed=False)
        self.looks = 1

    def end(self) -> None:
        self._postgres.let_write(is_allowed=True)

    def __call__(self) -> float:
        if self.looks:
            self.looks += 1
        if self.looks == self._lasts:
            self.end()
        return float(self.looks)


def _cut_off(postgres: PostgresServer) -> None:
    postgres.rows(
        "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE application_name"
        " = 'mj_notebook'"
    )


@pytest.mark.parametrize("way", ["a statement", "a transaction"])
def test_a_database_that_is_read_only_for_a_while_is_asked_again(
    postgres: PostgresServer, team_store: Store, way: str
) -> None:
    """As while another one steps in for it: the request is written once, when that has."""
    failover = _Failover(postgres, lasts=8)
    assert team_store.address is not None
    database = PostgresDatabase(team_store.address, elapsed=failover)
    failover.begin()
    _cut_off(postgres)
    note = "INSERT INTO gaps (server, kind, name, why, learned_at) VALUES ('a', 'b', ?, '', 0)"
    try:
        if way == "a statement":
            assert database.write(note, ("x",)) == 1
        else:
            with database.transaction() as connection:
                connection.execute(note, ("x",))
    finally:
        failover.end()
        database.close()
    assert team_store.database.read("SELECT name FROM gaps") == [("x",)]


def test_a_database_that_stays_read_only_is_one_sentence(
    postgres: PostgresServer, team_store: Store
) -> None:
    """It is waited for once; what is there can be read all the while."""
    failover = _Failover(postgres, lasts=-1)
    accepted(team_store, "1")
    assert team_store.address is not None
    with Store(team_store.folder, address=team_store.address, elapsed=failover) as kernel:
        failover.begin()
        _cut_off(postgres)
        try:
            for _ in range(2):
                with pytest.raises(StoreError, match="it may only be read now") as told:
                    intend(kernel)
                assert ids(listing(kernel)) == "1"
            assert "Looking and replaying goes on" in told.value.hint
            before = failover.looks
            with pytest.raises(StoreError, match="it may only be read now"):
                intend(kernel)
            assert failover.looks - before < 6
        finally:
            failover.end()
    assert team_store.unsettled(SERVER) == []


def test_a_kernel_has_one_connection(team_store: Store) -> None:
    """However many threads ask."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: accepted(team_store, str(number)), range(8)))
    rows = team_store.database.read(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mj_notebook'"
    )
    assert rows == [(1,)]


def test_a_password_is_no_part_of_an_address() -> None:
    """It is shown by nothing, and stands in no name of a folder."""
    address = database_address("postgres://ada:p%40ss-canary@db.lab:5433/mj?sslmode=require")
    assert address.password == Secret("p@ss-canary")
    assert address.url == str(address) == "postgresql://ada@db.lab:5433/mj?sslmode=require"
    assert address.shown == "postgresql://db.lab:5433/mj"
    assert "canary" not in f"{address!r}{address}{address.origin}{address.short_name}"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("SELECT '?' WHERE a IS ?", "SELECT '?' WHERE a IS NOT DISTINCT FROM %s"),
        ("x LIKE '%.0' AND y = :name", "x ILIKE '%%.0' AND y = %(name)s"),
        ("json_extract(t.parameters, '$.\"ar\"')", "(t.parameters::json ->> 'ar')"),
        ("CAST(lower(x) AS REAL) + (1)", "mj_number(CAST(lower(x) AS TEXT)) + (1)"),
        (
            "CREATE TABLE a (is_b INTEGER, c REAL) WITHOUT ROWID",
            "CREATE TABLE a (is_b BOOLEAN, c DOUBLE PRECISION)",
        ),
    ],
)
def test_a_statement_is_said_in_other_words(asked: str, meant: str) -> None:
    """What stands in quotes stays as it is."""
    assert in_postgres(asked) == meant


def _statements() -> Iterator[tuple[str, str]]:
    """Yield each statement that stands in a module of the store, with its name."""
    for found in pkgutil.iter_modules(store_package.__path__):
        module = importlib.import_module(f"{store_package.__name__}.{found.name}")
        for name, value in vars(module).items():
            for number, text in enumerate(value if isinstance(value, tuple) else (value,)):
                if isinstance(text, str) and _IS_STATEMENT.match(text):
                    yield f"{found.name}.{name}[{number}]", text


@pytest.mark.usefixtures("team_store")
def test_each_statement_is_understood_by_the_database(postgres: PostgresServer) -> None:
    """Nobody finds out only later that a statement was written for one of the two alone."""
    refused, seen = {}, 0
    for name, text in _statements():
        if name.startswith((*_OF_FILES, *_NOT_ALONE)):
            continue
        seen += 1
        asked = re.sub(r"%s|%\(\w+\)s", "NULL", in_postgres(text)).replace("%%", "%")
        try:
            postgres.rows(f"EXPLAIN {asked}")
        except psycopg.Error as error:
            refused[name] = str(error)
    assert refused == {}, refused
    assert seen > 50


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR IGNORE INTO gaps (server) VALUES (?)",
        "SELECT ifnull(prompt, '') FROM tasks",
        "SELECT strftime('%s', at) FROM tasks",
        "SELECT json_extract(body, ?) FROM requests",
        "SELECT 1 FROM judgements WHERE study = ?1",
        "SELECT * FROM task_words WHERE task_words MATCH ?",
    ],
)
def test_what_has_no_counterpart_is_an_error_that_names_it(statement: str) -> None:
    """When it is said in other words, not when somebody's database can't read it."""
    with pytest.raises(ValueError, match=re.escape(statement)):
        in_postgres(statement)


def test_a_submit_takes_few_questions(
    rig: Rig, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each goes the way to the database and back: three before the cell goes on, three after."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    session = rig.open(store=postgres.emptied(), replay=True)
    rig.drawn(session)
    pace = replace(QUICK, first=(600.0,), then=600.0)
    quiet = rig.open(store=session.store.address, replay=True, pacing=pace)
    with Questions(quiet.store) as asked:
        job = quiet.start(Imagine(prompt="a blue kite"))
        before = asked.count()
        job.accepted(TIMEOUT)
        eventually(asked.count, lambda sent: sent >= 6)
        assert (before <= 4, asked.count()) == (True, 6)
    with Questions(quiet.store) as asked:
        assert quiet.start(Imagine(prompt="a red kite")).is_replayed
        assert asked.count() <= 5
