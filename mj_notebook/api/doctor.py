"""The doctor: looks whether everything is in order, and says what to do where it is not."""

import dataclasses
import errno
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from importlib import metadata
from pathlib import Path

from mj_notebook.api.opening import SECRETS, database_of, describe_backend, held_back
from mj_notebook.api.server_checks import USE_TLS, CheckResult, failed_check, server_checks
from mj_notebook.api.state import capabilities_of, settings_with_faults
from mj_notebook.client.address import parse_base_url, without_modes
from mj_notebook.client.capabilities import Capabilities
from mj_notebook.errors import MJError, SettingsError
from mj_notebook.language import gettext, marked, translated
from mj_notebook.protocol.visible_text import visible
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.kept_gaps import KeptGaps
from mj_notebook.session.webhook.addresses import Bind, bind_of, public_address
from mj_notebook.settings.argument_types import checked
from mj_notebook.settings.paths import given_path, working_folder
from mj_notebook.settings.places import DatabaseAddress
from mj_notebook.settings.readers import misspelt_variables
from mj_notebook.settings.settings import Settings, data_folder
from mj_notebook.store.history import Store

# What complaints about widgets, pictures and servers turn on.
_PACKAGES = ("ipython", "ipykernel", "ipywidgets", "anywidget", "httpx", "pillow", "jupyterlab")
# Room for about fifty grids: a warning that comes when the disk is full is too late.
_LOW_DISK_BYTES = 500 * 2**20


def run_checks(settings: Settings | None = None, *, front_end: str = "") -> Iterator[CheckResult]:
    """Look at versions, settings, proxy, secret, store and front end; nothing is drawn."""
    yield CheckResult(
        True, f"Python {sys.version.split()[0]}, mj_notebook {_version('mj-notebook')}"
    )
    yield CheckResult(True, ", ".join(f"{name} {_version(name)}" for name in _PACKAGES))
    faults: tuple[SettingsError, ...] = ()
    if settings is None:
        # Read so that one wrong variable does not hide the others, nor the rest of the checks.
        settings, faults = settings_with_faults()
    yield from map(failed_check, faults)
    for name, hint in misspelt_variables(os.environ).items():
        yield CheckResult(
            False, gettext("The variable {name} sets nothing").format(name=name), hint
        )
    yield from _set(settings)
    with interruptible(
        translated("Run it again when you want it."),
        stopped=translated("Stopped; nothing was changed."),
    ):
        yield from _server(settings)
        for what, remedy in held_back(settings, SECRETS):
            yield CheckResult(True, what, remedy)
        # Each after the other, and told as it comes: a server that does not answer takes its time.
        yield from _callbacks(settings)
        yield from _store(settings)
    if front_end:
        yield CheckResult(True, gettext("This is {front_end}").format(front_end=front_end))


class Findings(tuple[CheckResult, ...]):
    """What `doctor` found; its text has a line a finding, and what to do below what is wrong."""

    __slots__ = ()

    @property
    def is_ok(self) -> bool:
        """Whether all is well."""
        return all(finding.is_good for finding in self)

    def __repr__(self) -> str:
        return "\n".join(format_results(self))


@checked
def doctor(report: str | os.PathLike[str] | None = None) -> Findings:
    """
    Look whether versions, proxy, secret and history are in order; nothing is drawn.

    Args:
        report: A new file for whoever is to help: what was found, versions, settings, the causes
            of failures and the shapes of answers, without secrets, prompts, addresses or your
            home folder. Nothing is sent anywhere.

    Raises:
        StoreError: That file is there already, or can't be written.

    Example:
        >>> mj.doctor().is_ok
    """
    if report is not None:
        from mj_notebook.api.report import write_report  # only who asks for help needs it

        return write_report(given_path(report, "report.md"), run_checks())
    return Findings(run_checks())


def format_results(findings: Iterable[CheckResult]) -> Iterator[str]:
    """Write *findings* one a line, what to do below what is wrong."""
    for finding in findings:
        mark = gettext("ok ") if finding.is_good else gettext("BAD")
        yield f"{mark}  {finding.what}"
        if finding.hint:
            yield f"     {finding.hint}"


SET_OTHERWISE = marked("Set otherwise than usual")
"""How the finding begins that tells values of settings."""
# What has lines of its own, and what Jupyter sets by itself.
_TOLD_ELSEWHERE = frozenset(
    {
        *("base_url", "secret", "offline", "callback_url", "callback_host", "callback_port"),
        *("store", "store_secret", "pictures", "notebook", "user"),
    }
)
# What is too long for a line, or may hold a password.
_ONLY_NAMED = frozenset(
    {"costs", "pacing", "image_base", "backend_url", "backend_secret", "backend_workflow"}
)


def _set(settings: Settings) -> Iterator[CheckResult]:
    """Tell of what else is set otherwise than usual."""
    usual = Settings()
    names = [
        field.name
        for field in dataclasses.fields(Settings)
        if field.name not in _TOLD_ELSEWHERE
        and getattr(settings, field.name) != getattr(usual, field.name)
    ]
    if names:
        told = ", ".join(name + _value(settings, name) for name in names)
        yield CheckResult(True, f"{gettext(SET_OTHERWISE)}: {visible(told)}")


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    shown = value if isinstance(value, str) else repr(value)
    return "" if name in _ONLY_NAMED else f"={shown}"


