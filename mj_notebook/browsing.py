"""Browsing: history as people read it, shown; here the store's lists meet the view."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mj_notebook.errors import MJError
from mj_notebook.store.history import Store
from mj_notebook.store.kept import Kept
from mj_notebook.store.listing import Listing
from mj_notebook.store.tables import Record

_MADE_AT_ONCE = 40
"""Each costs the decoding of a whole picture; the rest is made when it is looked at again."""


class History(Listing):
    """
    What was asked and what came of it: a lazy sequence of flat records, the newest first.

    ``pandas.DataFrame(history)`` takes it as it is; `to_pandas` gives typed columns; `where` and
    `search` narrow it; a slice of it is a `History` too.
    """

    store: Store | None = None

    @classmethod
    def of(cls, store: Store, *, now: Callable[[], float] = time.time) -> "History":
        """Return the whole history in *store*."""
        made = cls(Kept(store.reading), now=now)
        made.store = store
        return made

    def _made(self, backing: Any) -> "History":
        made = History(backing, now=self._now)
        made.store = self.store
        return made

    def __repr__(self) -> str:
        return self._shown()["text/plain"]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self._shown()

    def _shown(self) -> dict[str, str]:
        from mj_notebook.view.history_html import MOST_ROWS, history_html, history_text

        total, records = len(self), list(self[:MOST_ROWS])
        small = small_pictures(self.store, records)
        return {
            "text/plain": history_text(records, total, zone=None),
            "text/html": str(history_html(records, total, small, zone=None)),
        }


def small_pictures(store: Store | None, records: Iterable[Record]) -> dict[str, bytes]:
    """Return the tiny JPEGs for tables, by SHA-256; a picture that is gone has none."""
    wanted = [record["sha256"] for record in records if record["sha256"]]
    if store is None or not wanted:
        return {}
    from mj_notebook.view.pictures import TINY, thumbnail  # loads Pillow

    return {sha: thumbnail(jpeg, TINY) for sha, jpeg in thumbnails(store, wanted).items()}


def thumbnails(store: Store, wanted: Sequence[str]) -> dict[str, bytes]:
    """Return thumbnails by SHA-256; some that are missing are made now, from the kept pictures."""
    kept = store.thumbnails(wanted)
    missing = [sha for sha in dict.fromkeys(wanted) if sha not in kept][:_MADE_AT_ONCE]
    made = {sha: jpeg for sha in missing if (jpeg := _made_now(store, sha)) is not None}
    if made:
        store.keep_thumbnails(made)
    return kept | made


def _made_now(store: Store, sha256: str) -> bytes | None:
    from mj_notebook.view.pictures import thumbnail

    try:
        return thumbnail(store.pictures.read(sha256))
    except MJError:
        return None  # gone, damaged or a film: the table says what it knows without it
