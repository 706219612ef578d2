"""What happens to a job, and who is told: its subscribers, and whoever waits for it."""

import concurrent.futures
import logging
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mj_notebook.errors import MJError
from mj_notebook.session.job_facts import lacks_pictures, load_pictures
from mj_notebook.session.signals import Signal

if TYPE_CHECKING:
    from mj_notebook.session.job import Job

_log = logging.getLogger("mj_notebook")
# Seconds between two looks whether the pictures have been read.
_SOON = 0.02
# Held for a moment, and never while anybody is called: one for all is enough.
_LOCK = threading.Lock()


class Moment:
    """
    What comes once to a job, well or with an error; whoever comes later finds that it has come.

    A future is made for who waits, and not with the job: it is eleven objects, and of a thousand
    jobs that are followed a cell waits for one at a time.
    """

    __slots__ = ("_calls", "_future", "_job", "error", "has_come")

    def __init__(self, job: "Job") -> None:
        self._job = job
        self.has_come = False
        self.error: MJError | None = None
        self._calls: tuple[Callable[[Job], object], ...] = ()
        self._future: concurrent.futures.Future[None] | None = None

    def call(self, call: "Callable[[Job], object]") -> None:
        """Call *call* once with the job: when it comes, or now."""
        with _LOCK:
            if not self.has_come:
                self._calls += (call,)
                return
        self._run(call)

    def come(self, error: MJError | None = None) -> None:
        """Let it come; call those that wanted it, in their order."""
        if self.has_come:  # it never goes again, so this needs no lock
            return
        with _LOCK:
            if self.has_come:
                return
            self.error, self.has_come = error, True  # in this order: who waits takes no lock
            calls, self._calls = self._calls, ()
        for call in calls:
            self._run(call)

    def _run(self, call: "Callable[[Job], object]") -> None:
        try:
            call(self._job)
        except Exception:  # noqa: BLE001 - the others are called all the same
            _log.exception("What was to follow on task %s failed.", self._job.id)

    def check(self) -> None:
        """Raise the error with which it came."""
        if self.error is not None:
            raise self.error

    @property
    def future(self) -> concurrent.futures.Future[None]:
        """What a thread or a loop waits with."""
        with _LOCK:
            known, self._future = self._future, self._future or concurrent.futures.Future()
            future = self._future
        if known is None:
            self.call(lambda _: _settle(future, self.error))
        return future


def _settle(future: concurrent.futures.Future[None], error: MJError | None) -> None:
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)


class JobEvents:
    """
    The subscribers of one job, and its moments that others wait for.

    Subscribed to from any thread; all else happens on the worker's loop.

    Attributes:
        subscribers: Who is notified of each change.
        answered: Comes when the server has the task or has no room yet, or when the job ended.
        accepted: Comes when the server has the task, or when the job ended without.
        ended: Comes when the job has ended, after all subscribers were notified.
    """

    def __init__(self, job: "Job") -> None:
        self._job = job
        self.subscribers: Signal[Job] = Signal()
        self.answered, self.accepted, self.ended = Moment(job), Moment(job), Moment(job)
        self._is_notifying = self._is_loading = False

    def on_accept(self, call: "Callable[[Job], object]") -> None:
        """Call *call* once with the job when the server has it, or when it ended without."""
        self.accepted.call(call)

    def on_end(self, call: "Callable[[Job], object]") -> None:
        """Call *call* once with the job when it has ended, after all subscribers."""
        self.ended.call(call)

    def accept(self) -> None:
        """Note that the server has the task."""
        self.answered.come()
        self.accepted.come()
        self.notify()

    def end(self) -> None:
        """Notify the subscribers of the end first, then let waits end."""
        if self.is_watched:
            self.notify()
            self._job.worker.post(self._end_waits)
        else:
            self._come_to_end()

    def reopen(self) -> None:
        """Let the end be waited for once more, and the server's answer where there was none."""
        self.ended = Moment(self._job)
        if self.accepted.error is not None:
            self.answered, self.accepted = Moment(self._job), Moment(self._job)

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
            self._come_to_end()

    def _come_to_end(self) -> None:
        for moment in (self.answered, self.accepted, self.ended):
            moment.come(self._job.error)
