"""Filling the columns of history for rows that were written before there were any."""

import zlib
from collections.abc import Iterator
from typing import Any

from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.models import Task
from mj_notebook.store.connection import Connection
from mj_notebook.store.derived_columns import caption_of, derive_columns, drawn_of, parameters_of
from mj_notebook.store.records import decompress_reply

# Replies have some KB each: those of a long history are not in memory all at once.
_BATCH = 1000


def backfill_requests(connection: Connection) -> None:
    """Work out the button and the parameters of every request."""
    rows = connection.execute("SELECT id, custom_id, prompt FROM requests").fetchall()
    connection.executemany(
        "UPDATE requests SET button = ?, parameters = ? WHERE id = ?",
        [(caption_of(custom_id), parameters_of(prompt), row) for row, custom_id, prompt in rows],
    )


def backfill_tasks(connection: Connection) -> None:
    """Work out the columns of every task from the reply that is kept of it."""
    for rows in _batches(connection):
        connection.executemany(
            """
            UPDATE tasks SET at = ?, prompt_en = ?, final_prompt = ?, parameters = ?, seed = ?,
                             fail_reason = ?, tiles = ?
            WHERE id = ?
            """,
            [(*_columns(*values), row) for row, *values in rows],
        )


def backfill_drawn(connection: Connection) -> None:
    """Work out what was drawn otherwise than asked; what has no finished prompt tells nothing."""
    rows = connection.execute(
        """
        SELECT id, server, action, prompt, final_prompt FROM tasks
        WHERE status = 'SUCCESS' AND final_prompt <> prompt
        """
    ).fetchall()
    connection.executemany(
        "UPDATE tasks SET drawn = ? WHERE id = ?",
        [(drawn_of(*told), number) for number, *told in rows],
    )


def _batches(connection: Connection) -> Iterator[list[tuple[Any, ...]]]:
    """Return the tasks in parts, so that the replies are never in memory all at once."""
    last = 0
    while rows := connection.execute(
        """
        SELECT t.id, r.asked_at, t.submit_time, t.prompt, p.reply FROM tasks AS t
        LEFT JOIN requests AS r ON r.id = t.request
        LEFT JOIN replies AS p ON p.task = t.id
        WHERE t.id > ? ORDER BY t.id LIMIT ?
        """,
        (last, _BATCH),
    ).fetchall():
        yield rows
        last = rows[-1][0]


def _columns(
    asked_at: float | None, submit_time: int | None, prompt: str | None, reply: bytes | None
) -> tuple[Any, ...]:
    at = asked_at or (submit_time / 1000 if submit_time else None)
    task = _read(reply) or Task(id="-", prompt=prompt)
    return (at, *derive_columns(task))


def _read(reply: bytes | None) -> Task | None:
    """Read a reply; one that is damaged must not keep anybody from the rest."""
    try:
        return read_task(decompress_reply(reply)) if reply else None
    except (ValueError, zlib.error):
        return None
