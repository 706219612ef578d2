"""The receiver: a socket at an unguessable address, on the worker's loop."""

import asyncio
import concurrent.futures
import contextlib
import errno
import logging
import secrets
import socket
import time
from collections.abc import Awaitable, Callable

from mj_notebook.errors import MJError, UsageError
from mj_notebook.language import translated
from mj_notebook.protocol.callback_url import callback_path, redact_tokens
from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.forgiving_json import NotJSON
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.webhook.addresses import Bind
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import public
from mj_notebook.settings.settings import Secret

_log = logging.getLogger("mj_notebook")

# A post takes milliseconds; whoever sends a byte now and then is not waited for.
_READ_TIMEOUT = 10.0
# Posts that were answered and not yet looked at, and their bytes; a task that is left out is polled
# all the same.
_MAX_QUEUED = 200
_MAX_QUEUED_BYTES = 16_000_000
# Proxies sign nothing: an address that can't be guessed is all that tells their posts from others.
_TOKEN_BYTES = 32
# Seconds between looks whether a port is free.
_PAUSES = (0.05, 0.1, 0.2)
# Seconds, without those for which the whole machine stands still.
_END = 2.0
_NO_SECRET = Secret("")


@public
class WebhookReceiver:
    """
    Takes the posts of a proxy, answers each at once, and hands on the tasks in them.

    Args:
        bind: Where to listen.
        deliver: Is given each task, one after the other, on the worker's loop; says if it was news.
        public_url: What leads here from the proxy; None for the address that is listened at.
        read_timeout: Seconds that one request may take.
        secret: What is hidden where the proxy repeats it.

    Attributes:
        received: How many posts with a task came.
        ignored: How many of them said nothing new, or were about tasks that nobody asked for.

    Raises:
        UsageError: The address can't be listened at.
    """

    def __init__(
        self,
        worker: Worker,
        bind: Bind,
        *,
        deliver: Callable[[Task], Awaitable[bool]],
        public_url: str | None = None,
        read_timeout: float = _READ_TIMEOUT,
        secret: Secret = _NO_SECRET,
    ) -> None:
        self._worker, self._deliver, self._secret = worker, deliver, secret
        self._name = callback_path(secrets.token_urlsafe(_TOKEN_BYTES))
        # Here and not on the loop, which the loading of a web server would hold up.
        from mj_notebook.session.webhook.connection import answering, connecting

        app = answering(self._is_welcome, self._keep)
        self._connect, self._connections = connecting(app, read_timeout)
        self._socket = _listening_at(bind)
        self.bind = bind._replace(port=int(self._socket.getsockname()[1]))
        self._public_url = (public_url or self.bind.url).rstrip("/")
        self.received = self.ignored = 0
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue(_MAX_QUEUED)
        self._arrived_bytes = 0
        self._stopped = False
        # Waited for on the worker's loop, so set through `post` alone.
        self._stopping = asyncio.Event()
        try:
            self._serving = worker.submit(self._serve())
        except MJError:
            self._socket.close()
            raise

    @property
    def url(self) -> str:
        """The address the proxy posts to; a secret, since whoever knows it can post as well."""
        return f"{self._public_url}/{self._name}"

    @property
    def is_open(self) -> bool:
        """Whether posts are taken."""
        return not self._stopped

    def __repr__(self) -> str:
        where = redact_tokens(self.url) if self.is_open else "stopped"
        return f"<Receiver: {where}, {self.received} received, {self.ignored} ignored>"

    def stop(self) -> None:
        """Take no more posts; open tasks are asked for as often as without callbacks."""
        self._stopped = True
        self._worker.post(self._stopping.set)
        if self._worker.is_current_thread:
            return
        with contextlib.suppress(MJError, concurrent.futures.CancelledError):
            # A loop that hangs must not hold up the exit; its socket dies with the process.
            self._worker.wait(self._serving, timeout=_END, resume_hint="")
        if self._serving.done():
            self._socket.close()  # when the worker ended before it served anybody

    # -- on the worker's loop ------------------------------------------------------------------

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        hearing = loop.create_task(self._deliver_all(), name="mj-receiver")
        try:
            # Not `uvicorn.Server`, which looks ten times a second whether it is to end, and then
            # takes its time; nobody is waiting for our answers.
            server = await loop.create_server(self._connect, sock=self._socket)
            try:
                await self._stopping.wait()
            finally:
                server.close()
        finally:
            self._stopped = True
            hearing.cancel()
            for connection in list(self._connections):
                connection.transport.abort()

    def _is_welcome(self, method: str, path: str) -> bool:
        """Tell whether it is a post to our name, whatever a relay has put before that."""
        name = path.rpartition("/")[2].encode()
        # Compared as a whole: how long that takes must not tell how much of it was right.
        is_ours = secrets.compare_digest(name, self._name.encode())
        return is_ours and method == "POST" and not self._stopped

    def _keep(self, body: bytes) -> None:
        if self._arrived.full() or self._arrived_bytes + len(body) > _MAX_QUEUED_BYTES:
            return
        self._arrived.put_nowait(body)
        self._arrived_bytes += len(body)

    async def _deliver_all(self) -> None:
        while True:
            body = await self._arrived.get()
            self._arrived_bytes -= len(body)
            await self._accept_body(body)

    async def _accept_body(self, body: bytes) -> None:
        try:
            task = read_task(self._secret.hide_in(body))
        except NotJSON:
            return
        if task is None or task.status == Status.NOT_START:
            return  # no server posts that (protocol/README.md §6)
        self.received += 1
        try:
            is_news = await self._deliver(task)
        except Exception:  # noqa: BLE001, RUF100 - one odd task must not end the hearing of all
            _log.exception("A callback could not be taken in.")
            is_news = False
        self.ignored += not is_news


def _created(place: tuple[str, int], family: socket.AddressFamily) -> socket.socket:
    for pause in (*_PAUSES, None):
        try:
            return socket.create_server(place, family=family, backlog=64)
        except OSError as error:
            # Whoever listened there may be ending just now: this receiver's own former self, or a
            # kernel that is started anew.
            if error.errno != errno.EADDRINUSE or pause is None:
                raise
            time.sleep(pause)
    raise AssertionError  # the last try returns or raises


def _listening_at(bind: Bind) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
    try:
        listener = _created((bind.host, bind.port), family)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", None) or error)[:120]
        raise UsageError(
            translated(
                "Callbacks can't be listened for at port {port} of {host}: {reason}.",
                port=bind.port,
                host=bind.host[:60],
                reason=reason,
            ),
            hint=translated(
                "Give another port, or 0 for any free one; without callbacks tasks are polled."
            ),
        ) from error
    listener.setblocking(False)
    return listener
