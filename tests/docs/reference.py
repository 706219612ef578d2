"""The reference, written from the tables that the program itself reads."""

import argparse
import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import mj_notebook
from mj_notebook.__main__ import command_line
from mj_notebook.api.overview import GROUPS
from mj_notebook.errors import MJError
from mj_notebook.magic.command_table import COMMANDS, HELP, Argument
from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.session.job import FOR_PEOPLE
from mj_notebook.settings.pricing import DEFAULT_COSTS, Costs
from mj_notebook.settings.readers import READERS
from mj_notebook.settings.settings import Pacing, Settings
from mj_notebook.view.parameters import HEADS, parameter_lines
from tests.docs.words import tr

# An option that so many commands take is told once.
_SHARED_BY = 4


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table as Markdown."""
    head = tuple(head)
    lines = [head, ("---",) * len(head), *map(tuple, rows)]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# -- commands --------------------------------------------------------------------------------------


def commands() -> str:
    """Return all commands of cells, and of a command line."""
    used = Counter(argument.flags for spec in COMMANDS for argument in _options(spec.arguments))
    shared = [flags for flags, count in used.items() if count >= _SHARED_BY]
    parts = [
        table(
            (tr("written"), tr("does")),
            ((f"[`{spec.usage_line}`](#{spec.name})", tr(spec.summary)) for spec in COMMANDS),
        ),
    ]
    for spec in COMMANDS:
        own = [one for one in _options(spec.arguments) if one.flags not in shared]
        common = [one.flags[0] for one in _options(spec.arguments) if one.flags in shared]
        text = tr("`{usage}`: {summary}.").format(usage=spec.usage_line, summary=tr(spec.summary))
        if spec.heads_cell:
            alone = tr(" As a cell: `%%mj {name}`, or `%%mj` alone.")
            as_cell = alone if spec.name == "imagine" else tr(" As a cell: `%%mj {name}`.")
            text += as_cell.format(name=spec.name)
        if common:
            flags = ", ".join(f"`{flag}`" for flag in common)
            text += tr(" Also {flags}, as [told below](#options).").format(flags=flags)
        parts += [f"## {spec.name}", text]
        if own:
            parts.append(table((tr("option"), tr("meaning")), map(_option, own)))
    every = {one.flags: one for spec in COMMANDS for one in _options(spec.arguments)}
    told = [HELP, *(every[flags] for flags in shared)]
    parts += [
        f"## {tr('Options')}",
        tr("What several commands take."),
        table((tr("option"), tr("meaning")), map(_option, told)),
        f"## {tr('Command line')}",
        tr("In a terminal: `python -m mj_notebook COMMAND`, or `mj-notebook COMMAND`."),
    ]
    return "\n\n".join([*parts, *_command_line()])


def _options(arguments: Iterable[Argument]) -> Iterator[Argument]:
    return (one for one in arguments if one.settings.get("help") != argparse.SUPPRESS)


def _option(argument: Argument) -> tuple[str, str]:
    settings = argument.settings
    value = settings.get("metavar")
    flags = ", ".join(f"`{flag}`" for flag in argument.flags)
    if not argument.flags[0].startswith("-"):
        flags = f"`{value or argument.flags[0]}`"
    elif value:
        flags = f"`{argument.flags[0]} {value}`"
    return flags, _help(str(settings["help"]))


def _help(text: str) -> str:
    """Return what is said of an option; of those that ask history for a parameter, one for all."""
    head = "what was asked with "
    if text.startswith(head):
        return tr("what was asked with {option}").format(option=text.removeprefix(head))
    return tr(text)


def _command_line() -> Iterator[str]:
    (commands,) = (
        action
        for action in command_line()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    summaries = {choice.dest: choice.help for choice in commands._choices_actions}
    for name, parser in commands.choices.items():
        yield f"### mj-notebook {name}"
        summary = tr(str(summaries[name]))
        yield f"{summary[:1].upper()}{summary[1:]}{tr('.')}"
        rows = [_action(action) for action in parser._actions if action.dest != "help"]
        if rows:
            yield table((tr("argument"), tr("meaning")), rows)


def _action(action: argparse.Action) -> tuple[str, str]:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest).upper()
    written = action.option_strings[0] if action.option_strings else ""
    choices = ", ".join(map(str, action.choices or ()))
    meaning = str(action.help or "") % {**vars(action), "choices": choices}
    return f"`{' '.join(filter(None, (written, value)))}`", tr(meaning)


# -- parameters ------------------------------------------------------------------------------------

_RANGE = re.compile(r"([\d.]+) to ([\d.]+)")
_LETTERS = re.compile(r"[a-z]{3,}")
_VERSIONS = re.compile(r"\d\+|–|niji\d")


def parameters() -> str:
    """Return the table of what a prompt takes."""
    rows = [HEADS, tuple("---" for _ in HEADS)]
    rows += [
        (", ".join(f"`{name}`" for name in line[0].split(", ")), *line[1:])
        for line in parameter_lines(parameter_table())
    ]
    head, line, *others = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join((_words(head), line, *map(_words, others)))


def _words(row: str) -> str:
    """Return a row of that table in the language that is being written."""
    return " | ".join(map(_word, row.split(" | ")))


def _word(cell: str) -> str:
    text = cell.removeprefix("| ").removesuffix(" |")
    if found := _RANGE.fullmatch(text):
        told = tr("{least} to {most}").format(least=found[1], most=found[2])
    else:
        is_plain = (
            _LETTERS.search(text) and not text.startswith("`--") and not _VERSIONS.search(text)
        )
        told = tr(text) if is_plain else text
    return cell.replace(text, told) if text else cell


# -- settings --------------------------------------------------------------------------------------


def settings() -> str:
    """Return all settings, with the variables that give them."""
    return "\n\n".join(
        [
            table(
                ("`mj.configure(…)`", tr("variable"), tr("usual"), tr("meaning")),
                (
                    (
                        f"`{name}`",
                        ", ".join(f"`{one}`" for one in READERS[name].variables),
                        _usual(getattr(Settings(), name)),
                        tr(meaning),
                    )
                    for name, meaning in _attributes(Settings)
                ),
            ),
            f"## {tr('Pacing')}",
            '`mj.configure(pacing={"slowest": 10})`: ' + tr(_lead(Pacing)),
            _values(Pacing),
            f"## {tr('Costs')}",
            '`mj.configure(costs={"UPSCALE": 0.25})`: ' + tr(_lead(Costs)),
            table(
                (tr("name"), tr("credits, or a factor")),
                ((f"`{name}`", f"{value:g}") for name, value in DEFAULT_COSTS.items()),
            ),
        ]
    )


def _lead(kind: type) -> str:
    sentence = (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("\n", " ")
    return _plain(sentence[:1].lower() + sentence[1:])


def _values(kind: Any) -> str:
    rows = [
        (f"`{name}`", _usual(getattr(kind(), name)), tr(meaning))
        for name, meaning in _attributes(kind)
    ]
    return table((tr("name"), tr("usual"), tr("meaning")), rows)


def _usual(value: object) -> str:
    if value is None or value == () or (not value and not isinstance(value, bool | int | float)):
        return ""
    if isinstance(value, Pacing | Costs):
        return tr("below")
    if type(value).__name__ == "Secret":
        return ""
    return f"`{value}`"


def _attributes(kind: Any) -> list[tuple[str, str]]:
    """Return what the docstring of *kind* says of its fields."""
    _, _, told = (inspect.getdoc(kind) or "").partition("Attributes:\n")
    meanings = {}
    for name, text in re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", told, re.MULTILINE):
        meanings[name] = _plain(re.sub(r"\s+", " ", text))
    missing = {one.name for one in fields(kind)} - set(meanings) - {"pacing", "costs"}
    if missing:
        raise LookupError(f"{kind.__name__} says nothing of {sorted(missing)}.")
    return [(one.name, meanings.get(one.name, "see below")) for one in fields(kind)]


def _plain(text: str) -> str:
    return text.replace("``", "`").replace("*", "`")


# -- Python ----------------------------------------------------------------------------------------

_CLASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Jobs and what they are shown in", ("Job", "Board", "Gallery", "History", "Lineage", "Spend")),
    ("Experiments", ("Batch", "Sweep", "Study", "Measure")),
    ("Prompts", ("Prompt", "Finding")),
    (
        "Clients and requests",
        (
            *("Client", "AsyncClient", "Session", "Submission", "Task", "Settings", "Imagine"),
            *("Blend", "Describe", "Shorten", "SwapFace", "Video", "Edits", "UploadPictures"),
            *("Action", "Change", "SimpleChange", "Modal", "AccountFilter"),
        ),
    ),
)


def api() -> str:
    """Return the pages of all public names: directives that read their docstrings."""
    parts: list[str] = []
    for head, names in GROUPS:
        parts += [f"## {head}", *(_directive("autofunction", name) for name in names)]
    parts += [
        "## Common options",
        "What all functions take that ask for a picture.",
        _directive("autoclass", "api.generate.CommonOptions"),
    ]
    others = ["current_session", "current_settings"]
    parts += ["## What is in force", *(_directive("autofunction", name) for name in others)]
    for head, classes in _CLASSES:
        parts += [f"## {head}"]
        parts += [_directive("autoclass", name, _members(name)) for name in classes]
    parts += ["## Errors", *(_directive("autoexception", name) for name in _errors())]
    return "\n\n".join(parts)


def _members(name: str) -> str:
    if name == "Job":
        # "note" and its like stand there; the rest is how jobs are followed.
        return f":members: {', '.join(FOR_PEOPLE)}\n:inherited-members: object"
    return ":members:\n:inherited-members: object, tuple, str, Exception, list"


def _directive(kind: str, name: str, options: str = "") -> str:
    body = "".join(f"\n   {line}" for line in options.splitlines())
    return f"```{{eval-rst}}\n.. {kind}:: mj_notebook.{name}{body}\n```"


def _errors() -> list[str]:
    names = [
        name
        for name in mj_notebook.__all__
        if isinstance(one := getattr(mj_notebook, name), type) and issubclass(one, MJError)
    ]
    return sorted(names, key=lambda name: (name != "MJError", name))


def written_names() -> set[str]:
    """Return the public names that the page of the API tells of."""
    return set(re.findall(r":: mj_notebook\.(\w+)$", api(), re.MULTILINE))
