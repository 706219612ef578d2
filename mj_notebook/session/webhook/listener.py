"""What a session has of callbacks: no receiver, one that was asked for, or one that is set."""

import logging
import threading

from mj_notebook.errors import MJError
from mj_notebook.session.poller import Poller
from mj_notebook.session.webhook.addresses import LOOPBACK, Bind, bind_of, checked, public_address
from mj_notebook.session.webhook.receiver import WebhookReceiver
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Settings

_log = logging.getLogger("mj_notebook")


class WebhookListener:
    """Opens the receiver of a session and knows its address; callable from any thread."""

    def __init__(self, settings: Settings, worker: Worker, poller: Poller) -> None:
        self._settings, self._worker, self._poller = settings, worker, poller
        # Two submits at once open one receiver, not two.
        self._lock = threading.Lock()
        self._receiver: WebhookReceiver | None = None
        self._asked: tuple[str | None, str, int] | None = None
        # Settings open a receiver with the first submit: who only looks at history needs none.
        self._is_set = settings.callback_url is not None

    def open(self, public_url: str | None, host: str, port: int) -> WebhookReceiver:
        """Return the receiver at that address; a cell that is run again gets the one it had."""
        asked = (public_url, host, port)
        with self._lock:
            known = self._receiver
            if known is not None and known.is_open and asked == self._asked:
                return known
            bind = checked(host, port)
            address = public_address(public_url, host, self._settings.base_url)
            wants_its_port = known is not None and known.bind.port == bind.port != 0
            if known is not None and wants_its_port:
                known.stop()
            try:
                new = self._receiver_at(bind, address)
            except MJError:
                if known is not None and wants_its_port:  # what the person had is not lost by it
                    url, host, _ = self._asked or (None, known.bind.host, 0)
                    given = public_address(url, host, self._settings.base_url)
                    self._receiver = self._receiver_at(known.bind, given)
                raise
            if known is not None:
                known.stop()  # only now: where the new one could not be had, it goes on
            self._receiver = new
            self._asked, self._is_set = asked, False
            return self._receiver

    def _receiver_at(self, bind: Bind, public_url: str | None) -> WebhookReceiver:
        deliver = self._poller.receive_callback
        secret = self._settings.secret
        return WebhookReceiver(
            self._worker, bind, deliver=deliver, public_url=public_url, secret=secret
        )

    def address(self) -> str | None:
        """Return where the proxy may post, None when nobody listens; never raises."""
        if self._is_set:
            self._open_as_set()
        receiver = self._receiver
        return receiver.url if receiver is not None and receiver.is_open else None

    def _open_as_set(self) -> None:
        url = None if self._settings.is_demo else self._settings.callback_url
        try:
            # The demo server is on this machine, wherever the address of others leads.
            bind = bind_of(self._settings) if url else LOOPBACK
            self.open(url, bind.host, bind.port)
        except MJError as error:
            # Callbacks only save questions: without them every task is followed all the same.
            _log.warning("%s Tasks are polled.", error)
            self._is_set = False

    def close(self) -> None:
        """Take no more posts."""
        with self._lock:
            self._is_set = False
            if self._receiver is not None:
                self._receiver.stop()
