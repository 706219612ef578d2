"""What strangers may hold: connections, time, and other people's pages and ports."""

import asyncio
import contextlib
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mj_notebook.protocol.request_bodies import MOST_TEXT
from mj_notebook.server.config import Config, Limits, Timing
from mj_notebook.server.http.connection import BoundedConnection
from mj_notebook.server.runner import Runner

LOOKS = 5
LONGEST = 20.0
MOST = Limits().connections
HALF = b"POST /mj/submit/imagine HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le"
HALF_BODY = HALF + b"ngth: 100\r\nContent-Type: application/json\r\n\r\n{"
LIST = b"GET /mj/task/list HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def served() -> Iterator[Runner]:
    """Return a server as `serve` starts one without a secret."""
    config = Config(takes_local_pages=True, picture_side=64, timing=Timing(grid=0, single=0))
    with Runner(config) as runner:
        yield runner


def ask(
    runner: Runner, *, method: str = "GET", path: str = "/mj/task/list", **headers: str
) -> tuple[int, dict[str, str]]:
    """Ask with these headers; return status and headers of the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(runner.base_url + path, method=method, headers=named)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {name.lower(): value for name, value in error.headers.items()}


def connections(runner: Runner) -> list[BoundedConnection]:
    """Return what the server holds now."""
    server = runner._server
    assert server is not None
    every = list(server.server_state.connections)
    return [one for one in every if isinstance(one, BoundedConnection) and one.is_open]


def open_count(runner: Runner) -> int:
    """Return how many connections the server holds, after it has answered one more."""
    assert ask(runner)[0] == 200
    return len(connections(runner))


def submit(runner: Runner, **body: str) -> dict[str, Any]:
    """Ask for a picture; return the answer."""
    request = urllib.request.Request(
        f"{runner.base_url}/mj/submit/imagine",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            return dict(json.load(error))


def until(holds: Callable[[], object]) -> None:
    """Wait until *holds* is true."""
    deadline = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < deadline, "It never came to that."
        time.sleep(0.005)


def port_of(runner: Runner) -> int:
    """Return where it listens."""
    return int(runner.base_url.rpartition(":")[2])


@pytest.mark.parametrize("half", [HALF, HALF_BODY], ids=["head", "body"])
def test_half_written_requests_do_not_hold_the_server(served: Runner, half: bytes) -> None:
    """A thousand of them: the oldest give way, others are answered, and the files stay few."""
    held = []
    with contextlib.ExitStack() as stack:
        for number in range(3 * MOST):
            one = socket.create_connection(("127.0.0.1", port_of(served)))
            stack.callback(one.close)
            with contextlib.suppress(OSError):
                one.sendall(half)
            held.append(one)
            if number % 100 == 99:
                assert ask(served)[0] == 200
        # The server may be in the middle of taking one more: then there is one too many for an
        # instant, and the next look sees what stays.
        assert any(open_count(served) <= MOST for _ in range(LOOKS))
        assert ask(served)[0] == 200


def test_texts_are_bounded(served: Runner) -> None:
    """What lists repeat for everybody is refused where it is longer than any prompt."""
    assert submit(served, prompt="x" * MOST_TEXT)["code"] == 1
    for body in ({"prompt": "x" * (MOST_TEXT + 1)}, {"prompt": "x", "state": "y" * 10**6}):
        answer = submit(served, **body)
        assert answer["code"] == 4
        assert f"must have {MOST_TEXT} letters at most" in answer["description"]


@contextlib.contextmanager
def unread_lists(limits: Limits, count: int) -> Iterator[Runner]:
    """Give a server of which *count* clients have asked for some megabytes that they don't read."""
    timing = Timing(grid=0, single=0)
    config = Config(picture_side=64, timing=timing, queue_size=50, limits=limits)
    with Runner(config) as runner, contextlib.ExitStack() as stack:
        for _ in range(40):
            assert submit(runner, prompt="x" * MOST_TEXT)["code"] in {1, 22}
        for _ in range(count):
            one = socket.socket()
            stack.callback(one.close)
            # A small one, so that the bytes wait at the server and not in the system.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", port_of(runner)))
            one.sendall(LIST)
        yield runner


