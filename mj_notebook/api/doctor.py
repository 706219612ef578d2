"""The doctor: looks whether everything is in order, and says what to do where it is not."""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from mj_notebook.api.connection import probe, with_saved_secret
from mj_notebook.api.state import current_settings, describe_backend
from mj_notebook.client.address import alias, parse_base_url
from mj_notebook.errors import MJError, NotAProxy, ServerUnreachable, SettingsError, Unauthorized
from mj_notebook.settings.credentials import SECRET_VARIABLE, default_credentials
from mj_notebook.settings.paths import working_folder
from mj_notebook.settings.settings import Settings, data_folder
from mj_notebook.store.history import Store

_PACKAGES = ("ipython", "ipykernel", "ipywidgets", "anywidget", "httpx", "pillow", "jupyterlab")
_USE_TLS = "Use https:// if it can."
_LOW_DISK_BYTES = 500 * 2**20
_EXPECTED_ERRORS = (Unauthorized, ServerUnreachable, NotAProxy, SettingsError)


class CheckResult(NamedTuple):
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


def run_checks(settings: Settings | None = None, *, front_end: str = "") -> Iterator[CheckResult]:
    """
    Look at versions, proxy, secret, store and front end; nothing is drawn.

    Args:
        settings: What is set, by default the current settings.
        front_end: What runs the cells.
    """
    settings = settings or current_settings()
    yield CheckResult(
        True, f"Python {sys.version.split()[0]}, mj_notebook {_version('mj-notebook')}"
    )
    yield CheckResult(True, ", ".join(f"{name} {_version(name)}" for name in _PACKAGES))
    yield from _proxy(settings)
    yield from _store(settings)
    if front_end:
        yield CheckResult(True, f"This is {front_end}")


class Findings(tuple[CheckResult, ...]):
    """What `doctor` found; its text has a line a finding, and what to do below what is wrong."""

    __slots__ = ()

    @property
    def is_ok(self) -> bool:
        """Whether all is well."""
        return all(finding.is_good for finding in self)

    def __repr__(self) -> str:
        return "\n".join(format_results(self))


def doctor() -> Findings:
    """Look whether versions, proxy, secret and history are in order; nothing is drawn."""
    return Findings(run_checks())


def format_results(findings: Iterable[CheckResult]) -> Iterator[str]:
    """Write *findings* one a line, what to do below what is wrong."""
    for finding in findings:
        yield f"{'ok ' if finding.is_good else 'BAD'}  {finding.what}"
        if finding.hint:
            yield f"     {finding.hint}"


def _proxy(settings: Settings) -> Iterator[CheckResult]:
    if settings.offline is not None:
        yield CheckResult(
            True,
            f"Everything comes from the bundle {settings.offline.name}, and nobody is asked",
            "Go online with mj.configure(base_url=…).",
        )
        return
    if settings.base_url is None:
        hint = "For your own: set MJ_BASE_URL, or call mj.configure(base_url=…)."
        yield CheckResult(True, "No proxy is set, so the demo server answers", hint)
        yield from _backend(settings)
        return
    try:
        base = parse_base_url(settings.base_url)
        with_one, where = with_saved_secret(settings, default_credentials)
    except MJError as error:
        yield _failed_check(error)
        return
    yield CheckResult(True, f"The proxy is {alias(settings.base_url)}")
    if with_one.secret:
        yield CheckResult(
            True, f"A secret is set, from {where or f'{SECRET_VARIABLE} or mj.configure'}"
        )
        if base.origin.startswith("http:") and not base.is_loopback:
            yield CheckResult(False, "The secret travels unencrypted", _USE_TLS)
    else:
        yield CheckResult(True, "No secret is set")
    yield _probe(with_one)


def _backend(settings: Settings) -> Iterator[CheckResult]:
    """Ask the engine behind the embedded server, where there is one."""
    if not settings.drawn_by:
        return
    try:
        yield CheckResult(True, f"Behind it draws {describe_backend(settings)}")
        address = settings.backend_url or ""
        is_plain = address.startswith("http:") and not parse_base_url(address).is_loopback
        if settings.backend_secret and is_plain:
            yield CheckResult(False, "The engine's secret travels unencrypted", _USE_TLS)
    except MJError as error:
        yield _failed_check(error)


def _probe(settings: Settings) -> CheckResult:
    """Ask the proxy for something harmless; even a no shows that it understands us."""
    started = time.perf_counter()
    wrong = probe(settings)
    took = time.perf_counter() - started
    if isinstance(wrong, _EXPECTED_ERRORS):
        return _failed_check(wrong)
    return CheckResult(True, f"It answers, in {took:.2f} s, and lets us in")


def _store(settings: Settings) -> Iterator[CheckResult]:
    folder = data_folder(settings, here=working_folder)
    try:
        with Store(folder) as store:
            store.check_writable()
            network, is_unsafe = store.network, bool(store.network) and store.has_shared_memory
    except MJError as error:
        yield _failed_check(error)
        return
    free = shutil.disk_usage(folder).free
    size = f"{free / 2**30:.1f} GiB free"
    if free < _LOW_DISK_BYTES:
        hint = "A grid takes up to 10 MiB; choose another folder with MJ_STORE."
        yield CheckResult(
            False, f"History is kept in {_without_home(folder)}, with only {size}", hint
        )
        return
    where = f"History is kept in {_without_home(folder)}, {size}"
    if is_unsafe:
        yield CheckResult(
            False,
            f"{where}, on a network file system ({network}), with a journal that is not safe there",
            "Close the other kernels that use it; the next one that opens it alone changes that.",
        )
        return
    if network:
        yield CheckResult(
            True,
            f"{where}, on a network file system ({network}): one machine at a time, with the slower"
            " journal",
            "A folder on a local disk (MJ_STORE) is faster, and safe for several kernels.",
        )
        return
    yield CheckResult(True, where)


def _failed_check(error: MJError) -> CheckResult:
    return CheckResult(False, str(error.args[0]).rstrip("."), error.hint)


def _without_home(folder: Path) -> str:
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
