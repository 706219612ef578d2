"""Questions to the tables of history: which tasks, their columns, and whose child is whose."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from mj_notebook.errors import StoreError
from mj_notebook.store.columns import SELECT, SELECT_IN_DOUBT, UNKNOWN, WORDS
from mj_notebook.store.conditions import WordIndex, conditions, order, sql_of
from mj_notebook.store.connection import HistoryDatabase
from mj_notebook.store.filters import Filters, SortKey
from mj_notebook.store.full_text import (
    ANY_UNINDEXED,
    index_some,
    index_some_of_team,
    make_index,
    spelled_out,
)
from mj_notebook.store.sql import FAMILY

TaskRow = tuple[Any, ...]
"""A row of `columns.SELECT`."""

_FROM = "FROM tasks AS t LEFT JOIN requests AS r ON r.id = t.request"
_IDS = f"SELECT t.id {_FROM}"
PROMPT_WORDS = "prompt"
"""What groups by the prompt without its parameters."""


def _different(column: str) -> str:
    """Ask for the values of an indexed *column*, going from each to the next: there are few."""
    return f"""
        WITH RECURSIVE found (value) AS (
            SELECT min({column}) FROM tasks WHERE {column} <> ''
            UNION ALL
            SELECT (SELECT min({column}) FROM tasks WHERE {column} > value)
            FROM found WHERE value IS NOT NULL
        )
        SELECT value FROM found WHERE value IS NOT NULL
    """  # noqa: S608 - made of our own words only


_ACTIONS, _SERVERS = _different("action"), _different("server")
_PARAMETERS = "SELECT DISTINCT j.key FROM tasks AS t, json_each(t.parameters) AS j"
# Any number of values is one value this way; how many a question may have depends on SQLite.
_NUMBERS = "(SELECT CAST(value AS INTEGER) FROM json_each(?))"
_THESE = f"WHERE t.id IN {_NUMBERS}"
_EXISTING = f"SELECT t.id FROM tasks AS t {_THESE}"  # noqa: S608 - made of our own words only
_SERVER_OF = """
    SELECT server FROM tasks WHERE task_id = ? AND (? IS NULL OR server = ?)
    ORDER BY id DESC LIMIT 1
"""
_NUMBER = "SELECT id FROM tasks WHERE server = ? AND task_id = ?"
_FAMILY = f"""
    WITH RECURSIVE chosen (id) AS ({_NUMBER}), {FAMILY} SELECT id FROM family ORDER BY id LIMIT ?
