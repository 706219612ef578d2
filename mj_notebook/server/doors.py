"""Doors: what servers other than plus look at before they take a request (sheet 1 and 4)."""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from mj_notebook.protocol.buttons import find
from mj_notebook.protocol.vocabulary import Dimensions, TaskAction
from mj_notebook.server.tellings import (
    Json,
    Said,
    Telling,
    Trouble,
    distributed,
    page,
    refused,
    relayed,
    thrown,
)

_LONGEST_STATE = 255
_DATA_URL = re.compile(r"data:[^;,]+;base64,")
# Tuples, for what is looked up in them may be of any kind.
_CHANGES = (TaskAction.UPSCALE, TaskAction.VARIATION, TaskAction.REROLL)
# Those that the gateway knows, by what stands in the command of a customId.
_RELAYED_PARTS = ("upsample", "variation", "pan", "reroll")
_RELAYED_COMMANDS = {"Outpaint", "CustomZoom", "Inpaint"}
_UNKNOWN_ACTION = "未知的 Action 类型"


class Door(NamedTuple):
    """A look at the body of a request: whether it is wrong, and how that is told."""

    is_wrong: Callable[[Json], bool]
    tell: Telling


def at_doors(doors: tuple[Door, ...], body: Json, path: str) -> Said | None:
    """Return what the first of *doors* that doesn't open says to *body*."""
    trouble = Trouble(400, path)
    return next((door.tell(trouble) for door in doors if door.is_wrong(body)), None)


def lacks(*keys: str) -> Callable[[Json], bool]:
    """Return what tells whether one of *keys* holds nothing."""
    return lambda body: any(not body.get(key) for key in keys)


def _is_bare(text: object) -> bool:
    return isinstance(text, str) and bool(text) and not _DATA_URL.match(text)


def _has_bare_picture(body: Json) -> bool:
    pictures = body.get("base64Array")
    listed = pictures if isinstance(pictures, list) else []
    return any(map(_is_bare, [*listed, body.get("base64")]))


def _has_other_word(key: str, known: Collection[str]) -> Callable[[Json], bool]:
    return lambda body: bool(word := body.get(key)) and word not in known


def _has_long_state(body: Json) -> bool:
    return len(str(body.get("state") or "")) > _LONGEST_STATE


def _is_unknown_to_trueai(body: Json) -> bool:
    press = find(str(body.get("customId")))
    return press is not None and press.kind.key in {"imagine_short", "show_details", "bookmark"}


def _is_unknown_to_gateway(body: Json) -> bool:
    parts = str(body.get("customId")).split("::")
    at = 2 if parts[1:2] == ["JOB"] else 1
    command = parts[at] if len(parts) > at else ""
    return command not in _RELAYED_COMMANDS and not any(part in command for part in _RELAYED_PARTS)


def _has_number(body: Json) -> bool:
    ids = body.get("ids")
    return isinstance(ids, list) and not all(isinstance(id_, str) for id_ in ids)


BARE = Door(_has_bare_picture, refused("base64格式错误"))
"""The open proxy wants data URLs with all that belongs to them."""

DIMENSIONS_WORD = Door(_has_other_word("dimensions", tuple(Dimensions)), page)
NO_DIMENSIONS = Door(lambda body: body.get("dimensions", "") is None, refused("dimensions参数错误"))
CHANGE_WORD = Door(_has_other_word("action", _CHANGES), page)
"""A word that its framework can't read is an error of the framework."""

LONG_STATE = Door(_has_long_state, thrown(200, "State参数过长，最大255字符"))
LONG_STATE_OF_IMAGINE = Door(_has_long_state, refused("State参数过长，最大255字符"))
"""trueai keeps no more; only its imagine says so in the shape of a reply."""

TRUEAI_BUTTONS = Door(_is_unknown_to_trueai, refused(_UNKNOWN_ACTION))

NO_PROMPT = Door(lacks("prompt"), relayed("prompt_is_required"))
NO_CHANGE = Door(lacks("taskId", "action"), relayed("action_is_required"))
NO_INDEX = Door(lacks("index"), relayed("index_is_required"))
NO_FACES = Door(
    lacks("sourceBase64", "targetBase64"), relayed("sour_base64_and_target_base64_is_required")
)
NO_CUSTOM_ID = Door(lacks("customId"), relayed("custom_id_is_required"))
GATEWAY_BUTTONS = Door(_is_unknown_to_gateway, distributed("Invalid request, unknown_action"))
NUMBERS_AS_IDS = Door(_has_number, relayed("do_request_failed"))
BROKEN = Door(lambda _: True, relayed("task_id_is_required"))
"""The gateway has this path, and reads its body as another's."""
