"""History: a DataFrame, a search and a gallery's opening, against plain sqlite3 and pandas."""

import json
import random
import sqlite3
import tempfile
import time
import weakref
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.store.columns import NAMES, NEWEST_FIRST, SELECT
from mj_notebook.store.database import FILE
from mj_notebook.store.history import Store
from mj_notebook.store.listing import Listing
from mj_notebook.store.query_rows import DatabaseRows
from tests.benchmarks.pair import Effort, Row, pair

_GALLERY = 5_000
_AT_ONCE = 20_000
_SERVER = "proxy.example"
_WORDS = tuple(
    word
    for line in (
        "red kite dunes dawn harbour fog lighthouse paper ship winter forest glass city night rain",
        "lantern mountain river bridge garden moon silver copper velvet storm island 风筝 沙丘",
    )
    for word in line.split()
)

_ASKED = f"{SELECT} {NEWEST_FIRST}"
_LIKE = """
    SELECT id FROM tasks WHERE prompt LIKE '%zeppelin%' AND prompt LIKE '%kite%'
    ORDER BY at DESC LIMIT 20
"""

_CONTENT = "printf('%064x', CAST(task_id AS INTEGER))"
_PICTURES = tuple(
    f"INSERT INTO {into} FROM tasks WHERE id > :after ORDER BY id DESC LIMIT :most"
    for into in (
        f"pictures SELECT {_CONTENT}, 'image/png', '.png', 6000000, 2048, 2048",
        f"task_pictures SELECT server, task_id, 'image', 0, '', {_CONTENT}, 1760000000.0",
        f"thumbnails SELECT {_CONTENT}, :jpeg",
    )
)
_MAKE_RARE = """
    UPDATE tasks SET prompt = 'a montgolfier over a kite, ' || prompt, is_indexed = FALSE
    WHERE id % :each = 0
"""
# Of a file that nobody misses, written in one go.
_UNSAFE = ("synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY")
_SEED = "replace({0}, '--seed ' || (id - 1), '--seed ' || (id - 1 + :first))"
# What a copy has otherwise, by table; the first is the number that it is known by.
_OTHER: dict[str, dict[str, str]] = {
    "tasks": {
        "id": "id + :first",
        "task_id": "CAST(CAST(task_id AS INTEGER) + :first AS TEXT)",
        "at": "at + :first",
        "submit_time": "submit_time + :first * 1000",
        "start_time": "start_time + :first * 1000",
        "finish_time": "finish_time + :first * 1000",
        **{name: _SEED.format(name) for name in ("prompt", "prompt_en", "final_prompt")},
        "parameters": "json_set(parameters, '$.seed', CAST(id - 1 + :first AS TEXT))",
    },
    "replies": {"task": "task + :first"},
    "task_words": {"rowid": "rowid + :first"},
}


def frame(effort: Effort) -> Row:
    """Make a typed DataFrame of 100,000 tasks; the rival only fetches the same columns."""
    store = history_of(effort.tasks)
    shape = _frame(store).shape
    with closing(_plain(store)) as plain:
        return pair(
            "100,000 tasks to a DataFrame / fetchall",
            lambda: _frame(store),
            lambda: plain.execute(_ASKED).fetchall(),
            limit=2.2,
            pairs=min(5, effort.pairs),
            counts=f" {shape[0]:,} rows, {shape[1]} columns",
        )


def frame_plain(effort: Effort) -> Row:
    """Make the same DataFrame; the rival makes dicts for pandas, then times of four columns."""
    store = history_of(effort.tasks)
    with closing(_plain(store)) as plain:

        def rival() -> object:
            rows = plain.execute(_ASKED).fetchall()
            found = pd.DataFrame(
                [dict(zip(NAMES, row, strict=False)) | json.loads(row[-2]) for row in rows]
            )
            for name in ("asked", "submitted", "started", "finished"):
                found[name] = pd.to_datetime(found[name], unit="ms", utc=True)
            return found

        return pair(
            "100,000 tasks to a DataFrame / list of dicts",
            lambda: _frame(store),
            rival,
            limit=1,
            pairs=min(5, effort.pairs),
        )


def search(effort: Effort) -> Row:
    """Find the newest 20 of 100,000 by two words; the rival scans with LIKE."""
    store = history_of(effort.tasks)
    listing = _listing(store)
    found = len(listing.search("zeppelin kite"))
    with closing(_plain(store)) as plain:
        return pair(
            "search of 100,000 tasks / LIKE scan",
            lambda: len(listing.where(text="zeppelin kite", limit=20)),
            lambda: plain.execute(_LIKE).fetchall(),
            limit=0.1,
            pairs=effort.pairs,
            counts=f" {found:,} found",
        )


def gallery(effort: Effort) -> Row:
    """Open 5,000 tasks: how many there are, the first 60 and their thumbnails."""
    store = history_of(_GALLERY)
    shown = 0

    def opened() -> None:
        nonlocal shown
        listing = _listing(store)
        first = list(listing[:60])
        shown = len(store.thumbnails.of([str(one["sha256"]) for one in first]))
        assert len(listing) == _GALLERY

    with closing(_plain(store)) as plain:
        row = pair(
            "5,000 tasks opened / fetchall of them",
            opened,
            lambda: plain.execute(_ASKED).fetchall(),
            limit=0.5,
            pairs=effort.pairs,
        )
    return replace(row, counts=f" {shown} thumbnails")


