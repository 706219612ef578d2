"""What history knows of what servers do not offer; what that means is not its."""

from mj_notebook.store.connection import HistoryDatabase

_INSERT = """
    INSERT INTO gaps (server, kind, name, why, learned_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (server, kind, name) DO UPDATE SET
        why = excluded.why, learned_at = excluded.learned_at
"""
_DELETE = "DELETE FROM gaps WHERE server = ? AND kind = ? AND name = ?"
# One that is of the future is of a clock that was wrong, and would never grow old.
_READ = """
    SELECT kind, name, why FROM gaps
    WHERE server = ? AND learned_at BETWEEN ? AND ? ORDER BY learned_at
"""


class Gaps:
    """The gaps of servers by their address, in a history."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def note(self, address: str, kind: str, name: str, why: str, *, at: float) -> None:
        """Write down that the server was learned then not to offer something."""
        self._database.write(_INSERT, (address, kind, name, why, at))

    def remove(self, address: str, kind: str, name: str) -> None:
        """Take back that the server does not offer something."""
        self._database.write(_DELETE, (address, kind, name))

    def of(self, address: str, since: float, until: float) -> list[tuple[str, str, str]]:
        """Return kind, name and words of what the server was learned not to offer in that time."""
        return self._database.read(_READ, (address, since, until))
