"""The motifs: what stands, flies and swims in a picture, and which drawing a word calls for."""

from ..scene import Hero
from .animals import ANIMALS
from .birds import BIRDS
from .blossoms import BLOSSOMS
from .buildings import BUILDINGS
from .figure import Figure, Pen, coat_of, paint_figure
from .flight import FLIGHT
from .people import PEOPLE
from .things import THINGS
from .vessels import VESSELS

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
}
"""Words that call for a drawing other than the one named like their motif."""

CHOICES = {"cat": ("cat", "cat profile")}
"""Motifs with more than one drawing; chance decides."""


def figure_of(hero: Hero) -> Figure | None:
    """Return the drawing for a hero, or None where it is painted in another way."""
    name, word = hero.mention.motif.name, hero.mention.word
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in BY_WORD:
            return FIGURES[BY_WORD[form]]
    options = CHOICES.get(name)
    return FIGURES.get(hero.chance.pick("drawing", options) if options else name)


__all__ = ["FIGURES", "Figure", "Pen", "coat_of", "figure_of", "paint_figure"]
