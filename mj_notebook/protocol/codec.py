"""Tolerant reading: from the bytes of any server of the family to our records.

The fast way reads well-formed answers straight into records. An item that does not fit (numbers as
strings, nulls, nested buttons, emoji as objects) goes the slow way: it is read untyped and levelled
field by field. Neither way raises on an odd value; only text that is no JSON does, and
`forgiving_json` reads as much as can be read. What servers echo of our own callback address is
hidden first.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from mj_notebook.protocol.callback_url import redact_tokens_in_bytes
from mj_notebook.protocol.forgiving_json import NotJSON, decode_json, encode_json
from mj_notebook.protocol.models import (
    LARGEST,
    MAX_BUTTONS,
    MAX_RESULTS,
    MAX_TEXT,
    Account,
    Button,
    ReplyProperties,
    SubmitReply,
    Task,
    TaskProperties,
)
from mj_notebook.protocol.vocabulary import ENDING_WORDS, FINAL, ReturnCode, Status, status_of

_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_ITEM = msgspec.json.Decoder(Task)
# The value itself, and two objects round it.
_MAX_WRAPPERS = 3
# How pages call the number of all that there are.
_TOTALS = ("total", "totalElements", "totalCount", "recordCount", "count")
_PAGING = ("pagination", "page")
# Where an object that is a page of a list holds it, or the object inside that does.
_LIST_KEYS = ("content", "data", "result", "list", "records", "rows", "items")
# A word is shown with each change; a server may write anything there.
_LONGEST_STATUS = 60
# An address is asked for as it is, or holds a picture; a button's name is sent back untouched.
_UNTOUCHED = frozenset({"image_url", "video_url", "custom_id"})
_KNOWN_STATUSES = {str(status): status for status in Status}


class TaskList(list[Task]):
    """
    The tasks of a list that could be read.

    Attributes:
        left_out: How many could not, or stand on other pages: a list that leaves some out proves of
            no task that it is missing.
    """

    left_out = 0


def read_tasks(body: bytes) -> TaskList:
    """
    Read a JSON array of tasks, or a page object that holds one.

    Raises:
        NotJSON: There is no list in it. That is no empty one, which proves that tasks are missing.
    """
    # Before anything is read: no record, no log and no history may get the secret part.
    body = redact_tokens_in_bytes(body)
    elsewhere = 0
    try:
        items = _ITEMS.decode(body)
    except (msgspec.DecodeError, RecursionError):
        # The fast way wants a plain array; all that is otherwise goes here, and costs what it
        # costs.
        content, totals = _unpaged(decode_json(body))
        if not isinstance(content, list):
            raise NotJSON("no list") from None
        # The largest: of several totals one may be that of the page.
        elsewhere = max((total - len(content) for total in totals), default=0)
        items = [msgspec.Raw(encode_json(item)) for item in content]
    found = TaskList()
    for item in items:
        try:
            task = _read_item(item)
        except NotJSON:  # it is left out, and the others are as good as ever
            continue
        if task is not None:
            found.append(task)
    found.left_out = len(items) - len(found) + elsewhere
    return found


def _unpaged(content: Any) -> tuple[Any, list[int]]:
    """Take a list out of the objects round it; return it, and the totals that these tell."""
    totals: list[int] = []
    for _ in range(_MAX_WRAPPERS):
        if not isinstance(content, dict):
            break
        page = content
        for told in (page, *(page[key] for key in _PAGING if isinstance(page.get(key), dict))):
            totals += [told[key] for key in _TOTALS if isinstance(told.get(key), int)]
        inside = [page[key] for key in _LIST_KEYS if isinstance(page.get(key), list | dict)]
        # A list first: beside it there may be an object that is none.
        content = next((one for one in inside if isinstance(one, list)), (*inside, None)[0])
    return content, totals


def read_task(body: bytes) -> Task | None:
    """
    Read one task object; None when the body is empty or is something else than a task.

    One that is wrapped in a list, or in an object's ``data`` or ``result``, is taken out.
    """
    if not body.strip():
        return None
    raw = redact_tokens_in_bytes(body)
    try:
        found = _read_item(msgspec.Raw(raw))
    except NotJSON:
        found, tidy = None, decode_json(raw)
    else:
        if found is not None:
            return found
        tidy = decode_json(raw)
    inner = _unwrapped(tidy, _looks_like_task)
    return _read_item(msgspec.Raw(encode_json(inner))) if inner is not None else None


def _read_item(raw: msgspec.Raw) -> Task | None:
    try:
        task = _ITEM.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = decode_json(raw)
        slow = _normalise_task(value)
        if slow is None:
            return None
        # What is kept of the answer must be JSON, as everybody reads history.
        task, raw = slow, _as_json(raw, value)
    if not task.id:
        return None
    if task.buttons and len(task.buttons) > MAX_BUTTONS:
        # Each would be a widget in each front end.
        msgspec.structs.force_setattr(task, "buttons", task.buttons[:MAX_BUTTONS])
    if len(raw) > MAX_TEXT:
        _bound_texts(task)
    # Frozen for everyone else; here the record is still being made.
    status = _KNOWN_STATUSES.get(task.status) or _status(task)
    msgspec.structs.force_setattr(task, "status", status)
    # A slice keeps the whole answer alive; a final task is kept, so it gets a copy of its own.
    msgspec.structs.force_setattr(task, "reply", raw.copy() if status in FINAL else raw)
    return task


def _bound_texts(record: msgspec.Struct) -> None:
    """Cut texts that no person wrote: everything that looks into them would take minutes."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        for inner in value if name == "buttons" and value else (value,):
            if isinstance(inner, msgspec.Struct):
                _bound_texts(inner)
        if isinstance(value, str) and len(value) > MAX_TEXT and name not in _UNTOUCHED:
            cut = f"{value[:MAX_TEXT]} … (the first {MAX_TEXT:,} of {len(value):,} signs)"
            msgspec.structs.force_setattr(record, name, cut)


