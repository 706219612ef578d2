"""What the end of a job brings, for whoever waits for it: the end itself, and the pictures."""

from pathlib import Path
from typing import TYPE_CHECKING

from mj_notebook.errors import PictureMissing, UsageError
from mj_notebook.language import translated
from mj_notebook.session.job_events import Moment
from mj_notebook.session.job_pictures import ServedPicture, tile_number
from mj_notebook.session.waiting import (
    reason_not_sent,
    shown_wait,
    tell_if_not_sent,
    told_if_not_sent,
    waits_to_be_sent,
)

if TYPE_CHECKING:
    from PIL.Image import Image

    from mj_notebook.session.job import Job


class JobResult:
    """The end of one job and its pictures; each method waits for what it gives."""

    def __init__(self, job: "Job") -> None:
        self._job = job

    def wait(self, timeout: float | None = None, *, pictures: bool = True) -> "Job":
        """
        Wait until the job ended and its picture is kept.

        Args:
            timeout: Seconds; None waits as long as it takes.
            pictures: Whether the picture must be there; without it the task may just be done.

        Raises:
            TaskFailed: The task failed or was cancelled.
            PictureMissing: The task succeeded, and its picture could not be had.
            WaitTimeout: The time is over, or the person interrupted; the task goes on.
        """
        job, ended = self._job, self._job.events.ended
        if not ended.has_come:
            if timeout is None:
                tell_if_not_sent(job)
            with shown_wait(job):
                job.worker.wait(ended.future, timeout=timeout, resume_hint=self.going_on)
        ended.check()
        if pictures:
            self._require_pictures()
        return job

    async def awaited(self) -> "Job":
        """Do the same without a time limit, and return the job; for ``await job``."""
        job = self._job
        tell_if_not_sent(job)
        with shown_wait(job):
            await job.worker.wait_async(
                job.events.ended.future, timeout=None, resume_hint=self.going_on
            )
        self._require_pictures()
        return job

    def accepted(self, timeout: float | None = None) -> "Job":
        """Wait until the server accepted the task; raise what it said when it did not."""
        self._await(self._job.events.accepted, timeout)
        return self._job

    def answered(self) -> None:
        """Wait until the server has the task, refused it, or has no room for it yet."""
        self._await(self._job.events.answered, None)

    def _await(self, moment: Moment, timeout: float | None) -> None:
        if moment.has_come:
            moment.check()
            return
        if timeout is None:
            tell_if_not_sent(self._job)
        with told_if_not_sent(self._job):
            self._job.worker.wait(moment.future, timeout=timeout, resume_hint=self._sending)

    def _sending(self) -> str:
        if waits_to_be_sent(self._job):
            return self.going_on()
        return translated(
            "It is still being sent; go on with {expression}.wait().",
            expression=self._job.expression,
        )

    def _require_pictures(self) -> None:
        # A grid whose pictures came one by one has none of its own either, and that is no failure.
        missing = self._job.pictures.missing
        if isinstance(missing, PictureMissing):
            raise missing

    def going_on(self) -> str:
        """Say how to go on after a wait."""
        # What keeps the job from going on is worth more than how to wait for it.
        if (window := self._job.window) is not None and self._job.answering is None:
            answer = f"{self._job.expression}{window.answer_code}"
            return translated("The server waits for your answer: {answer}.", answer=answer)
        go_on = translated("Go on with {expression}.wait().", expression=self._job.expression)
        trouble = self._job.trouble or reason_not_sent(self._job)
        return f"{trouble} {go_on}" if trouble else go_on

    def require_end(self) -> None:
        """
        Wait for the end, as whatever needs a result does.

        Not on the worker's own thread, where the end itself would have to be noticed: there it is
        said that there is none yet.
        """
        if not self._job.is_open:
            # It never became a task, and never will; or it is not followed to its end.
            if self._job.error is not None and (self._job.id is None or self._job.is_left):
                raise self._job.error
            return
        if self._job.worker.is_current_thread:
            raise UsageError(
                translated("The task is not finished."),
                hint=translated("Ask in a cell, or with await job in a hook."),
            )
        self.wait(pictures=False)

    def served(self, tile: int | None = None) -> ServedPicture:
        """
        Return the picture, or a tile of it.

        Files may be removed at any time, by a tidy person say, or damaged: what is not there as it
        was served is fetched once more.
        """
        job = self._job
        self.require_end()
        if job.is_deleted:
            raise PictureMissing(
                translated("This task was deleted from history, and its pictures with it."),
                hint=translated("Run its cell again to draw it anew."),
            )
        found = job.pictures.served(tile)
        succeeded = job.task is not None and job.task.succeeded
        if found is None and succeeded and not job.worker.is_current_thread:
            job.acting.actions.fetch_picture(job)
            found = job.pictures.served(tile)
        if found is None:
            raise job.pictures.why_none(job.error, is_open=job.is_open)
        return found

    def tile(self, number: int) -> "Image":
        """Return picture *number* at full size; see `Job.__getitem__`."""
        return self.served(tile_number(number, self._job.task)).opened()

    def content(self) -> bytes:
        """
        Return the bytes of the picture, as the server gave them; waits for it.

        Raises:
            MJError: There is no picture; the sentence says why.
        """
        return self.served().content

    def save(
        self, path: str | Path | None = None, number: int | None = None, *, strip: bool = False
    ) -> Path:
        """
        Save the picture as a file of its own, and return where it is.

        No other file is ever overwritten; where the picture is saved already, it stays as it is.
        Beside the pixels the file tells prompt, seed, task and parents, and ``mj.from_file``
        brings the job back.

        Args:
            path: A file or a folder; None makes a good name in the notebook's folder. The ending
                ".jpg", ".png" or ".webp" decides the format.
            number: Tile 1 to 4 of a grid; None saves the whole picture as the server gave it.
            strip: Save the pixels alone: nothing in the file tells where they come from.

        Raises:
            UsageError: There is another file of that name, no picture *number*, it is broken, or
                the secret stands in what it would tell.
            MJError: There is no picture (yet), or it can't be written there.
        """
        self.require_end()
        tile = None if number is None else tile_number(number, self._job.task)
        return self._job.pictures.save(
            self.served(tile),
            self._job.facts(),
            path=path,
            number=tile,
            parents=tuple(above.id for above in self._job.parents if above.id),
            strip=strip,
            secret=self._job.session.settings.secret,
        )
