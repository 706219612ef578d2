"""Commands for the account, and for how things are."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mj_notebook._version import __version__
from mj_notebook.language import translated
from mj_notebook.magic import records
from mj_notebook.magic.context import Context
from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.help_text import help_text

if TYPE_CHECKING:
    from mj_notebook.api.server_checks import CheckResult


def login(context: Context, command: records.LoginCommand) -> None:
    """Ask for the secret and keep it, or forget it."""
    from mj_notebook.api import login as logging_in
    from mj_notebook.settings.credentials import no_person_error

    if not command.forget and not context.has_person:
        raise no_person_error()
    print(logging_in.login(forget=command.forget, backend=command.backend))


def doctor(context: Context, command: records.DoctorCommand) -> None:
    """Look whether everything is in order, and print a line a finding."""
    from mj_notebook.api.doctor import format_results, run_checks

    words = {
        FrontEnd.JUPYTER: translated("a live notebook: panels and twins"),
        FrontEnd.HEADLESS: translated("a run without a person: twins only, and each cell waits"),
        FrontEnd.TERMINAL: translated("a terminal: lines of text"),
    }[context.front_end]
    checks: Iterable[CheckResult] = run_checks(front_end=words)
    if command.report:
        from mj_notebook.api.report import write_report  # only who asks for help needs it
        from mj_notebook.settings.paths import given_path

        checks = write_report(given_path(command.report, "report.md"), checks)
    print("\n".join(format_results(checks)))


def status(context: Context, command: records.StatusCommand) -> None:
    """Print what is open, the queue of the server, and what was spent today."""
    del context, command
    from mj_notebook.api.status import status_lines

    print("\n".join(status_lines()))


def print_version(context: Context, command: records.VersionCommand) -> None:
    """Print the version."""
    del context, command
    print(f"mj_notebook {__version__}")


def print_help(context: Context, command: records.HelpCommand) -> None:
    """Print what there is, or how one command is written."""
    del context
    print(help_text(command.command))
