"""The parser of each command, as its row in the table of commands says."""

import argparse
from functools import cache
from typing import Any, NoReturn

from mj_notebook.magic.command_table import HELP, SPECS

# What stands for files in the table of commands.
_PATHS = {"PIC", "PATH", "ZIP", "IPYNB"}


class CommandParser(argparse.ArgumentParser):
    """The parser of one command; it raises our error instead of leaving the program."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            **settings,
            add_help=False,
            allow_abbrev=False,
            # What is not given is not there: defaults are those of the record, and of it alone.
            argument_default=argparse.SUPPRESS,
            formatter_class=lambda prog: argparse.HelpFormatter(
                prog, max_help_position=28, width=88
            ),
        )
        self.color = False  # newer Pythons colour help, which is read in notebooks here

    @property
    def options(self) -> dict[str, argparse.Action]:
        """Each option by how it is written."""
        return dict(self._option_string_actions)

    @property
    def takes_files(self) -> bool:
        """Whether any of its arguments means a file."""
        return any(one.metavar in _PATHS for one in self._actions)

    def error(self, message: str) -> NoReturn:
        """Leave it to the reader of the line, who knows how it is written, to say what is wrong."""
        raise ParseError(message)


class ParseError(Exception):
    """What argparse says of a line that it can't read."""


@cache
def parser_of(name: str) -> CommandParser:
    """
    Return the parser that the row *name* of the table makes.

    Each is made on first use, and not all as subparsers of one: the thirty of them take as long as
    the first cell of a kernel may.
    """
    spec = SPECS[name]
    usage = f"{spec.usage_line} [options]" if spec.arguments else spec.usage_line
    parser = CommandParser(
        prog=f"%mj {spec.short or spec.name}",
        usage=usage.replace("%", "%%"),
        description=f"{spec.summary[:1].upper()}{spec.summary[1:]}.",
    )
    for flags, settings in (*spec.arguments, HELP):
        parser.add_argument(*flags, **settings)
    return parser
