"""The embedded server: one task beside a bare route, and a list beside encoding it."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mj_notebook.protocol.codec import read_tasks
from mj_notebook.protocol.models import write_task
from mj_notebook.server.config import Config, Timing
from mj_notebook.server.http.app import create_app
from mj_notebook.server.runner import Runner
from tests.benchmarks.pair import Effort, Row

_CALLS, _TASKS = 40, 1000


def fetch(effort: Effort) -> Row:
    """Ask for one task; the rival is a route that hands out the same bytes. Both by HTTP."""
    config = Config(timing=Timing.of(0.01), picture_side=64)
    with Runner(config) as runner:
        ours = http.client.HTTPConnection("127.0.0.1", runner.port)
        body = json.dumps({"prompt": "a red kite over dunes"})
        ours.request("POST", "/mj/submit/imagine", body, {"content-type": "application/json"})
        path = f"/mj/task/{json.load(ours.getresponse())['result']}/fetch"
        with _bare(_asked(ours, path)) as port:
            theirs = http.client.HTTPConnection("127.0.0.1", port)
            _spent(ours, path)
            _spent(theirs, path)
            pairs = [(_spent(ours, path), _spent(theirs, path)) for _ in range(effort.pairs)]
            theirs.close()
        ours.close()
    return _of("embedded server: fetch / bare Starlette route", pairs, 1.5)


@contextmanager
def _bare(body: bytes) -> Iterator[int]:
    """Serve *body* from a route that does nothing else; give the port."""

    async def bare(request: Request) -> Response:
        del request
        return Response(body, media_type="application/json")

    app = Starlette(routes=[Route("/mj/task/{task_id}/fetch", bare)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(10)


def _asked(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    return connection.getresponse().read()


def _spent(connection: http.client.HTTPConnection, path: str) -> float:
    started = time.process_time()
    for _ in range(_CALLS):
        _asked(connection, path)
    return (time.process_time() - started) * 1000 / _CALLS


def listing(effort: Effort) -> Row:
    """List 1,000 tasks; the rival only encodes them."""
    # In a thread of its own: the browser of other rows keeps a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _listing(effort)).result()


async def _listing(effort: Effort) -> Row:
    app, _ = await _filled(_TASKS)
    answer = await _call(app, "GET", "/mj/task/list")
    tasks = read_tasks(answer)
    assert len(tasks) == _TASKS

    def encode() -> float:
        started = time.process_time()
        b",".join(map(write_task, tasks))
        return (time.process_time() - started) * 1000

    encode()
    pairs = []
    for _ in range(effort.pairs):
        started = time.process_time()
        await _call(app, "GET", "/mj/task/list")
        pairs.append(((time.process_time() - started) * 1000, encode()))
    app.state.server.close()
    return _of("embedded server: list of 1,000 / encoding them", pairs, 2)


def _of(name: str, pairs: list[tuple[float, float]], limit: float) -> Row:
    ratios = sorted(mine / rival for mine, rival in pairs)
    middle = len(pairs) // 2
    ours, rival = (sorted(column)[middle] for column in zip(*pairs, strict=True))
    return Row(name, ours, rival, ratios[middle], ratios[0], ratios[-1], limit)


async def _filled(tasks: int) -> tuple[Starlette, list[str]]:
    """Return a server that was asked for *tasks* grids, none of which is ever begun."""
    config = Config(timing=Timing.of(0.01), core_size=1, queue_size=tasks, picture_side=64)
    app = create_app(config)
    ids = []
    for number in range(tasks):
        body = {"prompt": f"a red kite over dunes --ar 3:2 --seed {number}"}
        answer = await _call(app, "POST", "/mj/submit/imagine", json.dumps(body).encode())
        ids.append(str(json.loads(answer)["result"]))
    return app, ids


async def _call(app: Callable[..., Any], method: str, path: str, body: bytes = b"") -> bytes:
    """Call *app* as a web server does."""
    sent: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            sent.append(message.get("body", b""))
        else:
            assert message["status"] == 200, message

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return b"".join(sent)
