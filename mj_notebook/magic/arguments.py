"""From the text of a cell or line to a typed command; pure."""

import argparse
import builtins
import difflib
import keyword
import shlex
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NoReturn

from mj_notebook.errors import UsageError
from mj_notebook.prompt.text import PARAMETERS, long_name


@dataclass(frozen=True, slots=True)
class Draw:
    """
    Draw a grid from a prompt.

    Attributes:
        prompt: As it was written, before ``{{name}}`` is filled.
        out: The name that gets the job, "" for none.
        wait: Wait for the end; None leaves it to the front end.
        timeout: Seconds to wait; None for no limit.
        quiet: Show nothing.
        static: No widgets.
        dry_run: Show the request; send nothing.
    """

    prompt: str
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


@dataclass(frozen=True, slots=True)
class Panel:
    """Show the panel of a task again."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Help:
    """Say what there is."""


Command = Draw | Panel | Help

COMMANDS = {
    "imagine": "imagine TEXT   draw a grid from one line of text",
    "panel": "panel ID       show a task again, with its picture and live buttons",
    "help": "help           this list",
}


class _Parser(argparse.ArgumentParser):
    """An argparse parser that raises our error instead of leaving the program."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%%mj: {message}.", hint="%mj help lists the options.")


@cache
def cell_parser() -> argparse.ArgumentParser:
    """Return the parser of the ``%%mj`` line; its help is the magic's documentation."""
    parser = _Parser(
        prog="%%mj",
        description="Draw a grid of four pictures; the cell's body is the prompt, verbatim.",
        add_help=False,
        allow_abbrev=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=28, width=88),
    )
    add = parser.add_argument
    add("--out", metavar="NAME", default="", help="give the job this Python name")
    add("--wait", dest="wait", action="store_true", default=None, help="wait for the picture")
    add("--no-wait", dest="wait", action="store_false", help="return at once")
    add("--timeout", type=_seconds, metavar="S", help="wait at most so many seconds")
    add("--quiet", action="store_true", help="show nothing")
    add("--static", action="store_true", help="show the picture without widgets")
    add("--dry-run", action="store_true", help="show what would be sent, send nothing")
    add("--mode", metavar="SPEED", help="fast, turbo or relax")
    add("--bot", metavar="BOT", help="mj or niji")
    add("--image", dest="images", nargs="+", action="extend", metavar="PATH",
        help="reference pictures")  # fmt: skip
    add("--state", metavar="WORD", help="a word of your own that the task carries")
    add("--notify", metavar="URL", help="an address the proxy calls on each change")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise ValueError(text)
    return seconds


def parse_cell(line: str, body: str) -> Draw:
    """
    Read a ``%%mj`` cell.

    Raises:
        UsageError: An option is unknown or makes no sense, or the prompt is empty.
    """
    options = _read_options(line)
    if not body.strip():
        raise UsageError("The prompt is empty.", hint="Write it below the %%mj line.")
    return replace(options, prompt=body.strip())


@lru_cache(maxsize=64)
def _read_options(line: str) -> Draw:
    """Read the line alone; most cells of a notebook have the same one, so it is remembered."""
    words = _split(line)
    _refuse_strangers(words)
    options = vars(cell_parser().parse_args(words))
    options["images"] = tuple(options["images"] or ())
    return Draw(prompt="", **{**options, "out": _checked_name(options["out"])})


def parse_line(line: str) -> Command:
    """
    Read a ``%mj`` line: a command and what it needs.

    Raises:
        UsageError: There is no such command, or something is missing.
    """
    name, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    match name.lower():
        case "" | "help":
            return Help()
        case "imagine":
            if not rest:
                raise UsageError("The prompt is empty.", hint="Write %mj imagine and the prompt.")
            return Draw(prompt=rest)
        case "panel":
            if not rest:
                raise UsageError("Which task?", hint="Write %mj panel and the task's id.")
            return Panel(task_id=rest.strip("'\""))
    close = difflib.get_close_matches(name.lower(), COMMANDS, n=1)
    hint = f"Did you mean %mj {close[0]}?" if close else "To draw, write %mj imagine TEXT."
    raise UsageError(f"%mj knows no command {name!r}.", hint=f"{hint} %mj help lists all.")


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line, posix=True)
    except ValueError as error:
        raise UsageError(
            f"The %%mj line can't be read: {str(error).lower()}.",
            hint="Close the quotes; the prompt itself goes below, where quotes are free.",
        ) from error


def _refuse_strangers(words: list[str]) -> None:
    """Say what an unknown option probably was meant to be, before argparse says less."""
    parser = cell_parser()
    known = [option for action in parser._actions for option in action.option_strings]  # noqa: SLF001 - argparse offers no other way to list them
    for word in words:
        if not word.startswith("-") or word.partition("=")[0] in known or _is_number(word):
            continue
        name = word.lstrip("-").partition("=")[0]
        if long_name(name) in PARAMETERS:
            raise UsageError(
                f"{word} is a parameter of the prompt, not of the %%mj line.",
                hint="Write it at the end of the prompt, below.",
            )
        close = difflib.get_close_matches(word, known, n=1)
        hint = f"Did you mean {close[0]}?" if close else "%mj help lists the options."
        raise UsageError(f"%%mj knows no option {word}.", hint=hint)


def _is_number(word: str) -> bool:
    return word.lstrip("-").replace(".", "", 1).isdigit()


def _checked_name(name: str) -> str:
    if not name:
        return ""
    if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name):
        raise UsageError(
            f"{name!r} can't be the name of the job.",
            hint="Take a plain Python name that is not one of Python's own, like kite.",
        )
    return name


def help_text() -> str:
    """Return what ``%mj help`` prints: options of the cell, commands of the line, the job."""
    commands = "\n".join(f"  %mj {line}" for line in COMMANDS.values())
    return f"{cell_parser().format_help()}\ncommands:\n{commands}\n\n{_JOB_HELP}"


_JOB_HELP = """\
the job (also in _mj and _, or under the name given with --out):
  job.wait()  await job       wait for the picture
  job.image  job[1]…job[4]    the picture and its tiles, as Pillow images
  job.buttons  job.press("U2")  what the task offers, and pressing it
  job.task  job.seed()  job.cancel()

In the prompt {{name}} takes a Python value; single braces are Midjourney's own.
"""
