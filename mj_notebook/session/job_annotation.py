"""What a person thinks of one job: its rating, tags and notes, as history keeps them."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from mj_notebook.errors import MJError
from mj_notebook.store.annotation_values import Annotation

if TYPE_CHECKING:
    from mj_notebook.session.job import Job
    from mj_notebook.store.annotations import Annotations, TaskKey


class JobAnnotation:
    """Reads and writes what is thought of one job."""

    def __init__(self, job: "Job") -> None:
        self._job = job

    def read(self) -> Annotation:
        """Return its rating, tags and notes as history has them, where other kernels write too."""
        key = (self._job.server, self._job.id or "")
        if key[1] and not self._job.worker.is_current_thread:  # where nothing is read from the disk
            with suppress(MJError):  # of a session that was closed: what is known
                annotations = self._job.acting.store.annotations
                found = annotations.of([key])
                if found.get(key, self._job.annotation) != self._job.annotation:
                    self._job.annotation = found[key]
                    annotations.log.notify(found)
        return self._job.annotation

    def rate(self, rating: int) -> "Job":
        """
        Rate it from 1 to 5, 0 takes the rating away; history keeps it, `mj.undo` takes it back.

        Raises:
            UsageError: It is no rating.
        """
        return self._annotated(lambda notes, key: notes.rate([key], rating))

    def tag(self, tag: str) -> "Job":
        """
        Add a tag, as in ``job.tag("cover")``: ``mj.history(tag="cover")`` finds it.

        Raises:
            UsageError: It is none.
        """
        return self._annotated(lambda notes, key: notes.tag([key], tag))

    def untag(self, tag: str) -> "Job":
        """Take a tag off."""
        return self._annotated(lambda notes, key: notes.untag([key], tag))

    def note(self, text: str) -> "Job":
        """Write a note, in place of the one before; "" takes it away. Its words can be searched."""
        return self._annotated(lambda notes, key: notes.note([key], text))

    def take_back(self) -> str:
        """Take back the last rating, tag or note in the history of this job; see `mj.undo`."""
        return self._job.acting.store.annotations.undo()

    def _annotated(self, change: "Callable[[Annotations, TaskKey], None]") -> "Job":
        task_id = self._job.id or str(self._job.accepted().id)
        change(self._job.acting.store.annotations, (self._job.server, task_id))
        return self._job
