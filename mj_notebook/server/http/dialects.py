"""
How the servers of the family differ from plus, one frozen table for each.

The server itself speaks plus. A table says which endpoints are missing, which requests are refused
before they are read, and how answers and tasks are written; `dialect_middleware` applies it. The
facts are those of protocol/README.md §1 to §10.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from mj_notebook.errors import UsageError
from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.protocol.routes import (
    BEARER_HEADER,
    SECRET_HEADER,
)
from mj_notebook.protocol.vocabulary import Mode, ReturnCode, Status
from mj_notebook.server.config import DEFAULT_DIALECT
from mj_notebook.server.http import content_types, validation
from mj_notebook.server.http.dialect import BEARER, Dialect, Headers, ReplyFormat
from mj_notebook.server.http.error_formats import (
    ErrorContext,
    ErrorFormat,
    Json,
    RawAnswer,
    empty_answer,
    exception_error,
    framework_error,
    framework_or_container,
    front_end_page,
    gateway_denial,
    gateway_error,
    gateway_overload,
    invalid_request,
    json_answer,
    openai_error,
    plain_text,
    reply_error,
)
from mj_notebook.server.http.task_formats import (
    GATEWAY_TASK,
    OPEN_TASK,
    TRUEAI_TASK,
    open_account,
)
from mj_notebook.server.tasks import replies
from mj_notebook.server.tasks.policy import (
    OPEN_POLICY,
    TRUEAI_POLICY,
)

_BELOW_MJ = re.compile(r"/mj/[\w-]")


def _secrets_of_open(headers: Headers) -> Iterable[str]:
    return (headers.get(SECRET_HEADER, ""),)


def _secrets_of_trueai(headers: Headers) -> Iterable[str]:
    """Return the token as trueai reads it: Authorization first, and Bearer is part of it."""
    # Not without "Bearer ": trueai compares the header as it is (protocol/README.md §7.1).
    return (headers.get(BEARER_HEADER) or headers.get(SECRET_HEADER, ""),)


def _secrets_of_gateway(headers: Headers) -> Iterable[str]:
    """Return the key as a gateway reads it: Bearer and sk- may be left out."""
    raw = headers.get(BEARER_HEADER, "")
    # A default of the gateway's clients, which stands for no key (protocol/README.md §7.1).
    if raw in {"", "midjourney-proxy"}:
        raw = headers.get(SECRET_HEADER, "")
    key = BEARER.sub("", raw)
    return key, key.removeprefix("sk-")


def _to_documents(method: str, path: str) -> RawAnswer | None:
    """Send who opens the open proxy's own address to its pages."""
    del method
    return RawAnswer(302, location="/mj/doc.html") if path.rstrip("/") == "/mj" else None


def _without_slash(method: str, path: str) -> RawAnswer | None:
    """Send a path of the gateway that ends in a slash to the same without."""
    if not (path.endswith("/") and _BELOW_MJ.search(path)):
        return None
    # One slash, or the address could be another server's.
    elsewhere = quote(f"/{path.strip('/')}")
    return RawAnswer(301 if method == "GET" else 307, location=elsewhere)


def _replaced_by(error_format: ErrorFormat) -> ReplyFormat:
    """Return what answers with an error instead."""
    return lambda reply, _: error_format(ErrorContext(200, text=str(reply["description"])))


def _accepted_unless(*, custom_id_has: Sequence[str] = ()) -> ReplyFormat:
    """Return what makes code 1 of another, unless the button's customId has one of these words."""

    def write(reply: Json, body: Json) -> RawAnswer:
        custom_id = str(body.get("customId") or "")
        is_kept = any(word in custom_id for word in custom_id_has)
        return json_answer(reply if is_kept else {**reply, "code": int(ReturnCode.ACCEPTED)})

    return write


def _trueai_window(reply: Json, body: Json) -> RawAnswer:
    """Offer no prompt for a region, and a line of a description with its number before it."""
    press = parse_custom_id(str(body.get("customId") or ""))
    # trueai clears the prompt of a region, and numbers the lines of a describe
    # (protocol/README.md §4.6).
    prompt = reply["properties"].get("finalPrompt", "")
    if press and press.kind.key == "vary_region":
        prompt = ""
    elif press and press.kind.key == "imagine_line":
        prompt = f"{press.number}\ufe0f\u20e3 {prompt}"
    return json_answer({**reply, "properties": {**reply["properties"], "finalPrompt": prompt}})


# Of pages for the plus proxy's own users.
_PAGES_OF_PLUS = ("task_query", "task_admin_query")

