"""Weighing the words of a prompt, and shorter prompts made of the heavier ones."""

import re
from typing import NamedTuple

from mj_notebook.prompt.parse import read_prompt
from mj_notebook.protocol.breakdown import Mark, Token
from mj_notebook.server.backends.painter import moods
from mj_notebook.server.backends.painter.words import BY_WORD

# From here on a word is important; below that it is dropped (sheet 5.2).
_KEPT, _DROPPED = 0.09, 0.02

# How many of the words each shorter prompt keeps, the shortest last.
_KEPT_SHARES = (0.8, 0.62, 0.46, 0.32, 0.2)
_PIECE = re.compile(r"[\w'’-]+|[^\w'’-]+")

_GLUE_WORDS = """
a an the of and or with in on at by to from for as is are it its into over under near this that
these those be being was were has have which while some very
"""
_GLUE = frozenset(_GLUE_WORDS.split())
# Words that stand in thousands of prompts and change nothing.
_PRAISE_WORDS = """
beautiful stunning amazing awesome gorgeous masterpiece best quality high highly detailed intricate
ultra super hyper realistic hyperrealistic photorealistic 4k 8k hd uhd hdr sharp focus trending
artstation award winning professional epic perfect incredible nice great good extremely really
please image picture photo illustration render rendering
"""
_PRAISE = frozenset(_PRAISE_WORDS.split())
_SUBJECT, _COLOUR, _MOOD, _OTHER, _COMMON, _NOTHING = 0.9, 0.5, 0.45, 0.3, 0.012, 0.004
_LATER, _REPEATED = 0.07, 0.3


class WeightedToken(NamedTuple):
    """A piece of a prompt: a word with its weight from 0 to 1, or what stands between words."""

    text: str
    weight: float | None


def weigh_tokens(prompt: str) -> tuple[WeightedToken, ...]:
    """Return the words of *prompt* with their weights, the heaviest of them 1; no parameters."""
    pieces = _PIECE.findall(" ".join(read_prompt(prompt).words.split()))
    raw: list[float | None] = []
    seen: set[str] = set()
    for piece in pieces:
        heavy = _heaviness(piece.lower(), len(seen), is_repeated=piece.lower() in seen)
        raw.append(heavy)
        if heavy is not None:
            seen.add(piece.lower())
    most = max(filter(None, raw), default=1.0)
    return tuple(
        WeightedToken(piece, None if heavy is None else round(heavy / most, 2))
        for piece, heavy in zip(pieces, raw, strict=True)
    )


def mark_tokens(pieces: tuple[WeightedToken, ...]) -> tuple[Token, ...]:
    """Return *pieces* as they are shown at first: important, unimportant, or between."""
    return tuple(Token(piece.text, _mark(piece.weight)) for piece in pieces)


def with_weights(pieces: tuple[WeightedToken, ...]) -> tuple[Token, ...]:
    """Return *pieces* as they are shown with details: nothing struck, each word with its weight."""
    return tuple(
        Token(piece.text, Mark.KEPT if (piece.weight or 0) >= _KEPT else Mark.NEUTRAL, piece.weight)
        for piece in pieces
    )


def shortened_prompts(pieces: tuple[WeightedToken, ...]) -> tuple[str, ...]:
    """Return five prompts of ever fewer words, the heaviest kept in their order."""
    places = [place for place, piece in enumerate(pieces) if piece.weight is not None]
    places.sort(key=lambda place: (-(pieces[place].weight or 0), place))
    kept = [sorted(places[: max(1, round(len(places) * share))]) for share in _KEPT_SHARES]
    return tuple(" ".join(pieces[place].text for place in some) for some in kept)


def _mark(weight: float | None) -> Mark:
    if weight is None or _DROPPED <= weight < _KEPT:
        return Mark.NEUTRAL
    return Mark.KEPT if weight >= _KEPT else Mark.DROPPED


def _heaviness(word: str, place: int, *, is_repeated: bool) -> float | None:
    """Return how much *word* counts: by what it means, how early it comes, how rare it is."""
    if not any(letter.isalnum() for letter in word):
        return None
    weight = _meaning(word) / (1 + _LATER * place)
    return weight * _REPEATED if is_repeated else weight


def _meaning(word: str) -> float:
    stem = word.removesuffix("s")
    if word in _GLUE:
        return _NOTHING
    if word in _PRAISE:
        return _COMMON
    if word in BY_WORD or stem in BY_WORD:
        return _SUBJECT
    if word in moods.HUES:
        return _COLOUR
    if word in moods.HOURS or word in moods.MANNERS or word in moods.MOODS:
        return _MOOD
    # Longer words are rarer, and say more.
    return _OTHER + min(len(word), 12) * 0.02
