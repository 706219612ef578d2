"""Lists of a few tasks with everything that may stand in history."""

import json
from typing import Any

from mj_notebook.protocol.models import Task
from mj_notebook.store.history import Store
from mj_notebook.store.listing import Listing
from mj_notebook.store.query_rows import DatabaseRows
from tests.store.making import PNG, SERVER, accepted, task

NOW = 2000.0
UUID = "1f3b9c70-1111-2222-3333-0123456789ab"
U2 = f"MJ::JOB::upsample::2::{UUID}"


def listing(store: Store) -> Listing:
    """Return all of *store*."""
    return Listing(DatabaseRows(store.queries), now=lambda: NOW)


def drawn(task_id: str, **more: Any) -> Task:
    """Return a grid that was drawn in 41 seconds."""
    fields = {
        "action": "IMAGINE",
        "submitTime": 1_000_000_000_000,
        "startTime": 1_000_000_001_000,
        "finishTime": 1_000_000_042_000,
        "imageUrl": "https://cdn.example/kite.png",
        **more,
    }
    status = fields.pop("status", "SUCCESS")

    return task(task_id, status, "".join(f',"{k}":{json.dumps(v)}' for k, v in fields.items()))


def kites(store: Store) -> Listing:
    """Write four tasks: a grid, an upscale of it, a refused dune in Chinese, and an open one."""
    accepted(store, "1", prompt="a red kite --ar 3:2 --s 250", asked_at=1000.0, mode="fast")
    finished = "a red kite --ar 3:2 --stylize 250 --v 7.0"
    accepted(
        store,
        "2",
        prompt="a red kite",
        kind="Action",
        asked_at=1100.0,
        parent_task="1",
        custom_id=U2,
    )
    accepted(store, "3", prompt="风筝 在沙丘上 --tile", asked_at=1200.0, tag="mj-3")
    accepted(store, "4", prompt="a blue whale --seed 7", asked_at=1300.0, server="elsewhere")
    store.save_tasks(
        [
            (SERVER, drawn("1", seed="42", properties={"finalPrompt": finished})),
            (SERVER, drawn("2", action="UPSCALE", parentId="1", buttons=[])),
            (SERVER, drawn("3", status="FAILURE", failReason="banned", promptEn="a kite on dunes")),
        ]
    )
    store.save_picture(SERVER, "1", PNG, url="https://cdn.example/kite.png", at=1050.0)
    return listing(store)


def ids(found: Listing) -> str:
    """Return the ids in their order."""
    return "".join(record["task"] for record in found)
