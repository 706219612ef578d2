"""The current session: one variable, opened on first use, closed at exit.

Notebooks have one session; everything here that takes none works with it.
"""

import atexit
import tempfile
import threading
import time
import warnings
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mj_notebook.api.connection import client_of, enter, leave, server_of, with_kept_secret
from mj_notebook.client.address import read_base
from mj_notebook.client.sync import Client
from mj_notebook.protocol.routes import ROUTE, prefix
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.webhook.addresses import bind_of
from mj_notebook.session.worker import Worker
from mj_notebook.settings.credentials import ask_person, usual_credentials
from mj_notebook.settings.settings import (
    Pacing,
    Settings,
    changed,
    data_folder,
    environment_settings,
)
from mj_notebook.store.history import Store

if TYPE_CHECKING:
    from mj_notebook.session.webhook.receiver import Receiver

_lock = threading.RLock()
_settings: Settings | None = None
_session: Session | None = None
_worker: Worker | None = None
# Sessions that gave way to new settings; their open jobs go on until the end.
_retired: list[Session] = []
# Histories that were opened to be read, while no session had them open.
_shelves: dict[Path, Store] = {}


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
            An address goes online again after `offline`, unless ``MJ_OFFLINE`` holds.

    Raises:
        SettingsError: A name or a value makes no sense; nothing is changed.
    """
    global _settings, _session
    with _lock:
        wanted = changed(current_settings(), **values)
        if "base_url" in values and "offline" not in values:
            wanted = changed(wanted, offline=environment_settings().offline)
        if wanted.base_url is not None:
            wanted = changed(wanted, base_url=str(read_base(wanted.base_url)))
        if wanted.callback_url is not None:
            bind_of(wanted)  # a wrong address is told to the person now, not to the log later
        _settings = wanted
        # Open jobs keep their own session; only new ones take the new settings.
        if _session is not None:
            _retired.append(_session)
        _session = None
        return wanted


def login(secret: str | None = None, *, forget: bool = False) -> str:
    """
    Take the secret of the proxy that is set, try it, and keep it for the next time.

    It is kept in the system's keyring when the package keyring is installed, else in a file that
    only you can read, and used for this proxy alone.

    Args:
        secret: The secret; None asks for it, so that it stands in no cell.
        forget: Forget what is kept instead.

    Returns:
        The sentence that says where it is kept.

    Raises:
        Unauthorized: The proxy does not take it; it is not kept.
        SettingsError: No proxy is set, or nobody is there to be asked.
    """
    if forget:
        said = leave(current_settings(), usual_credentials())
        configure(secret=environment_settings().secret)
        return said
    entered, said = enter(current_settings(), secret, usual_credentials(), ask_person)
    configure(secret=entered.secret)
    return said


def current_session() -> Session:
    """Return the current session, opened on first use."""
    global _session
    with _lock:
        if _session is None:
            _session = open_session(current_settings(), worker=current_worker())
        return _session


def opened_sessions() -> list[Session]:
    """Return the sessions of this kernel, the current one last; opens none."""
    with _lock:
        return [*_retired, *filter(None, (_session,))]


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
        shelves = [_shelves.popitem()[1] for _ in list(_shelves)]
    if stopped is not None:
        stopped.stop()
    for one in ended:
        one.close()
    for shelf in shelves:
        shelf.close()


def current_store() -> Store:
    """Return the store of the current session; reading it opens no session and starts no server."""
    with _lock:
        if _session is not None or current_settings().offline is not None:
            return current_session().store
        folder = data_folder(current_settings(), here=Path.cwd())
        if folder not in _shelves:
            _shelves[folder] = open_store(folder)
            atexit.register(close)
        return _shelves[folder]


def current_server() -> str:
    """Return the name in history of the server that is asked; opens no session on a proxy."""
    with _lock:
        if _session is not None or current_settings().offline is not None:
            return current_session().server
        return server_of(current_settings())


def mode_of(word: str | None) -> Mode | None:
    """Return the speed a person means by *word*, None for the usual one."""
    return changed(current_settings(), mode=word).mode if word else None


def address_of(name: str, mode: Mode | None) -> str:
    """Return where the request of route *name* would be sent, without asking anybody."""
    wanted = current_settings()
    path = prefix(mode or wanted.mode, wanted.image_mode) + ROUTE[name].path
    return (wanted.base_url or "(demo server)") + path


def listen(public_url: str | None = None, *, host: str = "127.0.0.1", port: int = 0) -> "Receiver":
    """
    Let the proxy post each change here, for the jobs started from now on.

    Polling goes on beside it, more slowly, and decides how a task ended. What this returns has a
    `stop`; it also stops with its session, for instance when `configure` makes a new one.

    Args:
        public_url: An address that leads from the proxy to *host* and *port*; a part that can't be
            guessed is added to it. A proxy on this machine, or the demo server, needs none.
        host: Where to listen.
        port: 0 for any free one.

    Raises:
        UsageError: It can't be listened there, or the proxy can't come there.
    """
    return current_session().listen(public_url, host=host, port=port)


def job(task_id: str) -> Job:
    """Return the job of a task: of this kernel, from history, or from the proxy."""
    return current_session().job(task_id)


# -- opening a session --


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
    from mj_notebook.api.bundle.reader import Bundle  # only who goes offline needs it
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
