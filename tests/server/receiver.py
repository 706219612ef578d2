"""Takes callbacks, for tests of what is told and when."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.server.wire import Json


class Receiver(ThreadingHTTPServer):
    """Takes callbacks and keeps them; answers with 500, which changes nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tasks: list[Json] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def wait_for(self, count: int) -> None:
        """Wait until *count* callbacks have come."""
        wait_until(lambda: len(self.tasks) >= count)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until *holds*."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.tasks.append(json.loads(body))
        self.send_response(500)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
