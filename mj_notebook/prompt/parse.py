"""A prompt in its parts: picture addresses, words, parameters."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.language.misfits import names_checked
from mj_notebook.prompt.parameters import long_name

ADDRESS = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://\S+")
"""An address in a prompt: all up to the next space."""

# The bot writes them as the chat does, so that no preview is shown (protocol/README.md §4.7).
_IMAGE = re.compile(rf"<(?P<shown>[Hh][Tt][Tt][Pp][Ss]?://[^\s<>]+)>|{ADDRESS.pattern}")

# Two hyphens, or the long dash that autocorrection makes of them, at the start of a word.
# What stands before it is looked at last, which is three times as fast.
_PARAMETER = re.compile(
    r"(?:--(?<!\S--)|—(?<!\S—)|–(?<!\S–))(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?=\s|$)"
)
# Bounded: sizes are multiplied later, and a prompt is foreign text.
_ASPECT = re.compile(r"\s*(\d{1,5})\s*:\s*(\d{1,5})\s*")


class Parameter(NamedTuple):
    """One ``--name value`` as written; *value* is "" for a flag."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"--{self.name} {self.value}".rstrip()


class Written(NamedTuple):
    """A parameter, and where it stands in a text: from its hyphens to the next one."""

    parameter: Parameter
    start: int
    end: int


@names_checked
@dataclass(frozen=True, slots=True)
class Prompt:
    """
    The parts of a prompt; ``str(prompt)`` writes it, and `parse` reads that back.

    ``prompt["ar"]`` is what was given for a parameter: its last value, True where it has none
    (``--tile``), None where it is not there.

    Attributes:
        images: Picture addresses before the words.
        text: What should be drawn: words, weights and text in quotes, as they were written.
        parameters: In the order they were written, repeats included.

    Example:
        >>> prompt = mj.Prompt.parse("a red kite --ar 3:2")
        >>> prompt["ar"]
    """

    images: tuple[str, ...] = ()
    text: str = ""
    parameters: tuple[Parameter, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Prompt":
        """Split *text* into its parts; any text is accepted, whatever it holds."""
        if not isinstance(text, str):
            raise UsageError(
                translated("{kind} is no prompt.", kind=type(text).__name__),
                hint=translated("Give a text."),
            )
        return _parsed(text)

    def __str__(self) -> str:
        parts = (*self.images, self.text, *map(str, self.parameters))
        return " ".join(part for part in parts if part)

    def __getitem__(self, name: str) -> str | bool | None:
        if not isinstance(name, str):
            raise UsageError(
                translated("{name!r} is no parameter.", name=name),
                hint=translated('Give its name, as in prompt["ar"].'),
            )
        value = self.value(long_name(name.lstrip("-")))
        return True if value == "" else value

    def value(self, name: str) -> str | None:
        """Return the last value given for the parameter *name* (long name) or None."""
        # Of a parameter that is repeated, the last counts.
        for parameter in reversed(self.parameters):
            if long_name(parameter.name) == name:
                return parameter.value
        return None

    def with_(self, /, **parameters: Any) -> "Prompt":
        """
        Return this prompt with other *parameters*: ``prompt.with_(s=250, no="text", tile=True)``.

        What was there of the same parameter gives way; None and False take it out.

        Raises:
            UsageError: There is no such parameter, or it can't have this value.
        """
        from mj_notebook.prompt.keywords import written_parameters  # which reads prompts

        written = written_parameters(parameters)
        gone = set(map(long_name, parameters))
        kept = [one for one in self.parameters if long_name(one.name) not in gone]
        return replace(self, parameters=(*kept, *written))

    def permutations(self) -> "list[Prompt]":
        """
        Return the prompts that ``{red, blue} kite`` stands for; the prompt itself without braces.

        Raises:
            PromptError: The braces don't match, or stand for too many.
        """
        from mj_notebook.prompt.permutations import expand_permutations

        return [Prompt.parse(text) for text in expand_permutations(str(self))]


# Each part of lint looks at the same prompt.
@lru_cache(maxsize=32)
def scan(text: str) -> tuple[Written, ...]:
    """Return the parameters of *text* with their places."""
    marks = list(_PARAMETER.finditer(text))
    # A value goes to the next parameter; whether it may have spaces is up to its kind.
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return tuple(
        Written(
            Parameter(mark["name"], " ".join(text[mark.end() : end].split())), mark.start(), end
        )
        for mark, end in zip(marks, ends, strict=False)
    )


# Lint, panel, history and completion parse the same few prompts again and again.
@lru_cache(maxsize=512)
def _parsed(text: str) -> Prompt:
    written = scan(text)
    rest = (text[: written[0].start] if written else text).strip()
    images = []
    # Only in front: an address further on is read as words.
    while found := _IMAGE.match(rest):
        images.append(found["shown"] or found.group())
        rest = rest[found.end() :].lstrip()
    return Prompt(tuple(images), rest, tuple(one.parameter for one in written))


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
    # ASCII, since int() takes digits of all scripts, and Midjourney does not.
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**32 else None
