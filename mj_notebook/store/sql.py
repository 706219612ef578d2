"""The store's SQL, all of it but the tables and the lists; values are always given apart."""

from mj_notebook.protocol.models import EARLIEST_MS
from mj_notebook.protocol.vocabulary import Status

FILE_KNOWS_NONE = ("shared_clock", "shared_since")
"""
What a database of a team knows, and a file tells as NULL: the time, and since when it is there.

A file leaves the time to the kernels, which are on one machine as a rule.
"""
# The number is the time in milliseconds, or the next one: so no two files of one machine give the
# same, and what is known of a file that was removed can be written into the one made after it.
INSERT_REQUEST = """
    INSERT INTO requests (id, server, kind, prompt, tag, parent_task, custom_id, asked_at, body,
                          mode, content_key, button, parameters, notebook, findings, asker,
                          beat_at, boot, uptime)
    SELECT (SELECT max(n) FROM (SELECT ? AS n UNION ALL
                                SELECT coalesce(max(id), 0) + 1 FROM requests) AS numbers),
           ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, shared_clock(), ?, ?
"""
# One statement looks and writes: of kernels that ask for the same at once, one is the first.
_NONE_SINCE = "WHERE NOT EXISTS (SELECT 1 FROM requests WHERE content_key = ? AND id > ?)"
INSERT_REQUEST_IF_NEW = f"{INSERT_REQUEST} {_NONE_SINCE}"
LATEST_REQUEST = "SELECT coalesce(max(id), 0) FROM requests WHERE content_key = ?"
# Who sends a request says so now and then; one that was taken for lost is not sent any more.
BEAT = """
    UPDATE requests SET beat_at = coalesce(shared_clock(), ?), boot = ?, uptime = ?
    WHERE id = ? AND state = 'intended'
"""
# While the database itself was away nobody could say anything.
LAST_BEAT = """
    SELECT coalesce(shared_clock(), ?) - CASE WHEN beat_at < shared_since() THEN shared_since()
                                              ELSE coalesce(beat_at, asked_at) END,
           shared_clock(), boot, uptime, coalesce(beat_at, asked_at)
    FROM requests WHERE id = ?
"""
MARK_ACCEPTED = """
    UPDATE requests SET state = 'accepted', settled_at = ?, reason = NULL WHERE id = ?
"""
# A window's answer and an "exists already" come back with an id that is known: it keeps the
# request that first made it. What is drawn is said by the last one: its content key counts.
INSERT_TASK = """
    INSERT INTO tasks (server, task_id, request, parent_task, status, is_final, prompt,
                       at, content_key, parameters)
    SELECT server, ?, id, parent_task, ?, FALSE, prompt, asked_at, content_key, parameters
    FROM requests WHERE id = ?
    ON CONFLICT (server, task_id) DO UPDATE SET
        request = coalesce(tasks.request, excluded.request),
        parent_task = coalesce(tasks.parent_task, excluded.parent_task),
        at = coalesce(tasks.at, excluded.at),
        content_key = coalesce(excluded.content_key, tasks.content_key),
        status = CASE WHEN tasks.is_final THEN tasks.status ELSE excluded.status END,
        is_indexed = FALSE
"""
# What was accepted stays so: a late error of another thread must not hide a task.
SET_REQUEST_STATE = """
    UPDATE requests SET state = ?, reason = ?, settled_at = ?
    WHERE id = ? AND state <> 'accepted'
"""
# A late snapshot reopens nothing, but what a server tells of a lost task says more than that it did
# not know it for a while.
UPSERT_TASK = """
    INSERT INTO tasks (server, task_id, parent_task, action, status, is_final, prompt,
                       submit_time, start_time, finish_time, at, prompt_en, final_prompt,
                       parameters, seed, fail_reason, tiles, drawn)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (server, task_id) DO UPDATE SET
        parent_task = coalesce(tasks.parent_task, excluded.parent_task),
        action = coalesce(excluded.action, tasks.action),
        status = excluded.status,
        is_final = excluded.is_final,
        prompt = coalesce(excluded.prompt, tasks.prompt),
        submit_time = coalesce(excluded.submit_time, tasks.submit_time),
        start_time = coalesce(excluded.start_time, tasks.start_time),
        finish_time = coalesce(excluded.finish_time, tasks.finish_time),
        at = coalesce(tasks.at, excluded.at),
        prompt_en = coalesce(excluded.prompt_en, tasks.prompt_en),
        final_prompt = coalesce(excluded.final_prompt, tasks.final_prompt),
        parameters = coalesce(excluded.parameters, tasks.parameters),
        seed = coalesce(excluded.seed, tasks.seed),
        fail_reason = excluded.fail_reason,
        tiles = excluded.tiles,
        drawn = excluded.drawn,
        is_indexed = FALSE
    WHERE excluded.is_final >= tasks.is_final OR tasks.status = 'LOST'
"""
UPSERT_REPLY = """
    INSERT INTO replies (task, reply)
    SELECT id, ? FROM tasks WHERE server = ? AND task_id = ? AND is_final = ?
    ON CONFLICT (task) DO UPDATE SET reply = excluded.reply WHERE replies.reply <> excluded.reply
"""
UPSERT_TASK_PICTURE = """
    INSERT INTO task_pictures (server, task_id, role, number, url, sha256, at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (server, task_id, role, number) DO UPDATE SET
        url = excluded.url, sha256 = excluded.sha256, at = excluded.at
"""
INSERT_PICTURE = """
    INSERT INTO pictures (sha256, mime, suffix, size, width, height)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""

# The columns `records.stored_task` reads, in its order.
_COLUMNS = """
    t.server, t.task_id, t.action, t.status, t.prompt, t.submit_time, p.reply,
    t.request, r.kind, r.prompt, r.tag, t.parent_task, r.custom_id, r.asked_at,
    r.mode, t.content_key, t.seed, t.rating, t.tags, t.notes, r.asker
