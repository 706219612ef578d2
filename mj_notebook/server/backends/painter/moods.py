"""Words that steer colour, hour and manner of painting, and words of other kinds."""

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


def words_of(kind: str) -> frozenset[str]:
    """Return the words of one *kind*; one word may be of several."""
    (words,) = (line.partition(":")[2] for line in read_lines("moods") if f"kinds {kind}:" in line)
    return frozenset(words.split())


HOURS, MANNERS, MOODS = _words("hours"), _words("manners"), _words("moods")
HUES: dict[str, Colour] = {word: colour(code) for word, code in _words("hues").items()}

COLOURLESS = words_of("colourless")
"""Hues that colour a thing but don't turn a whole picture."""
