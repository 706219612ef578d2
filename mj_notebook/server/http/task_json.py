"""Tasks as JSON: written once for each state that differs, and with what is added for pages."""

from collections import OrderedDict
from datetime import tzinfo

import msgspec

from mj_notebook.protocol.models import write_task
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.engine.accounts import ACCOUNT_NAME
from mj_notebook.server.engine.phases import Phase
from mj_notebook.server.http.task_formats import local_time
from mj_notebook.server.tasks.policy import PICTURE_PATH
from mj_notebook.server.tasks.registry import TaskState
from mj_notebook.server.tasks.snapshots import snapshot

# Tasks; at some two kilobytes each that is 40 MB, and more than any client watches.
_MAX_CACHED = 20_000

_STATUS_NAMES: dict[str, str] = {
    Status.NOT_START: "未启动",
    Status.SUBMITTED: "已提交处理",
    Status.MODAL: "窗口等待",
    Status.IN_PROGRESS: "执行中",
    Status.FAILURE: "失败",
    Status.SUCCESS: "成功",
    Status.CANCEL: "已取消",
}


class TaskJson:
    """
    The JSON of tasks, cached until their phase changes.

    A client that watches a thousand tasks asks for all of them each second, and few have changed.
    """

    def __init__(self, side: int, picture_path: str = PICTURE_PATH) -> None:
        self._side = side
        self._picture_path = picture_path
        self._cache: OrderedDict[str, tuple[Phase, str, bytes]] = OrderedDict()

    def one(self, state: TaskState, base_url: str) -> bytes:
        """Return the JSON of a task for a client that reaches the server at *base_url*."""
        task, phase = state
        # Picture addresses begin with the base, so another client may need another text.
        cached = self._cache.get(task.id)
        if cached and cached[0] == phase and cached[1] == base_url:
            return cached[2]
        content = write_task(snapshot(task, phase, f"{base_url}{self._picture_path}", self._side))
        self._cache[task.id] = (phase, base_url, content)
        # By use: tasks that nobody watches any more are the first to go.
        self._cache.move_to_end(task.id)
        if len(self._cache) > _MAX_CACHED:
            self._cache.popitem(last=False)
        return content


def as_window(content: bytes) -> bytes:
    """Return the JSON of an answered task as it was while its window was open."""
    task = msgspec.json.decode(content)
    before = {"status": Status.MODAL, "progress": None, "imageUrl": None, "finishTime": None}
    return msgspec.json.encode({**task, **before, "buttons": []})


def as_answer(content: bytes) -> bytes:
    """Return the JSON of an answered task as what the answer made: a row of its own."""
    row = {**msgspec.json.decode(content), "action": "MODAL"}
    # Else the button that it says would name the action.
    return msgspec.json.encode({**row, "description": ""})


def displays_of(state: TaskState, zone: tzinfo | None = None) -> dict[str, str | None]:
    """
    Return a task's facts in words for a page, as plus adds them to one of its lists.

    Times are of *zone*, else of this machine: the page shows them as they are
    (protocol/README.md §3.5).
    """
    phase, accepted = state.phase, state.task.accepted
    return {
        "submitTime": local_time(accepted.at, zone),
        "startTime": local_time(phase.start_time, zone),
        "finishTime": local_time(phase.finish_time, zone),
        "status": _STATUS_NAMES[phase.status],
        "action": accepted.action.replace("_", " ").title(),
        "discordInstanceId": ACCOUNT_NAME,
    }


def with_displays(content: bytes, state: TaskState) -> bytes:
    """
    Return the JSON of a task with its displays at the end.

    They are put in behind the rest as bytes, because the rest is cached.
    """
    return content[:-1] + b',"displays":' + msgspec.json.encode(displays_of(state)) + b"}"
