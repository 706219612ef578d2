"""From what is asked to the jobs that are polled for: found, waited for, or sent."""

from collections.abc import Callable
from functools import partial

import msgspec

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, QueueFull, TaskFailed
from mj_notebook.language import translated
from mj_notebook.language.sentences import in_words
from mj_notebook.protocol.models import SubmitReply
from mj_notebook.protocol.outcomes import outcome_of
from mj_notebook.protocol.requests import Modal
from mj_notebook.protocol.vocabulary import Mode, Outcome
from mj_notebook.session.claim_heartbeat import ClaimHeartbeat
from mj_notebook.session.daemon_pool import DaemonThreadPool
from mj_notebook.session.eta import DurationEstimates
from mj_notebook.session.job import Job
from mj_notebook.session.job_registry import JobRegistry
from mj_notebook.session.reconcile import Reconciler
from mj_notebook.session.result_cache import ResultCache
from mj_notebook.session.sender import Sender, SubmitResult
from mj_notebook.session.submission import Submission, new_tag, refuse_errors
from mj_notebook.session.submit_queue import SubmitQueue
from mj_notebook.session.submit_replies import (
    came_too_early,
    first_snapshot,
)
from mj_notebook.session.webhook.listener import WebhookListener
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Settings
from mj_notebook.store.history import Store