def _server(settings: Settings) -> Iterator[CheckResult]:
    if settings.offline is not None:
        yield _bundle(settings.offline)
    elif settings.base_url is None:
        hint = gettext("For your own: set MJ_BASE_URL, or call mj.configure(base_url=…).")
        yield CheckResult(True, gettext("No proxy is set, so the demo server answers"), hint)
        yield from _backend(settings)
        if settings.mode is not None:
            said = gettext("The mode {mode} makes no difference to the demo")
            yield CheckResult(True, said.format(mode=settings.mode))
    else:
        with ExitStack() as open_here:
            yield from server_checks(
                settings, lambda base_url: _learned(settings, base_url, open_here)
            )


def _learned(settings: Settings, base_url: str, open_here: ExitStack) -> Capabilities:
    """Return what was learned of a server, here and in earlier kernels; kept while open."""
    # The kernel's own, so that what the doctor finds to be there again is there in its panels too.
    learned = capabilities_of(base_url)
    with suppress(MJError):  # what is wrong with the history is told further down
        folder = data_folder(settings, here=working_folder)
        store = open_here.enter_context(Store(folder, address=database_of(settings)))
        # Without the mode in the path: it is the same server, however fast it is asked to draw.
        address = str(without_modes(parse_base_url(base_url)))
        open_here.callback(learned.remember(KeptGaps(store, address, time.time)))
    return learned


def _backend(settings: Settings) -> Iterator[CheckResult]:
    """Ask the engine behind the embedded server, where there is one."""
    if not settings.drawn_by:
        return
    try:
        said = gettext("Behind it draws {engine}")
        yield CheckResult(True, said.format(engine=describe_backend(settings)))
        address = settings.backend_url or ""
        is_plain = address.startswith("http:") and not parse_base_url(address).is_loopback
        if settings.backend_secret and is_plain:
            yield CheckResult(
                False, gettext("The engine's secret travels unencrypted"), gettext(USE_TLS)
            )
    except MJError as error:
        yield failed_check(error)


def _bundle(path: Path) -> CheckResult:
    from mj_notebook.api.bundle.reader import Bundle  # only who is offline needs it

    try:
        with Bundle(path):
            pass
    except MJError as error:
        return failed_check(error)
    return CheckResult(
        True,
        gettext("Everything comes from the bundle {file}, and nobody is asked").format(
            file=path.name
        ),
        gettext("Go online with mj.configure(base_url=…)."),
    )


def _callbacks(settings: Settings) -> Iterator[CheckResult]:
    """Look whether callbacks can come; the port is opened by the first submit only."""
    if settings.callback_url is None or settings.offline is not None:
        return
    try:
        bind = bind_of(settings)
        public_address(settings.callback_url, bind.host, settings.base_url)
    except MJError as error:
        yield CheckResult(
            False,
            gettext("MJ_CALLBACK_URL or callback_url: {fault}").format(
                fault=str(error.args[0]).rstrip(".")
            ),
            error.hint,
        )
        return
    if _is_taken(bind):
        hint = gettext(
            "If that is not this notebook, choose another port: MJ_CALLBACK_PORT. Tasks are polled"
            " in any case."
        )
        said = gettext("Callbacks go to {address}, where somebody listens already")
        yield CheckResult(True, said.format(address=bind.url), hint)
        return
    yield CheckResult(
        True, gettext("Callbacks are listened for at {address}").format(address=bind.url)
    )


def _is_taken(bind: Bind) -> bool:
    try:
        with socket.create_server((bind.host, bind.port)):
            return False
    except OSError as error:
        return error.errno == errno.EADDRINUSE


def _store(settings: Settings) -> Iterator[CheckResult]:
    folder = data_folder(settings, here=working_folder)
    try:
        with Store(folder, pictures=settings.pictures, address=database_of(settings)) as store:
            store.check_writable()
            network = store.database.network
            is_unsafe = bool(network) and store.database.has_shared_memory
    except MJError as error:
        yield failed_check(error)
        return
    if settings.database is not None:
        yield CheckResult(True, _in_database(settings, settings.database))
        return
    free = shutil.disk_usage(folder).free
    place = {"folder": _without_home(folder), "size": f"{free / 2**30:.1f}"}
    if free < _LOW_DISK_BYTES:
        hint = gettext("A grid takes up to 10 MiB; choose another folder with MJ_STORE.")
        said = gettext("History is kept in {folder}, with only {size} GiB free")
        yield CheckResult(False, said.format(**place), hint)
        return
    where = gettext("History is kept in {folder}, {size} GiB free").format(**place)
    if settings.pictures is not None:
        said = gettext("{where}, its pictures also in {pictures}")
        where = said.format(where=where, pictures=settings.pictures)
    if is_unsafe:
        said = gettext(
            "{where}, on a network file system ({network}), with a journal that is not safe there"
        )
        yield CheckResult(
            False,
            said.format(where=where, network=network),
            gettext(
                "Close the other kernels that use it; the next one that opens it alone changes"
                " that."
            ),
        )
        return
    if network:
        said = gettext(
            "{where}, on a network file system ({network}): one machine at a time, with the slower"
            " journal"
        )
        yield CheckResult(
            True,
            said.format(where=where, network=network),
            gettext(
                "A folder on a local disk (MJ_STORE) is faster, and safe for several kernels; so is"
                " PostgreSQL for several people (MJ_STORE=postgresql://…)."
            ),
        )
        return
    yield CheckResult(True, where)


def _in_database(settings: Settings, address: DatabaseAddress) -> str:
    alone = gettext("this machine alone (MJ_PICTURES shares them)")
    said = gettext("History is kept in {database}, its pictures in {pictures}")
    return said.format(database=address.shown, pictures=settings.pictures or alone)


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
        return gettext("is not installed")
