"""Whose child is whose, as a graph of records; and the records of some tasks alone."""

from collections.abc import Iterable
from typing import NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.store.columns import NAMES
from mj_notebook.store.query import TaskReader
from mj_notebook.store.record_columns import Record, records_of, table_of

# A drawing with more is no drawing any more, and a family may grow for years.
MAX_TASKS = 500


class Graph(NamedTuple):
    """
    A family of tasks.

    Attributes:
        nodes: The records, parents before their children.
        edges: Task ids of parent and child, and what stood on the button ("" when unknown).
        chosen: The task that was asked for.
        is_whole: Whether nothing had to be left out.
    """

    nodes: tuple[Record, ...]
    edges: tuple[tuple[str, str, str], ...]
    chosen: str
    is_whole: bool = True


def read_graph(queries: TaskReader, task_id: str, server: str | None = None) -> Graph:
    """Return the family of a task, of the newest one when several servers know that id."""
    found_server = _server_of(queries, task_id, server)
    ids = queries.family(found_server, task_id, MAX_TASKS + 1)
    records = records_of(table_of(queries.rows_of(ids[:MAX_TASKS])))
    return Graph(
        tuple(_parents_first(records)), tuple(_edges(records)), task_id, len(ids) <= MAX_TASKS
    )


def read_tasks(
    queries: TaskReader, tasks: Iterable[tuple[str, str | None]]
) -> tuple[list[Record], list[str]]:
    """
    Return the records of some tasks, all with the same keys, and which of these are parameters.

    Args:
        queries: History.
        tasks: Ids with the server's name; None takes the newest task of that id.

    Raises:
        UsageError: History does not know one of them.
    """
    homes = [(_server_of(queries, task_id, server), task_id) for task_id, server in tasks]
    numbers = [queries.number_of(found_server, task_id) or 0 for found_server, task_id in homes]
    table = table_of(queries.rows_of(numbers))
    return records_of(table), [name for name in table if name not in NAMES]


def _server_of(queries: TaskReader, task_id: str, server: str | None) -> str:
    found_server = queries.home_of(task_id, server)
    if found_server is None:
        raise UsageError(
            translated("History knows no task {task_id!r}.", task_id=task_id[:80]),
            hint=translated("Look at mj.history() for its id."),
        )
    return found_server


def _edges(records: list[Record]) -> Iterable[tuple[str, str, str]]:
    known = {record["task"] for record in records}
    for record in records:
        if record["parent"] in known and record["parent"] != record["task"]:
            yield record["parent"], record["task"], record["button"] or ""


def _parents_first(records: list[Record]) -> Iterable[Record]:
    """Go from those without a parent here downwards; a circle is gone through once."""
    by_parent: dict[str | None, list[Record]] = {}
    known = {record["task"] for record in records}
    for record in records:
        parent = record["parent"] if record["parent"] in known else None
        by_parent.setdefault(parent, []).append(record)
    seen: set[str] = set()
    waiting = [*records[::-1], *by_parent.get(None, [])[::-1]]
    while waiting:
        record = waiting.pop()
        if record["task"] not in seen:
            seen.add(record["task"])
            yield record
            waiting += by_parent.get(record["task"], [])[::-1]