class Submitter:
    """Starts the requests of one session; callable from any thread."""

    def __init__(
        self,
        settings: Settings,
        client: Client,
        store: Store,
        worker: Worker,
        clock: Callable[[], float],
        *,
        elapsed: Callable[[], float],
        server: str,
        registry: JobRegistry,
        cache: ResultCache,
        reconciler: Reconciler,
        estimates: DurationEstimates,
        webhook: WebhookListener,
        heartbeat: ClaimHeartbeat,
    ) -> None:
        self._settings, self._store = settings, store
        self._worker, self._now = worker, clock
        self._registry, self._cache, self._estimates = registry, cache, estimates
        self._sender = Sender(
            settings,
            client,
            store,
            clock,
            server=server,
            registry=registry,
            reconciler=reconciler,
            webhook=webhook,
            heartbeat=heartbeat,
        )
        # One for each speed and choice of accounts: where one has no room, another may have.
        self._queues: dict[tuple[Mode | None, str], SubmitQueue] = {}
        self._new_queue = partial(
            SubmitQueue,
            worker,
            settings.pacing,
            elapsed=elapsed,
            send=self._resend,
            end=self._not_sent,
        )
        # What sends the answer to a window that waits for room, and what is told that it is not.
        self._answers: dict[Job, tuple[Callable[[], object], Callable[[MJError], object]]] = {}

    def start(
        self,
        asked: Submission,
        *,
        parent: Job | None = None,
        planned: Job | None = None,
        waits_for_room: bool = True,
    ) -> Job:
        """
        Write the request down, send it once, and return the job that follows it.

        It returns before the server answered; `Job.accepted` waits for that. What was drawn
        already is not sent: its own job is returned, as a replay.

        Args:
            asked: What is asked.
            parent: The job whose button was pressed.
            planned: The job that waited for *parent*; it is used, and returned.
            waits_for_room: Whether to send it again by itself where the server's queue is full.

        Raises:
            Unsettled: The same was sent once, and nobody knows what became of it.
            PromptError: Its prompt has errors.
            NotInBundle: It was never drawn, and nobody may be asked.
        """
        pool = self._worker.pool  # raises when the session was closed: nothing is written then
        fingerprint = self._cache.fingerprint(
            asked.request, parent=parent, button=asked.button, repeat=asked.repeat
        )
        is_sole = self._settings.replay and not asked.fresh
        while True:
            newest = self._store.latest_request(fingerprint) if is_sole else None
            # What is asked for the first time, as most things are, costs that one question. On
            # the worker's own loop, where a person's hook may call this, nobody is waited for.
            found = (
                self._cache.find(fingerprint, is_patient=not self._worker.is_current_thread)
                if newest
                else None
            )
            if found is not None and planned is not None:
                found.accepted()
                planned.set_submission(asked)
                self._cache.adopt(planned, found, fingerprint)
                return planned
            if found is not None:
                self._cache.show_again(found, asked, fingerprint, parent=parent, now=self._now())
                return found
            window = self._cache.window(parent, asked.button) if is_sole else None
            if window is None:
                self._cache.require_online(fingerprint, asked.words, asked.step)
            refuse_errors(asked)  # only now: what was drawn once is shown again in any case
            job = self._new_job(asked, parent, planned)
            job.waits_for_room = waits_for_room
            if window is not None:
                break
            job.intent = self._sender.intend(job, fingerprint=fingerprint, after=newest)
            if job.intent:
                if told := self._store.moved_notice():
                    job.remarks += (told,)
                break
            # Another kernel asked for the same in this very moment, and has the answer soon.
        self._register(job, asked, fingerprint)
        if parent is not None and job not in parent.children:
            parent.children.append(job)
        if window is None:
            self._hand_over(job, pool)
        else:
            job.accept(window)
        return job

    def _hand_over(self, job: Job, pool: DaemonThreadPool) -> None:
        assert job.intent is not None
        try:
            pool.submit(self._submit, job)
        except MJError as error:  # it was closed in this very moment, and nothing is sent
            self._sender.give_up(job.intent, error)
            raise

    def _register(self, job: Job, asked: Submission, fingerprint: str) -> None:
        """Register *job*; a fresh one is shown with the first that asked for the same."""
        before = self._registry.latest(fingerprint)
        self._registry.register(job, fingerprint)
        if asked.fresh and job.parent is None and before is not None and before is not job:
            job.repeat_of = before.repeat_of or before
            job.repeat_of.repeats.append(job)
            self._worker.post(job.repeat_of.notify)

    def _new_job(self, asked: Submission, parent: Job | None, planned: Job | None) -> Job:
        if planned is None:
            job = self._registry.new(asked.words, new_tag(), submission=asked, parent=parent)
        else:
            job = planned
            job.set_submission(asked)
        request = msgspec.structs.replace(asked.request, state=asked.request.state or job.name)
        job.request, job.mode = request, asked.mode or self._settings.mode
        return job

    # -- in the pool ---------------------------------------------------------------------------

    def _submit(self, job: Job, *, is_second: bool = False) -> None:
        """Send the request of *job* once; what happened is written before it is told."""
        assert job.request is not None
        assert job.intent is not None
        if job.waits_for_room and not is_second and (full := self._queue_of(job).refusal_for(job)):
            self._sender.give_up(job.intent, full)
            self._worker.post(self._wait_in_turn, job, full)
            return
        try:
            sent = self._sender.send(job, job.request, job.intent)
        except QueueFull as error:
            self._worker.post(self._wait_in_turn, job, error)
            return
        except MJError as error:
            if not is_second and came_too_early(job, error, self._now()):
                self._worker.post(self._send_later, job)
            else:
                self._worker.post(job.end, self._now(), error)
        except Exception as error:  # noqa: BLE001 - a bug must reach the person who waits, not a log
            self._worker.post(job.end, self._now(), in_words(error))
        else:
            made, trouble = self._start_rest(job, sent)
            self._worker.post(self._accepted, job, sent, made, trouble)
            usual = self._estimates.seconds(job)
            if usual is not None:
                self._worker.post(job.set_typical_seconds, usual)
        if is_second:  # by the queue, whose next one it is then; each hand-over wakes the loop
            self._worker.post(self._settle, job)

    def _resend(self, job: Job) -> None:
        """Send the request of *job* once more, written down anew, if nobody else has by now."""
        if (answer := self._answers.pop(job, None)) is not None:
            answer[0]()
            self._worker.post(self._settle, job)
            return
        try:
            found = self._cache.taken_after_all(job) or self._intend_again(job)
            if found is not None:
                found.accepted()
                self._cache.adopt(job, found, job.fingerprint)
        except MJError as error:
            self._worker.post(job.end, self._now(), error)
        else:
            if found is None:
                self._submit(job, is_second=True)
                return
        self._worker.post(self._settle, job)

    def _intend_again(self, job: Job) -> Job | None:
        """Write the request of *job* anew; where another kernel asked first, return its job."""
        is_sole = self._settings.replay and not job.is_fresh
        after = job.intent
        while True:
            intent = self._sender.intend(job, after=after if is_sole else None)
            if intent:
                job.intent = intent
                return None
            after = self._store.latest_request(job.fingerprint)
            found = self._cache.find(job.fingerprint, besides=job)
            # Without a task it is another one that was wanted beside this here, and may wait
            # behind it: to wait for that would be for ever.
            if found is not None and found.task is not None:
                return found

    def _start_rest(self, job: Job, sent: SubmitResult) -> tuple[list[Job], str]:
        """Start what stands for one button besides the first request; say what went wrong."""
        made: list[Job] = []
        try:
            for request in sent.remaining:
                asked = Submission(
                    request,
                    mode=job.mode,
                    step=job.step,
                    custom_id=job.custom_id,
                    references=job.references,
                )
                made.append(self.start(asked, parent=job.parent))
        except MJError as error:  # the first is under way; why the others are not must be told
            return made, str(error)
        return made, ""

    def _not_sent(self, job: Job, error: MJError) -> None:
        answer = self._answers.pop(job, None)
        if answer is None:
            job.end(self._now(), error)
        else:
            answer[1](error)

    def require_room(self, job: Job) -> None:
        """
        Let nothing be sent before what waits for room already.

        Raises:
            QueueFull: *job* is to stand behind it; see `wait_for_room`.
        """
        if (full := self._queue_of(job).refusal_for(job)) is not None:
            raise full

    def wait_for_room(
        self,
        job: Job,
        asked_at: float,
        error: QueueFull,
        again: Callable[[], object],
        failed: Callable[[MJError], object],
    ) -> None:
        """Let what was answered *asked_at* to the window of *job* be sent in its turn."""
        self._answers[job] = again, failed
        self._worker.post(self._queue_of(job).add, job, asked_at, error)

    def close(self) -> None:
        """Send nothing more of what waits for room; on the worker's loop."""
        for queue in tuple(self._queues.values()):
            queue.close()

    def withdraw(self, job: Job) -> bool:
        """Send *job* no more, which waits for room; False where it does not."""
        self._answers.pop(job, None)
        job.is_withdrawn = True  # one that is being sent just now is not sent again
        return any(queue.withdraw(job) for queue in tuple(self._queues.values()))

    def end_cancelled(self, job: Job) -> None:
        """End *job*, which was cancelled before the server had it."""
        hint = (
            translated("Press it again to draw.")
            if job.parent is not None
            else translated("Run the cell again to draw.")
        )
        gone = TaskFailed(translated("It was cancelled before it was sent."), hint=hint)
        job.is_cancelling = True  # at once: who presses again in this moment means another one
        self._worker.post(job.end, self._now(), gone)

    def _queue_of(self, job: Job) -> SubmitQueue:
        accounts = getattr(job.request, "account_filter", None)
        lane = job.mode, repr(accounts) if accounts else ""
        return self._queues.get(lane) or self._queues.setdefault(lane, self._new_queue())

    # -- on the worker's loop ------------------------------------------------------------------

    def _wait_in_turn(self, job: Job, error: QueueFull) -> None:
        """Let *job* wait for room, unless it may not, or was cancelled meanwhile."""
        if job.is_withdrawn:
            self.end_cancelled(job)
        elif job.waits_for_room:
            self._queue_of(job).add(job, job.asked_at, error)
            return
        else:
            job.end(self._now(), error)
        self._settle(job)

    def _settle(self, job: Job) -> None:
        # All of them: what was taken may be another request than what waited.
        for queue in tuple(self._queues.values()):
            queue.settle(job)

    def _send_later(self, job: Job) -> None:
        """Send once more what was refused because the server did not know the parent yet."""
        pause = self._settings.pacing.late_parent
        job.trouble = translated(
            "The server does not know the picture yet. Asking again in {pause:.0f} s.", pause=pause
        )
        job.notify()
        self._worker.post_later(pause, lambda: self._worker.pool.submit(self._resend, job))

    def _accepted(self, job: Job, sent: SubmitResult, others: list[Job], trouble: str) -> None:
        """Begin to follow the tasks of one submit; *others* stand beside it for one button."""
        reply = sent.reply
        job.request = sent.request
        # A note would go with the next news of the task.
        job.remarks += tuple(filter(None, (sent.remark, sent.note, trouble)))
        if sent.remark:
            job.prompt = getattr(sent.request, "prompt", "") or job.prompt
        if reply.left_out:
            named, taken = reply.left_out + len(reply.results), len(reply.results)
            job.remarks += (
                translated(
                    "The answer named {named:,} tasks; the first {taken} are followed.",
                    named=named,
                    taken=taken,
                ),
            )
        made = [job, *(self._sibling(job, task_id) for task_id in reply.results[1:])]
        for one, task_id in zip(made, reply.results, strict=True):
            self._begin(one, task_id, reply)
        made += others
        for one in made:
            one.siblings = tuple(other for other in made if other is not one)

    def _sibling(self, job: Job, task_id: str) -> Job:
        """Return a job for another task of the same answer."""
        made = self._registry.new(job.prompt, f"{job.name}-{task_id}", parent=job.parent)
        made.request, made.step, made.custom_id = job.request, job.step, job.custom_id
        made.mode, made.intent, made.has_callback = job.mode, job.intent, job.has_callback
        if job.parent is not None:
            job.parent.children.append(made)
        return made

    def _begin(self, job: Job, task_id: str, reply: SubmitReply) -> None:
        job.accept(
            first_snapshot(task_id, reply, job.prompt), queued=reply.properties.number_of_queues
        )
        self._registry.follow(job)

    # -- windows -------------------------------------------------------------------------------

    def answer(self, job: Job, answer: Modal, fingerprint: str, *, after: int | None) -> bool:
        """
        Send the *answer* to the window of *job*, once; blocking.

        Returns:
            False where the same was answered after the request *after*: nothing was sent.
        """
        # What was offered is kept with it: from that the window can be opened again (`start`).
        offered = job.window.prompt if job.window else ""
        intent = self._sender.intend(
            job, answer, fingerprint=fingerprint, after=after, prompt=offered
        )
        if intent:
            self._sender.send(job, answer, intent)
        return bool(intent)

    def open_window(self, job: Job) -> str:
        """
        Press the button of *job*, whose window was opened from history; blocking.

        Returns:
            The id of the task that waits for the answer; "" when the server drew at once.
        """
        assert job.request is not None
        job.intent = self._sender.intend(job)
        sent = self._sender.send(job, job.request, job.intent)
        self._worker.post(self._accepted, job, sent, [], "")
        return sent.reply.results[0] if outcome_of(sent.reply) is Outcome.WINDOW else ""
