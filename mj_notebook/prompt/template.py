"""``{{name}}`` in a cell takes a Python value; single braces are the prompt's own."""

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from mj_notebook.errors import UsageError

# {{name}}, {{name.attribute}}, {{name['key']}}; a backslash before it keeps it as it is.
_FIELD = re.compile(r"(\\)?\{\{\s*(.+?)\s*\}\}")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[[^\[\]]+\])*")


def fill_template(text: str, names: Mapping[str, Any]) -> str:
    """
    Replace each ``{{name}}`` in *text* by its value, without evaluating anything.

    Raises:
        UsageError: Names that are not there; all of them are told at once.
    """
    missing: list[str] = []

    def value(found: re.Match[str]) -> str:
        if found[1]:
            return found[0][1:]
        try:
            return str(_resolve(found[2], names))
        except (KeyError, AttributeError, IndexError, TypeError, ValueError):
            missing.append(found[2])
            return found[0]

    filled = _FIELD.sub(value, text)
    if missing:
        listed = ", ".join(dict.fromkeys(missing))
        raise UsageError(
            f"The prompt uses {{{{{listed}}}}}, but there is no such Python value.",
            hint="Assign it in a cell above, or write \\{{ to keep the braces.",
        )
    return filled


def value_of(text: str, names: Mapping[str, Any]) -> tuple[bool, Any]:
    """
    Return whether *text* is one ``{{name}}`` and nothing else, and its value as it is.

    Raises:
        UsageError: There is no such name.
    """
    found = _FIELD.fullmatch(text.strip())
    if not found or found[1]:
        return False, None
    try:
        return True, _resolve(found[2], names)
    except (KeyError, AttributeError, IndexError, TypeError, ValueError):
        raise UsageError(
            f"There is no Python value {found[2]}.", hint="Assign it in a cell above."
        ) from None


def _resolve(path: str, names: Mapping[str, Any]) -> Any:
    if not _NAME.fullmatch(path):
        raise KeyError(path)
    # Quotes round a key are Python's; the formatter wants it bare.
    bare = re.sub(r"\[(['\"])(.*?)\1\]", r"[\2]", path)
    found, _ = Formatter().get_field(bare, (), names)
    return found
