"""Sending: what is asked is written down first, then sent once, then what came of it."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from mj_notebook.client.judging import lacks_button
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, Refused, ServerUnreachable, StoreError, TaskUnknown
from mj_notebook.jobs import Job
from mj_notebook.protocol.fallbacks import change_instead, imagines_instead, is_too_early
from mj_notebook.protocol.models import SubmitReply
from mj_notebook.protocol.requests import Action, Imagine, Request, request_record
from mj_notebook.store.history import Store

# A gateway may learn this much later than we do that a parent task has succeeded, and as many
# seconds again may lie between its looks.
_FRESH = 60.0
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
        hook: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._client, self._store, self._server, self._now = client, store, server, clock
        self._hook = hook

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
        else:
            return Sent(request, reply, self._note_acceptance(intent, reply))
        if not instead:
            raise told from None
        other, *rest = instead
        parent = job.parent.id if job.parent else None
        sent = self.send(job, other, self.intend(other, job, parent))
        remark = _INSTEAD if isinstance(other, Imagine) else _BY_NUMBER
        return Sent(other, sent.reply, sent.note, remark, tuple(rest))

    def _hooked(self, request: Request, job: Job) -> Request:
        """Add our callback address only now: it is a secret, and history holds the request."""
        hook = self._hook()
        if hook is None or request.notify_hook not in {None, hook}:
            return request
        job.is_called = True
        return msgspec.structs.replace(request, notify_hook=hook)

    def intend(self, request: Request, job: Job, parent_task: str | None) -> int:
        """Write *request* down; nothing is sent before this has returned."""
        return self._store.intend(
            request_record(request),
            kind=type(request).__name__,
            prompt=job.prompt,
            tag=request.state or job.tag,
            server=self._server,
            asked_at=self._now(),
            parent_task=parent_task,
            custom_id=job.custom_id or None,
            mode=job.mode,
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
