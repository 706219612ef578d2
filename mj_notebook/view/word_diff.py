"""Words compared: those that several prompts share, and what a shorter prompt lost."""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

# "artist's" and "sci-fi" are one word each.
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
# Chinese and Japanese put no spaces between words: there each sign is compared for itself.
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]\s*|[^\s\u3040-\u30ff\u3400-\u9fff]+\s*|\s+")
_OUTER_SIGNS = re.compile(r"^\W+|\W+$")
# Comparing takes time with the product of the lengths; two long prompts have far less.
_MAX_COMPARED = 250_000

_COMMON = """
a about above after against all along also an and any are around as at be been before behind
below beneath between both but by can each for from had has have he her his how i in inside into
is it its just like more most near no nor not of off on onto or other our out outside over own per
she so some such than that the their them then there these they this those through to too toward
towards under until up upon very via was we were what when where which while who whose will with
within without you your
"""
STOP_WORDS = frozenset(_COMMON.split())
"""Words too common to tell anything when two prompts share them."""


class Span(NamedTuple):
    """A stretch of a prompt, and whether it is one of the words in question."""

    text: str
    is_marked: bool = False


def shared_words(prompts: Sequence[str]) -> tuple[str, ...]:
    """
    Return the content words that at least two of *prompts* hold, those of most prompts first.

    Case makes no difference, and stop words and bare numbers are left out; words that equally
    many prompts hold stay in the order they were first written.
    """
    counts = Counter(word for prompt in prompts for word in dict.fromkeys(_content_words(prompt)))
    often = [(count, word) for word, count in counts.items() if count > 1]
    # The sort is stable: equals stay as they were first written.
    often.sort(key=lambda found: -found[0])
    return tuple(word for _, word in often)


def spans(prompt: str, words: frozenset[str]) -> tuple[Span, ...]:
    """Cut *prompt* into stretches, with *words* (folded, as `shared_words` gives them) marked."""
    cut: list[Span] = []
    end = 0
    for found in _WORD.finditer(prompt):
        if found[0].casefold() in words:
            cut += [Span(prompt[end : found.start()]), Span(found[0], is_marked=True)]
            end = found.end()
    return tuple(span for span in (*cut, Span(prompt[end:])) if span.text)


def _content_words(prompt: str) -> list[str]:
    folded = [found.casefold() for found in _WORD.findall(prompt)]
    return [word for word in folded if word not in STOP_WORDS and not word.isdecimal()]


class WordChange(StrEnum):
    """What became of a stretch of the original prompt in a shorter one."""

    KEPT = "kept"
    LOST = "lost"
    ADDED = "added"


class Stretch(NamedTuple):
    """Words next to each other that met the same change, with the space after them."""

    text: str
    change: WordChange


def differences(original: str, shorter: str) -> tuple[Stretch, ...]:
    """
    Tell word by word what *shorter* kept of *original*, lost and added.

    What it kept and added, put together, are the words of *shorter*. Case and signs around a word
    make no difference. Texts that are far too long to compare count as kept.
    """
    before, after = _pieces(original), _pieces(shorter)
    if len(before) * len(after) > _MAX_COMPARED:
        return (Stretch(shorter, WordChange.KEPT),)
    changes = _aligned(before, after)
    return tuple(
        Stretch("".join(text for _, text in found), change)
        for change, found in groupby(changes, key=lambda change: change[0])
    )


def _aligned(before: Sequence[str], after: Sequence[str]) -> list[tuple[WordChange, str]]:
    """Walk along the longest sequence of words that both hold."""
    ours, theirs = [_folded(piece) for piece in before], [_folded(piece) for piece in after]
    longest = _common_suffix_lengths(ours, theirs)
    changes: list[tuple[WordChange, str]] = []
    here = there = 0
    while here < len(ours) and there < len(theirs):
        if ours[here] == theirs[there]:
            changes.append((WordChange.KEPT, after[there]))
            here, there = here + 1, there + 1
        # What was lost before what was added, at the same place: read as "old, new".
        elif longest[here + 1][there] >= longest[here][there + 1]:
            changes.append((WordChange.LOST, before[here]))
            here += 1
        else:
            changes.append((WordChange.ADDED, after[there]))
            there += 1
    changes += [(WordChange.LOST, text) for text in before[here:]]
    return changes + [(WordChange.ADDED, text) for text in after[there:]]


def _common_suffix_lengths(ours: Sequence[str], theirs: Sequence[str]) -> list[list[int]]:
    """Return how many words two rests have in common at most, for each pair of places."""
    longest = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for here in range(len(ours) - 1, -1, -1):
        # From behind, so that the walk above can go from the front.
        row, below = longest[here], longest[here + 1]
        for there in range(len(theirs) - 1, -1, -1):
            same = ours[here] == theirs[there]
            row[there] = below[there + 1] + 1 if same else max(below[there], row[there + 1])
    return longest


def word_count(text: str) -> int:
    """Return how many words *text* has; signs of a script without spaces count one each."""
    return sum(any(map(str.isalnum, piece)) for piece in _pieces(text))


def _pieces(text: str) -> list[str]:
    # The last word gets a space too, since another may come to stand behind it.
    return _PIECE.findall(f"{text.strip()} ") if text.strip() else []


def _folded(piece: str) -> str:
    bare = piece.strip().casefold()
    return _OUTER_SIGNS.sub("", bare) or bare
