"""Words that are not drawn: the demo server refuses them, and so do others of the family."""

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("banned_words.txt")


# Whole words only: what stands inside another word is another word. Any white space between two.
def _pattern(word: str) -> "re.Pattern[str]":
    words = r"\s+".join(map(re.escape, word.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


@cache
def _listed() -> "tuple[tuple[str, re.Pattern[str]], ...]":
    """Return how each entry begins, and how the whole of it is found."""
    entries = _FILE.read_text("utf-8").splitlines()
    return tuple((entry.split()[0], _pattern(entry)) for entry in entries)


def banned_word(prompt: str) -> str | None:
    """Return the first word of the list that *prompt* holds, and that is not drawn (code 24)."""
    folded = prompt.casefold()
    for beginning, pattern in _listed():
        # As nearly always it is not there, and a plain search takes a tenth of the time.
        if beginning in folded and (found := pattern.search(prompt)):
            return found.group()
    return None


def find_word(prompt: str, word: str) -> str | None:
    """Return *word* as it stands in *prompt*, if it does."""
    found = _pattern(word).search(prompt)
    return found.group() if found else None
