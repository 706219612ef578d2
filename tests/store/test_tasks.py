"""Snapshots are kept as they came, and the last word of a task is final."""

import pytest

from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.store.history import Store
from mj_notebook.store.listing import Listing
from mj_notebook.store.query_rows import DatabaseRows
from tests.protocol.samples import TASKS, task_bytes
from tests.store.making import PNG, SERVER, accepted, task


@pytest.mark.parametrize("name", TASKS)
def test_every_recorded_task_comes_back_as_it_came(store: Store, name: str) -> None:
    """Field for field, and its JSON byte for byte."""
    came = read_task(task_bytes(name))
    assert came is not None
    store.save_tasks([(SERVER, came)])
    found = store.task(came.id)
    assert found is not None
    assert bytes(found.task.reply) == task_bytes(name).strip()
    assert found.task.buttons == came.buttons
    assert (found.task.status, found.task.properties) == (came.status, came.properties)


def test_a_task_made_by_us_is_kept_too(store: Store) -> None:
    """Without a reply of a server its own fields are written."""
    store.save_tasks([(SERVER, Task(id="17", status=Status.MODAL, prompt="p"))])
    found = store.task("17")
    assert found is not None
    assert (found.task.status, found.task.prompt) == ("MODAL", "p")
    assert (found.intent, found.kind, found.asked_at) == (None, None, None)


def test_the_latest_snapshot_counts(store: Store) -> None:
    """Each one replaces the one before; the request stays with the task."""
    intent = accepted(store, "17")
    for status in ("SUBMITTED", "IN_PROGRESS", "SUCCESS"):
        store.save_tasks([(SERVER, task("17", status))])
    found = store.task("17")
    assert found is not None
    assert (found.task.status, found.intent) == ("SUCCESS", intent)
    assert store.open_tasks(SERVER) == []


@pytest.mark.parametrize("final", ["SUCCESS", "FAILURE", "CANCEL"])
def test_a_final_state_is_never_undone(store: Store, final: str) -> None:
    """Late and repeated news of a running task change neither the row nor the kept JSON."""
    store.save_tasks([(SERVER, task("17", final, ',"x":1'))])
    store.save_tasks([(SERVER, task("17", "IN_PROGRESS"))])
    store.save_tasks([(SERVER, task("17", final, ',"x":2')), (SERVER, task("17", "SUBMITTED"))])
    found = store.task("17")
    assert found is not None
    assert found.task.status == final
    assert b'"x":2' in bytes(found.task.reply)


def test_many_tasks_are_kept_at_once_or_not_at_all(store: Store) -> None:
    """A fault in the middle leaves nothing of the others."""
    broken = Task(id="2", status="SUCCESS", submit_time=2**70)
    with pytest.raises(OverflowError):
        store.save_tasks([(SERVER, task("1")), (SERVER, broken)])
    assert store.task("1") is None
    store.save_tasks([(SERVER, task(str(number))) for number in range(1000)])
    assert len(store.latest(2000)) == 1000


def test_nothing_to_keep_is_no_error(store: Store) -> None:
    """A tick in which nothing changed."""
    store.save_tasks([])
    assert store.latest() == []


def test_one_id_on_two_servers_is_two_tasks(store: Store) -> None:
    """Servers give out ids without asking each other."""
    store.save_tasks([("one", task("17", "SUCCESS")), ("two", task("17", "FAILURE"))])
    for server, status in (("one", "SUCCESS"), ("two", "FAILURE")):
        found = store.task("17", server=server)
        assert found is not None
        assert (found.server, found.task.status) == (server, status)
    newest = store.task("17")
    assert newest is not None
    assert newest.server == "two"
    assert store.task("17", server="three") is None


def test_only_what_was_asked_from_here_is_open(store: Store) -> None:
    """A stranger's running task that was looked at is not followed after a restart."""
    store.save_tasks([(SERVER, task("99", "IN_PROGRESS"))])
    accepted(store, "1")
    accepted(store, "2")
    store.save_tasks([(SERVER, task("1", "SUCCESS")), (SERVER, task("2", "IN_PROGRESS"))])
    assert [found.task.id for found in store.open_tasks(SERVER)] == ["2"]


