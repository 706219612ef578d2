"""A task with its relatives comes in one call, in a number of questions that never grows."""

import pytest

from mj_notebook.store import sql
from mj_notebook.store.history import Store
from mj_notebook.store.records import StoredFamily
from tests.store.making import PNG, SERVER, accepted, task
from tests.support.reads import statements


def ids(family: StoredFamily) -> list[str]:
    """Return the tasks of a family."""
    return [member.task.id for member in family.members]


def drawn(store: Store, task_id: str, parent: str | None = None, **values: object) -> None:
    """Write down a task that was asked for and succeeded, with its picture."""
    asked = {"tag": f"mj-{task_id}", "content_key": f"k-{task_id}", "parent_task": parent}
    accepted(store, task_id, **asked, **values)
    store.save_tasks([(SERVER, task(task_id))])
    store.save_picture(SERVER, task_id, PNG + task_id.encode(), url=f"https://c/{task_id}", at=1.0)


def _grow(store: Store) -> Store:
    """A history: 1 → (2 → 4, 3), and 9, which has nothing to do with them."""
    drawn(store, "1", mode="fast")
    drawn(store, "2", "1", kind="Action", custom_id="MJ::a")
    drawn(store, "3", "1", kind="Action", custom_id="MJ::b")
    drawn(store, "4", "2", kind="Action", custom_id="MJ::c")
    drawn(store, "9")
    return store


@pytest.fixture
def grown(store: Store) -> Store:
    """Return a family, in each of the databases."""
    return _grow(store)


@pytest.fixture
def grown_file(file_store: Store) -> Store:
    """Return the same in a file, which tells what it is asked."""
    return _grow(file_store)


def test_relatives_are_known_from_each_of_them(grown: Store) -> None:
    """From the first, from the last and from the middle: the same tasks, oldest first."""
    for task_id, parent, children in (("1", None, "23"), ("2", "1", "4"), ("4", "2", "")):
        family = grown.family(task_id)
        assert family is not None
        assert ids(family) == ["1", "2", "3", "4"]
        assert family.task.task.id == task_id
        assert (family.parent.task.id if family.parent else None) == parent
        assert [child.task.id for child in family.children] == list(children)
    alone = grown.family("9")
    assert alone is not None
    assert (ids(alone), alone.parent, alone.children) == (["9"], None, ())


def test_each_member_is_known_as_if_it_was_asked_for_alone(grown: Store) -> None:
    """Snapshot, request and pictures: what `task` returns of it."""
    family = grown.family("2")
    assert family is not None
    assert list(family.members) == [grown.task(task_id) for task_id in "1234"]


def test_a_task_carries_what_a_job_is_restored_from(grown: Store) -> None:
    """Its request, its speed, its fingerprint, its seed and its pictures."""
    assert grown.annotate(SERVER, "1", seed=7)
    tile = grown.save_picture(SERVER, "1", PNG + b"t", url="", role="tile", number=2, at=1.0)
    family = grown.finished_family("k-1")
    assert family is not None
    first = family.task
    assert (first.tag, first.prompt, first.asked_at) == ("mj-1", "a red kite", 1000.5)
    assert (first.mode, first.key, first.seed) == ("fast", "k-1", 7)
    assert first.image is not None
    assert first.image.path.read_bytes() == PNG + b"1"
    assert first.tiles == {2: tile}
    (child, _) = family.children
    assert (child.custom_id, child.parent_task, child.tiles) == ("MJ::a", "1", {})


@pytest.mark.parametrize("more", [0, 200])
def test_two_questions_are_enough_for_any_family(grown_file: Store, more: int) -> None:
    """One for the tasks and one for the pictures, however many children there are."""
    for number in range(more):
        drawn(grown_file, f"1{number:03d}", "1")
    with statements(grown_file) as ran:
        family = grown_file.finished_family("k-2")
    assert family is not None
    assert (len(ran), len(family.members)) == (2, 4 + more)
    with statements(grown_file) as ran:
        assert grown_file.family("2") == family
    assert len(ran) == 2


def test_what_is_unknown_is_one_question(grown_file: Store) -> None:
    """Nothing is asked about the pictures of nothing."""
    with statements(grown_file) as ran:
        assert grown_file.finished_family("k-none") is None
    assert len(ran) == 1
    assert grown_file.family("none") is None
    assert grown_file.family("1", server="elsewhere") is None


def test_the_first_that_succeeded_is_the_finished_one(store: Store) -> None:
    """A failed or open task with the same fingerprint is passed over."""
    for task_id, status in (("1", "FAILURE"), ("2", "SUCCESS"), ("3", "SUCCESS")):
        accepted(store, task_id, content_key="k-a")
        store.save_tasks([(SERVER, task(task_id, status))])
    accepted(store, "4", content_key="k-a")
    family = store.finished_family("k-a")
    assert family is not None
    assert family.task.task.id == "2"


def test_another_server_has_another_family(grown: Store) -> None:
    """Ids are a server's own: the newest one, the wanted one or the usual one is taken."""
    grown.save_tasks([("elsewhere", task("1")), ("elsewhere", task("5", more=',"parentId":"1"'))])
    newest, wanted, usual = (
        grown.family("1"),
        grown.family("1", server=SERVER),
        grown.family("1", prefer=SERVER),
    )
    assert newest is not None
    assert (newest.task.server, ids(newest)) == ("elsewhere", ["1", "5"])
    assert wanted is not None
    assert (wanted.task.server, ids(wanted)) == (SERVER, ["1", "2", "3", "4"])
    assert usual == wanted
    assert grown.family("5", prefer=SERVER) is not None


def test_tasks_in_a_circle_are_a_family_too(store: Store) -> None:
    """A server that names a task its own ancestor makes nobody wait for ever."""
    store.save_tasks([(SERVER, task(one, more=f',"parentId":"{of}"')) for one, of in ("12", "21")])
    family = store.family("1")
    assert family is not None
    assert ids(family) == ["1", "2"]
    assert (family.parent, family.children) == (family.members[1], (family.members[1],))
    store.save_tasks([(SERVER, task("3", more=',"parentId":"3"'))])
    alone = store.family("3")
    assert alone is not None
    assert (ids(alone), alone.parent, alone.children) == (["3"], None, ())


def test_children_are_looked_up_by_their_parent(file_store: Store) -> None:
    """No step goes through all tasks of a server: history grows, a replay stays quick."""
    for question, values in (
        (sql.FAMILY_OF_TASK, ("1", None, None, None)),
        (sql.FAMILY_OF_FINISHED, ("k-1",)),
    ):
        plan = [
            row[3] for row in file_store.database.read(f"EXPLAIN QUERY PLAN {question}", values)
        ]
        assert any("tasks_by_parent" in step for step in plan)
        assert not any("SCAN t" in step or "tasks_by_server" in step for step in plan)
