"""What happens to a job, and who is told: its subscribers, and whoever waits for it."""

import concurrent.futures
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mj_notebook.errors import MJError
from mj_notebook.session.job_facts import lacks_pictures, load_pictures
from mj_notebook.session.signals import Signal

if TYPE_CHECKING:
    from mj_notebook.session.job import Job

# Seconds between two looks whether the pictures have been read.
_SOON = 0.02


class JobEvents:
    """
    The subscribers of one job, and its two moments that others wait for.

    Subscribed to from any thread; all else happens on the worker's loop.

    Attributes:
        subscribers: Who is notified of each change.
        accepted: Done when the server has the task, or when the job ended without.
        ended: Done when the job has ended, after all subscribers were notified.
    """

    def __init__(self, job: "Job") -> None:
        self._job = job
        self.subscribers: Signal[Job] = Signal()
        self.accepted: concurrent.futures.Future[None] = concurrent.futures.Future()
        self.ended: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._is_notifying = self._is_loading = False

    def on_accept(self, call: "Callable[[Job], object]") -> None:
        """Call *call* once with the job when the server has it, or when it ended without."""
        self.accepted.add_done_callback(lambda _: call(self._job))

    def on_end(self, call: "Callable[[Job], object]") -> None:
        """Call *call* once with the job when it has ended, after all subscribers."""
        self.ended.add_done_callback(lambda _: call(self._job))

    def accept(self) -> None:
        """Note that the server has the task."""
        if not self.accepted.done():
            self.accepted.set_result(None)
        self.notify()

    def end(self) -> None:
        """Notify the subscribers of the end first, then let waits end."""
        if self.is_watched:
            self.notify()
            self._job.worker.post(self._end_waits)
        else:
            self._set_results()

    def reopen(self) -> None:
        """Let the end be waited for once more, and the server's answer where there was none."""
        self.ended = concurrent.futures.Future()
        if self.accepted.done() and self.accepted.exception() is not None:
            self.accepted = concurrent.futures.Future()

    def notify(self) -> None:
        """
        Notify the subscribers of the job, and of the jobs above it, since they show it too.

        They are called in a turn of the loop of their own, once for all changes until then: a
        subscriber may wait for another job, which must not stop the poller.
        """
        if not self.is_watched:
            return
        for events in self._above():
            if events.subscribers and not events._is_notifying:
                events._is_notifying = True
                events._job.worker.post(events._notify_now)

    @property
    def is_watched(self) -> bool:
        """Whether anybody subscribed to the job, or to one in whose panel it is shown."""
        job = self._job
        if job.parent is None and job.repeat_of is None:  # most, of which there may be thousands
            return bool(self.subscribers)
        return any(events.subscribers for events in self._above())

    def _above(self) -> "Iterator[JobEvents]":
        """Yield the events of the job and of all in whose panels it is shown."""
        job: Job | None = self._job
        seen: set[Job] = set()
        while job is not None and job not in seen:
            seen.add(job)
            yield job.events
            job = job.parent or job.repeat_of

    def _notify_now(self) -> None:
        if lacks_pictures(self._job):
            self._is_loading = True
            self._job.worker.submit(self._notify_with_pictures())
        else:
            self._call_subscribers()

    async def _notify_with_pictures(self) -> None:
        """Read what was released beside the loop, before it is shown on the loop."""
        try:
            await self._job.worker.run_blocking(load_pictures, self._job)
        finally:
            self._call_subscribers()

    def _call_subscribers(self) -> None:
        self._is_notifying = self._is_loading = False
        self.subscribers.notify(self._job, of=f"task {self._job.id}")

    def _end_waits(self) -> None:
        """Let waits end, but not before those above have read the pictures they are shown with."""
        if any(events._is_loading for events in self._above()):
            self._job.worker.post_later(_SOON, self._end_waits)
        else:
            self._set_results()

    def _set_results(self) -> None:
        error: MJError | None = self._job.error
        for future in (self.accepted, self.ended):
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)
