"""The paged list of tasks that pages of the plus proxy ask for (protocol/README.md §1.16)."""

from collections.abc import Iterable
from typing import Any

import msgspec

from mj_notebook.protocol.request_bodies import InvalidBody

Json = dict[str, Any]

# Whatever a page asks for: a list of all tasks would be megabytes.
_MOST = 100
# What a task must be, and what it must only contain.
_EXACT = ("action", "status", "id", "state")
_PART = ("prompt", "promptEn", "description", "failReason")


class TaskQuery(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a page asks for; what it leaves out or sends as null makes no difference."""

    page_number: int | None = None
    page_size: int | None = None
    sort: str | None = None
    action: str | None = None
    status: str | None = None
    id: str | None = None
    state: str | None = None
    prompt: str | None = None
    prompt_en: str | None = None
    description: str | None = None
    fail_reason: str | None = None
    instance_id: str | None = None
    ids: tuple[str, ...] | None = None
    status_set: tuple[str, ...] | None = None


def read_query(body: bytes) -> TaskQuery:
    """Read what a page asks for."""
    try:
        return msgspec.json.decode(body, type=TaskQuery, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidBody(f"The body is no query: {error}.") from error


def page_of(tasks: Iterable[Json], query: TaskQuery) -> Json:
    """Return the page of *tasks* that *query* asks for, as the framework writes pages."""
    wanted = [task for task in tasks if _suits(task, query)]
    key, _, order = (query.sort or "id,desc").partition(",")
    ordered = sorted(wanted, key=lambda task: str(task.get(key) or ""), reverse=order != "asc")
    size = min(_MOST, max(1, query.page_size or 10))
    number = max(0, query.page_number or 0)
    shown = ordered[number * size : (number + 1) * size]
    pages = -(-len(ordered) // size)
    return {
        "content": shown,
        "totalElements": len(ordered),
        "totalPages": pages,
        "last": number >= pages - 1,
        "first": number == 0,
        "size": size,
        "number": number,
        "numberOfElements": len(shown),
        "empty": not shown,
    }


def _suits(task: Json, query: TaskQuery) -> bool:
    asked = msgspec.to_builtins(query)
    account = (task.get("properties") or {}).get("discordInstanceId")
    return (
        all(not asked[key] or task.get(key) == asked[key] for key in _EXACT)
        and all(not asked[key] or asked[key] in (task.get(key) or "") for key in _PART)
        and (not query.instance_id or query.instance_id == account)
        and (not query.ids or task["id"] in query.ids)
        and (not query.status_set or task["status"] in query.status_set)
    )
