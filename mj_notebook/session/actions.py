"""What people do with jobs: press, dismiss, cancel, ask again, read the words of."""

import concurrent.futures
import contextlib
import threading

import msgspec

from mj_notebook.client.error_mapping import failure_of
from mj_notebook.client.sync import Client
from mj_notebook.errors import (
    MJError,
    Refused,
    TaskFailed,
    TaskUnknown,
    UsageError,
    WaitInterrupted,
)
from mj_notebook.language import marked, translated
from mj_notebook.language.sentences import in_words
from mj_notebook.protocol.buttons import caption
from mj_notebook.protocol.fallbacks import change_fallback, prompt_of
from mj_notebook.protocol.models import Button
from mj_notebook.protocol.requests import Action
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.archiver import Archiver
from mj_notebook.session.breakdown import JobBreakdown, breakdown_of, no_shorter_prompts
from mj_notebook.session.deleting import delete_tasks, refuse_open
from mj_notebook.session.doubt import left_in_doubt
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.job import Job
from mj_notebook.session.job_lineage import drawings_of, planned_press, press_under_way
from mj_notebook.session.job_registry import JobRegistry, task_id_at
from mj_notebook.session.poller import Poller
from mj_notebook.session.recipe import recipe_of, references_again, request_again
from mj_notebook.session.request_builder import builder_of
from mj_notebook.session.submission import Submission, new_tag
from mj_notebook.session.submit import Submitter
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Settings
from mj_notebook.store.annotations import unknown_task
from mj_notebook.store.deleting import Deletion
from mj_notebook.store.derived_columns import whole_seed
from mj_notebook.store.history import Store
from mj_notebook.view.code import format_recipe

_Press = tuple[str, str]
_PRESS_AGAIN = marked("Press it again; what was sent already is found.")
_INTERRUPTED = marked("The press was interrupted.")


