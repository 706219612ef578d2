"""Prompt rules: words that are refused at once, and parameters with which a task fails."""

import re
from collections.abc import Callable
from pathlib import Path

from mj_notebook.prompt.parse import Prompt, long_name, parse_prompt
from mj_notebook.prompt.zoom import LEAST_ZOOM, MOST_ZOOM

BANNED_TEXT = "可能包含敏感词"
"""What is said of a prompt with such a word, whenever it is found."""

_WORDS = Path(__file__).with_name("banned_words.txt").read_text("utf-8").splitlines()


# Whole words only: what stands inside another word is another word. Any white space between two.
def _pattern(word: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, word.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


_BANNED = tuple(map(_pattern, _WORDS))


def banned_word(prompt: str) -> str | None:
    """Return the first word of the list that *prompt* holds, and that is not drawn (code 24)."""
    found = next(filter(None, (word.search(prompt) for word in _BANNED)), None)
    return found.group() if found else None


def find_word(prompt: str, word: str) -> str | None:
    """Return *word* as it stands in *prompt*, if it does."""
    found = _pattern(word).search(prompt)
    return found.group() if found else None


def prompt_error(prompt: str) -> str:
    """Return why a task with *prompt* fails once the bot has it, or ""."""
    return BANNED_TEXT if banned_word(prompt) else parameter_error(prompt)


def parameter_error(prompt: str) -> str:
    """Return why the bot will not draw *prompt*, or ""; such a task is accepted and then fails."""
    parsed = parse_prompt(prompt)
    for parameter in parsed.parameters:
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
