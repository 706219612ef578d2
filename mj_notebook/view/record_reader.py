"""The way back: from the values in a file to what is known of a task; files are hostile."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.protocol.addresses import CDN_HOSTS
from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.forgiving_json import NotJSON
from mj_notebook.protocol.models import Task
from mj_notebook.view.record import MIME

# Up to six digits: Python refuses to read endless ones, and slowly.
_FORMAT = re.compile(r"application/vnd\.mj-notebook\.task\.v(\d{1,6})\+json")
# An id becomes a part of an address; the servers of the family give digits, letters, dashes.
_ID = re.compile(r"[\w.:-]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Recorded:
    """
    What a file tells of one task.

    Attributes:
        task: The snapshot; addresses of pictures are only kept where anybody may fetch them.
        server: How the server was called.
        is_demo: Whether the demo server drew it.
        picture: The SHA-256 of the picture in the file as it was served, "" when it isn't told.
        number: Which tile that is, 0 for the whole picture.
        parents: Ids of the tasks above, the nearest first.
        size: Pixels of the whole picture, None when there was none.
    """

    task: Task
    prompt: str = ""
    server: str = ""
    is_demo: bool = False
    step: str = ""
    custom_id: str = ""
    asked_at: float | None = None
    seed: str | None = None
    picture: str = ""
    number: int = 0
    parents: tuple[str, ...] = ()
    size: tuple[int, int] | None = None


def version_of_format(name: object) -> int | None:
    """Return the version in the name of a record's format, None for another thing."""
    found = _FORMAT.fullmatch(name) if isinstance(name, str) else None
    return int(found[1]) if found else None


def check_format(name: object) -> None:
    """Raise `UsageError` when a record of this format can't be read here."""
    version = version_of_format(name)
    if version is None:
        raise UsageError(
            translated("The record in the file is not one of ours."),
            hint=translated("Files saved here carry one."),
        )
    # Newer records may mean the same keys otherwise; a wrong reading would go into history.
    if name != MIME:
        raise UsageError(
            translated(
                "The record in the file has version {version}, which is not known here.",
                version=version,
            ),
            hint=translated("Run pip install -U mj-notebook."),
        )


def read_saved(record: Mapping[str, Any]) -> Recorded:
    """Read the record of a saved picture."""
    check_format(record.get("format"))
    number = record.get("number")
    parents = record.get("parents")
    return read_job(
        record.get("job"),
        custom_id=_text(record.get("custom_id")),
        picture=_text(record.get("picture")),
        # A grid has four tiles; anything else is the whole picture.
        number=number if isinstance(number, int) and 1 <= number <= 4 else 0,
        parents=tuple(one for one in parents if is_id(one)) if isinstance(parents, list) else (),
    )


def read_job(job: object, **more: Any) -> Recorded:
    """Read one job as `record.public_record` writes it; *more* is known besides."""
    task = _task(job.get("task")) if isinstance(job, Mapping) else None
    if task is None or not isinstance(job, Mapping):
        raise UsageError(
            translated("The record in the file names no task."),
            hint=translated("Take another copy of the file."),
        )
    parents: tuple[str, ...] = more.get("parents") or ()
    # Some servers name no parent; the file does, as it was pressed here.
    if parents and task.parent_id is None:
        task = msgspec.structs.replace(task, parent_id=parents[0])
    return Recorded(
        task=task,
        prompt=_text(job.get("prompt")),
        server=_text(job.get("server")),
        is_demo=job.get("demo") is True,
        step=_text(job.get("step")),
        asked_at=_moment(job.get("asked_at")),
        seed=_text(job.get("seed")) or None,
        size=_size(job.get("size")),
        **more,
    )


def _task(values: object) -> Task | None:
    try:
        # By the same reader as a server's answer: it forgives, and it bounds.
        task = read_task(json.dumps(values).encode()) if isinstance(values, Mapping) else None
    except (NotJSON, ValueError, RecursionError):
        return None
    if task is None or not is_id(task.id):
        return None
    tiles = tuple(url for url in task.image_urls or () if _is_public(url))
    times = (task.submit_time, task.start_time, task.finish_time)
    submitted, started, finished = (time if _moment(time, 1e14) else None for time in times)
    # What is kept is what was read: the untouched reply would bring the other addresses back.
    return msgspec.structs.replace(
        task,
        submit_time=submitted,
        start_time=started,
        finish_time=finished,
        image_url=task.image_url if _is_public(task.image_url) else None,
        # All or none: with one left out, tile 3 would be taken for tile 2.
        image_urls=tiles if len(tiles) == 4 else None,
        # What a file names is fetched from Midjourney's picture hosts or not at all.
        video_url=None,
        video_urls=None,
        reply=msgspec.Raw(b""),
    )


def _is_public(url: str | None) -> bool:
    """Tell whether *url* is where Midjourney keeps pictures: a file must not send us elsewhere."""
    if not url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # The whole netloc, so that neither a port nor a user name slips through.
    return parts.scheme == "https" and parts.netloc in CDN_HOSTS


def is_id(value: object) -> bool:
    """Tell whether *value* may be a task's id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _size(value: object) -> tuple[int, int] | None:
    match value:
        # Sizes are multiplied later on; a file must not make us ask for gigabytes.
        case [int(width), int(height)] if 0 < width < 100_000 and 0 < height < 100_000:
            return (width, height)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object, most: float = 1e11) -> float | None:
    """Return *value* when it may be a time, epoch seconds or other parts up to *most*."""
    # True is an int to Python, and no time.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < most else None
