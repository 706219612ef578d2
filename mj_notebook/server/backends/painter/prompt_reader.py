"""Reading a prompt: which motifs, colours, hour and manner its words ask for."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mj_notebook.server.backends.painter import moods
from mj_notebook.server.backends.painter.chance import number_of
from mj_notebook.server.backends.painter.motif_table import BY_SIGN, BY_WORD, Motif
from mj_notebook.server.backends.painter.tables import words_of

LONGEST = 2000
"""Letters of a prompt that are read; what comes later could not be painted anyway."""

_WORD = re.compile(r"[a-z0-9&]+(?:['’-][a-z0-9]+)*|[\u4e00-\u9fff]+")
_MANY, _CROWDS, _ONE, _GLUE = map(words_of, ("many", "crowd", "one", "glue"))
_VAGUE = words_of("vague")
"""Words that give way to a closer one for the same motif: a bouquet of roses is roses."""


@dataclass(frozen=True)
class Mention:
    """A motif a prompt asks for."""

    motif: Motif
    word: str
    hue: str | None = None
    """The colour word that stands before it."""

    many: bool = False


@dataclass(frozen=True)
class PromptContent:
    """What a prompt asks for."""

    mentions: tuple[Mention, ...]
    hour: str | None
    moods: tuple[str, ...]
    manner: str | None
    hue: str | None
    """A colour word for the picture as a whole."""

    spice: int
    """A number from the words nobody knows, so that they change something too."""

    def of_role(self, *roles: str) -> tuple[Mention, ...]:
        """Return the motifs of these roles, in the order of the prompt."""
        return tuple(mention for mention in self.mentions if mention.motif.role in roles)

    def has(self, name: str) -> bool:
        """Tell whether a motif is asked for."""
        return any(mention.motif.name == name for mention in self.mentions)


@lru_cache(maxsize=256)
def read_prompt(prompt: str) -> PromptContent:
    """Return what *prompt* asks for; any text can be read."""
    words = _WORD.findall(prompt[:LONGEST].lower())
    mentions, used, bound = _mentions(words)
    free = [word for place, word in enumerate(words) if place not in bound | used]
    found = _with_signs(words)
    hues = [word for word in _with_signs(free) if word in moods.HUES]
    turning = [hue for hue in hues if hue not in moods.COLOURLESS]
    unknown = [word for place, word in enumerate(words) if place not in used and word not in _GLUE]
    return PromptContent(
        mentions=tuple(mentions),
        hour=_first(found, moods.HOURS),
        moods=tuple(dict.fromkeys(_all(found, moods.MOODS))),
        manner=_first(found, moods.MANNERS),
        hue=turning[0] if turning else None,
        spice=number_of("spice", *unknown),
    )


def _mentions(words: list[str]) -> tuple[list[Mention], set[int], set[int]]:
    """Return the motifs, the places of words they use, and the places of colours they own."""
    mentions: dict[str, Mention] = {}
    used: set[int] = set()
    bound: set[int] = set()
    for place in range(len(words)):
        if place in used:
            continue
        word, length, motifs, plural = _longest(words, place)
        # A word for a thing and a colour: "a jet" is a plane, "the sky, jet and grey" has none.
        if not motifs or (word in moods.HUES and words[max(0, place - 1)] not in _ONE):
            continue
        used.update(range(place, place + length))
        hue = _hue_before(words, place)
        # A colour before a land tints the whole picture, not one thing in it.
        if hue is not None and motifs[0].role != "land":
            bound.add(hue)
        # "Three small red kites": the number may stand a few words before.
        many = plural or any(before in _MANY for before in words[max(0, place - 3) : place])
        for motif in motifs:
            known = words[hue] if hue is not None else None
            said = mentions.get(motif.name)
            # The first mention counts, unless it was only a general word.
            if said is None or (said.word in _VAGUE and said.hue is None):
                mentions[motif.name] = Mention(motif, word, known, many or bool(said and said.many))
    for sign, motif in _pictures("".join(words)):
        mentions.setdefault(motif.name, Mention(motif, sign))
    return list(mentions.values()), used, bound


def _longest(words: list[str], place: int) -> tuple[str, int, tuple[Motif, ...], bool]:
    """Return the longest phrase at *place* that names motifs, and its number of words."""
    # The longest first: "hot air balloon" is no balloon beside hot air.
    for length in (3, 2, 1):
        phrase = " ".join(words[place : place + length])
        motifs, form, plural = _motifs_of(phrase)
        if motifs and place + length <= len(words):
            return form, length, motifs, plural
    return words[place], 1, (), False


def _motifs_of(word: str) -> tuple[tuple[Motif, ...], str, bool]:
    """Return the motifs of a word, the form they know it by, and whether it was a plural."""
    if word in BY_WORD:
        return BY_WORD[word], word, word in _CROWDS
    # The longest endings first; a word that is known as it stands is no plural.
    for ending, stem in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""), ("'s", "")):
        form = word.removesuffix(ending) + stem
        if word.endswith(ending) and form in BY_WORD:
            return BY_WORD[form], form, ending != "'s"
    return (), word, False


def _hue_before(words: list[str], place: int) -> int | None:
    for before in range(place - 1, max(-1, place - 4), -1):
        if words[before] in moods.HUES:
            return before
        # A colour belongs to the next thing only: "a red kite over a sea" has no red sea.
        if words[before] in _GLUE or words[before] in BY_WORD:
            return None
    return None


def _pictures(text: str) -> list[tuple[str, Motif]]:
    """Return the Chinese words in *text* that name motifs, the longest first."""
    found = [(sign, motif) for sign, motif in BY_SIGN.items() if sign in text]
    # A long sign may hold a short one that means something else.
    return sorted(found, key=lambda pair: (-len(pair[0]), text.index(pair[0])))


def _with_signs(words: list[str]) -> list[str]:
    """Return *words* and the Chinese mood words hidden in runs of Chinese letters."""
    # Chinese has no spaces: words are looked for within runs.
    runs = "".join(word for word in words if word[0] >= "\u4e00")
    tables = (moods.HOURS, moods.MANNERS, moods.MOODS, moods.HUES)
    signs = (word for table in tables for word in table if word[0] >= "\u4e00")
    return [*words, *(sign for sign in signs if sign in runs)]


def _all(words: list[str], table: dict[str, str]) -> list[str]:
    phrases = [
        " ".join(words[place : place + length])
        for length in (3, 2, 1)
        for place in range(len(words) - length + 1)
    ]
    return [table[phrase] for phrase in phrases if phrase in table]


def _first(words: list[str], table: dict[str, str]) -> str | None:
    return next(iter(_all(words, table)), None)
