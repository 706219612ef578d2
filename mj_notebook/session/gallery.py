"""Galleries: history as pictures: what is found, in parts, with small and large pictures."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from mj_notebook.errors import MJError, StoreError, UsageError
from mj_notebook.protocol.media import media_of
from mj_notebook.session.history import History
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store
from mj_notebook.view.cells import Cell, cell_of_record
from mj_notebook.view.html import Safe, el

FIELDS = ("text", "action", "status", "since")
"""What can be asked for in a gallery itself, each in the words of `History.where`."""

_FIRST_ROWS = 60
# Short, as they stand where the picture would; where the files are is nobody's business there.
_GONE = "The file of the picture is gone; opening the task asks for it again."
_DAMAGED = "The file of the picture is damaged; opening the task asks for it again."
_UNREADABLE = "The file of the picture can't be read."
_FILM = "A film: open the task to watch it."


class GalleryItem(NamedTuple):
    """
    A task of a gallery.

    Attributes:
        task: Its id, "" for a request of which nobody knows whether there is a task for it.
        sha256: Its picture, "" for none.
    """

    cell: Cell
    task: str
    server: str
    sha256: str


class Gallery:
    """
    History as pictures, to look through, compare and go on from.

    Its methods read files and may be called from any thread.

    Args:
        history: What it is about.
        filters: What is asked for at first, by the names of `FIELDS`.
        worker: Owns what is shown live.
        find_job: Returns the job of a task id; called when one is opened.
    """

    def __init__(
        self,
        history: History,
        asked: Mapping[str, str],
        *,
        worker: Worker,
        find_job: Callable[[str], Job],
    ) -> None:
        if history.store is None:
            raise UsageError(
                "A history read from a file has no pictures.", hint="Show the history itself."
            )
        self.store: Store = history.store
        self.history, self.worker, self.find_job = history, worker, find_job
        self.filters = {name: asked.get(name, "") for name in FIELDS}

    @property
    def found(self) -> History:
        """What was asked for at first."""
        return self.find(self.filters)

    def find(self, asked: Mapping[str, str]) -> History:
        """
        Return the tasks that are *asked* for, the newest first; an empty field asks for nothing.

        Raises:
            UsageError: A field makes no sense.
        """
        wanted: dict[str, Any] = {
            name: asked[name].strip() for name in FIELDS if asked.get(name, "").strip()
        }
        return self.history.where(**wanted)

    def rows(self, found: History, first: int = 0, last: int = _FIRST_ROWS) -> list[GalleryItem]:
        """Return the tasks from number *first* to before *last*."""
        return [
            GalleryItem(
                cell_of_record(record),
                record["task"] or "",
                record["server"],
                record["sha256"] or "",
            )
            for record in found[first:last]
        ]

    def actions(self) -> list[str]:
        """Return the kinds of tasks there are."""
        return self.store.queries.actions()

    def cached_thumbnails(self, wanted: Sequence[str]) -> dict[str, bytes]:
        """Return the small pictures that are at hand, by SHA-256."""
        return self.store.thumbnails(wanted)

    def make_thumbnail(self, sha256: str) -> tuple[bytes, str]:
        """Make a small picture that is not at hand; without one, say why there is none."""
        from mj_notebook.images.thumbnails import tiny_jpeg  # loads Pillow

        content, why = self._content(sha256)
        if why:
            return b"", why
        try:
            made = tiny_jpeg(content)
        except MJError:
            return b"", _UNREADABLE
        self.store.save_thumbnails({sha256: made})
        return made, ""

    def large(self, sha256: str) -> tuple[bytes, str]:
        """Make a picture to be looked at closely; without one, say why there is none."""
        from mj_notebook.images.thumbnails import large  # loads Pillow

        content, why = self._content(sha256)
        if why:
            return b"", why
        try:
            return large(content), ""
        except MJError:
            return b"", _UNREADABLE

    def _content(self, sha256: str) -> tuple[bytes, str]:
        try:
            content = self.store.pictures.read_whole(sha256)
        except StoreError:
            return b"", _GONE
        if content is None:
            return b"", _DAMAGED
        media = media_of(content)
        return (b"", _FILM) if media and media.mime.startswith("video/") else (content, "")

    def __repr__(self) -> str:
        return repr(self.found)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.bundle()

    def bundle(self) -> dict[str, str]:
        """Return what stays in the file: the table of the newest tasks."""
        bundle = self.found._repr_mimebundle_()
        table = Safe(bundle["text/html"])  # written by the one builder
        return {**bundle, "text/html": str(el("div", table, class_="mj-static"))}
