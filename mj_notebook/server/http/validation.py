"""Checks that servers other than plus make of a body first (protocol/README.md §1 and §4)."""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.protocol.vocabulary import Dimensions, TaskAction
from mj_notebook.server.http.error_formats import (
    JSON,
    ErrorContext,
    ErrorFormat,
    Json,
    RawAnswer,
    exception_error,
    framework_error,
    framework_status,
    gateway_error,
    openai_error,
    reply_error,
)
from mj_notebook.server.tasks.prompt_rules import banned_word
from mj_notebook.server.tasks.replies import NO_PROMPT, WRONG_PICTURE, banned_reply
from mj_notebook.server.tasks.submit_rules import BLENDED

_MAX_STATE = 255
# Tuples, for what is looked up in them may be of any kind.
_OPEN_ACTIONS = (
    *(TaskAction.IMAGINE, TaskAction.UPSCALE, TaskAction.VARIATION),
    *(TaskAction.REROLL, TaskAction.DESCRIBE, TaskAction.BLEND),
)
# A task, one blank, and not as many letters as are read.
_HALF_LINE = re.compile(r"[^ ]* [uv]?", re.IGNORECASE)
# Those that the gateway knows, by what stands in the command of a customId.
_GATEWAY_PARTS = ("upsample", "variation", "pan", "reroll")
_GATEWAY_COMMANDS = {"Outpaint", "CustomZoom", "Inpaint"}
_UNKNOWN_ACTION = "未知的 Action 类型"


class Check(NamedTuple):
    """A check of a request's body, and the error of one that fails it."""

    fails: Callable[[Json], bool]
    error: ErrorFormat


def first_error(checks: tuple[Check, ...], body: Json, path: str) -> RawAnswer | None:
    """Return the error of the first of *checks* that *body* fails, if any."""
    context = ErrorContext(400, path, content=body)
    return next((check.error(context) for check in checks if check.fails(body)), None)


def _lacks(*keys: str) -> Callable[[Json], bool]:
    """Return what tells whether one of *keys* is missing or empty."""
    return lambda body: any(not body.get(key) for key in keys)


def _pictures(body: Json) -> list[object]:
    # Not read into a record yet, so anything may stand there.
    pictures = body.get("base64Array")
    return pictures if isinstance(pictures, list) else []


def _has_wrong_count(body: Json) -> bool:
    return len(_pictures(body)) not in BLENDED


def _is_blank(key: str) -> Callable[[Json], bool]:
    return lambda body: not str(body.get(key) or "").strip()


def _is_banned(body: Json) -> bool:
    return banned_word(str(body.get("prompt") or "")) is not None


def _banned_error(context: ErrorContext) -> RawAnswer:
    prompt = str(context.content.get("prompt") or "").strip()
    return RawAnswer(200, banned_reply(prompt, banned_word(prompt) or "").body, JSON)


def _has_other_word(key: str, known: Collection[str]) -> Callable[[Json], bool]:
    return lambda body: (word := body.get(key)) is not None and word not in known


def _has_long_state(body: Json) -> bool:
    return len(str(body.get("state") or "")) > _MAX_STATE


def _is_unknown_to_trueai(body: Json) -> bool:
    press = parse_custom_id(str(body.get("customId")))
    return press is not None and press.kind.key in {"imagine_short", "show_details", "bookmark"}


def _is_unknown_to_gateway(body: Json) -> bool:
    parts = str(body.get("customId")).split("::")
    # MJ::JOB::upsample::…, and MJ::CustomZoom::… without the JOB.
    at = 2 if parts[1:2] == ["JOB"] else 1
    command = parts[at] if len(parts) > at else ""
    return command not in _GATEWAY_COMMANDS and not any(part in command for part in _GATEWAY_PARTS)


def _has_number(body: Json) -> bool:
    ids = body.get("ids")
    return isinstance(ids, list) and not all(isinstance(id_, str) for id_ in ids)


BLANK_PROMPT = Check(_is_blank("prompt"), reply_error(NO_PROMPT))
BANNED_PROMPT = Check(_is_banned, _banned_error)
NULL_PICTURE = Check(lambda body: None in _pictures(body), framework_status(500))
BLANK_PICTURE = Check(lambda body: "" in _pictures(body), reply_error(WRONG_PICTURE))
"""The open proxy looks at the words first, and then at each picture; it stumbles over a null."""

WRONG_COUNT = Check(_has_wrong_count, reply_error("base64List参数错误"))
DIMENSIONS_WORD = Check(_has_other_word("dimensions", tuple(Dimensions)), framework_error)
NO_DIMENSIONS = Check(
    lambda body: body.get("dimensions", "") is None, reply_error("dimensions参数错误")
)
CHANGE_WORD = Check(_has_other_word("action", _OPEN_ACTIONS), framework_error)
"""A word that its framework can't read is an error of the framework."""

BLANK_TASK = Check(_is_blank("taskId"), reply_error("taskId不能为空"))
NULL_ACTION = Check(lambda body: body.get("action") is None, framework_status(500))
HALF_LINE = Check(
    lambda body: bool(_HALF_LINE.fullmatch(str(body.get("content")))), framework_status(500)
)
"""The open proxy takes letters out of a change without looking whether there are any."""

LONG_STATE = Check(_has_long_state, exception_error(200, "State参数过长，最大255字符"))
LONG_STATE_OF_IMAGINE = Check(_has_long_state, reply_error("State参数过长，最大255字符"))
"""trueai keeps no more; only its imagine says so in the shape of a reply."""

TRUEAI_BUTTONS = Check(_is_unknown_to_trueai, reply_error(_UNKNOWN_ACTION))

GATEWAY_PROMPT = Check(_lacks("prompt"), gateway_error("prompt_is_required"))
NO_CHANGE = Check(_lacks("taskId", "action"), gateway_error("action_is_required"))
NO_INDEX = Check(_lacks("index"), gateway_error("index_is_required"))
NO_FACES = Check(
    _lacks("sourceBase64", "targetBase64"),
    gateway_error("sour_base64_and_target_base64_is_required"),
)
NO_CUSTOM_ID = Check(_lacks("customId"), gateway_error("custom_id_is_required"))
GATEWAY_BUTTONS = Check(_is_unknown_to_gateway, openai_error("Invalid request, unknown_action"))
NUMBERS_AS_IDS = Check(_has_number, gateway_error("do_request_failed"))
NEVER_VALID = Check(lambda _: True, gateway_error("task_id_is_required"))
"""The gateway has this path, and reads its body as another's."""
