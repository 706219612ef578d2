"""Dialects: how the servers of the family differ from plus, one frozen table for each.

The server itself speaks plus. A table says which endpoints are missing, which requests are refused
at the door, and how answers and tasks are written; `edge` applies it, at the one place where
answers leave. The facts are those of the protocol sheet, sections 1 to 10.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from mj_notebook.errors import UsageError
from mj_notebook.protocol.routes import BEARER_HEADER, PREFIX, SECRET_HEADER
from mj_notebook.protocol.vocabulary import Mode, ReturnCode
from mj_notebook.server import doors
from mj_notebook.server.doors import Door
from mj_notebook.server.retold import GATEWAY_TASK, OPEN_TASK, TRUEAI_TASK, TaskForm
from mj_notebook.server.rewording import Rewording, as_accepted, as_window_of_trueai, instead
from mj_notebook.server.tellings import (
    Telling,
    distributed,
    page,
    refused,
    relayed,
    silence,
    thrown,
    website,
    words,
    written,
)

Headers = Mapping[str, str]

_BEARER = re.compile(r"bearer\s+", re.IGNORECASE)


def _in_all_forms(headers: Headers) -> Iterable[str]:
    """Return what may be the secret: mj-api-secret, Authorization bare, and as Bearer."""
    raw = headers.get(BEARER_HEADER, "")
    return headers.get(SECRET_HEADER, ""), raw, _BEARER.sub("", raw)


def _in_one_header(headers: Headers) -> Iterable[str]:
    return (headers.get(SECRET_HEADER, ""),)


def _as_it_stands(headers: Headers) -> Iterable[str]:
    """Return the token as trueai reads it: Authorization first, and Bearer is part of it."""
    return (headers.get(BEARER_HEADER) or headers.get(SECRET_HEADER, ""),)


def _as_a_key(headers: Headers) -> Iterable[str]:
    """Return the key as a gateway reads it: Bearer and sk- may be left out."""
    raw = headers.get(BEARER_HEADER, "")
    if raw in {"", "midjourney-proxy"}:
        raw = headers.get(SECRET_HEADER, "")
    key = _BEARER.sub("", raw)
    return key, key.removeprefix("sk-")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """
    One server of the family, told by what is otherwise than in plus.

    Attributes:
        lacks: The names of the routes that it hasn't got.
        prefix: What may stand before the path of a route.
        tokens: What in the headers of a request may be the secret.
        ignores: Keys of request bodies that it doesn't know.
        doors: What it looks at before anything else, by the name of the route.
        errors: How it tells what is wrong with a request as such, by the status of plus.
        unknown: How it tells that it knows no such task, by the name of the route.
        said: How it tells what plus says in those words, by route ("" for all) and words.
        codes: How it writes replies, by their return code.
        leaves_out: Keys of a reply's properties that it doesn't write.
        task: How it writes a task; None as plus does.
        most_listed: How many tasks its list holds.
        ticks: How often it asks another server what became of the tasks, for each grid that is
            drawn meanwhile; 0 if it draws itself.
    """

    name: str
    lacks: frozenset[str] = frozenset()
    prefix: re.Pattern[str] = PREFIX
    tokens: Callable[[Headers], Iterable[str]] = _in_all_forms
    ignores: frozenset[str] = frozenset()
    doors: Mapping[str, tuple[Door, ...]] = field(default_factory=dict)
    errors: Mapping[int, Telling] = field(default_factory=dict)
    unknown: Mapping[str, Telling] = field(default_factory=dict)
    said: Mapping[tuple[str, str], Telling] = field(default_factory=dict)
    codes: Mapping[int, Rewording] = field(default_factory=dict)
    leaves_out: frozenset[str] = frozenset()
    task: TaskForm | None = None
    most_listed: int | None = None
    ticks: int = 0


_UNKNOWN_TASK = "关联任务不存在或已失效"
_WRONG_STATUS = "关联任务状态错误"

PLUS = Dialect(name="plus")
"""midjourney-proxy-plus, which the server speaks by itself."""

OPEN = Dialect(
    name="open",
    lacks=frozenset(
        {
            *("shorten", "action", "modal", "upload", "swap_face", "video", "edits"),
            *("image_seed", "cancel", "list_by_ids"),
        }
    ),
    prefix=re.compile(r"(?!)"),
    tokens=_in_one_header,
    ignores=frozenset({"botType", "accountFilter", "link", "language"}),
    doors={
        "imagine": (doors.BARE,),
        "blend": (doors.DIMENSIONS_WORD, doors.NO_DIMENSIONS, doors.BARE),
        "describe": (doors.BARE,),
        "change": (doors.CHANGE_WORD,),
    },
    errors={400: page, 401: silence(401), 413: page},
    unknown={"fetch": silence(200), "account": silence(200)},
    leaves_out=frozenset({"discordChannelId"}),
    task=OPEN_TASK,
)
"""The open midjourney-proxy, the first of the family: no buttons, no windows, one speed."""

TRUEAI = Dialect(
    name="trueai",
    lacks=frozenset({"change", "simple_change", "task_queue", "account_list", "account"}),
    prefix=re.compile(rf"/mj-(?P<mode>{'|'.join(Mode)})(?=/mj(?:/|$))"),
    tokens=_as_it_stands,
    doors={
        **dict.fromkeys(
            ("blend", "describe", "shorten", "swap_face", "video", "edits"), (doors.LONG_STATE,)
        ),
        "imagine": (doors.LONG_STATE_OF_IMAGINE,),
        "action": (doors.LONG_STATE, doors.TRUEAI_BUTTONS),
    },
    errors={
        400: thrown(),
        401: words("Authorization header missing."),
        404: silence(404),
        405: silence(405),
        413: silence(413),
        500: thrown(500, "操作失败"),
    },
    unknown={
        "fetch": silence(204),
        "cancel": silence(200),
        **dict.fromkeys(
            ("action", "modal", "video"), refused(_UNKNOWN_TASK, ReturnCode.NOT_FOUND, 404)
        ),
    },
    said={
        ("cancel", "成功"): silence(200),
        ("cancel", _WRONG_STATUS): silence(200),
        ("blend", "base64List参数错误"): refused("图片参数错误，2~5张图片"),
        ("describe", "base64不能为空"): refused("base64或link不能为空"),
    },
    codes={
        ReturnCode.WINDOW: as_window_of_trueai,
        ReturnCode.QUEUE_FULL: instead(
            refused("提交失败，队列已满，请稍后重试", ReturnCode.FAILED)
        ),
    },
    task=TRUEAI_TASK,
    most_listed=100,
)
"""trueai-org's midjourney-proxy: many more fields, other statuses, errors under 200."""

