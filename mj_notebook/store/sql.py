"""The store's SQL, all of it but the tables and the lists; values are always given apart."""

from mj_notebook.protocol.vocabulary import Status

INTEND = """
    INSERT INTO requests (server, kind, prompt, tag, parent_task, custom_id, asked_at, body,
                          mode, content_key, button, parameters, notebook)
    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
"""
# One statement looks and writes: of kernels that ask for the same at once, one is the first.
_NONE_SINCE = "WHERE NOT EXISTS (SELECT 1 FROM requests WHERE content_key = ? AND id > ?)"
INTEND_FIRST = f"{INTEND} {_NONE_SINCE}"
NEWEST = "SELECT coalesce(max(id), 0) FROM requests WHERE content_key = ?"
ACCEPT = """
    UPDATE requests SET state = 'accepted', settled_at = ?, reason = NULL WHERE id = ?
"""
# A window's answer and an "exists already" come back with an id that is known: it keeps the
# request that first made it. What is drawn is said by the last one: its content key counts.
FIRST_SIGHT = """
    INSERT INTO tasks (server, task_id, request, parent_task, status, is_final, prompt,
                       at, content_key, parameters)
    SELECT server, ?, id, parent_task, ?, 0, prompt, asked_at, content_key, parameters
    FROM requests WHERE id = ?
    ON CONFLICT (server, task_id) DO UPDATE SET
        request = coalesce(tasks.request, excluded.request),
        parent_task = coalesce(tasks.parent_task, excluded.parent_task),
        at = coalesce(tasks.at, excluded.at),
        content_key = coalesce(excluded.content_key, tasks.content_key),
        is_indexed = 0
"""
# What was accepted stays so: a late error of another thread must not hide a task.
SETTLE = """
    UPDATE requests SET state = ?, reason = ?, settled_at = ?
    WHERE id = ? AND state <> 'accepted'
"""
SAVE = """
    INSERT INTO tasks (server, task_id, parent_task, action, status, is_final, prompt,
                       submit_time, start_time, finish_time, at, prompt_en, final_prompt,
                       parameters, seed, fail_reason, tiles)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
        is_indexed = 0
    WHERE excluded.is_final >= tasks.is_final
"""
SAVE_REPLY = """
    INSERT INTO replies (task, reply)
    SELECT id, ? FROM tasks WHERE server = ? AND task_id = ? AND is_final = ?
    ON CONFLICT (task) DO UPDATE SET reply = excluded.reply
"""
KEEP = """
    INSERT INTO task_pictures (server, task_id, role, number, url, sha256, at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (server, task_id, role, number) DO UPDATE SET
        url = excluded.url, sha256 = excluded.sha256, at = excluded.at
"""
NOTE_PICTURE = """
    INSERT OR IGNORE INTO pictures (sha256, mime, suffix, size, width, height)
    VALUES (?, ?, ?, ?, ?, ?)
"""

# The columns `records.stored_task` reads, in its order.
_TASKS = """
    SELECT t.server, t.task_id, t.action, t.status, t.prompt, t.submit_time, p.reply,
           t.request, r.kind, r.prompt, r.tag, t.parent_task, r.custom_id, r.asked_at
    FROM tasks AS t
    LEFT JOIN replies AS p ON p.task = t.id
    LEFT JOIN requests AS r ON r.id = t.request
"""
OPEN_TASKS = (
    f"{_TASKS} WHERE t.server = ? AND NOT t.is_final AND t.request IS NOT NULL"
    " ORDER BY t.request, t.id"
)
TASK = f"{_TASKS} WHERE t.task_id = ? AND (? IS NULL OR t.server = ?) ORDER BY t.id DESC LIMIT 1"
CHILDREN = f"{_TASKS} WHERE t.parent_task = ? AND (? IS NULL OR t.server = ?) ORDER BY t.id"
LATEST = f"{_TASKS} ORDER BY t.id DESC LIMIT ?"
FINISHED = f"""{_TASKS} WHERE t.content_key = ? AND t.status = '{Status.SUCCESS.value}'
    ORDER BY t.id DESC LIMIT 1"""
RUNNING = f"""{_TASKS} WHERE t.content_key = ? AND NOT t.is_final AND t.request IS NOT NULL
    ORDER BY t.id DESC LIMIT 1"""

# What made a task, and what answered its windows (an answer names the task it is for).
ASKED = """
    SELECT kind, body FROM requests
    WHERE id = ? OR (kind = 'Modal' AND server = ? AND state = 'accepted'
                     AND json_extract(body, '$.taskId') = ?)
    ORDER BY id
"""
# How long the last ones like it were drawn, in milliseconds.
DURATIONS = """
    SELECT t.finish_time - t.start_time FROM tasks AS t JOIN requests AS r ON r.id = t.request
    WHERE t.server = ? AND t.action = ? AND r.mode IS ? AND t.status = 'SUCCESS'
      AND t.finish_time > t.start_time AND t.start_time > 0
    ORDER BY t.id DESC LIMIT ?
"""
# The answer of a window is a request of its own, known by the key that it gave to the task.
_ANSWER = """
    JOIN requests AS m
      ON m.content_key = t.content_key AND m.kind = 'Modal' AND m.state = 'accepted'
"""
_ASKED = "FROM tasks AS t LEFT JOIN requests AS r ON r.id = t.request"
# What the window offered is what the person was shown, not what was answered.
OFFERED = f"""SELECT m.prompt {_ASKED} {_ANSWER}
    WHERE t.server = ? AND t.parent_task = ? AND r.custom_id = ?
      AND t.status = '{Status.SUCCESS.value}'
    ORDER BY t.id DESC, m.id DESC LIMIT 1
"""
# The columns of `records.Asking`, in its order.
_ASKING = """
    SELECT r.mode, r.content_key, r.body, t.content_key, m.prompt, m.asked_at, m.body,
           t.cost, t.rating, t.notes, t.seed
"""
ASKING = f"""{_ASKING} {_ASKED} LEFT {_ANSWER}
    WHERE t.server = ? AND t.task_id = ?
    ORDER BY m.id DESC LIMIT 1
"""

# The columns `records.stored_request` reads, in its order.
UNSETTLED = """
    SELECT id, server, kind, prompt, tag, state, parent_task, custom_id, asked_at, body
    FROM requests WHERE server = ? AND state IN ('intended', 'unknown')
      AND (? IS NULL OR content_key = ?) ORDER BY id
"""

# The columns `records.task_picture` reads, in its order.
PICTURES = """
    SELECT k.server, k.task_id, k.role, k.number, k.url, k.at,
           p.sha256, p.mime, p.suffix, p.size, p.width, p.height
    FROM task_pictures AS k JOIN pictures AS p USING (sha256)
    WHERE k.task_id IN (SELECT value FROM json_each(?))
      AND k.server IN (SELECT value FROM json_each(?))
    ORDER BY k.role, k.number
"""

KEEP_THUMBNAIL = "INSERT OR REPLACE INTO thumbnails (sha256, jpeg) VALUES (?, ?)"
THUMBNAILS = """
    SELECT sha256, jpeg FROM thumbnails WHERE sha256 IN (SELECT value FROM json_each(?))
"""
# A task of another kernel may have got its note in the meantime: only what is given is written.
ANNOTATE = """
    UPDATE tasks SET rating = coalesce(?, rating), notes = coalesce(?, notes),
                     cost = coalesce(?, cost), seed = coalesce(?, seed), is_indexed = 0
    WHERE server = ? AND task_id = ?
"""
