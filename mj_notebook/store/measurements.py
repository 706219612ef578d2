"""What was measured of kept pictures: once for each content, measure and version of it."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mj_notebook.store.connection import HistoryDatabase

Value = float | int | str | bool | None

_SAVE = """
    INSERT INTO measurements (sha256, name, version, value) VALUES (?, ?, ?, ?)
    ON CONFLICT (sha256, name, version) DO UPDATE SET value = excluded.value
"""
# Any number of hashes is one value this way; how many a question may have depends on SQLite.
_KNOWN = """
    SELECT m.sha256, m.name, m.value FROM json_each(?) AS wanted
    JOIN measurements AS m ON m.sha256 = wanted.value
    JOIN json_each(?) AS kinds ON m.name = kinds.key AND m.version = kinds.value
"""
# So many hashes are 350 kB of text in one question; SQLite reads it whole before it begins.
_CHUNK = 5_000


class Measurement(NamedTuple):
    """One value of one picture."""

    sha256: str
    name: str
    version: str
    value: Value


class Measurements:
    """The table of what was measured; several kernels may write to it at once."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def save(self, found: Iterable[Measurement]) -> None:
        """Keep all of *found*, at once or not at all."""
        rows = [(one.sha256, one.name, one.version, json.dumps(one.value)) for one in found]
        with self._database.transaction() as connection:
            connection.executemany(_SAVE, rows)

    def known(
        self, pictures: Iterable[str], versions: Mapping[str, str]
    ) -> dict[str, dict[str, Value]]:
        """Return what is known of *pictures* (SHA-256): measure and value, of these *versions*."""
        wanted, kinds = list(dict.fromkeys(pictures)), json.dumps(dict(versions))
        found: dict[str, dict[str, Value]] = {}
        for begin in range(0, len(wanted), _CHUNK):
            chunk = json.dumps(wanted[begin : begin + _CHUNK])
            for sha256, name, value in self._database.read(_KNOWN, (chunk, kinds)):
                found.setdefault(sha256, {})[name] = json.loads(value)
        return found
