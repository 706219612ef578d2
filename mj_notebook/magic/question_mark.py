"""Question marks: those of a prompt, which IPython's help would swallow, and those asked of us."""

import re
import tokenize
from typing import Any

from IPython.core.inputtransformer2 import EscapedCommand, MagicAssign, TokenTransformBase

# Lower than that of IPython's own help, which looks for a question mark at the end of anything.
_PRIORITY = 4


def _asks_magic(line: list[Any], at: int) -> bool:
    """Tell whether ``%mj`` and a word stand in *line* from *at* on, and a ``?`` ends it."""
    words = [token.string for token in line[at : at + 3]]
    # In ``%mj?`` the mark follows at once: that is a question about the magic itself.
    return words[:2] == ["%", "mj"] and len(words) == 3 and words[2] != "?" and _ends_asking(line)


def _ends_asking(line: list[Any]) -> bool:
    return len(line) > 2 and line[-2].string == "?"


class AskingLine(EscapedCommand):
    """A line: ``%mj imagine what is a kite?``."""

    priority = _PRIORITY

    @classmethod
    def find(cls, tokens_by_line: list[list[Any]]) -> "TokenTransformBase | None":
        """Find the first such line."""
        for line in tokens_by_line:
            indents = {tokenize.INDENT, tokenize.DEDENT}
            at = next((i for i, token in enumerate(line) if token.type not in indents), len(line))
            if _asks_magic(line, at):
                return cls(line[at].start)
        return None


class AskingAssignment(MagicAssign):
    """A value: ``kite = %mj imagine what is a kite?``."""

    priority = _PRIORITY

    @classmethod
    def find(cls, tokens_by_line: list[list[Any]]) -> "TokenTransformBase | None":
        """Find the first such line."""
        asking = [line if _ends_asking(line) else [] for line in tokens_by_line]
        for line in asking:
            found = super().find([line]) if line else None  # type: ignore[no-untyped-call]
            at = next((i for i, token in enumerate(line) if token.string == "%"), len(line))
            if found is not None and _asks_magic(line, at):
                return found  # type: ignore[no-any-return]
        return None

    def __init__(self, start: tuple[int, int]) -> None:
        super().__init__(start)  # type: ignore[no-untyped-call]
        # The earliest transformer is taken, and the help begins where the line does: so must this.
        self._percent, self.start_col = self.start_col, 0

    def transform(self, lines: list[str]) -> list[str]:
        """Write the line as a call, from the percent sign on."""
        self.start_col = self._percent
        made: list[str] = super().transform(lines)
        return made


TRANSFORMERS = (AskingLine, AskingAssignment)

_ASKED_CELL = re.compile(r"\s*%%mj(?P<words>[ \t].*?(?:--help|\?))\s*")


def asked_cell(lines: list[str]) -> list[str]:
    """Make a line of a cell that is no more than a question: ``%%mj edit?``, ``%%mj --help``."""
    asked = _ASKED_CELL.fullmatch("".join(lines))
    return [f"%mj{asked['words']}\n"] if asked else lines


def register(shell: Any) -> None:
    """Add the transformers to *shell*; twice is once."""
    known = shell.input_transformer_manager.token_transformers
    known += [one for one in TRANSFORMERS if one not in known]
    if asked_cell not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(asked_cell)


def unregister(shell: Any) -> None:
    """Take them away again."""
    known = shell.input_transformer_manager.token_transformers
    known[:] = [one for one in known if one not in TRANSFORMERS]
    if asked_cell in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(asked_cell)
