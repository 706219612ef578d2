"""What the store answers beside lists: content keys, thumbnails, families; and older files."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.store.database import FILE
from mj_notebook.store.history import Store
from mj_notebook.store.lineage import Graph, read_graph
from mj_notebook.store.migrations import MIGRATIONS, migrate
from mj_notebook.store.records import Before
from tests.store.listings import U2, drawn, ids, kites, listing
from tests.store.making import SERVER, accepted, intend, task

KEY = "k-3f9a"


def test_a_running_task_is_found_by_its_key_until_it_is_final(store: Store) -> None:
    """So that a cell that runs again joins it, and afterwards replays it."""
    accepted(store, "1", content_key=KEY)
    running = store.find_running(KEY)
    assert running is not None
    assert running.task.id == "1"
    assert store.finished_family(KEY) is None
    store.save_tasks([(SERVER, drawn("1"))])
    finished = store.finished_family(KEY)
    assert finished is not None
    assert finished.task.task.id == "1"
    assert store.find_running(KEY) is None
    assert store.finished_family("k-other") is None


def test_what_failed_is_neither_running_nor_finished(store: Store) -> None:
    """It is asked for again."""
    accepted(store, "1", content_key=KEY)
    store.save_tasks([(SERVER, drawn("1", status="FAILURE"))])
    assert (store.finished_family(KEY), store.find_running(KEY)) == (None, None)


def test_the_first_result_with_a_key_counts_until_another_is_chosen(store: Store) -> None:
    """What is drawn again stands beside the first; the latest choice stands for all."""
    for task_id in "123":
        accepted(store, task_id, content_key=KEY)
        store.save_tasks([(SERVER, drawn(task_id))])
    found: list[str] = []
    for choice in ("", "2", "3", "1"):
        assert not choice or store.choose(SERVER, choice, 10.0 + len(found))
        finished = store.finished_family(KEY)
        assert finished is not None
        found.append(finished.task.task.id)
    assert found == ["1", "2", "3", "1"]
    assert not store.choose(SERVER, "unknown", 20.0)


def test_the_answer_of_a_window_gives_its_task_the_key(store: Store) -> None:
    """What was pressed says less of the picture than what was answered."""
    accepted(store, "17", kind="Action", parent_task="7", custom_id=U2, content_key="k-press")
    accepted(store, "17", kind="Modal", prompt="a hat", content_key=KEY)
    store.save_tasks([(SERVER, drawn("17"))])
    finished = store.finished_family(KEY)
    assert finished is not None
    assert (finished.task.task.id, finished.task.kind) == ("17", "Action")
    assert store.finished_family("k-press") is None


def test_a_request_of_unknown_fate_is_found_by_its_key(store: Store) -> None:
    """Before it is asked for again, its task is looked for."""
    first, _ = intend(store, content_key=KEY), intend(store, content_key="k-other")
    assert [found.intent for found in store.unsettled(SERVER, KEY)] == [first]
    assert len(store.unsettled(SERVER)) == 2


def test_what_is_known_of_many_keys_is_one_question(store: Store) -> None:
    """What is finished counts before what is under way, and that before what is in doubt."""
    for task_id in "12":
        accepted(store, task_id, content_key=f"k-{task_id}")
        intend(store, content_key=f"k-{task_id}")
    store.save_tasks([(SERVER, drawn("1"))])
    intend(store, content_key="k-3")
    intend(store, content_key="k-4", server="another")
    accepted(store, "5", content_key="k-5")
    store.save_tasks([(SERVER, drawn("5", status="FAILURE"))])
    assert store.before([f"k-{number}" for number in range(7)], SERVER) == {
        "k-1": Before.DRAWN,
        "k-2": Before.UNDER_WAY,
        "k-3": Before.IN_DOUBT,
    }


def _edges(graph: Graph) -> set[tuple[str, str]]:
    return {(parent, child) for parent, child, _ in graph.edges}


def _family(store: Store) -> None:
    accepted(store, "1")
    for child, parent in (("2", "1"), ("3", "1"), ("4", "2"), ("5", "4")):
        accepted(store, child, kind="Action", parent_task=parent, custom_id=U2)
    accepted(store, "9")
    accepted(store, "2", server="elsewhere", parent_task="1")


@pytest.mark.parametrize("asked", ["1", "4", "5", "3"])
def test_a_family_is_the_same_from_wherever_one_looks(store: Store, asked: str) -> None:
    """Up to the first and down to the last, of one server, parents before children."""
    _family(store)
    graph = read_graph(store.queries, asked, SERVER)
    assert [node["task"] for node in graph.nodes] == ["1", "2", "4", "5", "3"]
    assert _edges(graph) == {("1", "2"), ("1", "3"), ("2", "4"), ("4", "5")}
    assert {button for _, _, button in graph.edges} == {"U2"}
    assert (graph.chosen, graph.is_whole) == (asked, True)


def test_a_task_without_relatives_is_a_family(store: Store) -> None:
    """One node, no edge."""
    _family(store)
    graph = read_graph(store.queries, "9")
    assert ([node["task"] for node in graph.nodes], graph.edges) == (["9"], ())


def test_a_parent_nobody_knows_is_no_node(store: Store) -> None:
    """It may have been pressed elsewhere."""
    accepted(store, "2", parent_task="1")
    graph = read_graph(store.queries, "2")
    assert ([node["task"] for node in graph.nodes], graph.edges) == (["2"], ())


def test_a_circle_ends(store: Store) -> None:
    """Servers can say what they like; each task is there once."""
    for child, parent in (("1", "3"), ("2", "1"), ("3", "2"), ("4", "4")):
        accepted(store, child, parent_task=parent)
    assert sorted(node["task"] for node in read_graph(store.queries, "2").nodes) == ["1", "2", "3"]
    assert [node["task"] for node in read_graph(store.queries, "4").nodes] == ["4"]
    assert read_graph(store.queries, "4").edges == ()


def test_an_unknown_task_has_no_lineage(store: Store) -> None:
    """It is said, not drawn as nothing."""
    with pytest.raises(UsageError, match="knows no task '99'"):
        read_graph(store.queries, "99")


def test_an_older_file_gets_its_columns_filled(tmp_path: Path) -> None:
    """What was kept before can be read, filtered and searched like the rest."""
    reply = bytes(drawn("1", seed="42", properties={"finalPrompt": "a kite --v 7"}).reply)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as old:
        migrate(old, MIGRATIONS[:3])
        old.execute(
            "INSERT INTO requests (server, kind, prompt, tag, asked_at, body, custom_id)"
            " VALUES (?, 'Action', 'a kite --s 50', 't', 900.0, '{}', ?)",
            (SERVER, U2),
        )
        for row in ((1, "1", 1, "SUCCESS"), (2, "2", None, "NOT_START"), (3, "3", None, "SUCCESS")):
            old.execute(
                "INSERT INTO tasks (id, task_id, request, status, server, is_final, prompt,"
                " submit_time) VALUES (?, ?, ?, ?, ?, 0, 'a kite --s 50', 950000)",
                (*row, SERVER),
            )
        old.executemany("INSERT INTO replies VALUES (?, ?)", [(1, reply), (3, b"\x78damaged")])
    with Store(tmp_path) as store:
        found = listing(store)
        assert ids(found) == "321"
        record = found[2]
        told = {"seed": 42, "version": "7", "button": "U2", "tiles": 4, "asked": record["asked"]}
        assert {name: record[name] for name in told} == told
        assert [one["stylize"] for one in found] == [50, 50, None]
        assert ids(found.search("kite")) == "321"
        assert ids(found.where(since=940, until=1000)) == "32"


def test_another_kernel_searches_while_one_writes(tmp_path: Path) -> None:
    """Two stores on one folder: what one wrote the other finds, both ways."""
    with Store(tmp_path) as one, Store(tmp_path) as two:
        kites(one)
        assert ids(listing(two).search("kite")) == "321"
        accepted(two, "5", prompt="a kite", asked_at=1400.0)
        assert ids(listing(one).search("kite")) == "5321"


def test_a_snapshot_without_a_prompt_leaves_the_parameters(store: Store) -> None:
    """Some servers send none; what was asked stays known."""
    accepted(store, "1", prompt="a kite --s 50")
    store.save_tasks([(SERVER, task("1"))])
    assert listing(store)[0]["stylize"] == 50


def test_tasks_are_found_by_who_asked(store: Store) -> None:
    """One user or several, and the record says who; a request in doubt has one as well."""
    for user, task_id in (("ada", "1"), ("bob", "2"), (None, "3")):
        store.user = user
        accepted(store, task_id, asked_at=1000.0 + int(task_id))
    store.user = "ada"
    intend(store, tag="mj-doubt")
    found = listing(store)
    assert ids(found.where(user="ada")) == "1"
    assert ids(found.where(user=["ada", "bob"])) == "21"
    assert [record["user"] for record in found] == [None, "bob", "ada"]
    assert [one["user"] for one in found.where(status="unknown", user="ada")] == ["ada"]
    assert ids(found.where(sort="user")) == "123"
