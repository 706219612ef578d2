"""The doctor: looks whether everything is in order, and says what to do where it is not."""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from mj_notebook.api.connection import check, with_kept_secret
from mj_notebook.api.state import current_settings
from mj_notebook.client.address import alias, read_base
from mj_notebook.errors import MJError, NotAProxy, ServerUnreachable, SettingsError, Unauthorized
from mj_notebook.settings.credentials import NAME, usual_credentials
from mj_notebook.settings.settings import Settings, data_folder
from mj_notebook.store.history import Store

_PACKAGES = ("ipython", "ipykernel", "ipywidgets", "anywidget", "httpx", "pillow", "jupyterlab")
_LITTLE = 500 * 2**20
_WRONG = (Unauthorized, ServerUnreachable, NotAProxy, SettingsError)


class Finding(NamedTuple):
    """
    One thing that was looked at.

    Attributes:
        is_good: Whether it is in order.
        what: What was found, in one sentence without its full stop.
        hint: What to do, "" when it is in order.
    """

    is_good: bool
    what: str
    hint: str = ""


def examined(settings: Settings | None = None, *, front_end: str = "") -> Iterator[Finding]:
    """
    Look at versions, proxy, secret, store and front end; nothing is drawn.

    Args:
        settings: What is set, by default the current settings.
        front_end: What runs the cells.
    """
    settings = settings or current_settings()
    yield Finding(True, f"Python {sys.version.split()[0]}, mj_notebook {_version('mj-notebook')}")
    yield Finding(True, ", ".join(f"{name} {_version(name)}" for name in _PACKAGES))
    yield from _proxy(settings)
    yield from _store(settings)
    if front_end:
        yield Finding(True, f"This is {front_end}")


def lines_of(findings: Iterable[Finding]) -> Iterator[str]:
    """Write *findings* one a line, what to do below what is wrong."""
    for finding in findings:
        yield f"{'ok ' if finding.is_good else 'BAD'}  {finding.what}"
        if finding.hint:
            yield f"     {finding.hint}"


def _proxy(settings: Settings) -> Iterator[Finding]:
    if settings.base_url is None:
        hint = "For your own: set MJ_BASE_URL, or call mj.configure(base_url=…)."
        yield Finding(True, "No proxy is set, so the demo server answers", hint)
        return
    try:
        base = read_base(settings.base_url)
        with_one, where = with_kept_secret(settings, usual_credentials)
    except MJError as error:
        yield _bad(error)
        return
    yield Finding(True, f"The proxy is {alias(settings.base_url)}")
    if with_one.secret:
        yield Finding(True, f"A secret is set, from {where or f'{NAME} or mj.configure'}")
        if base.origin.startswith("http:") and not base.is_loopback:
            yield Finding(False, "The secret travels unencrypted", "Use https:// if it can.")
    else:
        yield Finding(True, "No secret is set")
    yield _answer(with_one)


def _answer(settings: Settings) -> Finding:
    """Ask the proxy for something harmless; even a no shows that it understands us."""
    started = time.perf_counter()
    wrong = check(settings)
    took = time.perf_counter() - started
    if isinstance(wrong, _WRONG):
        return _bad(wrong)
    return Finding(True, f"It answers, in {took:.2f} s, and lets us in")


def _store(settings: Settings) -> Iterator[Finding]:
    folder = data_folder(settings, here=Path.cwd())
    try:
        with Store(folder) as store:
            store.try_writing()
    except MJError as error:
        yield _bad(error)
        return
    free = shutil.disk_usage(folder).free
    size = f"{free / 2**30:.1f} GiB free"
    if free < _LITTLE:
        hint = "A grid takes up to 10 MiB; choose another folder with MJ_STORE."
        yield Finding(False, f"History is kept in {_home(folder)}, with only {size}", hint)
        return
    yield Finding(True, f"History is kept in {_home(folder)}, {size}")


def _bad(error: MJError) -> Finding:
    return Finding(False, str(error.args[0]).rstrip("."), error.hint)


def _home(folder: Path) -> str:
    """Return *folder* without the name of the person: outputs are handed on."""
    try:
        return f"~/{folder.resolve().relative_to(Path.home().resolve())}"
    except ValueError:
        return str(folder)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "is not installed"
