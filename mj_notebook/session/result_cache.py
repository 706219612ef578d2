"""What was drawn already is not paid for again: it is found by what was asked.

A request has a fingerprint. A finished task with that fingerprint is replayed, a running one is
joined, and one of unknown fate is looked for before anything is sent.
"""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mj_notebook.errors import MJError, NotInBundle, StoreError, TaskUnknown
from mj_notebook.language import marked, translated
from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.protocol.requests import Modal, Request
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.doubt import in_doubt, unsettled
from mj_notebook.session.job import Job
from mj_notebook.session.job_registry import JobRegistry
from mj_notebook.session.reconcile import FOUND, NoList, Reconciler, TooEarly, is_own_tag, tag_of
from mj_notebook.session.submission import Submission
from mj_notebook.settings.settings import Settings
from mj_notebook.store.fingerprint import content_key
from mj_notebook.store.history import Store
from mj_notebook.store.records import Before

if TYPE_CHECKING:
    from mj_notebook.store.records import StoredRequest, StoredTask

# Enough to know it by; a prompt may have thousands of signs.
_MOST_QUOTED = 200
_JOINED = marked("The same was being drawn already; this is that task.")
_ANOTHERS = marked("{another} was having the same drawn already; this is that task.")


class Resumed(NamedTuple):
    """
    What came of taking up all that is open, oldest first.

    Attributes:
        jobs: What goes on.
        in_doubt: Requests of which nobody knows whether there is a task, each with the reason.
        failed: Tasks that could not be taken up, each with the reason.
    """

    jobs: list[Job]
    in_doubt: "list[tuple[StoredRequest, MJError]]"
    failed: "list[tuple[StoredTask, MJError]]"


class Found(NamedTuple):
    """
    What is known of one that is asked for.

    Attributes:
        key: Its fingerprint.
        before: What is known; None where it would be sent.
    """

    key: str
    before: Before | None


def find_before(
    asked: Sequence[Submission],
    *,
    settings: Settings,
    store: Store,
    server: str,
    registry: JobRegistry | None,
) -> list[Found]:
    """Tell what would be found of each of *asked*; one question for all, however many they are."""
    keys = [_key_of(one.request, server, settings, repeat=one.repeat) for one in asked]
    known = store.before(keys, server) if settings.replay and keys else {}
    found, seen = [], set()
    for key, one in zip(keys, asked, strict=True):
        before = known.get(key)
        if before is not Before.DRAWN and registry and registry.joinable(key) is not None:
            before = Before.UNDER_WAY  # one that waits for room has no task yet
        elif before is Before.IN_DOUBT and settings.is_free:
            before = None  # what costs nothing is drawn anew
        if before is None and key in seen:
            before = Before.REPEATED
        seen.add(key)
        # What is wanted anew is never found: it will be drawn, and paid.
        found.append(Found(key, None if one.fresh or not settings.replay else before))
    return found


def _key_of(
    request: Request,
    server: str,
    settings: Settings,
    *,
    parent: Job | None = None,
    button: str = "",
    repeat: int = 0,
) -> str:
    return content_key(
        request,
        server=server,
        bot=settings.bot,
        parent=parent.id if parent else None,
        button=button or None,
        repeat=repeat,
        drawn_by=settings.drawn_by,
    )


