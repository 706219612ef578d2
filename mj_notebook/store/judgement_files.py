"""Answers of raters in files: lines of a bundle, and CSV that goes from one rater to another."""

import os
import re
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.settings.paths import given_path, refuse_endless, unreadable_error
from mj_notebook.store.export import quoted, read_rows, unquoted, write_rows
from mj_notebook.store.judgements import Judgement

_LONGEST_NAME = 1_000
# A hundred raters of the largest study there is take 40 MB.
_LARGEST_FILE = 100_000_000
_HASH = re.compile(r"[0-9a-f]{64}")


class JudgementEntry(msgspec.Struct, frozen=True):
    """What a rater said of two pictures."""

    study: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST_NAME)]
    rater: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST_NAME)]
    one: str
    other: str
    answer: Literal["one", "other", "tie"]
    is_swapped: bool
    at: float

    @property
    def judgement(self) -> Judgement:
        """The same, as history keeps it."""
        return Judgement(*msgspec.structs.astuple(self))


_COLUMNS = JudgementEntry.__struct_fields__
_NAMES = ("study", "rater")


def write_answers(said: Iterable[Judgement], path: str | os.PathLike[str]) -> Path:
    """Write answers as CSV; pictures stand in it by their SHA-256 alone."""
    rows = [
        [
            quoted(one.study),
            quoted(one.rater),
            one.one,
            one.other,
            one.answer,
            str(one.is_swapped).lower(),
            repr(one.at),
        ]
        for one in said
    ]
    return write_rows([_COLUMNS, *rows], path)


def read_answers(path: str | os.PathLike[str]) -> list[Judgement]:
    """
    Read what `write_answers` wrote; columns of one's own are left out.

    Raises:
        UsageError: It is not there, or it is something else; what makes no sense is told by line.
    """
    source = given_path(path)
    try:
        refuse_endless(source)
        if source.stat().st_size > _LARGEST_FILE:
            raise _no_answers_error(source)
        heads, *lines = read_rows(source) or [[]]
    except ValueError as error:
        raise _no_answers_error(source) from error
    except OSError as error:
        hint = translated("Give a file that study.to_csv wrote, or a bundle.")
        raise unreadable_error(source, error, hint) from error
    if not set(_COLUMNS) <= set(heads):
        raise _no_answers_error(source)
    return [
        _read(dict(zip(heads, line, strict=True)), source, number)
        for number, line in enumerate(lines, 2)
    ]


def _read(row: dict[str, str], source: Path, number: int) -> Judgement:
    told = row | {name: unquoted(row[name]) for name in _NAMES}
    try:
        one = msgspec.convert(told, JudgementEntry, strict=False).judgement
    except msgspec.ValidationError:
        one = None
    if (
        one is None
        or not isfinite(one.at)
        or not all(_HASH.fullmatch(sha256) for sha256 in (one.one, one.other))
        or one.one >= one.other
    ):
        raise UsageError(
            translated(
                "Line {number} of {source} makes no sense as an answer; nothing was merged.",
                number=number,
                source=source.name,
            ),
            hint=translated("Give the file as study.to_csv wrote it."),
        )
    return one


def _no_answers_error(source: Path) -> UsageError:
    return UsageError(
        translated("{source} holds no answers of a study.", source=source.name),
        hint=translated("Give a file that study.to_csv wrote, or a bundle."),
    )
