"""A prompt in its parts: picture addresses, words, parameters."""

import re
from functools import lru_cache
from typing import NamedTuple

ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# The bot writes them as the chat does, so that no preview is shown (protocol/README.md §4.7).
_IMAGE = re.compile(r"<(?P<shown>https?://[^\s<>]+)>|https?://\S+", re.IGNORECASE)
"""An address in a prompt: all up to the next space."""

# Two hyphens, or the long dash that autocorrection makes of them, at the start of a word.
_PARAMETER = re.compile(r"(?:^|(?<=\s))(?:--|—|–)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?=\s|$)")
_ASPECT = re.compile(r"\s*(\d{1,5})\s*:\s*(\d{1,5})\s*")

_ALIASES = {
    "v": "version",
    "ar": "aspect",
    "c": "chaos",
    "s": "stylize",
    "w": "weird",
    "q": "quality",
    "p": "profile",
    "r": "repeat",
}

SHORT_NAMES = frozenset(_ALIASES)

# Long names of all parameters (as Midjourney documents them, 2026-11-21).
PARAMETERS = frozenset(
    {
        *("aspect", "bs", "chaos", "cref", "cw", "draft", "edit", "end", "exp", "fast", "hd"),
        *("iw", "loop", "motion", "niji", "no", "oref", "ow", "preview", "profile", "public"),
        *("quality", "raw", "relax", "repeat", "sd", "seed", "sref", "stealth", "stop", "style"),
        *("stylize", "sv", "sw", "tile", "turbo", "version", "video", "weird", "zoom"),
    }
)


class Parameter(NamedTuple):
    """One ``--name value`` as written; *value* is "" for a flag."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"--{self.name} {self.value}".rstrip()


class Prompt(NamedTuple):
    """
    The parts of a prompt.

    Attributes:
        images: Picture addresses before the words.
        words: What should be drawn.
        parameters: In the order they were written, repeats included.
    """

    images: tuple[str, ...]
    words: str
    parameters: tuple[Parameter, ...]

    def value(self, name: str) -> str | None:
        """Return the last value given for the parameter *name* (long name) or None."""
        for parameter in reversed(self.parameters):
            if long_name(parameter.name) == name:
                return parameter.value
        return None


def long_name(name: str) -> str:
    """Return the long name of a parameter: ``ar`` → ``aspect``."""
    lowered = name.lower()
    return _ALIASES.get(lowered, lowered)


@lru_cache(maxsize=512)
def parse_prompt(text: str) -> Prompt:
    """Split *text* into its parts; any text is accepted, whatever it holds."""
    marks = list(_PARAMETER.finditer(text))
    head = text[: marks[0].start()] if marks else text
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    parameters = tuple(
        Parameter(mark["name"], " ".join(text[mark.end() : end].split()))
        for mark, end in zip(marks, ends, strict=False)
    )
    images = []
    rest = head.strip()
    while found := _IMAGE.match(rest):
        images.append(found["shown"] or found.group())
        rest = rest[found.end() :].lstrip()
    return Prompt(tuple(images), rest.strip(), parameters)


def format_prompt(prompt: Prompt) -> str:
    """Write *prompt* as text: undo `parse_prompt`, but for the spaces between parts."""
    parts = (*prompt.images, prompt.words, *map(str, prompt.parameters))
    return " ".join(part for part in parts if part)


def parameters_start(text: str) -> int:
    """Return where the first parameter of *text* begins; its end where there is none."""
    found = _PARAMETER.search(text)
    return found.start() if found else len(text)


def aspect_of(prompt: Prompt) -> tuple[int, int]:
    """Return width and height of ``--ar``; 1:1 when it is missing or makes no sense."""
    found = _ASPECT.fullmatch(prompt.value("aspect") or "")
    if not found:
        return (1, 1)
    width, height = int(found[1]), int(found[2])
    return (width, height) if width and height else (1, 1)


def version_of(prompt: Prompt, default: str) -> str:
    """Return "7", "6.1" or "niji 6": the model the prompt names, else *default*."""
    niji = prompt.value("niji")
    if niji is not None:
        return f"niji {niji}".strip()
    return (prompt.value("version") or default).removesuffix(".0")


def seed_of(prompt: Prompt) -> int | None:
    """Return the seed the prompt names, if it is one."""
    text = prompt.value("seed") or ""
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**32 else None
