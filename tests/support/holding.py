"""A server whose answers wait until a test lets them go."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support.house import PATIENCE, House
from tests.support.relay import Asked, Line, Say


@contextmanager
def holding(house: House, wanted: Callable[[Asked], bool]) -> Iterator[threading.Event]:
    """Let the answers to what is *wanted* wait meanwhile; yield what is set when one does."""
    arrived, go_on = threading.Event(), threading.Event()
    before = house.relay.rule

    def hold(asked: Asked) -> Say | Line:
        if wanted(asked):
            arrived.set()
            go_on.wait(PATIENCE)
        return before(asked)

    house.relay.rule = hold
    try:
        yield arrived
    finally:
        go_on.set()
        house.relay.rule = before


def is_submit(asked: Asked) -> bool:
    """Tell whether it asks for work."""
    return asked.is_submit


def is_fetch(asked: Asked) -> bool:
    """Tell whether it asks for one task."""
    return asked.is_fetch


def is_task_list(asked: Asked) -> bool:
    """Tell whether it asks for the list of all tasks."""
    return "/task/list" in asked.path and not asked.is_list
