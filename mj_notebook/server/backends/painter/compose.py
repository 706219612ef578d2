"""Composing: from the words and chances of a brief to the scene of one tile."""

from dataclasses import dataclass, replace
from functools import lru_cache

from mj_notebook.server.backends.painter.brief import Brief
from mj_notebook.server.backends.painter.chance import Chance, chance_of, kin_of, number_of
from mj_notebook.server.backends.painter.moods import HUES
from mj_notebook.server.backends.painter.motif_table import BY_NAME
from mj_notebook.server.backends.painter.palettes import PALETTES, Palette
from mj_notebook.server.backends.painter.prompt_reader import Mention, PromptContent, read_prompt
from mj_notebook.server.backends.painter.scene import Hero, Scene, Sun, Take
from mj_notebook.server.backends.painter.tables import rows_of, words_of

TAKES = (
    Take("poster", 0.66, 0.00, 1.00, 0.02, 0.25, 0.190, "grass"),
    Take("vast", 0.74, -0.20, 0.62, 0.22, 0.17, 0.085, "bank"),
    Take("close", 0.60, 0.07, 1.36, -0.27, 0.24, 0.120, "none"),
    Take("third", 0.62, 0.19, 0.92, -0.17, 0.10, 0.125, "branch"),
    Take("tall", 0.70, -0.11, 1.16, 0.15, 0.33, 0.150, "grass"),
    Take("quiet", 0.57, 0.23, 0.76, -0.22, 0.19, 0.080, "bank"),
    Take("low", 0.78, 0.10, 1.05, -0.24, 0.12, 0.110, "grass"),
)

HOURS = ("sunset", "day", "dusk", "dawn", "night")
HOURS_OF_LAND = rows_of("hours_of_land")
LOOK_LEFT = words_of("looking left")
"""Motifs drawn looking left; all others look right. Heroes look into the picture."""

WILD = tuple((*row, "")[:2] for row in rows_of("wild").values())
"""What is painted for prompts that name nothing we know: a land, and who is in it."""

FIRST = ("room", "space", "deep", "clouds", "street", "island", "lake", "sea", "city")
"""Lands that keep the foreground when a prompt names several; the others move behind them."""

INSIDE = rows_of("inside")
"""What a motif already shows: the woman of a portrait is not painted a second time beside it."""

WEIGHTS = {"storm": 7.0, "autumn": 4.0, "snow": 3.2}
"""How much a mood decides the palette; the hour counts 3."""

SHARES, ASIDE = (1.0, 0.66, 0.5), (-0.06, -0.31, 0.09)
"""How large heroes are by rank, and how far beside the take's spot they stand."""

SUN_LIFT = {"day": 0.14, "night": 0.12, "dusk": 0.02, "dawn": 0.0, "sunset": -0.04}


@dataclass(frozen=True)
class Layout:
    """What the placing of things goes by."""

    content: PromptContent
    chance: Chance
    take: Take
    land: str
    hour: str
    half: tuple[float, float]
    horizon: float
    mirror: float
    """-1 where the take is turned left to right."""


@lru_cache(maxsize=64)
def scene_of(brief: Brief, index: int) -> Scene:
    """Return what tile *index* of *brief* shows."""
    chance = chance_of(brief, index)
    kin, first = kin_of(brief)
    content = _peopled(read_prompt(brief.prompt), kin)
    # Descendants keep the composition of the tile that they come from.
    slot = index if first < 0 else first
    half = (brief.stage_size[0] / 2, brief.stage_size[1] / 2)
    land, backdrop = _lands(content, kin)
    hour = _hour(content, kin, slot, land)
    # Shuffled for all four together: no two tiles of a grid are composed alike.
    take = kin.shuffled("takes", TAKES)[slot % 4]
    mirror = -1.0 if chance.pick("mirror", (True, False)) else 1.0
    palette = _palette(content, kin, slot, land, hour)
    horizon = half[1] * 2 * (take.horizon - 0.5 + chance.between("horizon", -0.04, 0.04))
    layout = Layout(content, chance, take, land, hour, half, horizon, mirror)
    return Scene(
        content=content,
        chance=chance,
        palette=palette,
        hour=hour,
        take=take,
        land=land,
        half=half,
        horizon=horizon,
        sun=_sun(layout),
        heroes=_heroes(layout),
        weather=_weather(content),
        manner=content.manner,
        backdrop=backdrop,
    )


def _peopled(content: PromptContent, kin: Chance) -> PromptContent:
    """Return *content* with somebody to look at, where the prompt names nothing we know."""
    name = "" if content.mentions else _wild(content, kin)[1]
    return replace(content, mentions=(Mention(BY_NAME[name], name),)) if name else content


def _lands(content: PromptContent, kin: Chance) -> tuple[str, str | None]:
    """Return the land of a picture, and another one for its far horizon."""
    named = [mention.motif.name for mention in content.of_role("land")]
    if content.of_role("deep") and (not named or named[0] in ("sea", "lake")):
        # What swims is seen from below the surface.
        return "deep", None
    if len(named) < 2:
        return _land(content, kin), None
    first = next((name for name in FIRST if name in named), named[0])
    return first, next(name for name in named if name != first)


def _land(content: PromptContent, kin: Chance) -> str:
    lands = content.of_role("land")
    if lands:
        return lands[0].motif.name
    for mention in content.mentions:
        if mention.motif.home:
            # The first home is the likeliest: three draws out of five.
            homes = (mention.motif.home[0], mention.motif.home[0], *mention.motif.home)
            return homes[(kin_number(kin) + content.spice) % len(homes)]
    # A wide sky, for they are what the picture is about.
    if content.has("planet") or content.has("stars"):
        return ("mountains", "hills", "lake")[content.spice % 3]
    return _wild(content, kin)[0]


