"""Ports that stay free while nobody listens at them."""

import random
import socket
from contextlib import suppress

# Below those that Linux gives to whoever asks for any (32768 and up): while a server is away, one
# of these becomes no other program's, as happened to tests that run beside each other.
_KEPT = range(20_000, 32_000)
_TRIES = 50


def kept_port() -> int:
    """Return a port of this machine that a server can end at and begin anew."""
    for port in random.SystemRandom().sample(_KEPT, _TRIES):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError(f"None of {_TRIES} ports is free.")
