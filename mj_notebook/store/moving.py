"""A whole history copied into another one, in steps that can be done again."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from mj_notebook.errors import StoreError
from mj_notebook.language import counted, marked, translated
from mj_notebook.store.connection import Connection, HistoryDatabase
from mj_notebook.store.history import Store
from mj_notebook.store.sql import UPSERT_REPLY

# Replies are some kilobytes each: so many are a few megabytes in memory, however long the history.
_CHUNK = 500


class Table(NamedTuple):
    """
    One table, as it is copied.

    Attributes:
        key: What tells its rows apart; "id" alone is a number that another history may have given
            to another row.
        columns: The others, but those that are made anew.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Key and columns."""
        return self.key + self.columns


def _table(name: str, key: str, columns: str) -> Table:
    return Table(name, tuple(key.split()), tuple(columns.split()))


REQUESTS = _table(
    "requests",
    "id",
    "server kind prompt tag parent_task custom_id asked_at state settled_at reason body"
    " content_key mode button parameters notebook findings asker beat_at boot uptime",
)
TASKS = _table(
    "tasks",
    "id",
    "server task_id request parent_task action status is_final prompt submit_time start_time"
    " finish_time at content_key prompt_en final_prompt parameters fail_reason tiles seed cost"
    " rating notes chosen_at tags drawn",
)
KEYED = (
    _table("pictures", "sha256", "mime suffix size width height"),
    _table("task_pictures", "server task_id role number", "url sha256 at"),
    _table("thumbnails", "sha256", "jpeg"),
    _table("measurements", "sha256 name version", "value"),
    _table("judgements", "study rater one other", "answer is_swapped at"),
    _table("gaps", "server kind name", "why learned_at"),
    _table("budgets", "asker", "credits"),
)
NUMBERED = (
    _table("replays", "id", "server task_id at notebook asker"),
    _table(
        "deleted_charges",
        "id",
        "at server notebook asker state kind custom_id mode action status cost",
    ),
)
REPLIES = """
    SELECT t.id, t.server, t.task_id, t.is_final, p.reply
    FROM replies AS p JOIN tasks AS t ON t.id = p.task
    WHERE t.id > ? ORDER BY t.id LIMIT ?
"""
_KNOWN_REQUESTS = """
    SELECT id, tag, server, kind, asked_at FROM requests
    WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))
       OR tag IN (SELECT value FROM json_each(?))
"""
# What was open when it was copied first may have ended since.
_SETTLE = """
    UPDATE requests SET state = ?, settled_at = ?, reason = ?
    WHERE id = ? AND state IN ('intended', 'unknown')
"""


class Moved(NamedTuple):
    """
    What came of copying a history; it says so in lines.

    Attributes:
        rows: How many rows of each table the source has.
        copied: How many of them the target did not have.
        other: How many of them the target has otherwise, as it had them before; they stay.
        pictures: How many pictures are there, each with the bytes that its hash says.
        lost: The hashes of pictures whose bytes the source does not have any more.
        wrong: The hashes of pictures that the target does not hold as they are.
    """

    rows: dict[str, int]
    copied: dict[str, int]
    other: dict[str, int]
    pictures: int
    lost: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the target holds all that the source does."""
        return not self.wrong and not any(self.other.values())

    def __str__(self) -> str:
        lines = [self._told(name, count) for name, count in self.rows.items() if count]
        lines.append(translated("pictures: {count:,} with the right bytes", count=self.pictures))
        if self.lost:
            words = marked("{count:,} pictures were gone or damaged in the source")
            lines.append(translated(words, count=len(self.lost)))
        if self.wrong:
            words = marked("{count:,} pictures are not whole in the target")
            lines.append(translated(words, count=len(self.wrong)))
        return "\n".join(lines)

    def _told(self, name: str, count: int) -> str:
        words = (
            translated("{name}: {rows}, {new:,} new, {other:,} that the target has otherwise")
            if self.other[name]
            else translated("{name}: {rows}, {new:,} new")
        )
        return words.format(
            name=name, rows=counted(count, "row"), new=self.copied[name], other=self.other[name]
        )


