"""The table of commands: parser, completion, help and what is done agree about each row."""

import inspect
import re
from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter

import mj_notebook
from mj_notebook.errors import UsageError
from mj_notebook.magic import arguments
from mj_notebook.magic.arguments import parse_line
from mj_notebook.magic.command_parser import parser_of
from mj_notebook.magic.command_table import COMMANDS, SPECS, CommandSpec
from mj_notebook.magic.commands import COMMAND_FUNCTIONS
from mj_notebook.magic.help_text import help_text
from mj_notebook.magic.records import DisplayOptions, LineCommand
from tests.magic.shells import Shell
from tests.support.pages import PAGES

ROOT = Path(mj_notebook.__file__).parents[1]
ROWS = pytest.mark.parametrize("spec", COMMANDS, ids=[spec.name for spec in COMMANDS])


def offered(shell: Shell, text: str) -> list[str]:
    """Return what is offered at the end of *text*."""
    with provisionalcompleter():
        return [one.text for one in shell.real.Completer.completions(text, len(text))]


@ROWS
def test_help_names_the_command_and_each_option(spec: CommandSpec) -> None:
    """What the parser takes, the help of the command tells, each with a line."""
    text = help_text(spec.name)
    assert spec.usage_line in help_text()
    assert spec.usage_line in text
    for option, action in parser_of(spec.name).options.items():
        assert re.search(rf"^  {re.escape(option)}\b.+\S", text, re.MULTILINE), option
        assert action.help


@ROWS
def test_completion_offers_each_option_and_choice(shell: Shell, spec: CommandSpec) -> None:
    """What the parser takes is offered on the line, and on the cell where it heads one."""
    heads = ["%mj", "x = %mj", "%%mj"] if spec.heads_cell else ["%mj"]
    for name in filter(None, (spec.name, spec.short)):
        assert name in offered(shell, f"%mj {name[:3]}")
        for head in heads:
            options = parser_of(name).options
            assert set(offered(shell, f"{head} {name} --")) >= {
                one for one in options if one.startswith("--")
            }
            for option, action in options.items():
                if action.choices:
                    shown = offered(shell, f"{head} {name} {option} ")
                    assert sorted(shown) == sorted(map(str, action.choices))


@ROWS
def test_each_command_tells_its_help(spec: CommandSpec) -> None:
    """By four ways to ask, whatever else stands in the line."""
    for name in filter(None, (spec.name, spec.short)):
        asked = LineCommand("help", {"command": spec.name})
        assert parse_line(f"{name} --help") == asked
        assert parse_line(f"help {name}") == asked
        assert parse_line(f"{name}?") == asked
        assert parse_line(f"{name.upper()} --help") == asked


@ROWS
def test_an_option_of_no_command_is_refused(spec: CommandSpec) -> None:
    """Nothing is passed over in silence."""
    with pytest.raises(UsageError) as caught:
        parse_line(f"{spec.name} --zzz")
    assert caught.value.hint
    assert spec.usage_line in str(caught.value) or "--zzz" in str(caught.value)


@ROWS
def test_each_command_has_its_function(spec: CommandSpec) -> None:
    """No command is read that nobody carries out, and what its row reads is what it takes."""
    assert (spec.name in COMMAND_FUNCTIONS) is not spec.is_request
    if spec.is_request:
        return
    taken = inspect.signature(COMMAND_FUNCTIONS[spec.name]).parameters
    if any(one.kind is one.VAR_KEYWORD for one in taken.values()):
        return
    read = {settings.get("dest", flags[0].lstrip("-")) for flags, settings in spec.arguments}
    read = {name.replace("-", "_") for name in read} - {"words"}
    assert {"display" if name in DisplayOptions._fields else name for name in read} <= {*taken}


def test_names_are_unique() -> None:
    """Each name, short or long, is one command."""
    names = [name for spec in COMMANDS for name in (spec.name, spec.short) if name]
    assert sorted(names) == sorted(SPECS) == sorted(arguments.COMMAND_NAMES)


def test_the_documents_name_commands_that_are_there() -> None:
    """Each ``%mj NAME`` in pages, changelog and sentences of the package is in the table."""
    files = [*PAGES, ROOT / "CHANGELOG.md", *ROOT.glob("mj_notebook/**/*.py")]
    named = {
        (path.name, found[1])
        for path in files
        for found in re.finditer(r"(?<!%)%mj ([a-z_]+)", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    unknown = {(path, name) for path, name in named if name not in SPECS}
    assert unknown == {("arguments.py", "knows")}  # "%mj knows no command"


SHOWN = {
    row
    for page in PAGES
    if page.parent.name != "reference"  # written from the table
    for row in re.findall(r"`(%mj [^`…]+)`", page.read_text("utf-8"))
}


@pytest.mark.parametrize("row", sorted(SHOWN))
def test_the_lines_of_the_pages_are_read(row: str) -> None:
    """Each command that README and documentation show is one that the parser takes."""
    name, _, rest = row.removeprefix("%mj ").partition(" ")
    assert name in SPECS
    if rest:
        parse_line(f"{name} {rest}")
