"""What was drawn already is not paid for again: it is found by what was asked.

A request has a content key. A finished task with that key is replayed, a running one is joined, and
one of unknown fate is looked for before anything is sent.
"""

import contextlib
from typing import TYPE_CHECKING

from mj_notebook.errors import MJError, NotInBundle, TaskUnknown, Unsettled
from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.protocol.requests import Modal, Request
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.archiver import Keeper
from mj_notebook.session.job import Job
from mj_notebook.session.job_registry import Recall
from mj_notebook.session.reconcile import Finding
from mj_notebook.session.sending import FOUND
from mj_notebook.store.fingerprint import content_key
from mj_notebook.store.history import Store

if TYPE_CHECKING:
    from pathlib import Path

    from mj_notebook.protocol.vocabulary import BotType
    from mj_notebook.store.records import StoredRequest, StoredTask

_MOST_TOLD = 200
_JOINED = "The same was being drawn already; this is that task."


class Replaying:
    """
    Finds jobs by what was asked.

    Args:
        server: The name in history of the proxy that is asked.
        bot: The usual bot, None for the proxy's own.
        bundle: What everything comes from when nobody may be asked; None as a rule.
    """

    def __init__(
        self,
        store: Store,
        recall: Recall,
        keeper: Keeper,
        finding: Finding,
        *,
        server: str,
        bot: "BotType | None",
        bundle: "Path | None" = None,
    ) -> None:
        self._store, self._recall, self._keeper = store, recall, keeper
        self._finding, self._server, self._bot = finding, server, bot
        self._bundle = bundle

    def key_of(self, request: Request, *, parent: Job | None, button: str, repeat: int = 0) -> str:
        """Return the content key of *request*."""
        return content_key(
            request,
            server=self._server,
            bot=self._bot,
            parent=parent.id if parent else None,
            button=button or None,
            repeat=repeat,
        )

    def find(self, key: str, *, is_patient: bool = True) -> Job | None:
        """
        Return the job that has what *key* means: finished, running, or lost and found; else None.

        Args:
            key: The content key.
            is_patient: Whether to wait for another kernel that sends the same right now.

        Raises:
            Unsettled: A request with that key was sent, and nobody knows what became of it.
        """
        if is_patient:
            self._finding.let_settle(key)
        if stored := self._store.finished(key):
            job = self._recall.job(stored.task.id)
            job.is_replayed = True
            return job
        return self._joined(key) or self._found(key)

    def _joined(self, key: str) -> Job | None:
        stored = self._store.running(key)
        if stored is None:
            return None
        known = self._recall.known(stored.task.id)
        if known is not None and (known.is_given_up or isinstance(known.error, TaskUnknown)):
            # It was cancelled, or lost, and that was told: asking once more is a new request.
            return None
        try:
            job = self._recall.job(stored.task.id)
        except TaskUnknown:
            return None
        _remark(job, _JOINED)
        return job

    def _found(self, key: str) -> Job | None:
        for request in self._store.unsettled(self._server, key):
            if job := self.settle(request):
                return job
        return None

    def settle(self, request: "StoredRequest") -> Job | None:
        """
        Find out what became of *request*; None when the proxy never took it.

        Raises:
            Unsettled: Nobody knows; the sentence says what can be done.
        """
        try:
            task = self._finding.look(request)
        except MJError as error:
            raise Unsettled(
                f"It is not known whether this was accepted: {_lowered(str(error.args[0]))}",
                hint="Look again with %mj resume, or submit it once more with --fresh.",
            ) from error
        if task is None:
            return None
        job = self._recall.job(task.id)
        _remark(job, FOUND)
        return job

    def window(self, parent: Job | None, button: str) -> Task | None:
        """
        Return the window of *button* as history knows it, when an answer to it was drawn before.

        It has no id: the server is only asked to open it when its answer turns out to be new.
        """
        if parent is None or parent.id is None or not button:
            return None
        offered = self._store.offered(self._server, parent.id, button)
        if offered is None:
            return None
        return Task(
            id="", status=Status.MODAL, prompt=offered,
            properties=TaskProperties(final_prompt=offered),
        )  # fmt: skip

    def check(self, key: str, prompt: str, step: str) -> None:
        """Raise `NotInBundle` where nobody may be asked for what *key* means."""
        if self._bundle is None:
            return
        words = prompt if len(prompt) <= _MOST_TOLD else f"{prompt[:_MOST_TOLD]}…"
        what = " of ".join(f"“{said}”" for said in (step, words) if said)
        raise NotInBundle(
            f"{self._bundle.name} does not hold {what or 'this'} ({key}), and nobody is asked.",
            hint="Write the prompt as it was when the bundle was made, or go online with"
            " mj.configure(base_url=…).",
            key=key,
        )

    def finished_answer(self, job: Job, answer: Modal) -> "StoredTask | None":
        """Return the finished task that the same answer to the same window once gave."""
        return self._store.finished(self.key_of(answer, parent=job.parent, button=job.custom_id))

    def resume(self) -> list[Job]:
        """Take up everything that is open, and look for what was lost; oldest first."""
        jobs = []
        for request in self._store.unsettled(self._server):
            with contextlib.suppress(MJError):  # it stays unsettled, and can be looked for again
                self.settle(request)
        for stored in self._store.open_tasks(self._server):
            with contextlib.suppress(TaskUnknown):
                jobs.append(self._recall.job(stored.task.id))
        return jobs


def _remark(job: Job, remark: str) -> None:
    if remark not in job.remarks:
        job.remarks += (remark,)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
