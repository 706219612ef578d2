"""A history that was removed or moved while it was open."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mj_notebook.errors import StoreError
from mj_notebook.store.database import FILE
from mj_notebook.store.history import Store
from tests.store.making import PNG, SERVER, accepted, intend, task


def removed(folder: Path) -> None:
    """Remove the history, as a tidy person does."""
    shutil.rmtree(folder)


def moved(folder: Path) -> None:
    """Put it elsewhere, and leave nothing."""
    folder.rename(folder.with_name("elsewhere"))


def replaced(folder: Path) -> None:
    """Remove it, and let another kernel begin a new one there."""
    shutil.rmtree(folder)
    with Store(folder) as other:
        accepted(other, "99", tag="mj-other", asked_at=2000.5)
        other.save_tasks([(SERVER, task("99"))])


WAYS = pytest.mark.parametrize("leave", [removed, moved, replaced])


@WAYS
def test_what_is_known_is_written_there_again(
    tmp_path: Path, leave: Callable[[Path], None]
) -> None:
    """The answer to a request that was under way finds it, and the next kernel knows all."""
    folder = tmp_path / "history"
    with Store(folder) as store:
        accepted(store, "17", content_key="red")
        store.save_tasks([(SERVER, task("17"))])
        store.save_picture(SERVER, "17", PNG, url="http://h/a.png", at=1002.0)
        store.annotate(SERVER, "17", rating=5)
        under_way = intend(store, tag="mj-2", content_key="blue")
        before = store.task("17")
        leave(folder)
        store.mark_accepted(under_way, "18", 1003.0)
        assert "removed or moved while it was open" in store.moved_notice()
        assert store.moved_notice() == ""
    with Store(folder) as later:
        known = later.task("17")
        assert before is not None
        assert known is not None
        assert known.task.reply == before.task.reply
        assert known._replace(task=before.task, pictures=()) == before._replace(pictures=())
        assert [kept.picture.sha256 for kept in known.pictures] == [
            kept.picture.sha256 for kept in before.pictures
        ]
        new = later.task("18")
        assert new is not None
        assert (new.tag, new.key) == ("mj-2", "blue")
        assert {found.tag for found in later.latest()} == (
            {"mj-1", "mj-2", "mj-other"} if leave is replaced else {"mj-1", "mj-2"}
        )


@WAYS
def test_a_request_in_doubt_stays_in_doubt(tmp_path: Path, leave: Callable[[Path], None]) -> None:
    """What nobody knows the fate of is not forgotten with the file."""
    folder = tmp_path / "history"
    with Store(folder) as store:
        doubtful = intend(store, content_key="red")
        leave(folder)
        store.mark_unknown(doubtful, "lost", 1002.0)
    with Store(folder) as later:
        assert [found.tag for found in later.unsettled(SERVER, "red")] == ["mj-1"]


def test_two_kernels_write_down_what_each_knows(tmp_path: Path) -> None:
    """Both have the removed file open; each adds what the other's new one lacks."""
    folder = tmp_path / "history"
    with Store(folder) as one, Store(folder) as other:
        first = intend(one, tag="mj-one")
        second = intend(other, tag="mj-other")
        shutil.rmtree(folder)
        other.mark_accepted(second, "2", 1001.0)
        one.mark_accepted(first, "1", 1001.0)
        intend(other, tag="mj-later")
    with Store(folder) as later:
        assert {found.tag: found.task.id for found in later.latest()} == {
            "mj-one": "1",
            "mj-other": "2",
        }


def test_where_it_cannot_be_written_again_it_is_said_and_tried_again(tmp_path: Path) -> None:
    """A file stands where the folder was: an error, and what is known is kept until it is gone."""
    folder = tmp_path / "history"
    with Store(folder) as store:
        under_way = intend(store)
        shutil.rmtree(folder)
        folder.write_text("in the way")
        with pytest.raises(StoreError, match="history"):
            store.mark_accepted(under_way, "17", 1001.0)
        folder.unlink()
        store.mark_accepted(under_way, "17", 1001.0)
    assert (folder / FILE).exists()
    with Store(folder) as later:
        assert later.task("17") is not None


def test_numbers_of_requests_grow_though_the_clock_goes_back(tmp_path: Path) -> None:
    """The newest request has the highest number."""
    with Store(tmp_path) as store:
        numbers = [intend(store, asked_at=at) for at in (1000.5, 1000.5, 900.0, 1001.0)]
    assert numbers == [1000500, 1000501, 1000502, 1001000]


@pytest.mark.parametrize("endings", [("-wal",), ("-shm",), ("-wal", "-shm")], ids="+".join)
def test_a_journal_that_was_removed_loses_nothing(tmp_path: Path, endings: tuple[str, ...]) -> None:
    """What stood in it alone is written again, and the next kernel sees it; it is told."""
    with Store(tmp_path) as store:
        accepted(store, "17")
        for ending in endings:
            (tmp_path / f"{FILE}{ending}").unlink()
        accepted(store, "18")
        told = store.moved_notice()
        with Store(tmp_path) as other:
            assert other.task("17") is not None
            assert other.task("18") is not None
            accepted(other, "19")
        accepted(store, "20")
    with Store(tmp_path) as later:
        assert all(later.task(name) is not None for name in ("17", "18", "19", "20"))
    assert bool(told) is ("-wal" in endings)
