"""Hanging up: a client that is closed lets nobody wait, and leaves no line open."""

import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from mj_notebook.client.disconnect import OpenConnections
from mj_notebook.client.sync import Client
from mj_notebook.client.transport import MAX_CONNECTIONS
from mj_notebook.errors import ServerUnreachable
from mj_notebook.protocol.models import SubmitReply
from mj_notebook.protocol.requests import Imagine
from tests.client.servers import Misbehaviour, Server, http

ACCEPTED = http(b'{"code":1,"description":"ok","result":"17","properties":{}}')
KITE = Imagine(prompt="a red kite")


def until_asked(server: Server, times: int) -> None:
    """Wait until *times* more requests have arrived."""
    assert all(server.arrived.acquire(timeout=10) for _ in range(times))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Give a thread that asks."""
    with ThreadPoolExecutor(1) as made:
        yield made


@pytest.mark.parametrize("answered", [0, 1], ids=["a new line", "a line that was used before"])
def test_who_waits_for_an_answer_is_told_at_once(pool: ThreadPoolExecutor, answered: int) -> None:
    """A submit that hangs ends when the client is closed, as one of unknown fate."""
    with Server(*[ACCEPTED] * answered, Misbehaviour.SILENCE) as server:
        client = Client(server.url)
        for _ in range(answered):
            client.submit(KITE)
        waiting: Future[SubmitReply] = pool.submit(client.submit, KITE)
        until_asked(server, answered + 1)
        client.close()
        error = waiting.exception(5)
    assert isinstance(error, ServerUnreachable)
    assert error.sent
    assert len(server.requests) == answered + 1


def test_a_closed_client_does_not_ask_again(pool: ThreadPoolExecutor) -> None:
    """A question is repeated when the line breaks, but not when it was broken here."""
    pauses: list[float] = []
    with Server(Misbehaviour.SILENCE) as server:
        client = Client(server.url, sleep=pauses.append)
        waiting = pool.submit(client.fetch, "1")
        until_asked(server, 1)
        client.close()
        assert isinstance(waiting.exception(5), ServerUnreachable)
    assert (len(server.requests), pauses) == (1, [])


def test_who_waits_for_its_turn_sends_nothing() -> None:
    """Of more requests than go at once, those that were not sent yet say that it was closed."""
    with Server(Misbehaviour.SILENCE) as server, ThreadPoolExecutor(MAX_CONNECTIONS + 3) as pool:
        client = Client(server.url)
        waiting = [pool.submit(client.submit, KITE) for _ in range(MAX_CONNECTIONS + 3)]
        until_asked(server, MAX_CONNECTIONS)
        client.close()
        errors = [future.exception(5) for future in waiting]
    found = [error.sent for error in errors if isinstance(error, ServerUnreachable)]
    assert sorted(found) == [False] * 3 + [True] * MAX_CONNECTIONS
    assert len(server.requests) == MAX_CONNECTIONS
    assert sum("was closed here" in str(error) for error in errors) == 3


class Line:
    """A line as httpcore gives it."""

    def __init__(self, ours: socket.socket) -> None:
        self._socket = ours

    def get_extra_info(self, name: str) -> socket.socket | None:
        """Return the socket."""
        return self._socket if name == "socket" else None


@pytest.mark.parametrize("event", ["connection.connect_tcp.complete", "proxy.start_tls.complete"])
@pytest.mark.parametrize("opened", ["before", "after"])
def test_a_line_ends_whenever_it_was_opened(event: str, opened: str) -> None:
    """One that comes when all is over is hung up as it comes."""
    ours, theirs = socket.socketpair()
    lines = OpenConnections()
    with ours, theirs:
        theirs.settimeout(5)
        if opened == "after":
            lines.abort_all()
        line = Line(ours)
        lines.trace("connection.connect_tcp.started", {"host": "proxy.test"})
        lines.trace(event, {"return_value": line})
        if opened == "before":
            lines.abort_all()
        assert theirs.recv(1) == b""
        lines.abort_all()  # twice is nothing
