"""What can be said to the magics, as values: one record a command, made by `arguments`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

# Named tuples: classes of this kind are made ten times as fast as dataclasses, and they are made
# whenever the first command of a kernel is read.
_NOTHING: Mapping[str, object] = MappingProxyType({})


class DisplayOptions(NamedTuple):
    """
    How the job that a command makes is named, shown and waited for.

    Attributes:
        out: The name that gets the job, "" for none.
        wait: Wait for the end; None leaves it to the front end.
        timeout: Seconds to wait; None for no limit.
    """

    out: str = ""
    wait: bool | None = None
    timeout: float | None = None
    quiet: bool = False
    static: bool = False


class SubmitCommand(NamedTuple):
    """
    Ask for something that is drawn or told.

    Attributes:
        operation: Which: "imagine", "blend", "swap_face", ….
        prompt: As it was written, before ``{{name}}`` is filled.
        pictures: Paths, links or ``{{name}}`` of the pictures it is about.
        images: The same, of reference pictures.
        own: The options that only this operation has.
        display: How its job is shown.
        dry_run: Show the request; send nothing.
        fresh: Draw it even though it was drawn already.
        force: Send it although errors were found in its prompt.
        number: How many of it are wanted.
    """

    operation: str = "imagine"
    prompt: str = ""
    pictures: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    own: Mapping[str, object] = _NOTHING
    display: DisplayOptions = DisplayOptions()
    dry_run: bool = False
    fresh: bool = False
    force: bool = False
    number: int = 1
    mode: str | None = None
    bot: str | None = None
    state: str | None = None
    notify: str | None = None
    accounts: tuple[tuple[str, str], ...] = ()


class UploadFormCommand(NamedTuple):
    """Let the person choose the pictures of *asked*, which names none."""

    asked: SubmitCommand


class PanelCommand(NamedTuple):
    """Show the panel of a task again."""

    task_id: str


class PressCommand(NamedTuple):
    """Press a button of a task, of the last job's when none is named."""

    button: str
    task_id: str = ""
    display: DisplayOptions = DisplayOptions()


class AnswerCommand(NamedTuple):
    """Answer the window of a task."""

    prompt: str = ""
    zoom: float | None = None
    ar: str = ""
    mask: str = ""
    force: bool = False
    task_id: str = ""
    display: DisplayOptions = DisplayOptions()


class AgainCommand(NamedTuple):
    """Ask for the same once more."""

    task_id: str = ""
    display: DisplayOptions = DisplayOptions()


class AblateCommand(NamedTuple):
    """Draw a prompt that was shortened and its shorter ones, all with one seed."""

    seed: int | None = None
    task_id: str = ""


class SeedCommand(NamedTuple):
    """Ask for the seed of a picture."""

    task_id: str = ""


class CancelCommand(NamedTuple):
    """Give a task up."""

    task_id: str = ""


class DismissCommand(NamedTuple):
    """Close the window of a task without drawing."""

    task_id: str = ""


class CodeCommand(NamedTuple):
    """Print the way to a task as Python."""

    task_id: str = ""


class SaveCommand(NamedTuple):
    """Save the picture of a task, or one tile of it, as a file of its own."""

    path: str = ""
    tile: int | None = None
    task_id: str = ""


class RateCommand(NamedTuple):
    """Rate a task."""

    rating: int
    task_id: str = ""


class TagCommand(NamedTuple):
    """Add a tag to a task, or take it off."""

    tag: str
    task_id: str = ""


class UntagCommand(TagCommand):
    """Take a tag off a task."""


class NoteCommand(NamedTuple):
    """Write a note to a task."""

    text: str
    task_id: str = ""


class UndoCommand(NamedTuple):
    """Take back the last rating, tag or note."""


class DeleteCommand(NamedTuple):
    """Delete tasks from history and from the disk."""

    task_ids: tuple[str, ...] = ()
    yes: bool = False


class ResumeCommand(NamedTuple):
    """Go on with everything that is open."""

    display: DisplayOptions = DisplayOptions()


class HistoryCommand(NamedTuple):
    """Show history as a table; *filters* are what `mj.history` takes."""

    filters: Mapping[str, object] = _NOTHING


class GalleryCommand(NamedTuple):
    """Show history as pictures; *filters* are what `mj.gallery` takes."""

    filters: Mapping[str, object] = _NOTHING


class SpendCommand(NamedTuple):
    """Tell what was spent, by "day" or "notebook"."""

    by: str = "day"
    since: str = ""
    until: str = ""


class StripCommand(NamedTuple):
    """Write a copy of a notebook that is fit for git, of this one when none is named."""

    path: str = ""
    keep_pictures: bool = False


class BundleCommand(NamedTuple):
    """Pack a notebook, its history and its pictures into one file."""

    path: str
    notebook: str = ""
    force: bool = False


class OfflineCommand(NamedTuple):
    """Take everything from such a file, and ask nobody."""

    path: str


class ParamsCommand(NamedTuple):
    """Show the table of parameters, or of those that a word is about."""

    word: str = ""


class LoginCommand(NamedTuple):
    """Ask for the secret and keep it, or forget it; of the proxy, or of the engine."""

    forget: bool = False
    backend: bool = False


class DoctorCommand(NamedTuple):
    """Look whether everything is in order, and write a report for whoever is to help."""

    report: str = ""


class StatusCommand(NamedTuple):
    """Say what is open, and what was spent today."""


class VersionCommand(NamedTuple):
    """Say which version this is."""


class HelpCommand(NamedTuple):
    """Say what there is, or how *command* is written."""

    command: str = ""


Command = (
    SubmitCommand
    | UploadFormCommand
    | PanelCommand
    | PressCommand
    | AnswerCommand
    | AgainCommand
    | AblateCommand
    | SeedCommand
    | CancelCommand
    | DismissCommand
    | CodeCommand
    | SaveCommand
    | RateCommand
    | TagCommand
    | UntagCommand
    | NoteCommand
    | UndoCommand
    | DeleteCommand
    | ResumeCommand
    | HistoryCommand
    | GalleryCommand
    | SpendCommand
    | StripCommand
    | BundleCommand
    | OfflineCommand
    | ParamsCommand
    | LoginCommand
    | DoctorCommand
    | StatusCommand
    | VersionCommand
    | HelpCommand
)
