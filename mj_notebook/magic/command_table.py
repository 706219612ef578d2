"""The one table of commands: parser, completion and help are made from it."""

import argparse
import builtins
import contextlib
import keyword
import math
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import marked, translated
from mj_notebook.prompt.keywords import FLAGS, KEYWORDS
from mj_notebook.protocol.vocabulary import BotType, Dimensions, Mode
from mj_notebook.settings.readers import bot_of, mode_of

# A slip of the finger (-n 100) is paid for; who means more writes a sweep or a batch, with a plan.
_MOST_AT_ONCE = 20

# -- values of options -----------------------------------------------------------------------------


def _number(
    kind: type[int] | type[float], told: str, *, least: float = 0, most: float = math.inf
) -> Callable[[str], Any]:
    """Return what reads a number of that kind from *least* to *most*, and else says *told*."""

    def read_number(text: str) -> float:
        # int() takes "1_000", "+5" and digits of all scripts; a line means none of these.
        if kind is float or (text.isascii() and text.isdecimal()):
            with contextlib.suppress(ValueError):  # it has thousands of digits, or is no number
                number = kind(text)
                if least <= number <= most:
                    return number
        raise argparse.ArgumentTypeError(translated(told, text=text, most=_MOST_AT_ONCE))

    return read_number


_seconds = _number(float, marked("{text!r} is no number of seconds"), least=sys.float_info.min)
_limit = _number(int, marked("{text!r} is no number of tasks; give 1 or more"), least=1)
_whole = _number(int, marked("{text!r} is no whole number"))
_count = _number(int, marked("{text!r} is no number from 1 to {most}"), least=1, most=_MOST_AT_ONCE)
_seed = _number(int, marked("{text!r} is no seed; give a whole number"))
_budget = _number(float, marked("{text!r} is no number of credits"), most=sys.float_info.max)
_cells = _number(int, marked("{text!r} is no number of cells"), least=1)
_tile = _number(int, marked("{text!r} is no tile; give its number, 1 to 4"))
_rating = _number(int, marked("{text!r} is no rating; give 1 to 5, or 0 to take it away"))
_zoom = _number(float, marked("{text!r} is no zoom; give a number from 1 to 2"), least=-math.inf)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(translated("{text!r} is no NAME=VALUE", text=text))
    return name.strip(), value.strip()


def _python_name(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name):
        raise UsageError(
            translated("{name!r} can't be the name of the job.", name=name),
            hint=translated("Take a plain Python name that is not one of Python's own, like kite."),
        )
    return name


def _bot(word: str) -> str:
    return "niji" if bot_of(word) is BotType.NIJI_JOURNEY else "mj"


# -- the table -------------------------------------------------------------------------------------


class Argument(NamedTuple):
    """What is given to argparse's ``add_argument``: an option, or a word that has its place."""

    flags: tuple[str, ...]
    settings: Mapping[str, Any]


def _argument(*flags: str, **settings: Any) -> Argument:
    return Argument(flags, settings)


class CommandSpec(NamedTuple):
    """
    A row of the table.

    Attributes:
        name: What stands after ``%mj``; of what is drawn, the key of the operation.
        usage: What is written after the name.
        summary: What it does, in one line.
        arguments: What argparse reads.
        short: A shorter name for it.
        text: The field that takes the rest of a line verbatim, "" where words are split as in a
            shell.
        required: The field that must be there, and the question to ask when it isn't.
        heads_cell: Whether ``%%mj`` can be followed by it: the body is its prompt.
        fewest: How many pictures it needs.
        most: How many it takes.
        is_request: Whether it asks for something that is drawn or told (`SubmitCommand`).
        is_private: What follows may be a secret: no error repeats it.
    """

    name: str
    usage: str
    summary: str
    arguments: tuple[Argument, ...] = ()
    short: str = ""
    text: str = ""
    required: tuple[str, str] = ("", "")
    heads_cell: bool = False
    fewest: int = 0
    most: int = 0
    is_request: bool = False
    is_private: bool = False

    @property
    def usage_line(self) -> str:
        """How it is written in a line."""
        return f"%mj {self.short or self.name} {self.usage}".rstrip()


