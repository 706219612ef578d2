"""A real S3-compatible server (moto's) for tests, on a port of its own."""

import urllib.request
from typing import Self

import pytest
from moto.server import ThreadedMotoServer

from tests.support.ports import KeptPort
from tests.support.rig import PLANTED_SECRET


class ObjectServer:
    """
    The server with the bucket "lab"; the environment leads to it while it is open.

    Attributes:
        url: Where it answers.
        address: What `MJ_PICTURES` is for it.
        is_stopped: Whether it answers nobody now.
    """

    address = "s3://lab/pictures"

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._kept_port = KeptPort()
        self.url = f"http://127.0.0.1:{self._kept_port.number}"
        self.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", self.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "lab")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", PLANTED_SECRET)
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        self.ask("PUT", "/lab")

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Ask as its administrator does."""
        request = urllib.request.Request(self.url + path, body, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            found: bytes = answer.read()
            return found

    def start(self) -> None:
        """Answer, the second time with what was kept before."""
        self._server = ThreadedMotoServer("127.0.0.1", self._kept_port.number, verbose=False)
        self._server.start()
        self.is_stopped = False

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.stop()
        self.is_stopped = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.is_stopped:
            self.stop()
        self._kept_port.close()