def _unwrapped(value: Any, fits: Callable[[dict[Any, Any]], bool]) -> dict[Any, Any] | None:
    """Return the object that *fits*: *value* itself, or what the one or two round it hold."""
    round_it = [value]
    for _ in range(_MAX_WRAPPERS):
        inside: list[Any] = []
        for held in round_it:
            one = held[0] if isinstance(held, list) and len(held) == 1 else held
            if isinstance(one, dict):
                if fits(one):
                    return one
                inside += (one.get(key) for key in ("data", "result"))
        round_it = inside
    return None


def _status(task: Task) -> str:
    """Return what the server's word means; another word for an end, where the record agrees."""
    status = status_of(task.status)
    ending = ENDING_WORDS.get(status.upper())
    gave = task.image_url or task.image_urls or task.video_url or task.video_urls
    # A word alone is not believed: "DONE" may also mean that the submit is.
    if ending is Status.SUCCESS and (gave or task.buttons or task.final_prompt):
        return ending
    if ending is Status.FAILURE and (task.fail_reason or task.finish_time):
        return ending
    return status[:_LONGEST_STATUS]


def _as_json(raw: msgspec.Raw, value: Any) -> msgspec.Raw:
    """Return *raw* where it is JSON for everybody, else *value*, which was read from it."""
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.Raw(encode_json(value))
    return raw


def _normalise_task(item: Any) -> Task | None:
    if not isinstance(item, dict) or not _looks_like_task(item):
        return None
    values = {name: level(item[wire]) for name, wire, level in _plan(Task) if wire in item}
    # Both are required: null would be no record at all.
    values["status"] = _text(item.get("status")) or ""
    values["id"] = _text(item.get("id")) or ""
    return Task(**values)


def _looks_like_reply(item: dict[Any, Any]) -> bool:
    """Tell whether *item* says on its own what became of a submit."""
    return _code(item.get("code")) in _REPLY_CODES


