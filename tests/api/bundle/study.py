"""A small study in a history of its own, and bundles of it, whole or broken."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PIL import Image

from mj_notebook.api.bundle.collect import collect_contents
from mj_notebook.api.bundle.notebooks import Notebook, TaskReference
from mj_notebook.api.bundle.writer import WrittenBundle, write_bundle
from mj_notebook.settings.settings import Secret
from mj_notebook.store.history import Store
from tests.store.making import SERVER, accepted, intend, task

SECRET = "canary-77ab01"
HOME = Path("/home/ada")
GRID, SINGLE, ZOOM, FAILED, OPEN = "1001", "1002", "1003", "1004", "1005"
BUTTON = "MJ::CustomZoom::1002"
PICTURE = f',"imageUrl":"https://{SERVER}/mj/image/grid.png?sign={SECRET}"'


def png(shade: int) -> bytes:
    """Return a small picture."""
    held = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(held, "PNG")
    return held.getvalue()


def fill(store: Store) -> Store:
    """Write a grid, a pick of it, a zoom by a window, a failure and a running task."""
    accepted(store, GRID, content_key="k-grid", asked_at=10.0, mode="fast")
    accepted(
        store,
        SINGLE,
        kind="Action",
        parent_task=GRID,
        custom_id="MJ::JOB::upsample::1::x",
        content_key="k-single",
        asked_at=20.0,
        tag="mj-2",
    )
    accepted(
        store,
        ZOOM,
        kind="Action",
        parent_task=SINGLE,
        custom_id=BUTTON,
        content_key="k-window",
        asked_at=30.0,
        tag="mj-3",
    )
    answered = {"taskId": ZOOM, "prompt": "a red kite --zoom 1.5", "notifyHook": SECRET}
    answer = intend(
        store,
        kind="Modal",
        record=answered,
        prompt="a red kite --zoom 2",
        content_key="k-zoom",
        custom_id=BUTTON,
        asked_at=31.0,
        tag="mj-3",
    )
    store.mark_accepted(answer, ZOOM, 31.0)
    accepted(
        store,
        FAILED,
        prompt=f"a kite from {HOME}/kite.png",
        content_key="k-no",
        asked_at=40.0,
        tag="mj-4",
    )
    accepted(store, OPEN, content_key="k-open", asked_at=50.0, tag="mj-5")
    account = f',"properties":{{"discordInstanceId":"private-{SECRET}"}}'
    done = [task(one, "SUCCESS", PICTURE + account) for one in (GRID, SINGLE, ZOOM)]
    failed = task(FAILED, "FAILURE", f',"failReason":"no answer of http://10.0.0.9/?key={SECRET}"')
    running = task(OPEN, "IN_PROGRESS")
    store.save_tasks([(SERVER, one) for one in (*done, failed, running)])
    for shade, one in enumerate((GRID, SINGLE, ZOOM)):
        store.save_picture(
            SERVER, one, png(shade), url=f"http://u:{SECRET}@10.0.0.9/{one}.png", at=60.0
        )
    store.annotate(SERVER, GRID, tags=("cover",), rating=4, notes="the best", cost=1.5, seed=7)
    return store


def wanted(*ids: str) -> list[TaskReference]:
    """Return tasks as a cell shows them."""
    return [TaskReference(one, SERVER, "cell 3") for one in ids]


def packed(
    store: Store,
    path: Path,
    ids: Iterable[str] = (ZOOM, FAILED, OPEN),
    *,
    notebook: Notebook | None = None,
    force: bool = False,
) -> WrittenBundle:
    """Write a bundle of the study."""
    return write_bundle(
        path,
        collect_contents(store, wanted(*ids)),
        notebook=notebook,
        read=store.pictures.read,
        home=HOME,
        secrets=(Secret(SECRET),),
        force=force,
    )


Change = Callable[[dict[str, bytes]], Any]


def rewritten(path: Path, change: Change) -> Path:
    """Let *change* do something to the files of a bundle, and write it again."""
    with zipfile.ZipFile(path) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    change(contents)
    with zipfile.ZipFile(path, "w") as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


def in_manifest(contents: dict[str, bytes], **changes: Any) -> None:
    """Change the manifest."""
    manifest = json.loads(contents["manifest.json"]) | changes
    contents["manifest.json"] = json.dumps(manifest).encode()
