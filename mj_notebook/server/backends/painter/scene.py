"""The scene: everything decided about one tile before the first stroke."""

from dataclasses import dataclass, field

from mj_notebook.server.backends.painter.chance import Chance
from mj_notebook.server.backends.painter.colour import Colour, mix, ramp
from mj_notebook.server.backends.painter.palettes import Palette
from mj_notebook.server.backends.painter.prompt_reader import Mention, PromptContent


@dataclass(frozen=True)
class Sun:
    """The light in the sky."""

    x: float
    y: float
    radius: float
    is_moon: bool = False
    is_shown: bool = True
    is_crescent: bool = False


@dataclass(frozen=True)
class Take:
    """One way of composing a picture; lengths are fractions of the picture's sides."""

    name: str
    horizon: float
    hero_x: float
    hero_size: float
    sun_x: float
    sun_height: float
    sun_size: float
    frame: str
    """What leads the eye in from the edge: grass, branch, bank or nothing."""


@dataclass(frozen=True)
class Hero:
    """A motif with its place in the world."""

    mention: Mention
    x: float
    y: float
    size: float
    """Height in units of the world."""

    flip: bool
    chance: Chance


@dataclass(frozen=True)
class Scene:
    """One tile, decided."""

    content: PromptContent
    chance: Chance
    palette: Palette
    hour: str
    take: Take
    land: str
    half: tuple[float, float]
    horizon: float
    sun: Sun
    heroes: tuple[Hero, ...] = ()
    weather: frozenset[str] = field(default_factory=frozenset)
    manner: str | None = None
    backdrop: str | None = None
    """Another land the prompt names, seen far off."""

    @property
    def top(self) -> float:
        """The world's y at the upper edge of the composed picture."""
        return -self.half[1]

    @property
    def bottom(self) -> float:
        """The world's y at the lower edge of the composed picture."""
        return self.half[1]

    @property
    def is_dark(self) -> bool:
        """Tell whether lamps are lit."""
        # Some palettes are dark at any hour.
        return self.palette.is_dark or self.hour == "night"

    @property
    def standing(self) -> tuple[Hero, ...]:
        """The heroes that stand on dry land."""
        return tuple(hero for hero in self.heroes if hero.mention.motif.role == "ground")

    @property
    def is_sparse(self) -> bool:
        """Tell whether small things are to be left out."""
        return self.manner == "minimal"

    def sky_at(self, y: float) -> Colour:
        """Return the colour of the empty sky at a height."""
        return ramp(self.palette.sky, (y - self.top) / (self.horizon - self.top))

    def land_at(self, depth: float) -> Colour:
        """Return the colour of land, from 0, the farthest, to 1, the nearest."""
        return ramp(self.palette.land, depth)

    def lit(self, tone: Colour, amount: float = 0.5) -> Colour:
        """Return *tone* where the light falls on it."""
        # Light has the colour of its hour.
        return mix(tone, mix(self.palette.sun, self.palette.glow, 0.5), amount)

    def shaded(self, tone: Colour, amount: float = 0.4) -> Colour:
        """Return *tone* where the light does not fall on it."""
        # Shadows are not black: the land around reflects into them.
        return mix(tone, mix(self.palette.ink, self.palette.land[2], 0.35), amount)

    def side(self, x: float) -> float:
        """Return -1 where the light comes from the left of *x*, or 1."""
        return -1.0 if self.sun.x < x else 1.0
