"""Deleting tasks of history, after one question."""

import builtins
import sys
from collections.abc import Callable, Sequence
from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.language import counted, spelled, translated
from mj_notebook.store.deleting import Deletion
from mj_notebook.store.history import Store

Ask = Callable[[str], str]


def ask_person(question: str) -> str:
    """Ask the person, and return the answer."""
    ask = builtins.input
    # A kernel puts its own function there, which knows whether a person is at the front end.
    is_kernel = ask.__module__ != "builtins"
    if not is_kernel and not (sys.stdin is not None and sys.stdin.isatty()):
        raise _no_person_error()
    try:
        return ask(question)
    except (EOFError, RuntimeError, OSError):
        raise _no_person_error() from None


def delete_tasks(
    store: Store, numbers: Sequence[int], *, yes: bool, ask: Ask = ask_person
) -> Deletion:
    """Delete the tasks with these numbers when the person wants that, and return what was done."""
    if not numbers:
        return Deletion()
    if not yes:
        answer = ask(
            translated(
                "Delete {tasks} from history, and from the disk the pictures that no other task"
                " has? Running their cells again draws anew. [y/N] ",
                tasks=counted(len(numbers), "task"),
            )
        )
        if answer.strip().lower() not in {"y", "yes"}:
            return Deletion()
    return store.delete(numbers)


def refuse_open(job: Any) -> None:
    """Refuse to delete a *job* that has not ended; it is not waited for."""
    if job.is_open:
        raise UsageError(
            translated("The task is not finished, and nothing was deleted."),
            hint=translated("Wait for it, or cancel it first."),
        )


def _no_person_error() -> UsageError:
    return UsageError(
        translated("Deleting is asked once, and nobody is there to be asked; nothing was deleted."),
        hint=translated("Write {way}.", way=spelled("--yes", "yes=True")),
    )
