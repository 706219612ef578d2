"""What the store gives back, and the one function through which every row of a task is read."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import msgspec

from mj_notebook.protocol.addresses import ADDRESS
from mj_notebook.protocol.buttons import is_film
from mj_notebook.protocol.callback_url import redact_tokens
from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.media import read_data_url
from mj_notebook.protocol.models import Task, write_task
from mj_notebook.protocol.nested import map_leaves
from mj_notebook.protocol.vocabulary import Status, status_of
from mj_notebook.store.annotation_values import Annotation, read_tags
from mj_notebook.store.fingerprint import picture_token
from mj_notebook.store.pictures import Picture

IMAGE, TILE = "image", "tile"
"""What a kept picture is to its task: the result, or one of its four tiles (1 to 4)."""


class Before(StrEnum):
    """What is known of what is asked for, so that it is not simply sent."""

    DRAWN = "drawn"
    UNDER_WAY = "under way"
    IN_DOUBT = "in doubt"
    """It was sent, and nobody knows what became of it."""
    REPEATED = "repeated"
    """An earlier one of the same list asks for it."""

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing, whatever else is started."""
        return self in (Before.DRAWN, Before.UNDER_WAY)


class TaskPicture(NamedTuple):
    """
    A kept picture and what it is to its task.

    Attributes:
        role: `IMAGE` or `TILE`.
        number: 0, or which tile it is.
        url: Where it was served, as served, but without credentials.
        at: When it was kept, epoch seconds.
    """

    role: str
    number: int
    url: str
    picture: Picture
    at: float


class StoredTask(NamedTuple):
    """
    One task as history remembers it.

    Attributes:
        server: The proxy's alias.
        task: The latest snapshot that was kept.
        intent: The number of its request; None for a task taken over from elsewhere.
        kind: The kind of its request ("Imagine"), None as above; so are the next ones.
        asked_at: When it was asked for, epoch seconds.
        mode: The speed that was asked for.
        key: The content key of what was drawn; a window's answer gives it another one.
        seed: As the server told it, None as long as nobody asked for it.
        annotation: What a person thinks of it.
        pictures: What is kept of it, by role and number; a file may be gone all the same.
        user: Who asked, None when that is not known.
    """

    server: str
    task: Task
    intent: int | None
    kind: str | None
    prompt: str | None
    tag: str | None
    parent_task: str | None
    custom_id: str | None
    asked_at: float | None
    mode: str | None
    key: str | None
    seed: int | None
    annotation: Annotation = Annotation()
    pictures: tuple[TaskPicture, ...] = ()
    user: str | None = None

    @property
    def image(self) -> Picture | None:
        """The picture that was kept of it."""
        return next((kept.picture for kept in self._fitting if kept.role == IMAGE), None)

    @property
    def tiles(self) -> dict[int, Picture]:
        """The tiles that were kept, by number."""
        return {kept.number: kept.picture for kept in self._fitting if kept.role == TILE}

    @property
    def _fitting(self) -> Iterator[TaskPicture]:
        """Yield what is kept, but no film that a server gave in the place of a picture."""
        for kept in self.pictures:
            if not kept.picture.media.is_film or self.may_be_film(kept.role):
                yield kept

    def may_be_film(self, role: str) -> bool:
        """Tell whether what is kept in that *role* may be a film."""
        return role == IMAGE and is_film(self.task)


class StoredFamily(NamedTuple):
    """
    One task with those it came from, and all that came of these.

    Attributes:
        task: The one that was asked for.
        members: All of them, it too, oldest first.
    """

    task: StoredTask
    members: tuple[StoredTask, ...]

    @property
    def parent(self) -> StoredTask | None:
        """What the task came from."""
        return self.parent_of(self.task)

    @property
    def children(self) -> tuple[StoredTask, ...]:
        """What came of the task, oldest first."""
        return self.children_of(self.task)

    def parent_of(self, member: StoredTask) -> StoredTask | None:
        """Return what a member came from; None when it is the first, or that one is unknown."""
        parents = (other for other in self.members if _made(other, member))
        return next(parents, None)

    def children_of(self, member: StoredTask) -> tuple[StoredTask, ...]:
        """Return what came of a member, oldest first."""
        return tuple(other for other in self.members if _made(member, other))


def _made(parent: StoredTask, child: StoredTask) -> bool:
    # Some servers name a task its own parent; nothing comes of itself.
    return parent.task.id == child.parent_task != child.task.id


