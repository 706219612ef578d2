"""A server whose answers wait until a test lets them go."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support.relay import CannedResponse, Change, ConnectionFate, SeenRequest
from tests.support.rig import TIMEOUT, Rig


@contextmanager
def holding(rig: Rig, wanted: Callable[[SeenRequest], bool]) -> Iterator[threading.Event]:
    """Let the answers to what is *wanted* wait meanwhile; yield what is set when one does."""
    arrived, go_on = threading.Event(), threading.Event()
    before = rig.relay.rule

    def hold(asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
        if wanted(asked):
            arrived.set()
            go_on.wait(TIMEOUT)
        return before(asked)

    rig.relay.rule = hold
    try:
        yield arrived
    finally:
        go_on.set()
        rig.relay.rule = before


def is_submit(asked: SeenRequest) -> bool:
    """Tell whether it asks for work."""
    return asked.is_submit


def is_fetch(asked: SeenRequest) -> bool:
    """Tell whether it asks for one task."""
    return asked.is_fetch


def is_task_list(asked: SeenRequest) -> bool:
    """Tell whether it asks for the list of all tasks."""
    return "/task/list" in asked.path and not asked.is_list
