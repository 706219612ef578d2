"""The steps of one call, and what is learned of the server by what comes of it."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from mj_notebook.client.calls import Call, Calls
from mj_notebook.client.capabilities import MISSING
from mj_notebook.client.error_mapping import upstream_key_error
from mj_notebook.client.retry import PAUSES, CallSteps, NoResponse, Received, Sleep, call_steps
from mj_notebook.errors import MJError, NotAProxy, ServerUnreachable, Unauthorized
from mj_notebook.protocol.causes import OF_A_SECRET
from mj_notebook.protocol.outcomes import LOST

T = TypeVar("T")

# A gateway answers these by itself, and without a route it is a picture's host that speaks.
_ASKS_NOBODY = frozenset({"", "fetch", "list_by_condition"})


def learning_steps(call: Call[T], calls: Calls, pauses: Sequence[float] = PAUSES) -> CallSteps[T]:
    """Walk *call* as `call_steps` does, and learn from what comes of it."""
    learned = calls.capabilities
    try:
        value = yield from call_steps(call, pauses)
    except NotAProxy as error:
        if not call.route or error.cause != MISSING:
            raise
        is_lacking = learned.knows_missing(call.route, call.prefix) or (
            (yield from _said(calls.probe())) is True
        )
        # An endpoint that is missing must not be blamed on the speed that it was asked for at.
        is_new = is_lacking and not learned.knows_prefix(call.prefix)
        if is_new and (yield from _said(calls.probe(call.prefix))) is True:
            learned.note_prefix(call.prefix)
        lacking = (
            learned.note_missing(call.route, call.prefix, calls.endpoint.alias)
            if is_lacking
            else None
        )
        if lacking is None:
            raise
        raise lacking from None
    except ServerUnreachable as error:
        error.is_behind = learned.is_gateway or error.cause == LOST
        raise
    except Unauthorized as error:
        if call.route in _ASKS_NOBODY or error.cause not in OF_A_SECRET:
            raise
        if not (yield from _lets_in(calls)):
            raise
        raise upstream_key_error(error, calls.endpoint) from None
    if call.route:
        learned.note_answer(call.route, call.prefix)
    return value


def _lets_in(calls: Calls) -> Generator[Call[bool] | Sleep, Received, bool]:
    """Tell whether the secret opens what is closed without it."""
    if (yield from _said(calls.probe())) is not True:
        return False
    return isinstance((yield from _said(calls.probe(is_signed=False))), Unauthorized)


def _said(probe: Call[bool]) -> Generator[Call[bool] | Sleep, Received, bool | MJError]:
    """Return whether a proxy answers *probe*, or what came instead."""
    received = yield probe
    assert received is not None
    if isinstance(received, NoResponse):
        return received.error
    try:
        return probe.read(received)
    except MJError as error:
        return error
