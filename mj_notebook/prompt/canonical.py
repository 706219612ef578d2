"""The prompt as Midjourney will read it.

Midjourney joins spaces and makes two hyphens of a long dash before it draws. A proxy that finds its
task again by the prompt then waits for words that never come, and the paid task ends in a timeout
(protocol/README.md §10 Q32); so the prompt is brought to that form before it is sent.
"""

import re
from collections.abc import Callable

from mj_notebook.prompt.parse import ADDRESS, PARAMETERS, SHORT_NAMES, parameters_start


def normalise(prompt: str) -> str:
    """
    Bring *prompt* to the form that survives Midjourney's own changes; the words stay the same.

    * Signs that can't be seen go, and every run of spaces and line breaks becomes one space.
    * Long dashes become two hyphens; other dashes do where a parameter follows.
    * Curly double quotes, which do not mark text to draw, become straight ones.
    * Full-width signs become plain ones in parameters and in weights (``：：2``), not in the words.

    Nothing but the first of these is done to web addresses.
    """
    for rule in _RULES:
        prompt = rule(prompt)
    return prompt


# -- rules -----------------------------------------------------------------------------------------

_ADDRESSES = re.compile(f"({ADDRESS.pattern})", ADDRESS.flags)
# Joiners and variation selectors are no part of this: emoji and several scripts are written with
# them. Nor is half of a surrogate pair, which the sending refuses in its own words.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b\u2060\ufeff]")
_DASH = "‐‑‒–—―−﹘﹣－"
# Letters of a name may be full-width as well.
_NAMES = "|".join(
    "".join(f"[{sign}{chr(ord(sign) + 0xFEE0)}]" for sign in name)
    for name in sorted(PARAMETERS | SHORT_NAMES)
)
# An odd dash, and what else stands with it for the hyphens before the name of a parameter.
_MARK = re.compile(
    rf"(?<!\S)(?=-{{0,3}}[{_DASH}])[-{_DASH}]{{1,4}}(?P<name>{_NAMES})(?!\S)", re.IGNORECASE
)
_LONG_DASHES = re.compile(r"[—―]+")
_QUOTES = re.compile("[“”„‟＂]")
_WEIGHT = re.compile(r"[:：]{2}(?:[-－]?[0-9０-９.．]+|(?=\s|$))")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def _drop_invisible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _marks(text: str) -> str:
    return _MARK.sub(lambda found: f"--{found['name'].translate(_WIDE)}", text)


def _hyphens(text: str) -> str:
    return _outside_addresses(text, lambda part: _LONG_DASHES.sub("--", part))


def _straight_quotes(text: str) -> str:
    return _outside_addresses(text, lambda part: _QUOTES.sub('"', part))


def _weights(text: str) -> str:
    return _outside_addresses(text, lambda part: _WEIGHT.sub(_plain, part))


def _plain(found: re.Match[str]) -> str:
    return found[0].translate(_WIDE)


def _plain_parameters(text: str) -> str:
    start = parameters_start(text)
    plain = _outside_addresses(text[start:], lambda part: part.translate(_WIDE))
    return text[:start] + plain


def _outside_addresses(text: str, rule: Callable[[str], str]) -> str:
    """Apply *rule* to all but the web addresses in *text*."""
    parts = _ADDRESSES.split(text)
    # Every second part is an address.
    return "".join(part if index % 2 else rule(part) for index, part in enumerate(parts))


_RULES: tuple[Callable[[str], str], ...] = (
    _drop_invisible,
    _single_spaced,
    _marks,
    _hyphens,
    _straight_quotes,
    _weights,
    _plain_parameters,
)
