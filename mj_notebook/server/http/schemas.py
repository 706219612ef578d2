"""Schemas of what is asked and answered, made by msgspec from the records and from real answers."""

import json
from types import NoneType
from typing import Annotated, Any, Union, get_args

import msgspec
from msgspec import Meta

from mj_notebook.protocol.models import SOMETIMES, Account, ReplyProperties, Task
from mj_notebook.protocol.requests import TaskIds
from mj_notebook.protocol.routes import ROUTES
from mj_notebook.protocol.vocabulary import ReturnCode, Status
from mj_notebook.server.http.error_formats import RawAnswer
from mj_notebook.server.http.task_formats import TaskFormat
from mj_notebook.server.http.task_query import TaskQuery

Schema = dict[str, Any]

_PLACE = "#/components/schemas/{name}"
_CODES = ", ".join(f"{code.value} {code.name.lower()}" for code in ReturnCode)
_STATUSES = f"{', '.join(Status)}, or a word of another server."


class SubmitReply(msgspec.Struct):
    """The answer to a submit, and to questions about a task that say yes or no."""

    code: Annotated[int, Meta(description=f"Return code: {_CODES}.")]
    description: str
    result: Annotated[
        str | list[str] | None,
        Meta(description="A task's id, several addresses for an upload, a seed; null if refused."),
    ]
    properties: ReplyProperties


_TASK_TYPES: dict[str, Any] = {
    item.encode_name: item.type
    for item in msgspec.structs.fields(Task)
    if item.name != "reply"  # the untouched reply has no schema, and is never written
} | {"status": Annotated[str, Meta(description=_STATUSES)]}


def ref(name: str) -> Schema:
    """Return a reference to the schema *name*."""
    return {"$ref": _PLACE.format(name=name)}


def schemas(form: TaskFormat | None) -> dict[str, Schema]:
    """Return the schemas of all requests, of replies, and of tasks in *form*."""
    requests = [route.request for route in ROUTES if route.request]
    kinds = [*requests, TaskIds, TaskQuery, SubmitReply, Account, _task(form)]
    _, found = msgspec.json.schema_components(kinds, ref_template=_PLACE)
    return {name: found[name] for name in sorted(found)}


def _task(form: TaskFormat | None) -> type:
    """Make the record of a task as it is written: the fields and nulls of the reader's differ."""
    fields: list[Any] = [
        # No schema may require what is there at times: validators would refuse good answers.
        (name, kind, None) if name in SOMETIMES else (name, kind)
        for name, kind in _TASK_TYPES.items()
    ]
    if form:
        fields = [(name, _type_of(name, empty)) for name, empty in form.fields.items()]
    about = {"__doc__": "The record of work, as it stands at a moment."}
    return msgspec.defstruct("Task", fields, namespace=about, kw_only=True)


def _type_of(name: str, empty: object) -> Any:
    """Return what a field holds where the server writes *empty* for null, like "" or 0."""
    known = _TASK_TYPES.get(name, Any if empty is None else type(empty))
    kinds = [kind for kind in get_args(known) if kind is not NoneType]
    is_never_null = empty is not None and NoneType in get_args(known)
    return Union[tuple(kinds)] if is_never_null else known  # noqa: UP007 - kinds are data here


def schema_of_answer(answer: RawAnswer) -> Schema:
    """Return the schema of an answer, by one such answer."""
    content = json.loads(answer.body)
    # By its keys: the formats of all dialects are functions, and only their results can be seen.
    is_reply = isinstance(content, dict) and set(content) == set(SubmitReply.__struct_fields__)
    return ref("SubmitReply") if is_reply else schema_of(content)


def schema_of(value: object) -> Schema:
    """Return the schema of values like *value*; of lists only that they are lists."""
    if isinstance(value, dict):
        shapes = {key: schema_of(part) for key, part in value.items()}
        return {"type": "object", "required": list(shapes), "properties": shapes}
    return {} if value is None else msgspec.json.schema(type(value))
