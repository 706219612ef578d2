"""The current session: one variable, opened on first use, closed at exit.

Notebooks have one session; everything here that takes none works with it.
"""

import atexit
import copyreg
import os
import threading
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mj_notebook.api.opening import (
    database_of,
    held_back,
    open_session,
    open_store,
    with_owners,
)
from mj_notebook.client.address import parse_base_url, server_name, with_modes, without_modes
from mj_notebook.client.capabilities import Capabilities
from mj_notebook.errors import SettingsError, UsageError
from mj_notebook.language import translated
from mj_notebook.language.catalogue import load, speak
from mj_notebook.language.misfits import fitting
from mj_notebook.prompt.rules import rule_book
from mj_notebook.protocol.actions import action_of
from mj_notebook.protocol.routes import ROUTE_OF_REQUEST, prefix
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.job import Job
from mj_notebook.session.result_cache import Found, find_before
from mj_notebook.session.session import Session
from mj_notebook.session.webhook.addresses import bind_of
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import checked, is_whole, spelled_like
from mj_notebook.settings.jupyter_language import language_of
from mj_notebook.settings.paths import working_folder
from mj_notebook.settings.places import DatabaseAddress
from mj_notebook.settings.pricing import amount
from mj_notebook.settings.readers import environment_settings, read_settings, with_changes
from mj_notebook.settings.settings import Settings, data_folder
from mj_notebook.store.history import Store
from mj_notebook.view.resumed import left_texts

if TYPE_CHECKING:
    from mj_notebook.protocol.requests import Request
    from mj_notebook.session.submission import Submission
    from mj_notebook.session.webhook.receiver import WebhookReceiver


class _State:
    """
    What this kernel has open; one instance, below.

    Attributes:
        lock: Guards all the rest; cells and callbacks come from several threads.
        retired: Sessions that gave way to new settings and have open jobs yet.
        stores: Histories that were opened to be read, while no session had them open.
        past: The tasks of sessions that were closed: history's folder, server and id.
        learned: What was learned of each server, by its address.
        folders: What bundles were unpacked into; their pictures are looked at until the end.
    """

    def __init__(self) -> None:
        # Entered again by the same thread: `configure` retires a session, `current_store` opens
        # one.
        self.lock = threading.RLock()
        self.settings: Settings | None = None
        self.session: Session | None = None
        self.worker: Worker | None = None
        self.retired: list[Session] = []
        # By all that names a place: after `configure` another history may be meant.
        self.stores: dict[tuple[Path, str | None, DatabaseAddress | None], Store] = {}
        self.past: dict[tuple[Path, str, str], None] = {}
        self.learned: dict[str, Capabilities] = {}
        self.folders = ExitStack()


_state = _State()


def _begin_anew() -> None:
    """
    Begin anew in a forked child, with the same settings.

    Of the parent's session it has no thread, and locks that nobody will open; connections and
    files are shared with it, so they are left alone.
    """
    global _state
    settings, _state = _state.settings, _State()
    _state.settings = settings


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_begin_anew)


@checked
def current_settings() -> Settings:
    """
    Return what is set: by `configure`, else by the environment.

    Example:
        >>> mj.current_settings().is_demo
    """
    with _state.lock:
        if _state.settings is None:
            _state.settings = with_owners(environment_settings())
            # Here, once: whoever shows something has read the settings before.
            speak(language_of(_state.settings))
        return _state.settings


def known_settings() -> Settings | None:
    """Return what is set; None as long as nothing was, and nothing has asked for it."""
    return _state.settings


def settings_with_faults() -> tuple[Settings, tuple[SettingsError, ...]]:
    """Return what is set; of an environment that makes no sense what does, and all its faults."""
    with _state.lock:
        if _state.settings is None:
            settings, faults = read_settings(os.environ)
            if faults:
                # Not kept: a corrected environment is read anew, without a restart.
                return settings, faults
        return current_settings(), ()


def capabilities_of(base_url: str) -> Capabilities:
    """Return what was learned of the server at *base_url*, for whoever asks it to add to."""
    with _state.lock:
        where = str(without_modes(parse_base_url(base_url)))
        # For the life of the kernel, whatever session asks: new settings don't make a server offer
        # more.
        return _state.learned.setdefault(where, Capabilities())


