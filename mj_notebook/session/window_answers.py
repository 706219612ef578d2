"""The answers of windows: sent once, in their turn, and found again where they were sent before."""

import contextlib
import threading
from functools import partial

import msgspec

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, QueueFull, UsageError
from mj_notebook.language import translated
from mj_notebook.protocol.requests import Modal
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.job_registry import JobRegistry, task_id_at
from mj_notebook.session.modal import answer_of, settled
from mj_notebook.session.poller import Poller
from mj_notebook.session.reconcile import FOUND
from mj_notebook.session.request_builder import builder_of
from mj_notebook.session.result_cache import ResultCache, add_remark
from mj_notebook.session.submission import Submission, refuse_errors
from mj_notebook.session.submit import Submitter
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Settings
from mj_notebook.store.fingerprint import TOKEN
from mj_notebook.store.history import Store
from mj_notebook.view.window import WindowAnswer


class WindowAnswers:
    """
    Answers the windows of the jobs of one session; called as `Actions` is.

    A window is what the server asks back before it draws: the words of a variation, a region.
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
        cache: ResultCache,
        registry: JobRegistry,
        poller: Poller,
    ) -> None:
        self._settings, self._client, self._store = settings, client, store
        self._worker, self._server = worker, server
        self._submitter, self._cache, self._registry = submitter, cache, registry
        self._poller = poller
        # A cell and a click may answer at once: one of the two is the first.
        self._lock = threading.Lock()

    def answer(self, job: Job, answer: WindowAnswer) -> Job:
        """Send the answer of a window; the task keeps its id and goes on."""
        pool = self._worker.pool  # raises when the session was closed: it would never be sent
        is_early = job.is_open and job.task is None
        if not is_early and not job.is_unsent:
            task_id_at(self._server, job)
        given, asked_at = settled(job, answer), job.now()
        with self._lock:
            if (other := job.answering) is None:
                job.answering = given
        if other == given:
            return job  # it is being sent: who answers the same again is impatient
        if other is not None:
            raise UsageError(
                translated("Another answer to this window is on its way."),
                hint=translated("Wait for its picture, and press the button again for another."),
            )
        if is_early:
            job.events.on_accept(lambda _: pool.submit(self._answer_late, job, given, asked_at))
            return job
        return self._answer(job, given, asked_at)

    def _answer_late(self, job: Job, answer: WindowAnswer, asked_at: float) -> None:
        """Answer a window that was not there, or had no room, when it was asked; in the pool."""
        if job.error is not None or job.is_cancelling:
            return
        try:
            if job.window is None:
                raise UsageError(
                    translated("The server drew without asking, so the answer was not needed.")
                )
            self._answer(job, answer, asked_at)
        except MJError as error:
            self._worker.post(_stay_open, job, error)

    def _answer(self, job: Job, answer: WindowAnswer, asked_at: float) -> Job:
        """Send *answer*; where there is no room for it, in its turn, as all that draws."""
        try:
            asked = answer_of(job, answer, builder_of(self._settings, self._client.picture))
            self._submitter.require_room(job)
            self._send_answer(job, asked)
        except QueueFull as error:
            self._submitter.wait_for_room(
                job,
                asked_at,
                error,
                partial(self._answer_late, job, answer, asked_at),
                partial(_stay_open, job),
            )
            return job
        except BaseException:
            # After an interrupt too the window can be answered again.
            job.answering = None
            raise
        # After the window is seen to be closed, which `_go_on` sees to on the loop.
        self._worker.post(_end_answering, job)
        return job

    def _send_answer(self, job: Job, asked: Submission) -> None:
        """
        Send what was never answered before; a window from history is really opened first.

        Whoever had it opened by a repeated press wants another of the same: that answer is its own.
        """
        answer = asked.request
        assert isinstance(answer, Modal)
        is_sole = self._settings.replay and not job.is_fresh
        fingerprint = self._cache.fingerprint(answer, parent=job.parent, button=job.custom_id)
        while True:
            newest = self._store.latest_request(fingerprint) if is_sole else None
            if is_sole and self._answered_before(
                job, asked, answer, fingerprint, is_known=bool(newest)
            ):
                return
            refuse_errors(asked)
            job.findings, job.references = asked.findings, asked.references
            self._cache.require_online(fingerprint, asked.words, job.step)
            if not answer.task_id:
                task_id = self._submitter.open_window(job)
                if not task_id:
                    return  # the server drew at once: the job follows that
                answer = msgspec.structs.replace(answer, task_id=task_id)
            taken = self._cache.taken_answer(answer.task_id)
            if taken is not None:
                add_remark(job, translated(FOUND))
                self._worker.post(
                    self._go_on, job, TOKEN.sub("picture", taken.record.get("prompt") or job.prompt)
                )
                return
            if self._submitter.answer(job, answer, fingerprint, after=newest):
                break
            # Another kernel answered the same in this very moment, and has the task soon.
        job.is_answered = True
        self._worker.post(self._go_on, job, asked.words)

    def _answered_before(
        self, job: Job, asked: Submission, answer: Modal, fingerprint: str, *, is_known: bool
    ) -> bool:
        """
        Let *job* become what the same answer once gave, and close its window; tell whether.

        What is not finished is joined, or looked for where it was lost, as any other request is.
        """
        finished, found = self._store.finished_family(fingerprint), None
        if finished is None and is_known:
            found = self._cache.find(fingerprint, is_answer=True)
        task = finished.task.task if finished else found.task if found else None
        if task is None:
            return False
        if task.id == answer.task_id:  # it was this very window, and the answer has arrived
            self._worker.post(self._go_on, job, asked.words)
            return True
        job.prompt, job.is_replayed = asked.words, task.is_final
        job.findings, job.is_answered = asked.findings, True
        job.task = task  # from now on it hears no more of its window
        for remark in found.remarks if found else ():
            add_remark(job, remark)
        if job.parent is not None:  # history may have brought the same task back beside it
            job.parent.children[:] = [
                one
                for one in job.parent.children
                if one is job or one.id != task.id or one.request is not None
            ]
        self._registry.restore_or_follow(job, task, finished.task if finished else None)
        if answer.task_id:
            with contextlib.suppress(MJError):  # a window that stays open costs nothing
                self._client.cancel(answer.task_id)
        self._worker.post(job.notify)
        return True

    def _go_on(self, job: Job, prompt: str) -> None:
        """Let an answered *job* be drawn; on the worker's loop."""
        job.prompt = prompt
        if job.task is not None and job.status == Status.MODAL:
            job.update(msgspec.structs.replace(job.task, status=Status.NOT_START))
        self._poller.poll_soon(job)


def _end_answering(job: Job) -> None:
    job.answering, job.trouble, job.held = None, "", ""
    job.notify()


def _stay_open(job: Job, error: MJError) -> None:
    """Let the window of *job*, whose answer *error* refused, be answered again, and say why."""
    add_remark(job, str(error))
    _end_answering(job)
