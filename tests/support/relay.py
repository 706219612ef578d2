"""A server that stands before the real one, sees every request, and may answer otherwise."""

import contextlib
import http.client
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from tests.support.ports import KeptPort


@dataclass(frozen=True)
class SeenRequest:
    """One request as it arrived."""

    method: str
    path: str
    body: bytes = field(repr=False)

    @property
    def is_submit(self) -> bool:
        """Whether it asks for work that costs something."""
        return "/submit/" in self.path or "/insight-face/" in self.path

    @property
    def is_list(self) -> bool:
        """Whether it asks for many tasks at once."""
        return self.path.endswith("/list-by-condition")

    @property
    def is_fetch(self) -> bool:
        """Whether it asks for one task."""
        return self.path.endswith("/fetch")

    @property
    def is_picture(self) -> bool:
        """Whether it asks for a finished picture."""
        return "/image/" in self.path and "progress=" not in self.path

    @property
    def is_preview(self) -> bool:
        """Whether it asks for a picture that is still being drawn."""
        return "/image/" in self.path and "progress=" in self.path

    @property
    def ids(self) -> list[str]:
        """The tasks that a list-by-condition names."""
        ids: list[str] = json.loads(self.body)["ids"]
        return ids


class CannedResponse(NamedTuple):
    """An answer in the place of the server's own."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class ConnectionFate(Enum):
    """What becomes of a request that gets no answer made up here."""

    PASS = "it reaches the server, and the answer comes back"
    LOSE = "it reaches the server, and the answer is lost on the way"
    CUT = "it is read, and the line is cut"


Change = Callable[[bytes], CannedResponse]
"""It reaches the server, and its answer is made another one."""
Rule = Callable[[SeenRequest], CannedResponse | ConnectionFate | Change]


def submit_reply(
    code: int | None,
    description: str,
    result: str | None = None,
    *,
    http_status: int = 200,
    **properties: Any,
) -> CannedResponse:
    """Return the answer to a submit as servers write it."""
    reply = {"code": code, "description": description, "result": result, "properties": properties}
    return CannedResponse(http_status, json.dumps(reply).encode())


class Relay:
    """
    Listens on a port of its own; *rule* may be replaced at any time.

    Attributes:
        requests: Every request, in order of arrival.
        answered: Those whose answer was sent back, in the order of that.
    """

    def __init__(self, target: str = "", rule: Rule = lambda _: ConnectionFate.PASS) -> None:
        self.requests: list[SeenRequest] = []
        self.answered: list[SeenRequest] = []
        self.rule = rule
        self._target = urlsplit(target).netloc
        self._port = KeptPort()
        self._open()
        self.base_url = f"http://127.0.0.1:{self._port.number}"

    def _open(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port.number), self._handler())
        self._server.daemon_threads = False  # closing waits for them, so none outlives its test
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def stop_listening(self) -> None:
        """Be as a machine that is off: nobody can connect, until `listen_again`."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def listen_again(self) -> None:
        """Listen once more, on the same port."""
        self._open()
        self.__enter__()

    def count(self, kind: Callable[[SeenRequest], bool]) -> int:
        """Count the requests of one kind so far: ``relay.count(lambda asked: asked.is_submit)``."""
        return sum(map(kind, tuple(self.requests)))

    @property
    def submits(self) -> int:
        """How many submits have arrived."""
        return self.count(lambda asked: asked.is_submit)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_listening()
        self._port.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        relay = self

        class Handler(BaseHTTPRequestHandler):
            # Head and body are written one after the other: waiting in between costs 40 ms.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                relay._relayed(self)

            do_POST = do_GET  # noqa: N815 - http.server's own spelling

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        return Handler

    def _relayed(self, line: BaseHTTPRequestHandler) -> None:
        length = int(line.headers.get("content-length") or 0)
        body = line.rfile.read(length)
        if len(body) < length:
            return  # who asked has gone in the middle; the server would wait for the rest
        asked = SeenRequest(line.command, line.path, body)
        self.requests.append(asked)
        way = self.rule(asked)
        if not isinstance(way, CannedResponse) and way is not ConnectionFate.CUT:
            answer = self._forwarded(asked, dict(line.headers))
            if isinstance(way, ConnectionFate):
                way = answer if way is ConnectionFate.PASS else ConnectionFate.CUT
            else:
                way = way(answer.body) if isinstance(answer, CannedResponse) else answer
        if isinstance(way, CannedResponse):
            with contextlib.suppress(ConnectionError):  # who asked has gone
                _answer(line, way)
                self.answered.append(asked)

    def _forwarded(
        self, asked: SeenRequest, headers: dict[str, str]
    ) -> CannedResponse | ConnectionFate:
        connection = http.client.HTTPConnection(self._target, timeout=30)
        try:
            # The Host stays as it was: the server writes the pictures' addresses with it.
            connection.request(asked.method, asked.path, asked.body, headers)
            answer = connection.getresponse()
            return CannedResponse(answer.status, answer.read(), answer.headers.get_content_type())
        except OSError:
            return ConnectionFate.CUT  # there is no server behind at the moment
        finally:
            connection.close()


def _answer(line: BaseHTTPRequestHandler, say: CannedResponse) -> None:
    line.send_response(say.status)
    line.send_header("content-type", say.kind)
    line.send_header("content-length", str(len(say.body)))
    for name, value in say.headers:
        line.send_header(name, value)
    line.end_headers()
    line.wfile.write(say.body)
