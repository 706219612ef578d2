"""What history knows of what was asked for, as far as it may cost something; money is not its."""

from typing import Any, NamedTuple

from mj_notebook.store.connection import HistoryDatabase

# The answer of a window goes on with a task that an earlier request made: one task, one line. The
# same holds for "exists already". So tasks are counted, and requests only while they have none.
_ASKED = """
    SELECT r.asked_at, r.server, r.notebook, r.asker, r.state, r.kind, r.custom_id, r.mode,
           t.task_id, t.action, t.status, t.cost
    FROM requests AS r LEFT JOIN tasks AS t ON t.request = r.id
    WHERE (t.id IS NOT NULL OR r.state IN ('intended', 'unknown')) AND r.kind <> 'Modal'
      AND r.asked_at >= ? AND r.asked_at < ?
    ORDER BY r.asked_at, r.id
"""
_REPLAYED = """
    SELECT p.at, p.server, p.notebook, p.asker, 'replayed', r.kind, r.custom_id, r.mode,
           p.task_id, t.action, t.status, t.cost
    FROM replays AS p
    LEFT JOIN tasks AS t ON t.server = p.server AND t.task_id = p.task_id
    LEFT JOIN requests AS r ON r.id = t.request
    WHERE p.at >= ? AND p.at < ?
    ORDER BY p.at, p.id
"""
_DELETED = """
    SELECT at, server, notebook, asker, state, kind, custom_id, mode, '', action, status, cost
    FROM deleted_charges WHERE at >= ? AND at < ? ORDER BY at, id
"""
# A day begins at midnight in Greenwich by the one clock that all kernels have, and what counts is
# when a request was written by that clock; a kernel's own may be wrong by a week (an index has it).
_SINCE_MIDNIGHT = """
    WITH day (midnight) AS (
        SELECT CAST(coalesce(shared_clock(), ?) AS INTEGER) / 86400 * 86400
    )
    SELECT r.asked_at, r.server, r.notebook, r.asker, r.state, r.kind, r.custom_id, r.mode,
           t.task_id, t.action, t.status, t.cost
    FROM day JOIN requests AS r ON r.asked_at >= midnight - 604800
    LEFT JOIN tasks AS t ON t.request = r.id
    WHERE (t.id IS NOT NULL OR r.state IN ('intended', 'unknown')) AND r.kind <> 'Modal'
      AND coalesce(r.beat_at, r.asked_at) >= midnight AND r.asker IS ?
    UNION ALL
    SELECT at, server, notebook, asker, state, kind, custom_id, mode, '', action, status, cost
    FROM day JOIN deleted_charges ON at >= midnight AND asker IS ?
"""
INSERT_REPLAY = "INSERT INTO replays (server, task_id, at, notebook, asker) VALUES (?, ?, ?, ?, ?)"
_BUDGET = "SELECT credits FROM budgets WHERE asker IN (?, '') ORDER BY asker DESC LIMIT 1"
# No request is younger, even where a clock was wrong by millennia; "until now" would leave out what
# another machine wrote with its clock ahead.
_FAR_FUTURE = 1e12


class Charge(NamedTuple):
    """
    A task that was asked for or replayed, or a request of unknown fate.

    Attributes:
        notebook: The notebook that asked, None when it is not known.
        state: "accepted", "replayed", or "unknown" and "intended" when nobody knows.
        kind: Of the request ("Imagine"); None when history does not know it.
        task_id: "" for a task that was deleted, None where there is none.
        cost: Credits that were noted for the task itself.
    """

    at: float
    server: str
    notebook: str | None
    user: str | None
    state: str
    kind: str | None
    custom_id: str | None
    mode: str | None
    task_id: str | None
    action: str | None
    status: str | None
    cost: float | None


class Charges:
    """What was asked for, and what an administrator lets people spend, in a history."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def read(self, since: float | None = None, until: float | None = None) -> list[Charge]:
        """Return what was asked for, and what was replayed instead, in that time."""
        span = (since or 0.0, _FAR_FUTURE if until is None else until)
        rows: list[tuple[Any, ...]] = [
            *self._database.read(_ASKED, span),
            *self._database.read(_REPLAYED, span),
            *self._database.read(_DELETED, span),
        ]
        return [Charge._make(row) for row in rows]

    def today(self, user: str | None, now: float) -> list[Charge]:
        """Return what *user* asked for in this day of UTC; *now* is the time here."""
        rows = self._database.read(_SINCE_MIDNIGHT, (now, user, user))
        return [Charge._make(row) for row in rows]

    def budget(self, user: str | None) -> float | None:
        """Return what an administrator lets *user* spend a day; None for no limit."""
        if not self._database.is_shared:  # a file has no administrator
            return None
        rows = self._database.read(_BUDGET, (user or "",))
        return float(rows[0][0]) if rows else None
