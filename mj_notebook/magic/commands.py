"""The function of each command, which returns the value of the cell."""

from collections.abc import Callable

from mj_notebook.magic import account_commands, history_commands, submit_commands, task_commands
from mj_notebook.magic.context import Context
from mj_notebook.magic.records import Command, LineCommand, UploadFormCommand

COMMAND_FUNCTIONS: dict[str, Callable[..., object]] = {
    "panel": task_commands.show_panel,
    "press": task_commands.press,
    "answer": task_commands.answer,
    "again": task_commands.again,
    "ablate": task_commands.ablate,
    "seed": task_commands.seed,
    "dismiss": task_commands.dismiss,
    "cancel": task_commands.cancel,
    "code": task_commands.print_code,
    "save": task_commands.save,
    "rate": task_commands.rate,
    "tag": task_commands.tag,
    "untag": task_commands.untag,
    "note": task_commands.note,
    "undo": task_commands.undo,
    "delete": task_commands.delete,
    "resume": task_commands.resume,
    "history": history_commands.history,
    "gallery": history_commands.gallery,
    "spend": history_commands.spend,
    "strip": history_commands.strip,
    "bundle": history_commands.bundle,
    "offline": history_commands.go_offline,
    "params": history_commands.params,
    "login": account_commands.login,
    "doctor": account_commands.doctor,
    "status": account_commands.status,
    "version": account_commands.print_version,
    "help": account_commands.print_help,
}
"""By the name in the table; each takes what its row reads, by name."""


def run(context: Context, command: Command) -> object:
    """Do what *command* says."""
    if isinstance(command, LineCommand):
        return COMMAND_FUNCTIONS[command.name](context, **command.given)
    if isinstance(command, UploadFormCommand):
        submit_commands.open_upload_form(context, command)
        return None
    return submit_commands.submit(context, command)
