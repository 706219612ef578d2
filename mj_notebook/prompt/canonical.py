"""The prompt as Midjourney will read it.

Midjourney joins spaces and makes two hyphens of a long dash before it draws. A proxy that finds its
task again by the prompt then waits for words that never come, and the paid task ends in a timeout
(protocol/README.md §10 Q32); so the prompt is brought to that form before it is sent.
"""

import html
import re
from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import NamedTuple
from urllib.parse import unquote

from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.prompt.parse import ADDRESS, parameters_start


class Repaired(NamedTuple):
    """
    A prompt in its normal form.

    Attributes:
        notes: What was changed, a sentence each; nothing is said of spaces.
    """

    text: str
    notes: tuple[str, ...]


def normalise(prompt: str) -> str:
    """Bring *prompt* to the form that `repair` describes."""
    return repair(prompt).text


# So deep is nothing written into itself that anybody means: &amp;amp;amp;…
_MOST_PASSES = 40


# A prompt is brought to it where its permutations are counted, its pictures sought, its words read.
@lru_cache(maxsize=32)
def repair(prompt: str) -> Repaired:
    """
    Bring *prompt* to the form that survives Midjourney's own changes; the words stay the same.

    * What was pasted along goes: ``/imagine prompt:``, what Discord writes round a prompt, and what
      a page or an answer has round it: ``> ``, ``1️⃣``, ``**…**``, quotes round the whole of it.
    * Signs that can't be seen go, and every run of spaces and line breaks becomes one space.
    * Long dashes become two hyphens; other dashes do where a parameter follows.
    * Curly double quotes, which do not mark text to draw, become straight ones.
    * Full-width signs become plain ones in parameters and in weights (``：：2``), not in the words.

    Web addresses lose quotes, brackets and commas round them, and are not looked into.
    """
    notes: dict[str, None] = {}
    before = None
    for _ in range(_MOST_PASSES):  # what one rule brings to light is another one's
        if prompt == before:
            break
        before = prompt
        for rule, note in _RULES:
            if prompt.isascii() and rule not in _ASCII_RULES:
                continue  # most prompts: there is no odd sign in them
            text = rule(prompt)
            if text != prompt:
                notes[note] = None
            prompt = text
    return Repaired(prompt, tuple(filter(None, notes)))


# -- what was pasted along -------------------------------------------------------------------------

