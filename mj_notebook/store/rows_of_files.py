"""The tasks of a file, in a database in memory: what asks history asks them as well."""

import json
from typing import Any

from mj_notebook.prompt.parameters import living_names
from mj_notebook.protocol.vocabulary import is_final
from mj_notebook.store.database import Database
from mj_notebook.store.query import Query, TaskReader
from mj_notebook.store.query_rows import DatabaseRows
from mj_notebook.store.record_columns import Table
from mj_notebook.store.records import IMAGE

# What must not be unknown in the tables is written "" here, which reads as unknown.
_TASK = """
    INSERT OR IGNORE INTO tasks (id, request, server, task_id, at, action, status, is_final, prompt,
        prompt_en, final_prompt, parent_task, submit_time, start_time, finish_time, cost, rating,
        tags, notes, fail_reason, tiles, content_key, seed, parameters, drawn)
    VALUES (:id, :id, coalesce(:server, ''), :task, :asked / 1000.0, :action,
        coalesce(:status, ''), :is_final, :prompt, :prompt_en, :final_prompt, :parent, :submitted,
        :started, :finished, :cost, :rating, :tags, :notes, :reason, :tiles, :key, :seed,
        :parameters, :drawn)
"""
_REQUEST = """
    INSERT INTO requests (id, server, kind, prompt, tag, asked_at, body, mode, button, state,
        findings, asker)
    SELECT :id, '', coalesce(:request, ''), '', coalesce(:state, ''), 0, '{}', :mode, :button,
        'accepted', :findings, :user
    WHERE coalesce(:request, :state, :mode, :button, :findings, :user) IS NOT NULL
"""
# What nobody knows the fate of is no task: the tables have it as a request alone.
_IN_DOUBT = """
    INSERT INTO requests (id, server, kind, prompt, tag, asked_at, body, mode, button, state,
        reason, parent_task, content_key, parameters, findings, asker)
    VALUES (:id, coalesce(:server, ''), coalesce(:request, ''), coalesce(:prompt, ''),
        coalesce(:state, ''), coalesce(:asked, 0) / 1000.0, '{}', :mode, :button, 'unknown',
        :reason, :parent, :key, :parameters, :findings, :user)
"""
_PICTURE = """
    INSERT OR IGNORE INTO pictures (sha256, mime, suffix, size)
    SELECT :sha256, '', :suffix, 0 WHERE :sha256 IS NOT NULL
"""
_KEEP = f"""
    INSERT OR IGNORE INTO task_pictures (server, task_id, role, number, url, sha256, at)
    SELECT coalesce(:server, ''), :task, '{IMAGE}', 0, '', :sha256, 0 WHERE :sha256 IS NOT NULL
"""


def rows_of_file(table: Table) -> DatabaseRows:
    """Return the rows of *table* in its order; of two with one id and server, the first."""
    names = tuple(table)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*table.values(), strict=True)]
    for number, row in enumerate(reversed(rows), 1):  # the newest stands first and has the last one
        row["id"] = number
        row["is_final"] = is_final(row["status"] or "")
        row["suffix"] = (row["file"] or "").removeprefix(_place(row["sha256"]))
        row["parameters"] = _parameters(row)
    database = Database(None)
    tasks = [row for row in rows if row["task"] is not None]
    with database.transaction() as connection:
        for statement in (_REQUEST, _TASK, _PICTURE, _KEEP):
            connection.executemany(statement, tasks)
        connection.executemany(_IN_DOUBT, [row for row in rows if row["task"] is None])
    reader = TaskReader(database)
    if len(tasks) == len(rows):
        return DatabaseRows(reader)
    kept = set(reader.ids(Query()))
    ids = [-row["id"] if row["task"] is None else row["id"] for row in rows]
    ids = [number for number in ids if number < 0 or number in kept]
    return DatabaseRows(reader, Query(among=tuple(ids)), ids)


def _place(sha256: str | None) -> str:
    return f"pictures/{(sha256 or '')[:2]}/{sha256 or ''}"


def _parameters(row: dict[str, Any]) -> str:
    """Write the parameters as the prompt said them: all that is known, flags without a value."""
    said = {
        name: value
        for name, value in row.items()
        if name in living_names() and name != "seed" and value is not None and value is not False
    }
    return json.dumps({name: "" if one is True else str(one) for name, one in said.items()})
