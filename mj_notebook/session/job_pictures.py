"""The pictures of one job: what is kept, what is shown, and files of one's own made of it."""

from pathlib import Path
from typing import TYPE_CHECKING

from mj_notebook.errors import MJError, NoSuchPicture, UsageError
from mj_notebook.images.save import file_name, target_path, write_new_file
from mj_notebook.protocol.breakdown import breakdown_text_of
from mj_notebook.protocol.buttons import shows_grid
from mj_notebook.protocol.media import PNG
from mj_notebook.settings.paths import working_folder
from mj_notebook.settings.settings import Secret

if TYPE_CHECKING:
    from PIL.Image import Image

    from mj_notebook.images.thumbnail import Thumbnail
    from mj_notebook.protocol.models import Task
    from mj_notebook.store.pictures import Picture, Pictures
    from mj_notebook.view.facts import Facts


class JobPictures:
    """
    What there is to see of one job; changed on the worker's thread only.

    Args:
        files: The kept pictures of the history; None for a job that can keep none.

    Attributes:
        thumbnail: The picture as it is shown; None until there is one, and while it is released.
        kept: The picture as it is kept; None until it is, and for what gives none.
        tiles: The tiles that the server gave one by one, by their numbers.
        is_preview: Whether `thumbnail` is only a preview.
        is_checked: Whether the kept file was found to be what it was.
        missing: Why there is no picture though the task succeeded.
        described: The picture that was sent to be described, small; None until it was made so.
    """

    def __init__(self, files: "Pictures | None") -> None:
        self._files = files
        self.thumbnail: Thumbnail | None = None
        self.kept: Picture | None = None
        self.tiles: dict[int, Picture] = {}
        self.is_preview = self.is_checked = False
        self.missing: MJError | None = None
        self.described: Thumbnail | None = None

    @property
    def is_released(self) -> bool:
        """Whether the small picture was let go, and can be made anew."""
        return self.thumbnail is None and self.kept is not None and self.missing is None

    def load(self) -> None:
        """Make the small picture anew where it was released; blocking: a file is read for it."""
        kept = self.kept
        if kept is None or not self.is_released:
            return
        from mj_notebook.images.thumbnails import preview  # Pillow loads on first use

        try:
            self.thumbnail = preview(self.read(kept))
        except MJError as error:
            self.missing = error

    def release(self) -> None:
        """Let go of the small picture where it can be made again; the kept file stays."""
        if self.kept is not None:
            self.thumbnail = None

    def read(self, picture: "Picture") -> bytes:
        """Return the bytes of a kept picture, as the server gave them."""
        assert self._files is not None
        return self._files.read(picture.sha256)

    def content(self, error: MJError | None, *, is_open: bool) -> bytes:
        """
        Return the bytes of the kept picture.

        Args:
            error: What ended its job, when it ended badly.
            is_open: Whether the job goes on.

        Raises:
            MJError: There is no picture (yet); the sentence says why.
        """
        if self.kept is not None:
            return self.read(self.kept)
        if reason := error or self.missing:
            raise reason
        if is_open:
            raise UsageError("There is no picture yet.", hint="Call job.wait() first.")
        raise UsageError("This task has no picture.", hint="Read what it gave in job.task.")

    def opened(self, content: bytes, tile: int | None = None) -> "Image":
        """Return *content* decoded at full size, or the *tile* cut from it."""
        from mj_notebook.images import shown_image, thumbnails  # Pillow loads on first use

        image = thumbnails.open_picture(content)
        if getattr(image, "is_animated", False):
            return image  # its frames are read from the file, one by one
        return shown_image.ShownImage(image if tile is None else thumbnails.tile(image, tile))

    def save(
        self,
        content: bytes,
        facts: "Facts",
        *,
        path: str | Path | None,
        number: int | None,
        parents: tuple[str, ...],
        strip: bool,
        secret: Secret,
    ) -> Path:
        """
        Write a file of its own and return where it is; see `Job.save`.

        Args:
            content: The whole picture, or the tile where the server gave it alone.
            facts: What the file tells of its job.
            path: A file or a folder; None for a good name in the working folder.
            number: The tile, None for the whole picture.
            parents: Ids of the tasks above, the nearest first.
            strip: Tell nothing of the job.
            secret: What the file must not hold.
        """
        from mj_notebook.images.export import default_suffix, export_picture
        from mj_notebook.view.picture_record import with_record  # loads on first use

        cut = None if number in self.tiles else number
        name = file_name(facts.prompt, content, number)
        usual = default_suffix(content) if cut is None else PNG.suffix
        target, may_rename = target_path(path, name, usual, here=working_folder)
        made = with_record(
            export_picture(content, target.suffix, cut),
            facts,
            served=content if cut is None else None,
            number=number,
            parents=parents,
            strip=strip,
            secret=secret,
        )
        return write_new_file(target, made, may_rename=may_rename)


def count_tiles(task: "Task | None") -> int:
    """Return how many pictures *task* has: four of a grid, else one; none of words."""
    if task is not None and shows_grid(task):
        return 4
    return 0 if breakdown_text_of(task) else 1


def tile_number(number: int, task: "Task | None") -> int | None:
    """
    Return which tile picture *number* of *task* is; None for the only picture of one without tiles.

    Args:
        number: Counted from 1, or from -1 backwards.
        task: The finished task.

    Raises:
        NoSuchPicture: There is no such picture.
    """
    last = count_tiles(task)
    place = number + last + 1 if isinstance(number, int) and number < 0 else number
    if not isinstance(place, int) or isinstance(place, bool) or not 1 <= place <= last:
        offered = "Take job[1] to job[4]." if last > 1 else "Take job[1]."
        raise NoSuchPicture(
            f"There is no picture {number!r}.",
            hint=offered if last else "It answered in words: job.breakdown.",
        )
    return place if last > 1 else None
