"""Faults of disk and database as sentences."""

import errno
import sqlite3
from pathlib import Path

import pytest

from mj_notebook.store.database_errors import told


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "no room"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "can't be written"),
        (sqlite3.OperationalError("unable to open database file"), "can't be opened"),
        (sqlite3.OperationalError("database is locked"), "too long"),
        (sqlite3.DatabaseError("database disk image is malformed"), "damaged"),
        (sqlite3.OperationalError("disk I/O error"), "it may be full"),
        (OSError(errno.ENOSPC, "No space left on device"), "no room"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "no room"),
        (OSError(errno.EFBIG, "File too large"), "no room"),
        (OSError(errno.EROFS, "Read-only file system"), "can't be written"),
        (PermissionError(errno.EACCES, "Permission denied"), "can't be written"),
        (OSError(errno.EIO, "Input/output error"), "input/output error"),
        (OSError("odd"), "odd"),
    ],
)
def test_every_fault_has_a_sentence_and_a_next_step(error: Exception, said: str) -> None:
    """Where, what, and what to do."""
    found = told(error, Path("/data/mj"))
    assert "in …/mj can't" in str(found.args[0])
    assert "/data" not in str(found)
    assert said in str(found.args[0])
    assert found.hint
