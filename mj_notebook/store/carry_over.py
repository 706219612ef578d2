"""What an open database knows, written into another one: after its file was removed or moved."""

import sqlite3

# With the rows of a task goes its own number, since another kernel may have given it meanwhile.
# Requests keep theirs: they are made of the time (`sql.INSERT_REQUEST`), and jobs hold on to them.
_TABLES = {
    "requests": (),
    "tasks": ("id", "is_indexed"),
    "pictures": (),
    "task_pictures": (),
    "replays": ("id",),
    "deleted_charges": ("id",),
    "thumbnails": (),
    "measurements": (),
    "judgements": (),
    "gaps": (),
}
_REPLIES = "SELECT server, task_id, reply FROM replies JOIN tasks ON tasks.id = replies.task"
_ADD_REPLY = """
    INSERT OR IGNORE INTO replies (task, reply)
    SELECT id, ? FROM tasks WHERE server = ? AND task_id = ?
"""
# Replies are some kilobytes each: so many are a few megabytes in memory, however long the history.
_CHUNK = 500


def carry_over(source: sqlite3.Connection, into: sqlite3.Connection) -> None:
    """
    Add all rows of *source* that *into* does not have, at once or not at all.

    Raises:
        sqlite3.Error: One of them can't be read or written.
    """
    into.execute("BEGIN IMMEDIATE")
    try:
        for table, left_out in _TABLES.items():
            _copy(source, into, table, left_out)
        replies = source.execute(_REPLIES)
        while rows := replies.fetchmany(_CHUNK):
            into.executemany(_ADD_REPLY, [(reply, *task) for *task, reply in rows])
        into.execute("COMMIT")
    except BaseException:
        # After an interrupt too the new file holds all or nothing.
        if into.in_transaction:
            into.execute("ROLLBACK")
        raise


def _copy(
    source: sqlite3.Connection, into: sqlite3.Connection, table: str, left_out: tuple[str, ...]
) -> None:
    # By their names: columns stand in another order in a file that grew by migrations than in one
    # that was made at once.
    columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
    names = ", ".join(name for name in columns if name not in left_out)
    found = source.execute(f"SELECT {names} FROM {table}")  # noqa: S608 - ours
    places = ", ".join("?" * len(found.description))
    statement = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - ours
    while rows := found.fetchmany(_CHUNK):
        into.executemany(statement, rows)
