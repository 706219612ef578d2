"""Browsing: history as people read it, shown; here the store's lists meet the view."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mj_notebook.errors import MJError
from mj_notebook.language import translated
from mj_notebook.settings.argument_types import living, public
from mj_notebook.store.history import Store
from mj_notebook.store.lineage import Graph, read_graph
from mj_notebook.store.listing import Listing
from mj_notebook.store.query_rows import DatabaseRows
from mj_notebook.store.record_columns import Record

_MAX_MADE_NOW = 40
"""Each costs the decoding of a whole picture; the rest is made when it is looked at again."""


@living
@public
class History(Listing):
    """
    What was asked and what came of it: a lazy sequence of flat records, the newest first.

    ``pandas.DataFrame(history)`` takes it as it is; `to_pandas` gives typed columns; `where` and
    `search` narrow it; a slice of it is a `History` too.

    Example:
        >>> kites = mj.history().search("kite")
        >>> [record["prompt"] for record in kites[:20]]
    """

    store: Store | None = None

    @classmethod
    def of(cls, store: Store, *, now: Callable[[], float] = time.time) -> "History":
        """Return the whole history in *store*."""
        made = cls(DatabaseRows(store.queries), now=now)
        made.store = store
        return made

    def _derive(self, source: Any) -> "History":
        made = History(source, now=self._now)
        made.store = self.store
        return made

    def picked(self, numbers: Iterable[int]) -> "History":
        """Return the tasks with these numbers in it, in the order given."""
        numbers = list(numbers)
        try:
            rows = self._rows.picked(numbers)
        except (TypeError, IndexError):
            rows = self._rows.picked([self._place(one) for one in numbers])
        made: History = self._derive(rows)
        return made

    def __repr__(self) -> str:
        return self._shown()["text/plain"]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self._shown()

    def _shown(self) -> dict[str, str]:
        from mj_notebook.view.history import MAX_ROWS, history_html, history_text

        # Only what is shown is read, however long the history is.
        total, records, doubts = len(self), list(self[:MAX_ROWS]), self._rows.in_doubt(self._now())
        small = small_pictures(self.store, records)
        html = history_html(records, total, small, zone=None, in_doubt=doubts)
        return {
            "text/plain": history_text(records, total, zone=None, in_doubt=doubts),
            "text/html": str(html),
        }


@living
@public
class Lineage:
    """
    Where a task came from and what came of it; in a notebook, a drawing.

    Attributes:
        graph: The records and who came of whom.

    Example:
        >>> family = mj.lineage(job)
        >>> family.graph
    """

    def __init__(self, store: Store, graph: Graph) -> None:
        self._store, self.graph = store, graph

    @classmethod
    def of(cls, store: Store, task_id: str, server: str | None = None) -> "Lineage":
        """
        Return the lineage of a task.

        Raises:
            UsageError: History does not know it.
        """
        return cls(store, read_graph(store.queries, task_id, server))

    def parents(self, task_id: str | None = None) -> list[Record]:
        """Return what a task (the one asked for) came of, the nearest first."""
        by_task = {record["task"]: record for record in self.graph.nodes}
        parents = {child: parent for parent, child, _ in self.graph.edges}
        found: dict[str, Record] = {}
        here = task_id or self.graph.chosen
        # An imported history may hold a circle.
        while (here := parents.get(here, "")) and here not in found:
            found[here] = by_task[here]
        return list(found.values())

    def children(self, task_id: str | None = None) -> list[Record]:
        """Return what was made of a task (the one asked for), the oldest first."""
        here = task_id or self.graph.chosen
        made = {child for parent, child, _ in self.graph.edges if parent == here}
        return [record for record in self.graph.nodes if record["task"] in made]

    def __repr__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from mj_notebook.view.lineage import lineage_html, lineage_text

        graph = self.graph
        small = small_pictures(self._store, graph.nodes)
        told = translated("Only the first {count} tasks are shown.", count=len(graph.nodes))
        left_out = "" if graph.is_whole else told
        text = lineage_text(graph.nodes, graph.edges, chosen=graph.chosen)
        return {
            "text/plain": f"{text}\n{left_out}".rstrip(),
            "text/html": str(
                lineage_html(graph.nodes, graph.edges, small, chosen=graph.chosen, note=left_out)
            ),
        }


def small_pictures(store: Store | None, records: Iterable[Record]) -> dict[str, bytes]:
    """Return the tiny JPEGs for tables, by SHA-256; a picture that is gone has none."""
    wanted = [record["sha256"] for record in records if record["sha256"]]
    if store is None or not wanted:
        return {}
    made: dict[str, bytes] = {}
    for sha, jpeg in thumbnails(store, wanted).items():
        tiny = _tiny(jpeg)
        if tiny is None and (anew := _make_thumbnail(store, sha)) is not None:
            store.thumbnails.save({sha: anew})  # what was kept is none: as good as missing
            tiny = _tiny(anew)
        if tiny is not None:
            made[sha] = tiny
    return made


def _tiny(jpeg: bytes) -> bytes | None:
    from mj_notebook.images.thumbnails import TINY, tiny_jpeg  # loads Pillow

    try:
        return tiny_jpeg(jpeg, TINY)
    except MJError:
        return None


def thumbnails(store: Store, wanted: Sequence[str]) -> dict[str, bytes]:
    """Return thumbnails by SHA-256; some that are missing are made now, from the kept pictures."""
    kept = store.thumbnails.of(wanted)
    # Each once, as several tasks may share a picture.
    missing = [sha for sha in dict.fromkeys(wanted) if sha not in kept][:_MAX_MADE_NOW]
    made = {sha: jpeg for sha in missing if (jpeg := _make_thumbnail(store, sha)) is not None}
    if made:
        store.thumbnails.save(made)
    return kept | made


def _make_thumbnail(store: Store, sha256: str) -> bytes | None:
    from mj_notebook.images.thumbnails import tiny_jpeg

    try:
        return tiny_jpeg(store.pictures.read(sha256))
    except MJError:
        return None  # gone, damaged or a film: the table says what it knows without it
