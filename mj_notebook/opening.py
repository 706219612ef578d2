"""Opening: a session from settings, with its folder, its secret and its server."""

import tempfile
import time
import warnings
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from mj_notebook.client.sync import Client
from mj_notebook.connection import client_of, with_kept_secret
from mj_notebook.session import Session
from mj_notebook.settings.credentials import usual_credentials
from mj_notebook.settings.settings import Pacing, Settings, data_folder
from mj_notebook.store.history import Store
from mj_notebook.worker import Worker


def open_session(wanted: Settings, *, worker: Worker) -> Session:
    """Open a session as *wanted* says; without a base URL the demo server is started for it."""
    if wanted.offline is not None:
        return _open_offline(wanted, wanted.offline, worker)
    folder = data_folder(wanted, here=Path.cwd())
    store = open_store(folder)
    store.notebook = wanted.notebook
    wanted, _ = with_kept_secret(wanted, usual_credentials)
    if wanted.base_url is not None:
        client = client_of(wanted)
        return Session(wanted, client=client, store=store, worker=worker, clock=time.time)
    from mj_notebook.server.runner import Runner  # only the demo needs a server

    runner = Runner.start_demo(folder / "demo", grid_seconds=wanted.demo_seconds)
    client = Client(runner.base_url, secret=runner.secret, alias="The demo server")
    return Session(
        wanted, client=client, store=store, worker=worker, clock=time.time, close=runner.stop
    )


def _open_offline(wanted: Settings, path: Path, worker: Worker) -> Session:
    """Open a session on a history of its own, which is poured from the bundle at *path*."""
    from mj_notebook.bundles.opening import Bundle  # only who goes offline needs it
    from mj_notebook.client.offline import Nobody

    with ExitStack() as undo, Bundle(path) as bundle:
        folder = undo.enter_context(
            tempfile.TemporaryDirectory(prefix="mj-offline-", ignore_cleanup_errors=True)
        )
        store = undo.enter_context(Store(Path(folder)))
        bundle.pour(store)
        hurried = Pacing(pictures=(), looks=())  # what is not in the bundle will not come later
        return Session(
            replace(wanted, replay=True, pacing=hurried, callback_url=None),
            client=Nobody(path.name), store=store, worker=worker, clock=time.time,
            close=undo.pop_all().close, server=bundle.manifest.server,
        )  # fmt: skip


def open_store(folder: Path) -> Store:
    """Open the history in *folder*; that it was damaged is told once, by a warning."""
    store = Store(folder)
    if store.set_aside is not None:
        # Told without a line of code, whose path would name the person's folders.
        warnings.warn_explicit(
            f"The history was damaged; it was set aside as {store.set_aside.name}. A new one was"
            f" begun with what could be read of it: {_counted(store.salvaged)}.",
            UserWarning,
            "mj_notebook",
            1,
        )
    return store


def _counted(tasks: int) -> str:
    return f"{tasks:,} {'task' if tasks == 1 else 'tasks'}" if tasks else "nothing"
