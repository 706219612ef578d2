"""The archive: snapshots are written down, previews shown, and finished pictures kept."""

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING

from mj_notebook.client.download import AnswerTooLarge
from mj_notebook.client.error_mapping import failure_of
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, NotInBundle, PictureMissing, StoreError
from mj_notebook.images.thumbnail import packed
from mj_notebook.language import marked, translated
from mj_notebook.protocol import media
from mj_notebook.protocol.breakdown import breakdown_text_of
from mj_notebook.protocol.buttons import is_film, tile_urls
from mj_notebook.protocol.models import Task
from mj_notebook.session.eta import DurationEstimates
from mj_notebook.session.job import Job
from mj_notebook.session.job_pictures import check_picture, whole_thumbnail
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
# Bytes of a progress preview, which goes to the page as it was served; a larger one is not shown.
_MAX_PREVIEW = 2_000_000
ANOTHER_FILE = marked("The server gave another file than the one that was kept.")
DAMAGED = marked("The kept picture was damaged, so it was fetched again.")


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
        # Many tasks end in the same tick; their pictures of some MB each must not come all at once.
        self._gate = asyncio.Semaphore(_MAX_DOWNLOADS)
        # Two cells may ask for the same missing picture; the second finds what the first has
        # fetched.
        self._retrying = threading.Lock()
        self._running: set[asyncio.Task[None]] = set()
        self._previewing: set[str] = set()
        store.pictures.drop_partial(before=clock() - _DAY)

    async def record(self, found: list[tuple[Job, Task]]) -> None:
        """Write new snapshots down first, then update their jobs."""
        stored = [
            (self._server, task)
            for job, task in found
            # A running task is written down already; its percentages are not worth a write.
            if task.is_final or job.task is None or task.status != job.task.status
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
                job.trouble = trouble
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
        if url and job.wants_previews and job.name not in self._previewing:
            self._spawn(self._preview(job, url))

    async def lose(self, jobs: list[Job], error: MJError) -> None:
        """Write down that the server has forgotten the task of *jobs*, and end them so."""
        for job in jobs:
            trouble = ""
            try:
                await self._worker.run_blocking(
                    self._store.mark_lost, job.server, job.id or "", str(error.args[0])
                )
            except MJError as failed:
                trouble = str(failed)
            job.end(self._clock(), error, note=trouble)

    async def note_trouble(self, task_ids: list[str], reason: str) -> None:
        """Write down why nobody could ask what became of open tasks."""
        with contextlib.suppress(MJError):  # it is told by the jobs as well
            await self._worker.run_blocking(
                self._store.note_trouble, self._server, task_ids, reason
            )

    def archive(self, job: Job) -> None:
        """Keep the pictures of a succeeded task, then end the job; some tasks have none."""
        if job.task and gives_picture(job.task):
            self._spawn(self._archive(job, job.task))
        else:
            job.end(self._clock())

    def restore(self, job: Job, task: Task, stored: "StoredTask | None" = None) -> None:
        """
        Bring a finished job back with the picture that is kept; callable from any thread.

        The picture's file is read when somebody looks at it; `check` reads it before.
        """
        stored = stored or self._store.task(task.id, server=job.server)
        pictures, whole = job.pictures, stored.image if stored else None
        job.task = task
        may_have = self._store.pictures.may_have
        pictures.tiles = self._tiles_there(stored)
        pictures.kept = whole if whole is not None and may_have(whole.path) else None
        pictures.lost = whole.sha256 if whole is not None and pictures.kept is None else ""
        # A file that a job was read from may have said already why there is none.
        is_asked_for = bool(task.image_url or tile_urls(task)) or pictures.missing is None
        if is_asked_for and _lacks_pictures(job, task):
            self._fetch_again(job, task)
            return
        if pictures.kept is None:
            why = _separate_tiles_error() if len(pictures.tiles) == 4 else _gone(self._store, whole)
            pictures.missing = why or pictures.missing
        ended_at = (task.finish_time or 0) / 1000 or job.asked_at
        failure = None if task.succeeded else failure_of(task)
        job.end(ended_at, failure, note=pictures.note)

    def check(self, job: Job) -> bool:
        """
        Make sure of the kept files of an ended job, and fetch anew what is gone or damaged.

        Callable from any thread; files that did not change since are not read again.

        Returns:
            Whether something is being fetched, so that the job is open again.
        """
        pictures = job.pictures
        if isinstance(pictures.missing, PictureMissing):
            return self.retry(job)
        return bool(pictures.files) and not pictures.is_checked and self.retry(job)

    def retry(self, job: Job) -> bool:
        """
        Fetch once more what an ended *job* lacks; callable from any thread.

        A kept file that is not whole is set aside first, under a number of its own.

        Returns:
            Whether there is anything to fetch, so that the job is open again.
        """
        task = job.task
        # One thread finds out what is missing; the others find the job open, and wait for that.
        with self._retrying:
            if job.is_open or task is None or not gives_picture(task):
                return False
            try:
                if not (job.pictures.drop_unsound() or _lacks_pictures(job, task)):
                    return False
            except MJError as error:  # what can't be read or moved is told where it is shown
                job.pictures.missing = error
                job.trouble = str(error)
                return False
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
        """
        role = TILE if number else IMAGE
        if self._store.picture(server, task_id, role=role, number=number) is not None:
            return
        stored = self._store.task(task_id, server=server)
        try:
            check_picture(content, may_be_film=stored is not None and stored.may_be_film(role))
        except MJError:
            return  # half a picture in the place of none: the server may still have it whole
        places = stored.pictures if stored else ()
        known = next((kept for kept in places if (kept.role, kept.number) == (role, number)), None)
        if known is None:
            at = self._clock()
            self._store.save_picture(
                server, task_id, content, url="", role=role, number=number, at=at
            )
        # Only what history says was there: a file that tells of this task may hold another picture.
        elif known.picture.sha256 == hashlib.sha256(content).hexdigest():
            self._store.pictures.put(content)

    def show_archived(self, job: Job) -> None:
        """Show what is kept by now of an ended job that had no picture; from any thread."""
        if job.task is None or job.is_open or (job.pictures.kept and not job.pictures.missing):
            return
        stored = self._store.task(job.task.id, server=job.server)
        try:
            kept = self._store.picture(job.server, job.task.id)
            files = self._store.pictures
            thumbnail = None
            if kept is not None:
                thumbnail = whole_thumbnail(files, kept.sha256, files.read(kept.sha256))
        except MJError:
            return  # damaged meanwhile: who asks for it has it fetched again

        def show() -> None:
            job.pictures.tiles = self._tiles_there(stored)
            if kept is None and len(job.pictures.tiles) == 4:
                job.pictures.missing = _separate_tiles_error()
                job.trouble = str(job.pictures.missing)
            if kept is not None:
                job.pictures.kept, job.pictures.thumbnail = kept, thumbnail
                job.pictures.is_preview, job.pictures.missing = False, None
                job.trouble = ""
            job.notify()

        self._worker.post(show)

    def _tiles_there(self, stored: "StoredTask | None") -> "dict[int, Picture]":
        """Return the kept tiles whose files are there."""
        tiles, may_have = stored.tiles if stored else {}, self._store.pictures.may_have
        return {number: kept for number, kept in tiles.items() if may_have(kept.path)}

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)  # the loop itself keeps only weak references
        task.add_done_callback(self._running.discard)

    async def _preview(self, job: Job, url: str) -> None:
        self._previewing.add(job.name)
        try:
            async with self._gate:
                content = await self._worker.run_blocking(
                    self._client.picture, url, limit=_MAX_PREVIEW
                )
            from mj_notebook.images.thumbnails import undecoded_preview  # loads Pillow

            thumbnail = undecoded_preview(content)
        except MJError:
            return  # a missing preview is no news; the next one may come
        finally:
            self._previewing.discard(job.name)
        if job.is_open and not (job.task and job.task.is_final):
            job.pictures.thumbnail, job.pictures.is_preview = thumbnail, True
            job.notify()

    async def _archive(self, job: Job, task: Task) -> None:
        try:
            if not task.image_url and not tile_urls(task):
                task = await self._with_address(job, task)
            if task.image_url and job.pictures.kept is None:
                await self._fetch_whole(job, task)
            await self._fetch_tiles(job, task)
            _remark_on_fetched(job, task)
        except (StoreError, NotInBundle) as error:  # fetching it again would not help
            job.pictures.missing = error
        except MJError as error:
            job.pictures.missing = _picture_missing(error, task)
        except Exception as error:  # noqa: BLE001 - whoever waits must not wait for ever
            job.pictures.missing = MJError(
                translated("The picture could not be taken in: {error!r}.", error=error)
            )
        job.end(self._clock(), note=job.pictures.note)

    async def _with_address(self, job: Job, task: Task) -> Task:
        """Return *task* with the address of its picture, which some servers tell a moment later."""
        for pause in (*self._pauses, 0.0):
            latest = await self._look_again(job, task)
            if latest.image_url or tile_urls(latest):
                return latest
            job.trouble = translated("The server tells no address of the picture yet.")
            job.notify()
            await asyncio.sleep(pause)
        raise MJError(translated("The server tells no address of the picture."))

    async def _look_again(self, job: Job, task: Task) -> Task:
        """Return the latest snapshot of a final *task*, written down where it tells more."""
        latest = await self._worker.run_blocking(self._client.fetch, task.id)
        if not latest.succeeded:
            return task
        if latest != task:
            with contextlib.suppress(MJError):
                # The picture is worth having even where the new addresses can't be written down.
                await self._worker.run_blocking(self._store.save_tasks, [(job.server, latest)])
            job.task = latest
        return latest

    async def _fetch_whole(self, job: Job, task: Task) -> None:
        """Take the picture in; while it can't be had, try again, in the end at a new address."""
        url = task.image_url or ""
        for pause in self._pauses:
            try:
                await self._fetch_and_keep(job, task, url)
            # A full disk is no fault of the line, and asking again only fills it; what is too large
            # gets no smaller.
            except (StoreError, AnswerTooLarge):
                raise
            except MJError as error:
                job.trouble = translated(
                    "{reason} Fetching the picture again in {pause:.0f} s.",
                    reason=error.args[0],
                    pause=pause,
                )
                job.notify()
                await asyncio.sleep(pause)
            else:
                return
        # Addresses die in a day: the server may have another one by now.
        with contextlib.suppress(MJError):
            url = (await self._look_again(job, task)).image_url or url
        await self._fetch_and_keep(job, task, url)

    async def _fetch_and_keep(self, job: Job, task: Task, url: str) -> None:
        """Fetch, keep and show the picture; one that can't be kept is shown all the same."""
        pictures = job.pictures
        async with self._gate:
            content = await self._worker.run_blocking(self._client.picture, url)
            # Decoded to its end before it is kept: half a picture is fetched again.
            thumbnail = await self._worker.run_blocking(checked_thumbnail, content, task)
            try:
                pictures.kept = await self._worker.run_blocking(
                    self._save, job, task.id, content, url
                )
                pictures.missing = None
            finally:
                pictures.thumbnail, pictures.is_preview = thumbnail, False
        await self._worker.run_blocking(self._save_thumbnail, job)

    async def _fetch_tiles(self, job: Job, task: Task) -> None:
        """
        Keep the tiles that the server gives one by one.

        One that can't be had is cut from the grid; without a grid, that is a missing picture.
        """
        failed = await self._try_tiles(job, task)
        if job.pictures.kept is not None:
            return
        if failed is not None:  # addresses die in a day: the server may have others by now
            with contextlib.suppress(MJError):
                latest = await self._look_again(job, task)
                task = latest if tile_urls(latest) else task
            failed = await self._try_tiles(job, task)
        if failed is not None:
            raise failed
        job.pictures.missing = _separate_tiles_error()

    async def _try_tiles(self, job: Job, task: Task) -> MJError | None:
        """Fetch the tiles that are not kept (any more); return what went wrong with one."""
        failed = None
        for number, url in tile_urls(task).items():
            if number not in job.pictures.tiles:
                try:
                    await self._fetch_tile(job, task.id, number, url)
                # The other tiles are as good as ever; the last fault is told.
                except MJError as error:
                    failed = error
        return failed

    async def _fetch_tile(self, job: Job, task_id: str, number: int, url: str) -> None:
        async with self._gate:
            content = await self._worker.run_blocking(self._client.picture, url)
            await self._worker.run_blocking(check_picture, content)
            kept = await self._worker.run_blocking(self._save, job, task_id, content, url, number)
        job.pictures.tiles = {**job.pictures.tiles, number: kept}

    def _save(self, job: Job, task_id: str, content: bytes, url: str, tile: int = 0) -> "Picture":
        """Keep one picture, or a tile, that was decoded to its end; blocking, in the pool."""
        role, at = TILE if tile else IMAGE, self._clock()
        kept = self._store.save_picture(
            job.server, task_id, content, url=url, role=role, number=tile, at=at
        )
        job.pictures.note_whole(kept)
        return kept

    def _save_thumbnail(self, job: Job) -> None:
        """Keep what is shown, and a small picture for lists that is made of it; blocking."""
        from mj_notebook.images.thumbnails import tiny_jpeg

        kept, shown = job.pictures.kept, job.pictures.thumbnail
        if kept is not None and shown is not None:
            self._store.pictures.keep_shown(kept.sha256, packed(shown))
            with contextlib.suppress(MJError):  # lists make what is missing
                small = tiny_jpeg(shown.small or shown.content)
                self._store.thumbnails.save({kept.sha256: small})


# What is told in words, or handed over, has no picture to wait for.
_WITHOUT_PICTURE = frozenset({"DESCRIBE", "SHORTEN", "PROMPT_ANALYZER", "UPLOAD", "VIDEO"})


def gives_picture(task: Task) -> bool:
    """Tell whether a finished *task* has a picture, wherever its address is told."""
    if not task.succeeded:
        return False
    if task.image_url or tile_urls(task):
        return True
    is_told = (task.action or "").upper() in _WITHOUT_PICTURE or breakdown_text_of(task)
    return not (is_told or task.video_url or task.video_urls)


def _lacks_pictures(job: Job, task: Task) -> bool:
    """Tell whether something that belongs to a finished *task* is not kept (any more)."""
    if job.pictures.kept is not None or not gives_picture(task):
        return False
    tiles = tile_urls(task)
    return bool(task.image_url) or not tiles or not tiles.keys() <= job.pictures.tiles.keys()


def _remark_on_fetched(job: Job, task: Task) -> None:
    """Say of what was fetched again why it was, and whether it is another file than before."""
    pictures, found = job.pictures, []
    if pictures.was_damaged and tile_urls(task).keys() <= pictures.tiles.keys():
        pictures.was_damaged = False
        found.append(translated(DAMAGED))
    if pictures.lost and pictures.kept is not None:
        found += [translated(ANOTHER_FILE)] if pictures.kept.sha256 != pictures.lost else []
        pictures.lost = ""
    job.remarks = (*(said for said in job.remarks if said not in found), *found)


def _picture_missing(error: MJError, task: Task) -> PictureMissing:
    return PictureMissing(
        str(error.args[0]),
        hint=translated(
            "The task succeeded; job.image, job.save() and its cell fetch the picture again."
        ),
        task=task,
    )


def _separate_tiles_error() -> MJError:
    return MJError(
        translated("The server gave the four pictures of the grid one by one."),
        hint=translated("Take job[1] to job[4]."),
    )


def checked_thumbnail(content: bytes, task: Task) -> "Thumbnail | None":
    """
    Return what is shown of the picture of *task*, decoded to its end; one decode.

    Of a film nothing is, and a task that is none gives no film.
    """
    from mj_notebook.images.thumbnails import whole_preview

    return None if is_film(task) and media.is_film(content) else whole_preview(content)


def _gone(store: Store, kept: "Picture | None") -> MJError | None:
    """Return why a picture that was kept can't be read any more; None when none was."""
    if kept is None:
        return None
    try:
        store.pictures.path_of(kept.sha256)
    except MJError as error:
        return error
    return None
