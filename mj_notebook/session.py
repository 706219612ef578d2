"""Session: settings, client, store and worker together; a request goes in, a job comes out.

This is the only place where the rooms meet.
"""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from mj_notebook.client.address import alias
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, ServerUnreachable, UsageError
from mj_notebook.follower import Follower
from mj_notebook.jobs import Job, failure_of
from mj_notebook.keeping import Keeper
from mj_notebook.protocol.buttons import caption
from mj_notebook.protocol.models import Button, SubmitReply, Task, TaskProperties
from mj_notebook.protocol.requests import Action, Modal, Request, request_record
from mj_notebook.protocol.vocabulary import Mode, ReturnCode, Status
from mj_notebook.settings import Settings
from mj_notebook.store.history import Store
from mj_notebook.worker import Worker

if TYPE_CHECKING:
    from mj_notebook.store.pictures import Picture

# The demo server's name in history: its port changes, its tasks are the same.
DEMO = "demo"


class Session:
    """
    One proxy (or the demo server), one history, and the jobs of this kernel.

    Use `mj.current_session()` for the current one; making one yourself is for tests and for programs
    that talk to several proxies.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        client: Client,
        store: Store,
        worker: Worker,
        clock: Callable[[], float],
        close: Callable[[], object] = lambda: None,
    ) -> None:
        self.settings, self.client, self.store, self.worker = settings, client, store, worker
        self.server = DEMO if settings.is_demo else alias(str(settings.base_url))
        self.now = clock
        self._close = close
        self._jobs: dict[str, Job] = {}
        self._pressing: dict[tuple[str, str], Job] = {}
        self.keeper = Keeper(client, store, worker, self.server, clock)
        self.follower = Follower(
            ask=client.fetch_many,
            ask_one=client.fetch,
            aside=worker.aside,
            take=self.take,
            give_up=lambda job, error: job.end(self.now(), error),
            pacing=settings.pacing,
            clock=clock,
        )

    # -- asking --------------------------------------------------------------------------------

    def start(
        self,
        request: Request,
        *,
        prompt: str = "",
        parent: Job | None = None,
        step: str = "",
        mode: Mode | None = None,
    ) -> Job:
        """
        Write *request* down, send it once, and return the job that follows it.

        It returns before the server answered; `Job.accepted` waits for that.
        """
        tag = request.state or f"mj-{secrets.token_hex(8)}"
        request = msgspec.structs.replace(request, state=tag)
        job = self._new_job(prompt or getattr(request, "prompt", ""), tag)
        job.request, job.parent, job.step = request, parent, step
        job.custom_id = getattr(request, "custom_id", "")
        job.mode = mode or self.settings.mode
        job.intent = self.store.intend(
            request_record(request),
            kind=type(request).__name__,
            prompt=job.prompt,
            tag=tag,
            server=self.server,
            asked_at=job.asked_at,
            parent_task=parent.id if parent else None,
            custom_id=job.custom_id or None,
        )
        if parent is not None:
            parent.children.append(job)
        self.worker.pool.submit(self._send, job, request)
        return job

    def _new_job(self, prompt: str, tag: str) -> Job:
        return Job(
            self,
            prompt=prompt,
            tag=tag,
            server="demo server" if self.settings.is_demo else self.server,
            is_demo=self.settings.is_demo,
            asked_at=self.now(),
        )

    def _send(self, job: Job, request: Request) -> None:
        """Send the submit, once; runs in the pool. What happened is written before it is told."""
        assert job.intent is not None
        try:
            reply = _with_id(self.client.submit(request, mode=job.mode))
            self.store.accept(job.intent, reply.results[0], self.now())
        except MJError as error:
            self._note_refusal(job.intent, error)
            self.worker.post(job.end, self.now(), error)
        except Exception as error:  # noqa: BLE001 - a bug must reach the person who waits, not a log
            self.worker.post(job.end, self.now(), MJError(f"This went wrong here: {error!r}."))
        else:
            self.worker.post(self._accepted, job, reply)

    def _note_refusal(self, intent: int, error: MJError) -> None:
        if isinstance(error, ServerUnreachable) and error.sent:
            self.store.unknown(intent, str(error), self.now())
        else:
            self.store.refuse(intent, str(error), self.now())

    def _accepted(self, job: Job, reply: SubmitReply) -> None:
        window = reply.code == ReturnCode.WINDOW
        job.accept(
            Task(
                id=reply.results[0],
                status=Status.MODAL if window else Status.NOT_START,
                prompt=job.prompt,
                properties=TaskProperties(final_prompt=reply.properties.final_prompt),
            ),
            queued=reply.properties.number_of_queues,
        )
        self._follow(job)

    def _follow(self, job: Job) -> None:
        assert job.id is not None
        self._jobs[job.id] = job
        self.follower.add(job, relaxed=job.mode is Mode.RELAX)

    # -- following -----------------------------------------------------------------------------

    async def take(self, found: list[tuple[Job, Task]]) -> None:
        """Take new snapshots: write them down first, then tell; runs on the worker's loop."""
        stored = [
            (self.server, task)
            for job, task in found
            # A running task is written down already; its percentages are not worth a write.
            if task.is_final or task.status == Status.MODAL
        ]
        trouble = ""
        if stored:
            try:
                await self.worker.aside(self.store.save_tasks, stored)
            except MJError as error:
                trouble = str(error)  # a full disk must not stop the following
        for job, task in found:
            job.update(task)
            if trouble:
                job.note = trouble
            if not task.is_final:
                self.keeper.preview(job)
            elif task.succeeded:
                self.keeper.archive(job)
            else:
                job.end(self.now(), failure_of(task))

    # -- acting --------------------------------------------------------------------------------

    def press(self, job: Job, button: Button, *, repeat: bool = False) -> Job:
        """Press *button* of *job*; the same press under way is not sent twice."""
        if job.id is None:
            raise UsageError("The task is not accepted yet.", hint="Call job.wait() first.")
        key = (job.id, button.custom_id)
        under_way = self._pressing.get(key)
        if under_way is not None and under_way.is_open and not repeat:
            return under_way
        request = Action(task_id=job.id, custom_id=button.custom_id)
        made = self.start(
            request, prompt=job.prompt, parent=job, step=caption(button), mode=job.mode
        )
        self._pressing[key] = made
        job_changed = job.changed
        self.worker.post(job_changed)
        return made

    def answer(self, job: Job, prompt: str, mask: str | None) -> Job:
        """Send the answer of a window; the task keeps its id and goes on."""
        assert job.id is not None
        request = Modal(task_id=job.id, prompt=prompt, mask_base64=mask)
        self.client.submit(request, mode=job.mode)
        job.prompt = prompt
        self.worker.post(self.follower.hurry, job)
        return job

    def cancel(self, job: Job) -> None:
        """Ask the server to cancel; the follower sees what came of it."""
        if job.id is None:
            raise UsageError("The task is not accepted yet.", hint="Try again in a moment.")
        self.client.cancel(job.id)
        self.worker.post(self.follower.hurry, job)

    def seed(self, job: Job) -> str:
        """Ask the server for the seed."""
        if job.id is None:
            raise UsageError("The task is not accepted yet.", hint="Call job.wait() first.")
        return self.client.image_seed(job.id)

    def content(self, picture: "Picture") -> bytes:
        """Return the bytes of an archived picture."""
        return self.store.pictures.read(picture.sha256)

    # -- coming back ---------------------------------------------------------------------------

    def job(self, task_id: str) -> Job:
        """
        Return the job of a task: one of this kernel, else from history, else from the proxy.

        Raises:
            TaskUnknown: Neither history nor the proxy knows it.
        """
        known = self._jobs.get(task_id)
        return known or self._from_history(task_id) or self._from_proxy(task_id)

    def _from_history(self, task_id: str) -> Job | None:
        stored = self.store.task(task_id, server=self.server) or self.store.task(task_id)
        if stored is None:
            return None
        job = self._new_job(stored.prompt or stored.task.prompt or "", stored.tag or task_id)
        job.asked_at, job.custom_id = stored.asked_at or job.asked_at, stored.custom_id or ""
        self._jobs[task_id] = job
        self._adopt(job, stored.task)
        for child in self.store.children(task_id):
            known = self._jobs.get(child.task.id) or self._from_history(child.task.id)
            if known is not None:
                known.parent = job
                job.children.append(known)
        return job

    def _from_proxy(self, task_id: str) -> Job:
        task = self.client.fetch(task_id)
        self.store.save_tasks([(self.server, task)])
        return self.adopt(task)

    def adopt(self, task: Task) -> Job:
        """Take over a task that was started elsewhere, and follow it when it is open."""
        job = self._new_job(task.prompt or "", task.id)
        self._jobs[task.id] = job
        self._adopt(job, task)
        return job

    def _adopt(self, job: Job, task: Task) -> None:
        """Bring a known task back: show what is kept, and follow it when it is still open."""
        if task.is_final:
            self.keeper.restore(job, task)
            return
        job.task = task
        self.worker.post(self._take_up, job, task)

    def _take_up(self, job: Job, task: Task) -> None:
        job.accept(task)
        self._follow(job)

    def close(self) -> None:
        """End what belongs to this session alone; open tasks go on at the proxy."""
        self._close()
        self.client.close()
        self.store.close()


def _with_id(reply: SubmitReply) -> SubmitReply:
    if not reply.results:
        raise MJError("The proxy accepted the task but gave no id.", hint=reply.description)
    return reply
