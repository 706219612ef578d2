"""The database's shape as an ordered list of named steps; what has run stands in the database.

A step is never changed once it was released: a new one is added after it.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress

from mj_notebook.store.backfill import backfill_drawn, backfill_requests, backfill_tasks
from mj_notebook.store.connection import Connection
from mj_notebook.store.full_text import TEAM_INDEX, make_index

MigrationStep = Callable[[Connection], None]


def _requests(connection: Connection) -> None:
    """Make the table of what was asked, written before anything is sent."""
    connection.execute(
        """
        CREATE TABLE requests (
            id          INTEGER PRIMARY KEY,
            server      TEXT NOT NULL,
            kind        TEXT NOT NULL,
            prompt      TEXT NOT NULL,
            tag         TEXT NOT NULL,
            parent_task TEXT,
            custom_id   TEXT,
            asked_at    REAL NOT NULL,
            state       TEXT NOT NULL DEFAULT 'intended',
            settled_at  REAL,
            reason      TEXT,
            body        TEXT NOT NULL
        )
        """
    )
    connection.execute("CREATE INDEX requests_by_tag ON requests (tag)")
    connection.execute(
        "CREATE INDEX requests_by_parent ON requests (parent_task) WHERE parent_task IS NOT NULL"
    )
    connection.execute(
        # Of the open ones alone: there are a few among thousands, and each start asks for them.
        "CREATE INDEX requests_unsettled ON requests (server)"
        " WHERE state IN ('intended', 'unknown')"
    )


def _tasks(connection: Connection) -> None:
    """Make the table of tasks; the replies stand apart so that lists read few pages."""
    connection.execute(
        """
        CREATE TABLE tasks (
            id          INTEGER PRIMARY KEY,
            server      TEXT NOT NULL,
            task_id     TEXT NOT NULL,
            request     INTEGER REFERENCES requests (id),
            parent_task TEXT,
            action      TEXT,
            status      TEXT NOT NULL,
            is_final    INTEGER NOT NULL,
            prompt      TEXT,
            submit_time INTEGER,
            start_time  INTEGER,
            finish_time INTEGER,
            UNIQUE (server, task_id)
        )
        """
    )
    connection.execute("CREATE INDEX tasks_by_id ON tasks (task_id)")
    # As above: what goes on is asked for with each start, and is little.
    connection.execute("CREATE INDEX tasks_open ON tasks (server) WHERE NOT is_final")
    connection.execute(
        "CREATE INDEX tasks_by_parent ON tasks (parent_task) WHERE parent_task IS NOT NULL"
    )
    connection.execute("CREATE INDEX tasks_by_request ON tasks (request)")
    connection.execute("CREATE TABLE replies (task INTEGER PRIMARY KEY, reply BLOB NOT NULL)")


def _pictures(connection: Connection) -> None:
    """Make the tables of pictures: each content once, and what it is to which task."""
    connection.execute(
        """
        CREATE TABLE pictures (
            sha256 TEXT PRIMARY KEY,
            mime   TEXT NOT NULL,
            suffix TEXT NOT NULL,
            size   INTEGER NOT NULL,
            width  INTEGER,
            height INTEGER
        ) WITHOUT ROWID
        """
    )
    connection.execute(
        """
        CREATE TABLE task_pictures (
            server  TEXT NOT NULL,
            task_id TEXT NOT NULL,
            role    TEXT NOT NULL,
            number  INTEGER NOT NULL,
            url     TEXT NOT NULL,
            sha256  TEXT NOT NULL REFERENCES pictures (sha256),
            at      REAL NOT NULL,
            PRIMARY KEY (server, task_id, role, number)
        ) WITHOUT ROWID
        """
    )
    connection.execute("CREATE INDEX task_pictures_by_content ON task_pictures (sha256)")


def _reading(connection: Connection) -> None:
    """Make what reading needs: columns worked out when writing, indices, words, thumbnails."""
    for column in ("content_key TEXT", "mode TEXT", "button TEXT", "parameters TEXT"):
        connection.execute(f"ALTER TABLE requests ADD COLUMN {column}")
    for column in (
        "at REAL",
        "content_key TEXT",
        "prompt_en TEXT",
        "final_prompt TEXT",
        "parameters TEXT",
        "fail_reason TEXT",
        "tiles INTEGER",
        "seed INTEGER",
        "cost REAL",
        "rating INTEGER",
        "notes TEXT",
        "is_indexed INTEGER NOT NULL DEFAULT 0",
    ):
        connection.execute(f"ALTER TABLE tasks ADD COLUMN {column}")
    for index in (
        "requests_by_key ON requests (content_key) WHERE content_key IS NOT NULL",
        "tasks_by_key ON tasks (content_key) WHERE content_key IS NOT NULL",
        "tasks_by_time ON tasks (at)",
        "tasks_by_action ON tasks (action, at)",
        "tasks_by_status ON tasks (status, at)",
        "tasks_by_server ON tasks (server, at)",
        "tasks_by_rating ON tasks (rating) WHERE rating IS NOT NULL",
        "tasks_unindexed ON tasks (id) WHERE NOT is_indexed",
    ):
        connection.execute(f"CREATE INDEX {index}")
    connection.execute("CREATE TABLE thumbnails (sha256 TEXT PRIMARY KEY, jpeg BLOB NOT NULL)")
    # PostgreSQL has its own way to look for words.
    if isinstance(connection, sqlite3.Connection):
        make_index(connection)
    backfill_requests(connection)
    backfill_tasks(connection)


def _spending(connection: Connection) -> None:
    """Note which notebook asked, and what was replayed instead of asked for."""
    connection.execute("ALTER TABLE requests ADD COLUMN notebook TEXT")
    connection.execute(
        """
        CREATE TABLE replays (
            id       INTEGER PRIMARY KEY,
            server   TEXT NOT NULL,
            task_id  TEXT NOT NULL,
            at       REAL NOT NULL,
            notebook TEXT
        )
        """
    )
    connection.execute("CREATE INDEX requests_by_time ON requests (asked_at)")


def _choices(connection: Connection) -> None:
    """Note which picture a person chose where the same was drawn several times."""
    connection.execute("ALTER TABLE tasks ADD COLUMN chosen_at REAL")


def _tags(connection: Connection) -> None:
    """Note the words that a person sorts tasks by, and what deleted tasks have cost."""
    connection.execute("ALTER TABLE tasks ADD COLUMN tags TEXT")
    connection.execute(
        """
        CREATE TABLE deleted_charges (
            id        INTEGER PRIMARY KEY,
            at        REAL NOT NULL,
            server    TEXT NOT NULL,
            notebook  TEXT,
            state     TEXT NOT NULL,
            kind      TEXT,
            custom_id TEXT,
            mode      TEXT,
            action    TEXT,
            status    TEXT,
            cost      REAL
        )
        """
    )


def _gaps(connection: Connection) -> None:
    """Note what each server was learned not to offer."""
    connection.execute(
        """
        CREATE TABLE gaps (
            server     TEXT NOT NULL,
            kind       TEXT NOT NULL,
            name       TEXT NOT NULL,
            why        TEXT NOT NULL,
            learned_at REAL NOT NULL,
            PRIMARY KEY (server, kind, name)
        )
        """
    )


def _measurements(connection: Connection) -> None:
    """Make the table of what was measured of pictures: once for each content and version."""
    connection.execute(
        """
        CREATE TABLE measurements (
            sha256  TEXT NOT NULL,
            name    TEXT NOT NULL,
            version TEXT NOT NULL,
            value   TEXT NOT NULL,
            PRIMARY KEY (sha256, name, version)
        ) WITHOUT ROWID
        """
    )


def _judgements(connection: Connection) -> None:
    """Make the table of what raters said of pairs of pictures."""
    connection.execute(
        """
        CREATE TABLE judgements (
            study      TEXT NOT NULL,
            rater      TEXT NOT NULL,
            one        TEXT NOT NULL,
            other      TEXT NOT NULL,
            answer     TEXT NOT NULL,
            is_swapped INTEGER NOT NULL,
            at         REAL NOT NULL,
            PRIMARY KEY (study, rater, one, other)
        ) WITHOUT ROWID
        """
    )


def _drawn(connection: Connection) -> None:
    """Note what was drawn otherwise than asked, and what lint found in what was asked."""
    connection.execute("ALTER TABLE tasks ADD COLUMN drawn TEXT")
    connection.execute("ALTER TABLE requests ADD COLUMN findings TEXT")
    backfill_drawn(connection)


def _askers(connection: Connection) -> None:
    """Note who asked, where several people have one history; of what was before nobody knows."""
    for table in ("requests", "replays", "deleted_charges"):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN asker TEXT")
    connection.execute("CREATE INDEX requests_by_asker ON requests (asker, asked_at)")


def _beats(connection: Connection) -> None:
    """Note when a kernel last said that it is sending a request, by the database's clock."""
    connection.execute("ALTER TABLE requests ADD COLUMN beat_at REAL")


