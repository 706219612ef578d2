"""Tolerant reading: from the bytes of any server of the family to our records.

The fast way reads well-formed answers straight into records. An item that does not fit (numbers as
strings, nulls, nested buttons, emoji as objects) goes the slow way: it is read untyped and levelled
field by field. Neither way raises on an odd value; only text that is no JSON does. What servers
echo of our own callback address is hidden first.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from mj_notebook.protocol.callback_url import redact_tokens_in_bytes
from mj_notebook.protocol.models import (
    Account,
    Button,
    ReplyProperties,
    SubmitReply,
    Task,
    TaskProperties,
)
from mj_notebook.protocol.vocabulary import FINAL, Status, status_of

_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_ITEM = msgspec.json.Decoder(Task)
_ANY = msgspec.json.Decoder()
_KNOWN_STATUSES = {str(status): status for status in Status}


class NotJSON(ValueError):
    """The body is no JSON; the caller knows where it came from and says so."""


def read_tasks(body: bytes) -> list[Task]:
    """Read a JSON array of tasks, or a page object that holds one; raise `NotJSON` otherwise."""
    body = redact_tokens_in_bytes(body)
    try:
        items = _ITEMS.decode(body)
    except (msgspec.DecodeError, RecursionError):
        content = _decode(body)
        found = content.get("content") or content.get("data") if isinstance(content, dict) else None
        listed = found if isinstance(found, list) else ()
        items = [msgspec.Raw(msgspec.json.encode(item)) for item in listed]
    return [task for task in map(_read_item, items) if task is not None]


def read_task(body: bytes) -> Task | None:
    """Read one task object; None when the body is empty or is something else than a task."""
    return _read_item(msgspec.Raw(redact_tokens_in_bytes(body))) if body.strip() else None


def _read_item(raw: msgspec.Raw) -> Task | None:
    try:
        task = _ITEM.decode(raw)
    except (msgspec.ValidationError, UnicodeDecodeError):
        slow = _normalise_task(_decode(raw))
        if slow is None:
            return None
        task = slow
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotJSON(str(error)) from error
    if not task.id:
        return None
    # Frozen for everyone else; here the record is still being made.
    status = _KNOWN_STATUSES.get(task.status) or status_of(task.status)
    msgspec.structs.force_setattr(task, "status", status)
    # A slice keeps the whole answer alive; a final task is kept, so it gets a copy of its own.
    msgspec.structs.force_setattr(task, "reply", raw.copy() if status in FINAL else raw)
    return task


def _decode(body: bytes | msgspec.Raw) -> Any:
    try:
        return _ANY.decode(body)
    except UnicodeDecodeError:
        # One broken letter in a prompt must not hide a whole list of tasks.
        return _decode(bytes(body).decode("utf-8", "replace").encode())
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotJSON(str(error)) from error


def _normalise_task(item: Any) -> Task | None:
    if not isinstance(item, dict) or not _looks_like_task(item):
        return None
    values = {name: level(item[wire]) for name, wire, level in _task_plan() if wire in item}
    values["status"] = _text(item.get("status")) or ""
    values["id"] = _text(item.get("id")) or ""
    return Task(**values)


@cache
def _task_plan() -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    """Return name, wire name and level of each field of a task that is levelled."""
    fields = msgspec.structs.fields(Task)
    return tuple(
        (f.name, f.encode_name, _FIELD_NORMALISERS[f.name])
        for f in fields
        if f.name in _FIELD_NORMALISERS
    )


def _looks_like_task(item: dict[Any, Any]) -> bool:
    """Follow rule R3: an id beside a status, a progress or a submit time."""
    return bool(item.get("id")) and any(key in item for key in ("status", "progress", "submitTime"))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _whole(value: Any) -> int | None:
    try:
        return int(float(value)) if value not in (None, "") else None
    except (TypeError, ValueError, OverflowError):
        return None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _addresses(value: Any) -> tuple[str, ...] | None:
    """Read a list of strings or of ``{"url": …}`` objects."""
    if not isinstance(value, list):
        return None
    found = (_text(item.get("url")) if isinstance(item, dict) else _text(item) for item in value)
    return tuple(address for address in found if address)


def _buttons(value: Any) -> tuple[Button, ...] | None:
    """Read buttons flat or in rows; an item without any name is dropped."""
    if not isinstance(value, list):
        return None
    flat: list[Any] = []
    for item in value:
        if isinstance(item, dict) and isinstance(item.get("components"), list):
            flat += item["components"]
        else:
            flat += item if isinstance(item, list) else [item]
    return tuple(button for button in map(_button, flat) if button)


def _button(item: Any) -> Button | None:
    if not isinstance(item, dict):
        return None
    custom_id = _text(item.get("customId") or item.get("custom_id"))
    if not custom_id:
        return None
    emoji = item.get("emoji")
    return Button(
        custom_id=custom_id,
        emoji=_text(emoji.get("name") if isinstance(emoji, dict) else emoji) or "",
        label=_text(item.get("label")) or "",
        type=_whole(item.get("type")) or 2,
        style=_whole(item.get("style")) or 2,
    )


_TYPE_NORMALISERS: dict[type, Callable[[Any], Any]] = {str: _text, int: _whole, bool: _flag}


def _normalise_struct(record: type[msgspec.Struct], value: Any, **required: Any) -> Any:
    """Read the known keys of an untidy object into *record*; those not *required* are optional."""
    if not isinstance(value, dict):
        return None
    found = {name: level(value.get(wire)) for name, wire, level in _plan(record)}
    return record(**found, **required)


@cache
def _plan(record: type[msgspec.Struct]) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    """Return name, wire name and level of each field; finding them costs more than using them."""
    return tuple(
        (info.name, info.encode_name, _TYPE_NORMALISERS[kind])
        for info in msgspec.structs.fields(record)
        for kind in (bool, int, str)
        if kind in getattr(info.type, "__args__", ())
    )


def read_accounts(body: bytes) -> list[Account]:
    """Read a JSON array of accounts, or a page object that holds one; raise `NotJSON` if none."""
    content = _decode(body)
    if isinstance(content, dict):
        content = content.get("content") or content.get("data")
    listed = content if isinstance(content, list) else ()
    return [account for account in map(_account, listed) if account]


def read_account(body: bytes) -> Account | None:
    """Read one account; None when the body is something else."""
    return _account(_decode(body)) if body.strip() else None


def _account(value: Any) -> Account | None:
    id_ = _text(value.get("id")) if isinstance(value, dict) else None
    # A task has an id as well, and an error has neither.
    if not id_ or not any(key in value for key in ("channelId", "coreSize", "guildId")):
        return None
    account: Account = _normalise_struct(Account, value, id=id_)
    return account


def _properties(value: Any) -> Any:
    return _normalise_struct(TaskProperties, value)


_FIELD_NORMALISERS: dict[str, Any] = {
    **dict.fromkeys(
        (
            "action",
            "prompt",
            "prompt_en",
            "description",
            "progress",
            "image_url",
            "fail_reason",
            "state",
            "parent_id",
            "seed",
            "bot_type",
            "video_url",
        ),
        _text,
    ),
    **dict.fromkeys(
        ("submit_time", "start_time", "finish_time", "image_height", "image_width"), _whole
    ),
    "image_urls": _addresses,
    "video_urls": _addresses,
    "buttons": _buttons,
    "properties": _properties,
}

# Where the family puts its error text, in the order it is looked for (rule R11).
_ERROR_KEYS = ("description", "message", "error", "detail", "msg", "text")


def _error_text(content: Any) -> str:
    if isinstance(content, str):
        return content.strip()
    if not isinstance(content, dict):
        return ""
    for key in _ERROR_KEYS:
        value = content.get(key)
        if isinstance(value, dict):
            value = value.get("message")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def read_reply(body: bytes) -> SubmitReply:
    """Read the answer to a submit from any server; raise `NotJSON` when it is none."""
    content = _decode(redact_tokens_in_bytes(body))
    if not isinstance(content, dict):
        return SubmitReply(code=None, description=_error_text(content))
    properties = _normalise_struct(ReplyProperties, content.get("properties"))
    return SubmitReply(
        code=_whole(content.get("code")),
        description=_error_text(content),
        results=_results(content.get("result")),
        properties=properties or ReplyProperties(),
    )


def _results(value: Any) -> tuple[str, ...]:
    """Level ids given as string, number, list or "id1,id2"; a single address may hold commas."""
    if isinstance(value, list):
        return tuple(text for text in map(_text, value) if text)
    text = _text(value) or ""
    if "://" in text:
        return (text,)
    return tuple(part.strip() for part in text.split(",") if part.strip())
