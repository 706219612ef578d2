"""Signals: who is notified of changes, each in the context it subscribed in."""

import contextvars
import logging
from collections.abc import Callable
from typing import Generic, TypeVar

_Change = TypeVar("_Change")
_log = logging.getLogger("mj_notebook")


class Signal(Generic[_Change]):
    """The subscribers of one thing; true when there is any."""

    def __init__(self) -> None:
        self._entries: list[tuple[Callable[[_Change], object], contextvars.Context]] = []

    def __bool__(self) -> bool:
        return bool(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def subscribe(self, listener: Callable[[_Change], object]) -> Callable[[], None]:
        """
        Call *listener* on each change from now on; return what ends that.

        It runs in the context of who subscribed: what it prints belongs to that cell.
        """
        entry = (listener, contextvars.copy_context())
        self._entries.append(entry)

        def unsubscribe() -> None:
            if entry in self._entries:
                self._entries.remove(entry)

        return unsubscribe

    def clear(self) -> None:
        """Notify nobody any more."""
        self._entries.clear()

    def notify(self, change: _Change, *, of: str) -> None:
        """Call everybody with *change*; one that fails is logged as a listener *of* something."""
        for listener, context in tuple(self._entries):
            try:
                # A copy, since a listener that waits may be notified of the next change meanwhile.
                context.copy().run(listener, change)
            except (Exception, SystemExit):  # noqa: BLE001 - a person's own code ends nothing of ours
                _log.exception("A listener of %s failed.", of)
