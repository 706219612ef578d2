"""Columns of history in memory: from rows of the database, and to the plain records people read."""

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from mj_notebook.prompt.parameters import living_names
from mj_notebook.store.columns import NAMES, PARAMETER_TYPES, ColumnType
from mj_notebook.store.records import without_secrets_in

Table = dict[str, list[Any]]
"""Column by column, as the database holds it: moments and spans in milliseconds."""
Record = dict[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WITH_ADDRESSES = (
    "prompt",
    "prompt_en",
    "final_prompt",
    "notes",
    "reason",
    "drawn",
    "sref",
    "oref",
    "cref",
)
LATEST = 253_402_300_800_000  # the year 10000, which no `datetime` reaches


def table_of(rows: Sequence[tuple[Any, ...]], names: Iterable[str] | None = None) -> Table:
    """
    Make the table of *rows* of `columns.SELECT`.

    Args:
        rows: The columns, then the parameters as JSON and the number.
        names: The parameters that get a column; None is those that occur.
    """
    columns = [list(column) for column in zip(*rows, strict=True)] or [
        [] for _ in range(len(NAMES) + 2)
    ]
    table = dict(zip(NAMES, columns, strict=False))
    told: list[dict[str, str] | None] = json.loads(
        f"[{','.join([text or 'null' for text in columns[-2]])}]"
    )
    if names is None:
        names = {key for one in told if one for key in one}
    for name in parameter_columns(names):
        table[name] = _parameter(name, told)
    table["seed"] = [
        known if known is not None else _whole((one or {}).get("seed"))
        for known, one in zip(table["seed"], told, strict=True)
    ]
    for name in _WITH_ADDRESSES:
        # One look at all of them: hardly any history holds an address.
        if "://" in "\n".join(filter(None, table.get(name, ()))):
            table[name] = [
                without_secrets_in(text) if text and "://" in text else text for text in table[name]
            ]
    return table


@contextmanager
def gc_paused() -> Iterator[None]:
    """
    Keep the garbage collector from looking through the rows again and again while they are read.

    They hold only plain values, so there is nothing for it to find; it costs as much as the
    reading itself when there are many.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def parameter_columns(names: Iterable[str]) -> list[str]:
    """Return which of *names* get a column, sorted; a word of a prompt must not replace ours."""
    return sorted(name for name in names if name in living_names() and name != "seed")


def records_of(table: Mapping[str, Sequence[Any]]) -> list[Record]:
    """Return the records of *table*: flat, all with the same keys, plain values."""
    columns = [
        [made(value) for value in values]
        if (made := _CONVERTERS.get(PARAMETER_TYPES[name]))
        else values
        for name, values in table.items()
    ]
    names = tuple(table)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _parameter(name: str, told: list[dict[str, str] | None]) -> list[Any]:
    """Return the column of the parameter *name*; what makes no sense is unknown."""
    read = _PARSERS.get(PARAMETER_TYPES[name])
    if name == "version":
        return [_version(one) if one else None for one in told]
    texts = [one.get(name) if one else None for one in told]
    if read is None:
        return texts
    # A long history has few different values: each is read once.
    known = {text: None if text is None else read(text) for text in set(texts)}
    return [known[text] for text in texts]


def _version(parameters: Mapping[str, str]) -> str | None:
    niji = parameters.get("niji")
    if niji is not None:
        return f"niji {niji}".strip()
    version = parameters.get("version")
    return None if version is None else version.removesuffix(".0")


def _whole(text: str | None) -> int | None:
    # Sixteen digits and more are not held exactly by what reads tables with floats.
    whole = text is not None and text.isascii() and text.isdigit() and len(text) < 16
    return int(text) if whole and text else None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # neither "nan" nor "inf" is meant


def _moment(value: int | None) -> datetime | None:
    if value is None or not 0 <= value < LATEST:
        return None
    return EPOCH + timedelta(milliseconds=value)


def _span(value: int | None) -> timedelta | None:
    return None if value is None or not 0 <= value < LATEST else timedelta(milliseconds=value)


_PARSERS: dict[ColumnType, Callable[[str], Any]] = {
    ColumnType.WHOLE: _whole,
    ColumnType.NUMBER: _number,
    ColumnType.FLAG: lambda _: True,
}
_CONVERTERS: dict[ColumnType, Callable[[Any], Any]] = {
    ColumnType.MOMENT: _moment,
    ColumnType.SPAN: _span,
}