"""
_FROM = """
    FROM tasks AS t
    LEFT JOIN replies AS p ON p.task = t.id
    LEFT JOIN requests AS r ON r.id = t.request
"""
_TASKS = f"SELECT {_COLUMNS} {_FROM}"
OPEN_TASKS = (
    f"{_TASKS} WHERE t.server = ? AND NOT t.is_final AND t.request IS NOT NULL"
    " ORDER BY t.request, t.id"
)
TASK = f"{_TASKS} WHERE t.task_id = ? AND (? IS NULL OR t.server = ?) ORDER BY t.id DESC LIMIT 1"
LATEST = f"{_TASKS} ORDER BY t.id DESC LIMIT ?"
_IS_FINISHED = f"t.content_key = ? AND t.status = '{Status.SUCCESS.value}'"
# Of several pictures of one request the chosen one stands for it, else the first: what is drawn
# later beside it never changes what is shown when a notebook is run again.
_CHOSEN_OR_FIRST = "ORDER BY t.chosen_at IS NULL, t.chosen_at DESC, t.id"
# Any number of keys is one value this way; how many a question may have depends on SQLite.
# Of several that ask for the same the best comes last: what is finished stands for all.
BEFORE = f"""SELECT content_key, state FROM (
      SELECT t.content_key, 3 AS rank, 'drawn' AS state FROM tasks AS t
      WHERE t.content_key IN (SELECT value FROM json_each(?))
        AND t.status = '{Status.SUCCESS.value}'
      UNION SELECT t.content_key, 2, 'under way' FROM tasks AS t
      WHERE t.content_key IN (SELECT value FROM json_each(?))
        AND NOT t.is_final AND t.request IS NOT NULL
      UNION SELECT q.content_key, 1, 'in doubt' FROM requests AS q
      WHERE q.content_key IN (SELECT value FROM json_each(?))
        AND q.server = ? AND q.state IN ('intended', 'unknown')
    ) AS found ORDER BY rank
"""  # noqa: S608 - made of our own words only
LOST_ONE = f"""{_TASKS} WHERE t.content_key = ? AND t.server = ? AND t.status = 'LOST'
    AND t.request IS NOT NULL ORDER BY t.id DESC LIMIT 1"""
LOST_TASKS = f"""{_TASKS} WHERE t.server = ? AND t.status = 'LOST' AND t.request IS NOT NULL
    ORDER BY t.id DESC LIMIT 50"""
RUNNING = f"""{_TASKS} WHERE t.content_key = ? AND NOT t.is_final AND t.request IS NOT NULL
    ORDER BY t.id DESC LIMIT 1"""

# The plus keeps SQLite from going through all tasks of a server for the few children of one.
FAMILY = """
    up (server, task_id, parent_task, far) AS (
      SELECT t.server, t.task_id, t.parent_task, 0 FROM tasks AS t JOIN chosen USING (id)
      UNION
      SELECT t.server, t.task_id, t.parent_task, up.far + 1 FROM tasks AS t JOIN up
        ON t.server = up.server AND t.task_id = up.parent_task WHERE up.far < 1000
    ),
    first (server, task_id) AS (SELECT server, task_id FROM up ORDER BY far DESC LIMIT 1),
    family (id, server, task_id) AS (
      SELECT t.id, t.server, t.task_id FROM tasks AS t JOIN first USING (server, task_id)
      UNION
      SELECT t.id, t.server, t.task_id FROM tasks AS t JOIN family
        ON +t.server = family.server AND t.parent_task = family.task_id
    )