class Actions:
    """
    Does what is asked of the jobs of one session.

    It blocks: it asks the server, and may wait for another kernel that does the same. So it is
    called from cells and from the worker's pool, never on the worker's loop.
    """

    def __init__(
        self,
        settings: Settings,
        client: Client,
        store: Store,
        worker: Worker,
        *,
        server: str,
        submitter: Submitter,
        registry: JobRegistry,
        archiver: Archiver,
        poller: Poller,
    ) -> None:
        self._settings, self._client, self._store = settings, client, store
        self._worker, self._server = worker, server
        self._submitter, self._registry = submitter, registry
        self._archiver, self._poller = archiver, poller
        # Cells and clicks come from different threads; the same press of both is one. Only the
        # tables are guarded: nobody waits for a lock while somebody else waits for a server.
        self._lock = threading.Lock()
        self._pressing: dict[_Press, concurrent.futures.Future[Job]] = {}

    @interruptible(_PRESS_AGAIN, stopped=_INTERRUPTED)
    def press(self, job: Job, button: Button | str, *, repeat: bool, same_channel: bool) -> Job:
        """
        Press *button* of *job*; the same press under way is not sent twice.

        On a job that has not ended it has a name alone: it is planned, and sent once that has.
        """
        if isinstance(button, str):
            return self._plan(job, button, repeat=repeat, same_channel=same_channel)
        if repeat:
            return self._press(job, button, repeat=True, same_channel=same_channel)
        key = (task_id_at(self._server, job), button.custom_id)
        mine: concurrent.futures.Future[Job] = concurrent.futures.Future()
        with self._lock:
            other = self._pressing.setdefault(key, mine)
        if other is not mine:
            # It is being pressed by another thread: that is this press.
            return self._worker.wait(other, timeout=None, resume_hint=translated(_PRESS_AGAIN))
        try:
            made = press_under_way(job, button) or self._press(
                job, button, repeat=False, same_channel=same_channel
            )
        except BaseException as error:
            # Others may wait for this very press: they must hear of an interrupt as well.
            self._pressed(key, mine, error)
            raise
        self._pressed(key, mine, made)
        return made

    def _pressed(
        self, key: _Press, mine: "concurrent.futures.Future[Job]", made: Job | BaseException
    ) -> None:
        """End a press: whoever joined it gets what came of it."""
        with self._lock:
            del self._pressing[key]
        if isinstance(made, Job):
            mine.set_result(made)
        elif isinstance(made, Exception):
            mine.set_exception(made)
        else:  # an interrupt is meant for the cell that pressed, not for who joined it
            mine.set_exception(
                WaitInterrupted(translated(_INTERRUPTED), hint=translated(_PRESS_AGAIN))
            )

    def _press(self, job: Job, button: Button, *, repeat: bool, same_channel: bool) -> Job:
        asked = self._submission(job, button, repeat=repeat, same_channel=same_channel)
        made = self._submitter.start(asked, parent=job)
        self._worker.post(job.notify)
        return made

    def _submission(
        self, job: Job, button: Button, *, repeat: bool, same_channel: bool
    ) -> Submission:
        action = Action(
            task_id=task_id_at(self._server, job),
            custom_id=button.custom_id,
            choose_same_channel=same_channel,
        )
        knows_buttons = job.task is None or job.task.buttons is not None
        return Submission(
            action if knows_buttons else change_fallback(action) or action,
            prompt=prompt_of(button.custom_id, job.task) or job.prompt,
            mode=job.mode,
            fresh=repeat,
            step=caption(button),
            custom_id=button.custom_id,
        )

    # -- what waits for another job --------------------------------------------------------------

    def _plan(self, job: Job, name: str, *, repeat: bool, same_channel: bool) -> Job:
        """Return a job that waits until *job* has ended, and presses its button *name* then."""
        pool = self._worker.pool  # raises when the session was closed: nothing would ever come
        with self._lock:
            if not repeat and (known := planned_press(job, name)):
                return known
            made = self._registry.new(job.prompt, new_tag(), parent=job)
            made.planned = made.step = name
            job.children.append(made)
        self._registry.register(made)

        def send(_: Job) -> None:
            # Jobs end on the loop, and a press asks history and the server.
            pool.submit(self._send_planned, made, repeat, same_channel)

        job.events.on_end(send)
        self._worker.post(job.notify)
        return made

    def _send_planned(self, job: Job, repeat: bool, same_channel: bool) -> None:  # noqa: FBT001 - of a pool
        """Press what was planned, now that the job above has ended; what is wrong ends *job*."""
        above, name = job.parent, self._claim(job)
        if above is None or not name:
            return  # it was cancelled before
        if above.error is not None:
            self._worker.post(job.end, job.now(), _parent_failed(above.error, name))
            return
        try:
            button = above.button(name)
            asked = self._submission(above, button, repeat=repeat, same_channel=same_channel)
            self._submitter.start(asked, parent=above, planned=job)
        except Exception as error:  # noqa: BLE001 - a bug must reach who waits, not a log
            self._worker.post(job.end, job.now(), in_words(error))
        self._worker.post(above.notify)

    def _claim(self, job: Job) -> str:
        """Return what *job* has planned, for one caller: it is either sent or cancelled."""
        with self._lock:
            name, job.planned = job.planned, ""
        return name

    def withdraw(self, job: Job) -> bool:
        """End *job* where it waits to be sent, for its parent or for room; tell whether it did."""
        if not (self._claim(job) or self._submitter.withdraw(job)):
            return False
        self._submitter.end_cancelled(job)
        return True

    def cancel(self, job: Job) -> None:
        """Ask the server to cancel; the poller sees what came of it."""
        if self._submitter.withdraw(job):  # the answer to its window waited for room
            job.answering, job.held = None, ""
        if job.is_unsent:
            job.is_cancelling = True  # at once, as in `withdraw`
            self._worker.post(self._close_window, job)
            return
        task_id = task_id_at(self._server, job)
        try:
            job.is_cancelling = self._cancel_at_proxy(task_id)
        except TaskUnknown as error:
            if job.is_left:  # that it is not known now is no sign that it is not drawn
                raise left_in_doubt(job, error) from None
            raise
        if job.is_left:
            # Whoever waits for it next must not read the old end.
            again = self._worker.submit(self._follow_again(job))
            if not self._worker.is_current_thread:
                again.result()
        self._worker.post(self._poller.poll_soon, job)

    def _cancel_at_proxy(self, task_id: str) -> bool:
        """Ask for it; False where the task had ended before the wish came."""
        try:
            self._client.cancel(task_id)
        except Refused as error:
            if self._client.fetch(task_id).is_final:
                return False  # the task says itself how it ended
            # What is said of refusals is of what was to be drawn, and here something is drawn.
            error.hint = translated("The task goes on; try again in a moment, or wait for it.")
            raise
        return True

    async def _follow_again(self, job: Job) -> None:
        """Take up a job that was left: what comes of it is to be seen; on the worker's loop."""
        if job.is_left:
            job.reopen()
            self._registry.follow(job)
            job.notify()

    def _close_window(self, job: Job) -> None:
        """Close a window that the server does not know of; on the worker's loop."""
        assert job.task is not None
        job.update(msgspec.structs.replace(job.task, status=Status.CANCEL))
        job.end(job.now(), failure_of(job.task))

    def seed(self, job: Job) -> str:
        """Return the seed, which is asked for once and kept: it never changes."""
        task_id = task_id_at(self._server, job)
        known = self._store.origin_of(self._server, task_id)
        if known is not None and known.seed is not None:
            return str(known.seed)
        seed = self._client.image_seed(task_id)
        with contextlib.suppress(MJError):  # it is told all the same
            self._store.annotate(self._server, task_id, seed=whole_seed(seed))
        return seed

    def again(self, job: Job) -> Job:
        """Ask for the same as *job* once more; the new job is shown below the first."""
        if job.request is None:
            task_id_at(self._server, job)
        request = request_again(job, self._store)
        asked = Submission(
            request,
            prompt=job.prompt,
            references=references_again(request, job, self._store),
            mode=job.mode,
            fresh=True,
            step=job.step,
        )
        made = self._submitter.start(asked, parent=job.parent)
        if job.parent is None and made.repeat_of is None:  # asked for otherwise than the first was
            made.repeat_of = job.repeat_of or job
            made.repeat_of.repeats.append(made)
        self._worker.post((job.parent or made.repeat_of or job).notify)
        return made

    def fetch_picture(self, job: Job) -> None:
        """Fetch the picture of a finished *job* once more; what is wrong then stands in it."""
        if self._archiver.retry(job):
            self._registry.register(job)  # it is open again until then
        job.wait(pictures=False)  # also for what another thread has begun to fetch

    def choose(self, job: Job) -> None:
        """Let *job* stand for what it asked for, when that is asked for again."""
        if not self._store.choose(job.server, job.id or "", job.now()):
            raise UsageError(
                translated("History does not know this task."),
                hint=translated("Only what it knows is shown again."),
            )
        for one in drawings_of(job):
            one.is_chosen = one is job
            self._worker.post(one.notify)

    def delete(self, job: Job, *, yes: bool) -> Deletion:
        """Delete *job* from history, when the person wants that."""
        refuse_open(job)
        if job.id is None:
            raise UsageError(
                translated("It never became a task, so history has nothing to delete.")
            )
        number = self._store.queries.number_of(job.server, job.id)
        if number is None:
            raise unknown_task((job.server, job.id))
        return delete_tasks(self._store, [number], yes=yes)

    def code(self, job: Job) -> str:
        """Return the way to *job* as Python."""
        if job.request is None:
            task_id_at(self._server, job)  # what was only planned has no way yet
        return format_recipe(
            recipe_of(job, self._store, builder_of(self._settings, self._client.picture))
        )

    def breakdown(self, job: Job) -> JobBreakdown | None:
        """Return what a describe or a shorten said; None for what draws."""
        return breakdown_of(job, self._submitter)

    def ablate(self, job: Job, seed: int | None) -> list[Job]:
        """Draw the prompt that *job* shortened and each shorter one, all with one seed."""
        breakdown = self.breakdown(job)
        if breakdown is None:
            raise no_shorter_prompts()
        return breakdown.ablate(seed)


_NOT_SENT = marked("{name} was not sent, since what it waited for ended badly: {reason}")


def _parent_failed(error: MJError, name: str) -> TaskFailed:
    # In a chain the first reason is the reason of all.
    between = translated(_NOT_SENT).format(name="", reason="")
    reason = str(error.args[0]).rpartition(between)[2]
    return TaskFailed(
        translated(_NOT_SENT, name=name, reason=reason), hint=translated("Nothing was paid for it.")
    )
