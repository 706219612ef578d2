"""From settings to an open session: on a proxy, on the demo server, or on a bundle alone."""

import getpass
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mj_notebook.api.connection import open_client, with_saved_secret
from mj_notebook.client.address import alias, host_of, parse_base_url
from mj_notebook.client.capabilities import Capabilities
from mj_notebook.client.sync import Client
from mj_notebook.errors import SettingsError
from mj_notebook.language import gettext, marked, translated
from mj_notebook.session.session import Session
from mj_notebook.session.worker import Worker
from mj_notebook.settings.credentials import BACKEND_VARIABLE, STORE_VARIABLE, default_credentials
from mj_notebook.settings.paths import working_folder
from mj_notebook.settings.places import DatabaseAddress
from mj_notebook.settings.settings import PAINTER, Pacing, Secret, Settings, data_folder
from mj_notebook.store.history import Store

if TYPE_CHECKING:
    from mj_notebook.server.config import BackendChoice


def open_session(
    settings: Settings,
    *,
    worker: Worker,
    folders: ExitStack,
    clock: Callable[[], float] = time.time,
    capabilities_of: Callable[[str], Capabilities] = lambda _: Capabilities(),
) -> Session:
    """
    Open a session as *settings* says; without a base URL the demo server is started for it.

    Args:
        settings: Where its tasks are drawn, and kept.
        worker: Follows its jobs.
        folders: Keeps what a bundle was unpacked into: its pictures are looked at after the
            session has given way to another one.
        clock: The time, epoch seconds.
        capabilities_of: Returns what was learned of the proxy at an address.
    """
    if settings.offline is not None:
        return _open_offline(settings, settings.offline, worker, folders, clock)
    folder = data_folder(settings, here=working_folder)
    # Whoever mends a setting tries again and again: what was opened before it failed is closed.
    with ExitStack() as undo:
        store = undo.enter_context(open_store(folder, settings.pictures, database_of(settings)))
        store.notebook, store.user = settings.notebook, settings.user or login_name()
        # Looked for only when a session opens: a keyring may ask the person.
        settings, _ = with_saved_secret(settings, default_credentials)
        client, close = _open_client_or_demo(settings, folder, capabilities_of, undo)
        session = Session(
            settings, client=client, store=store, worker=worker, clock=clock, close=close
        )
        undo.pop_all()  # from here on the session closes them
        return session


def _open_client_or_demo(
    settings: Settings,
    folder: Path,
    capabilities_of: Callable[[str], Capabilities],
    undo: ExitStack,
) -> tuple[Client, Callable[[], object]]:
    """Return a client of the proxy, or of a demo server, and what closes that server."""
    if settings.base_url is not None:
        client = open_client(settings, capabilities_of(settings.base_url))
        return undo.enter_context(client), lambda: None
    from mj_notebook.server.runner import Runner  # only the demo needs a server

    runner = Runner.start_demo(
        # Beside the history, so that its tasks are there as long as history tells of them.
        folder / "demo",
        grid_seconds=settings.demo_seconds,
        picture_side=settings.demo_size,
        backend=backend_choice(settings),
    )
    undo.callback(runner.stop)
    # A secret of its own, made at each start: other programs of this machine can't draw here.
    client = Client(runner.base_url, secret=runner.secret, alias=marked("The demo server"))
    return undo.enter_context(client), runner.stop


def backend_choice(settings: Settings) -> "BackendChoice":
    """Return what draws behind the embedded server; its secret is looked for as the proxy's is."""
    from mj_notebook.server.config import USUAL_ADDRESSES, BackendChoice

    secret = settings.backend_secret
    # Only for an engine that has an address; the keyring is not opened for the painter.
    if settings.backend_url or settings.backend in USUAL_ADDRESSES:
        origin = backend_origin(settings)
        if not secret.belongs_to(host_of(origin)):
            found = default_credentials().find(origin, BACKEND_VARIABLE)
            secret = found.secret if found else Secret("")
    return BackendChoice(
        name=settings.backend,
        url=settings.backend_url or "",
        model=settings.backend_model or "",
        secret=secret,
        workflow=settings.backend_workflow,
    )


SECRETS = ("secret", "backend_secret", "store_secret")
"""The settings that are one."""


def with_owners(settings: Settings, given: Collection[str] = ()) -> Settings:
    """
    Return *settings* with each secret bound to the host it stands beside, if to none yet.

    Args:
        settings: What is set.
        given: The names of what was just given: an address and a secret together belong together.
    """
    bound = {}
    for name, address, host in _owners(settings):
        secret = getattr(settings, name)
        if {name, address} <= set(given):
            secret = Secret(secret.reveal())
        bound[name] = secret.bound_to(host)
    return replace(settings, **bound)


