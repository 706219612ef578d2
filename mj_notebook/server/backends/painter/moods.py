"""Words that steer colour, hour and manner of painting rather than the subject."""

from mj_notebook.server.backends.painter.colour import Colour, colour
from mj_notebook.server.backends.painter.tables import read_lines


def _words(table: str) -> dict[str, str]:
    """Return word → key of one of the tables in `moods.txt`."""
    result = {}
    for line in read_lines("moods"):
        key, _, words = line.partition(":")
        if key.startswith(f"{table} "):
            for word in words.split():
                result[word.replace("_", " ")] = key.partition(" ")[2]
    return result


HOURS, MANNERS, MOODS = _words("hours"), _words("manners"), _words("moods")
HUES: dict[str, Colour] = {word: colour(code) for word, code in _words("hues").items()}

_COLOURLESS_WORDS = """
white ivory cream pale black ebony jet grey gray silver 白 黑 灰
"""
COLOURLESS = frozenset(_COLOURLESS_WORDS.split())
"""Hues that colour a thing but don't turn a whole picture."""
