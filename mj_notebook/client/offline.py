"""The client that asks nobody: what stands where a client stands when nothing may be sent."""

from typing import TypeVar

import httpx

from mj_notebook.client.calls import Call
from mj_notebook.client.download import Sink
from mj_notebook.client.sync import Client
from mj_notebook.errors import NotInBundle
from mj_notebook.language import marked, translated
from mj_notebook.protocol.media import MOST_BYTES

T = TypeVar("T")


class OfflineClient(Client):
    """Asks nobody, whatever is asked: each question ends at once, in one sentence."""

    def __init__(self, source: str) -> None:
        super().__init__("http://nobody.invalid", alias=source, transport=_OfflineTransport())
        self._source = source

    def picture(self, url: str, *, limit: int = MOST_BYTES) -> bytes:  # noqa: ARG002 - as above
        """Say that it can't be had; its address may hold a signature, and is not told."""
        raise NotInBundle(
            translated(
                "{source} does not hold this picture, and nobody is asked.", source=self._source
            ),
            hint=translated(GO_ONLINE),
        )

    def _run(self, call: Call[T], _: Sink | None = None) -> T:
        route = call.url.removeprefix("http://nobody.invalid")
        raise NotInBundle(
            translated(
                "{source} does not hold what {method} {route} asks, and nobody is asked.",
                source=self._source,
                method=call.method,
                route=route,
            ),
            hint=translated(GO_ONLINE),
        )


class _OfflineTransport(httpx.BaseTransport):
    """The line behind it, should anything ever come so far."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Nothing is sent.", request=request)


GO_ONLINE = marked("Go online with mj.configure(base_url=…).")
