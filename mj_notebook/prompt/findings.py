"""What lint finds in a prompt, as values."""

from dataclasses import dataclass
from typing import NamedTuple

from mj_notebook.prompt.rules import Severity

_WORDS = {Severity.ERROR: "Error", Severity.WARN: "Warning", Severity.HINT: "Hint"}


class Found(NamedTuple):
    """What a check finds: the rule, what is so, what to write, and where."""

    rule: str
    message: str
    advice: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """
    One thing that lint found.

    Attributes:
        rule: The name of the rule, by which it is set or switched off.
        severity: "error", "warn" or "hint".
        message: What is so.
        advice: What to write instead, "" where nothing is to be done.
        start: Where it begins in the prompt, counted from 0.
        end: Where it ends; the same as *start* where it is of the whole prompt.
        words: What stands there.

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

    @property
    def label(self) -> str:
        """How it is headed: Error, Warning or Hint."""
        return _WORDS[self.severity]

    def __repr__(self) -> str:
        return str(self)  # a list of them, as the value of a cell, is read by people

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.label}:", self.message, self.advice)))