PLUS = Dialect(name=DEFAULT_DIALECT, missing_routes=frozenset({"edit", "retexture"}))
"""midjourney-proxy-plus, which the server speaks by itself."""

OPEN = Dialect(
    name="open",
    missing_routes=frozenset(
        {
            *("shorten", "action", "modal", "upload", "swap_face", "video", "edits"),
            *("image_seed", "cancel", "list_by_ids", "health"),
            *("edit", "retexture", *_PAGES_OF_PLUS),
        }
    ),
    policy=OPEN_POLICY,
    # Matches nothing: it has no prefixes.
    prefix=re.compile(r"(?!)"),
    guarded=re.compile(r"/mj/(?:submit|task|account)(?:/|$)"),
    merges_slashes=True,
    redirect=_to_documents,
    lets_pages_ask=False,
    has_document=False,
    read_secrets=_secrets_of_open,
    ignored_keys=frozenset({"botType", "accountFilter", "link", "language"}),
    unread_type=content_types.unread_by_framework,
    # In its order (protocol/README.md §16.4).
    checks={
        "describe": (validation.UNREADABLE,),
        "imagine": (
            validation.UNREADABLE,
            validation.BLANK_PROMPT,
            validation.BANNED_PROMPT,
            validation.NULL_PICTURE,
            validation.BLANK_PICTURE,
        ),
        "blend": (
            validation.UNREADABLE,
            validation.DIMENSIONS_WORD,
            validation.BLENDED_COUNT,
            validation.NO_DIMENSIONS,
            validation.NULL_PICTURE,
            validation.BLANK_PICTURE,
        ),
        "change": (
            validation.UNREADABLE,
            validation.CHANGE_WORD,
            validation.BLANK_TASK,
            validation.NULL_ACTION,
        ),
        "simple_change": (validation.UNREADABLE, validation.HALF_LINE),
    },
    # Spring itself refuses a body that can't be read (protocol/README.md §7.2).
    errors_by_status={
        **dict.fromkeys((400, 405, 413, 429, 500), framework_error),
        401: empty_answer(401),
        404: framework_or_container,
    },
    unknown_task_errors={"fetch": empty_answer(200), "account": empty_answer(200)},
    omitted_properties=frozenset({"discordChannelId"}),
    task_format=OPEN_TASK,
    account_format=open_account,
    finish=content_types.as_accepted,
    is_chunked=True,
    repeated_callbacks=frozenset({(Status.IN_PROGRESS, 0)}),
)
"""The open midjourney-proxy, the first of the family: no buttons, no windows, one speed."""

TRUEAI = Dialect(
    name="trueai",
    missing_routes=frozenset(
        {
            *("change", "simple_change", "task_queue", "account_list", "account"),
            *_PAGES_OF_PLUS,
        }
    ),
    policy=TRUEAI_POLICY,
    prefix=re.compile(rf"/mj-(?P<mode>{'|'.join(Mode)})(?=/mj(?:/|$))"),
    # Its framework answers HEAD only where it is asked to.
    refused_head=empty_answer(405),
    finish=content_types.with_charset,
    read_secrets=_secrets_of_trueai,
    checks={
        **dict.fromkeys(
            ("blend", "describe", "shorten", "swap_face", "video", "edits", "edit", "retexture"),
            (validation.LONG_STATE,),
        ),
        "imagine": (validation.LONG_STATE_OF_IMAGINE,),
        "action": (validation.LONG_STATE, validation.TRUEAI_BUTTONS),
    },
    errors_by_status={
        # Model binding fails with 200 there (protocol/README.md §7.3).
        400: exception_error(),
        401: plain_text("Authorization header missing."),
        404: empty_answer(404),
        405: empty_answer(405),
        413: empty_answer(413),
        429: empty_answer(429),
        500: exception_error(500, "操作失败"),
    },
    unknown_task_errors={
        "fetch": empty_answer(204),
        "cancel": empty_answer(200),
        **dict.fromkeys(
            ("action", "modal", "video"),
            reply_error(replies.UNKNOWN_TASK, ReturnCode.NOT_FOUND, 404),
        ),
    },
    errors_by_text={
        # Without a body, whether there was something to cancel or not (protocol/README.md §1.15).
        ("cancel", replies.DONE): empty_answer(200),
        ("cancel", replies.WRONG_STATUS): empty_answer(200),
        ("blend", replies.WRONG_COUNT): reply_error("图片参数错误，2~5张图片"),
        ("describe", replies.NO_PICTURE): reply_error("base64或link不能为空"),
    },
    reply_formats={
        ReturnCode.WINDOW: _trueai_window,
        ReturnCode.QUEUE_FULL: _replaced_by(
            reply_error("提交失败，队列已满，请稍后重试", ReturnCode.FAILED)
        ),
    },
    task_format=TRUEAI_TASK,
    # The newest of them (protocol/README.md §1.16).
    max_listed=100,
)
"""trueai-org's midjourney-proxy: many more fields, other statuses, errors under 200."""