@fitting
@spelled_like(Settings)
def configure(**values: Any) -> Settings:
    """
    Set what `Settings` lists; the next job uses it.

    Args:
        **values: For instance ``base_url="https://…"``, ``secret=…``, ``mode="fast"``,
            ``bot="niji"``, ``store="folder"``, ``backend="a1111"``. None means the usual value.
            An address goes online again after `offline`, unless ``MJ_OFFLINE`` holds.

    Raises:
        SettingsError: A name or a value makes no sense; nothing is changed.

    Example:
        >>> mj.configure(mode="fast", most_jobs=8)
    """
    with _state.lock:
        wanted = with_changes(current_settings(), **values)
        if values.get("backend") is not None:
            from mj_notebook.server.backends.choosing import require_backend  # only who asks

            # Before anything changes: a wrong name is told by the line that gives it, not by the
            # next job.
            require_backend(wanted.backend)
        if values.get("offline", ...) is None or (
            "base_url" in values and "offline" not in values
        ):  # what the environment says holds, whatever a notebook sets
            wanted = with_changes(wanted, offline=environment_settings().offline)
        if wanted.base_url is not None:
            wanted = with_changes(wanted, base_url=str(parse_base_url(wanted.base_url)))
        rule_book(wanted.rules)  # which tells what makes no sense
        if wanted.callback_url is not None:
            bind_of(wanted)  # a wrong address is told to the person now, not to the log later
        wanted = with_owners(wanted, values)
        # From here on nothing is refused: above, a mistake has left all as it was.
        _state.settings = wanted
        speak(language_of(wanted))
        _retire_current()
        for what, remedy in held_back(wanted, values):
            # Without a line of code, which may hold a secret.
            warnings.warn_explicit(f"{what}. {remedy}", UserWarning, "mj_notebook", 1)
        return wanted


def _retire_current() -> None:
    """Let the current session end with its open jobs; only new ones take the new settings."""
    _forget_closed()
    session, _state.session = _state.session, None
    if session is not None:
        _state.retired.append(session)
        session.retire(successor=current_session)


def _forget_closed() -> None:
    """Let go of the sessions that have closed since, but for the names of their tasks."""
    for session in [one for one in _state.retired if one.is_closed]:
        _state.retired.remove(session)
        # Their names stay, as `bundle` packs what this kernel has drawn, under any settings.
        _state.past.update(dict.fromkeys(_tasks_of(session)))


def _tasks_of(session: Session) -> list[tuple[Path, str, str]]:
    folder = session.store.folder
    return [(folder, server, task_id) for server, task_id in session.registry.task_ids]


@checked
def current_session() -> Session:
    """
    Return the current session, opened on first use.

    Example:
        >>> mj.current_session().settings
    """
    with _state.lock:
        if _state.session is None:
            load()  # here, where files may be read: panels are made on the loop
            _state.session = open_session(
                current_settings(),
                worker=current_worker(),
                folders=_state.folders,
                capabilities_of=capabilities_of,
            )
            _know_open_jobs(_state.session)
        return _state.session


def _know_open_jobs(session: Session) -> None:
    """
    Let *session* know what is open in those that gave way, on the same server and history.

    A cell that is run again joins what it asked for under the settings before, it is told among
    what is open, and cancelled where it is seen. Their own sessions go on with these jobs.
    """
    for before in _state.retired:
        places = [(one.server, one.store.folder, one.store.address) for one in (session, before)]
        for job in before.registry.open_jobs if places[0] == places[1] else ():
            session.registry.register(job, job.fingerprint)


def opened_sessions() -> list[Session]:
    """Return the open sessions of this kernel, the current one last; opens none."""
    with _state.lock:
        _forget_closed()
        return [*_state.retired, *filter(None, (_state.session,))]


def tasks_of_kernel(folder: Path) -> list[tuple[str, str]]:
    """Return server and id of this kernel's tasks in the history in *folder*, oldest first."""
    with _state.lock:
        sessions = opened_sessions()  # first, since those that have closed become the past
        found = dict(_state.past)
        for session in sessions:
            found.update(dict.fromkeys(_tasks_of(session)))
    return [(server, task_id) for where, server, task_id in found if where == folder]


def use(other: Session) -> None:
    """Make *other* the current session."""
    with _state.lock:
        _state.session = other


def current_worker() -> Worker:
    """Return the worker of all sessions that are opened here; its thread begins on first use."""
    worker = _state.worker
    if worker is not None:  # not under the lock: forms ask on the loop, while a session is opened
        return worker
    with _state.lock:
        if _state.worker is None:
            _state.worker = Worker()
            # With the worker, so that a kernel that never sent anything ends at once.
            atexit.register(_close_at_exit)
        return _state.worker


# Seconds that what is under way gets when the interpreter ends: an exit is to take no two.
_LAST_MOMENT = 1.0


def _close_at_exit() -> None:
    if _state.worker is not None:
        # What was drawn and is just being kept gets the chance to be; a task itself goes on at the
        # proxy.
        _state.worker.finish(_LAST_MOMENT)
    close()


def close() -> None:
    """Close the current session and its worker; open tasks go on at the proxy."""
    with _state.lock:
        sessions, worker = opened_sessions(), _state.worker
        # Taken out under the lock, closed outside of it: closing waits for threads that may want
        # it.
        _state.session = _state.worker = None
        _state.retired.clear()
        _state.past.clear()
        stores, folders = list(_state.stores.values()), _state.folders
        _state.stores.clear()
        _state.folders = ExitStack()
    if worker is not None:
        # First, since it writes to sessions and stores.
        worker.stop()
    for session in sessions:
        session.close()
    for store in stores:
        store.close()
    folders.close()


