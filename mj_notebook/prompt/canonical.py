"""The prompt as Midjourney will read it.

Midjourney joins spaces and makes two hyphens of a long dash before it draws. A proxy that finds its
task again by the prompt then waits for words that never come, and the paid task ends in a timeout
(protocol/README.md §10 Q32); so the prompt is brought to that form before it is sent.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.prompt.parse import ADDRESS, parameters_start


class Repaired(NamedTuple):
    """
    A prompt in its normal form.

    Attributes:
        text: The prompt.
        notes: What was changed, a sentence each; nothing is said of spaces.
    """

    text: str
    notes: tuple[str, ...]


def normalise(prompt: str) -> str:
    """Bring *prompt* to the form that `repair` describes."""
    return repair(prompt).text


def repair(prompt: str) -> Repaired:
    """
    Bring *prompt* to the form that survives Midjourney's own changes; the words stay the same.

    * What was pasted along goes: ``/imagine prompt:``, and what Discord writes round a prompt.
    * Signs that can't be seen go, and every run of spaces and line breaks becomes one space.
    * Long dashes become two hyphens; other dashes do where a parameter follows.
    * Curly double quotes, which do not mark text to draw, become straight ones.
    * Full-width signs become plain ones in parameters and in weights (``：：2``), not in the words.

    Nothing but the first two of these is done to web addresses.
    """
    notes: dict[str, None] = {}
    before = None
    while prompt != before:  # what one rule brings to light is another one's
        before = prompt
        for rule, note in _RULES:
            if prompt.isascii() and rule not in _ASCII_RULES:
                continue  # most prompts: there is no odd sign in them
            text = rule(prompt)
            if text != prompt:
                notes[note(prompt) if callable(note) else note] = None
            prompt = text
    return Repaired(prompt, tuple(filter(None, notes)))


# -- what was pasted along -------------------------------------------------------------------------

_COMMAND = re.compile(r"\s*/imagine(?:\s+prompt\s*[:：]|\s*[:：]|(?=\s|$))\s*", re.IGNORECASE)
# **a red kite --v 7** - Variations (Strong) by <@123> (fast, stealth)
_MENTION = r"\s*[-–—]\s*[\w#() ,]{0,80}?(?:<@!?\d+>%s)(?:\s*\([^()]{0,40}\)){0,3}\s*"
_DECORATED = (
    re.compile(r"\s*\*\*(?P<prompt>.+?)\*\*" + _MENTION % r"|@\S{1,40}", re.DOTALL),
    re.compile(r"(?P<prompt>.+?)(?<=\s)" + _MENTION % "", re.DOTALL),
)
_BRACKETED = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)


def _unpasted(text: str) -> str:
    before = None
    while text != before:
        before = text
        if found := _COMMAND.match(text):
            text = text[found.end() :]
        text = _without_decoration(text)
    return text


def _without_decoration(text: str) -> str:
    if "<@" not in text and "**" not in text:
        return text
    for pattern in _DECORATED:
        if found := pattern.fullmatch(text):
            return _BRACKETED.sub(r"\1", found["prompt"]).strip()
    return text


# -- signs -----------------------------------------------------------------------------------------

_ADDRESSES = re.compile(f"({ADDRESS.pattern})", ADDRESS.flags)
# Joiners and variation selectors are no part of this: emoji and several scripts are written with
# them. Nor is half of a surrogate pair, which the sending refuses in its own words.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b\u2060\ufeff]")
# Those that tell the direction of writing, and joiners: in words they may be meant.
_UNSEEN = "\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff"
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DASH = "‐‑‒–—―−﹘﹣－"
# Letters of a name may be full-width as well.
_LETTERS = "A-Za-zＡ-Ｚａ-ｚ"
_UNSEEN_MARK = re.compile(
    rf"(?<!\S)(?=\S*[{_UNSEEN}])(?P<mark>[-{_DASH}{_UNSEEN}]*[-{_DASH}][-{_DASH}{_UNSEEN}]*)"
    rf"(?P<name>[{_LETTERS}{_UNSEEN}]+)(?!\S)"
)
# An odd dash, and what else stands with it for the hyphens before the name of a parameter.
_MARK = re.compile(
    rf"(?<!\S)(?=-{{0,3}}[{_DASH}]|-{{2}}[{_LETTERS}]*[Ａ-Ｚａ-ｚ])[-{_DASH}]{{1,4}}"
    rf"(?P<name>[{_LETTERS}]+)(?!\S)"
)
_LONG_DASHES = re.compile(r"[—―]+")
_QUOTES = re.compile("[“”„‟＂]")
_WEIGHT = re.compile(r"[:：]{2}(?:[-－]?[0-9０-９.．]+|(?=\s|$))")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@cache
def _names() -> frozenset[str]:
    """Return all names of parameters, long and short."""
    table = parameter_table()
    living = {spec.name for spec in table.specs.values() if not spec.state}
    return frozenset(living | set(table.aliases))


def _drop_invisible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _bare_marks(text: str) -> str:
    """Take signs that can't be seen out of the hyphens and the name of a parameter."""

    def bare(found: re.Match[str]) -> str:
        name = re.sub(f"[{_UNSEEN}]", "", found["name"])
        dashes = re.sub(f"[{_UNSEEN}]", "", found["mark"])
        return dashes + name if _is_name(name) else found[0]

    return _UNSEEN_MARK.sub(bare, text)


