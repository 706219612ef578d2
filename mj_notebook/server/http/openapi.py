"""The OpenAPI 3.1 document of the server, written from the tables and records themselves."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from itertools import groupby
from typing import Any, NamedTuple

from mj_notebook._version import __version__
from mj_notebook.protocol.routes import (
    BEARER_HEADER,
    LIST_ROUTES,
    SECRET_HEADER,
    Route,
    prefix,
)
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.server.http.dialect import Dialect
from mj_notebook.server.http.error_formats import JSON, ErrorContext, RawAnswer
from mj_notebook.server.http.schemas import Schema, ref, schema_of, schema_of_answer, schemas

PATH = "/openapi.json"
MAY_BE_EMPTY = "x-may-be-empty"
"""Stands beside a response that has no body at times."""

_WITH_IDS = {"list_by_condition", "list_by_ids"}
_QUERIES = {"task_query", "task_admin_query"}
# Whatever was uploaded is returned as it came; what is made is PNG or WEBP.
_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_BODIES = {**dict.fromkeys(_WITH_IDS, "TaskIds"), **dict.fromkeys(_QUERIES, "TaskQuery")}
_REPLY, _TASK = ref("SubmitReply"), ref("Task")
_TASKS: Schema = {"type": "array", "items": _TASK}
_NO_PICTURE: Schema = schema_of({"error": ""})
# Those that are no replies to a request, nor lists of tasks.
_OTHERS: dict[str, Schema] = {
    "fetch": _TASK,
    "account": ref("Account"),
    "account_list": {"type": "array", "items": ref("Account")},
    "health": {"type": "object"},
    "task_query": {"type": "object"},
    "task_admin_query": {"type": "object"},
}
_SUMMARIES = {
    "fetch": "One task, as it stands now",
    "image_seed": "The seed of a finished picture",
    "cancel": "Cancel a task, or dismiss its window",
    "list_by_condition": "The tasks with these ids",
    "list_by_ids": "The tasks with these ids",
    "task_list": "All tasks, the newest first",
    "task_query": "A page of tasks, of those that suit",
    "task_admin_query": "The same, for whoever runs the server",
    "task_queue": "What waits or runs, the oldest first",
    "image": "A task's picture, or how far it has come",
    "account_list": "The accounts",
    "account": "One account",
    "health": "Whether the server is there",
}
_SCHEMES: dict[str, tuple[str, Schema]] = {
    "secret": (SECRET_HEADER, {"type": "apiKey", "in": "header", "name": SECRET_HEADER}),
    "bearer": (BEARER_HEADER, {"type": "http", "scheme": "bearer"}),
    "bare": (BEARER_HEADER, {"type": "apiKey", "in": "header", "name": "Authorization"}),
}
# Tried on the dialect's own reader of headers, so that document and gate agree.
_SAMPLE = "s3cret"


class _Answer(NamedTuple):
    """One way in which a request is answered; without a media type it has no body."""

    status: int
    media: str
    schema: Schema


def document(dialect: Dialect, *, has_secret: bool) -> bytes:
    """Return the document, as JSON."""
    paths: dict[str, Any] = {}
    for route in dialect.routes:
        operation = _operation(dialect, route, has_secret=has_secret)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    content = {
        "openapi": "3.1.0",
        "info": {
            "title": f"midjourney-proxy ({dialect.name})",
            "version": __version__,
            "description": "Drawing with a proxy of the midjourney-proxy family.",
        },
        "servers": [{"url": url} for url in _servers(dialect)],
        "paths": paths,
        "components": {
            "schemas": schemas(dialect.task_format),
            "securitySchemes": _schemes(dialect),
        },
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _servers(dialect: Dialect) -> list[str]:
    """Return what may stand before the paths: nothing, or the prefix of a mode."""
    prefixes = map(prefix, Mode)
    return ["/", *(text for text in prefixes if dialect.prefix.match(f"{text}/mj"))]


def _schemes(dialect: Dialect) -> dict[str, Schema]:
    def is_taken(name: str, header: str) -> bool:
        text = f"Bearer {_SAMPLE}" if name == "bearer" else _SAMPLE
        return _SAMPLE in dialect.read_secrets({header: text})

    return {name: scheme for name, (header, scheme) in _SCHEMES.items() if is_taken(name, header)}


def _operation(dialect: Dialect, route: Route, *, has_secret: bool) -> Schema:
    is_open = not (has_secret and dialect.guarded.match(route.path))
    operation: Schema = {
        "operationId": route.name,
        "summary": _summary(route),
        "security": [] if is_open else [{name: []} for name in _schemes(dialect)],
        "responses": _responses(dialect, route),
    }
    if "{id}" in route.path:
        operation["parameters"] = _parameters(route)
    body = route.request.__name__ if route.request else _BODIES.get(route.name, "")
    if body:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": ref(body)}}}
    return operation


def _parameters(route: Route) -> list[Schema]:
    text = {"type": "string"}
    parameters: list[Schema] = [{"name": "id", "in": "path", "required": True, "schema": text}]
    if route.name == "image":
        about = "How far a picture under way has come, as in its task's address."
        parameters.append({"name": "progress", "in": "query", "description": about, "schema": text})
    return parameters


def _summary(route: Route) -> str:
    about = (
        (route.request.__doc__ or "") if route.request else _SUMMARIES.get(route.name, route.name)
    )
    return about.strip().splitlines()[0].rstrip(".")


def _responses(dialect: Dialect, route: Route) -> Schema:
    # groupby wants equal ones side by side.
    found = sorted(_answers(dialect, route), key=lambda answer: answer.status)
    grouped = groupby(found, key=lambda answer: answer.status)
    return {str(status): _response(list(answers)) for status, answers in grouped}


def _response(answers: list[_Answer]) -> Schema:
    """Return how all *answers* of one status are described."""
    response: Schema = {"description": HTTPStatus(answers[0].status).phrase}
    kinds = dict.fromkeys(answer.media for answer in answers if answer.media)
    if kinds:
        response["content"] = {kind: {"schema": _one_of(answers, kind)} for kind in kinds}
        if any(not answer.media for answer in answers):
            # The standard can't say that a body may be missing.
            response[MAY_BE_EMPTY] = True
    return response


def _one_of(answers: list[_Answer], media: str) -> Schema:
    schemas = [answer.schema for answer in answers if answer.media == media]
    # Schemas are dictionaries, which no set can hold.
    distinct = [schema for at, schema in enumerate(schemas) if schema not in schemas[:at]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _answers(dialect: Dialect, route: Route) -> Iterator[_Answer]:
    """Go through all answers to a request: those of plus, as the dialect writes them."""
    for answer in _success(route):
        yield answer._replace(media=_media(dialect, route, answer))
    yield from _errors(dialect, route)
    for check in dialect.checks.get(route.name, ()):
        yield _as_answer(check.error(ErrorContext(400, route.path)))
    for (name, text), error_format in dialect.errors_by_text.items():
        if name == route.name:
            yield _as_answer(error_format(ErrorContext(200, route.path, text)))
    if route.request:
        for code, reply_format in dialect.reply_formats.items():
            # A sample is enough: what matters is its shape, not its texts.
            reply = {"code": int(code), "description": "", "result": None, "properties": {}}
            answer = _as_answer(reply_format(reply, {}))
            yield answer._replace(media=_media(dialect, route, answer))


def _media(dialect: Dialect, route: Route, answer: _Answer) -> str:
    """Return as what the dialect sends an answer that plus sends as JSON."""
    sent = RawAnswer(answer.status, b"{}", answer.media)
    made = dialect.finish(sent, route.name, ErrorContext(answer.status, route.path))
    return made.media.partition(";")[0]


def _success(route: Route) -> Iterator[_Answer]:
    if route.name == "image":
        yield from (_Answer(200, media, {}) for media in _PICTURES)
    else:
        schema = _TASKS if route.name in LIST_ROUTES else _OTHERS.get(route.name, _REPLY)
        yield _Answer(200, JSON, schema)


def _errors(dialect: Dialect, route: Route) -> Iterator[_Answer]:
    for status in _statuses(dialect, route):
        context = ErrorContext(status, route.path)
        error_format = dialect.error_format(route.name, status, is_unknown=status == 404)
        schema = _NO_PICTURE if route.name == "image" and status == 404 else _REPLY
        yield _as_answer(error_format(context)) if error_format else _Answer(status, JSON, schema)
    # The task that a submit names may be unknown, too.
    if route.request and (error_format := dialect.unknown_task_errors.get(route.name)):
        yield _as_answer(error_format(ErrorContext(404, route.path)))


def _statuses(dialect: Dialect, route: Route) -> Iterator[int]:
    """Go through the statuses of plus's errors."""
    # For every request: it may come from another origin.
    yield 403
    if dialect.guarded.match(route.path):
        yield 401
    if route.request or route.name in {*_WITH_IDS, *_QUERIES, "image_seed"}:
        yield 400
    if route.method == "POST":
        yield 413
    if "{id}" in route.path:
        yield 404


def _as_answer(answer: RawAnswer) -> _Answer:
    if not answer.media:
        return _Answer(answer.status, "", {})
    if answer.media == JSON:
        return _Answer(answer.status, JSON, schema_of_answer(answer))
    return _Answer(answer.status, answer.media.partition(";")[0], {"type": "string"})
