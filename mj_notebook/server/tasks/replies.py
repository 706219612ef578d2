"""Replies to submits: return codes and texts (protocol/README.md §2.2)."""

from functools import partial
from typing import NamedTuple

from mj_notebook.prompt.banned import banned_word
from mj_notebook.protocol.models import ReplyProperties, write_reply
from mj_notebook.protocol.vocabulary import ReturnCode
from mj_notebook.server.engine.accounts import ACCOUNT_ID
from mj_notebook.server.engine.schedule import QueuePlace
from mj_notebook.server.tasks.policy import ServerPolicy
from mj_notebook.server.tasks.prompt_rules import BANNED_TEXT

_SUBMITTED = "提交成功"
_QUEUED = "排队中，前面还有{n}个任务"
_FULL = "队列已满，请稍后尝试"
_FAILED = "提交失败，系统异常"
# Plus says 窗口等待, at which a client of the family confirms with an empty prompt; at these words
# of trueai it confirms with finalPrompt (protocol/README.md §13.3).
_WINDOW = "Waiting for window confirm"
_NO_ACCOUNT = "无可用的账号实例"
_account = partial(ReplyProperties, discord_instance_id=ACCOUNT_ID, discord_channel_id=ACCOUNT_ID)
NO_REMIX = "当前账号不支持 remix，请开启 remix 功能"
DONE = "成功"
UNKNOWN_TASK = "关联任务不存在或已失效"
WRONG_STATUS = "关联任务状态错误"
UNKNOWN_ACTION = "未知的 Action 类型"
WRONG_ARGUMENTS = "参数错误"
WRONG_PICTURE = "base64格式错误"
NO_PROMPT = "prompt不能为空"
NO_PICTURE = "base64不能为空"
NO_TASK_ID = "taskId不能为空"
WRONG_COUNT = "base64List参数错误"


class Reply(NamedTuple):
    """An answer, ready to be sent."""

    body: bytes
    status: int = 200


def refusal(text: str, *, status: int = 200) -> Reply:
    """Return the answer to a request that is not as it must be (return code 4)."""
    return Reply(write_reply(ReturnCode.INVALID, text), status)


FAILED = Reply(write_reply(ReturnCode.FAILED, _FAILED))
"""The answer when the server itself can't do its work (return code 9)."""

CRASHED = FAILED._replace(status=500)
"""The answer where a server stumbles over what it didn't expect."""

UNKNOWN = Reply(write_reply(ReturnCode.NOT_FOUND, UNKNOWN_TASK))
"""The answer about a task that is not known."""

NO_ACCOUNT = Reply(write_reply(ReturnCode.NOT_FOUND, _NO_ACCOUNT))
"""The answer when no account is as a request wants it."""

UNKNOWN_404 = UNKNOWN._replace(status=404)
"""The same where the address names the task."""


def unknown_account(id_: str) -> Reply:
    """Return the answer about an account that isn't there."""
    return Reply(write_reply(ReturnCode.NOT_FOUND, f"账号不可用: {id_}"), 404)


def success_reply(result: str | list[str]) -> Reply:
    """Return the answer of what is done at once, with its *result*."""
    return Reply(write_reply(ReturnCode.ACCEPTED, DONE, result))


def queue_reply(place: QueuePlace) -> Reply:
    """Answer 1, 22 or 23: accepted, others wait before it, or no room (protocol/README.md §9)."""
    if place.is_refused:
        properties = ReplyProperties(discord_instance_id=ACCOUNT_ID)
        return Reply(write_reply(ReturnCode.QUEUE_FULL, _FULL, None, properties))
    # Code 1 does not mean that it runs: it means that nobody waits before it.
    if not place.waiting:
        return Reply(write_reply(ReturnCode.ACCEPTED, _SUBMITTED, place.id, _account()))
    properties = _account(number_of_queues=place.waiting)
    text = _QUEUED.format(n=place.waiting)
    return Reply(write_reply(ReturnCode.QUEUED, text, place.id, properties))


def window_reply(place: QueuePlace, prompt: str) -> Reply:
    """Answer 21: a window that shows *prompt* waits to be answered."""
    properties = _account(final_prompt=prompt, remix=True)
    return Reply(write_reply(ReturnCode.WINDOW, _WINDOW, place.id, properties))


def banned_reply(prompt: str, word: str) -> Reply:
    """Answer 24: *prompt* holds a word that is not drawn."""
    # Clients show the word; a refusal that keeps it to itself helps nobody.
    properties = ReplyProperties(prompt_en=prompt, banned_word=word)
    return Reply(write_reply(ReturnCode.BANNED, BANNED_TEXT, None, properties))


def banned_refusal(prompt: str, policy: ServerPolicy) -> Reply | None:
    """Return the refusal of a prompt with such a word, where the server looks for it at once."""
    word = None if policy.finds_banned_late else banned_word(prompt)
    return banned_reply(prompt, word) if word else None
