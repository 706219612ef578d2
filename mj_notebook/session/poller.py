"""The one poller: asks for all open jobs in one request, on the worker's loop."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable

from mj_notebook.client.pacing import backoff, pause_after, pause_with_callbacks, pause_without_list
from mj_notebook.client.sync import Client
from mj_notebook.errors import (
    MJError,
    QueueFull,
    ServerUnreachable,
    TaskUnknown,
    Unavailable,
    WaitTimeout,
)
from mj_notebook.language import translated
from mj_notebook.language.sentences import in_words
from mj_notebook.protocol.models import Task, as_news, is_older, latest_of
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.archiver import Archiver
from mj_notebook.session.doubt import left_in_doubt
from mj_notebook.session.eta import QueuePositions
from mj_notebook.session.job import Job
from mj_notebook.session.reconcile import (
    FOREIGN,
    MISNAMED,
    Reconciler,
    has_tag_of_another,
    is_anothers,
)
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Pacing

_log = logging.getLogger("mj_notebook")
# What passes is no reason: a line that is down for a minute, a server that is busy.
_PASSING = (ServerUnreachable, QueueFull, Unavailable)
# A task the list leaves out this often in a row is asked for alone.
_MAX_MISSES = 3
# What was asked for longer ago than this, and is not known now, needs no patience: servers forget.
_OLD = 3600.0
# Many tasks may end within a second; one question serves those of half of it.
_URGENT_PAUSE = 0.5


class PollEntry:
    """
    A task under watch: until when, how often it was asked for, how often it was missing.

    It has one job as a rule; a server that answers a submit with a task it has already gives it
    another one.
    """

    __slots__ = (
        "callback_at",
        "deadline",
        "is_callback_newer",
        "is_seen",
        "is_urgent",
        "jobs",
        "misses",
        "missing_since",
        "polls",
        "trouble",
    )

    def __init__(self, job: Job, deadline: float) -> None:
        self.jobs, self.deadline = [job], deadline
        self.polls = self.misses = 0
        # What the server said by itself: when, whether since the question that is under way, and
        # whether it claimed an end, which only an answer proves.
        self.callback_at: float | None = None
        self.is_callback_newer = self.is_urgent = False
        # Whether it was heard of at all, and since when it has not been.
        self.is_seen, self.missing_since = False, 0.0
        # Why it could not be asked for, the last time; "" when it could.
        self.trouble = ""

    @property
    def has_callback(self) -> bool:
        """Whether the server was asked to tell of it by itself."""
        return any(job.has_callback for job in self.jobs)

    @property
    def is_unheard_of(self) -> bool:
        """Whether only the answer to its submit ever told of it, in this kernel or an earlier."""
        is_told = any(job.task and job.task.submit_time is not None for job in self.jobs)
        return not (self.is_seen or is_told)

    def is_believed_lost(self, patience: float, *, elapsed: float, now: float) -> bool:
        """
        Tell whether a task that the server does not know is gone for good.

        A demo server that forgot a task has ended with its kernel.
        """
        is_old = not self.is_seen and all(now - job.asked_at > _OLD for job in self.jobs)
        is_demo = any(job.is_demo for job in self.jobs)
        return is_demo or is_old or elapsed - self.missing_since >= patience

    def is_outdated(self, task: Task) -> bool:
        """Tell whether *task* is older than what was heard of it."""
        return any(job.task and is_older(task, job.task) for job in self.jobs)

    def add_job(self, job: Job) -> None:
        """Let *job* see the same snapshots; once is enough."""
        if job not in self.jobs:
            self.jobs.append(job)


class Poller:
    """
    Asks for all open jobs together until each is final.

    Everything here runs on the worker's loop.

    Args:
        clock: The time, epoch seconds; of what is written down.
        elapsed: Seconds that nobody sets, for pauses and deadlines. A wall clock that is set back
            by an hour would stop the polling for an hour, and one that is set forward would give
            up what has just begun.

    Attributes:
        requests: How many times it asked, for tests and benchmarks.
    """

    def __init__(
        self,
        client: Client,
        worker: Worker,
        archiver: Archiver,
        reconciler: Reconciler,
        *,
        positions: QueuePositions,
        pacing: Pacing,
        clock: Callable[[], float],
        elapsed: Callable[[], float],
    ) -> None:
        self._client, self._worker, self._archiver = client, worker, archiver
        self._reconciler = reconciler
        self._positions, self._pacing, self._clock = positions, pacing, clock
        self._elapsed = elapsed
        self._entries: dict[str, PollEntry] = {}
        self._task: asyncio.Task[None] | None = None
        # Ends a pause early: a new job, a click, or a callback wants an answer sooner.
        self._wake = asyncio.Event()
        self._failures = 0
        self._due = 0.0
        self._backoff = 0.0
        # Jitter needs no secrecy, only that kernels don't march in step.
        self._chance = random.Random()  # noqa: S311
        self.requests = 0

    def add(self, job: Job, *, relaxed: bool = False) -> None:
        """Follow *job* from now on; a job already polled goes on as it was."""
        if job.id is None:
            return
        if job.id in self._entries:
            self._entries[job.id].add_job(job)
            return
        limit = self._pacing.relaxed_deadline if relaxed else self._pacing.deadline
        now = self._elapsed()
        self._entries[job.id] = PollEntry(job, now + limit)
        if now + pause_after(0, self._pacing) < self._due:
            self._wake.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="mj-poller")

    def poll_soon(self, job: Job) -> None:
        """Ask for *job* at the quick pace again: a person has just done something to it."""
        if job.id in self._entries:
            self._entries[job.id].polls, self._entries[job.id].callback_at = 0, None
            self._failures = 0  # whatever pause the server asked for: a person wants to know now
            self._wake.set()

    async def receive_callback(self, task: Task) -> bool:
        """
        Take what somebody posted about a task; tell whether it was news.

        Only those tasks are listened to whose submit asked for it. That one has ended is not
        believed: it makes the poller ask at once.
        """
        polled = self._entries.get(task.id)
        if polled is None or not polled.has_callback:
            return False
        self._wake.set()
        if task.is_final:
            # Should the answer not agree (gateways learn of it late), the quick pauses are back.
            polled.is_urgent, polled.callback_at, polled.polls = True, None, 0
            return True
        polled.callback_at, polled.is_callback_newer = self._elapsed(), True
        found = [
            (job, task)
            for job in polled.jobs
            if job.task
            and job.id == task.id
            and _differs(job.task, task)
            and not is_older(task, job.task)
        ]
        if found:
            await self._archiver.record(found)
        return bool(found)

    def close(self) -> None:
        """Follow nothing any more, since the session closes; whoever waits is told."""
        abandoned = [job for polled in self._entries.values() for job in polled.jobs]
        self._entries.clear()
        self._wake.set()
        for job in abandoned:
            job.end(self._clock(), _session_closed_error(job))

    async def _run(self) -> None:
        while self._entries:
            await self._pause_until_due()
            self._drop_closed()
            if not self._entries:
                return
            try:
                await self._ask_for_all()
            except MJError as error:
                await self._refused(error)
                self._back_off(error)
            except Exception as error:  # noqa: BLE001, RUF100 - no fault may end the following of all
                _log.exception("The poller failed.")
                self._back_off(in_words(error))
            self._drop_overdue()  # only now: a machine that slept past a deadline looks once more

    async def _ask_for_all(self) -> None:
        ids = list(self._entries)
        for polled in self._entries.values():
            polled.polls += 1
            polled.is_callback_newer = polled.is_urgent = False
        self.requests += 1
        tasks = await self._worker.run_blocking(self._client.fetch_many, ids)
        self._failures = 0
        await self._deliver(ids, tasks)
        await self._positions.refresh([job for each in self._entries.values() for job in each.jobs])

    async def _pause_until_due(self) -> None:
        """Wait for the next question; a new job makes the pause its own quick one."""
        started = self._elapsed()
        while True:
            self._wake.clear()
            self._due = started + self._pause(started)
            left = self._due - self._elapsed()
            if left <= 0:
                return
            try:
                # Not `wait_for`: before Python 3.12 that may swallow a cancelling as it wakes.
                async with asyncio.timeout(left):
                    await self._wake.wait()
            except TimeoutError:
                return

    def _pause(self, asked: float) -> float:
        told = {(polled.polls, polled.callback_at) for polled in self._entries.values()}
        pauses = (pause_with_callbacks(*each, now=asked, pacing=self._pacing) for each in told)
        quickest = min(pauses, default=0.0)
        if any(polled.is_urgent for polled in self._entries.values()):
            quickest = min(quickest, _URGENT_PAUSE)
        if self._client.has_list is False:
            # Each task is a request of its own then: many of them must not become a flood.
            quickest = pause_without_list(quickest, len(self._entries))
        return max(quickest, self._backoff) if self._failures else quickest

    def _drop_closed(self) -> None:
        closed = {
            task_id: polled
            for task_id, polled in self._entries.items()
            for job in polled.jobs
            if job.ended_at is not None or job.task is None or job.task.id != task_id
        }
        for task_id, polled in closed.items():
            polled.jobs = [one for one in polled.jobs if one.is_open and one.id == task_id]
            if not polled.jobs:
                del self._entries[task_id]

    def _drop_overdue(self) -> None:
        now = self._elapsed()
        for task_id, polled in list(self._entries.items()):
            if now >= polled.deadline:
                self._drop(task_id, polled, _overdue_error(task_id, polled.trouble))

    def _drop(self, task_id: str, polled: PollEntry, error: MJError) -> None:
        self._entries.pop(task_id, None)
        for job in polled.jobs:
            job.end(self._clock(), error)

    async def _refused(self, error: MJError) -> None:
        """Write down, once for each reason, that the server says nothing of its tasks."""
        reason = str(error.args[0])
        news = [each for each, polled in self._entries.items() if polled.trouble != reason]
        if news and not isinstance(error, _PASSING):
            await self._archiver.note_trouble(news, reason)

    def _back_off(self, error: MJError) -> None:
        """Go on after a fault, saying so; a wrong answer is worth longer pauses than none."""
        passing = isinstance(error, _PASSING)
        self._failures += 1 if passing else 3
        asked_for = error.retry_after if isinstance(error, QueueFull) else None
        pause = self._pacing.trouble * backoff(self._failures, self._chance.random())
        self._backoff = max(pause, asked_for or 0.0)
        pause = self._pause(self._elapsed())
        for polled in self._entries.values():
            polled.trouble = str(error.args[0])
            for job in polled.jobs:
                job.trouble = translated(
                    "{reason} Asking again in {seconds} s.",
                    reason=error.args[0],
                    seconds=max(1, round(pause)),
                )
                job.notify()

    async def _deliver(self, ids: list[str], tasks: list[Task]) -> None:
        """Hand on what changed; drop what is final; wonder about what is missing."""
        tasks = await self._own(tasks)
        found, final = self._match(tasks)
        told = {task_id: tuple(self._entries[task_id].jobs) for task_id in final}
        if found:
            await self._archiver.record(found)
        for task_id, jobs in told.items():
            if polled := self._entries.get(task_id):
                # Who joined it while its end was written down has not heard of that yet.
                polled.jobs = [one for one in polled.jobs if one not in jobs]
                if not polled.jobs:
                    del self._entries[task_id]
        # By their names, not their number: a server may add rows that nobody asked for.
        for task_id in set(ids).difference(task.id for task in tasks):
            if task_id in self._entries:
                await self._missed(task_id, self._entries[task_id])

    def _match(self, tasks: list[Task]) -> tuple[list[tuple[Job, Task]], list[str]]:
        """Return the jobs with news, each with its snapshot, and the ids that are final."""
        found: list[tuple[Job, Task]] = []
        final: list[str] = []
        # A thousand tasks pass here each second: plain loops, nothing asked twice.
        ids = {task.id for task in tasks}
        for task in tasks if len(ids) == len(tasks) else latest_of(tasks):
            polled = self._entries.get(task.id)
            if polled is None:
                continue
            polled.misses, polled.trouble, polled.is_seen = 0, "", True
            if polled.is_callback_newer and polled.is_outdated(task):
                continue
            for job in polled.jobs:
                known = job.task
                if known is None or known.id != task.id:
                    continue  # its window's answer was found to be drawn: it follows that task
                is_troubled = job.trouble != job.held
                if is_troubled or _differs(known, task):
                    news = as_news(task, known, is_answered=job.is_answered)
                    if news is task or (news and (is_troubled or _differs(known, news))):
                        found.append((job, news))
            if task.is_final:
                final.append(task.id)
        return found, final

    async def _missed(self, task_id: str, polled: PollEntry) -> None:
        if not polled.misses:
            polled.missing_since = self._elapsed()
        polled.misses += 1
        if polled.misses % _MAX_MISSES:
            return
        try:
            alone = [await self._worker.run_blocking(self._client.fetch, task_id)]
        except TaskUnknown as error:
            await self._unknown(task_id, polled, error)
        except MJError as error:  # of this one alone; the others go on as they were
            polled.trouble = str(error.args[0])
            for job in polled.jobs:
                job.trouble = polled.trouble
                job.notify()
        else:
            await self._deliver([], alone)

    async def _unknown(self, task_id: str, polled: PollEntry, error: TaskUnknown) -> None:
        """Wonder about a task that the server does not know: it may be late, misnamed, or lost."""
        patience = self._pacing.missing
        is_lost = polled.is_believed_lost(patience, elapsed=self._elapsed(), now=self._clock())
        doubt = None
        # Each look is a list: the first and the last do, since a task is in it at once or late.
        if is_lost or (polled.is_unheard_of and polled.misses == _MAX_MISSES):
            doubt = await self._look_by_tag(polled)
        if not polled.misses or self._entries.get(task_id) is not polled:
            return  # it was found, or left, while it was looked for
        if not is_lost:
            polled.trouble = translated(
                "{reason} It is lost if that stays so for {patience:g} s.",
                reason=error.args[0],
                patience=patience,
            )
            for job in polled.jobs:
                job.trouble = polled.trouble
                job.notify()
        elif doubt is not None and polled.is_unheard_of:
            # It was accepted, and nothing shows that it is not drawn: it is not asked for again.
            await self._archiver.note_trouble([task_id], str(error.args[0]))
            self._drop(task_id, polled, left_in_doubt(polled.jobs[0], doubt))
        else:
            self._entries.pop(task_id, None)
            await self._archiver.lose(polled.jobs, lost_error(error))

    async def _look_by_tag(self, polled: PollEntry) -> MJError | None:
        """Look for what the jobs of *polled* really have; return why nobody knows, if so."""
        doubt = None
        for job in list(polled.jobs):
            if job.is_demo:
                continue  # its server has ended with its kernel, and there is no other
            try:
                task = await self._worker.run_blocking(self._reconciler.task_of, job)
            except MJError as error:
                doubt = error
                continue
            if task is None:
                continue
            if task.id == job.id:
                await self._deliver([], [task])
            else:
                self._rename(job, polled, task)
        return doubt

    def _rename(self, job: Job, polled: PollEntry, task: Task) -> None:
        """Follow *task*, which *job* really has, from now on."""
        named = job.id or ""
        polled.jobs = [one for one in polled.jobs if one is not job]
        if not polled.jobs:
            self._entries.pop(named, None)
        job.remarks += (translated(MISNAMED),)
        # As if it were accepted just now: how it stands comes with the next answer, as news.
        job.accept(Task(id=task.id, status=Status.NOT_START, prompt=task.prompt))
        job.session.registry.follow(job)

    async def _own(self, tasks: list[Task]) -> list[Task]:
        """Return those of *tasks* that are not another person's, whom an answer had named."""
        foreign: set[str] = set()
        for task in tasks:
            polled = self._entries.get(task.id)
            # Of what was heard of already, as nearly all is, nothing is asked: there are thousands.
            if polled is None or polled.is_seen or not polled.is_unheard_of:
                continue
            for job in [one for one in polled.jobs if is_anothers(one, task)]:
                own = None
                with contextlib.suppress(MJError):  # the list can't be had, or shows nothing
                    own = await self._worker.run_blocking(self._reconciler.task_of, job)
                if own is not None and own.id != job.id:
                    self._rename(job, polled, own)
                elif own is None and has_tag_of_another(task):
                    foreign.add(task.id)  # it is not shown as ours: ours is looked for again
                    job.trouble = polled.trouble = translated(FOREIGN)
                    job.notify()
        return [task for task in tasks if task.id not in foreign] if foreign else tasks


