"""The store: what was asked, what was accepted, what came back, and the pictures of it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mj_notebook.errors import StoreError
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.store import sql
from mj_notebook.store.charges import NOTE_REPLAY, Charge, read_charges
from mj_notebook.store.database import PATIENCE, Database
from mj_notebook.store.derived_columns import caption_of, parameters_of, task_row
from mj_notebook.store.query import Reading
from mj_notebook.store.records import (
    Asking,
    StoredRequest,
    StoredTask,
    lean,
    packed,
    stored_request,
    stored_task,
)
from mj_notebook.store.task_pictures import Album


class Store(Album):
    """
    The history in *folder*: one file of records, one folder of pictures.

    Times are epoch seconds and always given. Several threads, and several kernels, may use one
    folder at once.

    Args:
        folder: Made when it is not there.
        patience: Seconds to wait for another kernel that is writing.

    Attributes:
        pictures: The kept pictures by content.
        reading: Questions for lists of tasks.
        notebook: The notebook that asks from now on, None when it is not known.
    """

    def __init__(self, folder: Path, *, patience: float = PATIENCE) -> None:
        self.folder = folder
        super().__init__(Database(folder, patience=patience), folder / "pictures")
        self.reading = Reading(self._database)
        self.notebook: str | None = None

    @property
    def set_aside(self) -> Path | None:
        """Where a damaged history was moved to when this one was opened; None as a rule."""
        return self._database.set_aside

    @property
    def salvaged(self) -> int:
        """How many tasks were taken over from a damaged history when this one was opened."""
        return self._database.salvaged

    # -- requests ------------------------------------------------------------------------------

    def intend(
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
    ) -> int:
        """
        Write down what is about to be asked, and return its number; it is on disk then.

        With *after*, the `newest` request with that content key when it was decided to ask, nothing
        is written when there is a newer one, of another kernel as a rule; 0 is returned then.
        """
        body = json.dumps(lean(request_record), ensure_ascii=False, separators=(",", ":"))
        row = (
            server, kind, prompt, tag, parent_task, custom_id, asked_at, body,
            mode, content_key, caption_of(custom_id), parameters_of(prompt), self.notebook,
        )  # fmt: skip
        if after is None:
            return self._database.write(sql.INTEND, row).lastrowid or 0
        written = self._database.write(sql.INTEND_FIRST, (*row, content_key, after))
        return (written.lastrowid or 0) if written.rowcount == 1 else 0

    def newest(self, key: str) -> int:
        """Return the number of the newest request with a content key, 0 when there is none."""
        ((number,),) = self._database.read(sql.NEWEST, (key,))
        return int(number)

    def accept(self, intent: int, task_id: str, at: float) -> None:
        """Write down that the server took the request as *task_id* (call again for each id)."""
        with self._database.transaction() as connection:
            if connection.execute(sql.ACCEPT, (at, intent)).rowcount != 1:
                raise StoreError(f"History holds no request {intent}.", hint="Open a new session.")
            connection.execute(sql.FIRST_SIGHT, (task_id, Status.NOT_START.value, intent))

    def refuse(self, intent: int, reason: str, at: float) -> None:
        """Write down that the server took nothing."""
        self._database.write(sql.SETTLE, ("refused", reason, at, intent))

    def unknown(self, intent: int, reason: str, at: float) -> None:
        """Write down that nobody knows whether the server took the request."""
        self._database.write(sql.SETTLE, ("unknown", reason, at, intent))

    def note_replay(self, server: str, task_id: str, at: float) -> None:
        """Write down that the result of a task was shown again instead of asked for."""
        self._database.write(NOTE_REPLAY, (server, task_id, at, self.notebook))

    def charges(self, since: float | None = None, until: float | None = None) -> list[Charge]:
        """Return what was asked for, and what was replayed instead, in that time."""
        return read_charges(self._database, since, until)

    def unsettled(self, server: str, key: str | None = None) -> list[StoredRequest]:
        """Return the requests to *server* (with a content key) of unknown fate, oldest first."""
        rows = self._database.read(sql.UNSETTLED, (server, key, key))
        return [stored_request(row) for row in rows]

    def asked(
        self, intent: int | None, server: str, task_id: str
    ) -> list[tuple[str, dict[str, Any]]]:
        """
        Return what made a task and what answered its windows, oldest first.

        Each is its kind and its record in the wire's spelling, pictures replaced by their hashes.
        """
        rows = self._database.read(sql.ASKED, (intent, server, task_id))
        return [(kind, json.loads(body)) for kind, body in rows]

    # -- tasks ---------------------------------------------------------------------------------

    def save_tasks(self, tasks: Iterable[tuple[str, Task]]) -> None:
        """Keep the snapshots of *tasks* (server, task) at once; a final one stays as it is."""
        seen = list(tasks)
        with self._database.transaction() as connection:
            connection.executemany(sql.SAVE, [task_row(server, task) for server, task in seen])
            connection.executemany(
                sql.SAVE_REPLY,
                [(packed(task), server, task.id, task.is_final) for server, task in seen],
            )

    def open_tasks(self, server: str) -> list[StoredTask]:
        """Return the tasks asked for from here that are not known to be final, oldest first."""
        return self._tasks(sql.OPEN_TASKS, (server,))

    def task(self, task_id: str, server: str | None = None) -> StoredTask | None:
        """Return what is known of a task, None when it is not known (of *server*, if given)."""
        found = self._tasks(sql.TASK, (task_id, server, server))
        return found[0] if found else None

    def children(self, task_id: str, server: str | None = None) -> list[StoredTask]:
        """Return the tasks that buttons of *task_id* made, oldest first."""
        return self._tasks(sql.CHILDREN, (task_id, server, server))

    def latest(self, limit: int = 20) -> list[StoredTask]:
        """Return the newest tasks, newest first."""
        return self._tasks(sql.LATEST, (limit,))

    def finished(self, key: str) -> StoredTask | None:
        """Return the newest task with the content key *key* that succeeded."""
        found = self._tasks(sql.FINISHED, (key,))
        return found[0] if found else None

    def running(self, key: str) -> StoredTask | None:
        """Return the newest task with that content key that is not known to be final."""
        found = self._tasks(sql.RUNNING, (key,))
        return found[0] if found else None

    def offered(self, server: str, parent_task: str, custom_id: str) -> str | None:
        """Return the prompt offered by the window of a button, if an answer to it was drawn."""
        rows = self._database.read(sql.OFFERED, (server, parent_task, custom_id))
        return rows[0][0] if rows else None

    def asking(self, server: str, task_id: str) -> Asking | None:
        """Return how a task was asked for, None when it is not known."""
        rows = self._database.read(sql.ASKING, (server, task_id))
        return Asking._make(rows[0]) if rows else None

    def annotate(
        self,
        server: str,
        task_id: str,
        *,
        rating: int | None = None,
        notes: str | None = None,
        cost: float | None = None,
        seed: int | None = None,
    ) -> bool:
        """Write down what is known of a task beside its snapshots; False when it is unknown."""
        row = (rating, notes, cost, seed, server, task_id)
        return self._database.write(sql.ANNOTATE, row).rowcount == 1

    def durations(
        self, server: str, action: str, mode: str | None, *, most: int = 20
    ) -> list[float]:
        """Return for how many seconds the last tasks like that were drawn, newest first."""
        rows = self._database.read(sql.DURATIONS, (server, action, mode, most))
        return [milliseconds / 1000 for (milliseconds,) in rows]

    def _tasks(self, question: str, values: tuple[Any, ...]) -> list[StoredTask]:
        rows = self._database.read(question, values)
        pictures = self.pictures_of({(row[0], row[1]) for row in rows})
        return [stored_task(row, tuple(pictures.get((row[0], row[1]), ()))) for row in rows]

    def try_writing(self) -> None:
        """
        Try whether history and pictures can be written.

        Raises:
            StoreError: They can't; the sentence says why.
        """
        with self._database.transaction() as connection:
            connection.execute("CREATE TABLE trial (x)")
            connection.execute("DROP TABLE trial")
        self.pictures.try_writing()

    def close(self) -> None:
        """Close the files; what was written stays."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
