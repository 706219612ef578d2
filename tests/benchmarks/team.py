"""
The same on a file and on PostgreSQL, in milliseconds: ``python -m tests.benchmarks.team``.

Both are on this machine; to a database elsewhere each question takes the network's way besides.
Where SQLAlchemy is installed, it is measured what a history of one file would cost by it.
"""

import importlib
import itertools
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mj_notebook.api.opening import open_session
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.worker import Worker
from mj_notebook.settings.places import DatabaseAddress
from mj_notebook.settings.settings import Pacing, Settings
from mj_notebook.store import sql
from mj_notebook.store.database import FILE
from mj_notebook.store.history import Store
from mj_notebook.store.listing import Listing
from mj_notebook.store.moving import move
from mj_notebook.store.query_rows import DatabaseRows
from tests.benchmarks.remembering import history_of
from tests.benchmarks.stub import serving
from tests.support.postgres import PostgresServer

_TIMES = 9
_SUBMITS = 60


def main() -> None:
    """Print a line for each thing, a column for each database."""
    with PostgresServer() as postgres, tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        _print("", "file", "PostgreSQL")
        address = postgres.emptied()
        on_file = _submits(Path(folder) / "own")
        _print("a warm submit, to its answer", on_file, _submits(address))
        plain, by_core = _as_they_are(Path(folder) / "plain"), _by_core(Path(folder) / "core")
        _print("its statements on a file, by sqlite3", plain, "")
        if by_core is None:
            print("SQLAlchemy is not installed, so what it costs was not measured.")
        else:
            _print("the same by SQLAlchemy Core", by_core, "")
            print(f"It costs a warm submit {(by_core - plain) / on_file:+.0%}.")
        for tasks in (5_000, 100_000):
            source = history_of(tasks)
            with Store(Path(folder) / f"team-{tasks}", address=postgres.emptied()) as target:
                began = time.perf_counter()
                moved = move(source, target)
                assert len(moved.lost) == tasks  # the benchmark's history has no files
                print(f"{tasks:,} tasks moved and compared in {time.perf_counter() - began:.0f} s")
                for name, act in _ACTS.items():
                    _print(f"{tasks:,}: {name}", _median(act, source), _median(act, target))


def _print(name: str, one: object, other: object) -> None:
    columns = (
        f"{value:12.1f}" if isinstance(value, float) else f"{value:>12}" for value in (one, other)
    )
    print(f"{name:48}", *columns)


def _median(act: Callable[[Store], object], store: Store) -> float:
    act(store)
    spent = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        act(store)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def _submits(store: Path | DatabaseAddress) -> float:
    with ExitStack() as stack:
        base = stack.enter_context(serving())
        worker = Worker()
        settings = Settings(base_url=base, store=store, pacing=Pacing(first=(600.0,), then=600.0))
        session = open_session(settings, worker=worker, folders=stack)
        stack.callback(worker.stop)
        stack.callback(session.close)
        numbers, spent = itertools.count(), []
        for _ in range(_SUBMITS):
            asked = Imagine(prompt=f"a red kite over dunes --seed {next(numbers)}")
            began = time.perf_counter()
            session.start(asked).accepted(20)
            spent.append((time.perf_counter() - began) * 1000)
        return statistics.median(spent)


def _steps(number: int) -> list[tuple[str, tuple[Any, ...]]]:
    """Return the statements of one submit that the history of a file runs, with their values."""
    key, server, task_id = f"k{number}", "proxy.test", str(number)
    kite, tag = "a red kite over dunes --ar 3:2", f"mj-{number:016x}"
    made = (number, server, "Imagine", kite, tag, None, None, 1000.0 + number, "{}", None, key)
    return [
        (sql.LATEST_REQUEST, (key,)),
        (sql.INSERT_REQUEST_IF_NEW, (*made, None, None, None, None, None, key, 0)),
        (sql.TASK, (task_id, server, server)),
        (sql.MARK_ACCEPTED, (1001.0, number)),
        (sql.INSERT_TASK, (task_id, "NOT_START", number)),
        (sql.DURATIONS, (server, "IMAGINE", None, 20)),
    ]


def _per_submit(run: Callable[[list[tuple[str, tuple[Any, ...]]]], object]) -> float:
    spent = []
    for number in range(1, 2001):
        steps = _steps(number)
        began = time.perf_counter()
        run(steps)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def _as_they_are(folder: Path) -> float:
    with Store(folder) as store:
        database = store.database

        def run(steps: list[tuple[str, tuple[Any, ...]]]) -> None:
            latest, made, known, marked, task, durations = steps
            database.read(*latest)
            database.insert(*made)
            database.read(*known)
            database.write_all([marked, task])
            database.read(*durations)

        return _per_submit(run)


def _by_core(folder: Path) -> float | None:
    """Run the same by an engine with one connection, the statements made once; None without it."""
    try:
        alchemy: Any = importlib.import_module("sqlalchemy")
    except ImportError:
        return None
    with Store(folder):  # which makes the tables
        pass
    pool = importlib.import_module("sqlalchemy.pool").StaticPool
    engine = alchemy.create_engine(f"sqlite:///{folder / FILE}", poolclass=pool)
    with engine.connect() as first:
        for name in sql.FILE_KNOWS_NONE:
            first.connection.driver_connection.create_function(name, 0, lambda: None)
        first.exec_driver_sql("PRAGMA synchronous = NORMAL")  # as the history has it
    made = {text: alchemy.text(_named(text)) for text, _ in _steps(1)}

    def run(steps: list[tuple[str, tuple[Any, ...]]]) -> None:
        latest, new, known, marked, task, durations = (
            (made[text], {f"v{at}": value for at, value in enumerate(values)})
            for text, values in steps
        )
        for reading, writing in (
            ([latest], []),
            ([], [new]),
            ([known], []),
            ([], [marked, task]),
            ([durations], []),
        ):
            with engine.begin() if writing else engine.connect() as connection:
                for question in reading:
                    connection.execute(*question).fetchall()
                for statement in writing:
                    connection.execute(*statement)

    return _per_submit(run)


def _named(statement: str) -> str:
    numbers = itertools.count()
    return re.sub(r"\?", lambda _: f":v{next(numbers)}", statement)


def _listing(store: Store) -> Listing:
    return Listing(DatabaseRows(store.queries), now=time.time)


def _gallery(store: Store) -> Any:
    listing = _listing(store)
    return len(listing), store.thumbnails.of([str(one["sha256"]) for one in listing[:60]])


_ACTS: dict[str, Callable[[Store], object]] = {
    "a gallery opened": _gallery,
    "the newest 20": lambda store: list(_listing(store)[:20]),
    "a search of two words": lambda store: len(_listing(store).where(text="zeppelin kite")),
    "a DataFrame of all": lambda store: len(_listing(store).to_pandas()),
}


if __name__ == "__main__":
    main()