def _uptimes(connection: Connection) -> None:
    """Note beside each beat whose it is, by a clock that nobody sets; see `Beat`."""
    connection.execute("ALTER TABLE requests ADD COLUMN boot TEXT")
    connection.execute("ALTER TABLE requests ADD COLUMN uptime REAL")


def _budgets(connection: Connection) -> None:
    """Make the table of what each person of a team may spend in a day; "" stands for the others."""
    connection.execute("CREATE TABLE budgets (asker TEXT PRIMARY KEY, credits REAL NOT NULL)")


def _team_words(connection: Connection) -> None:
    """Make the index of words in a team's database; a file has its own."""
    if not isinstance(connection, sqlite3.Connection):
        for statement in TEAM_INDEX:
            connection.execute(statement)


def _orders(connection: Connection) -> None:
    """
    Make what lists and sums are read by, so that nobody reads a whole table for a few rows of it.

    In a file each index ends with the number of the row; in PostgreSQL it has to be said.
    """
    for index in (
        "replays_by_time ON replays (at)",
        "deleted_charges_by_time ON deleted_charges (at)",
        "requests_answering ON requests (server) WHERE kind = 'Modal'",
    ):
        connection.execute(f"CREATE INDEX {index}")
    if isinstance(connection, sqlite3.Connection):
        return
    for name, column in (
        ("time", ""),
        *((each, f"{each}, ") for each in ("action", "status", "server")),
    ):
        connection.execute(f"DROP INDEX tasks_by_{name}")
        connection.execute(f"CREATE INDEX tasks_by_{name} ON tasks ({column}at DESC, id DESC)")