# With and without its colon, and the full-width signs that Chinese keyboards write for both.
_COMMAND = re.compile(
    r"\s*[/／]imagine/?(?:\s+prompt(?:\s*[:：]|(?=\s))|\s*[:：]|(?=\s|$))\s*", re.IGNORECASE
)
# **a red kite --v 7** - Variations (Strong) by <@123> (fast, stealth)
_MENTION = (
    r"\s*[-–—]\s*[\w#() ,]{0,80}?(?:<@!?\d+>%s)(?:\s*\([^()]{0,40}\)){0,3}"
    r"(?:\s+https?://\S+){0,4}\s*"
)
_DECORATED = (
    re.compile(
        r"\s*\*\*(?P<prompt>.+?)\*\*" + _MENTION % r"|@\S{1,40}|@[^()*@]{1,40}(?=\()", re.DOTALL
    ),
    re.compile(r"(?P<prompt>.+?)(?<=\s)" + _MENTION % "", re.DOTALL),
    re.compile(
        r"\s*(?:\*\*)?(?P<prompt>[^*]+?)(?:\*\*)?\s+-\s+(?:Image #\d|(?<=\*\* - )"
        r"(?:Variations|Upscaled|Zoom Out|Pan|Remix)[\w ]{0,20})(?:\s*\([\w ,]{0,40}\)){0,3}\s*",
        re.DOTALL,
    ),
)
# Discord writes an address in angle brackets where it is to show no preview.
_BRACKETED = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
# How lists, quotations, headings and answers to a describe begin, and "Prompt:".
_HEAD = re.compile(
    r"\s*(?:>\s+|\#{1,6}\s+|[-*•]\s+(?=[^\W\d])|[0-9]\ufe0f?\u20e3\s*"
    r"|(?:imagine\s+)?prompt\s*[:：]\s*(?=\S)|提示词\s*[:：]\s*)",
    re.IGNORECASE,
)
# Answers of chatbots: the prompt is often the only block of code in them.
_FENCE = re.compile(r"\s*```(?:\w*\n)?(?P<inner>[^`]+)```\s*")
# What stands round a whole text; the first group is nothing but marks, the second may be meant
# where there is no parameter in it.
_MARKUP = (("`", "`"), ("**", "**"), ("__", "__"), ("~~", "~~"), ("||", "||"))
_QUOTATION = (
    *(("*", "*"), ("_", "_"), ('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("„", "”")),
    *(("‘", "’"), ("«", "»"), ("「", "」"), ("『", "』"), ("(", ")"), ("[", "]"), ("（", "）")),
)


# A short list: "&copy" in the words of a prompt may be meant.
_ENTITY = re.compile(
    r"&(?:amp|quot|apos|lt|gt|nbsp|mdash|ndash|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE
)
# Markdown's own escapes, which pages show when a text is copied as source.
_ESCAPED_HYPHENS = re.compile(r"(?<!\S)(?:\\-\\?-|-\\-)(?=[A-Za-z])")
# Only where every blank is written as %20: a prompt may hold a percent sign, no address of a page
# does.
_ENCODED = re.compile(r"(?!https?:)(?=\S*%20)(?:[^\s%]|%[0-9a-f]{2})+", re.IGNORECASE)


def _unescaped(text: str) -> str:
    """Read what a page's source, a Markdown text or an address has in place of signs."""
    if "\\-" in text:
        text = _ESCAPED_HYPHENS.sub("--", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if "%20" in text and _ENCODED.fullmatch(text.strip()):
        return unquote(text)
    return text


def _without_command(text: str) -> str:
    return _without(_COMMAND, text)


def _without(begun: re.Pattern[str], text: str) -> str:
    """Return *text* without all that it begins with of that kind."""
    at = 0
    while found := begun.match(text, at):
        at = found.end()
    return text[at:]


def _without_decoration(text: str) -> str:
    if not any(sign in text for sign in ("<@", "**", "Image #")):
        return text
    # The most telling first; each must fit the whole text, so that words with stars in them stay.
    for pattern in _DECORATED:
        if found := pattern.fullmatch(text):
            return _BRACKETED.sub(r"\1", found["prompt"]).strip()
    return text


def _unwrapped(text: str) -> str:
    if found := _FENCE.fullmatch(text):
        return found["inner"].strip()
    text = _without(_HEAD, text)
    bare = text.strip()
    for begin, end in (*_MARKUP, *_QUOTATION):
        if not (bare.startswith(begin) and bare.endswith(end) and len(bare) > len(begin + end)):
            continue
        inner = bare[len(begin) : -len(end)]
        # "a" and "b" begin and end with a quote, and are not one quotation.
        is_one = begin not in inner and end not in inner
        if is_one and ((begin, end) in _MARKUP or parameters_start(inner) < len(inner)):
            return inner.strip()
    return text


# -- signs -----------------------------------------------------------------------------------------

_ADDRESSES = re.compile(f"({ADDRESS.pattern})", ADDRESS.flags)
# Joiners and variation selectors are no part of this: emoji and several scripts are written with
# them. Nor is half of a surrogate pair, which the sending refuses in its own words.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b\u2060\ufeff]")
# Right before a parameter it is the only thing that parts it from the word.
_INVISIBLE_PART = re.compile(rf"(?<=[^\s-])(?:{_INVISIBLE.pattern})+(?=--[A-Za-z])")
# Those that tell the direction of writing, and joiners: in words they may be meant.
_UNSEEN = "\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff"
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ODD_DASHES = "‐‑‒–—―⸺⸻−˗᠆➖─━﹘﹣－"
"""What keyboards, word processors and autocorrection make of a hyphen."""
_DASH = ODD_DASHES
# Letters of a name may be full-width as well.
_LETTERS = "A-Za-zＡ-Ｚａ-ｚ"
_UNSEEN_MARK = re.compile(
    rf"(?<!\S)(?=\S*[{_UNSEEN}])(?P<mark>[-{_DASH}{_UNSEEN}]*[-{_DASH}][-{_DASH}{_UNSEEN}]*)"
    rf"(?P<name>[{_LETTERS}{_UNSEEN}]+)(?!\S)"
)
# A name, or what is glued to it, in full-width signs.
_WIDE_NAME = re.compile(
    rf"(?<![^\s{_DASH}-])(?P<mark>[-{_DASH}]{{1,4}})(?=\S*[！-～])"
    rf"(?P<name>[{_LETTERS}]+)(?P<glued>[０-９．：＝][！-～]*)?(?!\S)"
)
# Odd dashes, and what else stands with them for the hyphens before the name of a parameter. Right
# behind a word there are two at least, as in scripts that have no spaces; a sound that is drawn
# long looks like one.
_MARK = re.compile(
    rf"(?:(?<!\S)(?=-{{0,3}}[{_DASH}ー])[-{_DASH}ー]{{1,4}}"
    rf"|(?<=[^\s{_DASH}-])(?=-{{0,3}}[{_DASH}ー])[-{_DASH}]{{2,4}}|(?<=[^\sー])ーー)"
    rf"(?P<name>[A-Za-z]+)(?!\S)"
)
_LONG_DASHES = re.compile(r"[—―]+")
# Midjourney takes the text to draw from between straight quotes only.
_QUOTES = re.compile("[“”„‟＂]")
_WEIGHT = re.compile(r"[:：]{2}(?:[-－]?[0-9０-９.．]+|(?=\s|$))")
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width signs, and the plain ones they stand for."""


@cache
def _names() -> frozenset[str]:
    """Return all names of parameters, long and short."""
    table = parameter_table()
    # Without those that are gone: a dash before a word that once was one stays a dash.
    living = {spec.name for spec in table.specs.values() if not spec.state}
    return frozenset(living | set(table.aliases))


def _drop_invisible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text  # as most prompts are, and that is seen at once
    # What stood between a word and a parameter parted them, as a space does.
    return _INVISIBLE.sub("", _INVISIBLE_PART.sub(" ", text))


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
        if not _is_name(found["name"]):
            return found[0]
        # Behind a word a space must part it, or Midjourney reads one word.
        is_apart = found.start() == 0 or found.string[found.start() - 1].isspace()
        return f"{'' if is_apart else ' '}--{found['name']}"

    return _outside_addresses(text, partial(_MARK.sub, plain))


def _wide_names(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        if not _is_name(found["name"]):
            return found[0]
        return found["mark"] + found[0].removeprefix(found["mark"]).translate(WIDE)

    return _WIDE_NAME.sub(plain, text)


def _is_name(name: str) -> bool:
    return name.translate(WIDE).lower() in _names()


def _hyphens(text: str) -> str:
    return _outside_addresses(text, partial(_LONG_DASHES.sub, "--"))


# The opening sign with it: what closes is taken off only where something was opened.
_REFERENCE = re.compile(r"[(\[<\"'`]?https?://\S+", re.IGNORECASE)
_ENDS_OF = {"(": ")", "[": "]", "<": ">", '"': '"', "'": "'", "`": "`"}
# Only behind a picture's ending: a comma may be a part of an address.
_NEXT_ADDRESS = re.compile(r"(?<=\.(?:png|jpg|gif))[,;，；](?=https?://)", re.IGNORECASE)


def _bare_addresses(text: str) -> str:
    """Take quotes and brackets off addresses, and the commas between and behind them."""
    if "://" not in text:
        return text
    # By words: the pattern alone would try each sign of a long prompt.
    return " ".join(_bare_address(word) if "://" in word else word for word in text.split(" "))


def _bare_address(word: str) -> str:
    if not _REFERENCE.fullmatch(word):
        return word
    address = word.rstrip(",;，；、。")
    end = _ENDS_OF.get(address[0])
    if end is not None and not address.endswith(end):
        return word
    return _NEXT_ADDRESS.sub(" ", address[1:-1] if end else address)


def _straight_quotes(text: str) -> str:
    return _outside_addresses(text, partial(_QUOTES.sub, '"'))


def _weights(text: str) -> str:
    return _outside_addresses(text, partial(_WEIGHT.sub, _plain))


def _plain(found: re.Match[str]) -> str:
    return found[0].translate(WIDE)


def _plain_parameters(text: str) -> str:
    return _in_parameters(text, lambda part: part.translate(WIDE))


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


# In this order: signs that are unseen first, as they hide all others; what was pasted round the
# prompt before its own signs; names of parameters before what stands behind them.
_RULES: tuple[tuple[Callable[[str], str], str], ...] = (
    (_drop_invisible, _UNSEEN_NOTE),
    (_unescaped, "Signs written as in HTML, in Markdown or in an address were made plain."),
    (_without_command, "“/imagine” in front was left out."),
    (_without_decoration, "What Discord writes round a prompt was left out."),
    (_unwrapped, "Marks of the text that it was copied from were left out."),
    (_single_spaced, ""),
    (_bare_addresses, "What stood round an address, or behind it, was left out."),
    (_bare_marks, _UNSEEN_NOTE),
    (_wide_names, _WIDE_NOTE),
    (_marks, "The dash before a parameter was made two hyphens."),
    (_hyphens, "Long dashes were made two hyphens, as Midjourney does."),
    (_straight_quotes, "Curly quotes were made straight: only these mark text to draw."),
    (_weights, _WIDE_NOTE),
    (_plain_parameters, _WIDE_NOTE),
    (_undirected_parameters, _UNSEEN_NOTE),
)
# Those that have work to do in plain ASCII too; the others look for signs that are not.
_ASCII_RULES = {
    *(_unescaped, _drop_invisible, _without_command, _without_decoration, _unwrapped),
    *(_single_spaced, _bare_addresses),
}
