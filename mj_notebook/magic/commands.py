"""What can be said to the magics, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

# Tuples, but for the one with many fields: classes of this kind are made ten times as fast, and
# they are made whenever the extension is loaded.
_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ask:
    """
    Ask for something that is drawn or told.

    Attributes:
        operation: One of `OPERATIONS`.
        prompt: As it was written, before ``{{name}}`` is filled.
        pictures: Paths, links or ``{{name}}`` of the pictures it is about.
        own: The options that only this operation has.
        out: The name that gets the job, "" for none.
        wait: Wait for the end; None leaves it to the front end.
        timeout: Seconds to wait; None for no limit.
        quiet: Show nothing.
        static: No widgets.
        dry_run: Show the request; send nothing.
        fresh: Draw it even though it was drawn already.
        number: How many of it are wanted.
    """

    operation: str = "imagine"
    prompt: str = ""
    pictures: tuple[str, ...] = ()
    own: Mapping[str, object] = field(default_factory=dict)
    out: str = ""
    wait: bool | None = None
    timeout: float | None = None
    quiet: bool = False
    static: bool = False
    dry_run: bool = False
    mode: str | None = None
    bot: str | None = None
    images: tuple[str, ...] = ()
    state: str | None = None
    notify: str | None = None
    accounts: tuple[tuple[str, str], ...] = ()
    fresh: bool = False
    number: int = 1


class Choose(NamedTuple):
    """Let the person choose the pictures of *asked*, which names none."""

    asked: Ask


class Panel(NamedTuple):
    """Show the panel of a task again."""

    task_id: str


class Press(NamedTuple):
    """Press a button of a task, of the last job's when none is named."""

    button: str
    task_id: str = ""


class Answer(NamedTuple):
    """Answer the window of a task."""

    prompt: str = ""
    zoom: float | None = None
    ar: str = ""
    mask: str = ""
    task_id: str = ""


class Wish(NamedTuple):
    """Do with a task what needs no more words: seed, again, cancel, dismiss; or "resume" all."""

    what: str
    task_id: str = ""


class Spend(NamedTuple):
    """Tell what was spent, by "day" or "notebook"."""

    by: str = "day"
    since: str = ""
    until: str = ""


class Login(NamedTuple):
    """Ask for the secret and keep it, or forget it."""

    forget: bool = False


class Doctor(NamedTuple):
    """Look whether everything is in order."""


class LookBack(NamedTuple):
    """Show history as a table; *wanted* is what `mj.history` takes."""

    wanted: Mapping[str, object] = _NOTHING


class Look(NamedTuple):
    """Show history as pictures; *wanted* is what `mj.gallery` takes."""

    wanted: Mapping[str, object] = _NOTHING


class Strip(NamedTuple):
    """Write a copy of a notebook that is fit for git, of this one when none is named."""

    path: str = ""
    keep_pictures: bool = False


class Code(NamedTuple):
    """Print the way to a task as Python."""

    task_id: str = ""


class Save(NamedTuple):
    """Save the picture of a task, or one tile of it, as a file of its own."""

    path: str = ""
    number: int | None = None
    task_id: str = ""


class Pack(NamedTuple):
    """Pack a notebook, its history and its pictures into one file."""

    path: str
    notebook: str = ""
    force: bool = False


class Offline(NamedTuple):
    """Take everything from such a file, and ask nobody."""

    path: str


class Ablate(NamedTuple):
    """Draw a prompt that was shortened and its shorter ones, all with one seed."""

    seed: int | None = None
    task_id: str = ""


class Help(NamedTuple):
    """Say what there is."""


Command = (
    Ask
    | Choose
    | Panel
    | Press
    | Answer
    | Wish
    | Look
    | LookBack
    | Code
    | Save
    | Ablate
    | Strip
    | Pack
    | Offline
    | Spend
    | Login
    | Doctor
    | Help
)


class Operation(NamedTuple):
    """
    Something that can be asked for.

    Attributes:
        usage: How it is written after ``%mj``.
        says: What it does.
        has_prompt: Whether it takes words; it can head a cell then.
        fewest: How many pictures it needs.
        most: How many it takes.
    """

    usage: str
    says: str
    has_prompt: bool = False
    fewest: int = 0
    most: int = 0


OPERATIONS = {
    "imagine": Operation("TEXT", "draw a grid from one line of text", has_prompt=True),
    "blend": Operation("PIC PIC…", "mix two to five pictures (--dimensions SQUARE)", False, 2, 5),
    "describe": Operation("PIC", "four prompts that would make a picture", most=1),
    "shorten": Operation("TEXT", "which words of a prompt matter", has_prompt=True),
    "swap": Operation("FACE PIC", "put a face onto another picture", False, 2, 2),
    "video": Operation("PIC 'TEXT'", "a short film from a picture", True, 1, 1),
    "edit": Operation("PIC 'TEXT'", "change a picture by words (--mask PIC)", True, 1, 1),
    "upload": Operation("PIC…", "hand pictures over, to be used as links", False, 1, 20),
}
_OTHERS = {
    "press": ("NAME [ID]", "press a button: %mj press U2"),
    "answer": ("[--zoom Z] [--mask PIC] [TEXT]", "answer a window"),
    "dismiss": ("[ID]", "close a window without drawing"),
    "seed": ("[ID]", "ask for the seed of a picture"),
    "cancel": ("[ID]", "give a task up"),
    "code": ("[ID]", "print the steps to a picture as Python"),
    "save": ("[PATH] [--tile N] [ID]", "save a picture as a file of its own"),
    "again": ("[ID]", "ask for the same once more"),
    "resume": ("", "go on with everything that is open"),
    "panel": ("ID", "show a task again, with its picture and live buttons"),
    "history": ("[WORDS] [--since 3d …]", "history as a table; its value is mj.history(…)"),
    "gallery": ("[WORDS] [--since 3d …]", "history as pictures: filter, compare, open"),
    "ablate": ("[--seed N] [ID]", "after shorten: draw all its prompts with one seed"),
    "strip": ("[PATH]", "a copy of the saved notebook, fit for git (--keep-pictures)"),
    "spend": ("[--by notebook] [--since 2026-01]", "what was asked for, and what it cost"),
    "login": ("[--forget]", "enter the secret of your proxy, and keep it"),
    "doctor": ("", "look whether everything is in order"),
    "bundle": ("ZIP [IPYNB]", "pack notebook, history and pictures (--force replaces)"),
    "offline": ("ZIP", "run from such a file: nobody is asked, nothing is paid"),
    "help": ("", "this list"),
}
COMMANDS = {name: (operation.usage, operation.says) for name, operation in OPERATIONS.items()}
COMMANDS |= _OTHERS
"""How each command of ``%mj`` is written, and what it does."""
