"""The steps of one call, and what is learned of the server by what comes of it."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from mj_notebook.client.calls import Call, Calls
from mj_notebook.client.capabilities import MISSING
from mj_notebook.client.retry import PAUSES, CallSteps, NoResponse, Received, Sleep, call_steps
from mj_notebook.errors import MJError, NotAProxy

T = TypeVar("T")


def learning_steps(call: Call[T], calls: Calls, pauses: Sequence[float] = PAUSES) -> CallSteps[T]:
    """Walk *call* as `call_steps` does, and learn from what comes of it."""
    learned = calls.capabilities
    try:
        value = yield from call_steps(call, pauses)
    except NotAProxy as error:
        if not call.route or error.cause != MISSING:
            raise
        learned.is_proxy = learned.is_proxy or (yield from _is_proxy(calls.probe()))
        lacking = (
            learned.note_missing(call.route, call.prefix, calls.endpoint.alias)
            if learned.is_proxy
            else None
        )
        if lacking is None:
            raise
        raise lacking from None
    if call.route:
        learned.note_answer(call.route, call.prefix)
    return value


def _is_proxy(probe: Call[bool]) -> Generator[Call[bool] | Sleep, Received, bool]:
    received = yield probe
    if received is None or isinstance(received, NoResponse):
        return False
    try:
        return probe.read(received)
    except MJError:
        return False
