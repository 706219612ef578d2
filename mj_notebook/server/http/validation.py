"""Checks that servers other than plus make of a body first (protocol/README.md §1 and §4)."""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from mj_notebook.prompt.banned import banned_word
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
    gateway_panic,
    invalid_request,
    openai_error,
    reply_error,
)
from mj_notebook.server.tasks import replies
from mj_notebook.server.tasks.policy import BLENDED

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
_GATEWAY_TEXTS = (
    *("prompt", "customId", "action", "taskId", "content", "maskBase64", "state"),
    *("botType", "notifyHook"),
)
_OPEN_TEXTS = ("prompt", "base64", "taskId", "content", "state", "notifyHook")
_GATEWAY_COMMANDS = {"Outpaint", "CustomZoom", "Inpaint"}


class Check(NamedTuple):
    """A check of a request's body, and the error of one that fails it."""

    fails: Callable[[Json], bool]
    error: ErrorFormat


def first_error(checks: tuple[Check, ...], body: Json, context: ErrorContext) -> RawAnswer | None:
    """Return the error of the first of *checks* that *body* fails, if any."""
    context = context._replace(content=body)
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
    return RawAnswer(200, replies.banned_reply(prompt, banned_word(prompt) or "").body, JSON)


def _has_other_word(key: str, known: Collection[str]) -> Callable[[Json], bool]:
    return lambda body: (word := body.get(key)) is not None and word not in known


def _has_long_state(body: Json) -> bool:
    return len(str(body.get("state") or "")) > _MAX_STATE


def _is_unknown_to_trueai(body: Json) -> bool:
    press = parse_custom_id(str(body.get("customId")))
    return press is not None and press.kind.key in {"imagine_short", "show_details", "bookmark"}


def _gateway_command(body: Json) -> tuple[str, ...]:
    """Return the command of a customId and what comes after it; nothing where there is none."""
    parts = str(body.get("customId")).split("::")
    # MJ::JOB::upsample::…, and MJ::CustomZoom::… without the JOB.
    return tuple(parts[2 if parts[1:2] == ["JOB"] else 1 :])


def _has_number_after(command: str) -> bool:
    # Of the others it reads no number.
    return "upsample" in command or command == "variation"


def _crashes_gateway(body: Json) -> bool:
    parts = _gateway_command(body)
    return not parts or (len(parts) == 1 and _has_number_after(parts[0]))


def _is_unknown_to_gateway(body: Json) -> bool:
    command, *_ = _gateway_command(body)
    return command not in _GATEWAY_COMMANDS and not any(part in command for part in _GATEWAY_PARTS)


def _has_no_number(body: Json) -> bool:
    command, *rest = _gateway_command(body)
    return _has_number_after(command) and not rest[0].isdecimal()


def _has_other_type(body: Json) -> bool:
    pictures, number = body.get("base64Array") or [], body.get("index")
    return (
        any(not isinstance(body.get(key, ""), str | None) for key in _GATEWAY_TEXTS)
        or not isinstance(pictures, list)
        or not all(isinstance(one, str | None) for one in pictures)
        or not (number is None or (isinstance(number, int) and not isinstance(number, bool)))
    )


def _is_unreadable(body: Json) -> bool:
    """Tell whether a framework can't make a record of *body*: it makes texts of numbers only."""
    return not isinstance(body.get("base64Array"), list | None) or any(
        isinstance(body.get(key), list | dict) for key in _OPEN_TEXTS
    )


def _lacks_index(body: Json) -> bool:
    # What names no task it hands on as it is.
    return bool(body.get("taskId")) and not body.get("index")


def _has_number(body: Json) -> bool:
    ids = body.get("ids")
    return isinstance(ids, list) and not all(isinstance(id_, str) for id_ in ids)


UNREADABLE = Check(_is_unreadable, framework_error)
"""The framework of the open proxy reads all of a body before anybody looks at it."""

BLANK_PROMPT = Check(_is_blank("prompt"), reply_error(replies.NO_PROMPT))
BANNED_PROMPT = Check(_is_banned, _banned_error)
NULL_PICTURE = Check(lambda body: None in _pictures(body), framework_status(500))
BLANK_PICTURE = Check(lambda body: "" in _pictures(body), reply_error(replies.WRONG_PICTURE))
"""The open proxy looks at the words first, and then at each picture; it stumbles over a null."""

BLENDED_COUNT = Check(_has_wrong_count, reply_error(replies.WRONG_COUNT))
DIMENSIONS_WORD = Check(_has_other_word("dimensions", tuple(Dimensions)), framework_error)
NO_DIMENSIONS = Check(
    lambda body: body.get("dimensions", "") is None, reply_error("dimensions参数错误")
)
CHANGE_WORD = Check(_has_other_word("action", _OPEN_ACTIONS), framework_error)
"""A word that its framework can't read is an error of the framework."""

BLANK_TASK = Check(_is_blank("taskId"), reply_error(replies.NO_TASK_ID))
NULL_ACTION = Check(lambda body: body.get("action") is None, framework_status(500))
HALF_LINE = Check(
    lambda body: bool(_HALF_LINE.fullmatch(str(body.get("content")))), framework_status(500)
)
"""The open proxy takes letters out of a change without looking whether there are any."""

LONG_STATE = Check(_has_long_state, exception_error(200, "State参数过长，最大255字符"))
LONG_STATE_OF_IMAGINE = Check(_has_long_state, reply_error("State参数过长，最大255字符"))
"""trueai keeps no more; only its imagine says so in the shape of a reply."""

TRUEAI_BUTTONS = Check(_is_unknown_to_trueai, reply_error(replies.UNKNOWN_ACTION))

GATEWAY_PROMPT = Check(_lacks("prompt"), gateway_error("prompt_is_required"))
NO_ACTION = Check(_lacks("action"), openai_error("当前分组 default 下对于模型 mj_ 无可用渠道", 503))
"""By the action it chooses who draws; of a line of words it reads none."""

NO_INDEX = Check(_lacks_index, gateway_error("index_is_required"))
NO_FACES = Check(
    _lacks("sourceBase64", "targetBase64"),
    gateway_error("sour_base64_and_target_base64_is_required"),
)
OTHER_TYPES = Check(_has_other_type, invalid_request("json: cannot unmarshal into type string"))
NO_CUSTOM_ID = Check(_lacks("customId"), invalid_request("custom_id_is_required"))
SHORT_CUSTOM_ID = Check(_crashes_gateway, gateway_panic)
GATEWAY_BUTTONS = Check(_is_unknown_to_gateway, invalid_request("unknown_action:{customId}"))
NO_NUMBER = Check(_has_no_number, invalid_request("index_parse_failed"))
NUMBERS_AS_IDS = Check(_has_number, gateway_error("do_request_failed"))