def _marks(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        name = found["name"].translate(_WIDE)
        return f"--{name}" if _is_name(name) else found[0]

    return _MARK.sub(plain, text)


def _is_name(name: str) -> bool:
    return name.translate(_WIDE).lower() in _names()


def _hyphens(text: str) -> str:
    return _outside_addresses(text, partial(_LONG_DASHES.sub, "--"))


def _straight_quotes(text: str) -> str:
    return _outside_addresses(text, partial(_QUOTES.sub, '"'))


def _weights(text: str) -> str:
    return _outside_addresses(text, partial(_WEIGHT.sub, _plain))


def _plain(found: re.Match[str]) -> str:
    return found[0].translate(_WIDE)


def _plain_parameters(text: str) -> str:
    return _in_parameters(text, lambda part: part.translate(_WIDE))


def _undirected_parameters(text: str) -> str:
    return _in_parameters(text, partial(_DIRECTIONS.sub, ""))


def _in_parameters(text: str, rule: Callable[[str], str]) -> str:
    start = parameters_start(text)
    return text[:start] + _outside_addresses(text[start:], rule)


def _outside_addresses(text: str, rule: Callable[[str], str]) -> str:
    """Apply *rule* to all but the web addresses in *text*."""
    if "://" not in text:
        return rule(text)
    parts = _ADDRESSES.split(text)
    # Every second part is an address.
    return "".join(part if index % 2 else rule(part) for index, part in enumerate(parts))


_UNSEEN_NOTE = "Signs that can't be seen were left out."
_WIDE_NOTE = "Full-width signs were made plain where Midjourney reads them as its own."


def _pasted_note(before: str) -> str:
    if _COMMAND.match(before):
        return "“/imagine” in front was left out."
    return "What Discord writes round a prompt was left out."


_RULES: tuple[tuple[Callable[[str], str], str | Callable[[str], str]], ...] = (
    (_drop_invisible, _UNSEEN_NOTE),
    (_unpasted, _pasted_note),
    (_single_spaced, ""),
    (_bare_marks, _UNSEEN_NOTE),
    (_marks, "The dash before a parameter was made two hyphens."),
    (_hyphens, "Long dashes were made two hyphens, as Midjourney does."),
    (_straight_quotes, "Curly quotes were made straight: only these mark text to draw."),
    (_weights, _WIDE_NOTE),
    (_plain_parameters, _WIDE_NOTE),
    (_undirected_parameters, _UNSEEN_NOTE),
)
_ASCII_RULES = (_drop_invisible, _unpasted, _single_spaced)