def test_unread_answers_do_not_fill_memory() -> None:
    """Of all that is not taken a bounded part is held; who has waited longest gives way."""
    limits = Limits(held=48 * 2**20)
    with unread_lists(limits, 30) as runner:
        assert ask(runner)[0] == 200
        assert open_count(runner) < 30
        waiting = sum(one.transport.get_write_buffer_size() for one in connections(runner))
        assert waiting <= sum(one.held for one in connections(runner)) <= limits.held


def test_unfinished_bodies_do_not_fill_memory() -> None:
    """The same holds of what came of requests: twenty megabytes of each, and then no more."""
    limits = Limits(held=48 * 2**20)
    head = HALF + b"ngth: 30000000\r\n\r\n"
    part = b" " * 20_000_000
    with Runner(Config(limits=limits)) as runner, contextlib.ExitStack() as stack:
        for _ in range(5):
            one = socket.create_connection(("127.0.0.1", port_of(runner)))
            stack.callback(one.close)
            one.sendall(head + part)
            assert ask(runner)[0] == 200
        until(lambda: any(one.held >= len(part) for one in connections(runner)))
        assert sum(one.held for one in connections(runner)) <= limits.held


def test_an_answer_that_nobody_reads_is_cut_off() -> None:
    """After a time."""
    with unread_lists(Limits(read_patience=0.5), 3) as runner:
        until(lambda: not connections(runner))


def test_an_answer_that_is_read_slowly_comes_whole() -> None:
    """With each piece that is taken, its time begins anew."""
    with unread_lists(Limits(), 0) as runner:

        def end() -> asyncio.TimerHandle | None:
            return next((one._read_end for one in connections(runner) if one._read_end), None)

        with socket.create_connection(("127.0.0.1", port_of(runner))) as slow:
            slow.sendall(LIST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            until(end)
            first, content = end(), bytearray()

            def is_begun_anew() -> bool:
                content.extend(slow.recv(2**17))
                return end() not in {None, first}

            until(is_begun_anew)
            while some := slow.recv(2**17):
                content.extend(some)
        assert content.endswith(b"]")


def test_a_server_without_a_secret_answers_this_machine_alone(served: Runner) -> None:
    """Its own names, and pages of this machine's other ports; no foreign page, no foreign name."""
    assert ask(served)[0] == 200
    status, headers = ask(served, Origin="http://localhost:3000")
    assert (status, headers["access-control-allow-origin"]) == (200, "http://localhost:3000")
    for wrong in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        status, headers = ask(served, **wrong)
        assert status == 403
        assert "access-control-allow-origin" not in headers
    status, headers = ask(
        served,
        method="OPTIONS",
        Origin="https://evil.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Private_Network="true",
    )
    assert status >= 400
    assert "access-control-allow-private-network" not in headers


def test_a_guarded_server_answers_pages_that_have_its_secret() -> None:
    """Who was given the secret may ask from anywhere."""
    config = Config(is_open=True, picture_side=64)
    with Runner(config) as runner:
        status, headers = ask(runner, Origin="https://mine.example", Host="mine.example")
        assert (status, headers["access-control-allow-origin"]) == (200, "*")


def test_a_hook_of_nobody_goes_nowhere() -> None:
    """Without a host that it may go to, a callback is not posted."""
    calls = socket.create_server(("127.0.0.1", 0))
    calls.settimeout(0.5)
    config = Config(hook_hosts=frozenset(), picture_side=64, timing=Timing(grid=0, single=0))
    with Runner(config) as runner:
        hook = f"http://127.0.0.1:{calls.getsockname()[1]}/x"
        body = json.dumps({"prompt": "a kite", "notifyHook": hook}).encode()
        request = urllib.request.Request(
            f"{runner.base_url}/mj/submit/imagine",
            data=body,
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer)["code"] == 1
        with pytest.raises(TimeoutError):
            calls.accept()
    calls.close()