_SPEEDS = tuple(map(str, Mode))
HELP = _argument("--help", action="store_true", help="tell how it is written, and do nothing")
_OUT = _argument("--out", metavar="NAME", type=_python_name, help="give the job this Python name")
_QUIET = _argument("--quiet", action="store_true", help="show nothing")
_DISPLAY = (
    _OUT,
    _argument("--wait", dest="wait", action="store_true", help="wait for the picture"),
    _argument("--no-wait", dest="wait", action="store_false", help="return at once"),
    _argument("--timeout", type=_seconds, metavar="S", help="wait at most so many seconds"),
    _QUIET,
    _argument("--static", action="store_true", help="show the picture without widgets"),
)
_DRY_RUN = _argument("--dry-run", action="store_true", help="show what would be sent, send nothing")
_ACCOUNT = _argument(
    "--account",
    dest="accounts",
    action="append",
    type=_pair,
    metavar="NAME=VALUE",
    help="which accounts may take it, as in --account remark=mine",
)
_REQUEST = (
    *_DISPLAY,
    _DRY_RUN,
    _argument("--fresh", action="store_true", help="draw it even though it was drawn already"),
    _argument(
        "-n", dest="number", type=_count, metavar="N", help="so many of it; --out is their list"
    ),
    _argument(
        "--mode", type=mode_of, choices=_SPEEDS, metavar="SPEED", help="fast, turbo or relax"
    ),
    _argument("--state", metavar="WORD", help="a word of your own that the task carries"),
    _argument("--notify", metavar="URL", help="an address the proxy calls on each change"),
    _ACCOUNT,
)
_FORCE = _argument(
    "--force", action="store_true", help="send the prompt although errors were found in it"
)
_BOT = _argument("--bot", type=_bot, choices=("mj", "niji"), metavar="BOT", help="mj or niji")
_IMAGES = _argument(
    "--image", dest="images", nargs="+", action="extend", metavar="PIC", help="reference pictures"
)
_SWEEP = (
    _argument(
        "--sweep",
        action="append",
        type=_pair,
        metavar="NAME=VALUES",
        help="draw it for each of several values: s=0,250 chaos=0:50:25 animal={{animals}}",
    ),
    _argument("--run", action="store_true", help="draw the sweep at once, not only its plan"),
    _argument("--budget", type=_budget, metavar="N", help="the same, for so many credits at most"),
    _argument("--sample", type=_cells, metavar="N", help="so many cells of the sweep first"),
)
_WORDS = _argument("words", nargs="*", help=argparse.SUPPRESS)
_TASK = _argument("task_id", nargs="?", metavar="ID", help="the task; the last job's without it")
_TAG = _argument("tag", nargs="?", metavar="WORD", help="the tag; several words in quotes")
_SINCE = (
    _argument("--since", metavar="WHEN", help="2026-01, today, '3 days'"),
    _argument("--until", metavar="WHEN", help="the same; 2026-01 is to its end"),
)
_FILTERS = (
    *_SINCE,
    *(
        _argument(f"--{name}", metavar="WORD", help=f"this {name} alone")
        for name in ("action", "status", "server", "parent", "user")
    ),
    _argument("--mode", choices=_SPEEDS, metavar="SPEED", help="this speed alone"),
    _argument("--rating", type=_rating, metavar="N", help="this rating or better; 0 for none"),
    _argument("--tag", metavar="WORD", help="what has this tag"),
    _argument("--sort", metavar="NAME", help="rating, seed, 'stylize desc', …"),
    *(
        _argument(
            f"--{name}",
            help=f"what was asked with --{name}",
            **({"action": "store_const"} if name in FLAGS else {"nargs": "?", "metavar": "VALUE"}),
            const=True,
        )
        for name in KEYWORDS
    ),
    _argument("--limit", type=_limit, metavar="N", help="so many at most"),
    _WORDS,
)

COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        "imagine",
        "TEXT",
        "draw a grid from one line of text",
        (*_REQUEST, _FORCE, _BOT, _IMAGES, *_SWEEP, _WORDS),
        text="prompt",
        heads_cell=True,
        is_request=True,
    ),
    CommandSpec(
        "blend",
        "PIC PIC…",
        "mix two to five pictures (--dimensions SQUARE)",
        (
            *_REQUEST,
            _BOT,
            _argument(
                "--dimensions",
                type=str.upper,
                choices=tuple(map(str, Dimensions)),
                metavar="SHAPE",
                help="PORTRAIT, SQUARE or LANDSCAPE",
            ),
            _WORDS,
        ),
        fewest=2,
        most=5,
        is_request=True,
    ),
    CommandSpec(
        "describe",
        "PIC",
        "four prompts that would make a picture",
        (
            *_REQUEST,
            _BOT,
            _argument("--link", metavar="URL", help="a picture that the proxy fetches itself"),
            _argument("--language", metavar="WORD", help="zh for Chinese, where it is translated"),
            _WORDS,
        ),
        most=1,
        is_request=True,
    ),
    CommandSpec(
        "shorten",
        "TEXT",
        "which words of a prompt matter",
        (*_REQUEST, _BOT, _WORDS),
        text="prompt",
        heads_cell=True,
        is_request=True,
    ),
    CommandSpec(
        "swap_face",
        "FACE PIC",
        "put a face onto another picture",
        (*_REQUEST, _WORDS),
        short="swap",
        fewest=2,
        most=2,
        is_request=True,
    ),
    CommandSpec(
        "video",
        "PIC 'TEXT'",
        "a short film from a picture",
        (
            *_REQUEST,
            _FORCE,
            _argument("--end", metavar="PIC", help="its last picture"),
            _argument(
                "--motion",
                type=str.lower,
                choices=("low", "high"),
                metavar="MUCH",
                help="low or high",
            ),
            _argument("--loop", action="store_true", help="it ends as it begins"),
            _argument("--batch", type=_whole, metavar="N", help="how many films: 1, 2 or 4"),
            _argument("--height", type=_whole, metavar="PIXELS", help="480 or 720"),
            _WORDS,
        ),
        heads_cell=True,
        fewest=1,
        most=1,
        is_request=True,
    ),
    CommandSpec(
        "edit",
        "PIC 'TEXT'",
        "change a picture by words (--mask PIC)",
        (
            *_REQUEST,
            _FORCE,
            _argument("--mask", metavar="PIC", help="where: white is changed"),
            _WORDS,
        ),
        heads_cell=True,
        fewest=1,
        most=1,
        is_request=True,
    ),
    CommandSpec(
        "upload",
        "PIC…",
        "hand pictures over, to be used as links",
        # There is no task that could be waited for, shown, or carry a state.
        (_OUT, _QUIET, _DRY_RUN, _ACCOUNT, _WORDS),
        fewest=1,
        most=20,
        is_request=True,
    ),
    CommandSpec(
        "press",
        "NAME [ID]",
        "press a button: %mj press U2",
        _DISPLAY,
        text="button",
        required=("button", marked("Which button?")),
    ),
    CommandSpec(
        "answer",
        "[--zoom Z] [--mask PIC] [TEXT]",
        "answer a window",
        (
            *_DISPLAY,
            _argument("--zoom", type=_zoom, metavar="Z", help="how far out, 1 to 2"),
            _argument("--ar", metavar="W:H", help="another shape"),
            _argument("--mask", metavar="PIC", help="what to repaint: white"),
            _FORCE,
            _argument("--task", dest="task_id", metavar="ID", help="the task that waits"),
            _WORDS,
        ),
        text="prompt",
        heads_cell=True,
    ),
    CommandSpec("dismiss", "[ID]", "close a window without drawing", (_TASK,)),
    CommandSpec("seed", "[ID]", "ask for the seed of a picture", (_TASK,)),
    CommandSpec("cancel", "[ID]", "give a task up", (_TASK,)),
    CommandSpec("code", "[ID]", "print the steps to a picture as Python", (_TASK,)),
    CommandSpec(
        "save",
        "[PATH] [--tile N] [ID]",
        "save a picture as a file of its own",
        (
            _argument("--tile", type=_tile, metavar="N", help="one of the four alone"),
            _argument("path", nargs="?", metavar="PATH", help="a file or a folder"),
            _TASK,
        ),
    ),
    CommandSpec(
        "rate",
        "N [ID]",
        "rate a picture, 1 to 5; 0 takes it away",
        (_argument("rating", nargs="?", metavar="N", help="1 to 5, or 0"), _TASK),
        required=("rating", marked("Which rating?")),
    ),
    CommandSpec(
        "tag",
        "WORD [ID]",
        "sort a picture under a word",
        (_TAG, _TASK),
        required=("tag", marked("Which tag?")),
    ),
    CommandSpec(
        "untag",
        "WORD [ID]",
        "take a tag off",
        (_TAG, _TASK),
        required=("tag", marked("Which tag?")),
    ),
    CommandSpec(
        "note",
        "TEXT [--task ID]",
        "write a note to a picture",
        (_argument("--task", dest="task_id", metavar="ID", help="the task"), _WORDS),
        text="text",
        required=("text", marked("Which note?")),
    ),
    CommandSpec("undo", "", "take back the last rating, tag or note"),
    CommandSpec(
        "delete",
        "[ID…] [--yes]",
        "delete tasks from history and disk, after a question",
        (
            _argument("--yes", action="store_true", help="ask nothing"),
            _argument("task_ids", nargs="*", metavar="ID", help="tasks; the last job without one"),
        ),
    ),
    CommandSpec("again", "[ID]", "ask for the same once more", (*_DISPLAY, _TASK)),
    CommandSpec("resume", "", "go on with everything that is open", _DISPLAY),
    CommandSpec(
        "panel",
        "ID",
        "show a task again, with its picture and live buttons",
        (_argument("task_id", nargs="?", metavar="ID", help="the task"),),
        required=("task_id", marked("Which task?")),
    ),
    CommandSpec(
        "history",
        "[WORDS] [--since 3d …]",
        "history as a table (--v 7, --tag WORD, --sort NAME, …)",
        _FILTERS,
    ),
    CommandSpec(
        "gallery",
        "[WORDS] [--since 3d …]",
        "history as pictures: filter, compare, open",
        (
            _argument("--group", metavar="NAME", help="prompt, or any column or parameter"),
            _argument("--like", metavar="ID", help="what looks nearly like this task"),
            *_FILTERS,
        ),
    ),
    CommandSpec(
        "ablate",
        "[--seed N] [ID]",
        "after shorten: draw all its prompts with one seed",
        (_argument("--seed", type=_seed, metavar="N", help="the seed of all of them"), _TASK),
    ),
    CommandSpec(
        "strip",
        "[PATH]",
        "a copy of the saved notebook, fit for git (--keep-pictures)",
        (
            _argument("--keep-pictures", action="store_true", help="leave the twins' pictures in"),
            _argument("path", nargs="?", metavar="PATH", help="the notebook; this one without it"),
        ),
    ),
    CommandSpec(
        "spend",
        "[--by notebook|user] [--since 2026-01]",
        "what was asked for, and what it cost",
        (
            _argument(
                "--by",
                choices=("day", "notebook", "user"),
                metavar="WHAT",
                help="day, notebook or user",
            ),
            *_SINCE,
        ),
    ),
    CommandSpec(
        "params",
        "[WORD]",
        "the parameters of a prompt: what they do and take",
        (
            _argument(
                "word", nargs="?", metavar="WORD", help="one of them, a word about it, or rules"
            ),
        ),
    ),
    CommandSpec(
        "login",
        "[--forget] [--backend]",
        "enter the secret of your proxy, and keep it",
        (
            _argument("--forget", action="store_true", help="remove the one that is kept"),
            _argument("--backend", action="store_true", help="of the engine that draws instead"),
        ),
        is_private=True,
    ),
    CommandSpec("status", "", "what is open, and what was spent today"),
    CommandSpec(
        "doctor",
        "[--report FILE]",
        "look whether everything is in order",
        (
            _argument(
                "--report",
                metavar="FILE",
                help="write there what a maintainer needs: no secret, prompt or address",
            ),
        ),
    ),
    CommandSpec("version", "", "which version of mj_notebook this is"),
    CommandSpec(
        "bundle",
        "ZIP [IPYNB]",
        "pack notebook, history and pictures (--force replaces)",
        (
            _argument("--force", action="store_true", help="replace a file that is there"),
            _argument("path", nargs="?", metavar="ZIP", help="the file to write"),
            _argument("notebook", nargs="?", metavar="IPYNB", help="the notebook"),
        ),
        required=("path", "Pack what into which file?"),
    ),
    CommandSpec(
        "offline",
        "ZIP",
        "run from such a file: nobody is asked, nothing is paid",
        (_argument("path", nargs="?", metavar="ZIP", help="the file"),),
        required=("path", marked("Which bundle?")),
    ),
    CommandSpec(
        "help",
        "[COMMAND]",
        "this list, or how one command is written",
        (_argument("command", nargs="?", metavar="COMMAND", help="one of the list"),),
    ),
)
SPECS = {name: spec for spec in COMMANDS for name in (spec.name, spec.short) if name}
"""The row of each name that a command goes by."""
