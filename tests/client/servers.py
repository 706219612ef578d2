"""A real socket server that misbehaves by script: drops, half answers, silence."""

import contextlib
import socket
import threading
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Self


class Misbehaviour(Enum):
    """What a server may do instead of answering."""

    DROP = "closes the connection after reading the request"
    HALF = "closes it in the middle of the body"
    SILENCE = "reads the request and says nothing"


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Write an HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Server:
    """
    Answers requests on loopback by script, the last line again and again.

    Args:
        tasks: What is answered instead where the path names a task: several questions that are
            asked at once come in any order.

    Attributes:
        requests: First line and headers of each request, with its body, in order.
        connections: How many were opened.
        arrived: Can be acquired once for each request that has been read.
    """

    def __init__(
        self, *script: bytes | Misbehaviour, tasks: Mapping[str, bytes] = MappingProxyType({})
    ) -> None:
        self._script, self._tasks = list(script), tasks
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.arrived = threading.Semaphore(0)

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone does not wake a thread that accepts.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            _hang_up(connection)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _line(self, request: bytes) -> bytes | Misbehaviour:
        path = request.partition(b"\r\n")[0].decode("latin-1")
        named = next((one for task, one in self._tasks.items() if f"/{task}/" in path), None)
        if named is not None:
            return named
        return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    def _serve(self, connection: socket.socket) -> None:
        try:
            while request := _read(connection):
                with self._lock:
                    self.requests.append(request)
                    line = self._line(request)
                self.arrived.release()
                if line is Misbehaviour.SILENCE:
                    continue
                if isinstance(line, bytes):
                    connection.sendall(line)
                    continue
                if line is Misbehaviour.HALF:
                    connection.sendall(http(b"{" + b" " * 1000)[:-500])
                _hang_up(connection)
                return
        except OSError:
            return


def _read(connection: socket.socket) -> bytes:
    """Read one request with its body; b"" when the other side hung up."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        some = connection.recv(65536)
        if not some:
            return b""
        seen += some
        if seen[:1] == b"\x16":  # the other side begins to speak TLS
            return seen
    head, _, body = seen.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