class TaskOrigin(NamedTuple):
    """
    How a task was asked for, and what is known of it beside its snapshot.

    Attributes:
        mode: The speed that was asked for.
        request_key: The content key of its request.
        body: That request, as it is kept.
        key: The content key of what was drawn; another one where a window was answered.
        offered: The prompt which that window offered, None without a window.
        answered_at: When it was answered, epoch seconds.
        answer: The answer, as it is kept.
    """

    mode: str | None
    request_key: str | None
    body: str | None
    key: str | None
    offered: str | None
    answered_at: float | None
    answer: str | None
    cost: float | None
    rating: int | None
    notes: str | None
    seed: int | None
    tags: str | None


class Beat(NamedTuple):
    """
    When the kernel that sends a request last said so.

    Attributes:
        seconds: How long ago that was.
        is_certain: Whether one clock told both times, which nobody sets; else two machines did, or
            a clock that was set meanwhile.
        said_at: What was written down, another number for each beat.
    """

    seconds: float
    is_certain: bool
    said_at: float


# A submit may take a minute to be answered; only after that can its task be called missing.
SETTLED_AFTER = 90.0
"""Seconds after which nobody is sending a request any more."""


class StoredRequest(NamedTuple):
    """
    A request whose fate is not known: written, but never seen accepted or refused.

    Attributes:
        state: "intended" (this kernel died before it knew) or "unknown" (the line broke).
        record: What was asked, in the wire's spelling, pictures replaced by their hashes.
        user: Who asked, None when that is not known.
    """

    intent: int
    server: str
    kind: str
    prompt: str
    tag: str
    state: str
    parent_task: str | None
    custom_id: str | None
    asked_at: float
    record: dict[str, Any]
    user: str | None = None


def stored_task(row: Sequence[Any], pictures: tuple[TaskPicture, ...] = ()) -> StoredTask:
    """Make the record of a row of the questions for tasks."""
    server, task_id, action, status, prompt, submit_time, reply = row[:7]
    task = read_task(decompress_reply(reply)) if reply else None
    if task is None:  # accepted, and never asked for since
        where = status_of(status)
        task = Task(id=task_id, action=action, status=where, prompt=prompt, submit_time=submit_time)
    elif task.status == Status.MODAL and status != Status.MODAL:  # it was answered since
        task = msgspec.structs.replace(task, status=status_of(status))
    rating, tags, notes = row[17:20]
    annotation = Annotation(rating, read_tags(tags), notes or "")
    return StoredTask._make((server, task, *row[7:17], annotation, pictures, row[20]))


def stored_request(row: Sequence[Any]) -> StoredRequest:
    """Make the record of a row of the question for requests."""
    return StoredRequest._make((*row[:9], json.loads(row[9]), row[10]))


# Below this compressing costs more time than the bytes are worth.
_SMALL = 1000


def compress_reply(task: Task) -> bytes:
    """Return the untouched reply of *task* for keeping; large final ones are compressed."""
    reply = bytes(task.reply).strip() or write_task(task)
    return zlib.compress(reply, 1) if task.is_final and len(reply) > _SMALL else reply


def decompress_reply(reply: bytes) -> bytes:
    """Undo `compress_reply`: compressed text begins with a byte that JSON never begins with."""
    return zlib.decompress(reply) if reply[:1] == b"\x78" else reply


# Longer text in a request is a picture; its hash says as much for history.
_LONGEST_TEXT = 20_000
_SECRET_KEYS = re.compile(
    r"(?i)(?<=[?&])(token|key|api_?key|secret|access_token|password|mj-api-secret)=[^&]*"
)


def without_credentials(url: str) -> str:
    """Return *url* as it was, but without user name, password, key in its query, or hook."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    # Behind the last one: a password may hold one itself.
    if "@" in parts.netloc:
        url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return redact_tokens(_SECRET_KEYS.sub(r"\1=", url))


def without_secrets_in(text: str) -> str:
    """Return *text* with each address in it as `without_credentials` leaves it."""
    return ADDRESS.sub(lambda found: without_credentials(found[0]), text)


def redact_request(value: Any) -> Any:
    """Return a request's record fit for keeping: hashes for pictures, no credentials in it."""
    return map_leaves(value, _redact)


def _redact(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith("data:"):
        return picture_token(value)
    if len(value) > _LONGEST_TEXT:
        return f"sha256:{hashlib.sha256(read_data_url(value) or value.encode()).hexdigest()}"
    return without_credentials(value) if value.startswith(("http://", "https://")) else value
