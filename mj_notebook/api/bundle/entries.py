"""One task of history as a line of a bundle: free of secrets when written, checked when read."""

import contextlib
import json
from typing import Annotated, Any

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.models import Task
from mj_notebook.store.annotation_values import BEST, read_tag, read_tags, with_tag
from mj_notebook.store.history import Store
from mj_notebook.store.records import StoredTask, TaskOrigin
from mj_notebook.view.record import map_texts, own_tag, public_address, public_task, without_secrets

# Whom the proxy may take and whom it should call is nobody else's business.
_PRIVATE_FIELDS = ("accountFilter", "filter", "notifyHook", "state")

# A database holds no larger ones.
Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class PictureEntry(msgspec.Struct, frozen=True):
    """A picture of the task: what it is to it, where it was, and its content's hash."""

    role: str
    number: Number
    address: str
    sha256: str
    suffix: str
    at: float


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    A task, how it was asked for, and what came of it.

    Attributes:
        task: The last snapshot, in the wire's spelling.
        request: The request, in the wire's spelling; hashes stand for pictures.
        key: The content key of what was drawn, by which it is replayed.
        request_key: The content key of the request, where that is another one.
        offered: What its window offered, None when it had none.
        answer: What was answered, as *request*.
    """

    server: str
    task: dict[str, Any]
    kind: str | None = None
    prompt: str | None = None
    tag: str | None = None
    parent: str | None = None
    button: str | None = None
    asked_at: float | None = None
    mode: str | None = None
    request: dict[str, Any] = {}
    key: str | None = None
    request_key: str | None = None
    offered: str | None = None
    answered_at: float | None = None
    answer: dict[str, Any] = {}
    cost: float | None = None
    rating: Number | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()
    seed: Number | None = None
    pictures: tuple[PictureEntry, ...] = ()

    @property
    def snapshot(self) -> Task | None:
        """The task; None when it makes no sense."""
        return read_task(msgspec.json.encode(self.task))


def entry_of(stored: StoredTask, asking: TaskOrigin) -> Entry:
    """Make the line of a task."""
    return Entry(
        server=stored.server,
        task=public_task(stored.task),
        kind=stored.kind,
        prompt=_public(stored.prompt),
        tag=own_tag(stored.tag),
        parent=stored.parent_task,
        button=stored.custom_id,
        asked_at=stored.asked_at,
        mode=asking.mode,
        request=_request(asking.body),
        # Keys are made of what was sent, secrets of addresses with it; they are hashes, and tell
        # nothing.
        key=asking.key,
        request_key=asking.request_key if asking.request_key != asking.key else None,
        offered=_public(asking.offered),
        answered_at=asking.answered_at,
        answer=_request(asking.answer),
        cost=asking.cost,
        rating=asking.rating,
        notes=_public(asking.notes),
        tags=tuple(without_secrets(tag) for tag in read_tags(asking.tags)),
        seed=asking.seed,
        pictures=tuple(
            PictureEntry(
                one.role,
                one.number,
                public_address(one.url),
                one.picture.sha256,
                one.picture.media.suffix,
                one.at,
            )
            for one in stored.pictures
        ),
    )


def add_entry(store: Store, row: Entry, task: Task) -> None:
    """Write *row*, whose snapshot is *task*, into a history; its pictures are added apart."""
    if row.kind is not None:
        at = row.asked_at or 0.0
        first = store.record_intent(
            row.request,
            kind=row.kind,
            prompt=row.prompt or "",
            tag=row.tag or task.id,
            server=row.server,
            asked_at=at,
            parent_task=row.parent,
            custom_id=row.button,
            mode=row.mode,
            content_key=row.request_key or row.key,
        )
        # An intent without a task would be taken for one in doubt, and looked for.
        store.mark_accepted(first, task.id, at)
        # A window is two requests: what opened it, and the answer, by which it is found again.
        if row.offered is not None:
            at = row.answered_at or at
            answer = store.record_intent(
                row.answer,
                kind="Modal",
                prompt=row.offered,
                tag=row.tag or task.id,
                server=row.server,
                asked_at=at,
                custom_id=row.button,
                content_key=row.key,
            )
            store.mark_accepted(answer, task.id, at)
    store.save_tasks([(row.server, task)])
    store.annotate(
        row.server,
        task.id,
        # A bundle may be written by anybody: what is no rating is none.
        rating=row.rating if row.rating in range(1, BEST + 1) else None,
        notes=row.notes,
        cost=row.cost,
        seed=row.seed,
        tags=_sound_tags(row.tags),
    )


def _sound_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags of a line that are some: a bundle may be written by anybody."""
    column: str | None = None
    for tag in tags:
        with contextlib.suppress(UsageError):
            column = with_tag(column, read_tag(tag))
    return read_tags(column)


def _request(body: str | None) -> dict[str, Any]:
    """Return a kept request without what concerns nobody else."""
    told = {
        name: value
        for name, value in json.loads(body or "{}").items()
        if name not in _PRIVATE_FIELDS
    }
    public: dict[str, Any] = map_texts(told, without_secrets)
    return public


def _public(text: str | None) -> str | None:
    return None if text is None else without_secrets(text)
