"""Posting to a receiver with plain sockets, as proxies do and as they don't."""

import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 20.0


def line_to(url: str) -> socket.socket:
    """Return a connection to the host of *url*."""
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)


def nobody_answers(url: str) -> None:
    """Wait until a connection to the host of *url* is refused."""

    def is_refused() -> bool:
        try:
            line_to(url).close()
        except ConnectionError:
            return True
        return False

    until(is_refused)


def said(line: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    heard = b""
    try:
        while some := line.recv(65536):
            heard += some
    except ConnectionError:
        pass  # cut off instead of closed
    return heard


def exchange(url: str, request: bytes) -> bytes:
    """Send the bytes of *request*, and return those of the answer."""
    with line_to(url) as line:
        line.sendall(request)
        return said(line)


def post(url: str, body: bytes | dict[str, Any]) -> int:
    """Post *body* as a proxy does; return the status of the answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    parts = urlsplit(url)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return int(exchange(url, head.encode() + content).split()[1])


def until(holds: Callable[[], object]) -> None:
    """Wait until *holds* is true."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "It never came to that."
        time.sleep(0.005)