_MANY, _FEW, _RARE = 1_000_000, 1_000, 20


def newest(effort: Effort) -> Row:
    """Read the newest 20 of a million, and of a thousand."""
    return _of_many("newest 20", lambda store: list(_listing(store)[:20]), effort)


def found(effort: Effort) -> Row:
    """Find by a word that twenty prompts have and one that a quarter of all have."""
    look = "montgolfier kite"
    return _of_many(
        "search", lambda store: list(_listing(store).where(text=look, limit=20)), effort
    )


def page(effort: Effort) -> Row:
    """Read one page of a gallery, with its thumbnails."""

    def read(store: Store) -> object:
        first = list(_listing(store)[:60])
        return store.thumbnails.of([str(one["sha256"]) for one in first])

    return _of_many("a page of the gallery", read, effort)


def _of_many(what: str, read: Callable[[Store], object], effort: Effort) -> Row:
    many, few = history_of(_MANY), history_of(_FEW)
    return pair(
        f"history of 1,000,000: {what} / the same of 1,000",
        lambda: read(many),
        lambda: read(few),
        limit=2,
        pairs=effort.pairs,
    )


def _frame(store: Store) -> pd.DataFrame:
    return _listing(store).to_pandas()


@cache
def history_of(tasks: int, rare: int = _RARE) -> Store:
    """
    Make a history of finished tasks with prompts, parameters and pictures, once.

    Of more than 20,000, whose number is then a multiple of it, the rest are copies with other ids,
    times, seeds and pictures: deriving the columns of a million takes a quarter of an hour. However
    many there are, *rare* of them have the rare word.
    """
    chance = random.Random(7)
    folder = tempfile.TemporaryDirectory()  # removed when this process ends
    if tasks > _AT_ONCE:
        with closing(_plain(history_of(_AT_ONCE, rare=0))) as few:
            few.execute("VACUUM INTO ?", (str(Path(folder.name) / FILE),))
        with closing(sqlite3.connect(Path(folder.name) / FILE)) as plain, plain:
            for setting in _UNSAFE:
                plain.execute(f"PRAGMA {setting}")
            for first in range(_AT_ONCE, tasks, _AT_ONCE):
                _repeat(plain, first)
            _keep_pictures(plain, _AT_ONCE)
    store = Store(Path(folder.name))
    weakref.finalize(store, folder.cleanup)
    if tasks <= _AT_ONCE:
        _fill(store, [_task(number, chance) for number in range(tasks)])
    if rare:
        with closing(_plain(store)) as plain, plain:
            plain.execute(_MAKE_RARE, {"each": max(1, tasks // rare)})
    len(_listing(store).search("zeppelin"))  # the first search makes the index
    return store


def _listing(store: Store) -> Listing:
    return Listing(DatabaseRows(store.queries), now=time.time)


def _plain(store: Store) -> sqlite3.Connection:
    return sqlite3.connect(store.folder / FILE)


def _fill(store: Store, tasks: list[Task]) -> None:
    store.save_tasks([(_SERVER, task) for task in tasks])
    with closing(_plain(store)) as plain, plain:
        _keep_pictures(plain, 0)


def _keep_pictures(plain: sqlite3.Connection, after: int) -> None:
    """Give each task whose number is greater than *after* a picture, and the newest a small one."""
    given = {"after": after, "jpeg": b"\xff\xd8\xff" + bytes(12_000)}
    for statement in _PICTURES:
        most = _GALLERY if ":jpeg" in statement else -1
        plain.execute(statement, given | {"most": most})


def _repeat(plain: sqlite3.Connection, first: int) -> None:
    """Copy all that has a number up to `_AT_ONCE`, by other ids and times."""
    for table, others in _OTHER.items():
        names = [name for _, name, *_ in plain.execute(f"PRAGMA table_info({table})")]
        if table == "task_words":
            names.append("rowid")
        told = ", ".join(others.get(name, name) for name in names)
        plain.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {told} FROM {table}"
            f" WHERE {next(iter(others))} <= {_AT_ONCE}",
            {"first": first},
        )


def _task(number: int, chance: random.Random) -> Task:
    words = " ".join(chance.choices(_WORDS, k=8))
    if number % 5000 == 0:
        words += " zeppelin over a kite"
    prompt = f"{words} --ar 3:2 --s {chance.randrange(0, 1000, 50)} --seed {number}"
    begin = 1_760_000_000_000 + number * 1000
    return Task(
        id=str(1_760_000_000_000_000 + number),
        action=chance.choice(("IMAGINE", "UPSCALE", "VARIATION")),
        status=chance.choice(("SUCCESS", "SUCCESS", "SUCCESS", "FAILURE")),
        prompt=prompt,
        prompt_en=prompt,
        submit_time=begin,
        start_time=begin + chance.randrange(9000),
        finish_time=begin + 9000 + chance.randrange(60_000),
        image_url="https://cdn.example/kite.png",
        properties=TaskProperties(final_prompt=f"{prompt} --v 7.0"),
    )
