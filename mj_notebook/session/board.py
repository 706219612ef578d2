"""Boards: many jobs as one grid of cells; told of changes a few times a second, all at once."""

import asyncio
import contextlib
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mj_notebook.errors import MJError, UsageError
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.language import counted, gettext, translated
from mj_notebook.session.job import Job
from mj_notebook.session.job_facts import load_pictures
from mj_notebook.session.signals import Signal
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import living, public
from mj_notebook.view.cells import Cell, cell_of

UPDATE_INTERVAL = 0.25
"""Seconds between two changes that are told, however many jobs there are."""

# A cell is that wide at most; a hundred larger ones would be megabytes on each opening.
_PICTURE_SIDE = 256
_MAX_LARGE_PICTURES = 24  # more pictures of 256 px would make the notebook's file a burden

BoardRow = Job | Cell

# A board is kept while its jobs run: what it displays in an output is kept up to date until then.
_RUNNING: "set[Board]" = set()


class BoardChange(NamedTuple):
    """
    What changed on a board since the last one.

    Attributes:
        pictures: New pictures by key, as JPEGs; b"" where one is gone.
        order: All keys in their order when cells came, went or moved; else None.
    """

    cells: tuple[Cell, ...] = ()
    pictures: dict[str, bytes] = {}  # noqa: RUF012 - a default of a tuple is never changed
    order: tuple[str, ...] | None = None


