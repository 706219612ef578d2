"""Sending: what is asked is written down first, then sent once, then what came of it."""

import contextlib
from collections.abc import Callable

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, ServerUnreachable, StoreError
from mj_notebook.jobs import Job
from mj_notebook.protocol.models import SubmitReply
from mj_notebook.protocol.requests import Request, request_record
from mj_notebook.store.history import Store


class Sending:
    """Sends requests of jobs; blocking, and callable from any thread."""

    def __init__(
        self, client: Client, store: Store, server: str, clock: Callable[[], float]
    ) -> None:
        self._client, self._store, self._server, self._now = client, store, server, clock

    def send(self, job: Job, request: Request, intent: int) -> tuple[SubmitReply, str]:
        """
        Send *request* once; return the answer, and "" or why it could not be written down.

        Raises:
            MJError: There is no task, or nobody knows; that is written down already.
        """
        try:
            reply = self._client.submit(request, mode=job.mode)
        except MJError as error:
            raise self._settle(intent, error) from None
        return reply, self._note_acceptance(intent, reply)

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
        )

    def _settle(self, intent: int, error: MJError) -> MJError:
        """Write down why there is no task, or that nobody knows; return the error to be told."""
        is_lost = isinstance(error, ServerUnreachable) and error.sent
        write = self._store.unknown if is_lost else self._store.refuse
        with contextlib.suppress(StoreError):  # the error itself is the greater news
            write(intent, str(error), self._now())
        return _lost(error) if is_lost else error

    def _note_acceptance(self, intent: int, reply: SubmitReply) -> str:
        """Write down that there is a task; return "" or why that could not be written."""
        try:
            self._store.accept(intent, reply.results[0], self._now())
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
