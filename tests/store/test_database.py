"""The file: how it is opened, and what happens when disk or content are bad."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mj_notebook.errors import StoreError
from mj_notebook.store.database import FILE, Database
from mj_notebook.store.history import Store
from tests.store.listings import listing
from tests.store.making import PNG, SERVER, accepted, intend, task


def test_the_journal_is_the_fast_and_safe_one(tmp_path: Path) -> None:
    """Write-ahead, synced at checkpoints; the folder is for its owner alone."""
    database = Database(tmp_path / "a" / "b")
    assert database.read("PRAGMA journal_mode") == [("wal",)]
    assert database.read("PRAGMA synchronous") == [(1,)]
    assert database.read("PRAGMA cache_size") == [(-4000,)]
    assert (tmp_path / "a" / "b").stat().st_mode & 0o077 == 0
    database.close()


def test_where_the_fast_journal_is_refused_the_slow_one_does(tmp_path: Path) -> None:
    """Another kernel is reading in the old way just now: opening and writing work all the same."""
    Store(tmp_path).close()
    reader = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    reader.execute("PRAGMA journal_mode = DELETE")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM tasks").fetchall()
    with Store(tmp_path, busy_timeout=0.01) as store:
        reader.execute("COMMIT")
        reader.close()
        accepted(store, "17")
        assert store.database.read("PRAGMA journal_mode") == [("delete",)]
        assert store.database.read("PRAGMA synchronous") == [(2,)]


def test_waiting_for_another_kernel_ends_with_a_sentence(tmp_path: Path) -> None:
    """A writer that never ends its transaction is told, not waited for without end."""
    with Store(tmp_path, busy_timeout=0.01) as store:
        other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="too long"):
            intend(store)
        other.execute("ROLLBACK")
        other.close()
        intend(store)


def test_what_was_written_is_there_after_closing(tmp_path: Path) -> None:
    """A restart sees what this run saw."""
    with Store(tmp_path) as store:
        accepted(store, "17")
        store.save_tasks([(SERVER, task("17"))])
        before = store.task("17")
    with Store(tmp_path) as store:
        after = store.task("17")
    assert before is not None
    assert after is not None
    assert after._replace(task=before.task) == before
    assert bytes(after.task.reply) == bytes(before.task.reply)


def test_what_fails_inside_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    """And the next one works."""
    database = Database(tmp_path)

    def fail() -> None:
        with database.transaction() as connection:
            connection.execute("CREATE TABLE half (x)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert database.read("SELECT name FROM sqlite_master WHERE name = 'half'") == []
    with database.transaction() as connection:
        connection.execute("CREATE TABLE whole (x)")
    database.close()


def test_threads_take_turns(store: Store) -> None:
    """Eight threads at once lose nothing and mix nothing."""

    def work(number: int) -> None:
        for step in range(20):
            accepted(store, f"{number}-{step}")
            store.save_tasks([(SERVER, task(f"{number}-{step}"))])
            store.latest(2)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.latest(1000)) == 160
    assert store.open_tasks(SERVER) == []


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in half": lambda content: content[: len(content) // 2],
    "cut to its head": lambda content: content[:50],
    "other bytes": lambda content: os.urandom(len(content)),
    "a broken head": lambda content: os.urandom(100) + content[100:],
    "something else": lambda _: b"<html>" * 1000,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_set_aside_and_never_overwritten(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    """Its bytes are kept under another name, that name is told, and a new history begins."""
    with Store(tmp_path) as store:
        store.save_tasks([(SERVER, task(str(number))) for number in range(300)])
    file = tmp_path / FILE
    damaged = damage(file.read_bytes())
    for expected in (1, 2):
        file.write_bytes(damaged)
        with Store(tmp_path) as store:
            assert store.database.quarantined == tmp_path / f"{FILE}.damaged-{expected}"
            assert store.database.quarantined.read_bytes() == damaged
            accepted(store, "17")
    assert (tmp_path / f"{FILE}.damaged-1").read_bytes() == damaged
    with Store(tmp_path) as store:
        assert store.database.quarantined is None
        assert store.task("17") is not None


def test_what_can_be_read_of_a_damaged_file_is_taken_over(tmp_path: Path) -> None:
    """Its requests, tasks, replies and pictures, from both ends; nothing else is made up."""
    with Store(tmp_path) as store:
        accepted(store, "17", content_key="k-1")
        store.save_tasks([(SERVER, task("17"))])
        kept = store.save_picture(SERVER, "17", PNG, url="http://proxy.test/17.png", at=1002.0)
        intend(store, tag="mj-2")
        for begin in range(0, 1000, 10):
            more = range(begin, begin + 10)
            store.save_tasks([(SERVER, task(f"more-{number}")) for number in more])
    file = tmp_path / FILE
    os.truncate(file, file.stat().st_size // 2)
    with Store(tmp_path) as store:
        assert 100 < store.database.salvaged < 1001
        assert len(store.latest(2000)) == store.database.salvaged
        family = store.finished_family("k-1")
        assert family is not None
        found = family.task
        assert (found.task, found.prompt) == (task("17"), "a red kite")
        assert [one.picture.sha256 for one in found.pictures] == [kept.sha256]
        assert [one.tag for one in store.unsettled(SERVER)] == ["mj-2"]
        assert len(listing(store).where(text="kite")) == 1
    with Store(tmp_path) as store:
        assert (store.database.quarantined, store.database.salvaged) == (None, 0)


def test_damage_that_shows_later_is_an_error_and_no_loss(tmp_path: Path) -> None:
    """The file is left as it is; the sentence says what to do."""
    with Store(tmp_path) as store:
        store.save_tasks(
            [(SERVER, task(str(number), more=',"x":"' + "y" * 500 + '"')) for number in range(500)]
        )
    file = tmp_path / FILE
    content = bytearray(file.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    file.write_bytes(content)
    with pytest.raises(StoreError, match="damaged") as raised, Store(tmp_path) as store:
        store.latest(1000)
    assert "Move history.sqlite3" in raised.value.hint
    assert file.stat().st_size >= len(content)


def test_the_file_of_another_program_is_not_touched(tmp_path: Path) -> None:
    """A database that isn't ours is refused as it stands."""
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("CREATE TABLE bookmarks (x)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        Store(tmp_path)
    connection = sqlite3.connect(tmp_path / FILE)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    connection.close()


def test_a_full_disk_is_told_and_survived(file_store: Store) -> None:
    """What can't be written raises, what was written stays, and with room again it goes on."""
    first = intend(file_store)
    file_store.database.write("PRAGMA max_page_count = 1", ())  # SQLite's own "no room"
    with pytest.raises(StoreError, match="no room on the disk") as raised:
        intend(file_store, prompt="x" * 1_000_000)
    assert "Make room" in raised.value.hint
    with pytest.raises(StoreError, match="no room"):
        file_store.save_tasks(
            [(SERVER, task(str(n), more=f',"x":"{"y" * 900}"')) for n in range(1000, 2000)]
        )
    file_store.database.write("PRAGMA max_page_count = 1000000", ())
    file_store.mark_accepted(first, "17", 1001.0)
    assert [found.task.id for found in file_store.open_tasks(SERVER)] == ["17"]


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    """A file stands in its way."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="can't be kept") as raised:
        Store(tmp_path / "file" / "mj")
    assert "MJ_STORE" in raised.value.hint


def test_a_closed_store_says_so_in_our_words(tmp_path: Path) -> None:
    """Whatever is asked of it."""
    store = Store(tmp_path)
    store.close()
    with pytest.raises(StoreError):
        store.latest()
    with pytest.raises(StoreError):
        intend(store)
    with pytest.raises(StoreError):
        store.save_tasks([])


@pytest.mark.parametrize("times", [1, 4])
def test_a_folder_that_goes_while_it_is_opened_is_made_anew(tmp_path: Path, times: int) -> None:
    """Others see what is written, though the first file was removed before SQLite had it."""
    left = [None] * times

    def remove() -> str:
        if left:
            left.pop()
            shutil.rmtree(tmp_path / "history")
        return ""

    with Store(tmp_path / "history", mounts=remove) as store:
        accepted(store, "17")
        with Store(tmp_path / "history") as other:
            assert other.task("17") is not None


def test_a_folder_that_goes_each_time_is_told(tmp_path: Path) -> None:
    """It is said what happens, and that is not that the disk is full."""

    def remove() -> str:
        shutil.rmtree(tmp_path / "history")
        return ""

    with pytest.raises(StoreError, match="again and again"):
        Store(tmp_path / "history", mounts=remove)
