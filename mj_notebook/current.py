"""The current session: one variable, opened on first use, closed at exit.

Notebooks have one session; everything here that takes none works with it.
"""

import atexit
import threading
import time
import warnings
from pathlib import Path
from typing import Any

from mj_notebook.client.address import read_base
from mj_notebook.client.sync import Client
from mj_notebook.jobs import Job
from mj_notebook.protocol.routes import ROUTE, prefix
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session import Session
from mj_notebook.settings import (
    Settings,
    changed,
    data_folder,
    environment_settings,
)
from mj_notebook.store.history import Store
from mj_notebook.worker import Worker

_lock = threading.RLock()
_settings: Settings | None = None
_session: Session | None = None
_worker: Worker | None = None
# Sessions that gave way to new settings; their open jobs go on until the end.
_retired: list[Session] = []


def current_settings() -> Settings:
    """Return what is set: by `configure`, else by the environment."""
    global _settings
    with _lock:
        if _settings is None:
            _settings = environment_settings()
        return _settings


def configure(**values: Any) -> Settings:
    """
    Set what `Settings` lists; the next job uses it.

    Args:
        **values: For instance ``base_url="https://…"``, ``secret=…``, ``mode="fast"``,
            ``bot="niji"``, ``store="folder"``, ``demo_seconds=3``. None means the usual value.

    Raises:
        SettingsError: A name or a value makes no sense; nothing is changed.
    """
    global _settings, _session
    with _lock:
        wanted = changed(current_settings(), **values)
        if wanted.base_url is not None:
            wanted = changed(wanted, base_url=str(read_base(wanted.base_url)))
        _settings = wanted
        # Open jobs keep their own session; only new ones take the new settings.
        if _session is not None:
            _retired.append(_session)
        _session = None
        return wanted


def current_session() -> Session:
    """Return the current session, opened on first use."""
    global _session
    with _lock:
        if _session is None:
            _session = open_session(current_settings(), worker=current_worker())
        return _session


def use(other: Session) -> None:
    """Make *other* the current session."""
    global _session
    with _lock:
        _session = other


def current_worker() -> Worker:
    """Return the worker of all sessions that are opened here; its thread begins on first use."""
    global _worker
    with _lock:
        if _worker is None:
            _worker = Worker()
            atexit.register(close)
        return _worker


def close() -> None:
    """Close the current session and its worker; open tasks go on at the proxy."""
    global _session, _worker
    with _lock:
        ended, stopped = [*_retired, *filter(None, (_session,))], _worker
        _session = _worker = None
        _retired.clear()
    if stopped is not None:
        stopped.stop()
    for one in ended:
        one.close()


def open_session(wanted: Settings, *, worker: Worker) -> Session:
    """Open a session as *wanted* says; without a base URL the demo server is started for it."""
    folder = data_folder(wanted, here=Path.cwd())
    store = Store(folder)
    if store.set_aside is not None:
        warnings.warn(
            f"The history was damaged; it was set aside as {store.set_aside.name},"
            " and a new one begun.",
            stacklevel=2,
        )
    if wanted.base_url is not None:
        client = Client(
            wanted.base_url,
            secret=wanted.secret,
            bearer=wanted.bearer,
            mode=wanted.mode,
            image_mode=wanted.image_mode,
        )
        return Session(wanted, client=client, store=store, worker=worker, clock=time.time)
    from mj_notebook.server.runner import Runner  # only the demo needs a server

    runner = Runner.start_demo(folder / "demo", grid_seconds=wanted.demo_seconds)
    client = Client(runner.base_url, secret=runner.secret, alias="The demo server")
    return Session(
        wanted, client=client, store=store, worker=worker, clock=time.time, close=runner.stop
    )


def mode_of(word: str | None) -> Mode | None:
    """Return the speed a person means by *word*, None for the usual one."""
    return changed(current_settings(), mode=word).mode if word else None


def address_of(name: str, mode: Mode | None) -> str:
    """Return where the request of route *name* would be sent, without asking anybody."""
    wanted = current_settings()
    path = prefix(mode or wanted.mode, wanted.image_mode) + ROUTE[name].path
    return (wanted.base_url or "(demo server)") + path


def job(task_id: str) -> Job:
    """Return the job of a task: of this kernel, from history, or from the proxy."""
    return current_session().job(task_id)
