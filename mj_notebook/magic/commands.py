"""The function of each command: one a record, which returns the value of the cell."""

from collections.abc import Callable
from typing import Any

from mj_notebook.magic import (
    account_commands,
    history_commands,
    records,
    submit_commands,
    task_commands,
)
from mj_notebook.magic.context import Context
from mj_notebook.magic.records import SubmitCommand

COMMAND_FUNCTIONS: dict[type, Callable[[Context, Any], object]] = {
    SubmitCommand: submit_commands.submit,
    records.UploadFormCommand: submit_commands.open_upload_form,
    records.PanelCommand: task_commands.show_panel,
    records.PressCommand: task_commands.press,
    records.AnswerCommand: task_commands.answer,
    records.AgainCommand: task_commands.again,
    records.AblateCommand: task_commands.ablate,
    records.SeedCommand: task_commands.seed,
    records.DismissCommand: task_commands.dismiss,
    records.CancelCommand: task_commands.cancel,
    records.CodeCommand: task_commands.print_code,
    records.SaveCommand: task_commands.save,
    records.RateCommand: task_commands.rate,
    records.TagCommand: task_commands.tag,
    records.UntagCommand: task_commands.untag,
    records.NoteCommand: task_commands.note,
    records.UndoCommand: task_commands.undo,
    records.DeleteCommand: task_commands.delete,
    records.ResumeCommand: task_commands.resume,
    records.HistoryCommand: history_commands.history,
    records.GalleryCommand: history_commands.gallery,
    records.SpendCommand: history_commands.spend,
    records.StripCommand: history_commands.strip,
    records.BundleCommand: history_commands.bundle,
    records.OfflineCommand: history_commands.go_offline,
    records.ParamsCommand: history_commands.params,
    records.LoginCommand: account_commands.login,
    records.DoctorCommand: account_commands.doctor,
    records.StatusCommand: account_commands.status,
    records.VersionCommand: account_commands.print_version,
    records.HelpCommand: account_commands.print_help,
}