"""  # noqa: S608 - made of our own words only


class Query(NamedTuple):
    """Which tasks: all *filters* must hold; the first *limit* by *sort*; only *among* these."""

    filters: tuple[Filters, ...] = ()
    limit: int | None = None
    among: tuple[int, ...] | None = None
    sort: SortKey | None = None


class TaskReader:
    """
    Reads history in a database; rows are those of `columns.SELECT`.

    Attributes:
        has_words: Whether the index of words may be used; else the texts are searched.
    """

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database
        self.has_words = True
        self._is_ready = False

    def ids(self, query: Query) -> list[int]:
        """Return the numbers of the tasks, the newest first."""
        if _is_in_doubt(query):
            return [row[-1] for row in self.rows(query)]
        where, values = self._where(query)
        return [row for (row,) in self._database.read(f"{_IDS} {where}", values)]

    def groups(self, query: Query, by: str) -> list[tuple[int, str]]:
        """Return the numbers of the tasks with the text of what they are grouped by."""
        if _is_in_doubt(query):
            return [(number, "") for number in self.ids(query)]
        where, values = self._where(query)
        expression = WORDS if by == PROMPT_WORDS else sql_of(by)
        question = f"SELECT t.id, coalesce(CAST({expression} AS TEXT), '') {_FROM} {where}"
        return self._database.read(question, values)

    def rows(self, query: Query) -> list[TaskRow]:
        """Return the rows of the tasks, the newest first."""
        select = SELECT_IN_DOUBT if _is_in_doubt(query) else SELECT
        where, values = self._where(query)
        return self._database.read(f"{select} {where}", values)

    def rows_of(self, ids: Sequence[int]) -> list[TaskRow]:
        """Return the rows of the tasks with these numbers, in their order."""
        wanted = (json.dumps(list(ids)),)
        found = self._database.read(f"{SELECT} {_THESE}", wanted)
        if any(number < 0 for number in ids):
            found += self._database.read(f"{SELECT_IN_DOUBT} {_THESE}", wanted)
        by_id = {row[-1]: row for row in found}
        return [by_id[number] for number in ids if number in by_id]

    def existing(self, ids: Sequence[int]) -> set[int]:
        """Return those of these numbers whose tasks were not deleted."""
        found = self._database.read(_EXISTING, (json.dumps(list(ids)),))
        # Requests in doubt are no tasks yet.
        return {number for (number,) in found} | {number for number in ids if number < 0}

    def parameter_names(self, ids: Sequence[int]) -> list[str]:
        """Return the parameters that occur in these tasks, sorted."""
        rows = self._database.read(f"{_PARAMETERS} {_THESE}", (json.dumps(list(ids)),))
        return sorted(name for (name,) in rows)

    def actions(self) -> list[str]:
        """Return the actions that occur in history, sorted."""
        rows = self._database.read(_ACTIONS, ())
        return [action for (action,) in rows]

    def servers(self) -> list[str]:
        """Return the servers whose tasks are in history, sorted."""
        rows = self._database.read(_SERVERS, ())
        return [server for (server,) in rows]

    def home_of(self, task_id: str, server: str | None = None) -> str | None:
        """Return the server that a task belongs to, None when it is not known."""
        found = self._database.read(_SERVER_OF, (task_id, server, server))
        return found[0][0] if found else None

    def number_of(self, server: str, task_id: str) -> int | None:
        """Return the number of a task, None when it is not known."""
        found = self._database.read(_NUMBER, (server, task_id))
        return found[0][0] if found else None

    def family(self, server: str, task_id: str, most: int) -> list[int]:
        """Return the numbers of a task, its ancestors and all that came of these, oldest first."""
        return [row for (row,) in self._database.read(_FAMILY, (server, task_id, most))]

    def _where(self, query: Query) -> tuple[str, list[Any]]:
        # The index holds the words of tasks; those of requests in doubt are searched.
        has_words = any(filters.text for filters in query.filters) and not _is_in_doubt(query)
        index = self._refresh() if has_words else WordIndex.NONE
        told: list[str] = []
        values: list[Any] = []
        for filters in query.filters:
            for condition, given in conditions(self._spelled_out(filters, index), index=index):
                told.append(condition)
                values.extend(given)
        if query.among is not None:
            told.append(f"t.id IN {_NUMBERS}")
            values.append(json.dumps(query.among))
        where = f"WHERE {' AND '.join(told)}" if told else ""
        limit = "" if query.limit is None else f"LIMIT {query.limit:d}"
        return f"{where} {order(query.sort)} {limit}", values

    def _spelled_out(self, filters: Filters, index: WordIndex) -> Filters:
        if index is not WordIndex.FILE:
            return filters
        return filters._replace(
            text=tuple(spelled_out(one, self._database.read) for one in filters.text)
        )

    def _refresh(self) -> WordIndex:
        """Bring the index of words up to date; tell which there is: not every SQLite has one."""
        if not self.has_words:
            return WordIndex.NONE
        try:
            while self.index_some():
                pass
        except StoreError:
            if self._database.is_shared:
                return WordIndex.PART
            raise
        if self._database.is_shared:
            return WordIndex.TEAM
        return WordIndex.FILE if self._is_ready else WordIndex.NONE

    def index_some(self) -> bool:
        """
        Bring a part of the index of words up to date; tell whether there may be more.

        In parts, as other kernels want to write in between.
        """
        if not self.has_words or (
            (self._is_ready or self._database.is_shared) and not self._database.read(ANY_UNINDEXED)
        ):
            return False
        with self._database.transaction() as connection:
            if self._database.is_shared:
                index_some_of_team(connection)
                return True
            assert isinstance(connection, sqlite3.Connection)  # which alone has such an index
            self._is_ready = make_index(connection)
            return self._is_ready and index_some(connection)


def _is_in_doubt(query: Query) -> bool:
    return any(UNKNOWN in filters.status for filters in query.filters)
