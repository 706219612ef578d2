"""What history knows of what servers do not offer; what that means is not its."""

INSERT_GAP = """
    INSERT INTO gaps (server, kind, name, why, learned_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (server, kind, name) DO UPDATE SET
        why = excluded.why, learned_at = excluded.learned_at
"""
DELETE_GAP = "DELETE FROM gaps WHERE server = ? AND kind = ? AND name = ?"
# One that is of the future is of a clock that was wrong, and would never grow old.
GAPS = """
    SELECT kind, name, why FROM gaps
    WHERE server = ? AND learned_at BETWEEN ? AND ? ORDER BY learned_at
"""
