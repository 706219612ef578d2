"""Sending: what is asked is written down first, then sent once, then what came of it."""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from mj_notebook.client.error_mapping import lacks_button
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, Refused, ServerUnreachable, StoreError, TaskUnknown
from mj_notebook.protocol.fallbacks import change_instead, imagines_instead, is_too_early
from mj_notebook.protocol.models import SubmitReply, Task
from mj_notebook.protocol.requests import Action, Imagine, Modal, Request, request_record
from mj_notebook.protocol.vocabulary import ReturnCode, Status
from mj_notebook.session.job import Job
from mj_notebook.session.reconcile import Finding
from mj_notebook.store.history import Store

# A gateway may learn this much later than we do that a parent task has succeeded, and as many
# seconds again may lie between its looks.
_FRESH = 60.0
FOUND = "The answer to this request was lost; its task was found by its tag."
_INSTEAD = "The server does not take this button, so its prompt was imagined instead."
_BY_NUMBER = "The server does not take this button, so the same was asked for by number."


@dataclass(frozen=True, slots=True)
class Sent:
    """
    What came of a submit.

    Attributes:
        request: What was sent in the end.
        reply: The server's answer.
        note: Why it could not be written down, "" as a rule.
        remark: That something else was asked instead, "" as a rule.
        rest: What is to be sent besides, in the place of one button.
    """

    request: Request
    reply: SubmitReply
    note: str = ""
    remark: str = ""
    rest: tuple[Request, ...] = ()


class Sending:
    """Sends requests of jobs; blocking, and callable from any thread."""

    def __init__(
        self,
        client: Client,
        store: Store,
        server: str,
        clock: Callable[[], float],
        *,
        finding: Finding,
        looks: Sequence[float] = (),
        sleep: Callable[[float], object] = time.sleep,
        hook: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._client, self._store, self._server, self._now = client, store, server, clock
        self._finding, self._looks, self._sleep, self._hook = finding, looks, sleep, hook

    def send(self, job: Job, request: Request, intent: int) -> Sent:
        """
        Send *request* once; where the server refuses a button, ask for the same in its own way.

        Raises:
            MJError: There is no task, or nobody knows; that is written down already.
        """
        try:
            reply = self._client.submit(self._hooked(request, job), mode=job.mode)
        except MJError as error:
            told = self._settle(intent, error)
            instead = _instead(job, request, error)
            if isinstance(told, ServerUnreachable) and told.sent:
                found = self._look(request, job)
                if found is not None:
                    reply = _answer_of(found)
                    note = self._note_acceptance(intent, reply)
                    return Sent(request, reply, note, remark=FOUND)
        else:
            return Sent(request, reply, self._note_acceptance(intent, reply))
        if not instead:
            raise told from None
        other, *rest = instead
        parent = job.parent.id if job.parent else None
        sent = self.send(job, other, self.intend(other, job, parent))
        remark = _INSTEAD if isinstance(other, Imagine) else _BY_NUMBER
        return Sent(other, sent.reply, sent.note, remark, tuple(rest))

    def _look(self, request: Request, job: Job) -> Task | None:
        """Look for the task of a submit whose answer was lost; None when it is not to be found."""
        for pause in self._looks:
            self._sleep(pause)
            with contextlib.suppress(MJError):
                if isinstance(request, Modal):
                    task = self._client.fetch(request.task_id)
                    if task.status != Status.MODAL:
                        return task  # the window is closed: the answer has arrived
                elif request.state == job.tag and (
                    found := self._finding.by_tag(job.tag, job.asked_at)
                ):
                    return found
        return None

    def _hooked(self, request: Request, job: Job) -> Request:
        """Add our callback address only now: it is a secret, and history holds the request."""
        hook = self._hook()
        if hook is None or request.notify_hook not in {None, hook}:
            return request
        job.is_called = True
        return msgspec.structs.replace(request, notify_hook=hook)

    def intend(
        self,
        request: Request,
        job: Job,
        parent_task: str | None,
        *,
        key: str = "",
        after: int | None = None,
        prompt: str = "",
    ) -> int:
        """Write *request* down; nothing is sent before this has returned (see `Store.intend`)."""
        return self._store.intend(
            request_record(request),
            kind=type(request).__name__,
            prompt=prompt or job.prompt,
            tag=request.state or job.tag,
            server=self._server,
            asked_at=self._now(),
            parent_task=parent_task,
            custom_id=job.custom_id or None,
            mode=job.mode,
            content_key=key or job.key or None,
            after=after,
        )

    def _settle(self, intent: int, error: MJError) -> MJError:
        """Write down why there is no task, or that nobody knows; return the error to be told."""
        is_lost = isinstance(error, ServerUnreachable) and error.sent
        write = self._store.unknown if is_lost else self._store.refuse
        with contextlib.suppress(StoreError):  # the error itself is the greater news
            write(intent, str(error), self._now())
        return _lost(error) if is_lost else error

    def _note_acceptance(self, intent: int, reply: SubmitReply) -> str:
        """Write down that there are tasks; return "" or why that could not be written."""
        try:
            for task_id in reply.results:
                self._store.accept(intent, task_id, self._now())
        except StoreError as error:
            return str(error)  # the task is drawn and paid for all the same: it is followed
        return ""


def _answer_of(task: Task) -> SubmitReply:
    """Return the answer that a found *task* stands for."""
    is_window = task.status == Status.MODAL
    code = ReturnCode.WINDOW if is_window else ReturnCode.ACCEPTED
    return SubmitReply(code=code, description="", results=(task.id,))


def _lost(error: MJError) -> ServerUnreachable:
    return ServerUnreachable(
        str(error.args[0]),
        hint="It was not sent again, since it may be drawn already: look at the proxy's tasks"
        " before you ask once more.",
        sent=True,
    )


def _instead(job: Job, request: Request, error: MJError) -> tuple[Request, ...]:
    """Return what asks for the same where *error* says that the server lacks the button."""
    if not isinstance(request, Action) or not lacks_button(error):
        return ()
    above = job.parent.task if job.parent else None
    lines = imagines_instead(request, above) if above else ()
    change = None if lines else change_instead(request)
    return lines or ((change,) if change else ())


def came_too_early(job: Job, error: MJError, now: float) -> bool:
    """Tell whether the server just hasn't heard yet that the parent of *job* is finished."""
    above = job.parent
    if above is None or above.task is None or not above.task.succeeded:
        return False
    if above.ended_at is None or now - above.ended_at > _FRESH:
        return False
    is_early = isinstance(error, Refused) and is_too_early(str(error.args[0]))
    return is_early or isinstance(error, TaskUnknown)
