"""Session: settings, client, store and worker together; a request goes in, a job comes out.

This is the only place where the rooms meet.
"""

import contextlib
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from mj_notebook.answering import modal_of
from mj_notebook.client.address import alias
from mj_notebook.client.sync import Client
from mj_notebook.errors import (
    MJError,
    StoreError,
    UsageError,
    failure_of,
)
from mj_notebook.estimating import usual_seconds
from mj_notebook.finding import Finding
from mj_notebook.follower import Follower
from mj_notebook.jobs import Job
from mj_notebook.keeping import Keeper
from mj_notebook.protocol.buttons import caption
from mj_notebook.protocol.fallbacks import change_instead, prompt_of
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.requests import Action, Modal, Request, UploadPictures
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.queueing import Places
from mj_notebook.recall import Recall, elsewhere
from mj_notebook.receiving.listening import Listening
from mj_notebook.receiving.receiver import Receiver
from mj_notebook.replaying import Replaying
from mj_notebook.retelling import request_again, steps_of
from mj_notebook.sending import Sending
from mj_notebook.settings import Settings
from mj_notebook.store.derived import whole_seed
from mj_notebook.store.history import Store
from mj_notebook.submitting import Submitting
from mj_notebook.view.code import python_of
from mj_notebook.worker import Worker

if TYPE_CHECKING:
    from mj_notebook.store.pictures import Picture

# The demo server's name in history: its port changes, its tasks are the same.
DEMO = "demo"


