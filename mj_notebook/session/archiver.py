"""Keeper: pictures come in here: previews while a task runs, the archive at its success."""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING

from mj_notebook.client.error_mapping import failure_of
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, StoreError
from mj_notebook.protocol.buttons import shows_grid
from mj_notebook.protocol.models import Task
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store

if TYPE_CHECKING:
    from mj_notebook.images.thumbnail import Thumbnail
    from mj_notebook.store.pictures import Picture

# Downloads at once: the pool keeps threads for submits and questions.
_AT_ONCE = 3
_DAY = 86_400.0
DAMAGED = "The kept picture was damaged, so it was fetched again."
IMAGE, TILE = "image", "tile"
"""What a kept picture is to its task: the result, or one of its four tiles (1 to 4)."""


class Keeper:
    """Fetches pictures for jobs and keeps them; its methods run on the worker's loop."""

    def __init__(
        self,
        client: Client,
        store: Store,
        worker: Worker,
        clock: Callable[[], float],
        *,
        pauses: Sequence[float],
    ) -> None:
        self._client, self._store, self._worker = client, store, worker
        self._clock, self._pauses = clock, pauses
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()
        self._previewing: set[str] = set()
        store.pictures.drop_partial(before=clock() - _DAY)

    def preview(self, job: Job) -> None:
        """Show the latest preview of a running task, when anybody looks; the last one wins."""
        url = job.task.image_url if job.task else None
        if url and job.wants_previews and job.tag not in self._previewing:
            self._spawn(self._preview(job, url))

    def archive(self, job: Job) -> None:
        """Keep the pictures of a succeeded task, then end the job; some tasks have none."""
        if job.task and (job.task.image_url or tiles_of(job.task)):
            self._spawn(self._archive(job, job.task))
        else:
            job.end(self._clock())

    def restore(self, job: Job, task: Task) -> None:
        """Bring a finished job back with the picture that is kept; callable from any thread."""
        job.task = task
        job.tiles = self._kept_tiles(job.home, task.id)
        kept = self._store.picture(job.home, task.id)
        if kept is not None and task.image_url and self._is_damaged(kept):
            kept = None
            job.remarks += (DAMAGED,)
        is_there = task.image_url or (tiles_of(task) and not job.tiles)
        if kept is None and task.succeeded and is_there:
            self._worker.post(job.accept, task)
            self._worker.post(self.archive, job)
            return
        if kept is not None:
            try:
                job.picture, job.shot = kept, _shot(self._store.pictures.read(kept.sha256))
            except MJError as error:
                job.missing = error
        elif len(job.tiles) == 4:
            job.missing = _one_by_one()
        ended_at = (task.finish_time or 0) / 1000 or job.asked_at
        failure = None if task.succeeded else failure_of(task)
        job.end(ended_at, failure, note=str(job.missing or ""))

    def _is_damaged(self, kept: "Picture") -> bool:
        """Tell whether a kept picture no longer is what it was, and set it aside then."""
        try:
            if self._store.pictures.check(kept.sha256):
                return False
            self._store.pictures.set_aside(kept.sha256)
        except StoreError:
            return False  # what can't be read or moved is told where it is shown
        return True

    def give(self, home: str, task_id: str, content: bytes, number: int = 0) -> None:
        """
        Keep a picture that a file holds, where none is kept (any more).

        Where history knows what the picture was, nothing else takes its place.

        Args:
            home: The name in history of the task's server.
            task_id: The task.
            content: The picture, as it was served.
            number: Which tile it is, 0 for the whole.
        """
        role = TILE if number else IMAGE
        if self._store.picture(home, task_id, role=role, number=number) is not None:
            return
        stored = self._store.task(task_id, server=home)
        places = stored.pictures if stored else ()
        known = next((kept for kept in places if (kept.role, kept.number) == (role, number)), None)
        if known is None:
            at = self._clock()
            self._store.keep(home, task_id, content, url="", role=role, number=number, at=at)
        elif known.picture.sha256 == hashlib.sha256(content).hexdigest():
            self._store.pictures.put(content)

    def show_kept(self, job: Job) -> None:
        """Show what is kept by now of an ended job that had no picture; from any thread."""
        if job.task is None or job.is_open or job.picture is not None:
            return
        tiles = self._kept_tiles(job.home, job.task.id)
        kept = self._store.picture(job.home, job.task.id)
        shot = _shot(self._store.pictures.read(kept.sha256)) if kept else None

        def take() -> None:
            job.tiles = tiles
            if kept is not None:
                job.picture, job.shot, job.is_preview = kept, shot, False
                job.missing, job.note = None, ""
            job.changed()

        self._worker.post(take)

    def _kept_tiles(self, home: str, task_id: str) -> "dict[int, Picture]":
        stored = self._store.task(task_id, server=home)
        return {
            kept.number: kept.picture
            for kept in (stored.pictures if stored else ())
            if kept.role == TILE and kept.picture.path.exists()
        }

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)  # the loop itself keeps only weak references
        task.add_done_callback(self._running.discard)

    async def _preview(self, job: Job, url: str) -> None:
        self._previewing.add(job.tag)
        try:
            async with self._gate:
                content = await self._worker.aside(self._client.picture, url)
            from mj_notebook.images.thumbnails import passed_through  # loads Pillow

            shot = passed_through(content)
        except MJError:
            return  # a missing preview is no news; the next one may come
        finally:
            self._previewing.discard(job.tag)
        if shot and job.is_open and not (job.task and job.task.is_final):
            job.shot, job.is_preview = shot, True
            job.changed()

    async def _archive(self, job: Job, task: Task) -> None:
        try:
            if task.image_url:
                await self._ingest(job, task.id, task.image_url)
            else:
                job.missing = _one_by_one()
            for number, url in tiles_of(task):
                await self._take_tile(job, task.id, number, url)
        except MJError as error:
            job.missing = error
        except Exception as error:  # noqa: BLE001 - whoever waits must not wait for ever
            job.missing = MJError(f"The picture could not be taken in: {error!r}.")
        job.end(self._clock(), note=str(job.missing or ""))

    async def _ingest(self, job: Job, task_id: str, url: str) -> None:
        """Take the picture in; while it can't be had, try again after each pause."""
        for pause in self._pauses:
            try:
                await self._take_in(job, task_id, url)
            except MJError as error:
                job.note = f"{error.args[0]} Fetching the picture again in {pause:.0f} s."
                job.changed()
                await asyncio.sleep(pause)
            else:
                return
        await self._take_in(job, task_id, url)

    async def _take_in(self, job: Job, task_id: str, url: str) -> None:
        """Fetch, keep and show the picture; one that can't be kept is shown all the same."""
        async with self._gate:
            content = await self._worker.aside(self._client.picture, url)
            try:
                job.picture = await self._worker.aside(self._keep, job.home, task_id, content, url)
                job.missing = None
            finally:
                job.shot = await self._worker.aside(_shot, content)
                job.is_preview = False
        await self._worker.aside(self._keep_thumbnail, job)

    async def _take_tile(self, job: Job, task_id: str, number: int, url: str) -> None:
        """Keep one tile as the server gave it; one that can't be had is cut from the grid."""
        try:
            async with self._gate:
                content = await self._worker.aside(self._client.picture, url)
                kept = await self._worker.aside(self._keep, job.home, task_id, content, url, number)
        except MJError:
            return
        job.tiles = {**job.tiles, number: kept}

    def _keep(self, home: str, task_id: str, content: bytes, url: str, tile: int = 0) -> "Picture":
        """Keep one picture, or a tile; blocking, it runs in the pool."""
        role, at = TILE if tile else IMAGE, self._clock()
        return self._store.keep(home, task_id, content, url=url, role=role, number=tile, at=at)

    def _keep_thumbnail(self, job: Job) -> None:
        """Keep a small picture for lists, made from the small one that is shown; blocking."""
        from mj_notebook.images.thumbnails import tiny_jpeg

        if job.picture is not None and job.shot is not None:
            with contextlib.suppress(MJError):  # lists make what is missing
                small = tiny_jpeg(job.shot.small or job.shot.content)
                self._store.keep_thumbnails({job.picture.sha256: small})


def _one_by_one() -> MJError:
    return MJError(
        "The server gave the four pictures of the grid one by one.", hint="Take job[1] to job[4]."
    )


def tiles_of(task: Task) -> list[tuple[int, str]]:
    """Return number and address of the tiles, where a server gives all four one by one."""
    urls = task.image_urls or ()
    return list(enumerate(urls, 1)) if len(urls) == 4 and shows_grid(task) else []


def _shot(content: bytes) -> "Thumbnail":
    from mj_notebook.images.thumbnails import preview  # Pillow loads on first use

    return preview(content)
