"""The current session: one variable, opened on first use, closed at exit.

Notebooks have one session; everything here that takes none works with it.
"""

import atexit
import threading
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mj_notebook.client.address import read_base
from mj_notebook.client.sync import Client
from mj_notebook.errors import UsageError
from mj_notebook.inputs import picture_url
from mj_notebook.jobs import Job
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.routes import ROUTE, prefix
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session import Session
from mj_notebook.settings import (
    Settings,
    bot_of,
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
            _session = open_session(current_settings(), worker=_the_worker())
        return _session


def use(other: Session) -> None:
    """Make *other* the current session."""
    global _session
    with _lock:
        _session = other


def _the_worker() -> Worker:
    global _worker
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


def imagine(
    prompt: str,
    *,
    images: Sequence[str | Path | bytes] = (),
    bot: str | None = None,
    mode: str | None = None,
    state: str | None = None,
    notify: str | None = None,
) -> Job:
    """
    Draw a grid of four and return its job at once.

    Args:
        prompt: Words and parameters, as for ``%%mj``.
        images: Reference pictures, as paths or bytes.
        bot: "mj" or "niji".
        mode: "fast", "turbo" or "relax".
        state: A word of your own that the proxy echoes in the task.
        notify: An address the proxy should call on each change.

    Raises:
        UsageError: The prompt is empty or a picture can't be read; nothing was sent.
    """
    request = imagine_request(prompt, images=images, bot=bot, state=state, notify=notify)
    return current_session().start(request, mode=mode_of(mode))


def imagine_request(
    prompt: str,
    *,
    images: Sequence[str | Path | bytes] = (),
    bot: str | None = None,
    state: str | None = None,
    notify: str | None = None,
) -> Imagine:
    """Build the request of `imagine` without sending it."""
    words = prompt.strip()
    if not words:
        raise UsageError("The prompt is empty.", hint="Write what should be drawn.")
    if not _is_sendable(words):
        raise UsageError(
            "The prompt holds half of a sign, which can't be sent.",
            hint="Write the sign again; emoji can break when they are cut.",
        )
    return Imagine(
        prompt=words,
        base64_array=tuple(picture_url(image) for image in images),
        bot_type=bot_of(bot) if bot else current_settings().bot,
        state=state,
        notify_hook=notify,
    )


def _is_sendable(text: str) -> bool:
    """Tell whether *text* is whole: half of a surrogate pair has no bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def mode_of(word: str | None) -> Mode | None:
    """Return the speed a person means by *word*, None for the usual one."""
    return changed(current_settings(), mode=word).mode if word else None


def address_of(mode: Mode | None) -> str:
    """Return where an imagine would be sent, without asking anybody."""
    wanted = current_settings()
    path = prefix(mode or wanted.mode, wanted.image_mode) + ROUTE["imagine"].path
    return (wanted.base_url or "(demo server)") + path


def job(task_id: str) -> Job:
    """Return the job of a task: of this kernel, from history, or from the proxy."""
    return current_session().job(task_id)
