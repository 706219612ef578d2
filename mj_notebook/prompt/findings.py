"""What lint finds in a prompt, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from mj_notebook.language.misfits import names_checked
from mj_notebook.prompt.rules import Severity

# Signs; advice that is to be copied is shorter.
_LONGEST = 500


def _beginning(value: object) -> object:
    is_long = isinstance(value, str) and len(value) > _LONGEST
    return f"{str(value)[:_LONGEST]}…" if is_long else value


class Told(str):
    """
    A sentence with what it was made of, so that whoever shows it can say it in another language.

    Attributes:
        template: The sentence with named gaps.
        values: What stands in them.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Self:
        """Make the sentence in English; of a pasted file it quotes the beginning."""
        if any(isinstance(one, str) and len(one) > _LONGEST for one in values.values()):
            values = {name: _beginning(value) for name, value in values.items()}
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = str(template), values
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, object]]]:
        return type(self), (self.template, self.values)


def told(template: str, **values: object) -> Told:
    """Return the sentence that *template* is with *values* in its gaps."""
    return Told(template, values)


def write(*meant: str) -> Told:
    """Return the advice to write what is *meant*."""
    return told("Write {meant}.", meant=" ".join(filter(None, meant)))


_WORDS = {
    Severity.ERROR: told("Error"),
    Severity.WARN: told("Warning"),
    Severity.HINT: told("Hint"),
}


class Found(NamedTuple):
    """What a check finds: the rule, what is so, what to write, and where."""

    rule: str
    message: str
    advice: str = ""
    start: int = 0
    end: int = 0


@names_checked
@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """
    One thing that lint found.

    Attributes:
        rule: The name of the rule, by which it is set or switched off.
        severity: "error", "warn" or "hint".
        advice: What to write instead, "" where nothing is to be done.
        start: Where it begins in the prompt, counted from 0.
        end: Where it ends; the same as *start* where it is of the whole prompt.
        heading: What *label* is in the reader's language, "" for English.

    Example:
        >>> first, *others = mj.lint("a kite --ar=3:2")
        >>> first.advice
    """

    rule: str
    severity: Severity
    message: str
    advice: str = ""
    start: int = 0
    end: int = 0
    words: str = ""
    heading: str = ""

    @property
    def label(self) -> str:
        """How it is headed: Error, Warning or Hint."""
        return self.heading or _WORDS[self.severity]

    def __repr__(self) -> str:
        return str(self)  # a list of them, as the value of a cell, is read by people

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.label}:", self.message, self.advice)))
