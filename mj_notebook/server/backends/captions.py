"""Captions: the features of a picture, and four prompts that describe it; no pixels here."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from mj_notebook.prompt.parse import Prompt


class ImageFeatures(msgspec.Struct, frozen=True, kw_only=True):
    """
    What was measured in a picture, as words of the tables below.

    Attributes:
        aspect: Width to height, ``3:2``.
        colours: Its main colours, the most common first.
        contrast: How far light and dark are apart.
        balance: Where its light lies.
        prompt: The prompt it was drawn from, where its metadata has it.
    """

    aspect: str
    colours: tuple[str, ...]
    light: str
    contrast: str
    balance: str
    detail: str
    prompt: str = ""

    def write(self) -> str:
        """Return it as a line of text, for the ledger."""
        return msgspec.json.encode(self).decode()


def read_features(text: str) -> ImageFeatures | None:
    """Return what `ImageFeatures.write` wrote; None for anything else."""
    # The line may be of another version, whose features these tables do not know.
    try:
        return msgspec.json.decode(text, type=ImageFeatures)
    except msgspec.DecodeError:
        return None


class _Tables(msgspec.Struct, frozen=True):
    """
    What stands in `captions.json`.

    Attributes:
        colours: How each looks, chosen so that its name is what most people would say, and its
            name in Chinese.
        words: What is measured, and the same in Chinese.
        steps: By measure, up to which number a word holds; the last holds for all above.
        patterns: Each in English and Chinese, with the subject before all else; four are taken.
    """

    colours: dict[str, tuple[str, str]]
    words: dict[str, str]
    steps: dict[str, tuple[tuple[int, str], ...]]
    patterns: tuple[tuple[str, str], ...]


TABLES = msgspec.json.decode(Path(__file__).with_suffix(".json").read_bytes(), type=_Tables)
COLOURS = {name: look for name, (look, _) in TABLES.colours.items()}
"""Colour → how it looks; the nearest in Lab wins."""

_CHINESE = {**{name: chinese for name, (_, chinese) in TABLES.colours.items()}, **TABLES.words}
# How a picture's main colour is told, where it is the only one and where others follow.
_ALL, _MOSTLY = ("all in {0}", "全为{0}"), ("mostly {0} with {1}", "以{0}为主，带有{1}")
_CAPTIONS = 4


def captions_of(
    features: ImageFeatures, turn: int = 0, *, chinese: bool = False
) -> tuple[str, ...]:
    """Return four prompts for *features*; another *turn* uses other sentences."""
    words = _words(features, chinese=chinese)
    # A turn goes on where the last one ended, so that all sentences are used.
    first = turn * _CAPTIONS
    known = TABLES.patterns
    patterns = [known[(first + place) % len(known)] for place in range(_CAPTIONS)]
    return tuple(
        f"{pattern[chinese].format(**words)} --ar {features.aspect}" for pattern in patterns
    )


def _words(features: ImageFeatures, *, chinese: bool) -> dict[str, str]:
    def translated(word: str) -> str:
        return _CHINESE.get(word, word) if chinese else word

    # Parameters of the prompt are of the drawing, not of what is seen.
    subject = Prompt.parse(features.prompt).text
    # Words of the prompt are in one language, and stand in lines of that alone.
    if any(map(_is_chinese, subject)) is not chinese:
        subject = ""
    colours = [translated(name) for name in features.colours]
    mostly = _MOSTLY if len(colours) > 1 else _ALL
    return {
        "subject": subject or translated(_shape(features.aspect)),
        "colours": _enumerated(colours, chinese=chinese),
        "first": colours[0],
        "mostly": mostly[chinese].format(colours[0], _enumerated(colours[1:], chinese=chinese)),
        "light": translated(features.light),
        "contrast": translated(features.contrast),
        "balance": translated(features.balance),
        "detail": translated(features.detail),
    }


def _is_chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _enumerated(words: Sequence[str], *, chinese: bool) -> str:
    """Return *words* as a list is spoken: commas, and one "and"."""
    *most, last = words or ("",)
    before = ("、" if chinese else ", ").join(most)
    return (before + ("和" if chinese else " and ") + last) if before else last


def _shape(aspect: str) -> str:
    width, height = map(int, aspect.split(":"))
    if width == height:
        return "a square composition"
    return "a wide composition" if width > height else "a tall composition"
