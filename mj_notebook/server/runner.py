"""The runner: the server in a thread of its own, for a notebook's kernel or for the command."""

import asyncio
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from mj_notebook.errors import MJError, UsageError
from mj_notebook.language import spelled, translated
from mj_notebook.server.config import BackendChoice, Config, Timing
from mj_notebook.settings.settings import Secret

if TYPE_CHECKING:
    import uvicorn

# Seconds; a cold import of the web server on a slow disk takes several.
_START_TIMEOUT = 30.0
# Seconds; the thread is a daemon, so a hung one does not keep the process.
_STOP_TIMEOUT = 5.0
# Seconds; what requests under way get when the server stops.
_GRACE = 1.0
# Seconds between two looks at a flag that nobody signals.
_POLL = 0.05
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Runner:
    """
    A server on a socket, with a thread and an event loop of its own.

    It installs no signal handlers, so it can live in a kernel; the thread is a daemon, so a kernel
    that ends doesn't wait for it. Use it as a context manager, or `start` and `stop`.

    Attributes:
        config: What it runs with.
        base_url: Where it is; "" before it was started.
        port: What it listens on; the one that was chosen, when 0 was asked for.
    """

    def __init__(self, config: Config, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.config = config
        self.base_url = ""
        self._host, self.port = host, port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        # The server runs in a thread of its own; who starts it waits until its port is known.
        self._is_up = threading.Event()

    @classmethod
    def start_demo(
        cls,
        folder: Path | None = None,
        *,
        grid_seconds: float = 8.0,
        picture_side: int = 2048,
        backend: BackendChoice | None = None,
    ) -> "Runner":
        """Start the server of a notebook: a random secret, no other origin, loopback names only."""
        # Other users of this machine can reach the port; they can't guess this.
        secret = Secret(secrets.token_urlsafe(24))
        config = Config(
            secret=secret,
            folder=folder,
            # Run All asks for all that a notebook has at once, and nobody else draws here.
            queue_size=10_000,
            timing=Timing.of(grid_seconds),
            picture_side=picture_side,
            backend=backend or BackendChoice(),
        )
        return cls(config).start()

    @property
    def secret(self) -> Secret:
        """What requests must carry."""
        return self.config.secret

    def start(self) -> Self:
        """
        Start, and return when requests are answered.

        Raises:
            UsageError: The address can't be had; another program listens there, as a rule.
        """
        # Bound here, not in the thread: an address in use is an error of the caller.
        listener = _listener(self._host, self.port)
        self.port = int(listener.getsockname()[1])
        self._thread = threading.Thread(
            target=self._run, args=(listener,), name="mj-server", daemon=True
        )
        self._thread.start()
        is_up = self._is_up.wait(_START_TIMEOUT)
        if isinstance(self._failure, MJError):
            raise self._failure  # it says what to do already
        if not is_up or self._failure:
            raise MJError(
                translated("The server did not start: {failure}.", failure=self._failure)
            ) from self._failure
        self.base_url = self._address
        return self

    @property
    def _address(self) -> str:
        return f"http://{_reachable(self._host)}:{self.port}"

    def stop(self) -> None:
        """Stop soon: requests under way get a second, then their connections are closed."""
        if self._server:
            self._server.should_exit = True
        # Joined, so that files and sockets are closed when this returns.
        if self._thread:
            self._thread.join(_STOP_TIMEOUT)

    def wait(self, should_stop: Callable[[], bool]) -> None:
        """Wait until the server has ended by itself, or *should_stop* says so."""
        while self._thread and self._thread.is_alive() and not should_stop():
            self._thread.join(_POLL)

    def __enter__(self) -> Self:
        return self if self.base_url else self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, listener: socket.socket) -> None:
        # A loop made here is unknown to the kernel, and patches of the kernel's loop don't matter.
        loop = asyncio.SelectorEventLoop()
        try:
            loop.run_until_complete(self._serve(listener))
        except BaseException as error:  # noqa: BLE001 - start() raises it in its own thread
            self._failure = error
        finally:
            # In this order: nobody can come in while the rest is wound up.
            listener.close()
            loop.run_until_complete(_cancel_tasks())
            loop.close()
            self._is_up.set()

    async def _serve(self, listener: socket.socket) -> None:
        import uvicorn

        from mj_notebook.server.http.app import create_app
        from mj_notebook.server.http.connection import BoundedConnection

        app = create_app(self.config)
        connect = partial(BoundedConnection, limits=self.config.limits)
        options = uvicorn.Config(
            app,
            # The loop is ours, and so are signals, logs and the end.
            loop="none",
            # It is called as the class is; the type only knows classes.
            http=cast("type[asyncio.Protocol]", connect),
            lifespan="off",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=2,  # for an answer that nobody waits for any more
        )
        _quiet_uvicorn()
        self._server = uvicorn.Server(options)
        asyncio.get_running_loop().call_soon(self._is_up.set)
        app.state.server.resume(self._address)
        closing = asyncio.create_task(_close_connections(self._server))
        try:
            await self._server.serve(sockets=[listener])
        finally:
            closing.cancel()
            app.state.server.close()


async def _close_connections(server: "uvicorn.Server") -> None:
    """
    When *server* is to end, close what is open after a last second, until it has ended.

    The web server's own way, cancelling, answers 500 with a traceback in the log, and leaves a
    connection open that came in while it was closing the others.
    """
    while not server.should_exit:  # noqa: ASYNC110 - a flag is all the web server has
        await asyncio.sleep(_POLL)
    await asyncio.sleep(_GRACE)
    while True:
        for connection in list(server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(_POLL)


async def _cancel_tasks() -> None:
    """Cancel what still runs in this loop, and let what it closes be closed."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for _ in range(3):  # a transport calls back, and frees its socket, a turn after it was closed
        await asyncio.sleep(0)


def _quiet_uvicorn() -> None:
    """Keep uvicorn from telling a notebook that it started, unless somebody set its level."""
    log = logging.getLogger("uvicorn.error")
    if log.level == logging.NOTSET:
        log.setLevel(logging.WARNING)


def _listener(host: str, port: int) -> socket.socket:
    """Return a listening socket; clients may connect from now on and are answered soon."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, because asyncio sends without delay only where it sees TCP; otherwise
    # each answer, written as head and body, takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # A port is free again as soon as its server has ended.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise UsageError(
            translated(
                "Port {port} of {host} can't be used: {reason}.",
                port=port,
                host=host,
                reason=error.strerror or error,
            ),
            hint=translated(
                "Choose another with {way}, or 0 for any free one.", way=spelled("--port", "port=…")
            ),
        ) from error
    return listener


def _reachable(host: str) -> str:
    """Return the host to write into an address: one that leads here from this machine."""
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - what was asked for is compared, not opened
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


@contextmanager
def stop_signals() -> Iterator[Callable[[], bool]]:
    """
    Give a question: has somebody asked this process to end, by Ctrl-C or politely from outside?

    The usual exception is not raised meanwhile: one that comes while a thread is joined makes
    Python 3.11 take that thread for ended, and the process may then hang when it leaves. For the
    main thread only.
    """
    received: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: received.append(number))
        for number in _STOP_SIGNALS
    }
    try:
        yield lambda: bool(received)
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
