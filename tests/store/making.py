"""Requests and tasks as short as a test wants them."""

from typing import Any

from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.models import Task
from mj_notebook.store.history import Store

SERVER = "proxy.test"
PNG = b"\x89PNG\r\n\x1a\n" + b"a red kite"


def again(store: Store) -> Store:
    """Open the same history once more, as another kernel does."""
    return Store(store.folder, address=store.address)


def intend(store: Store, **values: Any) -> int:
    """Write down an Imagine, or what *values* make of it."""
    facts = {
        "kind": "Imagine",
        "prompt": "a red kite",
        "tag": "mj-1",
        "server": SERVER,
        "asked_at": 1000.5,
        **values,
    }
    record = facts.pop("record", {"prompt": facts["prompt"], "state": facts["tag"]})
    return store.record_intent(record, **facts)


def accepted(store: Store, task_id: str, **values: Any) -> int:
    """Write down a request that was taken as *task_id*."""
    intent = intend(store, **values)
    store.mark_accepted(intent, task_id, 1001.0)
    return intent


def task(task_id: str, status: str = "SUCCESS", more: str = "") -> Task:
    """Read a task as a server would send it."""
    body = f'{{"id":"{task_id}","status":"{status}","progress":"50%"{more}}}'
    found = read_task(body.encode())
    assert found is not None
    return found
