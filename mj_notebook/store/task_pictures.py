"""The album: which kept picture belongs to which task, and the small ones of them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from mj_notebook.protocol.media import Media
from mj_notebook.store import sql
from mj_notebook.store.database import Database
from mj_notebook.store.pictures import Picture, Pictures
from mj_notebook.store.records import TaskPicture, without_credentials


class Album:
    """
    The part of the store that knows the pictures of tasks.

    Args:
        database: The records.
        folder: Where the pictures lie.

    Attributes:
        pictures: The kept pictures by content.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self.pictures = Pictures(folder)

    def keep(
        self,
        server: str,
        task_id: str,
        content: bytes,
        *,
        url: str,
        role: str = "image",
        number: int = 0,
        at: float,
    ) -> Picture:
        """Keep *content* as the picture of a task, and return where it is."""
        picture = self.pictures.put(content)
        self.note_picture(server, task_id, picture, url=url, role=role, number=number, at=at)
        return picture

    def note_picture(
        self,
        server: str,
        task_id: str,
        picture: Picture,
        *,
        url: str,
        role: str = "image",
        number: int = 0,
        at: float,
    ) -> None:
        """Write down that a kept *picture* belongs to a task."""
        with self._database.transaction() as connection:
            connection.execute(
                sql.NOTE_PICTURE,
                (picture.sha256, *picture.media, picture.size, picture.width, picture.height),
            )
            where = without_credentials(url)
            connection.execute(sql.KEEP, (server, task_id, role, number, where, picture.sha256, at))

    def picture(
        self, server: str, task_id: str, *, role: str = "image", number: int = 0
    ) -> Picture | None:
        """Return a task's kept picture; None when none is kept or its file is gone."""
        for kept in self.pictures_of({(server, task_id)}).get((server, task_id), ()):
            if (kept.role, kept.number) == (role, number):
                return kept.picture if kept.picture.path.exists() else None
        return None

    def keep_thumbnails(self, made: Mapping[str, bytes]) -> None:
        """Keep small JPEGs by the SHA-256 of the pictures they are of."""
        with self._database.transaction() as connection:
            connection.executemany(sql.KEEP_THUMBNAIL, list(made.items()))

    def thumbnails(self, wanted: Iterable[str]) -> dict[str, bytes]:
        """Return the small JPEGs that are kept of the pictures *wanted* (SHA-256)."""
        return dict(self._database.read(sql.THUMBNAILS, (json.dumps(list(wanted)),)))

    def pictures_of(self, tasks: set[tuple[str, str]]) -> dict[tuple[str, str], list[TaskPicture]]:
        """Return the kept pictures of many tasks (server, task id) in one question."""
        if not tasks:
            return {}
        servers, ids = (json.dumps(sorted(part)) for part in zip(*tasks, strict=True))
        rows = self._database.read(sql.PICTURES, (ids, servers))
        found: dict[tuple[str, str], list[TaskPicture]] = {}
        for server, task_id, role, number, url, at, sha256, mime, suffix, *rest in rows:
            path = self.pictures.place(sha256, suffix)
            picture = Picture(sha256, path, Media(mime, suffix), *rest)
            found.setdefault((server, task_id), []).append(
                TaskPicture(role, number, url, picture, at)
            )
        return found