def _differs(known: Task | None, task: Task) -> bool:
    """Compare what is shown; the whole record is read only when this tells of a change."""
    return (
        known is None
        or known.progress != task.progress
        or known.status != task.status
        or known.image_url != task.image_url
        or known.fail_reason != task.fail_reason
        or known.final_prompt != task.final_prompt
    )


def lost_error(error: TaskUnknown) -> TaskUnknown:
    """Return the error of a task that the proxy has forgotten, with the way out."""
    return TaskUnknown(
        str(error.args[0]),
        hint=translated(
            "It was restarted, or the task is too old: it is lost. Run the cell again to draw it"
            " anew."
        ),
        code=error.code,
        status=error.status,
    )


def _overdue_error(task_id: str, trouble: str) -> WaitTimeout:
    why = translated(" It could not be asked for: {trouble}", trouble=trouble) if trouble else ""
    return WaitTimeout(
        translated(
            "Task {task_id} did not finish in time; it may still be drawn.{why}",
            task_id=task_id,
            why=why,
        ),
        hint=translated(
            'Look again with mj.job("{task_id}"), or %mj panel {task_id}.', task_id=task_id
        ),
    )


def _session_closed_error(job: Job) -> MJError:
    return MJError(
        translated("This session was closed; the task goes on."),
        hint=translated(
            "Look again with {expression}, or %mj panel {id}.", expression=job.expression, id=job.id
        ),
    )