@living
@public
class Board:
    """
    Many jobs, or rows that are no jobs yet, in their order.

    It may be changed and read from any thread; its listeners are called on the worker's.

    Args:
        rows: Jobs; or cells, for what is only planned.
        worker: Owns the jobs.
        labels: What the rows are called, by default what was asked.
        title: What the board is about.
        longest: The longer side of its small pictures, in pixels.

    Example:
        >>> board = mj.board([job, mj.imagine("a boat")])
        >>> board.title
    """

    def __init__(
        self,
        rows: Iterable[BoardRow] = (),
        *,
        worker: Worker,
        labels: Sequence[str] | None = None,
        title: str = "",
        longest: int = _PICTURE_SIDE,
    ) -> None:
        self.worker, self.title = worker, title
        self._longest = longest
        # Rows are added by cells and changed by listeners on the worker's thread.
        self._lock = threading.RLock()
        self._rows: dict[str, tuple[BoardRow, str]] = {}
        self._sent_cells: dict[str, Cell] = {}
        self._pictures: dict[str, bytes] = {}
        self._thumbnails: dict[str, Thumbnail | str] = {}
        self._unsubscribers: dict[str, Callable[[], None]] = {}
        self._signal: Signal[BoardChange] = Signal()
        self._dirty: set[str] = set()
        self._moved = self._waiting = False
        self._notifications: list[asyncio.Future[None]] = []
        self._last = float("-inf")
        given = list(rows)
        names = list(labels) if labels is not None else [""] * len(given)
        if len(names) != len(given):
            raise UsageError(
                translated(
                    "There are {rows} and {labels}.",
                    rows=counted(len(given), "row"),
                    labels=counted(len(names), "label"),
                ),
                hint=translated("Give a label for each row, or none at all."),
            )
        for row, label in zip(given, names, strict=True):
            self.put(row, label)

    # -- changing ------------------------------------------------------------------------------

    def put(self, row: BoardRow, label: str = "", *, key: str = "") -> str:
        """
        Add a row, or replace the one with its key, and return the key.

        Args:
            row: A job or a cell.
            label: What it is called.
            key: Another one than the row's own: a job takes the place of what was planned.

        Raises:
            UsageError: It is neither a job nor a cell.
        """
        name = key or (row.name if isinstance(row, Job) else row.key)
        with self._lock:
            # A sweep names a row again when it has ended. Taken away and made anew, its picture
            # would be missing in what is written meanwhile.
            if name in self._unsubscribers and self._rows.get(name) == (row, label):
                return name
            self._unsubscribe(name)
            self._moved = self._moved or name not in self._rows
            self._rows[name] = (row, label)
            if isinstance(row, Job):
                self._unsubscribers[name] = _watch(row, self, name)
                if row.is_open:
                    _RUNNING.add(self)
        self.worker.post(self._mark_dirty, name)
        return name

    def remove(self, key: str) -> None:
        """Take the row with that key away; the job itself goes on."""
        with self._lock:
            self._unsubscribe(key)
            self._moved = self._rows.pop(key, None) is not None or self._moved
            self._sent_cells.pop(key, None)
        self.worker.post(self._mark_dirty, key)

    def close(self) -> None:
        """Watch the jobs no more; they go on."""
        with self._lock:
            for key in tuple(self._rows):
                self._unsubscribe(key)
            self._signal.clear()
        _RUNNING.discard(self)

    def _unsubscribe(self, key: str) -> None:
        if unsubscribe := self._unsubscribers.pop(key, None):
            unsubscribe()
        self._thumbnails.pop(key, None)
        if key in self._pictures:
            self._pictures[key] = b""  # told with the next change, then forgotten

    # -- reading -------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs among the rows, in their order."""
        with self._lock:
            return tuple(row for row, _ in self._rows.values() if isinstance(row, Job))

    def job(self, key: str) -> Job | None:
        """Return the job with that key, None for what is none."""
        with self._lock:
            row, _ = self._rows.get(key, (None, ""))
        return row if isinstance(row, Job) else None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells in their order, as they stand now."""
        with self._lock:
            rows = dict(self._rows)
        # Not under the lock, which the loop takes: what was released is read from its file.
        return tuple(_cell(key, *row) for key, row in rows.items())

    @property
    def pictures(self) -> dict[str, bytes]:
        """The small pictures by key, as JPEGs."""
        with self._lock:
            return {key: made for key, made in self._pictures.items() if made}

    @property
    def is_running(self) -> bool:
        """Whether any of the jobs is still open."""
        return any(job.is_open for job in self.jobs)

    def wait(self, timeout: float | None = None) -> "Board":
        """
        Wait until all jobs ended, well or not; a board never raises what one of them did.

        Raises:
            WaitTimeout: The time is over, or the person interrupted; the tasks go on.
        """
        ended = self.worker.submit(self.all_ended())
        self.worker.wait(ended, timeout=timeout, resume_hint=translated("Go on with board.wait()."))
        return self

    def subscribe(self, listener: Callable[[BoardChange], object]) -> Callable[[], None]:
        """Call *listener* with each `BoardChange`, on the worker's thread; return what ends it."""
        return self._signal.subscribe(listener)

    def __repr__(self) -> str:
        from mj_notebook.view.board import board_text

        return board_text(self.cells, self.title)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.bundle()

    def bundle(self) -> dict[str, str]:
        """Return the board as an output that stays in the file; many pictures are smaller ones."""
        from mj_notebook.view.board import board_html, board_text

        cells, pictures = self.cells, self.pictures
        if len(pictures) > _MAX_LARGE_PICTURES:
            from mj_notebook.images.thumbnails import TINY, tiny_jpeg  # loads Pillow

            pictures = {key: tiny_jpeg(made, TINY) for key, made in pictures.items()}
        return {
            "text/plain": board_text(cells, self.title),
            "text/html": str(board_html(cells, pictures, self.title)),
        }

    # -- ticking: on the worker's thread -------------------------------------------------------

    def _mark_dirty(self, key: str) -> None:
        self._dirty.add(key)
        if not self._waiting:
            self._waiting = True
            since = asyncio.get_running_loop().time() - self._last
            self.worker.post_later(max(0.0, UPDATE_INTERVAL - since), self._start_tick)

    def _start_tick(self) -> None:
        self._last = asyncio.get_running_loop().time()
        self._task = asyncio.ensure_future(self._tick())  # the loop keeps only a weak reference

    async def _tick(self) -> None:
        dirty, self._dirty = self._dirty, set()
        try:
            change = self._change(dirty, await self._new_pictures(dirty))
        finally:
            self._waiting = False
            # What changed meanwhile found `_waiting` set, and started no tick of its own.
            for key in tuple(self._dirty):
                self._mark_dirty(key)
        if change != BoardChange():
            self._signal.notify(change, of="a board")
        if not self.is_running:
            _RUNNING.discard(self)
        if not self._waiting:
            changed, self._notifications = self._notifications, []
            for future in changed:
                future.set_result(None)

    async def _new_pictures(self, keys: set[str]) -> dict[str, bytes]:
        """Make the small pictures of what has another one than before; a broken one is none."""
        with self._lock:
            rows = {key: self._rows[key][0] for key in keys if key in self._rows}
        jobs = {key: row for key, row in rows.items() if isinstance(row, Job)}
        shots = {key: shot for key, job in jobs.items() if (shot := _thumbnail_of(job))}
        new = {key: shot for key, shot in shots.items() if self._thumbnails.get(key) != shot}
        if not new:
            return {}
        self._thumbnails |= new
        return await self.worker.run_blocking(
            _thumbnails, {key: jobs[key] for key in new}, self._longest
        )

    def _change(self, dirty: set[str], pictures: dict[str, bytes]) -> BoardChange:
        with self._lock:
            cells = {key: _cell(key, *row) for key, row in self._rows.items() if key in dirty}
            differ = {key: cell for key, cell in cells.items() if self._sent_cells.get(key) != cell}
            gone = {
                key: b""
                for key in dirty
                if self._pictures.get(key) == b""
                or (key in self._pictures and self._is_deleted(key))
            }
            for key in gone:
                del self._pictures[key]
            pictures = {key: made for key, made in (gone | pictures).items() if key in self._rows}
            order = tuple(self._rows) if self._moved else None
            self._sent_cells |= differ
            self._pictures |= {key: made for key, made in pictures.items() if made}
            self._moved = False
        return BoardChange(tuple(differ.values()), pictures, order)

    def _is_deleted(self, key: str) -> bool:
        row, _ = self._rows.get(key, (None, ""))
        return isinstance(row, Job) and row.is_deleted

    async def all_ended(self) -> None:
        """Wait for the ends of all jobs, and until they were told."""
        for job in self.jobs:
            with contextlib.suppress(MJError):
                # A job that failed has ended as well; its row tells why.
                await job
        if self._waiting:  # the last change is still to be told, with its pictures
            told = self.worker.loop.create_future()
            self._notifications.append(told)
            await told


