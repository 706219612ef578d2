"""The motifs: what stands, flies and swims in a picture, and which drawing a word calls for."""

from pathlib import Path

from mj_notebook.server.backends.painter.motifs.figure import (
    Figure,
    Pen,
    coat_of,
    paint_figure,
    read_figures,
)
from mj_notebook.server.backends.painter.scene import Hero
from mj_notebook.server.backends.painter.tables import rows_of, words_by_key

FIGURES = read_figures(Path(__file__).with_name("figures.txt").read_text("utf-8"))

BY_WORD = words_by_key("drawings")
"""Words that call for a drawing other than the one named like their motif."""

CHOICES = rows_of("choices")
"""Motifs with more than one drawing; chance decides."""


def figure_of(hero: Hero) -> Figure | None:
    """Return the drawing for a hero, or None where it is painted in another way."""
    name, word = hero.mention.motif.name, hero.mention.word
    if word in BY_WORD:
        return FIGURES[BY_WORD[word]]
    options = CHOICES.get(name)
    return FIGURES.get(hero.chance.pick("drawing", options) if options else name)


__all__ = ["FIGURES", "Figure", "Pen", "coat_of", "figure_of", "paint_figure"]
