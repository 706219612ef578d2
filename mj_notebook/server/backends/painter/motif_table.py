"""The vocabulary: which words of a prompt call for which motif, out of `motif_table.txt`."""

from dataclasses import dataclass
from typing import Literal, cast

from mj_notebook.server.backends.painter.tables import read_lines

Role = Literal["land", "ground", "air", "water", "deep", "table", "sky", "weather"]


@dataclass(frozen=True)
class Motif:
    """Something that can be painted, and the words that ask for it."""

    name: str
    role: Role
    """Where it belongs: what the land is, what stands on it, flies, swims, lies on a table …"""

    home: tuple[str, ...]
    """Lands it is at home in, for prompts that name none; for a land: other names of its floor."""

    words: tuple[str, ...]
    """English words; `_` stands for a space. Plurals are understood."""

    signs: tuple[str, ...] = ()
    """Chinese words, found anywhere in a prompt."""


def _motif(line: str) -> Motif:
    name, role, homes, words, *signs = (part.strip() for part in line.split("|"))
    return Motif(
        name,
        cast("Role", role),
        tuple(homes.split()),
        tuple(word.replace("_", " ") for word in words.split()),
        tuple(signs[0].split()) if signs else (),
    )


MOTIFS = tuple(map(_motif, read_lines("motif_table")))
BY_NAME = {motif.name: motif for motif in MOTIFS}

BY_WORD: dict[str, tuple[Motif, ...]] = {}
for _one in MOTIFS:
    for _word in _one.words:
        BY_WORD[_word] = (*BY_WORD.get(_word, ()), _one)

BY_SIGN = {sign: motif for motif in MOTIFS for sign in motif.signs}
