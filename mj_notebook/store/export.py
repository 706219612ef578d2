"""History in files of its own: CSV for people and spreadsheets, Parquet for exact values."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.settings.paths import given_path, refuse_endless, replaced, unreadable_error
from mj_notebook.store.columns import NAMES, PARAMETER_TYPES, UNKNOWN, ColumnType
from mj_notebook.store.record_columns import EPOCH, Table

_MILLISECOND = timedelta(milliseconds=1)
# Spreadsheets run what begins so; a quote before it makes it text. A quote itself gets one too, so
# that reading takes exactly one away.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
# Python refuses cells over 128 kB, which a note or a prompt with addresses of pictures can be.
_LONGEST_CELL = 10_000_000


def write_csv(table: Table, path: str | os.PathLike[str]) -> Path:
    """Write *table* as CSV: UTF-8, times in ISO 8601 with zone, spans in seconds."""
    columns = [
        [_text(_FORMATTERS[PARAMETER_TYPES[name]], value) for value in values]
        for name, values in table.items()
    ]
    return write_rows([list(table), *zip(*columns, strict=True)], path)


def write_rows(rows: Iterable[Sequence[str]], path: str | os.PathLike[str]) -> Path:
    """Write *rows* as a CSV file in UTF-8, whole or not at all."""
    target = given_path(path, "history.csv")
    with replaced(target) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return target


def write_parquet(table: Table, path: str | os.PathLike[str]) -> Path:
    """Write *table* as Parquet, with types."""
    arrow, parquet = _pyarrow()
    target = given_path(path, "history.csv")
    columns = {
        name: arrow.array(values, _arrow_type(arrow, PARAMETER_TYPES[name]))
        for name, values in table.items()
    }
    with replaced(target) as beside:
        parquet.write_table(arrow.table(columns), str(beside))
    return target


def read_file(path: str | os.PathLike[str]) -> Table:
    """
    Read what `write_csv` or `write_parquet` wrote; columns of one's own are left out.

    Raises:
        UsageError: It is not there, or is something else; a value is told with its line.
    """
    source = given_path(path, "history.csv")
    try:
        refuse_endless(source)
        with source.open("rb") as file:
            is_parquet = file.read(4) == b"PAR1"
        return _with_all_columns(_read_parquet(source) if is_parquet else _read_csv(source), source)
    except OSError as error:
        hint = translated("Give a file that to_csv or to_parquet wrote.")
        raise unreadable_error(source, error, hint) from error


def _read_csv(source: Path) -> Table:
    try:
        heads, *lines = read_rows(source) or [[]]
    except ValueError as error:
        raise _not_a_history_error(source) from error
    return {
        name: [_read(name, line[place], source, number) for number, line in enumerate(lines, 2)]
        for place, name in enumerate(heads)
        if name in PARAMETER_TYPES
    }


def read_rows(source: Path) -> list[list[str]]:
    """Read the rows of a CSV file, as long as the first one each."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        # Spreadsheets write a mark of the byte order in front, which would be a part of the first
        # name.
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError("no CSV") from error
    finally:
        # It is one limit for the whole process, and others may rely on theirs.
        csv.field_size_limit(before)
    if any(len(line) != len(rows[0]) for line in rows):
        raise ValueError("rows of several lengths")
    return rows


def _read_parquet(source: Path) -> Table:
    arrow, parquet = _pyarrow()
    try:
        found = parquet.read_table(str(source))
        kinds = {
            name: PARAMETER_TYPES[name] for name in found.column_names if name in PARAMETER_TYPES
        }
        return {name: _plain(arrow, found.column(name), kind) for name, kind in kinds.items()}
    except arrow.ArrowException as error:
        raise _not_a_history_error(source) from error


def _plain(arrow: Any, column: Any, kind: ColumnType) -> list[Any]:
    typed = column.cast(_arrow_type(arrow, kind))
    in_ms = kind in {ColumnType.MOMENT, ColumnType.SPAN}
    values: list[Any] = (typed.cast(arrow.int64()) if in_ms else typed).to_pylist()
    return values


def _with_all_columns(table: Table, source: Path) -> Table:
    """Return *table* with every column of history in its place; some may be unknown."""
    if "task" not in table:
        raise _not_a_history_error(source)
    statuses = table.get("status", [])
    for place, task in enumerate(table["task"]):
        # Requests of unknown fate have no task (yet).
        if task is None and statuses[place : place + 1] != [UNKNOWN]:
            raise _not_a_history_error(source)
    unknown: list[Any] = [None] * len(table["task"])
    known = {name: table.get(name, list(unknown)) for name in NAMES}
    return known | {name: table[name] for name in sorted(set(table) - set(NAMES))}


def _text(write: Callable[[Any], str], value: Any) -> str:
    return "" if value is None else write(value)


def quoted(text: str) -> str:
    """Write a text so that no spreadsheet runs it; `unquoted` reads it."""
    return f"'{text}" if text.startswith(_RISKY) else text


def unquoted(text: str) -> str:
    """Read what `quoted` wrote."""
    return text.removeprefix("'")


def _read(name: str, text: str, source: Path, line: int) -> Any:
    if not text:
        return None
    try:
        return _PARSERS[PARAMETER_TYPES[name]](text)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            translated(
                "Line {line} of {source} has {text!r} as {name}.",
                line=line,
                source=source.name,
                text=text[:40],
                name=name,
            ),
            hint=translated("Write it as to_csv does, or leave it empty."),
        ) from error


def _moment(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return round(((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH) / _MILLISECOND)


def _iso(value: int) -> str:
    try:
        return (EPOCH + value * _MILLISECOND).isoformat(timespec="milliseconds")
    except OverflowError:
        return ""


_FORMATTERS: dict[ColumnType, Callable[[Any], str]] = {
    ColumnType.TEXT: quoted,
    ColumnType.WHOLE: str,
    ColumnType.NUMBER: repr,
    ColumnType.FLAG: json.dumps,
    ColumnType.MOMENT: _iso,
    ColumnType.SPAN: lambda value: f"{value / 1000:.3f}",
}
_PARSERS: dict[ColumnType, Callable[[str], Any]] = {
    ColumnType.TEXT: unquoted,
    ColumnType.WHOLE: int,
    ColumnType.NUMBER: float,
    ColumnType.FLAG: json.loads,
    ColumnType.MOMENT: _moment,
    ColumnType.SPAN: float,  # worked out from the moments again
}


def _arrow_type(arrow: Any, kind: ColumnType) -> Any:
    return {
        ColumnType.TEXT: arrow.string(),
        ColumnType.WHOLE: arrow.int64(),
        ColumnType.NUMBER: arrow.float64(),
        ColumnType.FLAG: arrow.bool_(),
        ColumnType.MOMENT: arrow.timestamp("ms", tz="UTC"),
        ColumnType.SPAN: arrow.duration("ms"),
    }[kind]


def _pyarrow() -> Sequence[Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError(
            translated("pyarrow is not installed, and Parquet needs it."),
            hint=translated('Run pip install "mj-notebook[parquet]", or use CSV.'),
        ) from error
    return pa, parquet


def _not_a_history_error(source: Path) -> UsageError:
    return UsageError(
        translated("{source} holds no history.", source=source.name),
        hint=translated("Give a file that to_csv or to_parquet wrote."),
    )
