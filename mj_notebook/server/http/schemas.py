"""Schemas of what is asked and answered, made from the records and from real answers."""

import json
from typing import Any

import msgspec

from mj_notebook.protocol.models import Button, ReplyProperties, Task, TaskProperties
from mj_notebook.protocol.requests import TaskIds
from mj_notebook.protocol.routes import ROUTES
from mj_notebook.protocol.vocabulary import ReturnCode, Status
from mj_notebook.server.http.error_formats import RawAnswer
from mj_notebook.server.http.task_formats import TaskFormat

Schema = dict[str, Any]

_PLACE = "#/components/schemas/{name}"
_CODES = ", ".join(f"{code.value} {code.name.lower()}" for code in ReturnCode)
_ABSENT_FROM_REQUESTS = (Button, TaskIds, ReplyProperties, TaskProperties)
# What a task has in some answers only.
# No schema may require them; validators would refuse good answers.
_SOMETIMES = {"parentId", "seed", "botType", "imageUrls", "videoUrl", "videoUrls"}

_REPLY: Schema = {
    "title": "SubmitReply",
    "description": "The answer to a submit, and to questions about a task that say yes or no.",
    "type": "object",
    "required": ["code", "description", "result", "properties"],
    "properties": {
        "code": {"type": "integer", "description": f"Return code: {_CODES}."},
        "description": {"type": "string"},
        "result": {
            "description": "A task's id, several addresses for an upload, a seed; null if refused.",
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
                {"type": "null"},
            ],
        },
        "properties": {"$ref": _PLACE.format(name="ReplyProperties")},
    },
}


def ref(name: str) -> Schema:
    """Return a reference to the schema *name*."""
    return {"$ref": _PLACE.format(name=name)}


def schemas(form: TaskFormat | None) -> dict[str, Schema]:
    """Return the schemas of all requests, of replies, and of tasks in *form*."""
    kinds = [*_ABSENT_FROM_REQUESTS, *(route.request for route in ROUTES if route.request)]
    _, found = msgspec.json.schema_components(kinds, ref_template=_PLACE)
    task = _task()
    made = {**found, "SubmitReply": _REPLY, "Task": _in_form(task, form) if form else task}
    return {name: made[name] for name in sorted(made)}


def _task() -> Schema:
    # The untouched reply has no schema, and is never written.
    fields = [
        (item.name, item.type, None)
        for item in msgspec.structs.fields(Task)
        if item.name not in {"id", "status", "reply"}
    ]
    # A twin of the record, without what has no schema.
    kind = msgspec.defstruct("Task", [("id", str), ("status", str), *fields], rename="camel")
    _, (found) = msgspec.json.schema_components([kind], ref_template=_PLACE)
    properties: Schema = found["Task"]["properties"]
    # Defaults are those of our reader; the server always writes the key.
    for schema in properties.values():
        schema.pop("default", None)
    statuses = ", ".join(Status)
    properties["status"]["description"] = f"{statuses}, or a word of another server."
    return {
        "title": "Task",
        "description": "The record of work, as it stands at a moment.",
        "type": "object",
        "required": [name for name in properties if name not in _SOMETIMES],
        "properties": properties,
    }


def _in_form(task: Schema, form: TaskFormat) -> Schema:
    """Return the schema of a task that a server of another dialect writes."""
    known = task["properties"]
    properties = {
        name: _never_null(known.get(name, {}), empty) for name, empty in form.fields.items()
    }
    return {**task, "required": list(properties), "properties": properties}


def _never_null(schema: Schema, empty: object) -> Schema:
    if empty is None:
        return schema
    # Where this server writes "" or 0 for null, null is not among the answers.
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    return (kinds[0] if len(kinds) == 1 else schema) or schema_of(empty)


def schema_of_answer(answer: RawAnswer) -> Schema:
    """Return the schema of an answer, by one such answer."""
    content = json.loads(answer.body)
    # By its keys: the formats of all dialects are functions, and only their results can be seen.
    is_reply = isinstance(content, dict) and set(content) == set(_REPLY["required"])
    return ref("SubmitReply") if is_reply else schema_of(content)


def schema_of(value: object) -> Schema:
    """Return the schema of values like *value*; of lists only that they are lists."""
    match value:
        case dict():
            shapes = {key: schema_of(part) for key, part in value.items()}
            return {"type": "object", "required": list(shapes), "properties": shapes}
        # Before int, which True is as well.
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array"}
    return {}
