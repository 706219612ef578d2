"""The runner: a server in a thread of a kernel."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mj_notebook.errors import MJError, UsageError
from mj_notebook.server.config import Config, Timing
from mj_notebook.server.runner import Runner

HALF = b"POST /mj/submit/imagine HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
"""A request that does not go on."""


def test_a_demo_is_ready_when_it_has_started() -> None:
    """On a free loopback port, with a secret that nobody knows and that shows itself to nobody."""
    with Runner.start_demo(grid_seconds=0.2) as one, Runner.start_demo() as other:
        assert one.base_url == f"http://127.0.0.1:{one.port}"
        assert one.secret != other.secret
        assert one.secret.reveal() not in repr(one.config)
        url = f"{one.base_url}/mj/task/list"
        assert httpx.get(url).status_code == 401
        headers = {"mj-api-secret": one.secret.reveal()}
        assert httpx.get(url, headers=headers).json() == []


def test_a_demo_takes_all_cells_of_a_notebook_at_once() -> None:
    """A newcomer who presses Run All on thirty cells gets thirty pictures."""
    with Runner.start_demo(grid_seconds=60) as runner:
        url, headers = (
            f"{runner.base_url}/mj/submit/imagine",
            {"mj-api-secret": runner.secret.reveal()},
        )
        for count in range(30):
            body = {"prompt": f"kite {count}"}
            assert httpx.post(url, headers=headers, json=body).json()["code"] in {1, 22}


def test_it_leaves_the_process_as_it_is() -> None:
    """No signal handlers, no event loop of the caller's, nothing said, and no thread left over."""
    before = {*threading.enumerate()}

    def handlers() -> list[object]:
        return [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    def start_and_ask() -> None:
        expected = handlers()
        with Runner(Config()) as runner:
            assert httpx.get(f"{runner.base_url}/health").status_code == 200
            assert handlers() == expected

    async def cell() -> None:
        start_and_ask()

    asyncio.run(cell())
    assert {*threading.enumerate()} <= before


def test_it_is_quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """A notebook's output is for pictures."""
    with caplog.at_level(logging.INFO), Runner(Config()) as runner:
        httpx.get(f"{runner.base_url}/nothing")
    ours = [record for record in caplog.records if record.name.startswith(("uvicorn", "mj_"))]
    assert ours == []
    assert capfd.readouterr() == ("", "")


def test_it_stops_soon_and_for_good() -> None:
    """Even with a connection that is kept alive; a second stop does nothing."""
    runner = Runner(Config()).start()
    with httpx.Client(base_url=runner.base_url) as client:
        client.get("/health")
        start = time.perf_counter()
        runner.stop()
        assert time.perf_counter() - start < 4
        with pytest.raises(httpx.TransportError):
            client.get("/health")
    runner.stop()


def test_nothing_is_left_pending_when_it_stops(caplog: pytest.LogCaptureFixture) -> None:
    """Neither a callback to come nor an answer under way: its loop has no complaint."""
    runner = Runner(Config(faults_on_request=True)).start()
    # Nobody listens there, and the task lasts for seconds.
    body = {"prompt": "a kite", "notifyHook": "http://127.0.0.1:9/"}
    with httpx.stream(
        "POST",
        f"{runner.base_url}/mj/submit/imagine",
        json=body,
        headers={"mj-fault": "slow=60"},
    ) as answer:
        assert answer.status_code == 200
        runner.stop()
        del runner
        gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_half_a_request_is_hung_up_on(caplog: pytest.LogCaptureFixture) -> None:
    """Who still sends when the server stops reads the end, no error of ours; no socket is left."""
    runner = Runner(Config()).start()
    with socket.create_connection(("127.0.0.1", runner.port), timeout=5) as line:
        line.sendall(HALF)
        assert httpx.get(f"{runner.base_url}/health").status_code == 200  # it has read that
        start = time.perf_counter()
        runner.stop()
        assert time.perf_counter() - start < 4
        assert line.recv(100) == b""
    del runner
    gc.collect()  # a connection that was forgotten would complain here
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("again", range(3))
def test_who_connects_while_it_stops_is_hung_up_on(again: int) -> None:
    """A line that was taken in just after the others were closed is closed too; mostly there is."""
    del again
    lines: list[socket.socket] = []
    stopped = threading.Event()
    with Runner(Config()) as runner:
        address = ("127.0.0.1", runner.port)

        def connect() -> None:
            while not stopped.wait(0.0005):
                with contextlib.suppress(OSError):
                    lines.append(socket.create_connection(address, timeout=5))

        connecting = threading.Thread(target=connect)
        connecting.start()
        while len(lines) < 20:
            stopped.wait(0.001)
        runner.stop()
    stopped.set()
    connecting.join()
    for line in lines:
        with line, contextlib.suppress(ConnectionResetError):
            assert line.recv(100) == b""
    gc.collect()  # a connection that was forgotten would complain here


def test_a_task_that_runs_goes_on_after_a_restart_on_another_port(tmp_path: Path) -> None:
    """In real time, and the addresses lead to the new server."""
    config = Config(folder=tmp_path, timing=Timing.of(0.3), picture_side=64)
    with Runner(config) as first:
        submitted = httpx.post(f"{first.base_url}/mj/submit/imagine", json={"prompt": "a"}).json()
    with Runner(config) as second:
        url = f"{second.base_url}/mj/task/{submitted['result']}/fetch"
        deadline = time.monotonic() + 10
        while (task := httpx.get(url).json())["status"] != "SUCCESS":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert task["imageUrl"].startswith(second.base_url)
        assert httpx.get(task["imageUrl"]).content.startswith(b"\x89PNG")


def test_a_port_that_is_taken_is_told_in_a_sentence() -> None:
    """With what to do instead."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {port} of 127.0.0.1 can't be used"):
            Runner(Config(), port=port).start()


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """In the thread that asked, and nothing is left running."""
    (tmp_path / "file").write_text("")
    before = {*threading.enumerate()}
    with pytest.raises(MJError, match="did not start"):
        Runner(Config(folder=tmp_path / "file")).start()
    assert {*threading.enumerate()} <= before


def test_answers_come_without_delay() -> None:
    """Head and body are sent at once: no 40 ms of waiting for an acknowledgement."""
    with Runner(Config()) as runner, httpx.Client(base_url=runner.base_url) as client:
        client.get("/health")

        def twenty() -> float:
            start = time.perf_counter()
            for _ in range(20):
                client.get("/health")
            return time.perf_counter() - start

        # The waiting would be there each time; a busy machine is slow now and then.
        assert min(twenty() for _ in range(5)) < 0.4


def test_what_grows_too_large_is_told() -> None:
    """A body that doesn't tell its size beforehand is refused as one that does."""

    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 1_000_000

    with Runner(Config()) as runner:
        answer = httpx.post(f"{runner.base_url}/mj/submit/imagine", content=chunks(), timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (413, 4)
