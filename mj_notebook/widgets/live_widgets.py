"""The live widgets of this kernel: one for each thing that is shown, and not too many of them.

A front end never says that an output is gone: a cell that was run again leaves its widgets open,
with everything they hold. So what is shown once more gets the widget it has, and of those that have
nothing more to tell the oldest are closed; the static output stays where they stood.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar

# Each panel that was looked at is some twenty models in the page and in the kernel.
MOST_WIDGETS = 100


class Live(Protocol):
    """What is held here: panels of jobs, boards, galleries."""

    @property
    def is_open(self) -> bool:
        """Whether the front end still has it."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way that it should go on to show."""

    def close(self) -> None:
        """Take it away from the page, and notify it no more."""


_Shown = TypeVar("_Shown", bound=Live)


class LiveWidgets:
    """
    Holds live widgets by what they show; on the worker's thread only.

    Args:
        most: How many may be open before idle ones are closed, the least recently shown first.
    """

    def __init__(self, most: int = MOST_WIDGETS) -> None:
        self._most = most
        self._open: OrderedDict[Hashable, Live] = OrderedDict()

    def __len__(self) -> int:
        # What ``Widget.close_all()`` took away is in no page any more.
        return sum(one.is_open for one in self._open.values())

    def shown(self, key: Hashable, make: Callable[[], _Shown], kind: type[_Shown]) -> _Shown:
        """Return the open widget of *key*, made now where there is none."""
        known = self._open.get(key)
        # `Widget.close_all()` may have taken it, and then nobody draws it any more.
        if not isinstance(known, kind) or not known.is_open:
            if known is not None:
                known.close()
            known = self._open[key] = make()
        self._open.move_to_end(key)
        self._close_idle(key)
        return known

    def get(self, key: Hashable) -> Live | None:
        """Return the widget of *key*, None where there is none."""
        return self._open.get(key)

    def discard(self, key: Hashable) -> None:
        """Know the widget of *key* no more; who asks for that closes it."""
        self._open.pop(key, None)

    def _close_idle(self, newest: Hashable) -> None:
        excess = len(self) - self._most
        for key, one in list(self._open.items()):
            if excess <= 0:
                return
            # Never what still moves, nor what was just asked for: the limit gives way before these.
            if key != newest and (one.is_idle or not one.is_open):
                excess -= one.is_open
                del self._open[key]
                one.close()

    def close(self) -> None:
        """Close all of them."""
        while self._open:
            self._open.popitem()[1].close()


LIVE = LiveWidgets()
"""Those of this kernel; there is one page for all sessions."""
