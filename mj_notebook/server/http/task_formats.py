"""A task of plus as other servers of the family write it (protocol/README.md §3.1, §3.4, §4.4)."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from mj_notebook.protocol.vocabulary import Status, TaskAction
from mj_notebook.server.engine.task_record import job_uuid
from mj_notebook.server.http.error_formats import Json

# What a button made has a description of this form in every server of the family.
_CHILD = re.compile(r"/up (?P<parent>\d+) (?P<name>.+)", re.DOTALL)
# In the order of the servers, as far as that is known (protocol/README.md §3.1); the misspelling
# among them is trueai's.
_FIELDS: dict[str, Json] = json.loads(
    Path(__file__).with_name("task_fields.json").read_text("utf-8")
)
_PICTURE = re.compile(r"(?P<server>.*)/mj/image/(?P<id>[^/?]+)(?:\?.*)?")


class SubmitRow(NamedTuple):
    """What a gateway keeps of a submit and its answer."""

    prompt: str
    description: str


class FormatContext(NamedTuple):
    """
    When a task is written, and for where.

    Attributes:
        visible_until: Up to when the server knows what happened, in epoch milliseconds.
        server: What picture addresses begin with, wherever the server really is; "" as it is.
        rows: What the server itself keeps of each submit, by the task's id.
    """

    visible_until: int
    server: str = ""
    rows: Mapping[str, SubmitRow] = MappingProxyType({})


Rule = Callable[[Json, FormatContext], Json]


@dataclass(frozen=True, kw_only=True)
class TaskFormat:
    """
    How a server writes a task.

    Attributes:
        rules: What it writes otherwise than plus, applied one after the other.
        fields: What it writes, in its order, and what stands there instead of a null.
    """

    rules: tuple[Rule, ...]
    fields: Mapping[str, Any]

    def write(self, task: Json, context: FormatContext) -> Json:
        """Return *task*, as plus writes it, in this format."""
        written = {**task}
        for rule in self.rules:
            written.update(rule(written, context))
        return {
            name: empty if written.get(name) is None else written[name]
            for name, empty in self.fields.items()
        }


def _action_by_label(actions: Mapping[str, str]) -> Rule:
    """Return a rule for the kinds of tasks that came of buttons, by what stands on them."""

    def rule(task: Json, _: FormatContext) -> Json:
        # The last word is the label that was pressed: actions differ by it, kinds don't.
        found = _CHILD.fullmatch(task["description"] or "")
        return {"action": actions.get(found["name"] if found else "", task["action"])}

    return rule


def _only_properties(*keys: str) -> Rule:
    """Return a rule for a server that has only these keys in a task's properties."""

    def rule(task: Json, _: FormatContext) -> Json:
        held = task["properties"] or {}
        return {"properties": {key: held[key] for key in keys if key in held}}

    return rule


def _with_null_hook(task: Json, _: FormatContext) -> Json:
    return {"properties": {"notifyHook": None, **task["properties"]}}


def _with_null_hash(task: Json, _: FormatContext) -> Json:
    # From its first message on, read out of the name of a picture that may not be there yet.
    is_told = task["status"] in {Status.IN_PROGRESS, Status.SUCCESS}
    return {"properties": {**({"messageHash": None} if is_told else {}), **task["properties"]}}


_OPEN_PROPERTIES = (
    *("notifyHook", "finalPrompt", "messageId", "progressMessageId", "referencedMessageId"),
    *("messageHash", "flags", "nonce", "discordInstanceId"),
)
OPEN_TASK = TaskFormat(
    rules=(
        _action_by_label({"R": TaskAction.REROLL}),
        _only_properties(*_OPEN_PROPERTIES),
        _with_null_hook,
        _with_null_hash,
    ),
    fields=_FIELDS["open"],
)


def open_account(account: Json) -> Json:
    """Return an account as the open proxy tells it, but for what it logs in with."""
    return {
        "id": account["id"],
        "properties": {},
        "guildId": account["guildId"],
        "channelId": account["channelId"],
        # The real one tells it to everybody who may ask; here there is none to tell.
        "userToken": "***",
        "userAgent": _USER_AGENT,
        **{key: account[key] for key in ("enable", "coreSize", "queueSize", "timeoutMinutes")},
    }


_USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"


def _trueai_cancelled(task: Json, _: FormatContext) -> Json:
    # trueai ends a cancelled task as a failure (protocol/README.md §1.15).
    if task["status"] != Status.CANCEL:
        return {}
    return {"status": Status.FAILURE, "failReason": "取消任务", "progress": ""}


