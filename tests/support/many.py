"""Many jobs without a server: a test itself says what happens to them."""

from typing import Any

from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.images.thumbnails import preview
from mj_notebook.protocol.button_sets import grid_buttons
from mj_notebook.session.job import Job
from mj_notebook.session.usual_versions import UsualVersions
from mj_notebook.session.worker import Worker
from tests.view.samples import ASKED_AT, STARTED_MS, UUID, encoded, grid_picture, task


class Standing:
    """The session of these jobs: a worker and a clock that stands still, and no history."""

    def __init__(self, worker: Worker) -> None:
        self.worker, self.store = worker, self
        self.pictures = None
        self.server = ""
        self.usual_versions = UsualVersions()

    def now(self) -> float:
        """Return the time."""
        return ASKED_AT + 50


def running(worker: Worker, count: int) -> list[Job]:
    """Return *count* jobs that were accepted and are being drawn."""
    session: Any = Standing(worker)
    jobs = [
        Job(
            session,
            prompt=f"kite {n}",
            name=f"mj-{n}",
            server="demo",
            server_label="demo server",
            is_demo=True,
            asked_at=ASKED_AT,
        )
        for n in range(count)
    ]
    for number, job in enumerate(jobs):
        worker.post(job.accept, task(id=f"176000000000{number:04}", progress="0%"))
    flush(worker)
    return jobs


def advance(job: Job, percent: int) -> None:
    """Let the server say how far *job* is; on the worker's thread."""
    job.update(task(id=job.id, progress=f"{percent}%"))


def finish(job: Job) -> None:
    """Let *job* succeed; on the worker's thread."""
    job.pictures.thumbnail = SHOWN
    job.update(
        task(
            id=job.id,
            status="SUCCESS",
            progress="100%",
            buttons=grid_buttons(UUID),
            start_time=STARTED_MS,
            finish_time=STARTED_MS + 42_000,
        )
    )
    job.end(ASKED_AT + 42)


def flush(worker: Worker) -> None:
    """Wait until the worker has done what was posted before."""

    async def nothing() -> None:
        return None

    worker.submit(nothing()).result(10)


SHOWN: Thumbnail = preview(encoded(grid_picture(512)))