def _watch(job: Job, board: Board, key: str) -> Callable[[], None]:
    """
    Let *board* know of each change of *job*; return what ends that.

    The job does not keep the board: one that nobody uses any more leaves no subscriber behind.
    """
    known = weakref.ref(board, lambda _: unsubscribe())

    def changed(_: Job) -> None:
        used = known()
        if used is not None:
            used._mark_dirty(key)  # noqa: SLF001 - a part of the board

    unsubscribe = job.subscribe(changed)
    return unsubscribe


def _cell(key: str, row: BoardRow, label: str) -> Cell:
    if isinstance(row, Job):
        cell = cell_of(row.facts(), key, label)
        if not row.is_deleted:
            return cell
        # Its place stays: a sweep runs it again there.
        gone = gettext("It was deleted from history.")
        return cell._replace(words=gettext("deleted"), reason=gone, details="", rating=0, tags="")
    return row._replace(key=key, label=label or row.label)


def _thumbnail_of(job: Job) -> Thumbnail | str | None:
    """Return what names the picture that is to be shown of *job*: the kept one, or a preview."""
    if job.is_deleted:
        return None
    pictures = job.pictures
    if pictures.kept is not None and not pictures.is_preview:
        return pictures.kept.sha256
    return pictures.thumbnail


def _thumbnails(jobs: Mapping[str, Job], longest: int) -> dict[str, bytes]:
    """Make small JPEGs, of old pictures too; blocking, it runs in the pool."""
    from mj_notebook.images.thumbnails import tiny_jpeg  # loads Pillow

    made = {}
    for key, job in jobs.items():
        load_pictures(job)
        shot = job.pictures.thumbnail
        with contextlib.suppress(MJError):  # the cell says in words what it can
            if shot is not None:
                made[key] = tiny_jpeg(shot.small or shot.content, longest)
    return made
