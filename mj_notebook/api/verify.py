"""Verifying: every kept picture is compared with its hash; what is not whole is fetched again."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mj_notebook.api.state import current_session
from mj_notebook.errors import MJError
from mj_notebook.protocol.models import Task
from mj_notebook.session.archiver import IMAGE, TILE, tiles_of
from mj_notebook.session.job_registry import elsewhere
from mj_notebook.session.session import Session
from mj_notebook.view.record import without_secrets
from mj_notebook.view.verification import (
    DAMAGED,
    GONE,
    MISSING,
    NEVER,
    REPAIRED,
    Fault,
    Verification,
)

if TYPE_CHECKING:
    from mj_notebook.store.records import StoredTask, TaskPicture

_ALL = -1  # to the database, no limit


class _Place(NamedTuple):
    """Where a picture belongs that is not whole."""

    stored: "StoredTask"
    role: str
    number: int
    kept: "TaskPicture | None"
    fault: Fault


def verify(*, repair: bool = False) -> Verification:
    """
    Go through the pictures of history: which are missing, and which are not what was kept.

    Args:
        repair: Fetch again what the server still has. A damaged file is moved to the folder
            "damaged" beside the pictures, never deleted.
    """
    session = current_session()
    checked, places = _faults(session)
    if not repair:
        return Verification(checked, tuple(place.fault for place in places))
    repairing = _Repairing(session)
    return Verification(checked, tuple(map(repairing.repaired, places)))


def _faults(session: Session) -> tuple[int, list[_Place]]:
    """Return how many pictures were looked at, and those that are not whole."""
    states: dict[Path, str] = {}  # several tasks may share one file
    places: list[_Place] = []
    for stored in session.store.latest(_ALL):
        for kept in stored.pictures:
            path = kept.picture.path
            if path not in states:
                states[path] = _state(path, kept.picture.sha256)
            if states[path]:
                part = _part(kept.role, kept.number)
                fault = _fault(session, stored, part, states[path], path.name)
                places.append(_Place(stored, kept.role, kept.number, kept, fault))
        for role, number in _never_kept(stored):
            fault = _fault(session, stored, _part(role, number), NEVER, "")
            places.append(_Place(stored, role, number, None, fault))
    return len(states), places


def _state(path: Path, sha256: str) -> str:
    """Return what is wrong with a file, "" when it holds what it should."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return MISSING
    except OSError:
        return DAMAGED
    return "" if found == sha256 else DAMAGED


def _never_kept(stored: "StoredTask") -> Iterator[tuple[str, int]]:
    """Yield what a task gave and was never kept; its tiles only where there is nothing else."""
    task, has = stored.task, {(kept.role, kept.number) for kept in stored.pictures}
    if not task.succeeded:
        return
    if task.image_url:
        if (IMAGE, 0) not in has:
            yield IMAGE, 0
        return
    for number, _ in tiles_of(task):
        if (TILE, number) not in has:
            yield TILE, number


def _part(role: str, number: int) -> str:
    word = "picture" if role == IMAGE else role
    return f"{word} {number}" if number else word


def _fault(session: Session, stored: "StoredTask", part: str, state: str, file: str) -> Fault:
    return Fault(
        task_id=stored.task.id,
        server="this server" if stored.server == session.server else stored.server,
        prompt=without_secrets(stored.prompt or stored.task.prompt or ""),
        part=part,
        file=file,
        state=state,
    )


class _Repairing:
    """Fetches pictures again; each task is asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._asked: dict[str, Task | MJError] = {}

    def repaired(self, place: _Place) -> Fault:
        """Return what came of one picture; what is broken stays as it is when nothing came."""
        try:
            content = self._content(place)
            remark = self._keep(place, content)
        except MJError as error:
            return replace(place.fault, outcome=GONE, reason=str(error.args[0]))
        job = self._session.registry.known(place.stored.task.id, place.stored.server)
        if job is not None:
            self._session.archiver.show_kept(job)
        return replace(place.fault, outcome=REPAIRED, reason=remark)

    def _content(self, place: _Place) -> bytes:
        """Fetch the picture from where the server has it now, else from where it was."""
        task_id, kept = place.stored.task.id, place.kept
        if place.stored.server != self._session.server:
            raise elsewhere(task_id, place.stored.server)
        task = self._task(task_id)
        urls = [_url(task, place) if isinstance(task, Task) else None, kept.url if kept else None]
        reason = task if isinstance(task, MJError) else MJError("The server gives no address.")
        for url in dict.fromkeys(filter(None, urls)):
            try:
                return self._session.client.picture(url)
            except MJError as error:
                reason = error
        raise reason

    def _task(self, task_id: str) -> Task | MJError:
        if task_id not in self._asked:
            try:
                self._asked[task_id] = self._session.client.fetch(task_id)
            except MJError as error:
                self._asked[task_id] = error
        return self._asked[task_id]

    def _keep(self, place: _Place, content: bytes) -> str:
        """Keep what was fetched, and return what is different about it."""
        store, kept = self._session.store, place.kept
        is_same = kept is not None and hashlib.sha256(content).hexdigest() == kept.picture.sha256
        if kept is not None and is_same:
            _set_aside(kept.picture.path)
        store.keep(
            place.stored.server,
            place.stored.task.id,
            content,
            url=kept.url if kept else "",
            role=place.role,
            number=place.number,
            at=self._session.now(),
        )
        different = "The server gave another file than the one that was kept."
        return "" if is_same or kept is None else different


def _url(task: Task, place: _Place) -> str | None:
    return dict(tiles_of(task)).get(place.number) if place.role == TILE else task.image_url


def _set_aside(path: Path) -> None:
    """Move a damaged file away, so that the whole one can take its place."""
    if not path.exists():
        return
    folder = path.parent.parent / "damaged"
    try:
        folder.mkdir(exist_ok=True)
        number = 1
        while (target := folder / f"{path.name}-{number}").exists():
            number += 1
        path.rename(target)
    except OSError as error:
        raise MJError(f"The damaged file can't be moved away: {error.strerror}.") from error
