"""Sentences in the reader's language, with what was given and how many in their gaps."""

import numbers
import os
import re
import reprlib
import string
from datetime import date
from enum import Enum
from typing import Any

from mj_notebook.errors import MJError, UsageError
from mj_notebook.language.catalogue import gettext, marked


def translated(sentence: str, /, **values: object) -> str:
    """Return *sentence* in the reader's language, with *values* in its gaps, which have names."""
    found = gettext(sentence)
    if "!r" in found:  # what a person gave, which may be anything
        return _SENTENCES.vformat(found, (), values)
    return found.format(**values) if values else found


def in_words(error: Exception) -> MJError:
    """Return *error* if it is one of ours, else one that says that this went wrong here."""
    if isinstance(error, MJError):
        return error
    return MJError(translated("This went wrong here: {error!r}.", error=error))


def reason_of(error: OSError) -> str:
    """Return what the system says went wrong with a file, as part of a sentence."""
    return translated((error.strerror or str(error)).lower())


# What systems say most often; what is not among these stays as they say it.
_REASONS = (
    marked("no such file or directory"),
    marked("permission denied"),
    marked("is a directory"),
    marked("not a directory"),
    marked("file name too long"),
    marked("no space left on device"),
    marked("read-only file system"),
    marked("operation not permitted"),
    marked("input/output error"),
    marked("it is a device or a pipe"),
)


# -- what was given, in a sentence --

# It may be a whole file; its beginning tells which mistake it was.
_LONGEST = 60
_HALF = re.compile("[\ud800-\udfff]")


def plain(value: Any) -> Any:
    """Return *value* as Python's own where it is one of numpy's, or a text of another kind."""
    # As templates render; a member of an enum is more than its text.
    if isinstance(value, str) and type(value) is not str and not isinstance(value, Enum):
        return str.__str__(value)
    is_foreign = type(value).__module__ == "numpy"
    return value.tolist() if is_foreign and getattr(value, "ndim", None) == 0 else value


def has_half(text: str) -> bool:
    """Tell whether *text* holds half of a sign."""
    return not text.isascii() and bool(_HALF.search(text))


def refuse_half(name: str, text: str) -> None:
    """Refuse a *text* that holds half of a sign."""
    # It has no bytes: it would break much later, where it is sent or written.
    if has_half(text):
        raise UsageError(
            translated("{name} holds half of a sign, which can't be sent or kept.", name=name),
            hint=translated("Write it again."),
        )


class _Plain(reprlib.Repr):
    """Python's own words for what is plain; of all else its kind, since it may be pages long."""

    def repr1(self, x: Any, level: int) -> str:
        x = plain(x)
        if isinstance(x, str | bytes):
            return repr(x[: _LONGEST + 1])
        if isinstance(x, os.PathLike):
            return repr(os.fspath(x))
        if x is None or isinstance(x, numbers.Number | date | BaseException):
            try:
                return repr(x)
            except ValueError:  # a number of more digits than Python writes
                return self.repr_instance(x, level)
        return super().repr1(x, level)

    def repr_instance(self, x: Any, level: int) -> str:
        del level
        return a_kind(type(x))


_PLAIN = _Plain()


def shown(value: object) -> str:
    """Return what a sentence says of *value*, in some words."""
    text = _PLAIN.repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def a_kind(kind: type) -> str:
    """Name one of *kind*: "a Job", "an ndarray"."""
    template = translated("an {type}") if kind.__name__[0] in "AEIOaeio" else translated("a {type}")
    return template.format(type=kind.__name__)


class _Sentences(string.Formatter):
    """Sentences in which what was given stands in some words."""

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return shown(value) if conversion == "r" else super().convert_field(value, conversion)


_SENTENCES = _Sentences()


# -- how many --

# Whole phrases, since a Chinese number has a word of measure that depends on the thing.
_COUNTED = {
    "answer": marked("{count:,} answer{plural}"),
    "notebook": marked("{count:,} notebook{plural}"),
    "further cell": marked("{count:,} further cell{plural}"),
    "further row": marked("{count:,} further row{plural}"),
    "label": marked("{count:,} label{plural}"),
    "pair": marked("{count:,} pair{plural}"),
    "picture": marked("{count:,} picture{plural}"),
    "prompt": marked("{count:,} prompt{plural}"),
    "request": marked("{count:,} request{plural}"),
    "row": marked("{count:,} row{plural}"),
    "task": marked("{count:,} task{plural}"),
}


def counted(count: int, word: str) -> str:
    """Say how many there are of what *word* names one of: "1 task", "2,000 tasks"."""
    return translated(_COUNTED[word], count=count, plural="" if count == 1 else "s")
