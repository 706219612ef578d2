"""Many jobs without a server: a test itself says what happens to them."""

from typing import Any

from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.images.thumbnails import preview
from mj_notebook.protocol.button_sets import grid_buttons
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from tests.view.samples import ASKED_AT, UUID, encoded, grid_picture, task


class Home:
    """The house of these jobs: a worker and a clock that stands still."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker

    def now(self) -> float:
        """Return the time."""
        return ASKED_AT + 50


def running(worker: Worker, count: int) -> list[Job]:
    """Return *count* jobs that were accepted and are being drawn."""
    house: Any = Home(worker)
    jobs = [
        Job(house, prompt=f"kite {n}", tag=f"mj-{n}", home="demo", server="demo server",
            is_demo=True, asked_at=ASKED_AT)
        for n in range(count)
    ]  # fmt: skip
    for number, job in enumerate(jobs):
        worker.post(job.accept, task(id=f"176000000000{number:04}", progress="0%"))
    settle(worker)
    return jobs


def advance(job: Job, percent: int) -> None:
    """Let the server say how far *job* is; on the worker's thread."""
    job.update(task(id=job.id, progress=f"{percent}%"))


def finish(job: Job) -> None:
    """Let *job* succeed; on the worker's thread."""
    job.shot = SHOT
    job.update(task(id=job.id, status="SUCCESS", progress="100%", buttons=grid_buttons(UUID)))
    job.end(ASKED_AT + 42)


def settle(worker: Worker) -> None:
    """Wait until the worker has done what was posted before."""

    async def nothing() -> None:
        return None

    worker.submit(nothing()).result(10)


SHOT: Thumbnail = preview(encoded(grid_picture(512)))
