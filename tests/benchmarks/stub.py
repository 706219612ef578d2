"""A bare proxy in a process of its own: it costs the measured process nothing.

``python -m tests.benchmarks.stub`` prints its port. Tasks finish evenly spread over a span of
seconds; ``/counts`` tells requests and connections.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from mj_notebook.protocol.models import Button, Task, write_task
from mj_notebook.protocol.vocabulary import Status, TaskAction
from mj_notebook.server.backends.painter import Brief
from tests.server.backends.painter.looks import grid_of
from tests.view.samples import encoded

SPAN = (4.0, 12.0)
TASKS = 1000


class Stub:
    """
    Tasks by number, their state a function of the time since the first question.

    Args:
        base: Where pictures are; with it tasks are grids, done when they are first asked for.
        side: The pixels of a picture's side.
    """

    def __init__(self, base: str = "", side: str = "0") -> None:
        self.base = base
        kite = Brief(prompt="a red kite over dunes", seed=7)
        self._jpeg = encoded(grid_of(kite, int(side)), "JPEG") if base else b""
        self.started: float | None = None
        self.requests = 0
        self.connections: set[object] = set()
        self.submits = 0

    def task(self, task_id: str) -> Task:
        """Return the task of *task_id* now."""
        if self.base:
            return Task(
                id=task_id,
                action=TaskAction.IMAGINE,
                status=Status.SUCCESS,
                progress="100%",
                prompt="a red kite over dunes",
                submit_time=1_760_000_000_000,
                image_url=f"{self.base}/picture/{task_id}",
                buttons=tuple(
                    Button(custom_id=f"MJ::{one}::{task_id}", label=one)
                    for one in ("U1", "U2", "U3", "U4", "V1", "V2", "V3", "V4")
                ),
            )
        elapsed = time.monotonic() - (self.started or time.monotonic())
        low, high = SPAN
        end = low + (high - low) * (int(task_id[-6:]) % TASKS) / TASKS
        done = elapsed >= end
        return Task(
            id=task_id,
            action=TaskAction.DESCRIBE,
            # Told in words, so that no picture is looked for: what is measured is the watching.
            status=Status.SUCCESS if done else Status.IN_PROGRESS,
            progress="100%" if done else f"{min(93, int(100 * elapsed / end))}%",
            prompt="a red kite over dunes --ar 3:2",
            prompt_en="a red kite over dunes --ar 3:2",
            description="/imagine a red kite over dunes --ar 3:2",
            submit_time=1_760_000_000_000,
            buttons=(),
        )

    def count(self, request: web.Request) -> None:
        """Count a request and its connection."""
        self.requests += 1
        self.connections.add(id(request.transport))

    async def fetch(self, request: web.Request) -> web.Response:
        """Answer one task."""
        self.count(request)
        self.started = self.started or time.monotonic()
        return _json(write_task(self.task(request.match_info["id"])))

    async def many(self, request: web.Request) -> web.Response:
        """Answer many tasks."""
        self.count(request)
        self.started = self.started or time.monotonic()
        ids = (await request.json())["ids"]
        return _json(b"[%b]" % b",".join(write_task(self.task(task_id)) for task_id in ids))

    async def image(self, request: web.Request) -> web.Response:
        """Answer the picture of a task: like all others, but for a remark in it."""
        remark = request.match_info["id"].encode()
        size = (len(remark) + 2).to_bytes(2, "big")
        body = b"%b\xff\xfe%b%b%b" % (self._jpeg[:2], size, remark, self._jpeg[2:])
        return web.Response(body=body, content_type="image/jpeg")

    async def imagine(self, request: web.Request) -> web.Response:
        """Accept a task."""
        self.count(request)
        await request.read()
        self.submits += 1
        number = 1_760_000_000_000_000 + self.submits
        return _json(b'{"code":1,"description":"ok","result":"%d","properties":{}}' % number)

    async def counts(self, _: web.Request) -> web.Response:
        """Tell what was counted, and begin anew."""
        answer = web.json_response([self.requests, len(self.connections)])
        self.started, self.requests, self.connections = None, 0, set()
        return answer


def _json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


def main() -> None:
    """Serve until standard input closes."""
    stub = Stub(*sys.argv[2:])
    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_get("/mj/task/{id}/fetch", stub.fetch)
    app.router.add_post("/mj/task/list-by-condition", stub.many)
    app.router.add_post("/mj/submit/imagine", stub.imagine)
    app.router.add_get("/picture/{id}", stub.image)
    app.router.add_get("/counts", stub.counts)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


@contextmanager
def serving(*, picture_side: int = 0) -> Iterator[str]:
    """Run the stub in a child process, with pictures of that side or none, and give its address."""
    import socket
    import urllib.request

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    told = [str(port), *([base, str(picture_side)] if picture_side else [])]
    child = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.stub", *told])
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{base}/counts", timeout=1).read()
                break
            except OSError:
                time.sleep(0.05)
        yield base
    finally:
        child.terminate()
        child.wait(10)


if __name__ == "__main__":
    main()
