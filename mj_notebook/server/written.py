"""Tasks as JSON, written once for each moment that differs."""

from collections import OrderedDict

import msgspec

from mj_notebook.protocol.models import write_task
from mj_notebook.server.config import Config
from mj_notebook.server.phases import Phase
from mj_notebook.server.register import Standing
from mj_notebook.server.retold import Moment, TaskForm
from mj_notebook.server.snapshots import snapshot

_MOST = 20_000


class WrittenTasks:
    """
    The JSON of tasks, kept until their phase changes.

    A client that watches a thousand tasks asks for all of them each second, and few have changed.
    """

    def __init__(self, side: int) -> None:
        self._side = side
        self._kept: OrderedDict[str, tuple[Phase, str, bytes]] = OrderedDict()

    def one(self, task: Standing, base_url: str) -> bytes:
        """Return the JSON of *task* for a client that reaches the server at *base_url*."""
        work, phase = task
        kept = self._kept.get(work.id)
        if kept and kept[0] == phase and kept[1] == base_url:
            return kept[2]
        written = write_task(snapshot(work, phase, base_url, self._side))
        self._kept[work.id] = (phase, base_url, written)
        self._kept.move_to_end(work.id)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return written

    def many(self, tasks: list[Standing], base_url: str) -> bytes:
        """Return the JSON array of *tasks*."""
        return b"[" + b",".join(self.one(task, base_url) for task in tasks) + b"]"


class RetoldTasks(WrittenTasks):
    """The JSON of tasks as a server of another dialect tells them to those who are called back."""

    def __init__(self, config: Config, form: TaskForm) -> None:
        super().__init__(config.picture_side)
        self._form = form
        self._config = config

    def one(self, task: Standing, base_url: str) -> bytes:
        """Return the JSON of *task* in the dialect's form."""
        told = msgspec.json.decode(super().one(task, base_url))
        moment = Moment(self._config.seen(), self._config.server_address)
        return msgspec.json.encode(self._form.write(told, moment))