def _looks_like_task(item: dict[Any, Any]) -> bool:
    """Follow rule R3: an id beside a status, a progress or a submit time."""
    return bool(item.get("id")) and any(key in item for key in ("status", "progress", "submitTime"))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    # A whole number may come as a float, and no id has a point in it.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _whole(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        # Through a float only what needs it: that would round long ids of numbers.
        number = value if isinstance(value, int) else int(float(value))
    except (TypeError, ValueError, OverflowError):
        return None
    # No time rather than a wrong one.
    return number if abs(number) <= LARGEST else None


def _code(value: Any) -> int | None:
    """Read a return code: ``true`` is none, and half a number is no number near it."""
    number = None if isinstance(value, bool) else _whole(value)
    return None if isinstance(value, float) and value != number else number


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
        # Rows, as the chat service itself sends buttons.
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
        (info.name, info.encode_name, level)
        for info in msgspec.structs.fields(record)
        if (level := _FIELD_NORMALISERS.get(info.name) or _level_of(info.type))
    )


def _level_of(kind: Any) -> Callable[[Any], Any] | None:
    """Return what levels values of *kind*; None where they are required, or of another kind."""
    kinds = [getattr(one, "__origin__", one) for one in getattr(kind, "__args__", ())]
    return next((_TYPE_NORMALISERS[one] for one in (bool, int, str) if one in kinds), None)


def read_accounts(body: bytes) -> list[Account]:
    """Read a JSON array of accounts, or a page object that holds one; raise `NotJSON` if none."""
    content = decode_json(body)
    if isinstance(content, dict):
        content = content.get("content") or content.get("data")
    listed = content if isinstance(content, list) else ()
    return [account for account in map(_account, listed) if account]


def read_account(body: bytes) -> Account | None:
    """Read one account; None when the body is something else."""
    return _account(decode_json(body)) if body.strip() else None


def _account(value: Any) -> Account | None:
    id_ = _text(value.get("id")) if isinstance(value, dict) else None
    # A task has an id as well, and an error has neither.
    if not id_ or not any(key in value for key in ("channelId", "coreSize", "guildId")):
        return None
    account: Account = _normalise_struct(Account, value, id=id_)
    return account


def _properties(value: Any) -> Any:
    return _normalise_struct(TaskProperties, value)


# All other fields go by their type.
_FIELD_NORMALISERS: dict[str, Callable[[Any], Any]] = {
    "image_urls": _addresses,
    "video_urls": _addresses,
    "buttons": _buttons,
    "properties": _properties,
}

# A reply with another number speaks of something else than a submit, such as HTTP.
_REPLY_CODES = frozenset(ReturnCode)
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
            # OpenAI's shape has the words one level further in.
            value = value.get("message")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def read_reply(body: bytes) -> SubmitReply:
    """
    Read the answer to a submit from any server; raise `NotJSON` when it is none.

    One that is wrapped in a list, or in another object's ``data`` or ``result``, is taken out.
    """
    content = decode_json(redact_tokens_in_bytes(body))
    content = _unwrapped(content, _looks_like_reply) or content
    if isinstance(content, list) and len(content) == 1:
        (content,) = content
    if not isinstance(content, dict):
        return SubmitReply(code=None, description=_error_text(content))
    properties = _normalise_struct(ReplyProperties, content.get("properties"))
    results = _results(content.get("result"))
    reply = SubmitReply(
        code=_code(content.get("code")),
        description=_error_text(content),
        # Each would be followed as a job.
        results=results[:MAX_RESULTS],
        left_out=max(0, len(results) - MAX_RESULTS),
        properties=properties or ReplyProperties(),
        is_error=isinstance(content.get("error"), dict) or content.get("success") is False,
    )
    if len(body) > MAX_TEXT:
        _bound_texts(reply)
    return reply


def _results(value: Any) -> tuple[str, ...]:
    """Level ids given as string, number, list or "id1,id2"; a single address may hold commas."""
    if isinstance(value, list):
        return tuple(text for one in value if (text := (_text(one) or "").strip()))
    # Neither is an id: the one stands for none where numbers have no null, the other for "done".
    text = "" if isinstance(value, bool) or value == 0 else (_text(value) or "").strip()
    if "://" in text:
        return (text,)
    return tuple(part.strip() for part in text.split(",") if part.strip())
