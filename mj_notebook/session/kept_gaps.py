"""What was learned of a server in earlier kernels, kept in history beside its tasks."""

import contextlib
from collections.abc import Callable, Iterator

from mj_notebook.client.capabilities import Gap, GapKind
from mj_notebook.errors import StoreError
from mj_notebook.store.history import Store

# After these it is tried anew: by then the server may have been brought up to date.
_LONGEST = 7 * 86_400.0


class KeptGaps:
    """
    The gaps of one server, in *store*.

    A history that can't be written spoils nothing: the next kernel learns them again.
    """

    def __init__(self, store: Store, address: str, clock: Callable[[], float]) -> None:
        self._store, self._address, self._now = store, address, clock

    def gaps(self) -> Iterator[Gap]:
        """Return what was learned within the last week."""
        now = self._now()
        with contextlib.suppress(StoreError):
            for kind, name, why in self._store.gaps.of(self._address, now - _LONGEST, now):
                # A newer version may have written kinds that this one does not know.
                if kind in set(GapKind):
                    yield Gap(GapKind(kind), name, why)

    def add(self, gap: Gap) -> None:
        """Keep *gap*, as of now."""
        with contextlib.suppress(StoreError):
            # Only a memory: without it the server is asked once more, which a full disk must not
            # turn into a failure.
            self._store.gaps.note(self._address, *gap, at=self._now())

    def remove(self, gap: Gap) -> None:
        """Let go of *gap*."""
        with contextlib.suppress(StoreError):
            self._store.gaps.remove(self._address, gap.kind, gap.name)
