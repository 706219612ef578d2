"""Prompt rules: parameters with which a task is accepted and then fails."""

import re
from collections.abc import Callable

from mj_notebook.prompt.banned import banned_word
from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.zoom import LEAST_ZOOM, MOST_ZOOM

BANNED_TEXT = "可能包含敏感词"
"""What is said of a prompt with such a word, whenever it is found."""


def prompt_error(prompt: str) -> str:
    """Return why the bot will not draw *prompt*, or ""; such a task is accepted and then fails."""
    if banned_word(prompt):
        return BANNED_TEXT
    for parameter in Prompt.parse(prompt).parameters:
        # Unknown parameters pass: the bot learns new ones, and this table doesn't.
        is_valid = _CHECKS.get(long_name(parameter.name))
        if is_valid and not is_valid(parameter.value):
            return f"[Invalid parameter] Invalid value provided for argument {parameter}"
    return ""


def zoom_error(prompt: Prompt) -> str:
    """Return why a custom zoom to *prompt* fails, or ""."""
    # No zoom is no error: the window's default is used.
    value = prompt.value("zoom")
    if value is None or (_is_number(value) and LEAST_ZOOM <= float(value) <= MOST_ZOOM):
        return ""
    allowed = f"between {LEAST_ZOOM} and {MOST_ZOOM}"
    return f"[Invalid parameter] The value for --zoom must be {allowed}"


def _is_number(value: str) -> bool:
    # Not float(): it takes "nan", "1e5", " 1" and digits of other scripts as well.
    return bool(re.fullmatch(r"\d{1,12}(\.\d{1,12})?", value, re.ASCII))


def _between(low: int, high: int) -> Callable[[str], bool]:
    return lambda value: _is_number(value) and low <= float(value) <= high


def _is_ratio(value: str) -> bool:
    found = re.fullmatch(r"(\d{1,5}):(\d{1,5})", value, re.ASCII)
    return bool(found and int(found[1]) and int(found[2]))


# Only what every version refuses (spec/parameters.md): new words and versions must pass.
_CHECKS: dict[str, Callable[[str], bool]] = {
    "aspect": _is_ratio,
    "chaos": _between(0, 100),
    "seed": _between(0, 2**32 - 1),
    "stylize": _between(0, 65_000),
    "weird": _between(0, 3000),
}