def test_children_are_found_by_the_button_or_by_the_servers_word(store: Store) -> None:
    """Oldest first, on the parent's server: ids are a server's own."""
    store.save_tasks([(SERVER, task("17"))])
    accepted(store, "20", kind="Action", parent_task="17", custom_id="MJ::a")
    store.save_tasks([(SERVER, task("21", more=',"parentId":"17"'))])
    store.save_tasks([("elsewhere", task("22", more=',"parentId":"17"'))])
    store.save_tasks([(SERVER, task("20", more=',"parentId":"99"'))])
    family = store.family("17", server=SERVER)
    assert family is not None
    assert [child.task.id for child in family.children] == ["20", "21"]
    assert family.children[0].custom_id == "MJ::a"
    assert family.children_of(family.children[0]) == ()


def test_the_newest_come_first(store: Store) -> None:
    """As many as asked for, with their pictures."""
    for number in range(30):
        accepted(store, str(number))
    store.save_picture(SERVER, "29", PNG, url="https://cdn/x.png", at=5.0)
    found = store.latest(3)
    assert [one.task.id for one in found] == ["29", "28", "27"]
    assert [len(one.pictures) for one in found] == [1, 0, 0]
    assert len(store.latest()) == 20


def test_an_unknown_task_is_none(store: Store) -> None:
    """Asking costs nothing and raises nothing."""
    assert store.task("17") is None
    assert store.family("17") is None


def test_the_pictures_of_a_task_come_with_it(file_store: Store) -> None:
    """In the order of role and number, each with its file and where it was served."""
    file_store.save_tasks([(SERVER, task("17"))])
    for number in (2, 1):
        file_store.save_picture(
            SERVER,
            "17",
            PNG + bytes([number]),
            url=f"https://c/{number}",
            role="tile",
            number=number,
            at=1.0,
        )
    image = file_store.save_picture(
        SERVER, "17", PNG, url="https://u:canary@c/x?ex=1&is=2&hm=3&", at=2.0
    )
    found = file_store.task("17")
    assert found is not None
    assert [(one.role, one.number) for one in found.pictures] == [
        ("image", 0),
        ("tile", 1),
        ("tile", 2),
    ]
    assert found.pictures[0] == ("image", 0, "https://c/x?ex=1&is=2&hm=3&", image, 2.0)
    assert image.path.read_bytes() == PNG


def test_a_picture_kept_again_replaces_the_one_before(store: Store) -> None:
    """The preview of a task gives way to its picture; the old content stays on disk."""
    first = store.save_picture(SERVER, "17", PNG, url="https://c/1", at=1.0)
    second = store.save_picture(SERVER, "17", PNG + b"!", url="https://c/2", at=2.0)
    assert store.picture(SERVER, "17") == second
    assert store.picture(SERVER, "17", role="tile", number=1) is None
    assert first.path.exists()


def test_a_picture_whose_file_is_gone_is_not_claimed(store: Store) -> None:
    """None says "fetch it again"."""
    kept = store.save_picture(SERVER, "17", PNG, url="https://c/1", at=1.0)
    kept.path.unlink()
    assert store.picture(SERVER, "17") is None
    assert store.picture(SERVER, "18") is None


def test_what_was_drawn_otherwise_is_a_column(store: Store) -> None:
    """A version that nobody asked for is told; what is as asked, and what talks, tells nothing."""
    for number, (action, final) in enumerate(
        [
            ("IMAGINE", "a red kite --v 6.1"),
            ("IMAGINE", "a red kite --v 7"),
            ("SHORTEN", "a red kite --v 6.1"),
        ]
    ):
        task = Task(
            id=str(number),
            action=action,
            status="SUCCESS",
            prompt="a red kite --v 7",
            properties=TaskProperties(final_prompt=final),
        )
        store.save_tasks([(SERVER, task)])
    listing = Listing(DatabaseRows(store.queries), now=float)
    records = sorted(listing, key=lambda record: str(record["task"]))
    assert [record["drawn"] for record in records] == [
        "Drawn otherwise than asked: by version 6.1 instead of version 7.",
        None,
        None,
    ]


def test_what_lint_found_is_a_column(store: Store) -> None:
    """The rules by name, each once; a request without findings has none."""
    for found in (["two-of-a-kind", "hyphens", "hyphens"], []):
        accepted(store, f"task {len(found)}", findings=found)
    records = list(Listing(DatabaseRows(store.queries), now=float))
    told = {record["task"]: record["findings"] for record in records}
    assert told == {"task 3": "two-of-a-kind hyphens", "task 0": None}
