"""Asking again until something holds, where what is asked has no way to tell by itself."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

_Value = TypeVar("_Value")

_LIMIT = 30.0
_PAUSE = 0.01


def eventually(ask: Callable[[], _Value], holds: Callable[[_Value], object]) -> _Value:
    """Return the first answer that *holds* likes; fail with the last one after half a minute."""
    ends = time.monotonic() + _LIMIT
    while True:
        value = ask()
        if holds(value):
            return value
        assert time.monotonic() < ends, f"It never came to that: {value!r}"
        threading.Event().wait(_PAUSE)