def _trueai_fields(task: Json, _: FormatContext) -> Json:
    found = _CHILD.fullmatch(task["description"] or "")
    properties = task["properties"] or {}
    is_over, is_done = task["finishTime"] is not None, task["status"] == Status.SUCCESS
    version = _VERSION.search(properties.get("finalPrompt") or "")
    messages = [properties.get(key) for key in ("progressMessageId", "messageId")]
    films = [{**film, "thumbnail": ""} for film in task.get("videoUrls") or ()]
    # It has a hash for describes too, which are jobs like all others.
    job = properties.get("messageHash") or (job_uuid(task["id"]) if is_done else None)
    return {
        "parentId": found["parent"] if found else None,
        "botType": properties.get("botType"),
        "instanceId": properties.get("discordInstanceId"),
        "messageId": properties.get("messageId"),
        "messageIds": list(dict.fromkeys(filter(None, messages))),
        "nonce": properties.get("nonce"),
        "isCompleted": is_over,
        "failReason": task["failReason"] or ("" if is_over else None),
        "promptFull": properties.get("finalPrompt"),
        "width": task["imageWidth"],
        "height": task["imageHeight"],
        "thumbnailUrl": task["imageUrl"],
        "jobId": job,
        "properties": {**properties, "messageHash": job} if job else properties,
        "version": f"{version['flag']} {version['number']}" if version else None,
        "videoUrls": films or None,
        "useTime": _duration(task),
    }


def _duration(task: Json) -> str:
    if not (task["startTime"] and task["finishTime"]):
        return "-"
    return f"{(task['finishTime'] - task['startTime']) / 1000:.2f} s"


def _trueai_description(task: Json, _: FormatContext) -> Json:
    if task["action"] == TaskAction.DESCRIBE:
        return {"description": "/describe"}
    is_done = task["action"] == TaskAction.SHORTEN and task["status"] == Status.SUCCESS
    return {"description": task["promptFull"]} if is_done else {}


def _trueai_displays(task: Json, _: FormatContext) -> Json:
    """Add words for pages to each answer: of times, and the names of what is counted there."""
    times = {key: local_time(task[key]) for key in ("submitTime", "startTime", "finishTime")}
    names = {"action": task["action"], "discordInstanceId": task["instanceId"] or ""}
    return {"displays": {"status": task["status"], **times, **names}}


def local_time(milliseconds: int | None, zone: tzinfo | None = None) -> str | None:
    """Return a time as pages show it, of *zone*, else of this machine."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(zone)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


_VERSION = re.compile(r"--(?P<flag>v|niji)\s+(?P<number>\d+(?:\.\d+)?)", re.IGNORECASE)
_TRUEAI_ACTIONS = {f"Upscale ({how})": "UPSCALE_HD" for how in ("Subtle", "Creative", "2x", "4x")}
TRUEAI_TASK = TaskFormat(
    rules=(
        _action_by_label(_TRUEAI_ACTIONS),
        _trueai_cancelled,
        _trueai_fields,
        _trueai_description,
        _trueai_displays,
    ),
    fields=_FIELDS["trueai"],
)


def _gateway_status(task: Json, context: FormatContext) -> Json:
    """Say nothing before the gateway has asked for the first time, and 100% of a failure."""
    # The gateway answers from its own table, which it fills when it asks the server behind it.
    if task["submitTime"] >= context.visible_until:
        return dict.fromkeys(task) | {
            "id": task["id"],
            "action": task["action"],
            "prompt": task["prompt"],
            "state": "",
            "submitTime": task["submitTime"],
            "status": "",
            "progress": "0%",
        }
    # Also of a failure: a client must not take 100% for success (protocol/README.md §3.4).
    is_failure = task["status"] == Status.FAILURE
    return {"progress": "100%" if is_failure else task["progress"]}


def _gateway_picture(task: Json, context: FormatContext) -> Json:
    found = _PICTURE.fullmatch(task["imageUrl"] or "")
    if found is None:
        return {}
    # Another address each time it is asked for, until it is finished.
    ending = "" if task["status"] == Status.SUCCESS else f"?rand={time.time_ns()}"
    server = context.server or found["server"]
    return {"imageUrl": f"{server}/mj/image/{found['id']}{ending}"}


_GATEWAY_PROPERTIES = ("finalPrompt", "finalZhPrompt")


def _gateway_words(task: Json, context: FormatContext) -> Json:
    """Forget what the gateway doesn't keep; of the submit and its answer it keeps the words."""
    properties = task["properties"]
    kept = {key: properties.get(key) or "" for key in _GATEWAY_PROPERTIES} if properties else None
    # Whatever is known of it since: the gateway asks for no prompt of a task.
    row = context.rows.get(task["id"]) or SubmitRow(task["prompt"] or "", "提交成功")
    # The gateway's own word, for a swap has no prompt (protocol/README.md §1.12).
    prompt = "InsightFace" if task["action"] == TaskAction.SWAP_FACE else row.prompt
    # And its own name for the action.
    action = "EDITS" if task["action"] == TaskAction.EDIT else task["action"]
    return {
        "action": action,
        "prompt": prompt,
        "description": row.description,
        "properties": kept,
    }


_GATEWAY_ACTIONS = {
    "R": TaskAction.REROLL,
    "Vary (Subtle)": "LOW_VARIATION",
    "Vary (Strong)": "HIGH_VARIATION",
    "Vary (Region)": "INPAINT",
    "Custom Zoom": "CUSTOM_ZOOM",
}
GATEWAY_TASK = TaskFormat(
    rules=(
        _action_by_label(_GATEWAY_ACTIONS),
        _gateway_status,
        _gateway_picture,
        _gateway_words,
    ),
    fields=_FIELDS["gateway"],
)
