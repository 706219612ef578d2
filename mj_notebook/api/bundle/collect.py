"""From the tasks that are wanted to what a bundle holds of them, and to what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from mj_notebook.api.bundle.entries import Entry, PictureEntry, entry_of
from mj_notebook.api.bundle.manifest import Gap, picture_name
from mj_notebook.api.bundle.notebooks import TaskReference
from mj_notebook.errors import MJError
from mj_notebook.language import marked
from mj_notebook.store.history import Store
from mj_notebook.store.judgement_files import JudgementEntry
from mj_notebook.store.records import StoredTask
from mj_notebook.view.record import without_secrets

_GONE = marked("its picture is not in history any more")
_NONE = marked("history has no picture of it")
_CHANGED = marked("its picture is not what it was when it was kept")
_OPEN = marked("it had not ended when the bundle was made")
_UNKNOWN = marked("this history does not know it")


@dataclass
class BundleContents:
    """
    What goes into a bundle.

    Attributes:
        rows: The tasks, each after its parent.
        pictures: Names in the bundle, and the SHA-256 of what is there.
        judgements: What raters said of these pictures.
    """

    rows: list[Entry] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    judgements: list[JudgementEntry] = field(default_factory=list)
    missing: list[Gap] = field(default_factory=list)


def lines_of(rows: Iterable[msgspec.Struct]) -> bytes:
    """Return one line for each of them; the same give the same bytes."""
    # Sorted keys: two bundles of the same tasks compare as equal.
    return b"".join(msgspec.json.encode(row, order="sorted") + b"\n" for row in rows)


def collect_contents(store: Store, wanted: Iterable[TaskReference]) -> BundleContents:
    """Gather *wanted* tasks with those they came from, up to the first."""
    found: dict[tuple[str, str], tuple[StoredTask, TaskReference]] = {}
    contents = BundleContents()
    left = list(wanted)
    while left:
        one = left.pop(0)
        stored = store.task(one.task, one.server)
        if stored is None:
            contents.missing.append(_gap(one, _UNKNOWN))
            continue
        # Families meet: a grid is the parent of all its upscales.
        if (stored.server, one.task) in found:
            continue
        found[stored.server, one.task] = (stored, one)
        if stored.parent_task:
            # Without its parents a picture can't be replayed: they are what its cell asks for
            # first.
            left.append(TaskReference(stored.parent_task, stored.server, one.where))
        if one.with_children:
            family = store.family(one.task, server=stored.server)
            left += [
                TaskReference(child.task.id, child.server, one.where, with_children=True)
                for child in (family.children if family else ())
            ]
    for stored, one in sorted(found.values(), key=lambda pair: _age(pair[0])):
        _add(contents, store, stored, _with_prompt(one, stored))
    said = store.judgements.among(contents.pictures.values())
    contents.judgements = [msgspec.convert(one._asdict(), JudgementEntry) for one in said]
    # Reversed, so that the first place that misses a task is the one that is named.
    once = {(gap.task, gap.reason): gap for gap in reversed(contents.missing)}
    contents.missing = [once[which] for which in sorted(once)]
    return contents


def _add(contents: BundleContents, store: Store, stored: StoredTask, wanted: TaskReference) -> None:
    """Add one task with its pictures; what can't be added is a gap."""
    # Half a task would be replayed as open, and nobody is there to end it.
    if not stored.task.is_final:
        contents.missing.append(_gap(wanted, _OPEN))
        return
    origin = store.origin_of(stored.server, stored.task.id)
    assert origin is not None
    row = entry_of(stored, origin)
    kept = []
    for picture in row.pictures:
        if reason := _missing(store, picture):
            contents.missing.append(_gap(wanted, reason))
            continue
        contents.pictures[picture_name(picture.sha256, picture.suffix)] = picture.sha256
        kept.append(picture)
    # A task that tells words has no picture, and misses none.
    if stored.task.succeeded and stored.task.image_url and not row.pictures:
        contents.missing.append(_gap(wanted, _NONE))
    contents.rows.append(msgspec.structs.replace(row, pictures=tuple(kept)))


def _missing(store: Store, picture: PictureEntry) -> str:
    try:
        return "" if store.pictures.is_intact(picture.sha256) else _CHANGED
    except MJError:
        return _GONE


def _age(stored: StoredTask) -> tuple[float, str, str]:
    """Tell which was first, so that the newest of equal requests is replayed from a bundle too."""
    at = stored.asked_at or (stored.task.submit_time or 0) / 1000
    return (at, stored.server, stored.task.id)


def _with_prompt(wanted: TaskReference, stored: StoredTask) -> TaskReference:
    """Say what *wanted* was asked for, where nobody has said it yet."""
    prompt = wanted.prompt or stored.prompt or stored.task.prompt or ""
    return wanted._replace(prompt=prompt)


def _gap(wanted: TaskReference, reason: str) -> Gap:
    return Gap(wanted.task, wanted.where, wanted.step, without_secrets(wanted.prompt), reason)
