"""What history knows of what servers do not offer; what that means is not its."""

INSERT_GAP = (
    "INSERT OR REPLACE INTO gaps (server, kind, name, why, learned_at) VALUES (?, ?, ?, ?, ?)"
)
DELETE_GAP = "DELETE FROM gaps WHERE server = ? AND kind = ? AND name = ?"
# One that is of the future is of a clock that was wrong, and would never grow old.
GAPS = """
    SELECT kind, name, why FROM gaps
    WHERE server = ? AND learned_at BETWEEN ? AND ? ORDER BY learned_at
"""