"""
"""The tasks *family* of the one in *chosen* (id): up to the first it came from, and down again."""


def _family_of(condition: str) -> str:
    """Ask for all tasks of a family, each with a last column: whether it is the chosen one."""
    return f"""
        WITH RECURSIVE chosen (id) AS (SELECT t.id FROM tasks AS t WHERE {condition} LIMIT 1),
        {FAMILY}
        SELECT {_COLUMNS}, t.id = (SELECT id FROM chosen) {_FROM}
        WHERE t.id IN (SELECT id FROM family) ORDER BY t.id
    """  # noqa: S608 - made of our own words only


FAMILY_OF_TASK = _family_of(
    "t.task_id = ? AND (? IS NULL OR t.server = ?) ORDER BY t.server IS ? DESC, t.id DESC"
)
FAMILY_OF_FINISHED = _family_of(f"{_IS_FINISHED} {_CHOSEN_OR_FIRST}")
FAMILY_OF_FAILED = _family_of(
    f"t.content_key = ? AND t.status IN ('{Status.FAILURE.value}', '{Status.CANCEL.value}')"
    " ORDER BY t.id DESC"
)

# What made a task, and what answered its windows (an answer names the task it is for).
REQUESTS_OF = """
    SELECT kind, body FROM requests
    WHERE id = ? OR (kind = 'Modal' AND server = ? AND state = 'accepted'
                     AND json_extract(body, '$.taskId') = ?)
    ORDER BY id
"""
# How long the last ones like it were drawn, in milliseconds.
DURATIONS = f"""
    SELECT t.finish_time - t.start_time FROM tasks AS t JOIN requests AS r ON r.id = t.request
    WHERE t.server = ? AND t.action = ? AND r.mode IS ? AND t.status = 'SUCCESS'
      AND t.finish_time > t.start_time AND t.start_time >= {EARLIEST_MS}
    ORDER BY t.id DESC LIMIT 20
"""  # noqa: S608 - ours
# The answer of a window is a request of its own, known by the key that it gave to the task.
_ANSWER = """
    JOIN requests AS m
      ON m.content_key = t.content_key AND m.kind = 'Modal' AND m.state = 'accepted'
"""
_ASKED = "FROM tasks AS t LEFT JOIN requests AS r ON r.id = t.request"
# What the window offered is what the person was shown, not what was answered.
OFFERED_PROMPT = f"""SELECT m.prompt {_ASKED} {_ANSWER}
    WHERE t.server = ? AND t.parent_task = ? AND r.custom_id = ?
      AND (t.status = '{Status.SUCCESS.value}' OR NOT t.is_final)
    ORDER BY t.id DESC, m.id DESC LIMIT 1
"""
# The columns of `records.Asking`, in its order.
_ASKING = """
    SELECT r.mode, r.content_key, r.body, t.content_key, m.prompt, m.asked_at, m.body,
           t.cost, t.rating, t.notes, t.seed, t.tags
"""
ORIGIN_OF = f"""{_ASKING} {_ASKED} LEFT {_ANSWER}
    WHERE t.server = ? AND t.task_id = ?
    ORDER BY m.id DESC LIMIT 1
"""

# The columns `records.stored_request` reads, in its order.
UNSETTLED = """
    SELECT id, server, kind, prompt, tag, state, parent_task, custom_id, asked_at, body, asker
    FROM requests WHERE server = ? AND state IN ('intended', 'unknown')
      AND (? IS NULL OR content_key = ?) ORDER BY id
"""
REFUSED = """
    SELECT id, server, kind, prompt, tag, state, parent_task, custom_id, asked_at, body, asker
    FROM requests WHERE id = (SELECT max(id) FROM requests WHERE content_key = ?)
      AND state = 'refused'
"""

# The columns `records.task_picture` reads, in its order.
PICTURES = """
    SELECT k.server, k.task_id, k.role, k.number, k.url, k.at,
           p.sha256, p.mime, p.suffix, p.size, p.width, p.height
    FROM json_each(?) AS w
    JOIN task_pictures AS k ON k.server = json_extract(w.value, '$.server')
                           AND k.task_id = json_extract(w.value, '$.task')
    JOIN pictures AS p ON p.sha256 = k.sha256
    ORDER BY k.role, k.number
"""

MARK_LOST = """
    UPDATE tasks SET status = ?, is_final = TRUE, fail_reason = ?
    WHERE server = ? AND task_id = ? AND NOT is_final
"""
# Why nobody could ask for it; what the task itself says in the end takes its place.
NOTE_TROUBLE = """
    UPDATE tasks SET fail_reason = ? WHERE server = ? AND task_id = ? AND NOT is_final
"""
# The note, the rating and the place in history are those of the row, and stay.
RENAME_TASK = """
    UPDATE tasks SET task_id = ? WHERE server = ? AND task_id = ? AND NOT is_final AND NOT EXISTS
        (SELECT 1 FROM tasks AS other WHERE other.server = ? AND other.task_id = ?)
"""
CHOOSE = "UPDATE tasks SET chosen_at = ? WHERE server = ? AND task_id = ?"
# A task of another kernel may have got its note in the meantime: only what is given is written.
ANNOTATE = """
    UPDATE tasks SET rating = coalesce(?, rating), notes = coalesce(?, notes),
                     cost = coalesce(?, cost), seed = coalesce(?, seed),
                     tags = coalesce(?, tags), is_indexed = FALSE
    WHERE server = ? AND task_id = ?
"""
