"""A door before PostgreSQL: it turns people away with a state of SQL, or lets them through."""

import socket
import threading
from collections import deque
from contextlib import suppress
from typing import Self

# What a client may ask for before it says who it is: an encrypted line.
_WISHES = {80877103, 80877104}


class PostgresDoor:
    """
    Listens on a port of its own.

    Args:
        port: Of the database.

    Attributes:
        port: Where it listens.
        turned_away: The states and words for those that come next, one each; then all go through.
        came: How many came.
    """

    def __init__(self, port: int) -> None:
        self._behind = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.turned_away: deque[tuple[str, str]] = deque()
        self.came = 0
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:  # it was closed
                return
            self.came += 1
            self._lines.append(line)
            if self.turned_away:
                _turn_away(line, *self.turned_away.popleft())
                continue
            behind = socket.create_connection(("127.0.0.1", self._behind))
            self._lines.append(behind)
            for source, target in ((line, behind), (behind, line)):
                threading.Thread(target=_hand_on, args=(source, target), daemon=True).start()

    def cut(self) -> None:
        """Break all lines."""
        while self._lines:
            line = self._lines.pop()
            with suppress(OSError):  # it may be broken
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()


def _turn_away(line: socket.socket, state: str, words: str) -> None:
    """Say as PostgreSQL does why nobody comes in now."""
    while int.from_bytes(line.recv(int.from_bytes(line.recv(4)) - 4)[:4]) in _WISHES:
        line.sendall(b"N")
    told = b"".join(
        sign + text.encode() + b"\0"
        for sign, text in ((b"S", "FATAL"), (b"V", "FATAL"), (b"C", state), (b"M", words))
    )
    line.sendall(b"E" + (len(told) + 5).to_bytes(4) + told + b"\0")
    line.close()


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # the other side may be gone
        while some := source.recv(65536):
            target.sendall(some)
        target.shutdown(socket.SHUT_WR)
