"""Commands for the account, and for how things are."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mj_notebook._version import __version__
from mj_notebook.language import translated
from mj_notebook.magic.context import Context
from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.help_text import help_text

if TYPE_CHECKING:
    from mj_notebook.api.server_checks import CheckResult


def login(context: Context, *, forget: bool = False, backend: bool = False) -> None:
    """Ask for the secret and keep it, or forget it."""
    from mj_notebook.api import login as logging_in
    from mj_notebook.settings.credentials import no_person_error

    if not forget and not context.has_person:
        raise no_person_error()
    print(logging_in.login(forget=forget, backend=backend))


def doctor(context: Context, report: str = "") -> None:
    """Look whether everything is in order, and print a line a finding."""
    from mj_notebook.api.doctor import format_results, run_checks

    words = {
        FrontEnd.JUPYTER: translated("a live notebook: panels and twins"),
        FrontEnd.HEADLESS: translated("a run without a person: twins only, and each cell waits"),
        FrontEnd.TERMINAL: translated("a terminal: lines of text"),
    }[context.front_end]
    checks: Iterable[CheckResult] = run_checks(front_end=words)
    if report:
        from mj_notebook.api.report import write_report  # only who asks for help needs it
        from mj_notebook.settings.paths import given_path

        checks = write_report(given_path(report, "report.md"), checks)
    print("\n".join(format_results(checks)))


def status(_: Context) -> None:
    """Print what is open, the queue of the server, and what was spent today."""
    from mj_notebook.api.status import status_lines

    print("\n".join(status_lines()))


def print_version(_: Context) -> None:
    """Print the version."""
    print(f"mj_notebook {__version__}")


def print_help(_: Context, command: str = "") -> None:
    """Print what there is, or how one command is written."""
    print(help_text(command))
