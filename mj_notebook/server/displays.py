"""Displays: a task's facts in words for a page, as the plus proxy adds them to one of its lists."""

from datetime import UTC, datetime, tzinfo

import msgspec

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.accounts import ACCOUNT_NAME
from mj_notebook.server.register import Standing

_STATUS_WORDS: dict[str, str] = {
    Status.NOT_START: "未启动",
    Status.SUBMITTED: "已提交处理",
    Status.MODAL: "窗口等待",
    Status.IN_PROGRESS: "执行中",
    Status.FAILURE: "失败",
    Status.SUCCESS: "成功",
    Status.CANCEL: "已取消",
}


def displays_of(task: Standing, zone: tzinfo | None = None) -> dict[str, str | None]:
    """Return what is shown of *task* (sheet 3.5); times are of *zone*, else of this machine."""
    phase, accepted = task.phase, task.work.accepted
    return {
        "submitTime": _time(accepted.at, zone),
        "startTime": _time(phase.start_time, zone),
        "finishTime": _time(phase.finish_time, zone),
        "status": _STATUS_WORDS[phase.status],
        "action": accepted.action.replace("_", " ").title(),
        "discordInstanceId": ACCOUNT_NAME,
    }


def with_displays(written: bytes, task: Standing) -> bytes:
    """Return the JSON of *task* with its displays at the end."""
    return written[:-1] + b',"displays":' + msgspec.json.encode(displays_of(task)) + b"}"


def _time(milliseconds: int | None, zone: tzinfo | None) -> str | None:
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(zone)
    return moment.strftime("%Y-%m-%d %H:%M:%S")
