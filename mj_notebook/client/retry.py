"""The way of one call, as a generator that says what to do next; both clients only obey.

It holds what must not be decided twice: what is asked again, where a redirect leads, when another
address is tried. It does no I/O: it yields `Ask` and `Rest`, and is sent what came of an `Ask`.
"""

from collections.abc import Generator, Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import urljoin

from mj_notebook.client.address import origin_of
from mj_notebook.client.calls import Call
from mj_notebook.client.responses import Answer
from mj_notebook.errors import MJError, ServerUnreachable
from mj_notebook.protocol.routes import Pace

T = TypeVar("T")

# Pauses before a read is asked again; the follower backs off for longer by itself.
PAUSES = (0.2, 0.8)
_PASSING = frozenset({502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5


class Ask(NamedTuple):
    """Send one HTTP request; the secret is added by who sends it, and only for its origin."""

    method: str
    url: str
    body: bytes | None
    pace: Pace


class Rest(NamedTuple):
    """Wait a little."""

    seconds: float


class Silence(NamedTuple):
    """
    No answer came.

    Attributes:
        error: What to raise when it stays so.
        is_passing: Whether asking again at once may help; after a timeout it would only last.
    """

    error: ServerUnreachable
    is_passing: bool


Heard = Answer | Silence | None
Way = Generator[Ask | Rest, Heard, T]


def way_of(call: Call[T], pauses: Sequence[float] = PAUSES) -> Way[T]:
    """Walk *call* to its value; raise the error its answer means."""
    again = pauses if call.repeatable else ()
    if call.instead is None:
        return (yield from _asked(call, call.url, again))
    try:
        return (yield from _asked(call, call.url, ()))
    except MJError:
        return (yield from _asked(call, call.instead, again))


def _asked(call: Call[T], url: str, pauses: Sequence[float]) -> Way[T]:
    left, redirects = list(pauses), 0
    while True:
        heard = yield Ask(call.method, url, call.body, call.pace)
        assert heard is not None
        if left and _is_passing(heard):
            yield Rest(left.pop(0))
            continue
        if isinstance(heard, Silence):
            raise heard.error
        target = _redirect(call, heard)
        if target and redirects < _MOST_REDIRECTS:
            url, redirects = target, redirects + 1
            continue
        return call.read(heard)


def _is_passing(heard: Answer | Silence) -> bool:
    return heard.is_passing if isinstance(heard, Silence) else heard.status in _PASSING


def _redirect(call: Call[T], answer: Answer) -> str | None:
    """Return where to go on; only a GET is, since a POST would become a GET or be sent twice."""
    if call.method != "GET" or answer.status not in _REDIRECTS:
        return None
    target = urljoin(answer.url, answer.headers.get("location", ""))
    return target if origin_of(target) and target != answer.url else None
