"""Requests that a server had no room for: sent again, one at a time and in their order."""

import random
import threading
from collections.abc import Callable

from mj_notebook.client.pacing import backoff
from mj_notebook.errors import MJError, QueueFull
from mj_notebook.language import translated
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Pacing


class SubmitQueue:
    """
    Holds the jobs of one session that were refused for want of room by the same accounts.

    What was asked for first is sent again after pauses that grow; once it is taken, the next
    follows at once. What is asked for meanwhile stands behind it, and is not sent before. When
    nothing was taken for as long as a task is followed, all of them end with what the server said.

    Args:
        elapsed: Seconds that nobody sets.
        send: Sends the request of a job once more, or the answer to its window; blocking.
        end: Tells a job that it is not sent, and why; on the loop.
    """

    def __init__(
        self,
        worker: Worker,
        pacing: Pacing,
        *,
        elapsed: Callable[[], float],
        send: Callable[[Job], object],
        end: Callable[[Job, MJError], object],
    ) -> None:
        self._worker, self._pacing = worker, pacing
        self._elapsed, self._send, self._end = elapsed, send, end
        # Guards who waits and who is being sent: a person may withdraw a job from any thread.
        self._lock = threading.Lock()
        # Each with when it was asked for, and what the server said.
        self._waiting: dict[Job, tuple[float, QueueFull]] = {}
        self._sending: Job | None = None
        self._refusal: QueueFull | None = None  # the last one
        # On the loop alone: refusals in a row, when anything was last taken, and the next pause.
        self._refusals, self._taken_at, self._pause = 0, 0.0, 0
        self._chance = random.Random()  # noqa: S311 - so that kernels don't march in step

    def refusal_for(self, job: Job) -> QueueFull | None:
        """Return what those were refused with who wait before *job*; None where nobody does."""
        with self._lock:
            is_next = self._sending is job
            others = not is_next and (self._sending is not None or bool(self._waiting))
            return self._refusal if others else None

    def add(self, job: Job, asked_at: float, error: QueueFull) -> None:
        """
        Let *job*, which *error* refused, wait for its turn; on the worker's loop.

        That goes by when a person *asked_at* it: a window is answered later than it was opened.
        """
        with self._lock:
            is_again = self._sending is job
            is_first = self._sending is None and not self._waiting
            self._waiting[job], self._refusal = (asked_at, error), error
            if is_again:
                self._sending = None
        job.trouble = translated(
            "{reason} While this kernel runs, it is sent by itself when there is room.",
            reason=error.args[0],
        )
        if job.answering is not None:
            job.held = job.trouble
        job.events.answered.come()
        job.notify()
        if is_first:
            self._refusals, self._taken_at = 0, self._elapsed()
        elif not is_again:
            return  # those before it are sent again, and it comes after them
        self._refusals += 1
        pause = self._pacing.trouble * backoff(self._refusals, self._chance.random())
        pause = max(pause, error.retry_after or 0.0)
        if self._elapsed() + pause > self._taken_at + self._pacing.deadline:
            self._end_all()
            return
        self._pause += 1
        self._worker.post_later(pause, self._send_first, self._pause)

    def settle(self, job: Job) -> None:
        """Note what became of *job*, other than being refused for want of room; on the loop."""
        with self._lock:
            if job is not self._sending:
                return
            self._sending = None
        self._refusals, self._taken_at = 0, self._elapsed()
        self._send_first(self._pause)

    def withdraw(self, job: Job) -> bool:
        """Let *job* wait no more; False where it does not, or is being sent just now."""
        with self._lock:
            return self._waiting.pop(job, None) is not None

    def _send_first(self, pause: int) -> None:
        with self._lock:
            if pause != self._pause or self._sending is not None or not self._waiting:
                return
            # Refusals come in the order of answers.
            job = self._sending = min(self._waiting, key=lambda one: self._waiting[one][0])
            del self._waiting[job]
        self._worker.pool.submit(self._send, job)

    def close(self) -> None:
        """Send nothing more, since the session closes; on the loop."""
        self._end_all(
            MJError(
                translated("This session was closed before it was sent."),
                hint=translated("Run the cell again to draw."),
            )
        )

    def _end_all(self, error: MJError | None = None) -> None:
        """End all that wait, with *error* or with what the server said of each."""
        with self._lock:
            ended = list(self._waiting.items())
            self._waiting.clear()
        for job, (_, refusal) in ended:
            self._end(job, error or refusal)
