"""The record of a task in a picture file: in, out, and off again; bytes to bytes, no decoding."""

import json
from typing import Any, Protocol

from mj_notebook.errors import UsageError
from mj_notebook.images.metadata import jpeg, png, webp
from mj_notebook.images.metadata.captions import caption_lines
from mj_notebook.images.metadata.carrier import MAX_RECORD, Payload, corrupt_file_error
from mj_notebook.language import translated
from mj_notebook.protocol.media import JPEG, PNG, WEBP, Media, media_of


class _Format(Protocol):
    """What is done with files of one format."""

    def embed(self, content: bytes, payload: Payload) -> bytes: ...
    def strip(self, content: bytes, *, everything: bool) -> bytes: ...
    def extract(self, content: bytes) -> bytes | None: ...


_FORMATS: dict[Media, _Format] = {PNG: png, JPEG: jpeg, WEBP: webp}
EMBEDDABLE_FORMATS = frozenset(_FORMATS)
"""The formats that can carry a record."""


def with_provenance(content: bytes, record: dict[str, Any]) -> bytes:
    """
    Return a PNG, JPEG or WebP with *record* in it; the picture's own bytes stay as they are.

    Args:
        content: The file. A record that it carries already is replaced; what others wrote into
            it stays.
        record: What is told, free of secrets; plain values for JSON.

    Raises:
        UsageError: The file is of another kind, or broken.
    """
    # ASCII alone, so that no format and no program on the way changes a sign.
    text = json.dumps(record, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    if len(text) > MAX_RECORD:
        raise UsageError(
            translated(
                "The record of this task has more than {max_record} MB.",
                max_record=MAX_RECORD // 1000000,
            ),
            hint=translated("Save the picture without it: job.save(strip=True)."),
        )
    carried = Payload(caption_lines(record), text.encode())
    return _format(content).embed(content, carried)


def read_provenance(content: bytes) -> dict[str, Any] | None:
    """
    Return the record a picture file carries, None when it carries none.

    Raises:
        UsageError: The file is broken, or its record is no honest one.
    """
    media = media_of(content)
    if media not in EMBEDDABLE_FORMATS:
        return None
    found = _format(content).extract(content)
    return None if found is None else _read(found)


def without_provenance(content: bytes) -> bytes:
    """Return the picture alone: nothing in the file tells where it came from, us or anybody."""
    return _format(content).strip(content, everything=True)


def as_served(content: bytes) -> bytes:
    """Return the file as it was before we wrote into it."""
    return _format(content).strip(content, everything=False)


def is_same_picture(one: bytes, other: bytes) -> bool:
    """Tell whether two files hold the same picture of the same task, with a record each."""
    try:
        records = [read_provenance(one), read_provenance(other)]
        # What we wrote may differ by what was learned since; the picture's own bytes may not.
        if None in records or as_served(one) != as_served(other):
            return False
    except UsageError:
        return False
    first, second = (_identity(record) for record in records)
    return first == second


def _identity(record: dict[str, Any] | None) -> tuple[object, ...]:
    """Return what stays the same of a record, whenever it is written."""
    values = record or {}
    return (
        values.get("picture"),
        values.get("number"),
        caption_lines({"job": values.get("job")}).get("task"),
    )


def _format(content: bytes) -> _Format:
    media = media_of(content)
    if media not in EMBEDDABLE_FORMATS:
        kind = media.mime if media else translated("no picture")
        raise UsageError(
            translated("A record can't be kept in this file: it is {kind}.", kind=kind),
            hint=translated("Give a PNG, JPEG or WebP."),
        )
    return _FORMATS[media]


def _read(text: bytes) -> dict[str, Any]:
    if len(text) > MAX_RECORD:
        raise corrupt_file_error(translated("its record is far too large"))
    try:
        # Files are hostile: a name given twice is read otherwise by every program.
        record = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise corrupt_file_error(translated("its record can't be read")) from error
    if not isinstance(record, dict):
        raise corrupt_file_error(translated("its record is none"))
    return record


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name is given twice")
    return values


def _refuse(word: str) -> None:
    raise ValueError(word)
