"""Taking tasks out of history for good, with the pictures that no other task has."""

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import counted, spelled, translated
from mj_notebook.store.connection import Connection

_IDS = "(SELECT CAST(value AS INTEGER) FROM json_each(:ids))"
_TASKS = f"SELECT server, task_id FROM tasks WHERE id IN {_IDS}"  # noqa: S608 - our own words
_OPEN = f"SELECT count(*) FROM tasks WHERE id IN {_IDS} AND NOT is_final"  # noqa: S608
_SENDING = f"SELECT count(*) FROM requests WHERE -id IN {_IDS} AND state = 'intended'"  # noqa: S608
_HASHES = f"""
    SELECT DISTINCT k.sha256 FROM task_pictures AS k
    JOIN tasks AS t ON t.server = k.server AND t.task_id = k.task_id WHERE t.id IN {_IDS}
"""  # noqa: S608
# What it has cost is told by `charges` all the same; no word and no picture is needed for that.
_KEEP_CHARGES = f"""
    INSERT INTO deleted_charges
        (at, server, notebook, asker, state, kind, custom_id, mode, action, status, cost)
    SELECT r.asked_at, r.server, r.notebook, r.asker, r.state, r.kind, r.custom_id, r.mode,
           t.action, t.status, t.cost
    FROM tasks AS t JOIN requests AS r ON r.id = t.request
    WHERE t.id IN {_IDS} AND r.kind <> 'Modal'
"""  # noqa: S608
# What answered its windows names the task; what made it may have made others that stay.
_DELETE = (
    f"""DELETE FROM requests WHERE kind = 'Modal' AND EXISTS (
        SELECT 1 FROM tasks AS t WHERE t.id IN {_IDS} AND t.server = requests.server
        AND t.task_id = json_extract(requests.body, '$.taskId'))""",  # noqa: S608
    f"DELETE FROM replies WHERE task IN {_IDS}",  # noqa: S608
    f"DELETE FROM task_pictures WHERE (server, task_id) IN ({_TASKS})",  # noqa: S608
    f"""CREATE TEMP TABLE gone_requests AS SELECT DISTINCT request AS id FROM tasks
        WHERE id IN {_IDS} AND request IS NOT NULL""",  # noqa: S608
    f"DELETE FROM tasks WHERE id IN {_IDS}",  # noqa: S608
    """DELETE FROM requests WHERE id IN (SELECT id FROM gone_requests)
        AND NOT EXISTS (SELECT 1 FROM tasks AS t WHERE t.request = requests.id)""",
    "DROP TABLE gone_requests",
    # What nobody knows the fate of is listed under its number below zero.
    f"DELETE FROM requests WHERE -id IN {_IDS} AND state = 'unknown'",  # noqa: S608
)
_DELETE_WORDS = f"DELETE FROM task_words WHERE rowid IN {_IDS}"  # noqa: S608
_DELETE_WORDS_OF_TEAM = f"DELETE FROM task_words WHERE id IN {_IDS}"  # noqa: S608
_UNUSED = """
    SELECT p.sha256, p.suffix FROM pictures AS p
    WHERE p.sha256 IN (SELECT value FROM json_each(?))
      AND NOT EXISTS (SELECT 1 FROM task_pictures AS k WHERE k.sha256 = p.sha256)
"""


class Deletion(NamedTuple):
    """
    What was deleted; it says so in a sentence.

    Attributes:
        tasks: How many tasks, and requests of unknown fate.
        pictures: How many of their pictures no other task had.
        size: The bytes that these took.
    """

    tasks: int = 0
    pictures: int = 0
    size: int = 0

    def __repr__(self) -> str:
        if not self.tasks:
            return translated("Nothing was deleted.")
        tasks = counted(self.tasks, "task")
        if not self.pictures:
            return translated("Deleted {tasks}; no picture was theirs alone.", tasks=tasks)
        return translated(
            "Deleted {tasks} and {pictures} ({size:.1f} MB).",
            tasks=tasks,
            pictures=counted(self.pictures, "picture"),
            size=self.size / 1e6,
        )


class DeletedRows(NamedTuple):
    """
    What was taken out.

    Attributes:
        pictures: Hash and suffix of the pictures that no task has any more.
    """

    tasks: list[tuple[str, str]]
    pictures: list[tuple[str, str]]
    total: int


def delete_rows(connection: Connection, numbers: Sequence[int]) -> DeletedRows:
    """
    Delete the tasks with these numbers, in a transaction; the files are for who calls this.

    Raises:
        UsageError: One of them is still open, or being sent; nothing is deleted.
    """
    ids = {"ids": json.dumps(list(numbers))}
    ((open_tasks,),) = connection.execute(_OPEN, ids).fetchall()
    if open_tasks:
        raise UsageError(
            translated(
                "{open_tasks} of these tasks {verb} not finished, and nothing was deleted.",
                open_tasks=open_tasks,
                verb="is" if open_tasks == 1 else "are",
            ),
            hint=translated('Wait for them or cancel them; mj.history(status="open") lists them.'),
        )
    # By a kernel that lives, perhaps: its task would come to a history that knows no request of it,
    # and the same could be sent again. What a dead one leaves is "unknown" once it was looked for.
    ((sending,),) = connection.execute(_SENDING, ids).fetchall()
    if sending:
        raise UsageError(
            translated(
                "{requests} may still be on the way, and nothing was deleted.",
                requests=counted(sending, "request"),
            ),
            hint=translated(
                "Look for what came of it in a minute and a half: {resume}.",
                resume=spelled("%mj resume", "mj.resume()"),
            ),
        )
    is_file = isinstance(connection, sqlite3.Connection)
    if is_file:
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is written over
    tasks = connection.execute(_TASKS, ids).fetchall()
    hashes = json.dumps([sha256 for (sha256,) in connection.execute(_HASHES, ids)])
    connection.execute(_KEEP_CHARGES, ids)
    for statement in _DELETE:
        doubtful = connection.execute(statement, ids if ":ids" in statement else {}).rowcount
    try:
        connection.execute(_DELETE_WORDS if is_file else _DELETE_WORDS_OF_TEAM, ids)
    except sqlite3.OperationalError as error:  # this SQLite has no full text search, so no words
        if "task_words" not in str(error) and "no such module" not in str(error):
            raise
    unused = connection.execute(_UNUSED, (hashes,)).fetchall()
    for table in ("thumbnails", "pictures"):
        connection.executemany(
            f"DELETE FROM {table} WHERE sha256 = ?",  # noqa: S608
            [(sha256,) for sha256, _ in unused],
        )
    return DeletedRows(tasks, unused, len(tasks) + doubtful)
