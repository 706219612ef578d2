"""A parameter as it stands in a prompt, and what is found of its words; pure."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from mj_notebook.prompt.findings import Found, told
from mj_notebook.prompt.parameters import ParameterSpec

# What is written round a value, and between it and the name.
_ROUND = " =:#+\"'“”‘’«»「」`*_()[]{}<>（）％%"
_ENDS = ",.;!?，。；"
# Signs and single letters may be meant for something that is not known here.
_A_WORD = re.compile(r"[^\W\d_]{3}")


class Reading(NamedTuple):
    """
    A parameter as it stands in a prompt.

    Attributes:
        spec: What is known of it.
        version: The version in force, "" for one that nobody knows.
        is_hd: Whether ``--hd`` stands beside it.
        handed: The names of pictures that are handed over.
    """

    spec: ParameterSpec
    name: str
    value: str
    version: str
    start: int
    end: int
    is_hd: bool = False
    handed: frozenset[str] = frozenset()

    @property
    def written(self) -> str:
        """The parameter without its value."""
        return f"--{self.name}"

    def found(self, rule: str, message: str, advice: str = "") -> Found:
        """Return what is found of it."""
        return Found(rule, message, advice, self.start, self.end)


def bare_word(word: str) -> str:
    """Return *word* without what is written round a value, and with plain digits."""
    # Digits of other scripts, full-width ones among them, have a value that Python knows.
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in word)
    return plain.strip(_ROUND + _ENDS).rstrip("-–")


def words_behind(reading: Reading, words: list[str]) -> Iterator[Found]:
    """Find words that stand where no value of the parameter can."""
    if words:
        text = " ".join(words)
        shown = text if len(text) <= 40 else f"{text[:39]}…"
        yield reading.found(
            "words-after" if _A_WORD.search(text) else "signs-after",
            told(
                "“{shown}” stands behind {written}, which takes no such value.",
                shown=shown,
                written=reading.written,
            ),
            told("Words go before the first parameter."),
        )
