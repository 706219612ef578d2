"""From the text of a ``%mj`` line to a typed command; pure."""

import difflib
import re
from collections.abc import Callable
from dataclasses import replace

from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import checked, read_filters, read_words, split
from mj_notebook.magic.commands import (
    COMMANDS,
    OPERATIONS,
    Ablate,
    Answer,
    Ask,
    Choose,
    Code,
    Command,
    Doctor,
    Freeze,
    Help,
    Login,
    Look,
    LookBack,
    Offline,
    Pack,
    Panel,
    Press,
    Save,
    Spend,
    Wish,
)

# What is about pictures alone: without any, the person can choose them.
_CHOSEN = ("describe", "blend", "swap", "upload")
_WISHES = ("seed", "again", "cancel", "dismiss", "resume")
# Ids of the whole family are numbers as far as seen; a button's name never is so long a one.
_ID = re.compile(r"\d{10,}")
_ANSWER_OPTION = re.compile(r"--(zoom|ar|mask|task)[ =]+(?:\"([^\"]*)\"|'([^']*)'|(\S+))\s*")


def parse_line(line: str) -> Command:
    """
    Read a ``%mj`` line: a command and what it needs.

    Raises:
        UsageError: There is no such command, or something is missing.
    """
    name, _, rest = line.strip().partition(" ")
    name, rest = name.lower(), rest.strip()
    if name in ("", "help"):
        return Help()
    if name in OPERATIONS:
        return _ask(name, rest)
    if name in _WISHES:
        return Wish(name, rest.strip("'\""))
    if name in _READERS:
        return _READERS[name](rest)
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"Did you mean %mj {close[0]}?" if close else "To draw, write %mj imagine TEXT."
    raise UsageError(f"%mj knows no command {name!r}.", hint=f"{hint} %mj help lists all.")


def _ask(name: str, rest: str) -> Ask | Choose:
    operation = OPERATIONS[name]
    if operation.has_prompt and not operation.most:
        if not rest:
            raise UsageError("The prompt is empty.", hint=f"Write %mj {name} and the prompt.")
        return Ask(name, prompt=rest)
    asked, words = read_words(name, split(rest))
    if name in _CHOSEN and not words and not asked.own.get("link"):
        return Choose(asked)
    if not operation.has_prompt:
        return checked(replace(asked, pictures=tuple(words)))
    asked = checked(replace(asked, pictures=tuple(words[: operation.most])))
    prompt = " ".join(words[operation.most :])
    if not prompt.strip():
        raise UsageError(
            "The prompt is empty.", hint=f"Write it in quotes: %mj {name} picture.png 'TEXT'."
        )
    return replace(asked, prompt=prompt)


def _panel(rest: str) -> Panel:
    if not rest:
        raise UsageError("Which task?", hint="Write %mj panel and the task's id.")
    return Panel(task_id=rest.strip("'\""))


def _code(rest: str) -> Code:
    return Code(rest.strip("'\""))


def _press(rest: str) -> Press:
    words = rest.split()
    task_id = words.pop() if len(words) > 1 and _ID.fullmatch(words[-1]) else ""
    button = " ".join(words).strip("'\"")
    if not button:
        raise UsageError("Which button?", hint="Write %mj press U2, or another of its names.")
    return Press(button, task_id)


def _freeze(rest: str) -> Freeze:
    words = split(rest)
    keep_pictures = "--keep-pictures" in words
    paths = [word for word in words if word != "--keep-pictures"]
    if len(paths) > 1 or any(path.startswith("--") for path in paths):
        raise UsageError(
            "%mj freeze takes one notebook.", hint="Write %mj freeze, or its path in quotes."
        )
    return Freeze(next(iter(paths), ""), keep_pictures)


def _save(rest: str) -> Save:
    words = split(rest)
    number = None
    if "--tile" in words:
        place = words.index("--tile")
        told = words[place + 1] if place + 1 < len(words) else ""
        if not told.isdecimal():
            raise UsageError("Which tile?", hint="Write --tile and its number, 1 to 4.")
        number = int(told)
        del words[place : place + 2]
    task_id = words.pop() if words and _ID.fullmatch(words[-1]) else ""
    if len(words) > 1:
        raise UsageError(
            "More than one place to save to.", hint="Write a path with spaces in quotes."
        )
    return Save(words[0] if words else "", number, task_id)


def _answer(rest: str) -> Answer:
    """Read the options in front; what follows them is the prompt, whose own options stay in it."""
    options: dict[str, str] = {}
    while found := _ANSWER_OPTION.match(rest):
        options[found[1]] = found[2] or found[3] or found[4] or ""
        rest = rest[found.end() :]
    return Answer(
        prompt=rest.strip(),
        zoom=_zoom(options["zoom"]) if "zoom" in options else None,
        ar=options.get("ar", ""),
        mask=options.get("mask", ""),
        task_id=options.get("task", ""),
    )


def _bundle(rest: str) -> Pack:
    words = split(rest)
    paths = [word for word in words if word != "--force"]
    strange = next((word for word in paths if word.startswith("--")), None)
    if strange is not None or not 1 <= len(paths) <= 2:
        what = f"%mj bundle knows no option {strange}." if strange else "Pack what into which file?"
        raise UsageError(what, hint="Write %mj bundle study.zip notebook.ipynb.")
    path, notebook = paths if len(paths) == 2 else (paths[0], "")
    return Pack(path, notebook, force="--force" in words)


def _offline(rest: str) -> Offline:
    words = split(rest)
    if len(words) != 1:
        raise UsageError("Which bundle?", hint="Write %mj offline study.zip.")
    return Offline(words[0])


def _ablate(rest: str) -> Ablate:
    words = rest.split()
    task_id = words.pop() if words and _ID.fullmatch(words[-1]) else ""
    seed = _options("ablate", " ".join(words), ("seed",)).get("seed")
    if seed is not None and not (seed.isascii() and seed.isdecimal()):
        raise UsageError(f"{seed!r} is no seed.", hint="Write --seed and a whole number.")
    return Ablate(None if seed is None else int(seed), task_id)


def _options(name: str, rest: str, known: tuple[str, ...]) -> dict[str, str]:
    """Read options that each take a value: --by notebook --since "3 days"."""
    words, found = split(rest), {}
    while words:
        option, _, value = words.pop(0).removeprefix("--").partition("=")
        value = value or (words.pop(0) if words else "")
        if option not in known or not value:
            raise _unknown(name)
        found[option] = value
    return found


def _is_asked(name: str, rest: str, option: str) -> bool:
    """Tell whether *option* stands there; anything else may be a secret, and is not repeated."""
    if rest not in ("", option):
        raise _unknown(name)
    return rest == option


def _unknown(name: str) -> UsageError:
    usage, _ = COMMANDS[name]
    return UsageError(f"That is no way to write %mj {name}.", hint=f"Write %mj {name} {usage}.")


def _zoom(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{text!r} is no zoom.", hint="Give a number from 1 to 2.") from None


_READERS: dict[str, Callable[[str], Command]] = {
    "panel": _panel,
    "code": _code,
    "save": _save,
    "press": _press,
    "answer": _answer,
    "ablate": _ablate,
    "freeze": _freeze,
    "history": lambda rest: LookBack(read_filters("history", split(rest))),
    "gallery": lambda rest: Look(read_filters("gallery", split(rest))),
    "bundle": _bundle,
    "offline": _offline,
    "spend": lambda rest: Spend(**_options("spend", rest, ("by", "since", "until"))),
    "login": lambda rest: Login(forget=_is_asked("login", rest, "--forget")),
    "doctor": lambda _: Doctor(),
}
