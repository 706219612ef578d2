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

FIGURES = read_figures(Path(__file__).with_name("figures.txt").read_text("utf-8"))

_WORDS = {
    "church": "church, chapel",
    "windmill": "windmill, mill",
    "torii": "torii, shrine, gate",
    "ship": "ship, galleon, schooner, vessel",
    "canoe": "canoe, kayak, gondola, dinghy",
    "paper plane": "paper plane, glider",
    "teapot": "teapot",
    "tulip": "tulip",
    "rose": "rose, peony",
    "daisy": "daisy",
    "poppy": "poppy",
    "sunflower": "sunflower",
    "lotus": "lotus, lily",
    "wanderer": (
        "wanderer, traveler, traveller, hiker, pilgrim, monk, samurai, wizard, witch, "
        "ninja, man, explorer, old man"
    ),
}
BY_WORD = {word: name for name, words in _WORDS.items() for word in words.split(", ")}
"""Words that call for a drawing other than the one named like their motif."""

CHOICES = {"cat": ("cat", "cat profile")}
"""Motifs with more than one drawing; chance decides."""


def figure_of(hero: Hero) -> Figure | None:
    """Return the drawing for a hero, or None where it is painted in another way."""
    name, word = hero.mention.motif.name, hero.mention.word
    if word in BY_WORD:
        return FIGURES[BY_WORD[word]]
    options = CHOICES.get(name)
    return FIGURES.get(hero.chance.pick("drawing", options) if options else name)


__all__ = ["FIGURES", "Figure", "Pen", "coat_of", "figure_of", "paint_figure"]