class ResultCache:
    """
    Finds jobs by what was asked; blocking, and callable from any thread.

    Args:
        server: The name in history of the proxy that is asked.
        settings: Which bot is the usual one, and the bundle everything comes from when nobody may
            be asked.
    """

    def __init__(
        self,
        store: Store,
        registry: JobRegistry,
        reconciler: Reconciler,
        *,
        server: str,
        settings: Settings,
    ) -> None:
        self._store, self._registry, self._reconciler = store, registry, reconciler
        self._server, self._settings = server, settings

    def fingerprint(
        self, request: Request, *, parent: Job | None, button: str, repeat: int = 0
    ) -> str:
        """Return the fingerprint of *request*: what asks for the same picture has the same one."""
        return _key_of(
            request, self._server, self._settings, parent=parent, button=button, repeat=repeat
        )

    def before(self, asked: Sequence[Submission]) -> list[Found]:
        """Tell what is known of each of *asked*; see `find_before`."""
        return find_before(
            asked,
            settings=self._settings,
            store=self._store,
            server=self._server,
            registry=self._registry,
        )

    def find(
        self,
        fingerprint: str,
        *,
        is_patient: bool = True,
        is_answer: bool = False,
        besides: Job | None = None,
    ) -> Job | None:
        """
        Return the job with *fingerprint*: under way here, finished, running, or lost and found.

        Args:
            fingerprint: What is asked.
            is_patient: Whether to wait for another kernel that sends the same right now.
            is_answer: Whether it is asked by the answer of a window.
            besides: The job it is asked for, which is under way itself.

        Raises:
            Unsettled: It was sent once, and nobody knows what became of it.
        """
        # What is finished stands for it, though one more may be drawn beside it just now.
        job = self._require_finished(fingerprint) or self._registry.joinable(fingerprint)
        if job is not None and job is not besides:
            return job
        if self._settings.offline is not None and (job := self._failed(fingerprint)):
            return job
        if is_patient and not self._settings.is_free:
            self._reconciler.wait_for_others(fingerprint)
        # A request of another kernel goes from doubt to a task that runs to one that is finished,
        # at any moment, also between two of these looks; so does a refused one, whose task it finds
        # by its tag. So they are in that order: what one of them comes too late for a later one
        # sees, and nothing is paid twice.
        return (
            self._require_finished(fingerprint)
            or self._joined(fingerprint)
            or self._found(fingerprint)
            or self._joined(fingerprint)
            or self._require_finished(fingerprint)
            or self._revived(fingerprint, Modal.__name__ if is_answer else "")
            or self._taken(fingerprint)
            or self._joined(fingerprint)
            or self._require_finished(fingerprint)
        )

    def _require_finished(self, fingerprint: str) -> Job | None:
        family = self._store.finished_family(fingerprint)
        if family is None:
            return None
        job = self._registry.restored(family)
        job.is_replayed = True
        return job

    def _failed(self, fingerprint: str) -> Job | None:
        """Return the job that ended badly: a bundle shows what came of a prompt, good or bad."""
        family = self._store.failed_family(fingerprint)
        return self._registry.restored(family) if family else None

    def _joined(self, fingerprint: str) -> Job | None:
        stored = self._store.find_running(fingerprint)
        if stored is None:
            return None
        known = self._registry.get(stored.task.id, stored.server)
        if known is not None and isinstance(known.error, TaskUnknown):
            return self._asked_again(stored)  # lost, which could not be written down
        if known is not None and known.is_cancelling:
            # So it is when it was cancelled, unless that came too late: then the picture is there.
            if not self._reconciler.has_succeeded(stored.task.id):
                return None
            known.is_cancelling = False
            return known
        try:
            job = self._registry.job(stored.task.id)
        except TaskUnknown:
            return None
        another = self._another(stored.user)
        if stored.task.status != Status.MODAL:  # of an open window nothing is drawn yet
            told = translated(_ANOTHERS, another=another) if another else translated(_JOINED)
            add_remark(job, told)
        return job

    def _revived(self, fingerprint: str, kind: str) -> Job | None:
        lost = self._store.find_lost(fingerprint, self._server)
        return self._asked_again(lost, kind) if lost else None

    def _asked_again(self, lost: "StoredTask", kind: str = "") -> Job | None:
        """
        Ask once more for a task that was lost; None where it is gone.

        A gateway answers with nothing while what is behind it is away, as a proxy does for what it
        does not know: for seconds both look the same, and the task may be drawn all the while.
        """
        try:
            job = self._revive(lost)
        except MJError as error:
            raise in_doubt(
                error, kind or lost.kind or "", lost.custom_id, is_free=self._settings.is_free
            ) from error
        if job is not None:
            add_remark(job, translated(_JOINED))
        return job

    def _revive(self, lost: "StoredTask") -> Job | None:
        try:
            return self._registry.revived(lost.task.id)
        except TaskUnknown:
            # A list may leave it out for a while; what was heard of is gone.
            if lost.task.submit_time is not None or lost.intent is None or not lost.tag:
                return None
            late = self._reconciler.late_task(
                lost.tag, lost.asked_at or 0.0, intent=lost.intent, prompt=lost.prompt or ""
            )
            return self._registry.job(late.id) if late else None

    def _another(self, user: str | None) -> str:
        """Return the name of another person who asked, "" for the own one and for nobody known."""
        return user if user and user != self._store.user else ""

    def _found(self, fingerprint: str) -> Job | None:
        for request in self._store.unsettled(self._server, fingerprint):
            try:
                if job := self.settle(request):
                    return job
            except MJError:
                # What costs nothing is drawn anew, before anybody waits for who may not live.
                if not self._settings.is_free:
                    raise
        return None

    def settle(self, request: "StoredRequest", *, is_looked_for: bool = False) -> Job | None:
        """
        Find out what became of *request*; None when the proxy never took it.

        Where a person looks for it, *is_looked_for*, the sentence names what else is possible.

        Raises:
            Unsettled: Nobody knows; the sentence says what can be done.
        """
        try:
            task = self._reconciler.reconcile(request)
        except MJError as error:
            is_being_sent = request.state == "intended" and self._reconciler.is_young(request)
            raise unsettled(
                error,
                request.kind,
                request.custom_id,
                is_free=self._settings.is_free,
                whose=self._another(request.user),
                is_looked_for=is_looked_for,
                is_young=is_being_sent or isinstance(error, TooEarly),
                is_listed=not isinstance(error, NoList),
            ) from None
        if task is None:
            return None
        if task.status == Status.MODAL:  # so that its window can be answered at once
            self._store.save_tasks([(self._server, task)])
        job = self._registry.job(task.id)
        add_remark(job, translated(FOUND))
        return job

    def taken_after_all(self, job: Job) -> Job | None:
        """Return the job of the task that *job*, which was refused, has all the same."""
        assert job.intent is not None
        return self._with_tag(tag_of(job), job.asked_at, job.intent, has_none=True)

    def _taken(self, fingerprint: str) -> Job | None:
        request = self._store.refused(fingerprint)
        if request is None or request.kind == Modal.__name__ or self._settings.is_free:
            return None
        return self._with_tag(request.tag, request.asked_at, request.intent)

    def _with_tag(
        self, tag: str, asked_at: float, intent: int, *, has_none: bool = False
    ) -> Job | None:
        """
        Return the job of the task of a refused request, None where the proxy shows none.

        A gateway may say no of itself, after the proxy behind it has taken the request.
        """
        if not is_own_tag(tag):  # with a word of the person's own it may be another's
            return None
        # It was said that nothing was taken, also by a bare status 429 (protocol/README.md R5);
        # where no list can be had, nothing speaks against that.
        with contextlib.suppress(MJError):
            task = self._reconciler.late_task(
                tag, asked_at, intent=intent, prompt="", has_none=has_none
            )
            if task is not None:
                job = self._registry.job(task.id)
                add_remark(job, translated(FOUND))
                return job
        return None

    def show_again(
        self, job: Job, asked: Submission, fingerprint: str, *, parent: Job | None, now: float
    ) -> None:
        """Let *job*, which was found, be what *asked* for; a replay is counted as saved."""
        self._registry.register(job, fingerprint)
        if job.is_replayed and job.id is not None:
            with contextlib.suppress(StoreError):  # only the count of what was saved is lost
                self._store.record_replay(self._server, job.id, now)
        for remark in asked.remarks:
            add_remark(job, remark)
        job.findings = asked.findings or job.findings
        if parent is not None and job not in parent.children:
            job.parent = parent
            parent.children.append(job)
        job.worker.post(job.notify)

    def adopt(self, job: Job, found: Job, fingerprint: str) -> None:
        """
        Let *job*, which was not sent, become what *found* is, which was accepted.

        A person holds the job already, so it can't be exchanged for the one that was found.
        """
        job.is_replayed, job.intent = found.is_replayed, found.intent
        job.remarks += tuple(one for one in found.remarks if one not in job.remarks)
        job.task = found.task
        self._registry.register(job, fingerprint)
        if job.parent is not None:
            job.parent.children[:] = [one for one in job.parent.children if one is not found]
        assert found.task is not None
        self._registry.restore_or_follow(job, found.task)

    def window(self, parent: Job | None, button: str) -> Task | None:
        """
        Return the window of *button* as history knows it, when an answer to it was drawn before.

        It has no id: the server is only asked to open it when its answer turns out to be new.
        """
        if parent is None or parent.id is None or not button:
            return None
        offered = self._store.offered_prompt(self._server, parent.id, button)
        if offered is None:
            return None
        properties = TaskProperties(final_prompt=offered)
        return Task(id="", status=Status.MODAL, prompt=offered, properties=properties)

    def require_online(self, fingerprint: str, prompt: str, step: str) -> None:
        """Raise `NotInBundle` where nobody may be asked for what is not in the bundle."""
        bundle = self._settings.offline
        if bundle is None:
            return
        words = prompt if len(prompt) <= _MOST_QUOTED else f"{prompt[:_MOST_QUOTED]}…"
        what = " of ".join(f"“{part}”" for part in (step, words) if part)
        raise NotInBundle(
            translated(
                "{bundle} does not hold {what} ({fingerprint}), and nobody is asked.",
                bundle=bundle.name,
                what=what or translated("this"),
                fingerprint=fingerprint,
            ),
            hint=translated(
                "Write the prompt as it was when the bundle was made, or go online with"
                " mj.configure(base_url=…)."
            ),
            key=fingerprint,
        )

    def taken_answer(self, task_id: str) -> "StoredRequest | None":
        """
        Return the earlier answer of unknown fate that turns out to have closed this window.

        Raises:
            Unsettled: There is one, and it may still be on its way: each answer is paid for.
        """
        for request in self._store.unsettled(self._server):
            if request.kind != Modal.__name__ or request.record.get("taskId") != task_id:
                continue
            try:
                if self._reconciler.reconcile(request) is not None:
                    return request
            except MJError as error:
                is_free = self._settings.is_free
                raise unsettled(error, request.kind, request.custom_id, is_free=is_free) from None
        return None

    def in_doubt(self) -> "list[StoredRequest]":
        """Return what `resume` would look for; those that are being sent are not among them."""
        return self._reconciler.in_doubt()

    def resume(self) -> "Resumed":
        """Take up everything that is open, and look for what was lost; oldest first."""
        jobs, in_doubt, failed = [], [], []
        for request in self._store.unsettled(self._server):
            try:
                self.settle(request, is_looked_for=True)
            except MJError as error:  # it stays unsettled, and can be looked for again
                if not self._settings.is_free:
                    in_doubt.append((request, error))
        for stored in self._store.open_tasks(self._server):
            try:
                jobs.append(self._registry.job(stored.task.id))
            except MJError as error:  # the others go on
                failed.append((stored, error))
        # One question for all of them; what was drawn after all has been paid for.
        lost = [stored.task.id for stored in self._store.lost_tasks(self._server)]
        with contextlib.suppress(MJError):  # they stay what they were, and can be asked for again
            jobs += self._registry.known_again(lost)
        return Resumed(jobs, in_doubt, failed)


def add_remark(job: Job, remark: str) -> None:
    """Say *remark* of *job* once."""
    if remark not in job.remarks:
        job.remarks += (remark,)
