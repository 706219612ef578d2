"""Multi-prompts: ``sky:: kite::2 birds::-0.5`` are three parts with weights."""

import re
from typing import NamedTuple

from mj_notebook.prompt.parse import ADDRESS

# No space stands before the hyphens or the number.
_MARK = re.compile(r"::(?P<weight>-?(?:\d+(?:\.\d*)?|\.\d+)(?![\w.]))?")


WEIGHT = re.compile(r"::(?:-?[\d.]+)?")
"""What parts are told from each other by, whatever number it has."""


class WeightedPart(NamedTuple):
    """One part of a prompt; 1 is the usual weight."""

    text: str
    weight: float


def weighted_parts(text: str) -> tuple[WeightedPart, ...]:
    """Return the parts of *text*, the words of a prompt; one alone where nothing is weighed."""
    plain = without_addresses(text)
    parts = []
    begin = 0
    for mark in _MARK.finditer(plain):
        parts.append(WeightedPart(text[begin : mark.start()].strip(), float(mark["weight"] or 1)))
        begin = mark.end()
    rest = text[begin:].strip()
    # The last part needs no mark behind it, and weighs 1.
    return (*parts, *((WeightedPart(rest, 1.0),) if rest or not parts else ()))


def has_weights(text: str) -> bool:
    """Tell whether parts of *text* are weighed."""
    return "::" in without_addresses(text)


def without_addresses(text: str) -> str:
    """Return *text* with other signs for its addresses, which may hold anything."""
    return ADDRESS.sub(lambda found: "·" * len(found[0]), text) if "://" in text else text