def move(source: Store, target: Store, say: Callable[[str], object] = lambda _: None) -> Moved:
    """
    Copy all that *source* knows into *target*, and compare the two.

    Each step is whole: what was interrupted goes on when this is called again. What the target
    knows itself stays. Nothing of the source is changed.

    Raises:
        StoreError: One of them can't be read or written; what was copied stays.
    """
    say("pictures")
    # First, as rows name them: a target that was interrupted has no row without its picture.
    lost = _copy_pictures(source, target)
    source.given.copy_to(target.given)
    copied = {}
    numbers: dict[int, int] = {}
    for name, copy in _STEPS.items():
        say(name)
        copied[name] = copy(source.database, target.database, numbers)
    say("comparing")
    rows, other = {}, {}
    for name in _STEPS:
        rows[name], other[name] = _compare(source.database, target.database, name)
    kept = [row for row in _pictures(source) if row[0] not in lost]
    # Every byte, since after a move the source may be deleted.
    wrong = [sha256 for sha256, suffix, _ in kept if not target.pictures.holds(sha256, suffix)]
    return Moved(rows, copied, other, len(kept) - len(wrong), tuple(lost), tuple(wrong))


# -- pictures --------------------------------------------------------------------------------------


def _pictures(store: Store) -> list[tuple[str, str, int]]:
    rows = store.database.read("SELECT sha256, suffix, size FROM pictures ORDER BY sha256")
    return [(sha256, suffix, size) for sha256, suffix, size in rows]


def _copy_pictures(source: Store, target: Store) -> list[str]:
    """Copy the files; return the hashes of those that are not there, or not whole."""
    lost = []
    for sha256, suffix, size in _pictures(source):
        # By size, as no byte need be read: their hashes are compared at the end.
        if target.pictures.has(sha256, suffix, size):
            continue
        try:
            content = source.pictures.read(sha256)
        except StoreError:
            lost.append(sha256)
        else:
            target.pictures.put(content)
    return lost


# -- rows ------------------------------------------------------------------------------------------

Copy = Callable[[HistoryDatabase, HistoryDatabase, dict[int, int]], int]