NEW_API = Dialect(
    name="new-api",
    lacks=frozenset(
        {"cancel", "list_by_ids", "task_list", "task_queue", "account_list", "account"}
    ),
    prefix=re.compile(r"/[\w-]+(?=/mj(?:/|$))"),
    tokens=_as_a_key,
    ignores=frozenset({"accountFilter", "notifyHook"}),
    doors={
        "imagine": (doors.NO_PROMPT,),
        "swap_face": (doors.NO_FACES,),
        "action": (doors.NO_CUSTOM_ID, doors.GATEWAY_BUTTONS),
        "change": (doors.NO_CHANGE, doors.NO_INDEX),
        "simple_change": (doors.BROKEN,),
        "list_by_condition": (doors.NUMBERS_AS_IDS,),
    },
    errors={
        400: relayed("bind_request_body_failed"),
        401: distributed("无效的令牌"),
        404: website,
        405: website,
        413: relayed("bind_request_body_failed"),
        500: relayed("do_request_failed", 5, 500),
    },
    unknown={
        **dict.fromkeys(("fetch", "image_seed"), relayed("task_no_found")),
        "image": lambda _: written({"error": "midjourney_task_not_found"}, 400),
        **dict.fromkeys(("action", "change", "modal", "video"), relayed("task_not_found")),
    },
    said=dict.fromkeys(
        (("action", _WRONG_STATUS), ("change", _WRONG_STATUS), ("video", _WRONG_STATUS)),
        relayed("task_status_not_success"),
    ),
    codes={
        ReturnCode.WINDOW: as_accepted(but_for=("Inpaint", "CustomZoom")),
        ReturnCode.QUEUED: as_accepted(),
        ReturnCode.QUEUE_FULL: instead(
            relayed("当前分组负载已饱和，请稍后再试", ReturnCode.OVERLOADED, 429)
        ),
    },
    task=GATEWAY_TASK,
    ticks=4,
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
