"""Session: settings, client, store and worker together; a request goes in, a job comes out.

This is the only place where the rooms meet.
"""

import contextlib
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from mj_notebook.client.address import alias
from mj_notebook.client.error_mapping import failure_of
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, StoreError
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Request, UploadPictures
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.actions import Acting
from mj_notebook.session.archiver import Keeper
from mj_notebook.session.eta import Places, Usual
from mj_notebook.session.job import Job
from mj_notebook.session.job_registry import Recall
from mj_notebook.session.poller import Follower
from mj_notebook.session.reconcile import Finding
from mj_notebook.session.result_cache import Replaying
from mj_notebook.session.sending import Sending
from mj_notebook.session.submit import Submitting
from mj_notebook.session.webhook.listener import Listening
from mj_notebook.session.webhook.receiver import Receiver
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Settings
from mj_notebook.store.history import Store

if TYPE_CHECKING:
    from mj_notebook.store.pictures import Picture

# The demo server's name in history: its port changes, its tasks are the same.
DEMO = "demo"


class Session(Acting):
    """
    One proxy (or the demo server), one history, and the jobs of this kernel.

    Use `mj.current_session()` for the current one; making one yourself is for tests and for
    programs that talk to several proxies. *server* is its name in history when the settings do
    not tell it.
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
        server: str = "",
    ) -> None:
        super().__init__()
        self.settings, self.client, self.store, self.worker = settings, client, store, worker
        self.server = server or (DEMO if settings.is_demo else alias(str(settings.base_url)))
        self.now = clock
        self._close = close
        self._jobs: dict[str, Job] = {}
        self._sent: dict[str, Job] = {}
        self._usual = Usual(store)
        self.listening = Listening(settings, worker, self.hear)
        self.finding = Finding(client, store, self.server, clock, joining=settings.pacing.joining)
        sending = Sending(
            client, store, self.server, clock,
            finding=self.finding, looks=settings.pacing.looks, hook=self.listening.address,
        )  # fmt: skip
        self.submitting = Submitting(
            sending, worker,
            make=self._new_job, start=self.start, follow=self._follow, clock=clock,
            pause=settings.pacing.late_parent,
        )  # fmt: skip
        self.keeper = Keeper(client, store, worker, clock, pauses=settings.pacing.pictures)
        self.recall = Recall(
            client, store, worker, self.keeper,
            server=self.server, make=self._new_job, follow=self._follow, jobs=self._jobs,
        )  # fmt: skip
        self.replaying = Replaying(
            store, self.recall, self.keeper, self.finding,
            server=self.server, bot=settings.bot, bundle=settings.offline,
        )  # fmt: skip
        self.follower = Follower(
            ask=client.fetch_many,
            ask_one=client.fetch,
            aside=worker.aside,
            take=self.take,
            give_up=lambda job, error: job.end(self.now(), error),
            pacing=settings.pacing,
            clock=clock,
            look=Places(client.queue, worker.aside).look,
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
        remarks: tuple[str, ...] = (),
        custom_id: str = "",
        fresh: bool = False,
        repeat: int = 0,
    ) -> Job:
        """
        Write *request* down, send it once, and return the job that follows it.

        It returns before the server answered; `Job.accepted` waits for that. What was drawn
        already is not sent: its own job is returned, as a replay.

        Args:
            request: What is asked.
            prompt: What is shown as asked, by default the request's own.
            parent: The job whose button was pressed.
            step: What stands on that button.
            mode: The speed, None for the usual one.
            remarks: What the person should know of the way.
            custom_id: The button, where the request itself does not name it.
            fresh: Send it even though it was drawn already.
            repeat: 0 for the usual picture; 1, 2, … for each one wanted beside it.

        Raises:
            Unsettled: The same was sent once, and nobody knows what became of it.
            NotInBundle: It was never drawn, and nobody may be asked.
        """
        pool = self.worker.pool  # raises when the session was closed: nothing is written then
        custom_id = custom_id or getattr(request, "custom_id", "")
        key = self.replaying.key_of(request, parent=parent, button=custom_id, repeat=repeat)
        is_sole = self.settings.replay and not fresh
        newest = self.store.newest(key) if is_sole else None
        # What is asked for the first time, as most things are, costs that one look.
        found = self._same(key) if newest else None
        if found is not None:
            return self._shown_again(found, key, parent, remarks)
        window = self.replaying.window(parent, custom_id) if is_sole else None
        if window is None:
            self.replaying.check(key, prompt or getattr(request, "prompt", ""), step)
        tag = f"mj-{secrets.token_hex(8)}"
        asked, request = request, msgspec.structs.replace(request, state=request.state or tag)
        job = self._new_job(prompt or getattr(request, "prompt", ""), tag)
        job.request, job.parent, job.step, job.remarks = request, parent, step, remarks
        job.custom_id, job.key = custom_id, key
        job.mode = mode or self.settings.mode
        if window is None and not self.submitting.intend(job, request, after=newest):
            # Somebody else asked for the same in this very moment, and has the answer soon.
            return self.start(
                asked, prompt=prompt, parent=parent, step=step, mode=mode, remarks=remarks,
                custom_id=custom_id, repeat=repeat,
            )  # fmt: skip
        if parent is not None:
            parent.children.append(job)
        self._sent[key] = job
        if window is None:
            pool.submit(self._submit, job, request)
        else:
            job.accept(window)
        return job

    def _submit(self, job: Job, request: Request) -> None:
        """Send the submit, then look up how long such tasks take; runs in the pool."""
        self.submitting.submit(job, request)
        usual = self._usual.seconds(job)
        if usual is not None:
            self.worker.post(job.expect, usual)

    def _same(self, key: str) -> Job | None:
        """Return the job that asks for the same: under way here, or what `Replaying` finds."""
        job = self._sent.get(key)
        if job is not None and job.is_wanted:
            return job
        # A click is taken on the worker's own thread, where nothing may wait for other kernels.
        return self.replaying.find(key, is_patient=not self.worker.is_here)

    def _shown_again(self, job: Job, key: str, parent: Job | None, remarks: tuple[str, ...]) -> Job:
        job.key = key
        if job.is_replayed and job.id is not None:
            with contextlib.suppress(StoreError):  # only the count of what was saved is lost
                self.store.note_replay(self.server, job.id, self.now())
        job.remarks += tuple(remark for remark in remarks if remark not in job.remarks)
        if parent is not None and job not in parent.children:
            job.parent = parent
            parent.children.append(job)
        self.worker.post(job.changed)
        return job

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
                self._usual.forget()
            except MJError as error:
                trouble = str(error)  # a full disk must not stop the following
        for job, task in found:
            job.update(task)
            if trouble:
                job.note = trouble
            if not task.is_final:
                if job.wants_previews:
                    self.keeper.preview(job)
            elif task.succeeded:
                self.keeper.archive(job)
            else:
                job.end(self.now(), failure_of(task))

    def listen(
        self, public_url: str | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> Receiver:
        """
        Let the proxy post the changes of the jobs that are started from now on.

        Raises:
            UsageError: It can't be listened there, or the proxy can't come there.
        """
        return self.listening.open(public_url, host, port)

    async def hear(self, task: Task) -> bool:
        """Take a snapshot that was posted here; tell whether it was news."""
        return await self.follower.hear(task)

    @property
    def jobs(self) -> list[Job]:
        """The jobs of this kernel that have a task, those of history that it needed included."""
        return list(self._jobs.values())

    def upload(self, request: UploadPictures) -> list[str]:
        """Hand pictures over and return their addresses; nothing is drawn."""
        return self.client.upload(request)

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
        return self.recall.job(task_id)

    def resume(self) -> list[Job]:
        """Take up everything that is open, and look for what was lost; oldest first."""
        return self.replaying.resume()

    def adopt(self, task: Task) -> Job:
        """Take over a task that was started elsewhere, and follow it when it is open."""
        return self.recall.adopt(task)

    def close(self) -> None:
        """End what belongs to this session alone; open tasks go on at the proxy."""
        self.listening.close()
        self.worker.post(self.follower.abandon)
        self._close()
        self.client.close()
        self.store.close()
