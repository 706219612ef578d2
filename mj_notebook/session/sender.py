"""One request: written down, sent once, and what is known of its fate written down again."""

import contextlib
import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from mj_notebook.client.error_mapping import lacks_button
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, ServerUnreachable, StoreError
from mj_notebook.language import marked, translated
from mj_notebook.protocol.actions import action_named
from mj_notebook.protocol.buttons import is_free
from mj_notebook.protocol.models import SubmitReply, Task
from mj_notebook.protocol.outcomes import outcome_of
from mj_notebook.protocol.requests import Action, Imagine, Modal, Request, request_record
from mj_notebook.protocol.vocabulary import Outcome, Status
from mj_notebook.session.claim_heartbeat import ClaimHeartbeat
from mj_notebook.session.doubt import unsettled
from mj_notebook.session.job import Job
from mj_notebook.session.job_registry import JobRegistry
from mj_notebook.session.reconcile import FOUND, NoList, Reconciler
from mj_notebook.session.references import ReferenceUploads
from mj_notebook.session.spending import DailyBudget
from mj_notebook.session.submission import refuse_secrets
from mj_notebook.session.submit_replies import (
    asked_instead,
    first_snapshot,
    is_same_request,
    may_have_arrived,
    reply_of,
    status_of,
)
from mj_notebook.session.webhook.listener import WebhookListener
from mj_notebook.settings.settings import Settings
from mj_notebook.store.history import Store
from mj_notebook.store.records import SETTLED_AFTER, StoredTask
from mj_notebook.view.text import truncate

_INSTEAD = marked("The server does not take this button, so its prompt was imagined instead.")
_LATER = marked("The task goes on; what becomes of it is written down when that works again.")
_BY_NUMBER = marked("The server does not take this button, so the same was asked for by number.")


class SubmitResult(NamedTuple):
    """
    What came of sending a request.

    Attributes:
        request: What was sent in the end; another one where the server lacks a button.
        reply: The server's answer.
        note: What a person must know of how it was written down, "" as a rule.
        remark: What the person should know of it, "" as a rule.
        remaining: What is to be sent besides, in the place of one button.
    """

    request: Request
    reply: SubmitReply
    note: str = ""
    remark: str = ""
    remaining: tuple[Request, ...] = ()


