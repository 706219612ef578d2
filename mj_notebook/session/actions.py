"""What people do with the jobs of a session: press, answer, dismiss, cancel, ask again."""

import contextlib
import threading
from collections.abc import Callable

import msgspec

from mj_notebook.client.error_mapping import failure_of
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, UsageError
from mj_notebook.protocol.buttons import caption
from mj_notebook.protocol.fallbacks import change_instead, prompt_of
from mj_notebook.protocol.models import Button
from mj_notebook.protocol.requests import Action, Modal
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.archiver import Keeper
from mj_notebook.session.job import Job
from mj_notebook.session.job_registry import elsewhere
from mj_notebook.session.modal import modal_of
from mj_notebook.session.poller import Follower
from mj_notebook.session.recipe import request_again, steps_of
from mj_notebook.session.result_cache import Replaying
from mj_notebook.session.submit import Submitting
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Settings
from mj_notebook.store.derived_columns import whole_seed
from mj_notebook.store.history import Store
from mj_notebook.view.code import python_of


class Acting:
    """The part of a session that people's wishes reach; `Session` adds how requests become jobs."""

    settings: Settings
    client: Client
    store: Store
    worker: Worker
    server: str
    now: Callable[[], float]
    submitting: Submitting
    replaying: Replaying
    keeper: Keeper
    follower: Follower
    start: Callable[..., Job]
    _jobs: dict[str, Job]

    def __init__(self) -> None:
        self._pressing: dict[tuple[str, str], Job] = {}
        self._answering: set[str] = set()
        # Cells and clicks come from different threads; the same wish of both is one.
        self._wishing = threading.Lock()

    def press(
        self, job: Job, button: Button, *, repeat: bool = False, same_channel: bool = False
    ) -> Job:
        """Press *button* of *job*; the same press under way is not sent twice."""
        task_id = self._task_id(job)
        key = (task_id, button.custom_id)
        with self._wishing:
            under_way = self._pressing.get(key)
            if under_way is not None and under_way.is_wanted and not repeat:
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
        job.is_given_up = True
        self.worker.post(self.follower.hurry, job)

    def _dismissed(self, job: Job) -> None:
        """Close a window that the server does not know of."""
        assert job.task is not None
        job.update(msgspec.structs.replace(job.task, status=Status.CANCEL))
        job.end(self.now(), failure_of(job.task))

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