class Session:
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
        self.settings, self.client, self.store, self.worker = settings, client, store, worker
        self.server = server or (DEMO if settings.is_demo else alias(str(settings.base_url)))
        self.now = clock
        self._close = close
        self._jobs: dict[str, Job] = {}
        self._pressing: dict[tuple[str, str], Job] = {}
        self._sent: dict[str, Job] = {}
        self._answering: set[str] = set()
        # Cells and clicks come from different threads; the same wish of both is one.
        self._wishing = threading.Lock()
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
        found = self._same(key) if is_sole else None
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
        usual = usual_seconds(job, self.store)
        if usual is not None:
            self.worker.post(job.expect, usual)

    def _same(self, key: str) -> Job | None:
        """Return the job that asks for the same: under way here, or what `Replaying` finds."""
        job = self._sent.get(key)
        if job is not None and job.is_open:
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

    # -- acting --------------------------------------------------------------------------------

    def press(
        self, job: Job, button: Button, *, repeat: bool = False, same_channel: bool = False
    ) -> Job:
        """Press *button* of *job*; the same press under way is not sent twice."""
        task_id = self._task_id(job)
        key = (task_id, button.custom_id)
        with self._wishing:
            under_way = self._pressing.get(key)
            if under_way is not None and under_way.is_open and not repeat:
                return under_way
            action = Action(
                task_id=task_id, custom_id=button.custom_id, choose_same_channel=same_channel
            )
            knows_buttons = job.task is None or job.task.buttons is not None
            request = action if knows_buttons else change_instead(action) or action
            made = self._pressing[key] = self.start(
                request,
                prompt=prompt_of(button.custom_id, job.task) or job.prompt,
                parent=job, step=caption(button), mode=job.mode, custom_id=button.custom_id,
                fresh=repeat,
            )  # fmt: skip
        self.worker.post(job.changed)
        return made

    def answer(
        self,
        job: Job,
        prompt: str | None,
        *,
        mask: object = None,
        zoom: float | None = None,
        ar: str | None = None,
    ) -> Job:
        """Send the answer of a window; the task keeps its id and goes on."""
        if not job.is_unsent:
            self._task_id(job)
        with self._wishing:
            if job.tag in self._answering:
                return job  # it is being sent: an impatient second answer is none
            self._answering.add(job.tag)
        try:
            request = modal_of(job, prompt, mask=mask, zoom=zoom, ar=ar)
            if not (self.settings.replay and self._answer_again(job, request)):
                self._send_answer(job, request)
        except BaseException:
            self._answering.discard(job.tag)
            raise
        self.worker.post(self._answering.discard, job.tag)  # after the window is seen to be closed
        return job

    def _send_answer(self, job: Job, answer: Modal) -> None:
        """Send what was never answered before; a window from history is really opened first."""
        key = self.replaying.key_of(answer, parent=job.parent, button=job.custom_id)
        self.replaying.check(key, answer.prompt, job.step)
        if job.is_unsent:
            task_id = self.submitting.open_window(job)
            if not task_id:
                return  # the server drew at once: the job follows that
            answer = msgspec.structs.replace(answer, task_id=task_id)
        self.submitting.answer(job, answer, key)
        self.worker.post(self._answered, job, answer.prompt)

    def _answer_again(self, job: Job, answer: Modal) -> bool:
        """Let *job* become what the same answer once gave, and close its window; tell whether."""
        stored = self.replaying.finished_answer(job, answer)
        if stored is None:
            return False
        if answer.task_id:
            with contextlib.suppress(MJError):  # a window that stays open costs nothing
                self.client.cancel(answer.task_id)
        job.prompt, job.is_replayed = answer.prompt, True
        self._jobs[stored.task.id] = job
        if job.parent is not None:  # history may have brought the same task back beside it
            job.parent.children[:] = [
                one
                for one in job.parent.children
                if one is job or one.id != stored.task.id or one.request is not None
            ]
        self.keeper.restore(job, stored.task)
        self.worker.post(job.changed)
        return True

    def resume(self) -> list[Job]:
        """Take up everything that is open, and look for what was lost; oldest first."""
        return self.replaying.resume()

    def _answered(self, job: Job, prompt: str) -> None:
        job.prompt = prompt
        if job.task is not None and job.status == Status.MODAL:
            job.update(msgspec.structs.replace(job.task, status=Status.NOT_START))
        self.follower.hurry(job)

    def cancel(self, job: Job) -> None:
        """Ask the server to cancel; the follower sees what came of it."""
        if job.is_unsent:
            self.worker.post(self._dismissed, job)
            return
        self.client.cancel(self._task_id(job))
        self.worker.post(self.follower.hurry, job)

    def _dismissed(self, job: Job) -> None:
        """Close a window that the server does not know of."""
        assert job.task is not None
        job.update(msgspec.structs.replace(job.task, status=Status.CANCEL))
        job.end(self.now(), failure_of(job.task))

    @property
    def jobs(self) -> list[Job]:
        """The jobs of this kernel that have a task, those of history that it needed included."""
        return list(self._jobs.values())

    def upload(self, request: UploadPictures) -> list[str]:
        """Hand pictures over and return their addresses; nothing is drawn."""
        return self.client.upload(request)

    def seed(self, job: Job) -> str:
        """Return the seed, which is asked for once and kept: it never changes."""
        task_id = self._task_id(job)
        known = self.store.asking(self.server, task_id)
        if known is not None and known.seed is not None:
            return str(known.seed)
        seed = self.client.image_seed(task_id)
        with contextlib.suppress(MJError):  # it is told all the same
            self.store.annotate(self.server, task_id, seed=whole_seed(seed))
        return seed

    def _task_id(self, job: Job) -> str:
        """Return the id to ask the server for; raise when it can't be asked for *job*."""
        if job.id is None:
            raise UsageError("The task is not accepted yet.", hint="Try again in a moment.")
        if job.home != self.server:
            raise elsewhere(job.id, job.server)
        return job.id

    def again(self, job: Job) -> Job:
        """Ask for the same as *job* once more; the new job is shown below the first."""
        request = request_again(job, self.store)
        made = self.start(
            request, prompt=job.prompt, parent=job.parent, step=job.step, mode=job.mode, fresh=True
        )
        if job.parent is None:
            made.repeat_of = job.repeat_of or job
            made.repeat_of.repeats.append(made)
        self.worker.post((job.parent or made.repeat_of or job).changed)
        return made

    def code(self, job: Job) -> str:
        """Return the way to *job* as Python."""
        return python_of(steps_of(job, self.store))

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