def _chunks(database: HistoryDatabase, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of *table* in the order of its key, some hundred at a time."""
    key, after = ", ".join(table.key), ""
    select = f"SELECT {', '.join(table.all_columns)} FROM {table.name}"  # noqa: S608 - ours
    last: tuple[Any, ...] = ()
    while True:
        rows = database.read(f"{select} {after} ORDER BY {key} LIMIT {_CHUNK}", last)
        if rows:
            yield rows
        if len(rows) < _CHUNK:
            return
        # By the key, not by a number of rows: the last page takes no longer than the first.
        after = f"WHERE ({key}) > ({', '.join('?' * len(table.key))})"
        last = rows[-1][: len(table.key)]


def _insert(table: Table, names: Sequence[str]) -> str:
    places = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - ours


def _sound(names: Sequence[str], row: Sequence[Any]) -> tuple[Any, ...]:
    """Return a row as both databases have it: yes and no, and no sign that a text can't hold."""
    return tuple(_value(name, value) for name, value in zip(names, row, strict=True))


def _value(name: str, value: Any) -> Any:
    if name.startswith("is_"):
        return bool(value)
    # PostgreSQL takes no zeros in a text.
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _copy_requests(
    source: HistoryDatabase, target: HistoryDatabase, numbers: dict[int, int]
) -> int:
    """Copy requests; *numbers* gets those whose number another request has in the target."""
    copied = 0
    state = REQUESTS.all_columns.index("state")
    for rows in _chunks(source, REQUESTS):
        with target.transaction() as connection:
            new, known = _sorted_out(connection, rows, numbers)
            connection.executemany(_insert(REQUESTS, REQUESTS.all_columns), new)
            settled = [(*row[state : state + 3], row[0]) for row in known]
            connection.executemany(_SETTLE, settled)
        copied += len(new)
    return copied


def _sorted_out(
    connection: Connection, rows: list[tuple[Any, ...]], numbers: dict[int, int]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return which requests are new, and which are known, each with its number in the target."""
    names = REQUESTS.all_columns
    place = {name: names.index(name) for name in ("tag", "server", "kind", "asked_at")}
    tags = [row[place["tag"]] for row in rows]
    found = connection.execute(
        _KNOWN_REQUESTS, (json.dumps([row[0] for row in rows]), json.dumps(tags))
    ).fetchall()
    taken, known_as = {row[0] for row in found}, {tuple(row[1:]): row[0] for row in found}
    ((free,),) = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM requests").fetchall()
    # Beyond those of this chunk too: a number that is still to come must not be given away.
    free = max(free, rows[-1][0] + 1)
    new: list[tuple[Any, ...]] = []
    known: list[tuple[Any, ...]] = []
    for row in (_sound(names, one) for one in rows):
        told = known_as.get(tuple(row[at] for at in place.values()))
        number = row[0] if told is None and row[0] not in taken else told
        if number is None:
            number, free = free, free + 1
        if number != row[0]:
            # Tasks name their request by its number, and are copied after them.
            numbers[row[0]] = number
        (new if told is None else known).append((number, *row[1:]))
    return new, known


def _copy_tasks(source: HistoryDatabase, target: HistoryDatabase, numbers: dict[int, int]) -> int:
    """Copy tasks in their order, without their numbers; one that has ended since is brought up."""
    names = TASKS.columns
    request = names.index("request")
    # What the source does not know must not wipe out what the target does.
    changes = ", ".join(f"{name} = coalesce(excluded.{name}, tasks.{name})" for name in names)
    statement = (
        f"{_insert(TASKS, names)} ON CONFLICT (server, task_id) DO UPDATE SET {changes},"
        " is_indexed = FALSE WHERE NOT tasks.is_final AND excluded.is_final"
    )
    copied = 0
    for rows in _chunks(source, TASKS):
        values = [list(_sound(names, row[1:])) for row in rows]
        for row in values:
            row[request] = numbers.get(row[request], row[request])
        with target.transaction() as connection:
            copied += connection.executemany(statement, values).rowcount
    return copied


def _copy_replies(source: HistoryDatabase, target: HistoryDatabase, _: dict[int, int]) -> int:
    copied, last = 0, -1
    while rows := source.read(REPLIES, (last, _CHUNK)):
        last = rows[-1][0]
        values = [
            (bytes(reply), server, task_id, bool(final))
            for _, server, task_id, final, reply in rows
        ]
        with target.transaction() as connection:
            copied += connection.executemany(UPSERT_REPLY, values).rowcount
    return copied


def _keyed(table: Table) -> Copy:
    def copy(source: HistoryDatabase, target: HistoryDatabase, _: dict[int, int]) -> int:
        names, copied = table.all_columns, 0
        for rows in _chunks(source, table):
            with target.transaction() as connection:
                values = [_sound(names, row) for row in rows]
                statement = f"{_insert(table, names)} ON CONFLICT DO NOTHING"
                copied += connection.executemany(statement, values).rowcount
        return copied

    return copy


def _numbered(table: Table) -> Copy:
    def copy(source: HistoryDatabase, target: HistoryDatabase, _: dict[int, int]) -> int:
        names, copied = table.columns, 0
        # Rows without a key of their own are told by all they hold.
        there = {_sound(names, row[1:]) for rows in _chunks(target, table) for row in rows}
        for rows in _chunks(source, table):
            values = [one for row in rows if (one := _sound(names, row[1:])) not in there]
            with target.transaction() as connection:
                connection.executemany(_insert(table, names), values)
            copied += len(values)
        return copied

    return copy


# In this order: each names rows of those before it.
_STEPS: dict[str, Copy] = {
    "requests": _copy_requests,
    "tasks": _copy_tasks,
    "replies": _copy_replies,
    **{table.name: _keyed(table) for table in KEYED},
    **{table.name: _numbered(table) for table in NUMBERED},
}


# -- comparing -------------------------------------------------------------------------------------


def _compare(source: HistoryDatabase, target: HistoryDatabase, name: str) -> tuple[int, int]:
    """Return how many rows the source has, and how many of them the target has otherwise."""
    wanted = list(_hashes(source, name))
    return len(wanted), len(set(wanted) - set(_hashes(target, name)))


def _hashes(database: HistoryDatabase, name: str) -> Iterator[bytes]:
    """Yield a hash of each row, without the numbers that each history gives by itself."""
    if name == "replies":
        last = -1
        while rows := database.read(REPLIES, (last, _CHUNK)):
            last = rows[-1][0]
            yield from (_hash((server, task, bytes(reply))) for _, server, task, _, reply in rows)
        return
    table = next(one for one in (REQUESTS, TASKS, *KEYED, *NUMBERED) if one.name == name)
    kept = [column for column in table.all_columns if column not in {"id", "request"}]
    places = [table.all_columns.index(column) for column in kept]
    for rows in _chunks(database, table):
        yield from (_hash(_sound(kept, [row[place] for place in places])) for row in rows)


def _hash(row: tuple[Any, ...]) -> bytes:
    return hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()