def _wild(content: PromptContent, kin: Chance) -> tuple[str, ...]:
    return WILD[(kin_number(kin) + content.spice) % len(WILD)]


def kin_number(kin: Chance) -> int:
    """Return a whole number all four tiles share."""
    return kin.key % 9973


def _hour(content: PromptContent, kin: Chance, slot: int, land: str) -> str:
    if content.hour:
        return content.hour
    # Its palette is dark already; at night nothing of it could be seen.
    if "storm" in content.moods:
        return "day"
    if content.has("stars") or content.has("moon") or content.has("auroras"):
        return ("night", "dusk", "night", "night")[slot % 4]
    hours = HOURS_OF_LAND.get(land) or kin.shuffled("hours", HOURS)
    return hours[slot % len(hours)]


def _palette(content: PromptContent, kin: Chance, slot: int, land: str, hour: str) -> Palette:
    """Return the palette that answers most of the wishes; chances decide between equals."""
    wishes = {hour: 3.0, land: 6.0 if land in ("deep", "space") else 1.2}
    wishes.update({mood: WEIGHTS.get(mood, 2.4) for mood in content.moods})
    if content.manner:
        wishes[content.manner] = 9.0
    if content.has("rain"):
        wishes["rain"] = 2.0
    # Palettes that nobody expects who has not asked for them.
    special = {"neon", "noir", "pastel", "snow", "autumn", "space", "deep", "storm"}

    def merit(palette: Palette) -> float:
        score = sum(wishes.get(word, 0.0) for word in palette.hours)
        unasked = palette.hours & special - set(wishes)
        chance = number_of(kin.key, palette.name, slot % 4, content.spice) / 2**64
        return score - 3.5 * len(unasked) + chance * 2.2

    palette = max(PALETTES, key=merit)
    if content.hue:
        palette = palette.in_hue(HUES[content.hue], 0.62)
    if content.manner == "vivid":
        palette = palette.adjusted(0.0, 1.35)
    if content.manner == "vintage":
        palette = palette.in_hue(HUES["copper"], 0.25).adjusted(0.02, 0.75)
    return palette


def _sun(layout: Layout) -> Sun:
    content, chance, take, hour = layout.content, layout.chance, layout.take, layout.hour
    wide, tall = layout.half[0] * 2, layout.half[1] * 2
    high = take.sun_height + SUN_LIFT[hour] + chance.between("sun y", -0.04, 0.05)
    moon = content.has("moon") or (hour == "night" and not content.has("sun"))
    asked = content.has("moon") or content.has("sun")
    # Below the horizon, or behind clouds.
    gone = hour == "dusk" or "storm" in content.moods or content.has("rain")
    radius = take.sun_size * (0.62 if moon and take.sun_size > 0.15 and not asked else 1.0)
    thin = any(mention.word == "crescent" for mention in content.mentions)
    return Sun(
        x=(layout.mirror * take.sun_x + chance.between("sun x", -0.05, 0.05)) * wide,
        # Never cut by the upper edge.
        y=max(layout.horizon - high * tall, -tall / 2 + radius * 1.25),
        radius=radius * (0.7 if hour == "day" and not asked else 1.0),
        is_moon=moon,
        is_shown=asked or not gone,
        is_crescent=moon and (thin or chance.value("crescent") < 0.4),
    )


def _weather(content: PromptContent) -> frozenset[str]:
    names = {mention.motif.name for mention in content.of_role("weather", "sky")}
    return frozenset(names | set(content.moods))


def _heroes(layout: Layout) -> tuple[Hero, ...]:
    """Place up to three motifs: the first as the take says, others lower in rank and smaller."""
    found = layout.content.of_role("ground", "air", "water", "deep", "table")
    # The rider is part of the bicycle.
    inside = {name for one in found for name in INSIDE.get(one.motif.name, ())}
    found = tuple(one for one in found if one.motif.name not in inside)[: len(SHARES)]
    return tuple(_hero(layout, rank, one, len(found)) for rank, one in enumerate(found))


def _hero(layout: Layout, rank: int, mention: Mention, count: int) -> Hero:
    chance, take, half = layout.chance, layout.take, layout.half
    side = ASIDE[rank] if count > 1 else 0.0
    spot = layout.mirror * (take.hero_x + side) + chance.between(("hero x", rank), -0.05, 0.05)
    # Away from the borders, where a crop or a frame would cut it.
    x = max(-0.4, min(0.4, spot)) * half[0] * 2
    # Indoors nothing is far away.
    share = max(0.85, take.hero_size) if layout.land == "room" else take.hero_size
    size = 0.40 * share * chance.between(("hero size", rank), 0.9, 1.1)
    # Things may be a little larger in a picture that isn't square.
    breadth = min(1.25, float((max(half) / min(half)) ** 0.3))
    return Hero(
        mention=mention,
        x=x,
        y=_height(layout, mention),
        size=size * breadth * (SHARES[rank] if count > 1 else 1.0),
        flip=(x > 0) != (mention.motif.name in LOOK_LEFT),
        chance=chance,
    )


def _height(layout: Layout, mention: Mention) -> float:
    """Return the world's y of a hero that does not stand on the ground."""
    top = -layout.half[1]
    share = layout.chance.between(("hero y", mention.motif.name), 0.38, 0.5)
    if layout.land in ("space", "deep"):
        return top + layout.half[1] * 2 * (share + 0.04)
    return top + (layout.horizon - top) * share
