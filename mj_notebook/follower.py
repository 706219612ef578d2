"""The one follower: asks for all open jobs in one request, on the worker's loop."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Protocol

from mj_notebook.client.pace import backoff, pause_after
from mj_notebook.errors import MJError, QueueFull, ServerUnreachable, TaskUnknown, WaitTimeout
from mj_notebook.jobs import Job
from mj_notebook.protocol.models import Task
from mj_notebook.settings import Pacing

# A task the list leaves out this often in a row is asked for alone, and then believed to be lost.
_MISSES = 3


class Asking(Protocol):
    """How the follower asks; blocking, it runs in the worker's pool."""

    def __call__(self, ids: list[str]) -> list[Task]:
        """Return the snapshots of *ids* in any order; unknown ones are left out."""


class Followed:
    """A job under watch: when it was taken up, how often it was asked for, how often missed."""

    __slots__ = ("asks", "deadline", "job", "misses")

    def __init__(self, job: Job, deadline: float) -> None:
        self.job, self.deadline = job, deadline
        self.asks = self.misses = 0


class Follower:
    """
    Asks for all open jobs together until each is final.

    Everything here runs on the worker's loop.

    Attributes:
        requests: How many times it asked, for tests and benchmarks.
    """

    def __init__(
        self,
        *,
        ask: Asking,
        ask_one: Callable[[str], Task],
        aside: Callable[..., Awaitable[list[Task]]],
        take: Callable[[list[tuple[Job, Task]]], Awaitable[None]],
        give_up: Callable[[Job, MJError], None],
        pacing: Pacing,
        clock: Callable[[], float],
    ) -> None:
        self._ask, self._ask_one, self._aside = ask, ask_one, aside
        self._take, self._give_up = take, give_up
        self._pacing, self._clock = pacing, clock
        self._followed: dict[str, Followed] = {}
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._failures = 0
        # Jitter needs no secrecy, only that kernels don't march in step.
        self._chance = random.Random()  # noqa: S311
        self.requests = 0

    def add(self, job: Job, *, relaxed: bool = False) -> None:
        """Follow *job* from now on; a job already followed goes on as it was."""
        if job.id is None or job.id in self._followed:
            return
        limit = self._pacing.relaxed_deadline if relaxed else self._pacing.deadline
        self._followed[job.id] = Followed(job, self._clock() + limit)
        self._wake.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="mj-follower")

    def hurry(self, job: Job) -> None:
        """Ask for *job* at the quick pace again: a person has just done something to it."""
        if job.id in self._followed:
            self._followed[job.id].asks = 0
            self._wake.set()

    async def _run(self) -> None:
        while self._followed:
            await self._rest()
            self._drop_overdue()
            ids = list(self._followed)
            if not ids:
                continue
            for followed in self._followed.values():
                followed.asks += 1
            try:
                tasks = await self._aside(self._ask, ids)
            except MJError as error:
                self._trouble(error)
                continue
            finally:
                self.requests += 1
            self._failures = 0
            await self._sort(ids, tasks)

    async def _rest(self) -> None:
        """Wait for the next question; a new job makes the pause its own quick one."""
        started = self._clock()
        while True:
            self._wake.clear()
            left = started + self._pause() - self._clock()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(self._wake.wait(), left)
            except TimeoutError:
                return

    def _pause(self) -> float:
        counts = {followed.asks for followed in self._followed.values()}
        quickest = min((pause_after(asks, self._pacing) for asks in counts), default=0.0)
        if self._failures:
            return max(quickest, backoff(self._failures, self._chance.random()))
        return quickest

    def _drop_overdue(self) -> None:
        now = self._clock()
        for task_id, followed in list(self._followed.items()):
            if now >= followed.deadline or not followed.job.is_open:
                del self._followed[task_id]
                if followed.job.is_open:
                    self._give_up(followed.job, _overdue(task_id))

    def _trouble(self, error: MJError) -> None:
        """Go on after a passing fault, saying so; give up where asking again can't help."""
        if not isinstance(error, ServerUnreachable | QueueFull):
            self._failures += 2  # a wrong answer is worth longer pauses than no answer
        self._failures += 1
        pause = self._pause()
        for followed in self._followed.values():
            followed.job.note = f"{error.args[0]} Asking again in {pause:.0f} s."
            followed.job.changed()

    async def _sort(self, ids: list[str], tasks: list[Task]) -> None:
        """Hand on what changed; drop what is final; wonder about what is missing."""
        found: list[tuple[Job, Task]] = []
        for task in tasks:
            followed = self._followed.get(task.id)
            if followed is None:
                continue
            followed.misses = 0
            if task.is_final:
                del self._followed[task.id]
            if _differs(followed.job.task, task) or followed.job.note:
                found.append((followed.job, task))
        if found:
            await self._take(found)
        if len(tasks) < len(ids):
            for task_id in set(ids) - {task.id for task in tasks}:
                if task_id in self._followed:
                    await self._missed(task_id, self._followed[task_id])

    async def _missed(self, task_id: str, followed: Followed) -> None:
        followed.misses += 1
        if followed.misses < _MISSES:
            return
        try:
            alone = await self._aside(lambda: [self._ask_one(task_id)])
        except TaskUnknown as error:
            del self._followed[task_id]
            self._give_up(followed.job, error)
        except MJError as error:
            self._trouble(error)
        else:
            await self._sort([], alone)


def _differs(known: Task | None, task: Task) -> bool:
    """Compare what is shown; the whole record is read only when this tells of a change."""
    return (
        known is None
        or known.progress != task.progress
        or known.status != task.status
        or known.image_url != task.image_url
        or known.fail_reason != task.fail_reason
    )


def _overdue(task_id: str) -> WaitTimeout:
    return WaitTimeout(
        f"Task {task_id} did not finish in time; it may still be drawn.",
        hint=f"Look again with %mj panel {task_id}.",
    )
