"""The small pictures of galleries: JPEGs by the SHA-256 of the pictures they are of."""

import json
from collections.abc import Iterable, Mapping

from mj_notebook.protocol.media import JPEG, media_of
from mj_notebook.store.connection import HistoryDatabase

_SAVE = """
    INSERT INTO thumbnails (sha256, jpeg) VALUES (?, ?)
    ON CONFLICT (sha256) DO UPDATE SET jpeg = excluded.jpeg
"""
_KEPT = """
    SELECT sha256, CAST(jpeg AS BLOB) FROM thumbnails
    WHERE sha256 IN (SELECT value FROM json_each(?))
"""


class Thumbnails:
    """Keeps them in history, so that each is made once."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def save(self, made: Mapping[str, bytes]) -> None:
        """Keep those that were *made*."""
        with self._database.transaction() as connection:
            connection.executemany(_SAVE, list(made.items()))

    def of(self, wanted: Iterable[str]) -> dict[str, bytes]:
        """
        Return those that are kept of the pictures *wanted*.

        A row that holds anything else is as good as none: what is missing is made anew.
        """
        rows = self._database.read(_KEPT, (json.dumps(list(wanted)),))
        return {sha256: kept for sha256, kept in rows if kept and media_of(kept) == JPEG}
