"""The commands beside drawing: history, spending, bundles, the secret, whether all is in order."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mj_notebook.errors import MJError
from mj_notebook.magic import commands
from mj_notebook.magic.arguments import help_text
from mj_notebook.magic.commands import Command
from mj_notebook.magic.front_end import FrontEnd, front_end_of

if TYPE_CHECKING:
    from mj_notebook.api.spend import Spend
    from mj_notebook.session.history import History


def run(shell: Any, command: Command) -> "Spend | History | None":
    """Run one of these commands; any other is answered with the list of all."""
    match command:
        case commands.Spend():
            return _spend(command)
        case commands.LookBack(wanted):
            return _look_back(wanted)
        case commands.Login(forget):
            _log_in(shell, forget=forget)
        case commands.Doctor():
            _examine(shell)
        case commands.Pack() | commands.Offline():
            _hand_over(command)
        case _:
            print(help_text())
    return None


def _spend(asked: commands.Spend) -> "Spend":
    from mj_notebook.api import history  # the rooms load with the first command

    return history.spend(asked.since or None, until=asked.until or None, by=asked.by)


def _look_back(wanted: Mapping[str, Any]) -> "History":
    from mj_notebook.api import history  # the rooms load with the first command

    return history.history(**wanted)


def _hand_over(command: "commands.Pack | commands.Offline") -> None:
    """Write a bundle, or run from one; say what is in it."""
    from mj_notebook.api.bundle import commands as bundles  # the rooms load with the first job

    match command:
        case commands.Pack(path, notebook, force):
            print(bundles.bundle(path, notebook or None, force=force))
        case commands.Offline(path):
            print(bundles.offline(path))


def _log_in(shell: Any, *, forget: bool) -> None:
    from mj_notebook.api import state
    from mj_notebook.settings.credentials import nobody_there

    if not forget and not _has_person(shell):
        raise nobody_there()
    print(state.login(forget=forget))


def _examine(shell: Any) -> None:
    from mj_notebook.api.doctor import examined, lines_of

    print("\n".join(lines_of(examined(front_end=_front_end_words(shell)))))


def was_entered(shell: Any) -> bool:
    """
    Ask the person for the secret that a proxy wants, when none is set and a person is there.

    Returns:
        Whether there is one now that the proxy takes.
    """
    from mj_notebook.api import state

    if state.current_session().settings.secret or not _has_person(shell):
        return False
    print("The proxy wants a secret. It is kept for the next time; leave it empty to stop.")
    try:
        print(state.login())
    except MJError as error:
        print(error)
        return False
    return True


def _has_person(shell: Any) -> bool:
    """Tell whether a question would be answered: programs that run notebooks can't."""
    front_end = front_end_of(shell)
    if front_end is FrontEnd.TERMINAL:
        return sys.stdin is not None and sys.stdin.isatty()
    return front_end is FrontEnd.JUPYTER and hasattr(shell, "kernel")


def _front_end_words(shell: Any) -> str:
    return {
        FrontEnd.JUPYTER: "a live notebook: panels and twins",
        FrontEnd.HEADLESS: "a run without a person: twins only, and each cell waits",
        FrontEnd.TERMINAL: "a terminal: lines of text",
    }[front_end_of(shell)]
