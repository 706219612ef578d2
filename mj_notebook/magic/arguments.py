"""From the text of a cell to a typed command; pure."""

import argparse
import builtins
import difflib
import keyword
import shlex
from dataclasses import replace
from functools import cache, lru_cache
from typing import NoReturn

from mj_notebook.errors import UsageError
from mj_notebook.magic.commands import COMMANDS, OPERATIONS, Ask
from mj_notebook.prompt.parse import PARAMETERS, long_name


class _Parser(argparse.ArgumentParser):
    """An argparse parser that raises our error instead of leaving the program."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}.", hint="%mj help lists the options.")


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
    add("--fresh", action="store_true", help="draw it even though it was drawn already")
    add("-n", dest="number", type=_count, default=1, metavar="N",
        help="so many of it; --out is their list")  # fmt: skip
    add("--mode", metavar="SPEED", help="fast, turbo or relax")
    add("--bot", metavar="BOT", help="mj or niji")
    add("--image", dest="images", nargs="+", action="extend", metavar="PIC",
        help="reference pictures")  # fmt: skip
    add("--state", metavar="WORD", help="a word of your own that the task carries")
    add("--notify", metavar="URL", help="an address the proxy calls on each change")
    add("--account", dest="accounts", action="append", type=_pair, metavar="NAME=VALUE",
        help="which accounts may take it, as in --account remark=mine")  # fmt: skip
    return parser


_MOST_AT_ONCE = 20
# The options that only one operation has.
_OWN = {
    "blend": ((("--dimensions",), {"metavar": "SHAPE"}),),
    "describe": ((("--link",), {"metavar": "URL"}), (("--language",), {"metavar": "WORD"})),
    "video": (
        (("--end",), {"metavar": "PIC"}),
        (("--motion",), {"metavar": "low|high"}),
        (("--loop",), {"action": "store_true", "default": None}),
        (("--batch",), {"type": int, "metavar": "N"}),
        (("--height",), {"type": int, "metavar": "PIXELS"}),
    ),
    "edit": ((("--mask",), {"metavar": "PIC"}),),
}


@cache
def operation_parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of what follows the operation *name*."""
    parser = _Parser(
        prog="%%mj" if name == "imagine" else f"%mj {name}",
        parents=[cell_parser()],
        add_help=False,
        allow_abbrev=False,
    )
    for flags, options in _OWN.get(name, ()):
        parser.add_argument(*flags, **options)
    parser.add_argument("words", nargs="*")
    return parser


_FILTERS = ("action", "status", "since", "until", "server", "parent", "mode")


