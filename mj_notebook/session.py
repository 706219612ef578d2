"""Session: settings, client, store and worker together; a request goes in, a job comes out.

This is the only place where the rooms meet.
"""

import contextlib
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from mj_notebook.client.address import alias
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, ServerUnreachable, StoreError, TaskUnknown, UsageError
from mj_notebook.follower import Follower
from mj_notebook.jobs import Job, failure_of
from mj_notebook.keeping import Keeper
from mj_notebook.protocol.buttons import button_of, caption, find
from mj_notebook.protocol.models import Button, SubmitReply, Task, TaskProperties
from mj_notebook.protocol.outcomes import Outcome, outcome_of
from mj_notebook.protocol.requests import Action, Modal, Request, request_record
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.settings import Settings
from mj_notebook.store.history import Store
from mj_notebook.worker import Worker

if TYPE_CHECKING:
    from mj_notebook.store.pictures import Picture
    from mj_notebook.store.records import StoredTask

# The demo server's name in history: its port changes, its tasks are the same.
DEMO = "demo"


class Session:
    """
    One proxy (or the demo server), one history, and the jobs of this kernel.

    Use `mj.current_session()` for the current one; making one yourself is for tests and for
    programs that talk to several proxies.
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
        self._answering: set[str] = set()
        # Cells and clicks come from different threads; the same wish of both is one.
        self._wishing, self._finding = threading.Lock(), threading.RLock()
        self.keeper = Keeper(client, store, worker, clock, pauses=settings.pacing.pictures)
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
        pool = self.worker.pool  # raises when the session was closed: nothing is written then
        tag = f"mj-{secrets.token_hex(8)}"
        request = msgspec.structs.replace(request, state=request.state or tag)
        job = self._new_job(prompt or getattr(request, "prompt", ""), tag)
        job.request, job.parent, job.step = request, parent, step
        job.custom_id = getattr(request, "custom_id", "")
        job.mode = mode or self.settings.mode
        job.intent = self._intend(request, job, parent.id if parent else None)
        if parent is not None:
            parent.children.append(job)
        pool.submit(self._send, job, request)
        return job

    def _intend(self, request: Request, job: Job, parent_task: str | None) -> int:
        return self.store.intend(
            request_record(request),
            kind=type(request).__name__,
            prompt=job.prompt,
            tag=request.state or job.tag,
            server=self.server,
            asked_at=self.now(),
            parent_task=parent_task,
            custom_id=job.custom_id or None,
        )

    def _new_job(self, prompt: str, tag: str, home: str | None = None) -> Job:
        home = home or self.server
        return Job(
            self,
            prompt=prompt,
            tag=tag,
            home=home,
            server="demo server" if home == DEMO else home,
            is_demo=home == DEMO,
            asked_at=self.now(),
        )

    def _send(self, job: Job, request: Request) -> None:
        """Send the submit, once; runs in the pool. What happened is written before it is told."""
        assert job.intent is not None
        try:
            reply = self.client.submit(request, mode=job.mode)
        except MJError as error:
            said = self._settle(job.intent, error)
            self.worker.post(job.end, self.now(), said)
        except Exception as error:  # noqa: BLE001 - a bug must reach the person who waits, not a log
            self.worker.post(job.end, self.now(), MJError(f"This went wrong here: {error!r}."))
        else:
            note = self._note_acceptance(job.intent, reply)
            self.worker.post(self._accepted, job, reply, note)

    def _settle(self, intent: int, error: MJError) -> MJError:
        """Write down why there is no task, or that nobody knows; return the error to be told."""
        is_lost = isinstance(error, ServerUnreachable) and error.sent
        write = self.store.unknown if is_lost else self.store.refuse
        with contextlib.suppress(StoreError):  # the error itself is the greater news
            write(intent, str(error), self.now())
        return _lost(error) if is_lost else error

    def _note_acceptance(self, intent: int, reply: SubmitReply) -> str:
        """Write down that there is a task; return "" or why that could not be written."""
        try:
            self.store.accept(intent, reply.results[0], self.now())
        except StoreError as error:
            return str(error)  # the task is drawn and paid for all the same: it is followed
        return ""

    def _accepted(self, job: Job, reply: SubmitReply, note: str) -> None:
        window = outcome_of(reply) is Outcome.WINDOW
        job.note = note
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
        task_id = self._task_id(job)
        key = (task_id, button.custom_id)
        with self._wishing:
            under_way = self._pressing.get(key)
            if under_way is not None and under_way.is_open and not repeat:
                return under_way
            request = Action(task_id=task_id, custom_id=button.custom_id)
            made = self._pressing[key] = self.start(
                request, prompt=job.prompt, parent=job, step=caption(button), mode=job.mode
            )
        self.worker.post(job.changed)
        return made

    def answer(self, job: Job, prompt: str, mask: str | None) -> Job:
        """Send the answer of a window; the task keeps its id and goes on."""
        task_id = self._task_id(job)
        with self._wishing:
            if task_id in self._answering:
                return job  # it is being sent: an impatient second answer is none
            self._answering.add(task_id)
        try:
            self._send_answer(job, Modal(task_id=task_id, prompt=prompt, mask_base64=mask))
        except BaseException:
            self._answering.discard(task_id)
            raise
        self.worker.post(self._answered, job, prompt)
        return job

    def _send_answer(self, job: Job, request: Modal) -> None:
        intent = self._intend(request, job, None)
        try:
            reply = self.client.submit(request, mode=job.mode)
        except MJError as error:
            raise self._settle(intent, error) from None
        self._note_acceptance(intent, reply)

    def _answered(self, job: Job, prompt: str) -> None:
        job.prompt = prompt
        if job.task is not None and job.status == Status.MODAL:
            job.update(msgspec.structs.replace(job.task, status=Status.NOT_START))
        self._answering.discard(job.id or "")
        self.follower.hurry(job)

    def cancel(self, job: Job) -> None:
        """Ask the server to cancel; the follower sees what came of it."""
        self.client.cancel(self._task_id(job))
        self.worker.post(self.follower.hurry, job)

    def seed(self, job: Job) -> str:
        """Ask the server for the seed."""
        return self.client.image_seed(self._task_id(job))

    def _task_id(self, job: Job) -> str:
        """Return the id to ask the server for; raise when it can't be asked for *job*."""
        if job.id is None:
            raise UsageError("The task is not accepted yet.", hint="Try again in a moment.")
        if job.home != self.server:
            raise _elsewhere(job.id, job.server)
        return job.id

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
        with self._finding:
            known = self._jobs.get(task_id)
            if known is not None and (known.is_open or (known.task and known.task.is_final)):
                return known
            # A job that was given up, for its deadline or as lost, is taken up anew.
            return self._from_history(task_id) or self._from_proxy(task_id)

    def _from_history(self, task_id: str) -> Job | None:
        stored = self.store.task(task_id, server=self.server) or self.store.task(task_id)
        if stored is None:
            return None
        if stored.server != self.server and not stored.task.is_final:
            return self._from_elsewhere(stored)
        job = self._new_job(
            stored.prompt or stored.task.prompt or "", stored.tag or task_id, stored.server
        )
        job.asked_at, job.custom_id = stored.asked_at or job.asked_at, stored.custom_id or ""
        job.step = _step(job.custom_id)
        self._jobs[task_id] = job
        self._adopt(job, stored.task)
        for child in self.store.children(task_id, server=stored.server):
            known = self._jobs.get(child.task.id) or self._from_history(child.task.id)
            if known is not None:
                known.parent = job
                job.children.append(known)
        return job

    def _from_elsewhere(self, stored: "StoredTask") -> Job:
        """Ask this proxy for an open task of another: it may be the same under another name."""
        try:
            return self._from_proxy(stored.task.id)
        except TaskUnknown:
            raise _elsewhere(stored.task.id, stored.server) from None

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
        self.worker.post(self.follower.abandon)
        self._close()
        self.client.close()
        self.store.close()


def _lost(error: MJError) -> ServerUnreachable:
    return ServerUnreachable(
        str(error.args[0]),
        hint="It was not sent again, since it may be drawn already: look at the proxy's tasks"
        " before you ask once more.",
        sent=True,
    )


def _elsewhere(task_id: str, server: str) -> UsageError:
    return UsageError(
        f"Task {task_id} belongs to another server: {server}.",
        hint="Set its address with mj.configure(base_url=…) and open the task again.",
    )


def _step(custom_id: str) -> str:
    """Return what stands on the button *custom_id*, "" for none."""
    press = find(custom_id)
    if press is not None:
        return caption(button_of(press.kind, press.uuid, press.number))
    return caption(Button(custom_id)) if custom_id else ""