MIGRATIONS: tuple[tuple[str, MigrationStep], ...] = (
    ("001 requests", _requests),
    ("002 tasks", _tasks),
    ("003 pictures", _pictures),
    ("004 reading", _reading),
    ("005 spending", _spending),
    ("006 choices", _choices),
    ("007 tags", _tags),
    ("008 gaps", _gaps),
    ("009 measurements", _measurements),
    ("010 judgements", _judgements),
    ("011 drawn", _drawn),
    ("012 askers", _askers),
    ("013 beats", _beats),
    ("014 budgets", _budgets),
    ("015 team words", _team_words),
    ("016 orders", _orders),
    ("017 uptimes", _uptimes),
)


class NewerDatabase(Exception):
    """The database holds steps this version doesn't know."""


def applied(connection: Connection) -> tuple[str, ...]:
    """Return the names of the steps that have run, in order; changes nothing."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
    ).fetchone()
    if not found:
        return ()
    rows = connection.execute("SELECT name FROM migrations ORDER BY name")
    return tuple(name for (name,) in rows)


def migrate(
    connection: Connection, steps: tuple[tuple[str, MigrationStep], ...] = MIGRATIONS
) -> None:
    """
    Run the steps that have not run yet, in one transaction together with their records.

    Raises:
        NewerDatabase: The database holds steps that *steps* doesn't; nothing was changed.
    """
    names, before = tuple(name for name, _ in steps), applied(connection)
    # Before anything is changed: a newer version may have given columns another meaning.
    if set(before) - set(names):
        raise NewerDatabase
    if len(before) == len(names):
        return
    # One for all: each commit waits for the disk, and a new history has a dozen steps before it.
    # The lock for writing at once: one that begins with reading may be refused it later.
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another kernel may have run them between the look and the lock.
        before = applied(connection)
        connection.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
        for name, step in steps:
            if name not in before:
                step(connection)
                connection.execute("INSERT INTO migrations (name) VALUES (?)", (name,))
        connection.execute("COMMIT")
    except BaseException:
        # Steps and the notes that they ran come together, or none does.
        with suppress(Exception):  # a full disk has rolled back by itself
            connection.execute("ROLLBACK")
        raise
