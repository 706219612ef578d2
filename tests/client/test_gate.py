"""So many threads at once, and no signal takes a place for ever."""

import sys
import threading
from types import FrameType
from typing import Any

import pytest

from mj_notebook.client import gate as module
from mj_notebook.client.gate import Gate


class Signal(Exception):
    """What a signal raises between two steps."""


def _interrupted_at(step: int, gate: Gate) -> bool:
    """Go through *gate* with a signal at one of its steps; return whether it came so far."""
    left = step

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != module.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left == 0:
                raise Signal
        return trace

    # Python 3.12 gives no opcodes where no frame has asked for them before.
    sys._getframe().f_trace_opcodes = True
    try:
        sys.settrace(trace)
        try:
            with gate:
                pass
        finally:
            sys.settrace(None)
    except Signal:
        return True
    return False


def test_a_signal_at_any_step_leaves_the_gate_open() -> None:
    """The same thread goes through again, and so does another one after it."""
    before, steps = sys.gettrace(), 0
    gate = Gate(1)
    try:
        while _interrupted_at(steps + 1, gate):
            steps += 1
            with gate:
                pass
            through = threading.Thread(target=gate.__enter__, daemon=True)
            through.start()
            through.join(5)
            assert not through.is_alive(), f"shut after a signal at step {steps}"
            gate = Gate(1)
    finally:
        sys.settrace(before)
    assert steps > 10


def test_it_lets_in_no_more_than_there_are_places() -> None:
    """The next one waits until somebody left."""
    gate, inside, leave = Gate(2), threading.Semaphore(0), threading.Event()

    def go() -> None:
        with gate:
            inside.release()
            leave.wait(5)

    threads = [threading.Thread(target=go, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert inside.acquire(timeout=5)
    assert inside.acquire(timeout=5)
    assert not inside.acquire(timeout=0.05)
    leave.set()
    assert inside.acquire(timeout=5)
    for thread in threads:
        thread.join(5)


def test_an_error_inside_gives_the_place_back() -> None:
    """As often as it happens."""
    gate = Gate(1)
    for _ in range(3):
        with pytest.raises(Signal), gate:
            raise Signal
    with gate:
        pass