class Sender:
    """Sends the requests of one session, each once; blocking, and callable from any thread."""

    def __init__(
        self,
        settings: Settings,
        client: Client,
        store: Store,
        clock: Callable[[], float],
        *,
        server: str,
        registry: JobRegistry,
        reconciler: Reconciler,
        webhook: WebhookListener,
        heartbeat: ClaimHeartbeat,
    ) -> None:
        self._settings, self._client, self._store = settings, client, store
        self._now, self._server = clock, server
        self._registry, self._reconciler = registry, reconciler
        self._webhook, self._heartbeat = webhook, heartbeat
        self._budget = DailyBudget(settings, store, clock)
        self._uploads = ReferenceUploads(client, clock)

    def intend(
        self,
        job: Job,
        request: Request | None = None,
        *,
        fingerprint: str = "",
        after: int | None = None,
        prompt: str = "",
    ) -> int:
        """
        Write down what is about to be sent for *job*; nothing is sent before this has returned.

        Args:
            job: The job.
            request: What is sent, by default the job's own.
            fingerprint: What it asks for, by default what the job does.
            after: The newest request with that fingerprint when it was decided to ask.
            prompt: What is kept as asked, by default the job's own.

        Returns:
            Its number in history; 0 when it must not be sent, since the same was asked for after
            the request *after*.

        Raises:
            UsageError: A secret stands in it.
            OverBudget: It costs more than today may.
        """
        request = request or job.request
        assert request is not None
        refuse_secrets(request, self._settings.secrets)  # what no builder made, as well
        is_answer = isinstance(request, Modal)
        with self._budget.reserved(self._price(job, request)):
            intent = self._store.record_intent(
                request_record(request),
                kind=type(request).__name__,
                prompt=prompt or job.prompt,
                tag=request.state or job.name,
                server=self._server,
                asked_at=self._now(),
                parent_task=job.parent.id if job.parent and not is_answer else None,
                custom_id=job.custom_id or None,
                mode=job.mode,
                content_key=fingerprint or job.fingerprint or None,
                after=after,
                findings=[one.rule for one in job.findings],
            )
        if intent:
            self._heartbeat.begin(intent)
        return intent

    def _price(self, job: Job, request: Request) -> float:
        """Return the credits that *request* may take; a window costs nothing, but may not come."""
        if self._settings.is_demo or is_free(job.custom_id):
            return 0.0
        action = action_named(type(request).__name__, job.custom_id or None)
        return self._settings.costs.of(action, job.mode)

    def send(self, job: Job, request: Request, intent: int) -> SubmitResult:
        """Send *request* once, and beat for it until it is known what became of it."""
        try:
            return self._send_once(job, request, intent)
        finally:
            self._heartbeat.end(intent)

    def _send_once(self, job: Job, request: Request, intent: int) -> SubmitResult:
        """
        Send *request* once; where the server refuses a button, ask for the same in its own way.

        Raises:
            MJError: There is no task, or nobody knows; that is written down already.
        """
        self._store.given.keep_all(request_record(request), job.references)
        try:
            ready = self._uploads.with_links(request, job.references)
        except MJError as error:  # nothing that is drawn was asked for
            self._settle(intent, error)
            raise
        self._heartbeat.require(intent)
        try:
            reply = self._client.submit(self._with_hook(ready, job), mode=job.mode)
            self._require_own(reply, request, job, intent)
        except MJError as error:
            self._settle(intent, error)
            if may_have_arrived(error):
                found = self._find_lost(request, job, intent)
                if not found:
                    is_free = self._settings.is_free
                    raise unsettled(
                        error,
                        type(request).__name__,
                        job.custom_id,
                        is_free=is_free,
                        sent=True,
                        is_listed=found is not None,
                    ) from None
                reply = reply_of(found)
                note = self._note_accepted(intent, reply, job.prompt)
                return SubmitResult(request, reply, note, translated(FOUND))
            instead = asked_instead(job, request, error)
            if not instead:
                if isinstance(request, Action) and lacks_button(error):
                    said = str(error.args[0])
                    self._client.capabilities.note_refused_button(request.custom_id, said)
                raise
        else:
            if isinstance(request, Action):
                self._client.capabilities.note_taken_button(request.custom_id)
            return SubmitResult(request, reply, self._note_accepted(intent, reply, job.prompt))
        other, *rest = instead
        sent = self.send(job, other, self.intend(job, other))
        remark = translated(_INSTEAD) if isinstance(other, Imagine) else translated(_BY_NUMBER)
        return sent._replace(request=other, remark=remark, remaining=tuple(rest))

    def _require_own(self, reply: SubmitReply, request: Request, job: Job, intent: int) -> None:
        """
        Refuse an answer that names the task of another request, as one out of a cache does.

        Raises:
            ServerUnreachable: It does, so that nobody knows which task is this one's.
        """
        if isinstance(request, Modal) or outcome_of(reply) is Outcome.EXISTED:
            return
        for task_id in reply.results:
            if task_id == getattr(request, "task_id", None):
                continue  # a press that makes nothing new is answered with what was pressed on
            with contextlib.suppress(StoreError):
                known = self._store.task(task_id, self._server)
                if known is None:
                    continue
                if self._is_in_doubt(known, intent) or not is_same_request(
                    known, request, job, intent
                ):
                    raise ServerUnreachable(
                        translated(
                            "The proxy took the request, but named task {task_id}, which is that of"
                            " another one: “{prompt}”.",
                            task_id=task_id,
                            prompt=truncate(known.prompt or "", 80),
                        ),
                        sent=True,
                    )

    def _is_in_doubt(self, known: StoredTask, intent: int) -> bool:
        """Tell whether nobody ever heard of *known* but by the answer to another request."""
        if known.intent in {None, intent} or known.task.submit_time is not None:
            return False
        job = self._registry.get(known.task.id)
        since = self._now() - (known.asked_at or self._now())
        return (job is not None and job.is_left) or since > SETTLED_AFTER

    def _with_hook(self, request: Request, job: Job) -> Request:
        """Add our callback address only now: it is a secret, and history holds the request."""
        hook = self._webhook.address()
        if hook is None or request.notify_hook not in {None, hook}:
            return request
        job.has_callback = True
        return msgspec.structs.replace(request, notify_hook=hook)

    def _find_lost(self, request: Request, job: Job, intent: int) -> list[Task] | None:
        """
        Look for the tasks of a submit whose answer was lost; none when they can't be found.

        Returns:
            The tasks; None where the proxy has no list to look in.
        """
        for pause in self._settings.pacing.looks:
            time.sleep(pause)
            try:
                if isinstance(request, Modal):
                    task = self._client.fetch(request.task_id)
                    if task.status != Status.MODAL:
                        return [task]  # the window is closed: the answer has arrived
                elif found := self._reconciler.by_tag(
                    request.state or job.name,
                    job.asked_at,
                    intent=intent,
                    prompt=getattr(request, "prompt", "") or job.prompt,
                    has_none=job.task is None,
                ):
                    return found
            except NoList:
                return None
            except MJError:  # the server that lost the answer may still be away: once more
                continue
        return []

    def give_up(self, intent: int, error: MJError) -> None:
        """Write down that what was to be sent never is."""
        self._settle(intent, error)
        self._heartbeat.end(intent)

    def _settle(self, intent: int, error: MJError) -> None:
        """Write down why there is no task, or that nobody knows."""
        write = self._store.mark_unknown if may_have_arrived(error) else self._store.mark_refused
        with contextlib.suppress(StoreError):  # the error itself is the greater news
            write(intent, str(error), self._now())

    def _note_accepted(self, intent: int, reply: SubmitReply, prompt: str) -> str:
        """Write down that there are tasks; return "" or what a person must know of that."""
        try:
            for task_id in reply.results:
                self._store.mark_accepted(intent, task_id, self._now(), status_of(reply))
            if outcome_of(reply) is Outcome.WINDOW:
                # What it offers is told only now, and another kernel may answer it.
                opened = [first_snapshot(task_id, reply, prompt) for task_id in reply.results]
                self._store.save_tasks([(self._server, task) for task in opened])
        except StoreError as error:
            # The task is drawn and paid for all the same: it is followed.
            return f"{error.args[0]} {translated(_LATER)}"
        return self._store.moved_notice()
