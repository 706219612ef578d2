"""From the text of a line or a cell to a command, by the one table of commands; pure."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NoReturn

from mj_notebook.errors import UsageError
from mj_notebook.language import marked, translated
from mj_notebook.language.misfits import nearest
from mj_notebook.magic.command_parser import CommandParser, ParseError, parser_of
from mj_notebook.magic.command_table import COMMANDS, SPECS, CommandSpec
from mj_notebook.magic.line_words import TASK_ID, split, with_whole_paths
from mj_notebook.magic.records import (
    Command,
    DisplayOptions,
    LineCommand,
    SubmitCommand,
    UploadFormCommand,
)
from mj_notebook.magic.text_options import is_parameter, refuse_options, separate

# As argparse reads it: -n and its value in one word.
_NUMBER = re.compile(r"-n\d+")
# Its time grows with the square of their number.
_MOST_OPTIONS = 1000
_QUESTION = re.compile(r"(\w*) ?\?{1,2}")
COMMAND_NAMES = tuple(SPECS)
"""What can stand after ``%mj``."""
# Of what has no command, those that a person may look for here.
_FROM_PYTHON = ("batch", "configure", "offline", "sweep", "verify")
CELL_NAMES = tuple(name for name, spec in SPECS.items() if spec.heads_cell)
"""What can stand after ``%%mj``."""

# What is ours wherever a prompt stands, with the first command that has it.
_OPTIONS_OF_CELLS = {
    flag: spec.short or spec.name
    for spec in reversed(COMMANDS)
    if spec.heads_cell
    for flags, _ in spec.arguments
    for flag in flags
    if flag.startswith("-")
}

# -- from text to a command ------------------------------------------------------------------------


def parse_line(line: str) -> Command:
    """
    Read a ``%mj`` line: a command and what it needs.

    Raises:
        UsageError: There is no such command, or something is missing or too much.
    """
    name, rest = [*line.split(None, 1), "", ""][:2]
    name, rest = name.lower(), rest.strip()
    if not name or name == "--help":
        return _help_of("")
    asked = _QUESTION.fullmatch(f"{name} {rest}".rstrip())
    if asked is not None and asked[1] in {"", *SPECS}:
        return _help_of(asked[1])
    spec = _spec(name)
    head = f"%mj {name}"
    options = parser_of(name).options
    if not spec.text:
        command = _read(spec, head, split(rest, head), {})
        if isinstance(command, SubmitCommand):
            refuse_options(command.prompt, options, head, _OPTIONS_OF_CELLS)
        return command
    words, text = separate(rest, options, lambda word: _refuse(word, spec, head, is_text=True))
    if not spec.is_private:
        refuse_options(text, options, head, _OPTIONS_OF_CELLS)
    return _read(spec, head, words, {spec.text: text} if text else {})


def parse_cell(line: str, body: str) -> SubmitCommand | LineCommand:
    """
    Read a ``%%mj`` cell; all of its body is the prompt.

    Raises:
        UsageError: An option is unknown, makes no sense or stands in the body, or the body is
            empty.
    """
    command = _read_head(line)
    if isinstance(command, LineCommand) and command.name == "help":
        return command
    prompt = body.strip()
    if not prompt and (isinstance(command, LineCommand) or not _sweeps_prompts(command)):
        raise UsageError(
            translated("The prompt is empty."), hint=translated("Write it below the %%mj line.")
        )
    name = command.name if isinstance(command, LineCommand) else command.operation
    head = "%%mj" if name == "imagine" else f"%%mj {name}"
    refuse_options(prompt, parser_of(name).options, head, _OPTIONS_OF_CELLS)
    if isinstance(command, LineCommand):
        return command._replace(given={**command.given, "prompt": prompt})
    # What the line of a sweep says of the prompt stands at its end.
    return command._replace(prompt=" ".join(filter(None, (prompt, command.prompt))))


def _sweeps_prompts(command: SubmitCommand) -> bool:
    """Tell whether whole prompts are an axis of *command*, which has none of its own then."""
    pairs: Any = command.own.get("sweep", ())
    return any(name == "prompt" for name, _ in pairs)


@lru_cache(maxsize=64)
def _read_head(line: str) -> SubmitCommand | LineCommand:
    """Read the line alone; most cells of a notebook have the same one, so it is remembered."""
    words = split(line, "%%mj")
    name = words.pop(0).lower() if words and words[0].lower() in SPECS else "imagine"
    spec = SPECS[name]
    if not spec.heads_cell:
        raise UsageError(
            translated("A cell can't be headed by {name!r}, which takes no words.", name=name),
            hint=translated("Write {usage_line} in one line.", usage_line=spec.usage_line),
        )
    head = "%%mj" if name == "imagine" else f"%%mj {name}"
    command = _read(spec, head, words, {}, is_cell=True)
    assert not isinstance(command, UploadFormCommand)  # which heads no cell
    return command


def _spec(name: str) -> CommandSpec:
    if name in SPECS:
        return SPECS[name]
    likely = closest(name, COMMAND_NAMES)
    hint = (
        translated("It is called from Python: mj.{name}(…).", name=name)
        if name in _FROM_PYTHON
        else translated("Did you mean %mj {likely}?", likely=likely)
        if likely
        else translated("To draw, write %mj imagine TEXT.")
    )
    raise UsageError(
        translated("%mj knows no command {name!r}.", name=name),
        hint=translated("{hint} %mj help lists all.", hint=hint),
    )


def _read(
    spec: CommandSpec, head: str, words: list[str], given: dict[str, Any], *, is_cell: bool = False
) -> Command:
    """
    Return the command that *words* make of *spec*.

    Args:
        spec: The row of the command.
        head: How it was begun, for errors.
        words: Options and what else is split.
        given: The fields that are known already.
        is_cell: The prompt comes later, from the body.
    """
    parser = parser_of(spec.name)
    words = with_whole_paths(words) if parser.takes_files or spec.most else words
    if is_cell and any(word.partition("=")[0] == "--sweep" for word in words):
        words, parameters = _without_parameters(words, parser)
        given = {"prompt": parameters, **given} if parameters else given
    for word in words:
        if word.startswith("-") and not _is_number(word):
            option = "-n" if _NUMBER.fullmatch(word) else word.partition("=")[0]
            if option not in parser.options:
                _refuse(option, spec, head, is_text=False)
    if "--help" in words:
        return _help_of(spec.name)
    _refuse_twice(spec, head, [word.partition("=")[0] for word in words])
    try:
        found = vars(parser.parse_intermixed_args(words))
    except ParseError as error:
        raise _unreadable(spec, head, str(error)) from None
    given = {key: tuple(v) if isinstance(v, list) else v for key, v in found.items()} | given
    if spec.is_request:
        return _submit(spec, given, is_cell=is_cell)
    if is_cell and given.pop("words", ()):
        raise UsageError(
            translated("{head} takes options alone.", head=head),
            hint=translated("The prompt goes below the line."),
        )
    given = _FINISH.get(spec.name, _as_it_is)(given)
    field, question = spec.required
    if field and given.get(field) in {None, "", "''", '""'}:
        raise UsageError(
            translated(question), hint=translated("Write {usage_line}.", usage_line=spec.usage_line)
        )
    return LineCommand(spec.name, _with_display(given))


def _help_of(name: str) -> LineCommand:
    """Return the command that tells how *name* is written, "" for all."""
    return LineCommand("help", {"command": SPECS[name].name} if name else {})


def _without_parameters(words: list[str], parser: CommandParser) -> tuple[list[str], str]:
    """Take the parameters of the prompt, which hold for all cells of a sweep, from its line."""
    kept: list[str] = []
    taken: list[str] = []
    is_taking = False
    for word in words:
        if word.startswith("--"):
            option = word.partition("=")[0]
            is_taking = option not in parser.options and is_parameter(option)
        (taken if is_taking else kept).append(word)
    return kept, " ".join(taken)


def _submit(
    spec: CommandSpec, given: dict[str, Any], *, is_cell: bool
) -> SubmitCommand | UploadFormCommand:
    """Return what is asked for: the first words are pictures, and the rest is the prompt."""
    words = given.pop("words", ())
    head = f"%mj {spec.short or spec.name}"
    known = (*SubmitCommand._fields, *DisplayOptions._fields)
    own = {key: given.pop(key) for key in sorted(given) if key not in known}
    pictures = words[: spec.most] if spec.heads_cell else words
    command = SubmitCommand(spec.name, pictures=pictures, own=own, **_with_display(given))
    if not words and spec.most and not spec.heads_cell and not own.get("link"):
        return UploadFormCommand(command)
    if is_cell and len(words) > spec.most:
        raise UsageError(
            translated("%%mj does not know what {words!r} is.", words=words[-1]),
            hint=translated("The prompt goes below the %%mj line."),
        )
    check_pictures(command)
    lost = [key for key in ("run", "budget", "sample") if key in own and "sweep" not in own]
    if lost:
        raise UsageError(
            translated("--{lost} is for a sweep.", lost=lost[0]),
            hint=translated("Add for instance --sweep s=0,250."),
        )
    if not spec.heads_cell or is_cell:
        return command
    if spec.most:
        command = command._replace(prompt=" ".join(words[spec.most :]))
    if not command.prompt.strip() and not _sweeps_prompts(command):
        written = f"{head} {spec.usage}"
        raise UsageError(
            translated("The prompt is empty."),
            hint=translated("Write it in quotes: {written}.", written=written)
            if spec.most
            else translated("Write it as {written}.", written=written),
        )
    return command


def check_pictures(command: SubmitCommand) -> None:
    """
    Check the number of pictures of *command*.

    Raises:
        UsageError: There are too few or too many; the hint says how it is written.
    """
    spec, given = SPECS[command.operation], len(command.pictures)
    needs_one = command.operation == "describe" and not command.own.get("link")
    fewest = spec.fewest or int(needs_one)
    if not fewest <= given <= spec.most:
        wanted = (
            translated("{least} to {most}", least=fewest, most=spec.most)
            if fewest < spec.most
            else str(spec.most)
        )
        plural = "" if wanted == "1" else "s"
        quotes = translated(" A path with blanks goes in quotes.") if given > spec.most else ""
        raise UsageError(
            translated(
                "%mj {short} takes {wanted} picture{plural}, not {given}.",
                short=spec.short or spec.name,
                wanted=wanted,
                plural=plural,
                given=given or translated("none"),
            ),
            hint=translated(
                "Write {usage_line}.{quotes}", usage_line=spec.usage_line, quotes=quotes
            ),
        )


def _with_display(given: dict[str, Any]) -> dict[str, Any]:
    """Put together what says how a job is shown."""
    display = {key: given[key] for key in DisplayOptions._fields if key in given}
    rest = {key: value for key, value in given.items() if key not in display}
    return {**rest, "display": DisplayOptions(**display)} if display else rest


# -- what is particular to some commands --


def _as_it_is(given: dict[str, Any]) -> dict[str, Any]:
    return given


def _press(given: dict[str, Any]) -> dict[str, Any]:
    """Take a task's id off the end of a button's name."""
    button = given.pop("button", "").strip()
    if button.startswith(("'", '"')):
        split(button, "%mj press")  # says where its quotes are open
    words = button.split()
    # One digit is a part of a name: upscale 2.
    is_task = len(words) > 1 and len(words[-1]) > 1 and words[-1].isdecimal()
    task = {"task_id": words.pop()} if is_task else {}
    if early := next((word for word in words[1:-1] if TASK_ID.fullmatch(word)), None):
        raise UsageError(
            translated(
                "{words!r} stands behind the task's id {early}.", words=words[-1], early=early
            ),
            hint=translated("Write {usage_line}.", usage_line=SPECS["press"].usage_line),
        )
    return {**given, **task, "button": " ".join(words).strip("'\"")}


def _save(given: dict[str, Any]) -> dict[str, Any]:
    """Take a number that is long enough for the id of a task, and no place to save to."""
    path = given.get("path", "")
    if TASK_ID.fullmatch(path) and "task_id" not in given:
        given["task_id"] = given.pop("path")
    elif given.get("task_id") and not TASK_ID.fullmatch(given["task_id"]):
        raise UsageError(
            translated("More than one place to save to."),
            hint=translated("Write a path with spaces in quotes."),
        )
    return given


def _ablate(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("task_id") and not TASK_ID.fullmatch(given["task_id"]):
        raise UsageError(
            translated("{given!r} is no task.", given=given["task_id"]),
            hint=translated("Write {usage_line}.", usage_line=SPECS["ablate"].usage_line),
        )
    return given


def _rate(given: dict[str, Any]) -> dict[str, Any]:
    text = given.get("rating", "")
    # One digit: an id in the place of the rating is told apart from a wrong rating.
    if text and not (text.isascii() and text.isdecimal() and len(text) == 1):
        raise UsageError(
            translated("{text!r} is no rating.", text=text[:40]),
            hint=translated("Give 1 to 5, or 0 to take it away, and then the ID."),
        )
    return {**given, "rating": int(text)} if text else given


def _filters(given: dict[str, Any]) -> dict[str, Any]:
    """Put together what is looked for in history."""
    text = " ".join(given.pop("words", ()))
    return {"text": text, **given} if text else given


def _help(given: dict[str, Any]) -> dict[str, Any]:
    name = given.get("command", "").lstrip("%").lower()
    return {"command": _spec(name).name} if name else {}


_FINISH: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "press": _press,
    "save": _save,
    "ablate": _ablate,
    "rate": _rate,
    "history": _filters,
    "gallery": _filters,
    "help": _help,
}

# -- what is wrong -------------------------------------------------------------------------------


def _refuse_twice(spec: CommandSpec, head: str, words: list[str]) -> None:
    """
    Refuse two options of which one undoes the other: argparse takes the last without a word.

    More than anybody means are refused as well.
    """
    if sum(word.startswith("-") for word in words) > _MOST_OPTIONS:
        raise UsageError(
            translated("{head} has more than {most} options.", head=head, most=_MOST_OPTIONS),
            hint=translated("%mj help {spec} tells more.", spec=spec.name),
        )
    given: dict[str, list[str]] = {}
    for flags, settings in spec.arguments:
        if settings.get("action") not in {"append", "extend"}:
            found = [word for word in words if word in flags and word.startswith("-")]
            given.setdefault(settings.get("dest", flags[0]), []).extend(found)
    for found in given.values():
        if len(set(found)) > 1:
            raise UsageError(
                translated(
                    "{head}: {found} undo each other.",
                    head=head,
                    found=" and ".join(dict.fromkeys(found)),
                ),
                hint=translated("Leave one of them out."),
            )
        if len(found) > 1 and parser_of(spec.name).options[found[0]].nargs != 0:
            raise UsageError(
                translated("{head}: {found} is given twice.", head=head, found=found[0]),
                hint=translated("Leave one of them out."),
            )


def _refuse(word: str, spec: CommandSpec, head: str, *, is_text: bool) -> NoReturn:
    """Say what an unknown option probably was meant to be, before argparse says less."""
    if spec.is_private:
        raise _unreadable(spec, head, "")
    if is_parameter(word) and spec.heads_cell:
        raise UsageError(
            translated(
                "{word} is a parameter of the prompt, not of the {head} line.", word=word, head=head
            ),
            hint=translated("Write it at the end of the prompt")
            + (
                translated(", below.")
                if head.startswith("%%")
                else translated(", within the quotes.")
            ),
        )
    if spec.name == "params" and is_parameter(word):
        raise UsageError(
            translated("%mj params takes the name alone."),
            hint=translated("Write %mj params {name}.", name=word.lstrip("-")),
        )
    likely = closest(word, parser_of(spec.name).options)
    others = [one.name for one in COMMANDS if word in parser_of(one.name).options]
    meant = _meant_parameter(word) if spec.heads_cell else ""
    if likely:
        hint = translated("Did you mean {likely}?", likely=likely)
    elif meant:
        hint = translated("Did you mean {meant}, as a parameter of the prompt?", meant=meant)
    elif others:
        hint = translated("It is an option of %mj {others}.", others=others[0])
    else:
        hint = translated("%mj help {spec} lists the options.", spec=spec.name)
        if is_text and spec.heads_cell:
            hint += translated(" The body of a %%mj cell is taken as it is.")
    raise UsageError(translated("{head} knows no option {word}.", head=head, word=word), hint=hint)


def _meant_parameter(word: str) -> str:
    """Return the parameter that was probably meant by *word*, as --v 7 by --v7; "" for none."""
    from mj_notebook.prompt.parameters import parameter_table
    from mj_notebook.prompt.spelling import check_spelling, closest_parameter

    table = parameter_table()
    found = check_spelling(word, table).found
    glued = [one.advice for one in found if one.rule == "glued"]
    if glued:
        return glued[0].removeprefix("Write ").removesuffix(".")
    return closest_parameter(word.lstrip("-"), table)


_ARGPARSE = (marked("expected one argument"), marked("expected at least one argument"))
"""What argparse says by itself of an option; our own readers speak the language already."""
_CHOICE = re.compile(r"invalid choice: (?P<given>.*) \(choose from (?P<known>.*)\)", re.DOTALL)


def _said(head: str, message: str) -> str:
    """Return what argparse says of an option, in the language in force."""
    option, _, why = message.removeprefix("argument ").partition(": ")
    if choice := _CHOICE.fullmatch(why):
        why = translated("invalid choice: {given} (choose from {known})", **choice.groupdict())
    return translated(
        "{head}: argument {option}: {why}.", head=head, option=option, why=translated(why)
    )


def _unreadable(spec: CommandSpec, head: str, message: str) -> UsageError:
    """Return the error for what argparse can't read; it never repeats words that have no place."""
    said = _said(head, message) if message.startswith("argument -") else ""
    if spec.is_private or not said:
        said = translated("That is no way to write {head}.", head=head)
    more = translated("%mj help {spec} tells more.", spec=spec.name)
    return UsageError(
        said,
        hint=more
        if head.startswith("%%")
        else translated("Write {usage_line}; {more}", usage_line=spec.usage_line, more=more),
    )


def closest(word: str, known: Iterable[str]) -> str:
    """Return which of *known* was probably meant by *word*, "" when none comes close."""
    bare = {name.lstrip("-"): name for name in known}
    wanted = word.lstrip("-")
    begun = (name for name in bare if len(wanted) > 1 and name.startswith(wanted))
    return bare.get(nearest(wanted, bare) or next(begun, ""), "")


def _is_number(word: str) -> bool:
    return word.lstrip("-").replace(".", "", 1).isdigit()
