"""The steps of one call, as a generator that says what to do next; both clients only obey.

It holds what must not be decided twice: what is asked again, where a redirect leads, when another
address is tried. It does no I/O: it yields the `Call` to send, at the address that is its turn, and
`Sleep`, and is sent what was received for a call. The secret is added by who sends it, and only for
the proxy's own origin.
"""

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urljoin

from mj_notebook.client.address import origin_of
from mj_notebook.client.calls import Call
from mj_notebook.client.picture_hosts import PictureHostRefused
from mj_notebook.client.responses import Response
from mj_notebook.errors import MJError

T = TypeVar("T")

# Pauses before a read is asked again; the poller backs off for longer by itself.
PAUSES = (0.2, 0.8)
# Said by what stands before a server while that is away; a moment later it may be back.
_TRANSIENT = frozenset({502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# A circle ends soon, as the answer of a server that only sends on.
_MAX_REDIRECTS = 5


class Sleep(NamedTuple):
    """Wait a little."""

    seconds: float


class NoResponse(NamedTuple):
    """
    No answer came.

    Attributes:
        is_transient: Whether asking again at once may help; after a timeout it would only last.
    """

    error: MJError
    is_transient: bool


Received = Response | NoResponse | None
CallSteps = Generator[Call[Any] | Sleep, Received, T]


def call_steps(call: Call[T], pauses: Sequence[float] = PAUSES) -> CallSteps[T]:
    """Walk *call* to its value; raise the error its answer means."""
    again = pauses if call.repeatable else ()
    if call.fallback_url is None:
        return (yield from _send_with_retries(call, again))
    try:
        # Not again where there is another way: the other address is the better second try.
        return (yield from _send_with_retries(call, ()))
    except MJError as error:
        try:
            return (yield from _send_with_retries(replace(call, url=call.fallback_url), again))
        except MJError:
            if isinstance(error, PictureHostRefused):  # says what can be done; the other can't
                raise error from None
            raise


def _send_with_retries(call: Call[T], pauses: Sequence[float]) -> CallSteps[T]:
    left, redirects = list(pauses), 0
    while True:
        received = yield call
        assert received is not None
        if left and _is_transient(received):
            yield Sleep(left.pop(0))
            continue
        if isinstance(received, NoResponse):
            raise received.error
        target = _redirect(call, received)
        if target and redirects < _MAX_REDIRECTS:
            call, redirects = replace(call, url=target), redirects + 1
            continue
        return call.read(received)


def _is_transient(received: Response | NoResponse) -> bool:
    return (
        received.is_transient if isinstance(received, NoResponse) else received.status in _TRANSIENT
    )


def _redirect(call: Call[T], response: Response) -> str | None:
    """Return where to go on; only a GET is, since a POST would become a GET or be sent twice."""
    if call.method != "GET" or response.status not in _REDIRECTS:
        return None
    target = urljoin(response.url, response.headers.get("location", ""))
    return target if origin_of(target) and target != response.url else None
