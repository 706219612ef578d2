"""The motifs: what stands, flies and swims in a picture, and which drawing a word calls for."""

from mj_notebook.server.backends.painter.motifs.animals import ANIMALS
from mj_notebook.server.backends.painter.motifs.birds import BIRDS
from mj_notebook.server.backends.painter.motifs.blossoms import BLOSSOMS
from mj_notebook.server.backends.painter.motifs.buildings import BUILDINGS
from mj_notebook.server.backends.painter.motifs.figure import Figure, Pen, coat_of, paint_figure
from mj_notebook.server.backends.painter.motifs.flight import FLIGHT
from mj_notebook.server.backends.painter.motifs.people import PEOPLE
from mj_notebook.server.backends.painter.motifs.things import THINGS
from mj_notebook.server.backends.painter.motifs.vessels import VESSELS
from mj_notebook.server.backends.painter.scene import Hero

FIGURES = {
    drawn.name: drawn
    for family in (ANIMALS, BIRDS, FLIGHT, BUILDINGS, VESSELS, PEOPLE, THINGS, BLOSSOMS)
    for drawn in family
}

BY_WORD = {
    "church": "church",
    "chapel": "church",
    "windmill": "windmill",
    "mill": "windmill",
    "torii": "torii",
    "shrine": "torii",
    "gate": "torii",
    "ship": "ship",
    "galleon": "ship",
    "schooner": "ship",
    "vessel": "ship",
    "canoe": "canoe",
    "kayak": "canoe",
    "gondola": "canoe",
    "dinghy": "canoe",
    "paper plane": "paper plane",
    "glider": "paper plane",
    "teapot": "teapot",
    "tulip": "tulip",
    "rose": "rose",
    "peony": "rose",
    "daisy": "daisy",
    "poppy": "poppy",
    "sunflower": "sunflower",
    "lotus": "lotus",
    "lily": "lotus",
    "wanderer": "wanderer",
    "traveler": "wanderer",
    "traveller": "wanderer",
    "hiker": "wanderer",
    "pilgrim": "wanderer",
    "monk": "wanderer",
    "samurai": "wanderer",
    "wizard": "wanderer",
    "witch": "wanderer",
    "ninja": "wanderer",
    "man": "wanderer",
    "explorer": "wanderer",
    "old man": "wanderer",
}
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
