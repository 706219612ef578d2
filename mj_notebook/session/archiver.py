"""The archive: snapshots are written down, previews shown, and finished pictures kept."""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING

from mj_notebook.client.error_mapping import failure_of
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError
from mj_notebook.protocol.buttons import tile_urls
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.eta import DurationEstimates
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store
from mj_notebook.store.records import IMAGE, TILE

if TYPE_CHECKING:
    from mj_notebook.images.thumbnail import Thumbnail
    from mj_notebook.store.pictures import Picture
    from mj_notebook.store.records import StoredTask

# Downloads at once: the pool keeps threads for submits and questions.
_MAX_DOWNLOADS = 3
_DAY = 86_400.0
DAMAGED = "The kept picture was damaged, so it was fetched again."


class Archiver:
    """
    Writes down what was learned of tasks, and fetches and keeps their pictures.

    Unless it says otherwise, everything here runs on the worker's loop.
    """

    def __init__(
        self,
        client: Client,
        store: Store,
        worker: Worker,
        clock: Callable[[], float],
        *,
        server: str,
        estimates: DurationEstimates,
        pauses: Sequence[float],
    ) -> None:
        self._client, self._store, self._worker = client, store, worker
        self._clock, self._server, self._pauses = clock, server, pauses
        self._estimates = estimates
        self._gate = asyncio.Semaphore(_MAX_DOWNLOADS)
        self._running: set[asyncio.Task[None]] = set()
        self._previewing: set[str] = set()
        store.pictures.drop_partial(before=clock() - _DAY)

    async def record(self, found: list[tuple[Job, Task]]) -> None:
        """Write new snapshots down first, then update their jobs."""
        stored = [
            (self._server, task)
            for job, task in found
            # A running task is written down already; its percentages are not worth a write.
            if task.is_final or task.status == Status.MODAL
        ]
        trouble = ""
        if stored:
            try:
                await self._worker.run_blocking(self._store.save_tasks, stored)
                self._estimates.invalidate()
            except MJError as error:
                trouble = str(error)  # a full disk must not stop the polling
        for job, task in found:
            job.update(task)
            if trouble:
                job.note = trouble
            if not task.is_final:
                if job.wants_previews:
                    self.preview(job)
            elif task.succeeded:
                self.archive(job)
            else:
                job.end(self._clock(), failure_of(task))

    def preview(self, job: Job) -> None:
        """Show the latest preview of a running task, when anybody looks; the last one wins."""
        url = job.task.image_url if job.task else None
        if url and job.wants_previews and job.tag not in self._previewing:
            self._spawn(self._preview(job, url))

    def archive(self, job: Job) -> None:
        """Keep the pictures of a succeeded task, then end the job; some tasks have none."""
        if job.task and (job.task.image_url or tile_urls(job.task)):
            self._spawn(self._archive(job, job.task))
        else:
            job.end(self._clock())

    def restore(self, job: Job, task: Task, stored: "StoredTask | None" = None) -> None:
        """
        Bring a finished job back with the picture that is kept; callable from any thread.

        The picture's file is read when somebody looks at it; `check` reads it before.

        Args:
            job: A new job.
            task: Its final snapshot.
            stored: What history holds of it, where that was read already.
        """
        stored = stored or self._store.task(task.id, server=job.server)
        pictures, whole = job.pictures, stored.image if stored else None
        job.task = task
        pictures.tiles = _tiles_there(stored)
        pictures.kept = whole if whole is not None and whole.path.exists() else None
        has_some = task.image_url or (tile_urls(task) and not pictures.tiles)
        if pictures.kept is None and task.succeeded and has_some:
            self._fetch_again(job, task)
            return
        if pictures.kept is None:
            # A file that a job was read from may have said already why there is none.
            why = _separate_tiles_error() if len(pictures.tiles) == 4 else _gone(self._store, whole)
            pictures.missing = why or pictures.missing
        ended_at = (task.finish_time or 0) / 1000 or job.asked_at
        failure = None if task.succeeded else failure_of(task)
        job.end(ended_at, failure, note=str(pictures.missing or ""))

    def check(self, job: Job) -> bool:
        """
        Read the kept picture of a restored job, and fetch it anew when it is damaged.

        Callable from any thread, and once for each job.

        Returns:
            Whether it is being fetched, so that the job is open again.
        """
        kept, task = job.pictures.kept, job.task
        if kept is None or task is None or job.is_open or job.pictures.is_checked:
            return False
        job.pictures.is_checked = True
        try:
            content = self._store.pictures.read_whole(kept.sha256)
            if content is not None:
                job.pictures.thumbnail = thumbnail_of(content)
            if content is not None or not task.image_url:
                return False
            self._store.pictures.quarantine(kept.sha256)
        except MJError as error:  # what can't be read or moved is told where it is shown
            job.pictures.missing, job.note = error, str(error)
            return False
        job.remarks += (DAMAGED,)
        job.pictures.kept = None
        job.reopen()
        self._fetch_again(job, task)
        return True

    def _fetch_again(self, job: Job, task: Task) -> None:
        self._worker.post(job.accept, task)
        self._worker.post(self.archive, job)

    def keep_from_file(self, server: str, task_id: str, content: bytes, number: int = 0) -> None:
        """
        Keep a picture that a file holds, where none is kept (any more).

        Where history knows what the picture was, nothing else takes its place.

        Args:
            server: The name in history of the task's server.
            task_id: The task.
            content: The picture, as it was served.
            number: Which tile it is, 0 for the whole.
        """
        role = TILE if number else IMAGE
        if self._store.picture(server, task_id, role=role, number=number) is not None:
            return
        stored = self._store.task(task_id, server=server)
        places = stored.pictures if stored else ()
        known = next((kept for kept in places if (kept.role, kept.number) == (role, number)), None)
        if known is None:
            at = self._clock()
            self._store.save_picture(
                server, task_id, content, url="", role=role, number=number, at=at
            )
        elif known.picture.sha256 == hashlib.sha256(content).hexdigest():
            self._store.pictures.put(content)

    def show_archived(self, job: Job) -> None:
        """Show what is kept by now of an ended job that had no picture; from any thread."""
        if job.task is None or job.is_open or (job.pictures.kept and not job.pictures.missing):
            return
        stored = self._store.task(job.task.id, server=job.server)
        kept = self._store.picture(job.server, job.task.id)
        thumbnail = thumbnail_of(self._store.pictures.read(kept.sha256)) if kept else None

        def show() -> None:
            job.pictures.tiles = _tiles_there(stored)
            if kept is not None:
                job.pictures.kept, job.pictures.thumbnail = kept, thumbnail
                job.pictures.is_preview, job.pictures.missing, job.note = False, None, ""
            job.notify()

        self._worker.post(show)

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)  # the loop itself keeps only weak references
        task.add_done_callback(self._running.discard)

    async def _preview(self, job: Job, url: str) -> None:
        self._previewing.add(job.tag)
        try:
            async with self._gate:
                content = await self._worker.run_blocking(self._client.picture, url)
            from mj_notebook.images.thumbnails import undecoded_preview  # loads Pillow

            thumbnail = undecoded_preview(content)
        except MJError:
            return  # a missing preview is no news; the next one may come
        finally:
            self._previewing.discard(job.tag)
        if job.is_open and not (job.task and job.task.is_final):
            job.pictures.thumbnail, job.pictures.is_preview = thumbnail, True
            job.notify()

    async def _archive(self, job: Job, task: Task) -> None:
        try:
            if task.image_url:
                await self._fetch_whole(job, task.id, task.image_url)
            else:
                job.pictures.missing = _separate_tiles_error()
            for number, url in tile_urls(task).items():
                await self._fetch_tile(job, task.id, number, url)
        except MJError as error:
            job.pictures.missing = error
        except Exception as error:  # noqa: BLE001 - whoever waits must not wait for ever
            job.pictures.missing = MJError(f"The picture could not be taken in: {error!r}.")
        job.end(self._clock(), note=str(job.pictures.missing or ""))

    async def _fetch_whole(self, job: Job, task_id: str, url: str) -> None:
        """Take the picture in; while it can't be had, try again after each pause."""
        for pause in self._pauses:
            try:
                await self._fetch_and_keep(job, task_id, url)
            except MJError as error:
                job.note = f"{error.args[0]} Fetching the picture again in {pause:.0f} s."
                job.notify()
                await asyncio.sleep(pause)
            else:
                return
        await self._fetch_and_keep(job, task_id, url)

    async def _fetch_and_keep(self, job: Job, task_id: str, url: str) -> None:
        """Fetch, keep and show the picture; one that can't be kept is shown all the same."""
        pictures = job.pictures
        async with self._gate:
            content = await self._worker.run_blocking(self._client.picture, url)
            try:
                pictures.kept = await self._worker.run_blocking(
                    self._save, job.server, task_id, content, url
                )
                pictures.missing, pictures.is_checked = None, True
            finally:
                pictures.thumbnail = await self._worker.run_blocking(thumbnail_of, content)
                pictures.is_preview = False
        await self._worker.run_blocking(self._save_thumbnail, job)

    async def _fetch_tile(self, job: Job, task_id: str, number: int, url: str) -> None:
        """Keep one tile as the server gave it; one that can't be had is cut from the grid."""
        try:
            async with self._gate:
                content = await self._worker.run_blocking(self._client.picture, url)
                kept = await self._worker.run_blocking(
                    self._save, job.server, task_id, content, url, number
                )
        except MJError:
            return
        job.pictures.tiles = {**job.pictures.tiles, number: kept}

    def _save(self, home: str, task_id: str, content: bytes, url: str, tile: int = 0) -> "Picture":
        """Keep one picture, or a tile; blocking, it runs in the pool."""
        role, at = TILE if tile else IMAGE, self._clock()
        return self._store.save_picture(
            home, task_id, content, url=url, role=role, number=tile, at=at
        )

    def _save_thumbnail(self, job: Job) -> None:
        """Keep a small picture for lists, made from the small one that is shown; blocking."""
        from mj_notebook.images.thumbnails import tiny_jpeg

        kept, shown = job.pictures.kept, job.pictures.thumbnail
        if kept is not None and shown is not None:
            with contextlib.suppress(MJError):  # lists make what is missing
                small = tiny_jpeg(shown.small or shown.content)
                self._store.save_thumbnails({kept.sha256: small})


def _separate_tiles_error() -> MJError:
    return MJError(
        "The server gave the four pictures of the grid one by one.", hint="Take job[1] to job[4]."
    )


def _tiles_there(stored: "StoredTask | None") -> "dict[int, Picture]":
    """Return the kept tiles whose files are there."""
    tiles = stored.tiles if stored else {}
    return {number: kept for number, kept in tiles.items() if kept.path.exists()}


def thumbnail_of(content: bytes) -> "Thumbnail":
    """Return what is shown of a kept picture; one decode."""
    from mj_notebook.images.thumbnails import preview  # Pillow loads on first use

    return preview(content)


def _gone(store: Store, kept: "Picture | None") -> MJError | None:
    """Return why a picture that was kept can't be read any more; None when none was."""
    if kept is None:
        return None
    try:
        store.pictures.path_of(kept.sha256)
    except MJError as error:
        return error
    return None
