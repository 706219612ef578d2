"""What strangers may hold: connections, time, and other people's pages and ports."""

import contextlib
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from mj_notebook.server.config import Config, Timing
from mj_notebook.server.http import connection
from mj_notebook.server.runner import Runner

LOOKS = 5
HALF = b"POST /mj/submit/imagine HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le"


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


def open_count(runner: Runner) -> int:
    """Return how many connections the server holds, after it has answered one more."""
    assert ask(runner)[0] == 200
    server = runner._server
    assert server is not None
    return sum(
        isinstance(one, connection.BoundedConnection) and not one.transport.is_closing()
        for one in list(server.server_state.connections)
    )


def test_half_written_requests_do_not_hold_the_server(served: Runner) -> None:
    """A thousand of them: the oldest give way, others are answered, and the files stay few."""
    port = int(served.base_url.rpartition(":")[2])
    held = []
    with contextlib.ExitStack() as stack:
        for number in range(3 * connection.MOST):
            one = socket.create_connection(("127.0.0.1", port))
            stack.callback(one.close)
            with contextlib.suppress(OSError):
                one.sendall(HALF)
            held.append(one)
            if number % 100 == 99:
                assert ask(served)[0] == 200
        # The server may be in the middle of taking one more: then there is one too many for an
        # instant, and the next look sees what stays.
        assert any(open_count(served) <= connection.MOST for _ in range(LOOKS))
        assert ask(served)[0] == 200


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
