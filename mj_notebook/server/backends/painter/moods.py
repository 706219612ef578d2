"""Words that steer colour, hour and manner of painting rather than the subject."""

from mj_notebook.server.backends.painter.colour import Colour, colour
from mj_notebook.server.backends.painter.tables import words_by_key, words_of

HOURS, MANNERS, MOODS = words_by_key("hours"), words_by_key("manners"), words_by_key("moods")
HUES: dict[str, Colour] = {word: colour(code) for word, code in words_by_key("hues").items()}

COLOURLESS = words_of("colourless")
"""Hues that colour a thing but don't turn a whole picture."""
