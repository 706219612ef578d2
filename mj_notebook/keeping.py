"""Keeper: pictures come in here: previews while a task runs, the archive at its success."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError
from mj_notebook.jobs import Job, failure_of
from mj_notebook.protocol.models import Task
from mj_notebook.store.history import Store
from mj_notebook.worker import Worker

if TYPE_CHECKING:
    from mj_notebook.store.pictures import Picture
    from mj_notebook.view.facts import Shot

# Downloads at once: the pool keeps threads for submits and questions.
_AT_ONCE = 3
# A picture that can't be had is tried again after these seconds.
_TRIES = (1.0, 4.0, 10.0)


class Keeper:
    """Fetches pictures for jobs and keeps them; its methods run on the worker's loop."""

    def __init__(
        self,
        client: Client,
        store: Store,
        worker: Worker,
        server: str,
        clock: Callable[[], float],
    ) -> None:
        self._client, self._store, self._worker = client, store, worker
        self._server, self._clock = server, clock
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()
        self._previewing: set[str] = set()

    def preview(self, job: Job) -> None:
        """Show the latest preview of a running task, when anybody looks; the last one wins."""
        url = job.task.image_url if job.task else None
        if url and job.wants_previews and job.tag not in self._previewing:
            self._spawn(self._preview(job, url))

    def archive(self, job: Job) -> None:
        """Keep the picture of a succeeded task, then end the job."""
        self._spawn(self._archive(job))

    def restore(self, job: Job, task: Task) -> None:
        """Bring a finished job back with the picture that is kept; callable from any thread."""
        job.task = task
        kept = self._store.picture(self._server, task.id)
        ended_at = (task.finish_time or 0) / 1000 or job.asked_at
        if kept is None and task.succeeded and task.image_url:
            self._worker.post(self.archive, job)
            return
        if kept is not None:
            job.picture, job.shot = kept, _shot(self._store.pictures.read(kept.sha256))
        job.end(ended_at, None if task.succeeded else failure_of(task))

    def _spawn(self, coroutine: "asyncio.coroutines.Coroutine[None, None, None]") -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)  # the loop itself keeps only weak references
        task.add_done_callback(self._running.discard)

    async def _preview(self, job: Job, url: str) -> None:
        self._previewing.add(job.tag)
        try:
            async with self._gate:
                content = await self._worker.aside(self._client.picture, url)
            from mj_notebook.view.pictures import passing  # loads Pillow

            shot = passing(content)
        except MJError:
            return  # a missing preview is no news; the next one may come
        finally:
            self._previewing.discard(job.tag)
        if shot and job.is_open and not (job.task and job.task.is_final):
            job.shot, job.is_preview = shot, True
            job.changed()

    async def _archive(self, job: Job) -> None:
        task = job.task
        assert task is not None
        trouble = ""
        if task.image_url:
            trouble = await self._ingest(job, task.id, task.image_url)
        job.end(self._clock())
        if trouble:
            job.note = trouble
            job.changed()

    async def _ingest(self, job: Job, task_id: str, url: str) -> str:
        """Fetch, keep and prepare the picture; return "" or the sentence that says why not."""
        for pause in (*_TRIES, None):
            try:
                async with self._gate:
                    kept, shot = await self._worker.aside(self._keep, task_id, url)
            except MJError as error:
                if pause is None:
                    return f"The picture could not be kept: {error}"
                job.note = f"{error.args[0]} Fetching the picture again in {pause:.0f} s."
                job.changed()
                await asyncio.sleep(pause)
            else:
                job.picture, job.shot, job.is_preview = kept, shot, False
                return ""
        return ""

    def _keep(self, task_id: str, url: str) -> "tuple[Picture, Shot]":
        """Download and keep one picture; blocking, it runs in the pool."""
        content = self._client.picture(url)
        kept = self._store.keep(
            self._server, task_id, content, url=url, role="image", at=self._clock()
        )
        return kept, _shot(content)


def _shot(content: bytes) -> "Shot":
    from mj_notebook.view.pictures import preview  # Pillow loads on first use

    return preview(content)