def current_store() -> Store:
    """Return the store of the current session; reading it opens no session and starts no server."""
    with _state.lock:
        # A bundle's history exists only in its session.
        if _state.session is not None or current_settings().offline is not None:
            return current_session().store
        settings = current_settings()
        folder = data_folder(settings, here=working_folder)
        place = folder, settings.pictures, database_of(settings)
        if place not in _state.stores:
            if not _state.stores:
                atexit.register(close)  # once for all of them
            _state.stores[place] = open_store(*place)
        return _state.stores[place]


def current_server() -> str:
    """Return the name in history of the server that is asked; opens no session on a proxy."""
    with _state.lock:
        if _state.session is not None or current_settings().offline is not None:
            return current_session().server
        return server_name(current_settings().base_url)


def address_of(request: "Request", mode: Mode | None) -> str:
    """Return where *request* would be sent, without asking anybody."""
    wanted, path = current_settings(), ROUTE_OF_REQUEST[type(request)].path
    mode = mode or wanted.mode
    if wanted.base_url is None:
        # The demo server listens on a port that nobody knows before it is started.
        return f"(demo server){prefix(mode, wanted.image_mode)}{path}"
    return f"{with_modes(parse_base_url(wanted.base_url), mode, wanted.image_mode)}{path}"


def price_words(asked: "Submission", number: int = 1) -> str:
    """Say what *number* of *asked* would cost by the table of costs, without asking anybody."""
    wanted = current_settings()
    if wanted.drawn_by:
        return translated(
            "for no credits; what {engine} costs is between you and it", engine=wanted.drawn_by
        )
    if wanted.base_url is None:
        return translated("for nothing, by the demo server")
    price = wanted.costs.of(action_of(asked.request), asked.mode or wanted.mode)
    return translated("for {amount} by the table of costs", amount=amount(price * number))


def found_before(asked: "Sequence[Submission]") -> list[Found]:
    """Tell what `start` would find of each of *asked*; nothing is sent, nor a session opened."""
    with _state.lock:
        session = _state.session
    registry = session.registry if session is not None else None
    return find_before(
        asked,
        settings=current_settings(),
        store=current_store(),
        server=current_server(),
        registry=registry,
    )


@checked
def listen(
    public_url: str | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> "WebhookReceiver":
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

    Example:
        >>> mj.listen()
    """
    return current_session().listen(public_url, host=host, port=port)


@checked
def resume() -> list[Job]:
    """
    Go on with everything that is open, and look for what was lost; return its jobs, oldest first.

    What does not go on, or is in doubt even then, is told by a warning each; the latter is in
    ``mj.history(status="unknown")`` too.

    Example:
        >>> mj.resume()
    """
    session = current_session()
    resumed = session.resume()
    for told in left_texts(resumed.failed, resumed.in_doubt, session.now()):
        # Each time anew, and without a line of code: it is news of history, not of the caller.
        warnings.warn_explicit(told, UserWarning, "mj_notebook", 1)
    return resumed.jobs


def task_id_of(task: object) -> str:
    """Return the id that *task* is: a text, or the number that it looks like."""
    if isinstance(task, str) or is_whole(task):
        return str(task)
    raise UsageError(
        translated("{task!r} is no task.", task=task),
        hint=translated("Give a job, or a task id."),
    )


@checked
def job(task_id: Any) -> Job:
    """
    Return the job of a task: of this kernel, from history, or from the proxy.

    Args:
        task_id: The proxy's id of it, as panels and history show it; of a job, the job itself.

    Raises:
        TaskUnknown: Neither history nor the proxy knows it.

    Example:
        >>> mj.job(job.task.id)
    """
    return task_id if isinstance(task_id, Job) else current_session().job(task_id_of(task_id))


def job_of_server(server: str, task_id: str) -> Job:
    """Return the job of a task of *server*, as a pickle names it; another one's is from history."""
    session = current_session()
    return session.registry.find(task_id, server) or session.job(task_id)


def _reduced(job: Job) -> tuple[object, tuple[str, str]]:
    """Write a job as what it is called: its task goes on, and is found again."""
    # On the loop nobody can wait for an id: the loop itself would bring it.
    if job.id is None and (job.planned or job.worker.is_current_thread):
        raise UsageError(
            translated("The job has no task yet, so nothing of it can be kept."),
            hint=translated("Call job.accepted()."),
        )
    return job_of_server, (job.server, job.id or str(job.accepted().id))


# From here, as `Job` stands below sessions and can't know how it is found again.
copyreg.pickle(Job, _reduced)  # type: ignore[arg-type]
