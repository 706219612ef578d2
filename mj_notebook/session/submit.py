"""From a request that is written down to the tasks that are followed: one, several, or none."""

from collections.abc import Callable, Sequence
from typing import Protocol

from mj_notebook.errors import MJError
from mj_notebook.protocol.models import SubmitReply, Task, TaskProperties
from mj_notebook.protocol.outcomes import Outcome, outcome_of
from mj_notebook.protocol.requests import Request
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.job import Job
from mj_notebook.session.sending import Sending, Sent, came_too_early
from mj_notebook.session.worker import Worker


class Starting(Protocol):
    """How a session starts a request."""

    def __call__(
        self,
        request: Request,
        *,
        parent: Job | None,
        step: str,
        mode: Mode | None,
        custom_id: str,
    ) -> Job:
        """Start it."""


class Submitting:
    """
    Submits the requests of one session.

    Args:
        make: Makes an empty job of a prompt and a tag.
        start: Starts another request.
        follow: Hands a job to the follower; called on the worker's thread.
        pause: Seconds before a press that came too early is sent once more.
    """

    def __init__(
        self,
        sending: Sending,
        worker: Worker,
        *,
        make: Callable[[str, str], Job],
        start: Starting,
        follow: Callable[[Job], None],
        clock: Callable[[], float],
        pause: float,
    ) -> None:
        self._sending, self._worker = sending, worker
        self._make, self._start, self._follow = make, start, follow
        self._now, self._pause = clock, pause

    def intend(self, job: Job, request: Request, *, after: int | None = None) -> bool:
        """
        Write *request* down; nothing is sent before this has returned.

        Returns:
            Whether it may be sent: False when the same was asked for since the request *after*.
        """
        parent = job.parent.id if job.parent else None
        job.intent = self._sending.intend(request, job, parent, after=after)
        return job.intent != 0

    def answer(self, job: Job, request: Request, key: str) -> None:
        """Send the answer of the window of *job*, once; blocking."""
        # What was offered is kept with it: from that the window can be opened again (`start`).
        offered = job.window.prompt if job.window else ""
        intent = self._sending.intend(request, job, None, key=key, prompt=offered)
        self._sending.send(job, request, intent)

    def open_window(self, job: Job) -> str:
        """
        Press the button of *job*, whose window was opened from history; blocking.

        Returns:
            The id of the task that waits for the answer; "" when the server drew at once.
        """
        assert job.request is not None
        self.intend(job, job.request)
        assert job.intent is not None
        sent = self._sending.send(job, job.request, job.intent)
        self._worker.post(self._accepted, job, sent)
        return sent.reply.results[0] if outcome_of(sent.reply) is Outcome.WINDOW else ""

    def submit(self, job: Job, request: Request, *, again: bool = False) -> None:
        """Send the submit, once; runs in the pool. What happened is written before it is told."""
        assert job.intent is not None
        try:
            sent = self._sending.send(job, request, job.intent)
        except MJError as error:
            if not again and came_too_early(job, error, self._now()):
                self._worker.post(self._send_later, job, request)
            else:
                self._worker.post(job.end, self._now(), error)
        except Exception as error:  # noqa: BLE001 - a bug must reach the person who waits, not a log
            self._worker.post(job.end, self._now(), MJError(f"This went wrong here: {error!r}."))
        else:
            self._worker.post(self._accepted, job, sent)

    def _send_later(self, job: Job, request: Request) -> None:
        """Send once more what was refused because the server did not know the parent yet."""
        pause = self._pause
        job.note = f"The server does not know the picture yet. Asking again in {pause:.0f} s."
        job.changed()
        self._worker.loop.call_later(pause, self._worker.pool.submit, self._resend, job, request)

    def _resend(self, job: Job, request: Request) -> None:
        """Send *request* the second time, written down anew; runs in the pool."""
        try:
            self.intend(job, request)
        except MJError as error:
            self._worker.post(job.end, self._now(), error)
        else:
            self.submit(job, request, again=True)

    def _accepted(self, job: Job, sent: Sent) -> None:
        reply = sent.reply
        job.request, job.note = sent.request, sent.note
        if sent.remark:
            job.remarks += (sent.remark,)
            job.prompt = getattr(sent.request, "prompt", "") or job.prompt
        made = [job, *(self._twin_of(job, task_id) for task_id in reply.results[1:])]
        for one, task_id in zip(made, reply.results, strict=True):
            self._begin(one, task_id, reply)
        made += self._start_rest(job, sent.rest)
        for one in made:
            one.siblings = tuple(other for other in made if other is not one)

    def _start_rest(self, job: Job, rest: Sequence[Request]) -> list[Job]:
        """Start what stands for one button besides the first request."""
        try:
            return [
                self._start(
                    request,
                    parent=job.parent,
                    step=job.step,
                    mode=job.mode,
                    custom_id=job.custom_id,
                )
                for request in rest
            ]
        except MJError as error:  # the first is under way; why the others are not must be told
            job.remarks += (str(error),)
            return []

    def _twin_of(self, job: Job, task_id: str) -> Job:
        """Return a job for another task of the same answer."""
        made = self._make(job.prompt, f"{job.tag}-{task_id}")
        made.request, made.parent, made.step = job.request, job.parent, job.step
        made.custom_id, made.mode, made.intent = job.custom_id, job.mode, job.intent
        made.is_called = job.is_called
        if job.parent is not None:
            job.parent.children.append(made)
        return made

    def _begin(self, job: Job, task_id: str, reply: SubmitReply) -> None:
        window = outcome_of(reply) is Outcome.WINDOW
        job.accept(
            Task(
                id=task_id,
                status=Status.MODAL if window else Status.NOT_START,
                prompt=job.prompt,
                properties=TaskProperties(final_prompt=reply.properties.final_prompt),
            ),
            queued=reply.properties.number_of_queues,
        )
        self._follow(job)
