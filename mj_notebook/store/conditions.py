"""What must hold of a task, and the order of tasks, as the database reads it."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from mj_notebook.store.annotation_values import BETWEEN
from mj_notebook.store.columns import (
    COLUMNS,
    NEWEST_FIRST,
    PARAMETER_TYPES,
    ColumnType,
    parameter_sql,
)
from mj_notebook.store.filters import Filters, SortKey
from mj_notebook.store.full_text import SearchTerm, like_pattern, match_expression, team_query

Condition = tuple[str, tuple[Any, ...]]

_SQL = {column.name: column.sql for column in COLUMNS}
_TEXT = " || char(10) || ".join(
    f"coalesce({text}, '')"
    for text in ("r.prompt", "t.prompt", "t.prompt_en", "t.final_prompt", "t.notes")
)
_ONE_OF = {
    "action": "t.action",
    "server": "t.server",
    "parent": "t.parent_task",
    "mode": "r.mode",
    "user": "r.asker",
}


class WordIndex(Enum):
    """Where the words of tasks can be looked up."""

    NONE = "the texts themselves are searched"
    FILE = "FTS5"
    TEAM = "GIN"
    PART = "GIN, and the texts of what is not in it: who may only read brings nothing up to date"


def conditions(filters: Filters, *, index: WordIndex) -> Iterable[Condition]:
    """Write what must hold of a task, each condition with its values."""
    for field, column in _ONE_OF.items():
        if wanted := getattr(filters, field):
            yield f"{column} IN ({_placeholders(wanted)})", wanted
    if filters.status:
        named = tuple(word for word in filters.status if word != "open")
        parts = [f"t.status IN ({_placeholders(named)})"] if named else []
        parts += ["NOT t.is_final"] if len(named) < len(filters.status) else []
        yield f"({' OR '.join(parts)})", named
    for condition, bound in (
        ("t.at >= ?", filters.since),
        ("t.at < ?", filters.until),
        ("t.rating >= ?", filters.rating or None),
    ):
        if bound is not None:
            yield condition, (bound,)
    yield from _own_conditions(filters)
    if filters.text:
        yield from _said(filters.text, index)


def _said(wanted: tuple[SearchTerm, ...], index: WordIndex) -> Iterable[Condition]:
    """What must stand in the texts of a task."""
    patterns = tuple(map(like_pattern, wanted))
    texts = " AND ".join(f"({_TEXT}) LIKE ? ESCAPE '\\'" for _ in wanted)
    of_team = "t.id IN (SELECT id FROM task_words WHERE words @@ CAST(? AS TSQUERY))"
    if index is WordIndex.NONE:
        yield texts, patterns
    elif index is WordIndex.FILE:
        match = match_expression(wanted)
        yield "t.id IN (SELECT rowid FROM task_words WHERE task_words MATCH ?)", (match,)
    elif index is WordIndex.TEAM:
        yield of_team, (team_query(wanted),)
    else:
        either = f"CASE WHEN t.is_indexed THEN {of_team} ELSE {texts} END"
        yield either, (team_query(wanted), *patterns)


def _own_conditions(filters: Filters) -> Iterable[Condition]:
    """What a person thinks of a task, and what the parameters of its prompt are."""
    if filters.rating == 0:
        yield "t.rating IS NULL", ()
    if filters.tag:
        tagged = f"instr('{BETWEEN}' || t.tags || '{BETWEEN}', ?) > 0"
        wanted = tuple(f"{BETWEEN}{tag}{BETWEEN}" for tag in filters.tag)
        yield f"({' OR '.join([tagged] * len(wanted))})", wanted
    for name, values in filters.parameters:
        parts, given = zip(*(_parameter(name, value) for value in values), strict=True)
        yield f"({' OR '.join(parts)})", tuple(one for some in given for one in some)


def _parameter(name: str, value: Any) -> Condition:
    told = parameter_sql(name)
    if isinstance(value, bool):
        return f"{told} IS {'NOT ' if value else ''}NULL", ()
    if isinstance(value, float):
        # What is no number would be 0.
        return f"({told} GLOB '*[0-9]*' AND CAST({told} AS REAL) = ?)", (value,)
    return f"lower({told}) = ?", (value,)


def order(sort: SortKey | None) -> str:
    """Write the order of tasks: what has no value last, and what is equal in the order of time."""
    if sort is None:
        return NEWEST_FIRST
    told, kind = sql_of(sort.name), PARAMETER_TYPES[sort.name]
    if kind in {ColumnType.WHOLE, ColumnType.NUMBER}:
        told = f"CAST({told} AS REAL)"
    elif kind in {ColumnType.TEXT, ColumnType.FLAG}:
        told = f"lower({told})"
    falling = " DESC" if sort.is_falling else ""
    rest = NEWEST_FIRST.removeprefix("ORDER BY ")
    return f"ORDER BY {sql_of(sort.name)} IS NULL, {told}{falling}, {rest}"


def sql_of(name: str) -> str:
    """Return how the database tells a column, or a parameter."""
    known = _SQL.get(name)
    return known if known is not None and name != "seed" else parameter_sql(name)


def _placeholders(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
