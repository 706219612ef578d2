"""An eye on a page: what went wrong in it, and whom it asked for something."""

import re
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, WebSocket

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_NETWORK = frozenset({"http", "https", "ws", "wss"})

_BENIGN = (
    # Notebook 7.6 raises these two by itself, on every page.
    r"page error: .*reading 'schema'",
    r"page error: .*filebrowser:open-path",
    # Chromium gives a request up when its page is left.
    r"request failed: .* net::ERR_ABORTED",
)


class Watch:
    """Collects the complaints and the outside requests of one page, until it is stopped."""

    def __init__(self, page: Page) -> None:
        self._heard: list[str] = []
        self._allowed = list(_BENIGN)
        self.outside: list[str] = []
        """Addresses on other machines that the page asked for."""
        self._listeners: list[tuple[str, Callable[[Any], None]]] = [
            ("pageerror", self._note_error),
            ("console", self._listen),
            ("request", self._look_at_request),
            ("websocket", self._look_at_socket),
            ("requestfailed", self._note_failure),
        ]
        # The page's own type has a signature for each event, and none for all of them.
        self._page = cast("Any", page)
        for event, listener in self._listeners:
            self._page.on(event, listener)

    def forget(self) -> None:
        """Begin anew: what was heard so far is another test's."""
        self._heard.clear()
        self.outside.clear()

    def take_back(self, text: str) -> None:
        """Forget the complaints that hold *text*, which turned out to be nobody's fault."""
        self._heard[:] = [complaint for complaint in self._heard if text not in complaint]

    def stop(self) -> None:
        """Look away; the page may be used by someone else now."""
        for event, listener in self._listeners:
            self._page.remove_listener(event, listener)

    @property
    def complaints(self) -> list[str]:
        """Page errors, console errors and failed requests, without the ones that are allowed."""
        return [text for text in self._heard if not any(re.search(p, text) for p in self._allowed)]

    def allow(self, pattern: str) -> None:
        """Accept complaints that match a regular expression, in this test."""
        self._allowed.append(pattern)

    def _note_error(self, error: Error) -> None:
        self._heard.append(f"page error: {error}")

    def _look_at_request(self, request: Request) -> None:
        self._look(request.url)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self._heard.append(f"console error: {message.text} ({place})")

    def _look(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in _NETWORK and parts.hostname not in _LOOPBACK:
            self.outside.append(url)

    def _look_at_socket(self, websocket: WebSocket) -> None:
        self._look(websocket.url)

    def _note_failure(self, request: Request) -> None:
        self._heard.append(f"request failed: {request.url} {request.failure}")
