"""Places in the queue: how many tasks wait before each job that waits, as the proxy lists them."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from mj_notebook.errors import MJError, ServerUnreachable
from mj_notebook.jobs import Job
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status


def place_in(tasks: Sequence[Task], task_id: str) -> int | None:
    """Return how many of the queue's *tasks* wait before one of them; None when it isn't there."""
    own = next((task for task in tasks if task.id == task_id), None)
    if own is None:
        return None
    waiting = (task for task in tasks if task.status == Status.NOT_START)
    return sum(_turn(task) < _turn(own) for task in waiting)


def _turn(task: Task) -> tuple[int, str]:
    return (task.submit_time or 0, task.id)


class Places:
    """
    Keeps true what is told of places; everything here runs on the worker's loop.

    The number of a submit's answer is that of its moment. Where the proxy lists its queue, one
    question serves all jobs; where it does not, no number is told any more.

    Args:
        ask: Returns the tasks that wait or run; blocking.
        aside: Carries out what is blocking, beside the loop.
    """

    def __init__(
        self, ask: Callable[[], list[Task]], aside: Callable[..., Awaitable[list[Task]]]
    ) -> None:
        self._ask, self._aside = ask, aside
        self._is_listed = True

    async def look(self, jobs: Iterable[Job]) -> None:
        """Bring the places of those of *jobs* up to date that wait behind others."""
        waiting = [job for job in jobs if job.before and job.status == Status.NOT_START]
        watched = [job for job in waiting if job.wants_previews]
        tasks = await self._listed() if watched else []
        for job in waiting:
            before = place_in(tasks, job.id or "")
            if job.before != before:
                job.before = before
                job.changed()

    async def _listed(self) -> list[Task]:
        """Return the proxy's queue, [] where it is not to be had."""
        if not self._is_listed:
            return []
        try:
            return await self._aside(self._ask)
        except ServerUnreachable:
            return []
        except MJError:
            self._is_listed = False  # this proxy has no such list, and will have none
            return []
