"""The palettes: colours chosen by hand to belong together, and the hour they belong to."""

from dataclasses import dataclass, replace

from mj_notebook.server.backends.painter.colour import (
    Colour,
    colour,
    lightness,
    mix,
    shifted,
    tinted,
)
from mj_notebook.server.backends.painter.tables import read_lines


@dataclass(frozen=True)
class Palette:
    """The colours of one picture."""

    name: str
    hours: frozenset[str]
    """Hours and moods it suits; words of `moods.py` and settings of `motif_table.py`."""

    sky: tuple[Colour, ...]
    """From the top of the sky down to the horizon."""

    land: tuple[Colour, ...]
    """From the farthest land to the nearest."""

    sun: Colour
    glow: Colour
    accent: Colour
    """The one colour that stands out: a kite, a roof, a sail."""

    ink: Colour
    """The darkest: what is nearest, and lettering."""

    @property
    def mist(self) -> Colour:
        """The air between things far away."""
        return mix(self.sky[-1], self.land[0], 0.3)

    @property
    def is_dark(self) -> bool:
        """Tell whether this is a palette of the night."""
        return lightness(self.sky[1]) < 0.42

    def in_hue(self, hue: Colour, amount: float) -> "Palette":
        """Return this palette moved towards *hue*, light and dark staying what they are."""
        return replace(
            self,
            sky=tuple(tinted(tone, hue, amount) for tone in self.sky),
            land=tuple(tinted(tone, hue, amount) for tone in self.land),
            glow=tinted(self.glow, hue, amount * 0.7),
            sun=tinted(self.sun, hue, amount * 0.3),
            ink=tinted(self.ink, hue, amount),
        )

    def adjusted(self, lift: float, chroma: float) -> "Palette":
        """Return this palette lighter by *lift* and *chroma* times as colourful."""

        def changed(tone: Colour) -> Colour:
            return shifted(tone, lift, chroma)

        return replace(
            self,
            sky=tuple(changed(tone) for tone in self.sky),
            land=tuple(changed(tone) for tone in self.land),
            glow=changed(self.glow),
            sun=changed(self.sun),
            accent=changed(self.accent),
            ink=changed(self.ink),
        )


def _palette(text: str) -> Palette:
    name, hours, sky, land, sun, glow, accent, ink = (part.strip() for part in text.split("|"))
    return Palette(
        name,
        frozenset(hours.split()),
        tuple(colour(tone) for tone in sky.split()),
        tuple(colour(tone) for tone in land.split()),
        colour(sun),
        colour(glow),
        colour(accent),
        colour(ink),
    )


PALETTES = tuple(map(_palette, read_lines("palettes")))
