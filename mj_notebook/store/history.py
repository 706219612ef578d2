"""The store: what was asked, what was accepted, what came back, and the pictures of it."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from mj_notebook.errors import StoreError
from mj_notebook.language import translated
from mj_notebook.protocol.addresses import DATA, holds_content
from mj_notebook.protocol.media import Media
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.settings.places import DatabaseAddress
from mj_notebook.store import sql
from mj_notebook.store.annotation_values import BETWEEN
from mj_notebook.store.annotations import Annotations
from mj_notebook.store.charges import INSERT_REPLAY, Charges
from mj_notebook.store.columns import LOST
from mj_notebook.store.connection import HistoryDatabase, Values
from mj_notebook.store.database import BUSY_TIMEOUT, Database
from mj_notebook.store.database_errors import shown_folder
from mj_notebook.store.deleting import Deletion, delete_rows
from mj_notebook.store.derived_columns import caption_of, parameters_of, task_row
from mj_notebook.store.gaps import Gaps
from mj_notebook.store.given import GivenPictures
from mj_notebook.store.judgements import Judgements
from mj_notebook.store.late_writes import LateWrites
from mj_notebook.store.machine import boot_id
from mj_notebook.store.measurements import Measurements
from mj_notebook.store.network_folders import read_mounts
from mj_notebook.store.pictures import Picture, Pictures
from mj_notebook.store.postgres import PostgresDatabase
from mj_notebook.store.query import TaskReader
from mj_notebook.store.records import (
    IMAGE,
    Beat,
    Before,
    StoredFamily,
    StoredRequest,
    StoredTask,
    TaskOrigin,
    TaskPicture,
    compress_reply,
    redact_request,
    stored_request,
    stored_task,
    without_credentials,
)
from mj_notebook.store.shared_objects import SharedObjects
from mj_notebook.store.thumbnails import Thumbnails

# Numbers are made of times: a time that makes no sense must leave room for more of them.
_LATEST = 1e12


class Store:
    """
    The history in *folder*: one file of records, one folder of pictures.

    Times are epoch seconds and always given. Several threads, and several kernels, may use one
    folder at once.

    Args:
        folder: Made when it is not there.
        busy_timeout: Seconds to wait for another kernel that is writing.
        mounts: Returns this machine's table of mounts.
        pictures: The address of the place that pictures are shared in (see `SharedObjects`); None
            keeps them in *folder* alone.
        address: The PostgreSQL database of the records; None keeps them in a file in *folder*.
        elapsed: Seconds since this machine began, which nobody sets.
        boot: What this machine and its beginning are called, "" where that is not known.

    Attributes:
        notebook: The notebook that asks from now on, None when it is not known.
        user: Who asks from now on, None when that is not known.
    """

    def __init__(
        self,
        folder: Path,
        *,
        busy_timeout: float = BUSY_TIMEOUT,
        mounts: Callable[[], str] = read_mounts,
        pictures: str | None = None,
        address: DatabaseAddress | None = None,
        elapsed: Callable[[], float] = time.monotonic,
        boot: str | None = None,
    ) -> None:
        self._elapsed, self._boot = elapsed, boot_id() if boot is None else boot
        # A notebook may go to another folder meanwhile (%cd); the history stays where it is.
        self.folder = folder = folder.absolute()
        self.address = address
        self.database: HistoryDatabase = (
            Database(folder, busy_timeout=busy_timeout, mounts=mounts)
            if address is None
            else PostgresDatabase(address, elapsed=elapsed)
        )
        self.pictures = Pictures(folder / "pictures", SharedObjects(pictures) if pictures else None)
        self.given = GivenPictures(folder / "given")
        self.queries = TaskReader(self.database)
        self.measurements = Measurements(self.database)
        self.judgements = Judgements(self.database)
        self.annotations = Annotations(self.database, folder)
        self.charges = Charges(self.database)
        self.gaps = Gaps(self.database)
        self.thumbnails = Thumbnails(self.database)
        self._late = LateWrites()
        self.notebook: str | None = None
        self.user: str | None = None

    def moved_notice(self) -> str:
        """Return what to tell once after the history was removed or moved, "" as a rule."""
        if not self.database.was_rewritten():
            return ""
        return translated(
            "The history in {folder} was removed or moved while it was open. What is known of it"
            " was written there again, but for the pictures.",
            folder=shown_folder(self.folder),
        )

    # -- requests ------------------------------------------------------------------------------

    def record_intent(
        self,
        request_record: Mapping[str, object],
        *,
        kind: str,
        prompt: str,
        tag: str,
        server: str,
        asked_at: float,
        parent_task: str | None = None,
        custom_id: str | None = None,
        mode: str | None = None,
        content_key: str | None = None,
        after: int | None = None,
        findings: Iterable[str] = (),
    ) -> int:
        """
        Write down what is about to be asked, and return its number; it is on disk then.

        With *after*, the `newest` request with that content key when it was decided to ask, nothing
        is written when there is a newer one, of another kernel as a rule; 0 is returned then.
        *findings* are the rules of lint that the prompt broke.
        """
        # Secrets and pictures go before it is written: the file is copied and handed on.
        body = json.dumps(redact_request(request_record), ensure_ascii=False, separators=(",", ":"))
        row = (
            # A clock that is wrong by centuries must not keep a request from being written down.
            int(min(max(asked_at, 0.0), _LATEST) * 1000),
            server,
            kind,
            prompt,
            tag,
            parent_task,
            custom_id,
            asked_at,
            body,
            mode,
            content_key,
            caption_of(custom_id),
            parameters_of(prompt),
            self.notebook,
            " ".join(dict.fromkeys(findings)) or None,
            self.user,
            self._boot,
            self._elapsed(),
        )
        # With it, look and note are one statement: two kernels can't both be first.
        if after is None:
            return self.database.insert(sql.INSERT_REQUEST, row)
        return self.database.insert(sql.INSERT_REQUEST_IF_NEW, (*row, content_key, after))

    def latest_request(self, key: str) -> int:
        """Return the number of the newest request with a content key, 0 when there is none."""
        ((number,),) = self.database.read(sql.LATEST_REQUEST, (key,))
        return int(number)

    def beat(self, intent: int, at: float) -> bool:
        """Write down that a request is being sent; False when it was taken for lost meanwhile."""
        return self.database.write(sql.BEAT, (at, self._boot, self._elapsed(), intent)) == 1

    def last_beat(self, intent: int, at: float) -> Beat:
        """
        Return when the kernel that sends a request last said so.

        With several machines it is their database's clock that counts, not the time *at* here, and
        while the database is away nobody is silent. On one machine it is that machine's uptime.
        """
        rows = self.database.read(sql.LAST_BEAT, (at, intent))
        if not rows:
            return Beat(0.0, is_certain=True, said_at=0.0)
        ((seconds, shared, boot, uptime, said_at),) = rows
        if shared is None and boot and boot == self._boot:
            return Beat(self._elapsed() - uptime, is_certain=True, said_at=said_at)
        return Beat(float(seconds), is_certain=shared is not None, said_at=float(said_at))

    def mark_accepted(
        self, intent: int, task_id: str, at: float, status: str = Status.NOT_START
    ) -> None:
        """Write down that the server took the request as *task_id*; call again for each id."""

        def write() -> None:
            # At once with its request: a task that was paid for is never without it.
            changed, _ = self.database.write_all(
                [
                    (sql.MARK_ACCEPTED, (at, intent)),
                    (sql.INSERT_TASK, (task_id, str(status), intent)),
                ]
            )
            if changed != 1:
                raise StoreError(
                    translated("History holds no request {intent}.", intent=intent),
                    hint=translated("Open a new session."),
                )

        self._late.run(write)

    def mark_refused(self, intent: int, reason: str, at: float) -> None:
        """Write down that the server took nothing."""
        self._write_news(sql.SET_REQUEST_STATE, ("refused", reason, at, intent))

    def mark_unknown(self, intent: int, reason: str, at: float) -> None:
        """Write down that nobody knows whether the server took the request."""
        self._write_news(sql.SET_REQUEST_STATE, ("unknown", reason, at, intent))

    def mark_lost(self, server: str, task_id: str, reason: str) -> None:
        """Write down that the server has forgotten a task that had not ended: it never will."""
        self._write_news(sql.MARK_LOST, (LOST, reason, server, task_id))

    def mark_renamed(self, intent: int, server: str, named: str, task_id: str, at: float) -> None:
        """Write down that the answer to a request *named* one task, and *task_id* is its task."""
        self._write_news(sql.RENAME_TASK, (task_id, server, named, server, task_id))
        self.mark_accepted(intent, task_id, at)

    def _write_news(self, statement: str, values: Values) -> None:
        self._late.run(lambda: self.database.write(statement, values))

    def note_trouble(self, server: str, task_ids: Iterable[str], reason: str) -> None:
        """Write down why nobody could ask what became of open tasks."""
        with self.database.transaction() as connection:
            connection.executemany(
                sql.NOTE_TROUBLE, [(reason, server, task_id) for task_id in task_ids]
            )

    def record_replay(self, server: str, task_id: str, at: float) -> None:
        """Write down that the result of a task was shown again instead of asked for."""
        self.database.write(INSERT_REPLAY, (server, task_id, at, self.notebook, self.user))

    def unsettled(self, server: str, key: str | None = None) -> list[StoredRequest]:
        """Return the requests to *server* (with a content key) of unknown fate, oldest first."""
        rows = self.database.read(sql.UNSETTLED, (server, key, key))
        return [stored_request(row) for row in rows]

    def refused(self, key: str) -> StoredRequest | None:
        """Return the newest request with a content key where the server took nothing of it."""
        rows = self.database.read(sql.REFUSED, (key,))
        return stored_request(rows[0]) if rows else None

    def requests_of(
        self, intent: int | None, server: str, task_id: str
    ) -> list[tuple[str, dict[str, Any]]]:
        """
        Return what made a task and what answered its windows, oldest first.

        Each is its kind and its record in the wire's spelling, pictures replaced by their hashes.
        """
        rows = self.database.read(sql.REQUESTS_OF, (intent, server, task_id))
        return [(kind, json.loads(body)) for kind, body in rows]

    # -- tasks ---------------------------------------------------------------------------------

    def save_tasks(self, tasks: Iterable[tuple[str, Task]]) -> None:
        """Keep the snapshots of *tasks* (server, task) at once; a final one stays as it is."""
        seen = list(tasks)

        # The rows first: a reply finds its task by them. In one transaction, since a thousand tasks
        # come with one answer.
        def write() -> None:
            rows = [task_row(server, task) for server, task in seen]
            replies = [
                (compress_reply(task), server, task.id, task.is_final) for server, task in seen
            ]
            with self.database.transaction() as connection:
                connection.executemany(sql.UPSERT_TASK, rows)
                connection.executemany(sql.UPSERT_REPLY, replies)

        self._late.run(write)

    def open_tasks(self, server: str) -> list[StoredTask]:
        """Return the tasks asked for from here that are not known to be final, oldest first."""
        return self._tasks(sql.OPEN_TASKS, (server,))

    def task(self, task_id: str, server: str | None = None) -> StoredTask | None:
        """Return what is known of a task, None when it is not known (of *server*, if given)."""
        return next(iter(self._tasks(sql.TASK, (task_id, server, server))), None)

    def family(
        self, task_id: str, *, server: str | None = None, prefer: str | None = None
    ) -> StoredFamily | None:
        """
        Return a task with all its relatives, in two questions however many these are.

        Without a *server* it is the newest task of that id, or the one of the server *prefer*.
        """
        return self._family(sql.FAMILY_OF_TASK, (task_id, server, server, prefer))

    def finished_family(self, key: str) -> StoredFamily | None:
        """Return the task that stands for that content key (see `choose`), with its relatives."""
        return self._family(sql.FAMILY_OF_FINISHED, (key,))

    def failed_family(self, key: str) -> StoredFamily | None:
        """Return the newest task with that content key that ended badly, with its relatives."""
        return self._family(sql.FAMILY_OF_FAILED, (key,))

    def latest(self, limit: int = 20) -> list[StoredTask]:
        """Return the newest tasks, newest first."""
        return self._tasks(sql.LATEST, (limit,))

    def find_running(self, key: str) -> StoredTask | None:
        """Return the newest task with that content key that is not known to be final."""
        return next(iter(self._tasks(sql.RUNNING, (key,))), None)

    def find_lost(self, key: str, server: str) -> StoredTask | None:
        """Return the newest task with that content key that its *server* did not know any more."""
        return next(iter(self._tasks(sql.LOST_ONE, (key, server))), None)

    def lost_tasks(self, server: str) -> list[StoredTask]:
        """Return those that *server* did not know any more, newest first, not more than 50."""
        return self._tasks(sql.LOST_TASKS, (server,))

    def before(self, keys: Iterable[str], server: str) -> dict[str, Before]:
        """Return what is known of what the content *keys* ask for, *server* as a rule."""
        wanted = json.dumps(list(keys))
        rows = self.database.read(sql.BEFORE, (wanted, wanted, wanted, server))
        return {key: Before(state) for key, state in rows}

    def offered_prompt(self, server: str, parent_task: str, custom_id: str) -> str | None:
        """Return the prompt offered by the window of a button, if an answer to it was drawn."""
        rows = self.database.read(sql.OFFERED_PROMPT, (server, parent_task, custom_id))
        return rows[0][0] if rows else None

    def origin_of(self, server: str, task_id: str) -> TaskOrigin | None:
        """Return how a task was asked for, None when it is not known."""
        rows = self.database.read(sql.ORIGIN_OF, (server, task_id))
        return TaskOrigin._make(rows[0]) if rows else None

    def annotate(
        self,
        server: str,
        task_id: str,
        *,
        rating: int | None = None,
        notes: str | None = None,
        cost: float | None = None,
        seed: int | None = None,
        tags: Iterable[str] = (),
    ) -> bool:
        """Write down what is known of a task beside its snapshots; False when it is unknown."""
        row = (rating, notes, cost, seed, BETWEEN.join(tags) or None, server, task_id)
        return self.database.write(sql.ANNOTATE, row) == 1

    def choose(self, server: str, task_id: str, at: float) -> bool:
        """Let a task stand for all that ask for the same, else the first does; False if unknown."""
        return self.database.write(sql.CHOOSE, (at, server, task_id)) == 1

    def delete(self, numbers: Iterable[int]) -> Deletion:
        """
        Delete the tasks with these numbers for good, with the pictures that no other task has.

        What they have cost is still told. A negative number is a request of unknown fate.

        Raises:
            UsageError: One of them is still open; nothing was deleted.
        """
        with self.database.transaction() as connection:
            gone = delete_rows(connection, list(numbers))
        freed = [self.pictures.delete(*picture) for picture in gone.pictures]
        self.annotations.log.notify(dict.fromkeys(gone.tasks))
        return Deletion(gone.total, len(freed), sum(freed))

    def durations(self, server: str, action: str, mode: str | None) -> list[float]:
        """Return for how many seconds the last tasks like that were drawn, newest first."""
        rows = self.database.read(sql.DURATIONS, (server, action, mode))
        return [milliseconds / 1000 for (milliseconds,) in rows]

    def _family(self, question: str, values: tuple[Any, ...]) -> StoredFamily | None:
        rows = self.database.read(question, values)
        members = tuple(self._with_pictures(rows))
        task = next((one for one, row in zip(members, rows, strict=True) if row[-1]), None)
        return StoredFamily(task, members) if task is not None else None

    def _tasks(self, question: str, values: tuple[Any, ...]) -> list[StoredTask]:
        return self._with_pictures(self.database.read(question, values))

    def _with_pictures(self, rows: list[tuple[Any, ...]]) -> list[StoredTask]:
        pictures = self.pictures_of({(row[0], row[1]) for row in rows})
        return [stored_task(row, tuple(pictures.get((row[0], row[1]), ()))) for row in rows]

    # -- pictures of tasks ---------------------------------------------------------------------

    def save_picture(
        self,
        server: str,
        task_id: str,
        content: bytes,
        *,
        url: str,
        role: str = IMAGE,
        number: int = 0,
        at: float,
    ) -> Picture:
        """Keep *content* as the picture of a task, and return where it is."""
        picture = self.pictures.put(content)
        self.link_picture(server, task_id, picture, url=url, role=role, number=number, at=at)
        return picture

    def link_picture(
        self,
        server: str,
        task_id: str,
        picture: Picture,
        *,
        url: str,
        role: str = IMAGE,
        number: int = 0,
        at: float,
    ) -> None:
        """Write down that a kept *picture* belongs to a task."""
        self._late.catch_up()
        # An address that holds the picture itself would keep it twice.
        where = DATA if holds_content(url) else without_credentials(url)
        content = (picture.sha256, *picture.media, picture.size, picture.width, picture.height)
        self.database.write_all(
            [
                (sql.INSERT_PICTURE, content),
                (
                    sql.UPSERT_TASK_PICTURE,
                    (server, task_id, role, number, where, picture.sha256, at),
                ),
            ]
        )

    def picture(
        self, server: str, task_id: str, *, role: str = IMAGE, number: int = 0
    ) -> Picture | None:
        """Return a task's kept picture; None when none is kept or its file is gone."""
        for kept in self.pictures_of({(server, task_id)}).get((server, task_id), ()):
            if (kept.role, kept.number) == (role, number):
                return kept.picture if self.pictures.stamp(kept.picture.path) else None
        return None

    def pictures_of(self, tasks: set[tuple[str, str]]) -> dict[tuple[str, str], list[TaskPicture]]:
        """Return the kept pictures of many tasks (server, task id) in one question."""
        if not tasks:
            return {}
        wanted = [{"server": server, "task": task_id} for server, task_id in sorted(tasks)]
        rows = self.database.read(sql.PICTURES, (json.dumps(wanted),))
        found: dict[tuple[str, str], list[TaskPicture]] = {}
        for server, task_id, role, number, url, at, sha256, mime, suffix, *rest in rows:
            path = self.pictures.target_path(sha256, suffix)
            picture = Picture(sha256, path, Media(mime, suffix), *rest)
            found.setdefault((server, task_id), []).append(
                TaskPicture(role, number, url, picture, at)
            )
        return found

    # -- the files -----------------------------------------------------------------------------

    def check_writable(self) -> None:
        """Try whether history and pictures can be written; the `StoreError` says why they can't."""
        self.database.check_writable()
        self.pictures.check_writable()

    def close(self) -> None:
        """Close the files; what was written stays."""
        self._late.catch_up()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
