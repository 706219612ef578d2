"""Words that are not drawn: the demo server refuses them, and so do others of the family."""

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("banned_words.txt")


@cache
def _pattern() -> "re.Pattern[str]":
    words = _FILE.read_text("utf-8").splitlines()
    # Whole words only: what stands inside another word is another word. Any white space between.
    listed = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)


@cache
def _first_words() -> frozenset[str]:
    return frozenset(line.split()[0] for line in _FILE.read_text("utf-8").splitlines())


def banned_word(prompt: str) -> str | None:
    """Return the first word of *prompt* that is not drawn (return code 24)."""
    folded = prompt.casefold()
    if not any(word in folded for word in _first_words()):
        return None  # as nearly always; the whole pattern takes ten times as long
    found = _pattern().search(prompt)
    return found.group() if found else None
