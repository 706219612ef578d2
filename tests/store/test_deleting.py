"""Deleting: what goes, what stays, and what is still told of it."""

from pathlib import Path

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.store.annotations import Changed
from mj_notebook.store.deleting import Deletion
from mj_notebook.store.history import Store
from tests.store.listings import kites, listing
from tests.store.making import PNG, SERVER, accepted, intend

BLUE = PNG + b" and a blue one"


def files(store: Store) -> list[str]:
    """Return the names of the kept pictures."""
    return sorted(path.name for path in (store.folder / "pictures").glob("??/*"))


def numbers(store: Store, *tasks: str) -> list[int]:
    """Return the numbers of tasks."""
    return [store.queries.number_of(SERVER, one) or 0 for one in tasks]


def test_a_task_goes_with_all_that_is_known_of_it(store: Store) -> None:
    """Its line, its words, what was asked, its picture and the small one: on the disk too."""
    kites(store)
    kept = store.picture(SERVER, "1")
    assert kept is not None
    store.thumbnails.save({kept.sha256: b"\xff\xd8\xff small"})
    assert len(listing(store).search("kite")) == 3
    told: list[Changed] = []
    store.annotations.log.subscribe(told.append)
    assert store.delete(numbers(store, "1")) == Deletion(1, 1, len(PNG))
    assert told == [{(SERVER, "1"): None}]
    assert (store.task("1"), files(store), store.thumbnails.of([kept.sha256])) == (None, [], {})
    assert len(listing(store).search("kite")) == 2
    assert store.latest_request("") == 0
    child = store.task("2")
    assert child is not None
    assert child.parent_task == "1"  # unknown from now on, as of any task that came from elsewhere
    store.annotations.log.notify({})


def test_pictures_that_other_tasks_have_stay(store: Store) -> None:
    """Until the last of them goes."""
    kites(store)
    for task in ("2", "3"):
        store.save_picture(SERVER, task, PNG, url="", at=1.0)
    store.save_picture(SERVER, "2", BLUE, url="", role="tile", number=1, at=1.0)
    assert store.delete(numbers(store, "1", "2")) == Deletion(2, 1, len(BLUE))
    assert len(files(store)) == 1
    assert store.picture(SERVER, "3") is not None
    assert repr(store.delete(numbers(store, "3"))) == "Deleted 1 task and 1 picture (0.0 MB)."
    assert files(store) == []


def test_what_was_spent_is_still_told(store: Store) -> None:
    """Without a word of the prompt."""
    kites(store)
    before = [(one.at, one.kind, one.mode, one.status) for one in store.charges.read()]
    store.delete(numbers(store, "1", "3"))
    after = store.charges.read()
    assert sorted((one.at, one.kind, one.mode, one.status) for one in after) == before
    assert "kite" not in repr(after)


def test_what_is_not_finished_is_not_deleted(store: Store) -> None:
    """And nothing beside it."""
    accepted(store, "5")
    kites(store)
    with pytest.raises(UsageError, match="1 of these tasks is not finished"):
        store.delete(numbers(store, "1", "5"))
    assert store.task("1") is not None


def test_a_request_of_unknown_fate_can_be_deleted(store: Store) -> None:
    """It is listed under a number below zero; the answer of a window goes with its task."""
    number = intend(store, tag="mj-9", content_key="blue")
    kites(store)
    answer = intend(store, kind="Modal", record={"taskId": "1"}, tag="mj-8")
    store.mark_accepted(answer, "1", 1.0)
    (doubtful,) = listing(store).where(status="unknown").numbers
    assert doubtful == -number
    # While it may be sent it stays: its task would come to a history that knows no request of it.
    with pytest.raises(UsageError, match="1 request may still be on the way, and nothing was"):
        store.delete([doubtful, *numbers(store, "2")])
    assert len(numbers(store, "2")) == 1
    store.mark_unknown(number, "the line broke", 1002.0)
    assert store.delete([doubtful]) == Deletion(1, 0, 0)
    assert store.unsettled(SERVER, "blue") == []
    assert len(store.requests_of(None, SERVER, "1")) == 1
    store.delete(numbers(store, "1"))
    assert store.requests_of(None, SERVER, "1") == []


def test_what_is_deleted_is_written_over(file_store: Store) -> None:
    """No prompt can be read from the file of the database afterwards."""
    accepted(file_store, "7", prompt="a secret garden")
    file_store.mark_lost(SERVER, "7", "gone")
    file_store.delete(numbers(file_store, "7"))
    folder: Path = file_store.folder
    file_store.close()
    assert not [one for one in folder.glob("history*") if b"secret garden" in one.read_bytes()]
