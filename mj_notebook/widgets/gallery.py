"""The live gallery: one model that answers a page's questions, the store's part off the loop."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import traitlets

from mj_notebook.errors import MJError
from mj_notebook.language import counted, translated
from mj_notebook.session.gallery import FIELDS, GROUP, LIKE, Found, Gallery, GalleryItem, Progress
from mj_notebook.store.annotation_values import BETWEEN
from mj_notebook.store.annotations import Changed, TaskKey
from mj_notebook.widgets.answers import Message, answer_pages
from mj_notebook.widgets.job_place import build_panel
from mj_notebook.widgets.live_widgets import LIVE
from mj_notebook.widgets.shared import shared, twin_class
from mj_notebook.widgets.speaking import SpeakingWidget

_Thoughts = dict[str, tuple[int, str]]
"""Ratings and tags by the keys of rows."""

_FIRST_PICTURES = 24  # what a page of common size shows before it has asked for anything
# A page may ask for anything; these bound what one question costs.
_MOST_ROWS = 200
_MOST_COMPARED = 9
_MOST_ANNOTATED = 1000
_LONGEST = 500
# Seconds between two parts of the index of words. A first search of 25,000 tasks waited a second
# for it; done at a stretch, it would keep a page that scrolls from its rows as long. Before the
# first, what a page takes to load what it needs and to draw the first pictures.
_INDEX_DELAY, _INDEX_PAUSE = 1.0, 0.05
_FEW_MEASURED = 24  # so many are measured before anybody has read that they are


def open_gallery(gallery: Gallery, twin: str = "") -> Any:
    """Open a live view of *gallery*, whose static output is *twin*; call it from a cell."""

    async def build() -> Any:
        # Each output has one of its own, with what history holds when it is displayed.
        # Read before the widget is made: an update after its first state may come before the page
        # listens.
        page = await gallery.worker.run_blocking(first_page, gallery)
        live = LIVE.shown(object(), lambda: LiveGallery(gallery, page, twin), LiveGallery)
        live.prepare_search()
        return live.frame

    return gallery.worker.run(build())


def first_page(gallery: Gallery) -> "GalleryPage":
    """Read what a gallery shows first; blocking."""
    return _page(gallery, gallery.filters, 0)


class GalleryPage:
    """What was found for one question of a page, and how it begins."""

    def __init__(self, found: Found, message: Message) -> None:
        self.found, self.message = found, message


def _page(
    gallery: Gallery,
    asked: Mapping[str, str],
    query: int,
    *,
    progress: Progress | None = None,
    **told: Any,
) -> GalleryPage:
    return _page_of(gallery, gallery.find(asked, progress), asked, query, **told)


def _page_of(
    gallery: Gallery, found: Found, asked: Mapping[str, str], query: int, **told: Any
) -> GalleryPage:
    rows = gallery.rows(found)
    pictures = gallery.cached_thumbnails(
        [row.sha256 for row in rows[:_FIRST_PICTURES] if row.sha256]
    )
    return GalleryPage(
        found,
        {
            "kind": "found",
            "query": query,
            "asked": dict(asked),
            **gallery.choices(),
            "groups": [count for _, count in found.groups],
            "total": len(found),
            "rows": [_to_wire(row) for row in rows],
            "pictures": pictures,
            **told,
        },
    )


class LiveGallery(SpeakingWidget, script="gallery"):
    """
    Shows a gallery in a page, which asks for what is in view; the worker's thread answers.

    Args:
        gallery: What is shown.
        page: How it begins.
        twin: The key of its static output, which is hidden as long as this lives.

    Attributes:
        frame: What is displayed: the gallery, and below it the panel that was opened from it.
    """

    # Written when it is sent: a page that is loaded anew begins with what was found last.
    _begin = traitlets.Any(None, allow_none=True).tag(
        sync=True, to_json=lambda _, live: live.page.message, from_json=lambda _, __: None
    )

    def __init__(self, gallery: Gallery, page: GalleryPage, twin: str = "") -> None:
        self._gallery, self.page = gallery, page
        self._looked = self._asked = 0
        self._said_at = 0.0
        self._readers = 0
        self._changed: _Thoughts = {}
        self._deleted: set[str] = set()
        self._refreshing: asyncio.Task[None] | None = None
        super().__init__()
        self._below = shared().box("mj-gallery-below")
        self.frame = shared().box(
            "mj-gallery-frame", *twin_class(twin), children=(self, self._below)
        )
        answer_pages(
            self,
            gallery.worker,
            {
                "ask": self._answer_query,
                "look": self._answer_viewport,
                "compare": self._answer_compare,
                "open": self._answer_open,
                "annotate": self._answer_annotate,
            },
        )
        self._unsubscribe = gallery.store.annotations.log.subscribe(self._annotated)

    def prepare_search(self) -> None:
        """Bring the index of words up to date beside all else, so that no search waits for it."""
        self._preparing = asyncio.ensure_future(self._index_words())

    async def _index_words(self) -> None:
        worker, is_more = self._gallery.worker, True
        await asyncio.sleep(_INDEX_DELAY)
        with contextlib.suppress(MJError):  # whoever searches is told
            while is_more and self.comm is not None:
                await asyncio.sleep(_INDEX_PAUSE)
                is_more = await worker.run_blocking(self._gallery.index_some)

    async def _answer_query(self, content: Message) -> None:
        """Find what the page asks for; a later question makes an earlier one void."""
        asked = {name: str(content.get(name, ""))[:_LONGEST] for name in (*FIELDS, GROUP, LIKE)}
        query = _whole(content.get("query"))
        # Noted before the waiting, so that a later question shows.
        self._asked = query
        page = partial(_page, self._gallery, asked, query, progress=self._measured)
        with self._reading() as changed:
            found = await self._gallery.worker.run_blocking(page)
            _renew(found.message["rows"], changed)
        if query == self._asked:  # while pictures were measured, something else was asked
            self.page = found
            self._post(self.page.message)

    def _measured(self, done: int, total: int) -> None:
        """Say how far measuring is, once a second; any thread calls it."""
        now = time.monotonic()
        if total > _FEW_MEASURED and now - self._said_at >= 1:
            self._said_at = now
            text = translated(
                "Looking at {total:,} new pictures, once for all: {done:,} done.",
                total=total,
                done=done,
            )
            self._gallery.worker.post(self.send, {"kind": "busy", "text": text})

    async def _answer_viewport(self, content: Message) -> None:
        """Send what is in view: first what is at hand, then what must be made, one by one."""
        page = self.page
        # Rows of an older question have other numbers.
        if content.get("query") != page.message["query"]:
            return
        first = max(0, _whole(content.get("first")))
        last = min(first + _MOST_ROWS, _whole(content.get("last")))
        self._looked += 1
        looked, run_blocking = self._looked, self._gallery.worker.run_blocking
        with self._reading() as changed:
            found = await run_blocking(self._gallery.rows, page.found, first, last)
            wanted = list(dict.fromkeys(row.sha256 for row in found if row.sha256))
            if content.get("bare"):  # to be chosen, and not looked at
                wanted = []
            # All that is at hand in one message; what must be made comes after it, as each takes a
            # while.
            kept = await run_blocking(self._gallery.cached_thumbnails, wanted)
            rows = [_to_wire(row) for row in found]
            _renew(rows, changed)
        told = {"kind": "rows", "query": page.message["query"], "first": first}
        self._post({**told, "rows": rows, "pictures": kept})
        for sha256 in wanted:
            if sha256 in kept:
                continue
            if looked != self._looked:
                return  # the page looks elsewhere by now, and asks again when it comes back
            made, why = await run_blocking(self._gallery.make_thumbnail, sha256)
            self._post(
                {"kind": "picture", "sha256": sha256, "why": why, "pictures": {"made": made}}
            )

    async def _answer_compare(self, content: Message) -> None:
        wanted = content.get("pictures")
        for sha256 in wanted[:_MOST_COMPARED] if isinstance(wanted, list) else []:
            made, why = await self._gallery.worker.run_blocking(self._gallery.large, str(sha256))
            self._post({"kind": "large", "sha256": sha256, "why": why, "pictures": {"made": made}})

    async def _answer_annotate(self, content: Message) -> None:
        """Rate or tag tasks, or take the last of that back; what was changed is told to all."""
        notes, worker = self._gallery.store.annotations, self._gallery.worker
        listed = content.get("tasks")
        pairs = listed[:_MOST_ANNOTATED] if isinstance(listed, list) else []
        keys = [(str(one[0]), str(one[1])) for one in pairs if isinstance(one, list) and one[1:]]
        if content.get("act") == "undo":
            said = await worker.run_in_turn(notes.undo)
        else:
            acts: dict[str, Callable[[list[TaskKey], Any], None]] = {
                "rate": notes.rate,
                "tag": notes.tag,
                "untag": notes.untag,
            }
            act = acts.get(str(content.get("act")))
            if act is None or not keys:
                return
            await worker.run_in_turn(act, keys, content.get("value"))
            said = ""
        told = {"kind": "noted", "text": said, "turn": content.get("turn")}
        if content.get("act") != "rate":  # the list of tags may have grown or shrunk by it
            told["tags"] = await worker.run_blocking(notes.tags)
        self.send(told)

    def _annotated(self, changed: Changed) -> None:
        """Tell the page what is thought of tasks now; any thread calls it."""
        told = {
            f"{server} {task}": (annotation.rating or 0, BETWEEN.join(annotation.tags))
            for (server, task), annotation in changed.items()
            if annotation is not None
        }
        # Nobody hears it any more once the widget was closed, and sending would fail.
        if told and self.comm is not None:
            if self._readers:
                self._changed |= told
            self._gallery.worker.post(self._tell_annotated, told)
        gone = {f"{server} {task}" for (server, task), one in changed.items() if one is None}
        if gone and self.comm is not None:
            self._gallery.worker.post(self._forget, gone)

    def _tell_annotated(self, told: _Thoughts) -> None:
        tasks = [[key, *thought] for key, thought in told.items()]
        self.send({"kind": "annotated", "tasks": tasks})
        # A page that is loaded anew begins with it.
        _renew(self.page.message["rows"], told)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[_Thoughts]:
        """Give what is thought otherwise of tasks since they began to be read."""
        self._readers += 1
        try:
            yield self._changed
        finally:
            self._readers -= 1
            if not self._readers:
                self._changed = {}

    def _forget(self, gone: set[str]) -> None:
        """Find anew what is left; what is deleted meanwhile goes together."""
        self._deleted |= gone
        # One search for all that goes at once: deleting a thousand tasks tells of each.
        if self._refreshing is None:
            self._refreshing = asyncio.ensure_future(self._refresh())

    async def _refresh(self) -> None:
        try:
            while self._deleted:
                gone, self._deleted = self._deleted, set()
                asked, query = self.page.message["asked"], self.page.message["query"]
                said = translated(
                    "{counted} deleted from history.", counted=counted(len(gone), "task")
                )
                left = partial(self._gallery.without_deleted, self.page.found)
                with self._reading() as changed:
                    found, removed = await self._gallery.worker.run_blocking(left)
                    about = {"gone": sorted(gone), "removed": removed, "text": said}
                    page = partial(_page_of, self._gallery, found, asked, query, **about)
                    left_page = await self._gallery.worker.run_blocking(page)
                    _renew(left_page.message["rows"], changed)
                if query == self._asked:
                    self.page = left_page
                    self._post(left_page.message)
        finally:
            self._refreshing = None

    async def _answer_open(self, content: Message) -> None:
        """Open the panel of a task below the gallery, in the place of the one before."""
        task = str(content.get("task", ""))
        if not task:
            self._below.children = ()
            return
        job = await self._gallery.worker.run_blocking(self._gallery.find_job, task)
        # The panel before it stays open for other outputs that show the same job.
        self._below.children = (await build_panel(job),)
        self._post({"kind": "opened", "task": task, "pictures": {}})

    is_idle = True

    def close(self) -> None:
        """Take it away from the page; the panel that was opened from it stays open for others."""
        if forget := getattr(self, "_unsubscribe", None):
            forget()
        for part in (getattr(self, "frame", None), getattr(self, "_below", None)):
            if part is not None:  # ipywidgets closes half-made widgets too
                part.close()
        super().close()

    def _post(self, message: Message) -> None:
        """Send *message*; its pictures go as they are, after the names of what they are of."""
        pictures = message["pictures"]
        # As buffers, since bytes in JSON would be base64, and a third larger.
        told = {**message, "pictures": list(pictures)}
        self.send(told, list(pictures.values()))

    def __repr__(self) -> str:
        return translated("(The live gallery stood here; it needs a running kernel.)")


def _renew(rows: list[Message], told: _Thoughts) -> None:
    """Write into *rows* what is thought of them by now."""
    for row in rows:
        if row["key"] in told:
            row["rating"], row["tags"] = told[row["key"]]


def _to_wire(row: GalleryItem) -> Message:
    told = row.cell._asdict()
    return told | {"task": row.task, "server": row.server, "sha256": row.sha256, "group": row.group}


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
