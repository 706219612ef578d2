"""Ports of this machine that stay one test's own while nobody listens at them."""

import socket


class KeptPort:
    """
    A port that a server can begin at, end at and begin anew, until it is closed.

    It is held by a socket that never listens: who connects meanwhile is refused, and the system
    gives the port to nobody else, in no process. A port that was only looked up is free for
    whoever asks next; with several thousand tests, in several processes, somebody did.

    Attributes:
        number: Which port it is.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(("127.0.0.1", 0))
        # Said only now: the choice above was to be of a port that really nobody has. Servers say
        # the same of theirs, and share the port with a socket that does not listen.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.number: int = self._socket.getsockname()[1]

    def close(self) -> None:
        """Let the port go."""
        self._socket.close()
