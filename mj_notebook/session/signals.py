"""Listeners: who is told of changes, each in the context it began to listen in."""

import contextvars
import logging
from collections.abc import Callable
from typing import Generic, TypeVar

_Told = TypeVar("_Told")
_log = logging.getLogger("mj_notebook")


class Listeners(Generic[_Told]):
    """Who listens to one thing; true when anybody does."""

    def __init__(self) -> None:
        self._entries: list[tuple[Callable[[_Told], object], contextvars.Context]] = []

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, listener: Callable[[_Told], object]) -> Callable[[], None]:
        """Call *listener* from now on, in the context of who asks for it; return what ends that."""
        entry = (listener, contextvars.copy_context())
        self._entries.append(entry)

        def forget() -> None:
            if entry in self._entries:
                self._entries.remove(entry)

        return forget

    def clear(self) -> None:
        """Tell nobody any more."""
        self._entries.clear()

    def tell(self, change: _Told, *, of: str) -> None:
        """Call everybody with *change*; one that fails is logged as a listener *of* something."""
        for listener, context in tuple(self._entries):
            try:
                # A copy, since a listener that waits may be told of the next change meanwhile.
                context.copy().run(listener, change)
            except Exception:  # noqa: BLE001, RUF100 - a person's own code ends nothing of ours
                _log.exception("A listener of %s failed.", of)
