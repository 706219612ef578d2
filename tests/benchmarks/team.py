"""
The same on a file and on PostgreSQL, in milliseconds: ``python -m tests.benchmarks.team``.

Both are on this machine; to a database elsewhere each question takes the network's way besides.
"""

import itertools
import os
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


def _listing(store: Store) -> Listing:
    return Listing(DatabaseRows(store.queries), now=time.time)


def _gallery(store: Store) -> Any:
    listing = _listing(store)
    return len(listing), store.thumbnails([str(one["sha256"]) for one in listing[:60]])


_ACTS: dict[str, Callable[[Store], object]] = {
    "a gallery opened": _gallery,
    "the newest 20": lambda store: list(_listing(store)[:20]),
    "a search of two words": lambda store: len(_listing(store).where(text="zeppelin kite")),
    "a DataFrame of all": lambda store: len(_listing(store).to_pandas()),
}


if __name__ == "__main__":
    main()
