"""Counting what is read: the statements that a history runs, and the files that are opened."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mj_notebook.store.database import Database
from mj_notebook.store.history import Store

_watched: list[tuple[Path, list[Path]]] = []


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Collect the statements that *store* runs meanwhile, its writes too."""
    ran: list[str] = []
    assert isinstance(store.database, Database)
    connection = store.database._connection
    connection.set_trace_callback(ran.append)
    try:
        yield ran
    finally:
        connection.set_trace_callback(None)


@contextmanager
def opened_files(folder: Path) -> Iterator[list[Path]]:
    """Collect the files of *folder* that are opened meanwhile, by any thread, each time anew."""
    watch: tuple[Path, list[Path]] = (folder, [])
    _watched.append(watch)
    try:
        yield watch[1]
    finally:
        _watched.remove(watch)


def _heard(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not _watched or not isinstance(arguments[0], str):
        return
    path = Path(arguments[0])
    for folder, opened in _watched:
        if path.is_relative_to(folder):
            opened.append(path)


sys.addaudithook(_heard)  # it can't be taken away again, and costs nothing while none is watched