def held_back(settings: Settings, given: Collection[str]) -> Iterator[tuple[str, str]]:
    """Say which secrets, if they or their address are *given*, are not sent there; and a remedy."""
    for name, address, host in _owners(settings):
        secret = getattr(settings, name)
        if secret and not secret.belongs_to(host) and {name, address} & set(given):
            yield (
                translated(
                    "The {name} was given for {own}, so it is not sent to {host}",
                    name=name,
                    own=secret.host,
                    host=host,
                ),
                translated("If that wants one, give its own: mj.configure({name}=…).", name=name),
            )


def _owners(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Return each secret that has an address now: its name, that of the address, and the host."""
    # What can't be read is told by whoever asks there, and nothing is sent.
    with suppress(SettingsError):
        if settings.base_url is not None:
            yield "secret", "base_url", alias(settings.base_url)
    with suppress(SettingsError):
        if settings.backend_url or settings.backend != PAINTER:
            yield "backend_secret", "backend_url", host_of(backend_origin(settings))
    if isinstance(settings.store, DatabaseAddress):
        yield "store_secret", "store", settings.store.host


def describe_backend(settings: Settings) -> str:
    """Ask the engine behind the embedded server what it is and can."""
    from mj_notebook.server.backends import choosing

    return choosing.describe_backend(backend_choice(settings))


def _open_offline(
    wanted: Settings,
    path: Path,
    worker: Worker,
    folders: ExitStack,
    clock: Callable[[], float],
) -> Session:
    """Open a session on a history of its own, which is poured from the bundle at *path*."""
    from mj_notebook.api.bundle.reader import Bundle  # only who goes offline needs it
    from mj_notebook.client.offline import OfflineClient

    with ExitStack() as undo, Bundle(path) as bundle:
        folder = undo.enter_context(
            tempfile.TemporaryDirectory(prefix="mj-offline-", ignore_cleanup_errors=True)
        )
        store = undo.enter_context(Store(Path(folder)))
        # Into a history of its own, never into the person's: what a stranger packed stays apart.
        bundle.import_into(store)
        hurried = Pacing(pictures=(), looks=())  # what is not in the bundle will not come later
        session = Session(
            # Offline, replaying is all there is, whatever is set; and nobody may call back.
            replace(wanted, replay=True, pacing=hurried, callback_url=None),
            client=OfflineClient(path.name),
            store=store,
            worker=worker,
            clock=clock,
            server=bundle.manifest.server,
        )
        # Only now nothing can fail any more: before that, each step undoes itself.
        folders.push(undo.pop_all())
        return session


def database_of(settings: Settings) -> DatabaseAddress | None:
    """
    Return the database of the history, None where that is a file.

    Its password is looked for as a proxy's secret is; without any its own client may know one.
    """
    address = settings.database
    # A password in the address was meant; nothing else is looked for.
    if address is None or address.password:
        return address
    found = default_credentials().find(address.origin, STORE_VARIABLE)
    return replace(address, password=found.secret) if found else address


def login_name() -> str | None:
    """Return the name that the person has on this machine, None where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a number without a name, as in some containers
        return None


def open_store(
    folder: Path, pictures: str | None = None, address: DatabaseAddress | None = None
) -> Store:
    """
    Open the history in *folder*; that it was damaged is told once, by a warning.

    Args:
        folder: Holds it.
        pictures: The address of the place that its pictures are shared in, if there is one.
        address: The database that holds its records, if they are in no file.
    """
    store = Store(folder, pictures=pictures, address=address)
    if (damaged := store.database.quarantined) is not None:
        # Told without a line of code, whose path would name the person's folders.
        warnings.warn_explicit(
            translated(
                "The history was damaged; it was set aside as {name}. A new one was begun with what"
                " could be read of it: {count}.",
                name=damaged.name,
                count=_task_count(store.database.salvaged),
            ),
            UserWarning,
            "mj_notebook",
            1,
        )
    return store


def _task_count(tasks: int) -> str:
    if not tasks:
        return gettext("nothing")
    words = gettext("{count} task") if tasks == 1 else gettext("{count} tasks")
    return words.format(count=f"{tasks:,}")


def backend_origin(settings: Settings) -> str:
    """Return scheme, host and port of the engine behind the embedded server."""
    from mj_notebook.server.config import USUAL_ADDRESSES  # only who has an engine asks

    address = settings.backend_url or USUAL_ADDRESSES.get(settings.backend)
    if address is None:
        raise SettingsError(
            translated("There is no engine to log in to."),
            hint=translated("Set it first: mj.configure(backend=…, backend_url=…)."),
        )
    return parse_base_url(address).origin
