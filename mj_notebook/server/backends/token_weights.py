"""Token weights: how much each word of a prompt counts, and shorter prompts of the heavier ones."""

import re
from typing import NamedTuple

from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.breakdown import Token, TokenMark
from mj_notebook.server.backends.painter import moods
from mj_notebook.server.backends.painter.motif_table import BY_WORD
from mj_notebook.server.backends.painter.tables import words_of

# From here on a word is important; below that it is dropped (protocol/README.md §5.2).
_IMPORTANT, _DROPPED = 0.09, 0.02

# How many of the words each shorter prompt keeps, the shortest last.
_SHARES_KEPT = (0.8, 0.62, 0.46, 0.32, 0.2)
_TOKEN = re.compile(r"[\w'’-]+|[^\w'’-]+")

_STOP = words_of("stop")
# Words that stand in thousands of prompts and change nothing.
_FILLER = words_of("filler")
# Weights by what a word means, for no model is at hand to be asked; then by place and repetition.
_SUBJECT, _COLOUR, _MOOD, _OTHER, _COMMON, _NOTHING = 0.9, 0.5, 0.45, 0.3, 0.012, 0.004
_LATER, _REPEATED = 0.07, 0.3


class WeightedToken(NamedTuple):
    """A part of a prompt: a word with its weight from 0 to 1, or what stands between words."""

    text: str
    weight: float | None


def weigh_tokens(prompt: str) -> tuple[WeightedToken, ...]:
    """Return the words of *prompt* with their weights, the heaviest of them 1; no parameters."""
    tokens = _TOKEN.findall(" ".join(Prompt.parse(prompt).text.split()))
    raw: list[float | None] = []
    seen: set[str] = set()
    for token in tokens:
        weight = _weight(token.lower(), len(seen), is_repeated=token.lower() in seen)
        raw.append(weight)
        if weight is not None:
            seen.add(token.lower())
    # Relative to the heaviest, as the bot's bars are.
    most = max(filter(None, raw), default=1.0)
    return tuple(
        WeightedToken(token, None if weight is None else round(weight / most, 2))
        for token, weight in zip(tokens, raw, strict=True)
    )


def mark_tokens(tokens: tuple[WeightedToken, ...]) -> tuple[Token, ...]:
    """Return *tokens* as they are shown at first: important, unimportant, or between."""
    return tuple(Token(token.text, _mark(token.weight)) for token in tokens)


def with_weights(tokens: tuple[WeightedToken, ...]) -> tuple[Token, ...]:
    """Return *tokens* as they are shown with details: nothing struck, each word with its weight."""
    return tuple(
        Token(
            token.text,
            TokenMark.KEPT if (token.weight or 0) >= _IMPORTANT else TokenMark.NEUTRAL,
            token.weight,
        )
        for token in tokens
    )


def shortened_prompts(tokens: tuple[WeightedToken, ...]) -> tuple[str, ...]:
    """Return five prompts of ever fewer words, the heaviest kept in their order."""
    places = [place for place, token in enumerate(tokens) if token.weight is not None]
    # Ties go to the earlier word, so that the same prompt always gives the same options.
    places.sort(key=lambda place: (-(tokens[place].weight or 0), place))
    kept = [sorted(places[: max(1, round(len(places) * share))]) for share in _SHARES_KEPT]
    return tuple(" ".join(tokens[place].text for place in some) for some in kept)


def _mark(weight: float | None) -> TokenMark:
    if weight is None or _DROPPED <= weight < _IMPORTANT:
        return TokenMark.NEUTRAL
    return TokenMark.KEPT if weight >= _IMPORTANT else TokenMark.DROPPED


def _weight(word: str, place: int, *, is_repeated: bool) -> float | None:
    """Return how much *word* counts: by what it means, how early it comes, how rare it is."""
    if not any(letter.isalnum() for letter in word):
        return None
    weight = _weight_of_meaning(word) / (1 + _LATER * place)
    return weight * _REPEATED if is_repeated else weight


def _weight_of_meaning(word: str) -> float:
    # The painter's vocabulary has singulars.
    stem = word.removesuffix("s")
    if word in _STOP:
        return _NOTHING
    if word in _FILLER:
        return _COMMON
    if word in BY_WORD or stem in BY_WORD:
        return _SUBJECT
    if word in moods.HUES:
        return _COLOUR
    if word in moods.HOURS or word in moods.MANNERS or word in moods.MOODS:
        return _MOOD
    # Longer words are rarer, and say more.
    return _OTHER + min(len(word), 12) * 0.02
