"""Recall: jobs come back here, from this kernel, from history, or from the proxy itself."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, TaskUnknown, UsageError
from mj_notebook.protocol.buttons import button_of, caption, find
from mj_notebook.protocol.models import Button, Task
from mj_notebook.session.archiver import Keeper
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store

if TYPE_CHECKING:
    from mj_notebook.store.records import StoredTask


class Making(Protocol):
    """How a session makes a job; *home* is the name in history of the server that has the task."""

    def __call__(self, prompt: str, tag: str, home: str | None = None) -> Job:
        """Make it."""


class Recall:
    """
    Finds the job of a task id.

    Args:
        make: Makes an empty job.
        follow: Hands an open job to the follower; called on the worker's thread.
        jobs: The jobs of this kernel by task id, shared with the session.
    """

    def __init__(
        self,
        client: Client,
        store: Store,
        worker: Worker,
        keeper: Keeper,
        *,
        server: str,
        make: Making,
        follow: Callable[[Job], None],
        jobs: dict[str, Job],
    ) -> None:
        self._client, self._store, self._worker, self._keeper = client, store, worker, keeper
        self._server, self._make, self._follow, self._jobs = server, make, follow, jobs
        self._finding = threading.RLock()

    def job(self, task_id: str) -> Job:
        """
        Return the job of a task: one of this kernel, else from history, else from the proxy.

        Raises:
            TaskUnknown: Neither history nor the proxy knows it.
        """
        with self._finding:
            known = self._jobs.get(task_id)
            if known is not None and (known.is_open or (known.task and known.task.is_final)):
                return known
            # A job that was given up, for its deadline or as lost, is taken up anew.
            return self._from_history(task_id) or self._from_proxy(task_id)

    def find(self, task_id: str, home: str) -> Job | None:
        """Return the job of a task that this kernel, or history of the server *home*, knows."""
        with self._finding:
            here = self.here(task_id, home)
            if here is not None:
                return here
            stored = self._store.task(task_id, server=home)
            return self._restored(stored) if stored else None

    def here(self, task_id: str, home: str) -> Job | None:
        """Return the job of a task of the server *home* in this kernel, None when there is none."""
        job = self._jobs.get(task_id)
        return job if job is not None and job.home == home else None

    def revive(self, task: Task, home: str, tell: Callable[[Job], None]) -> Job:
        """
        Make the job of a task of *home* that only a file knows.

        Args:
            task: The snapshot in the file.
            home: The name in history of its server.
            tell: Gives the job what else the file says, before it is shown.
        """
        with self._finding:
            job = self._make(task.prompt or "", task.id, home)
            tell(job)
            if home == self._server or task.id not in self._jobs:
                self._jobs[task.id] = job
            if task.parent_id:
                job.parent = self.find(task.parent_id, home)
            if job.parent is not None and job not in job.parent.children:
                job.parent.children.append(job)
            if task.is_final:
                self._store.save_tasks([(home, task)])
                self._keeper.restore(job, task)
                self._gather(job)
            else:
                job.task = task
                job.end(job.now(), elsewhere(task.id, home) if home != self._server else _lost())
            return job

    def known(self, task_id: str) -> Job | None:
        """Return the job of this kernel with that task, if there is one."""
        return self._jobs.get(task_id)

    def _from_history(self, task_id: str) -> Job | None:
        stored = self._store.task(task_id, server=self._server) or self._store.task(task_id)
        return self._restored(stored) if stored else None

    def _restored(self, stored: "StoredTask") -> Job:
        task_id = stored.task.id
        if stored.server != self._server and not stored.task.is_final:
            return self._from_elsewhere(stored)
        job = self._make(
            stored.prompt or stored.task.prompt or "", stored.tag or task_id, stored.server
        )
        job.asked_at, job.custom_id = stored.asked_at or job.asked_at, stored.custom_id or ""
        job.step, job.intent = _step(job.custom_id), stored.intent
        self._jobs[task_id] = job
        if stored.parent_task:
            # Where it comes from: a window needs the picture above it.
            job.parent = self._jobs.get(stored.parent_task) or self._from_history(
                stored.parent_task
            )
        self._adopt(job, stored.task)
        self._gather(job)
        return job

    def _gather(self, job: Job) -> None:
        """Put the jobs that buttons of *job* made below it, as far as history knows them."""
        for child in self._store.children(job.id or "", server=job.home):
            known = self._jobs.get(child.task.id) or self._from_history(child.task.id)
            if known is not None and known not in job.children:
                known.parent = job
                job.children.append(known)

    def _from_elsewhere(self, stored: "StoredTask") -> Job:
        """Ask this proxy for an open task of another: it may be the same under another name."""
        try:
            return self._from_proxy(stored.task.id)
        except TaskUnknown:
            raise elsewhere(stored.task.id, stored.server) from None

    def _from_proxy(self, task_id: str) -> Job:
        task = self._client.fetch(task_id)
        self._store.save_tasks([(self._server, task)])
        return self.adopt(task)

    def adopt(self, task: Task) -> Job:
        """Take over a task that was started elsewhere, and follow it when it is open."""
        job = self._make(task.prompt or "", task.id)
        self._jobs[task.id] = job
        self._adopt(job, task)
        return job

    def _adopt(self, job: Job, task: Task) -> None:
        """Bring a known task back: show what is kept, and follow it when it is still open."""
        if task.is_final:
            self._keeper.restore(job, task)
            return
        job.task = task
        self._worker.post(self._take_up, job, task)

    def _take_up(self, job: Job, task: Task) -> None:
        job.accept(task)
        self._follow(job)


def elsewhere(task_id: str, server: str) -> UsageError:
    """Return the error for a task that this session's server can't be asked for."""
    return UsageError(
        f"Task {task_id} belongs to another server: {server}.",
        hint="Set its address with mj.configure(base_url=…) and open the task again.",
    )


def _lost() -> MJError:
    return MJError(
        "The task was not done when the file was written, and the proxy doesn't know it now.",
        hint="Ask for it anew.",
    )


def _step(custom_id: str) -> str:
    """Return what stands on the button *custom_id*, "" for none."""
    press = find(custom_id)
    if press is not None:
        return caption(button_of(press.kind, press.uuid, press.number))
    return caption(Button(custom_id)) if custom_id else ""
