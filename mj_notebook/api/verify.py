"""Verifying: every kept picture is read to its end; what is not whole is fetched again."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mj_notebook.api.state import current_server, current_session, current_store
from mj_notebook.errors import (
    MJError,
    NotAProxy,
    QueueFull,
    ServerUnreachable,
    StoreError,
    Unauthorized,
    Unavailable,
    UsageError,
)
from mj_notebook.language import marked, translated
from mj_notebook.protocol.buttons import tile_urls
from mj_notebook.protocol.models import Task
from mj_notebook.session.archiver import ANOTHER_FILE, gives_picture
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.job_pictures import check_picture
from mj_notebook.session.job_registry import other_server_error
from mj_notebook.settings.argument_types import checked
from mj_notebook.store.history import Store
from mj_notebook.store.records import IMAGE, TILE, StoredTask, TaskPicture
from mj_notebook.view.record import without_secrets
from mj_notebook.view.verification import (
    DAMAGED,
    FAILED,
    GONE,
    MISSING,
    NEVER,
    REPAIRED,
    PictureFault,
    Verification,
)

_ALL = -1  # to the database, no limit

# What says nothing of whether the server still has a picture.
_HINDERED = (
    StoreError,
    ServerUnreachable,
    NotAProxy,
    Unauthorized,
    QueueFull,
    Unavailable,
    UsageError,  # it is another server's
)


class _PicturePlace(NamedTuple):
    """Where a picture belongs that is not whole."""

    stored: StoredTask
    role: str
    number: int
    kept: TaskPicture | None
    fault: PictureFault


@checked
@interruptible(
    marked("Run it again for the rest."),
    stopped=marked("Stopped; what was repaired so far is kept."),
)
def verify(*, repair: bool = False) -> Verification:
    """
    Go through the pictures of history: which are missing, and which are not what was kept.

    Only files are read; no server is asked, or started, before something must be fetched.

    Args:
        repair: Fetch again what the server still has. A damaged file is moved to the folder
            "damaged" beside the pictures, never deleted.

    Raises:
        StoreError: History can't be read.

    Example:
        >>> mj.verify()
    """
    store, server = current_store(), current_server()
    checked, places = _faults(store, server)
    if not repair:
        return Verification(checked, tuple(place.fault for place in places))
    repairing = _Repair(store, server)
    return Verification(checked, tuple(map(repairing.repaired, places)))


def _faults(store: Store, server: str) -> tuple[int, list[_PicturePlace]]:
    """Return how many pictures were looked at, and those that are not whole."""
    states: dict[tuple[Path, bool], str] = {}  # several tasks may share one file
    places: list[_PicturePlace] = []
    for stored in store.latest(_ALL):
        for kept in stored.pictures:
            path = kept.picture.path
            # Read once, as reading is what takes the time.
            read = path, stored.may_be_film(kept.role)
            if read not in states:
                states[read] = _state(store, stored, kept)
            if states[read]:
                part = _part(kept.role, kept.number)
                fault = _fault(server, stored, part, states[read], path.name)
                places.append(_PicturePlace(stored, kept.role, kept.number, kept, fault))
        for role, number in _never_archived(stored):
            fault = _fault(server, stored, _part(role, number), NEVER, "")
            places.append(_PicturePlace(stored, role, number, None, fault))
    return len({path for path, _ in states}), places


def _state(store: Store, stored: StoredTask, kept: TaskPicture) -> str:
    """Return what is wrong with the file of a picture, "" when it holds what it should."""
    try:
        # A look at the folder first: a missing file is told apart from one that can't be read.
        if store.pictures.stamp(kept.picture.path) is None:
            return MISSING
        content = store.pictures.read_whole(kept.picture.sha256)
        if content is None:
            return DAMAGED
        # Half a picture may have been served, or a film, and kept as it was.
        check_picture(content, may_be_film=stored.may_be_film(kept.role))
    except MJError:
        return DAMAGED
    return ""


def _never_archived(stored: StoredTask) -> Iterator[tuple[str, int]]:
    """Yield what a task gave and was never kept; its tiles only where there is nothing else."""
    task, has = stored.task, {(kept.role, kept.number) for kept in stored.pictures}
    if not gives_picture(task):
        return
    tiles = tile_urls(task)
    if task.image_url or not tiles:  # some servers tell the address later, or told none
        if (IMAGE, 0) not in has:
            yield IMAGE, 0
        return
    for number in tiles:
        if (TILE, number) not in has:
            yield TILE, number


def _part(role: str, number: int) -> str:
    word = "picture" if role == IMAGE else role
    return f"{word} {number}" if number else word


def _fault(server: str, stored: StoredTask, part: str, state: str, file: str) -> PictureFault:
    return PictureFault(
        task_id=stored.task.id,
        # The current server needs no name; of another, it tells why nothing is repaired there.
        server="this server" if stored.server == server else stored.server,
        prompt=without_secrets(stored.prompt or stored.task.prompt or ""),
        part=part,
        file=file,
        state=state,
    )


class _Repair:
    """Fetches pictures again; each task is asked for once, and the first one opens a session."""

    def __init__(self, store: Store, server: str) -> None:
        self._store, self._server = store, server
        self._asked: dict[str, Task | MJError] = {}

    def repaired(self, place: _PicturePlace) -> PictureFault:
        """Return what came of one picture; what is broken stays as it is when nothing came."""
        if place.kept is not None and not _state(self._store, place.stored, place.kept):
            return replace(place.fault, outcome=REPAIRED)  # it came back with another task's
        try:
            content = self._content(place)
            remark = self._keep(place, content)
        except MJError as error:
            outcome = FAILED if isinstance(error, _HINDERED) else GONE
            return replace(place.fault, outcome=outcome, reason=str(error.args[0]))
        session = current_session()
        job = session.registry.get(place.stored.task.id, place.stored.server)
        if job is not None:
            session.archiver.show_archived(job)
        return replace(place.fault, outcome=REPAIRED, reason=remark)

    def _content(self, place: _PicturePlace) -> bytes:
        """Fetch the picture from where the server has it now, else from where it was."""
        task_id, kept = place.stored.task.id, place.kept
        # Another server would be asked for a task that it does not know, or for another of that id.
        if place.stored.server != self._server:
            raise other_server_error(task_id, place.stored.server)
        task = self._task(task_id)
        # Signed addresses expire: what the server says now comes before what was kept.
        urls = [_url(task, place) if isinstance(task, Task) else None, kept.url if kept else None]
        reason = (
            task
            if isinstance(task, MJError)
            else MJError(translated("The server gives no address."))
        )
        for url in dict.fromkeys(filter(None, urls)):
            try:
                content = current_session().client.picture(url)
                # Half a picture is no repair, nor is a film: they take nothing's place.
                check_picture(content, may_be_film=place.stored.may_be_film(place.role))
            except MJError as error:
                reason = error
            else:
                return content
        raise reason

    def _task(self, task_id: str) -> Task | MJError:
        if task_id not in self._asked:
            try:
                self._asked[task_id] = current_session().client.fetch(task_id)
            except MJError as error:
                # The error is kept too: a server that is down is asked once, not once a picture.
                self._asked[task_id] = error
        return self._asked[task_id]

    def _keep(self, place: _PicturePlace, content: bytes) -> str:
        """Keep what was fetched, and return what is different about it."""
        kept = place.kept
        is_same = kept is not None and hashlib.sha256(content).hexdigest() == kept.picture.sha256
        if kept is not None and is_same and place.fault.state == DAMAGED:
            # Moved aside before the new one takes its place: what is left of it is never lost by
            # us.
            self._store.pictures.quarantine(kept.picture.sha256)
        self._store.save_picture(
            place.stored.server,
            place.stored.task.id,
            content,
            url=kept.url if kept else "",
            role=place.role,
            number=place.number,
            at=current_session().now(),
        )
        # What was fetched may be encoded anew: other bytes are told, not refused.
        return "" if is_same or kept is None else translated(ANOTHER_FILE)


def _url(task: Task, place: _PicturePlace) -> str | None:
    return tile_urls(task).get(place.number) if place.role == TILE else task.image_url
