"""How long a task will take: what history remembers of its kind, and its place in the queue."""

import contextlib
import statistics
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, ServerUnreachable, StoreError
from mj_notebook.protocol.actions import action_named, action_of
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker

if TYPE_CHECKING:
    from mj_notebook.protocol.vocabulary import Mode
    from mj_notebook.store.history import Store

_MIN_SAMPLES = 3  # one or two may have been odd


class DurationEstimates:
    """Remembers how long each kind of task takes, until `forget` says that history knows more."""

    def __init__(self, store: "Store") -> None:
        self._store = store
        self._known: dict[tuple[str, str, Mode | None], float | None] = {}

    def seconds(self, job: Job) -> float | None:
        """Return for how many seconds tasks like *job* are drawn; blocking, as history is asked."""
        action = _action(job)
        if not action:
            return None
        kind = (job.server, action, job.mode)
        with contextlib.suppress(KeyError):  # the worker may forget it between two lines
            return self._known[kind]
        usual = self._known[kind] = self._query(*kind)
        return usual

    def invalidate(self) -> None:
        """Read history again, as tasks have ended since."""
        self._known.clear()

    def _query(self, server: str, action: str, mode: "Mode | None") -> float | None:
        with contextlib.suppress(StoreError):  # an estimate is worth no error
            durations = self._store.durations(server, action, mode)
            if len(durations) >= _MIN_SAMPLES:
                return statistics.median(durations)
        return None


def _action(job: Job) -> str:
    """Return the kind of the task, also before the server has told it."""
    if job.task is not None and job.task.action:
        return job.task.action
    known = action_named(None, job.custom_id) or (job.request and action_of(job.request))
    return known or ""


# -- places in the queue --


def position_in_queue(tasks: Sequence[Task], task_id: str) -> int | None:
    """Return how many of the queue's *tasks* wait before one of them; None when it isn't there."""
    own = next((task for task in tasks if task.id == task_id), None)
    if own is None:
        return None
    waiting = (task for task in tasks if task.status == Status.NOT_START)
    return sum(_queue_order(task) < _queue_order(own) for task in waiting)


def _queue_order(task: Task) -> tuple[int, str]:
    return (task.submit_time or 0, task.id)


class QueuePositions:
    """
    Keeps true what is said of places in the queue; everything here runs on the worker's loop.

    The number of a submit's answer is that of its moment. Where the proxy lists its queue, one
    question serves all jobs; where it does not, no number is told any more.
    """

    def __init__(self, client: Client, worker: Worker) -> None:
        self._client, self._worker = client, worker
        self._is_listed = True

    async def refresh(self, jobs: Iterable[Job]) -> None:
        """Bring the places of those of *jobs* up to date that wait behind others."""
        waiting = [job for job in jobs if job.queue_position and job.status == Status.NOT_START]
        watched = [job for job in waiting if job.wants_previews]
        tasks = await self._listed() if watched else []
        for job in waiting:
            before = position_in_queue(tasks, job.id or "")
            if job.queue_position != before:
                job.queue_position = before
                job.notify()

    async def _listed(self) -> list[Task]:
        """Return the proxy's queue, [] where it is not to be had."""
        if not self._is_listed:
            return []
        try:
            return await self._worker.run_blocking(self._client.queue)
        # It passes; what a server says no to stays so.
        except ServerUnreachable:
            return []
        except MJError:
            self._is_listed = False  # this proxy has no such list, and will have none
            return []
