"""The jobs of this kernel: made here, found again here, and let go of once they have ended."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, TaskUnknown, UsageError
from mj_notebook.language import translated
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Modal
from mj_notebook.protocol.vocabulary import DEMO, Mode
from mj_notebook.session.archiver import Archiver
from mj_notebook.session.job import Job
from mj_notebook.session.poller import Poller
from mj_notebook.session.submission import Submission
from mj_notebook.session.worker import Worker
from mj_notebook.store.derived_columns import caption_of
from mj_notebook.store.history import Store

if TYPE_CHECKING:
    from mj_notebook.session.session import Session  # the owner, which every job names
    from mj_notebook.store.annotations import Changed
    from mj_notebook.store.records import StoredFamily, StoredTask

# Ended jobs that keep their small picture in memory; older ones make it anew when it is wanted.
_MOST_THUMBNAILS = 64


class JobRegistry:
    """
    Owns the jobs of one session; callable from any thread.

    A job that is open is held here. One that has ended is held by whoever uses it (a name, a
    panel, an output), and is made anew from history when nobody does.
    """

    def __init__(
        self,
        session: "Session",
        client: Client,
        store: Store,
        worker: Worker,
        *,
        poller: Poller,
        archiver: Archiver,
    ) -> None:
        self._session, self._client, self._store, self._worker = session, client, store, worker
        self._poller, self._archiver = poller, archiver
        # Held while a job is looked for in history and at the proxy, so that it is made once;
        # reentrant, since restoring a job restores its kin. Never taken on the worker's loop.
        self._finding = threading.RLock()
        # Guards the tables alone: the loop takes it, so nobody asks or reads while holding it.
        self._lock = threading.Lock()
        self._open: dict[str, Job] = {}
        # Weak: a finished job that nobody holds is let go, and found again in history when it is
        # wanted.
        self._by_task: weakref.WeakValueDictionary[tuple[str, str], Job] = (
            weakref.WeakValueDictionary()
        )
        self._by_fingerprint: weakref.WeakValueDictionary[str, Job] = weakref.WeakValueDictionary()
        # By their requests: those that ended without a task, which may turn out to have one.
        self._without_task: weakref.WeakValueDictionary[int, Job] = weakref.WeakValueDictionary()
        self._ended: OrderedDict[str, weakref.ref[Job]] = OrderedDict()
        self._task_ids: dict[tuple[str, str], None] = {}

    # -- making --------------------------------------------------------------------------------

    def new(
        self,
        prompt: str,
        name: str,
        *,
        server: str = "",
        submission: Submission | None = None,
        parent: Job | None = None,
    ) -> Job:
        """
        Make a job.

        Args:
            prompt: What is shown as asked.
            name: Our own name for it.
            server: The name in history of the server that has its task; "" for this session's.
            submission: What is asked; None for a task that was asked for elsewhere.
            parent: The job whose button it is.
        """
        server = server or self._session.server
        return Job(
            self._session,
            prompt=prompt,
            name=name,
            server=server,
            server_label="demo server" if server == DEMO else server,
            is_demo=server == DEMO,
            asked_at=self._session.now(),
            submission=submission,
            parent=parent,
        )

    def register(self, job: Job, fingerprint: str = "") -> None:
        """Hold *job* while it is open, and find it by its task and by what it asks for."""
        with self._lock:
            if fingerprint:
                job.fingerprint = fingerprint
                self._by_fingerprint[fingerprint] = job
            is_new = job.is_open and job.name not in self._open
            if is_new:
                self._open[job.name] = job
            if job.id is not None:
                self._by_task[job.server, job.id] = job
                self._task_ids[job.server, job.id] = None
        if is_new:
            job.events.on_end(self._release)  # it may have ended by now, and takes the lock then

    def _release(self, job: Job) -> None:
        """Let go of *job*, which has ended, and of the small pictures of those long ended."""
        with self._lock:
            self._open.pop(job.name, None)
            if job.task is None and job.intent is not None:
                self._without_task[job.intent] = job
        self.keep_small(job)

    def keep_small(self, job: Job) -> None:
        """Keep the small picture of *job* for a while, and let go of those shown long ago."""
        with self._lock:
            self._ended[job.name] = weakref.ref(job)
            # What was looked at last is looked at again first.
            self._ended.move_to_end(job.name)
            released = []
            while len(self._ended) > _MOST_THUMBNAILS:
                _, old = self._ended.popitem(last=False)
                released.append(old())
        for one in released:
            if one is not None:
                one.pictures.release()

    def follow(self, job: Job) -> None:
        """Register an accepted *job* and poll for it; on the worker's loop."""
        self.register(job)
        self._poller.add(job, relaxed=job.mode is Mode.RELAX)

    def note_annotations(self, changed: "Changed") -> None:
        """Let the jobs of this kernel know what is thought of them; any thread calls it."""
        for key, annotation in changed.items():
            with self._lock:
                job = self._by_task.get(key)
                if job is not None and annotation is None:
                    del self._by_task[key]
                    if self._by_fingerprint.get(job.fingerprint) is job:
                        del self._by_fingerprint[job.fingerprint]
            if job is None:
                continue
            if annotation is None:
                job.is_deleted = True
            else:
                job.annotation = annotation
            self._worker.post(job.notify)

    # -- finding -------------------------------------------------------------------------------

    @property
    def open_jobs(self) -> list[Job]:
        """The jobs that have not ended."""
        with self._lock:
            return list(self._open.values())

    @property
    def task_ids(self) -> list[tuple[str, str]]:
        """Server and id of all tasks that this kernel has had to do with, oldest first."""
        with self._lock:
            return list(self._task_ids)

    def latest(self, fingerprint: str) -> Job | None:
        """Return the newest job of this kernel that asked for the same, None for the first."""
        with self._lock:
            return self._by_fingerprint.get(fingerprint)

    def joinable(self, fingerprint: str) -> Job | None:
        """Return the open job of this kernel that asks for the same, None when there is none."""
        with self._lock:
            job = self._by_fingerprint.get(fingerprint)
        return job if job is not None and job.is_joinable else None

    def get(self, task_id: str, server: str = "") -> Job | None:
        """Return the job of this kernel with that task (of *server*, else of this session's)."""
        with self._lock:
            return self._by_task.get((server or self._session.server, task_id))

    def job(self, task_id: str) -> Job:
        """
        Return the job of a task: one of this kernel, else from history, else from the proxy.

        Raises:
            TaskUnknown: Neither history nor the proxy knows it.
        """
        with self._finding:
            known = self._live(task_id, self._session.server)
            if known is not None:
                return known
            family = self._store.family(task_id, prefer=self._session.server)
            return self.restored(family) if family else self._from_proxy(task_id)

    def revived(self, task_id: str) -> Job:
        """Return the job of a task that was lost, where the proxy knows it after all."""
        self._save(self._client.fetch(task_id))
        return self.job(task_id)

    def known_again(self, task_ids: list[str]) -> list[Job]:
        """Return the jobs of those tasks, told to be lost, that the proxy knows after all."""
        listed = self._client.fetch_many(task_ids) if task_ids else []
        found = [task for task in listed if task.id in task_ids]
        self._store.save_tasks([(self._session.server, task) for task in found])
        return [self.job(task.id) for task in found]

    def find(self, task_id: str, server: str) -> Job | None:
        """Return the job of a task that this kernel, or history of *server*, knows."""
        with self._finding:
            known = self.get(task_id, server)
            if known is not None:
                return known
            family = self._store.family(task_id, server=server)
            return self.restored(family) if family else None

    def restored(self, family: "StoredFamily") -> Job:
        """
        Return the job of a task of history, with those above and below it.

        What is still open is polled for again.
        """
        stored = family.task
        with self._finding:
            known = self._live(stored.task.id, stored.server)
            if known is not None:
                return known
            if self._is_out_of_reach(stored):
                return self._from_other_server(stored)
            job = self._restore(family)
            self._check(job)
            return job

    def _live(self, task_id: str, server: str) -> Job | None:
        """Return the job of this kernel; not one that was given up, which `_made_from` takes up."""
        known = self.get(task_id, server)
        if known is None or not (known.is_open or (known.task and known.task.is_final)):
            return None
        self._check(known)
        return known

    def _check(self, job: Job) -> None:
        """Make sure of the picture of a restored job: now somebody asks for it itself."""
        if self._archiver.check(job):
            self.register(job)  # its picture is being fetched, so it is open again

    def _is_out_of_reach(self, stored: "StoredTask") -> bool:
        return stored.server != self._session.server and not stored.task.is_final

    def _restore(self, family: "StoredFamily") -> Job:
        """Make the jobs of *family* that this kernel does not have, and put them together."""
        jobs: dict[str, Job] = {}
        for member in family.members:
            task_id = member.task.id
            is_asked_for = task_id == family.task.task.id
            known = None if is_asked_for else self.get(task_id, member.server)
            if known is not None:
                jobs[task_id] = known
            elif not self._is_out_of_reach(member):
                jobs[task_id] = self._made_from(member)
        for member in family.members:
            parent, child = jobs.get(member.parent_task or ""), jobs.get(member.task.id)
            # History is written by others too: what would be its own ancestor is left out.
            if parent is None or child is None or child in (parent, *parent.parents):
                continue
            child.parent = parent
            if child not in parent.children:
                parent.children.append(child)
        return jobs[family.task.task.id]

    def _made_from(self, stored: "StoredTask") -> Job:
        task_id = stored.task.id
        job = self._given_up(stored)
        if job is not None:
            job.reopen()  # who holds it sees what becomes of its task after all
        else:
            prompt = stored.prompt or stored.task.prompt or ""
            job = self.new(prompt, stored.tag or task_id, server=stored.server)
        job.asked_at, job.custom_id = stored.asked_at or job.asked_at, stored.custom_id or ""
        job.step, job.intent = caption_of(job.custom_id) or "", stored.intent
        job.annotation = stored.annotation
        if job.custom_id and not stored.task.is_final:
            # A gateway still calls a window open that was answered, and takes a second answer.
            asked = self._store.requests_of(stored.intent, stored.server, task_id)
            job.is_answered = any(kind == Modal.__name__ for kind, _ in asked)
        self.restore_or_follow(job, stored.task, stored)
        return job

    def _given_up(self, stored: "StoredTask") -> Job | None:
        """Return the job of this kernel that ended before it heard of *stored*, or of its end."""
        with self._lock:
            known = self._by_task.get((stored.server, stored.task.id))
            if known is None and stored.intent is not None:
                known = self._without_task.pop(stored.intent, None)
        if known is None or known.is_open or (known.task and known.task.is_final):
            return None
        return known

    def restore_from_file(self, task: Task, server: str, describe: Callable[[Job], None]) -> Job:
        """Make the job of a task that only a file knows."""
        with self._finding:
            job = self.new(task.prompt or "", task.id, server=server)
            job.task = task
            describe(job)
            self.register(job)
            if task.parent_id:
                job.parent = self.find(task.parent_id, server)
            if job.parent is not None and job not in job.parent.children:
                job.parent.children.append(job)
            if task.is_final:
                self._store.save_tasks([(server, task)])
                self._archiver.restore(job, task)
                family = self._store.family(task.id, server=server)
                for child in family.children if family else ():
                    below = self.find(child.task.id, server)
                    if below is not None and below not in (job, *job.parents, *job.children):
                        below.parent = job
                        job.children.append(below)
                self._check(job)
            else:
                is_ours = server == self._session.server
                job.end(
                    job.now(), _lost_error() if is_ours else other_server_error(task.id, server)
                )
            return job

    def _from_other_server(self, stored: "StoredTask") -> Job:
        """Ask this proxy for an open task of another: it may be the same under another name."""
        try:
            return self._from_proxy(stored.task.id)
        except TaskUnknown:
            raise other_server_error(stored.task.id, stored.server) from None

    def _from_proxy(self, task_id: str) -> Job:
        task = self._client.fetch(task_id)
        self._save(task)
        return self.track(task)

    def _save(self, task: Task) -> None:
        self._store.save_tasks([(self._session.server, task)])

    def track(self, task: Task) -> Job:
        """Make the job of a task that was started elsewhere, and follow it when it is open."""
        job = self.new(task.prompt or "", task.id)
        self.restore_or_follow(job, task)
        return job

    def restore_or_follow(self, job: Job, task: Task, stored: "StoredTask | None" = None) -> None:
        """Show what is kept of a known task, and follow it when it is still open."""
        job.task = task
        self.register(job)
        if task.is_final:
            self._archiver.restore(job, task, stored)
        else:
            self._worker.post(self._follow_open, job, task)

    def _follow_open(self, job: Job, task: Task) -> None:
        job.accept(task)
        self.follow(job)


def task_id_at(server: str, job: Job) -> str:
    """Return the id by which *server* knows the task of *job*; raise where it can't be asked."""
    if job.id is None:
        raise job.error or UsageError(
            translated("The task is not accepted yet."), hint=translated("Try again in a moment.")
        )
    if job.server != server:
        raise other_server_error(job.id, job.server_label)
    return job.id


def other_server_error(task_id: str, server: str) -> UsageError:
    """Return the error for a task that this session's server can't be asked for."""
    return UsageError(
        translated(
            "Task {task_id} belongs to another server: {server}.", task_id=task_id, server=server
        ),
        hint=translated("Set its address with mj.configure(base_url=…) and open the task again."),
    )


def _lost_error() -> MJError:
    return MJError(
        translated(
            "The task was not done when the file was written, and the proxy doesn't know it now."
        ),
        hint=translated("Ask for it anew."),
    )