NEW_API = Dialect(
    name="new-api",
    missing_routes=frozenset(
        {
            *("cancel", "list_by_ids", "task_list", "task_queue", "account_list", "account"),
            *("health", "edit", "retexture", *_PAGES_OF_PLUS),
        }
    ),
    # Any speed there may be, which it doesn't hand on (protocol/README.md §1.0).
    prefix=re.compile(r"/mj-[\w-]+(?=/mj(?:/|$))"),
    redirect=_without_slash,
    web_limit=(60, 180_000),
    hidden_headers=frozenset({"retry-after"}),
    # Its secrets are looked at behind its routes, and HEAD has none.
    guards_routes=True,
    refused_head=front_end_page,
    number_header="x-oneapi-request-id",
    read_secrets=_secrets_of_gateway,
    # Removed before it forwards a request, unless its owner allows them (protocol/README.md §6).
    ignored_keys=frozenset({"accountFilter", "notifyHook"}),
    checks_json_only=True,
    checks={
        **dict.fromkeys(
            ("blend", "describe", "shorten", "modal", "upload", "video", "edits"),
            (validation.OTHER_TYPES,),
        ),
        "imagine": (validation.OTHER_TYPES, validation.GATEWAY_PROMPT),
        "swap_face": (validation.NO_FACES,),
        "action": (
            validation.OTHER_TYPES,
            validation.NO_CUSTOM_ID,
            validation.SHORT_CUSTOM_ID,
            validation.GATEWAY_BUTTONS,
            validation.NO_NUMBER,
        ),
        "change": (validation.OTHER_TYPES, validation.NO_ACTION, validation.NO_INDEX),
        # The gateway has this route and reads its body as that of the other.
        "simple_change": (validation.OTHER_TYPES, validation.NO_ACTION),
        "list_by_condition": (validation.NUMBERS_AS_IDS,),
    },
    errors_by_status={
        400: invalid_request(),
        401: gateway_denial,
        **dict.fromkeys((403, 503), openai_error()),
        429: gateway_overload,
        # The gateway is a website too, whose front end answers every unknown path.
        404: front_end_page,
        405: front_end_page,
        413: gateway_error("bind_request_body_failed"),
        500: gateway_error("do_request_failed", 5, 500),
    },
    errors_by_route={("list_by_condition", 400): gateway_error("do_request_failed")},
    unknown_task_errors={
        **dict.fromkeys(("fetch", "image_seed"), gateway_error("task_no_found")),
        "image": lambda _: json_answer({"error": "midjourney_task_not_found"}, 400),
        **dict.fromkeys(("action", "change", "modal", "video"), gateway_error("task_not_found")),
    },
    errors_by_text=dict.fromkeys(
        (
            ("action", replies.WRONG_STATUS),
            ("change", replies.WRONG_STATUS),
            ("video", replies.WRONG_STATUS),
        ),
        gateway_error("task_status_not_success"),
    ),
    relayed_faults={
        **dict.fromkeys(("drop", "lose"), gateway_error("do_request_failed", 5)),
        "html": gateway_error("unmarshal_response_body_failed", 5),
    },
    # Read into a record of its own, and written from that.
    empty_results=frozenset({"swap_face", "image_seed"}),
    finish=content_types.as_relayed,
    keeps_rows=True,
    reply_formats={
        # It hides queues and most windows from its clients (protocol/README.md §2.4).
        ReturnCode.WINDOW: _accepted_unless(custom_id_has=("Inpaint", "CustomZoom")),
        ReturnCode.QUEUED: _accepted_unless(),
    },
    task_format=GATEWAY_TASK,
    polls_per_grid=4,
    # It writes a second row for the same id when a window is answered, and keeps the first.
    doubles_windows=True,
)
"""The new-api gateway before a plus proxy: it asks four times a minute what became of tasks."""

DIALECTS = {dialect.name: dialect for dialect in (PLUS, OPEN, TRUEAI, NEW_API)}


def dialect_of(name: str) -> Dialect:
    """Return the dialect of that name."""
    found = DIALECTS.get(name)
    if found is None:
        raise UsageError(
            f"There is no dialect {name!r}.", hint=f"There are: {', '.join(DIALECTS)}."
        )
    return found
