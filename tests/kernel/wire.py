"""The four sockets of a kernel's connection file, and the messages that go over them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session

from tests.kernel.records import Message

_CHANNELS = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB}


class Wire:
    """The front end's side of the wire: writes the connection file that the kernel then reads."""

    def __init__(self, connection_file: Path) -> None:
        connection: dict[str, Any] = {**write_connection_file(str(connection_file))[1]}
        self._session = Session(key=str(connection["key"]).encode())
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        self._sockets: dict[str, zmq.Socket[bytes]] = {}
        for name, kind in _CHANNELS.items():
            socket = self._context.socket(kind)
            # The kernel finds the way of an input request by the identity of the shell socket.
            socket.setsockopt(zmq.IDENTITY, self._session.bsession)
            if kind == zmq.SUB:
                socket.setsockopt(zmq.SUBSCRIBE, b"")
            if name == "stdin":
                self._stdin_news = socket.get_monitor_socket(zmq.Event.HANDSHAKE_SUCCEEDED)
            socket.connect(f"tcp://{connection['ip']}:{connection[f'{name}_port']}")
            self._poller.register(socket, zmq.POLLIN)
            self._sockets[name] = socket

    def send(
        self,
        kind: str,
        content: dict[str, Any],
        *,
        channel: str = "shell",
        buffers: Sequence[bytes] = (),
        subshell: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> str:
        """Send one message and return its id; *subshell* names a kernel thread, as Lab does."""
        message = self._session.msg(kind, content, metadata=metadata)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self._session.send(self._sockets[channel], message, buffers=list(buffers))
        return str(message["header"]["msg_id"])

    def receive(self, seconds: float) -> Iterator[tuple[str, Message]]:
        """Wait for messages at most *seconds*, and yield each with the name of its channel."""
        ready = dict(self._poller.poll(int(seconds * 1000)))
        for name, socket in self._sockets.items():
            while socket in ready:
                _, message = self._session.recv(socket, mode=zmq.NOBLOCK)
                if message is None:
                    break
                yield name, message

    def can_be_asked(self, seconds: float) -> bool:
        """Wait until the kernel knows where questions go; one that comes earlier is dropped."""
        return bool(self._stdin_news.poll(int(seconds * 1000)))

    def close(self) -> None:
        """Close the sockets; what was not sent yet is dropped."""
        self._context.destroy(linger=0)
