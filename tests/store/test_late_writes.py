"""What a full disk refused is written as soon as there is room."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mj_notebook.errors import StoreError
from mj_notebook.store.history import Store
from mj_notebook.store.late_writes import LateWrites
from mj_notebook.store.migrations import migrate
from tests.store.making import SERVER, again, intend, task


@contextmanager
def full(store: Store) -> Iterator[None]:
    """Let nothing be written into a history's file while the block runs."""
    store.database.read("PRAGMA query_only = 1")
    yield
    store.database.read("PRAGMA query_only = 0")


def test_news_of_a_task_is_written_later(file_store: Store) -> None:
    """Acceptance and end come with the next news, in their order; each was told as a fault."""
    intent = intend(file_store)
    with full(file_store):
        with pytest.raises(StoreError):
            file_store.mark_accepted(intent, "17", 1001.0)
        with pytest.raises(StoreError):
            file_store.save_tasks([(SERVER, task("17"))])
        assert file_store.task("17") is None
    file_store.save_tasks([(SERVER, task("18"))])
    found = file_store.task("17")
    assert found is not None
    assert (found.task.status, found.intent) == ("SUCCESS", intent)


def test_what_is_late_is_written_at_the_end(file_store: Store) -> None:
    """A kernel that ends with room on its disk leaves nothing open."""
    intent = intend(file_store)
    with full(file_store), pytest.raises(StoreError):
        file_store.mark_accepted(intent, "17", 1001.0)
    file_store.close()
    with again(file_store) as opened:
        assert [stored.task.id for stored in opened.open_tasks(SERVER)] == ["17"]


def test_what_never_can_be_written_keeps_nothing_back() -> None:
    """It is tried after all others, and only once each time."""
    written: list[str] = []
    tried: list[str] = []

    def never() -> None:
        tried.append("never")
        raise StoreError("No.")

    late = LateWrites()
    with pytest.raises(StoreError):
        late.run(never)
    for name in ("one", "two"):
        late.run(lambda: written.append(name))  # noqa: B023 - called at once
    assert (written, len(tried)) == (["one", "two"], 3)


def test_a_history_that_finds_no_room_for_itself_says_so() -> None:
    """SQLite has rolled back by itself then: the reason is told, not that."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA max_page_count = 8")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        migrate(connection)
    connection.close()