@cache
def filter_parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of what follows the command *name*, which looks into history."""
    parser = _Parser(prog=f"%mj {name}", add_help=False, allow_abbrev=False)
    for option in _FILTERS:
        parser.add_argument(f"--{option}", metavar="WORD")
    parser.add_argument("--rating", type=int, metavar="N")
    parser.add_argument("--limit", type=int, metavar="N")
    parser.add_argument("words", nargs="*")
    return parser


def read_filters(name: str, words: list[str]) -> dict[str, object]:
    """Read what is wanted of history; `mj_notebook.history` takes it, and checks it."""
    parser = filter_parser(name)
    _refuse_strangers(parser, words)
    options = vars(parser.parse_intermixed_args(words))
    text = " ".join(options.pop("words"))
    wanted = {key: value for key, value in options.items() if value is not None}
    return {"text": text, **wanted} if text else wanted


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise ValueError(text)
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= _MOST_AT_ONCE:
        raise ValueError(text)
    return count


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name.strip() or not value.strip():
        raise ValueError(text)
    return name.strip(), value.strip()


def parse_cell(line: str, body: str) -> Ask:
    """
    Read a ``%%mj`` cell.

    Raises:
        UsageError: An option is unknown or makes no sense, or the prompt is empty.
    """
    asked = _read_options(line)
    if not body.strip():
        raise UsageError("The prompt is empty.", hint="Write it below the %%mj line.")
    return replace(asked, prompt=body.strip())


@lru_cache(maxsize=64)
def _read_options(line: str) -> Ask:
    """Read the line alone; most cells of a notebook have the same one, so it is remembered."""
    words = split(line)
    name = words.pop(0) if words and words[0].lower() in OPERATIONS else "imagine"
    name = name.lower()
    if not OPERATIONS[name].has_prompt:
        raise UsageError(
            f"A cell can't be headed by {name!r}, which takes no words.",
            hint=f"Write %mj {name} in one line.",
        )
    asked, rest = read_words(name, words)
    if len(rest) > OPERATIONS[name].most:
        raise UsageError(
            f"%%mj does not know what {rest[-1]!r} is.", hint="The prompt goes below the %%mj line."
        )
    return checked(replace(asked, pictures=tuple(rest)))


def read_words(name: str, words: list[str]) -> tuple[Ask, list[str]]:
    """Read the options of operation *name* among *words*; return the other words too."""
    _refuse_strangers(operation_parser(name), words)
    options = vars(operation_parser(name).parse_intermixed_args(words))
    rest: list[str] = options.pop("words")
    own_names = {flags[0].lstrip("-") for flags, _ in _OWN.get(name, ())}
    own = {key: value for key in sorted(own_names) if (value := options.pop(key)) is not None}
    options["images"] = tuple(options["images"] or ())
    options["accounts"] = tuple(options["accounts"] or ())
    return Ask(name, own=own, **{**options, "out": _checked_name(options["out"])}), rest


def checked(asked: Ask) -> Ask:
    """Check the number of pictures of *asked*."""
    operation, given = OPERATIONS[asked.operation], len(asked.pictures)
    needs_one = asked.operation == "describe" and not asked.own.get("link")
    if not (operation.fewest or int(needs_one)) <= given <= operation.most:
        raise UsageError(
            f"%mj {asked.operation} does not go with {given or 'no'} pictures.",
            hint=f"Write %mj {asked.operation} {operation.usage}.",
        )
    return asked


def split(line: str) -> list[str]:
    """Split *line* into words as a shell does."""
    try:
        return shlex.split(line, posix=True)
    except ValueError as error:
        raise UsageError(
            f"The %%mj line can't be read: {str(error).lower()}.",
            hint="Close the quotes; the prompt itself goes below, where quotes are free.",
        ) from error


def _refuse_strangers(parser: argparse.ArgumentParser, words: list[str]) -> None:
    """Say what an unknown option probably was meant to be, before argparse says less."""
    known = [option for action in parser._actions for option in action.option_strings]  # noqa: SLF001 - argparse offers no other way to list them
    for word in words:
        if not word.startswith("-") or word.partition("=")[0] in known or _is_number(word):
            continue
        option = word.lstrip("-").partition("=")[0]
        if long_name(option) in PARAMETERS:
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
    commands = "\n".join(map(_command_help, COMMANDS))
    heads = ", ".join(f"%%mj {name}" for name, found in OPERATIONS.items() if found.has_prompt)
    return (
        f"{cell_parser().format_help()}\ncommands:\n{commands}\n"
        f"  {heads}: the words stand in the cell\n\n{_JOB_HELP}"
    )


def _command_help(name: str) -> str:
    usage, says = COMMANDS[name]
    written = f"  %mj {name} {usage}".rstrip()
    gap = " " * max(2, 32 - len(written))
    return f"{written}{gap}{says}"


_JOB_HELP = """\
the job (also in _mj and _, or under the name given with --out):
  job.wait()  await job       wait for the picture
  job.image  job[1]…job[4]    the picture and its tiles, as Pillow images
  job.buttons  job.press("U2")  what the task offers, and pressing it
  job.window  job.answer(…)   what the server waits for, and answering it
  job.task  job.seed()  job.cancel()

In the prompt {{name}} takes a Python value; single braces are Midjourney's own. A picture (PIC) is
a path, a link, or {{name}} for a picture or a job you have: %mj describe {{_mj[2]}}. Without any,
describe, blend, swap and upload let you choose, drop or paste them.
"""
