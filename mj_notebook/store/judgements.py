"""What raters said of pairs of pictures: one answer for each study, rater and pair."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from mj_notebook.store.connection import HistoryDatabase

_SAVE = """
    INSERT INTO judgements (study, rater, one, other, answer, is_swapped, at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (study, rater, one, other) DO UPDATE SET
        answer = excluded.answer, is_swapped = excluded.is_swapped, at = excluded.at
"""
_REMOVE = "DELETE FROM judgements WHERE study = ? AND rater = ? AND one = ? AND other = ?"
_ALL = """
    SELECT study, rater, one, other, answer, is_swapped, at FROM judgements
    WHERE study = :study AND (:rater IS NULL OR rater = :rater)
    ORDER BY at, rater, one, other
"""
# Any number of hashes is one value this way; how many a question may have depends on SQLite.
_AMONG = """
    WITH shown AS (SELECT value FROM json_each(?))
    SELECT study, rater, one, other, answer, is_swapped, at FROM judgements
    WHERE one IN (SELECT value FROM shown) AND other IN (SELECT value FROM shown)
    ORDER BY study, rater, at, one, other
"""


class Judgement(NamedTuple):
    """
    What one rater said of one pair.

    Attributes:
        one: SHA-256 of a picture, the smaller one of the two.
        answer: "one", "other" or "tie".
        is_swapped: Whether the other one stood on the left.
    """

    study: str
    rater: str
    one: str
    other: str
    answer: str
    is_swapped: bool
    at: float

    @property
    def side(self) -> str:
        """Which side was preferred: "left", "right" or "tie"."""
        if self.answer == "tie":
            return "tie"
        return "left" if (self.answer == "other") == self.is_swapped else "right"


class Judgements:
    """The table of what raters said; several kernels may write to it at once."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def save(self, said: Judgement) -> None:
        """Keep an answer, in the place of an earlier one of the same pair."""
        self._database.write(_SAVE, said)

    def add(self, said: Iterable[Judgement]) -> None:
        """Keep several, all of them or none."""
        with self._database.transaction() as connection:
            connection.executemany(_SAVE, list(said))

    def among(self, pictures: Iterable[str]) -> list[Judgement]:
        """Return all answers of all studies to pairs of these pictures."""
        return _read(self._database.read(_AMONG, (json.dumps(sorted(pictures)),)))

    def remove(self, said: Iterable[Judgement]) -> None:
        """Forget answers."""
        with self._database.transaction() as connection:
            connection.executemany(
                _REMOVE, [(one.study, one.rater, one.one, one.other) for one in said]
            )

    def of(self, study: str, rater: str | None = None) -> list[Judgement]:
        """Return the answers of a study, the oldest first: of one rater, or of all."""
        return _read(self._database.read(_ALL, {"study": study, "rater": rater}))


def _read(rows: Iterable[Any]) -> list[Judgement]:
    return [Judgement._make((*row[:5], bool(row[5]), row[6])) for row in rows]
