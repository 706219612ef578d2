"""Galleries: history as pictures: what is found, in parts, with small and large pictures."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from mj_notebook.errors import MJError, StoreError, UsageError
from mj_notebook.language import marked, translated
from mj_notebook.prompt.parameters import living_names, long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.media import media_of
from mj_notebook.session.history import History
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import living, public
from mj_notebook.store.history import Store
from mj_notebook.store.query import PROMPT_WORDS
from mj_notebook.store.record_columns import Record
from mj_notebook.view.cells import Cell, cell_of_record, parameter_text
from mj_notebook.view.html import Safe, el
from mj_notebook.view.text import truncate

FIELDS = ("text", "action", "status", "since", "rating", "tag", "server", "sort")
"""What can be asked for in a gallery itself, each in the words of `History.where`."""

LIKE = "like"
"""The field that says what pictures look nearly like: a task id, a blank and its server."""

Progress = Callable[[int, int], None]
Similar = Callable[[History, str, str | None, Progress | None], History]

GROUP = "group"
"""The field that says what tasks are grouped by: a column or a parameter, "prompt" its words."""

# About what the highest window shows; further ones come as they are scrolled to.
_FIRST_ROWS = 60
_MOST_OF_GROUP = 200  # that are looked at for what differs
# A name of a group is one line over its tiles, and may be a whole prompt.
_LONGEST_NAME = 300
# Short, as they stand where the picture would; where the files are is nobody's business there.
_GONE = marked("The file of the picture is gone; opening the task asks for it again.")
_DAMAGED = marked("The file of the picture is damaged; opening the task asks for it again.")
_UNREADABLE = marked("The file of the picture can't be read.")
_FILM = marked("A film: open the task to watch it.")
# What tasks are grouped by, in words; parameters are called as they are written.
_GROUPED_BY = {
    "rating": marked("rating"),
    "tags": marked("tags"),
    "version": marked("version"),
    "seed": marked("seed"),
    "server": marked("server"),
}


class GalleryItem(NamedTuple):
    """
    A task of a gallery.

    Attributes:
        task: Its id, "" for a request of which nobody knows whether there is a task for it.
        sha256: Its picture, "" for none.
        group: What its group is called, "" where nothing is grouped.
    """

    cell: Cell
    task: str
    server: str
    sha256: str
    group: str = ""


@public
class Found:
    """The tasks that were asked for, in their groups."""

    def __init__(
        self, history: History, groups: Sequence[tuple[str, int]] = (), by: str = ""
    ) -> None:
        self.history, self.groups, self.by = history, groups, by
        self._starts = list(accumulate((count for _, count in groups), initial=0))
        self._differing: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self.history)

    def picked(self, places: Sequence[int]) -> "Found":
        """Return those at some rising *places*, in their groups."""
        at = [bisect_left(places, start) for start in self._starts]
        counts = [after - before for before, after in pairwise(at)]
        groups = [(name, count) for (name, _), count in zip(self.groups, counts, strict=True)]
        left = [(name, count) for name, count in groups if count]
        return Found(self.history.picked(places), left, self.by)

    def items(self, first: int, last: int) -> list[GalleryItem]:
        """Return the tasks from number *first* to before *last*."""
        records = list(self.history[first:last])
        return [self._item(number, record) for number, record in enumerate(records, first)]

    def _item(self, number: int, record: Record) -> GalleryItem:
        item = GalleryItem(
            cell_of_record(record), record["task"] or "", record["server"], record["sha256"] or ""
        )
        if not self.groups:
            return item
        place = bisect_right(self._starts, number) - 1
        name = truncate(self.groups[place][0], _LONGEST_NAME)
        if self.by != PROMPT_WORDS:
            called = translated(_GROUPED_BY.get(self.by, self.by))
            none = translated("no {called}", called=called)
            return item._replace(group=f"{called} {name}" if name else none)
        told = parameter_text(record, self._names(place))
        cell = item.cell._replace(label=told) if told else item.cell
        return item._replace(cell=cell, group=name or translated("no words"))

    def _names(self, place: int) -> tuple[str, ...]:
        """Return the parameters in which the tasks of a group differ."""
        if place not in self._differing:
            start, count = self._starts[place], self.groups[place][1]
            members = list(self.history[start : start + min(count, _MOST_OF_GROUP)])
            names = (name for name in members[0] if name in living_names()) if members else ()
            self._differing[place] = tuple(
                name for name in names if len({one[name] for one in members}) > 1
            )
        return self._differing[place]


@living
@public
class Gallery:
    """
    History as pictures, to look through, compare and go on from.

    Its methods read files and may be called from any thread.

    Args:
        history: What it is about.
        filters: What is asked for at first, by the names of `FIELDS`.
        worker: Owns what is shown live.
        find_job: Returns the job of a task id; called when one is opened.
        find_similar: Returns the tasks of a history that look nearly like one of it, that first.

    Example:
        >>> gallery = mj.gallery("kite", rating=4)
        >>> gallery.found
    """

    def __init__(
        self,
        history: History,
        asked: Mapping[str, str],
        *,
        worker: Worker,
        find_job: Callable[[str], Job],
        find_similar: Similar | None = None,
    ) -> None:
        if history.store is None:
            raise UsageError(
                translated("A history read from a file has no pictures."),
                hint=translated("Show the history itself."),
            )
        self.store: Store = history.store
        self.history, self.worker, self.find_job = history, worker, find_job
        self._find_similar = find_similar
        self._measuring = threading.Lock()
        self.filters = {name: asked.get(name, "") for name in (*FIELDS, GROUP, LIKE)}

    @property
    def found(self) -> Found:
        """What was asked for at first."""
        return self.find(self.filters)

    def find(self, asked: Mapping[str, str], progress: Progress | None = None) -> Found:
        """
        Return the tasks that are *asked* for; an empty field asks for nothing.

        In the text, parameters stand as in a prompt: ``kite --v 7 --s 250``.

        Args:
            asked: What is asked for.
            progress: Is told how many of how many pictures are measured, where that is needed.

        Raises:
            UsageError: A field makes no sense.
        """
        wanted: dict[str, Any] = {
            name: asked[name].strip() for name in FIELDS if asked.get(name, "").strip()
        }
        if "rating" in wanted:
            wanted["rating"] = _whole(wanted["rating"])
        words, parameters = _words_and_parameters(wanted.pop("text", ""))
        found = self.history.where(text=words or None, **wanted, **parameters)
        if like := asked.get(LIKE, "").strip():
            found = self._similar(found, like, progress)
        by = long_name(asked.get(GROUP, "").strip())
        return Found(*found.grouped(by), by) if by else Found(found)

    def without_deleted(self, found: Found) -> tuple[Found, list[int]]:
        """
        Return what is left of *found* in the same order, and the places of what was deleted.

        Asked anew, a list in the order of ratings would be another one under the hand that rates.
        """
        numbers = found.history.numbers
        left = self.store.queries.existing(numbers)
        places = range(len(numbers))
        kept = [place for place in places if numbers[place] in left]
        return found.picked(kept), [place for place in places if numbers[place] not in left]

    def _similar(self, among: History, like: str, progress: Progress | None) -> History:
        if self._find_similar is None:
            raise UsageError(
                translated("Nothing finds similar pictures here."),
                hint=translated("Write mj.similar(job)."),
            )
        task, _, server = like.partition(" ")
        with self._measuring:  # two who ask at once would measure everything twice
            return self._find_similar(among, task, server or None, progress)

    def rows(self, found: Found, first: int = 0, last: int = _FIRST_ROWS) -> list[GalleryItem]:
        """Return the tasks from number *first* to before *last*."""
        return found.items(first, last)

    def choices(self) -> dict[str, list[str]]:
        """Return what there is to choose from: kinds of tasks, tags and servers."""
        return {
            "actions": self.store.queries.actions(),
            "tags": self.store.annotations.tags(),
            "servers": self.store.queries.servers(),
        }

    def index_some(self) -> bool:
        """Bring a part of what words are found by up to date; tell whether there may be more."""
        return self.store.queries.index_some()

    def cached_thumbnails(self, wanted: Sequence[str]) -> dict[str, bytes]:
        """Return the small pictures that are at hand, by SHA-256."""
        return self.store.thumbnails.of(wanted)

    def make_thumbnail(self, sha256: str) -> tuple[bytes, str]:
        """Make a small picture that is not at hand; without one, say why there is none."""
        from mj_notebook.images.thumbnails import tiny_jpeg  # loads Pillow

        made, why = self._made(sha256, tiny_jpeg)
        if made:
            # A long history is looked through more than once, and decoding a grid takes longer
            # than reading it.
            self.store.thumbnails.save({sha256: made})
        return made, why

    def large(self, sha256: str) -> tuple[bytes, str]:
        """Make a picture to be looked at closely; without one, say why there is none."""
        from mj_notebook.images.thumbnails import large  # loads Pillow

        return self._made(sha256, large)

    def _made(self, sha256: str, make: Callable[[bytes], bytes]) -> tuple[bytes, str]:
        content, why = self._content(sha256)
        try:
            return (b"", why) if why else (make(content), "")
        except MJError:
            return b"", translated(_UNREADABLE)

    def _content(self, sha256: str) -> tuple[bytes, str]:
        try:
            content = self.store.pictures.read_whole(sha256)
        except StoreError:
            return b"", translated(_GONE)
        if content is None:
            return b"", translated(_DAMAGED)
        media = media_of(content)
        return (b"", translated(_FILM)) if media and media.is_film else (content, "")

    def __repr__(self) -> str:
        return repr(self.found.history)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.bundle()

    def bundle(self) -> dict[str, str]:
        """Return what stays in the file: the table of the newest tasks."""
        bundle = self.found.history._repr_mimebundle_()
        table = Safe(bundle["text/html"])  # written by the one builder
        return {**bundle, "text/html": str(el("div", table, class_="mj-static"))}


def _words_and_parameters(text: str) -> tuple[str, dict[str, Any]]:
    if "--" not in text:
        return text, {}
    asked = Prompt.parse(text)
    told = {name: value or True for name, value in asked.parameters}
    return asked.text, told


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text
