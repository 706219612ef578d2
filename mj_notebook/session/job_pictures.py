"""The pictures of one job: what is kept, what is shown, and files of one's own made of it."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mj_notebook.errors import MJError, NoSuchPicture, StoreError, UsageError
from mj_notebook.images.thumbnail import packed, unpacked
from mj_notebook.language import marked, translated
from mj_notebook.protocol.breakdown import breakdown_text_of
from mj_notebook.protocol.buttons import shows_grid
from mj_notebook.protocol.media import PNG, is_film
from mj_notebook.settings.argument_types import is_whole
from mj_notebook.settings.paths import working_folder
from mj_notebook.settings.settings import Secret
from mj_notebook.store.pictures import FileStamp, stamp_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from mj_notebook.images.thumbnail import Thumbnail
    from mj_notebook.protocol.models import Task
    from mj_notebook.store.pictures import Picture, Pictures
    from mj_notebook.view.facts import Facts


_FILM = marked("A film: job.save() writes it into a file.")


class ServedPicture(NamedTuple):
    """
    A picture as the server gave it.

    Attributes:
        content: Its bytes.
        cut: The tile that is to be cut from it, None when it is meant as it is.
    """

    content: bytes
    cut: int | None

    def opened(self) -> "Image":
        """Return it decoded at full size, or the tile cut from it."""
        from mj_notebook.images import shown_image, thumbnails  # Pillow loads on first use

        if is_film(self.content):
            raise UsageError(translated(_FILM))
        image = thumbnails.open_picture(self.content)
        if getattr(image, "is_animated", False):
            return image  # its frames are read from the file, one by one
        cut = image if self.cut is None else thumbnails.tile(image, self.cut)
        return shown_image.ShownImage(cut)


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
        lost: The hash of what was kept, and is being fetched again; "" as a rule.
        was_damaged: Whether a kept file was set aside, and what it was is being fetched again.
        missing: Why there is no picture though the task succeeded.
        described: The picture that was sent to be described, small; None until it was made so.
    """

    def __init__(self, files: "Pictures | None") -> None:
        self._files = files
        self.thumbnail: Thumbnail | None = None
        self.kept: Picture | None = None
        self.tiles: dict[int, Picture] = {}
        self.is_preview = self.was_damaged = False
        self.lost = ""
        # By the hashes of what was decoded to its end: the files, as they were then.
        self._seen: dict[str, FileStamp] = {}
        self.missing: MJError | None = None
        self.described: Thumbnail | None = None

    @property
    def is_released(self) -> bool:
        """Whether the small picture was let go, and can be made anew."""
        kept = self.kept
        return (
            self.thumbnail is None
            and kept is not None
            and not kept.media.is_film
            and self.missing is None
        )

    @property
    def note(self) -> str:
        """What is told where no picture is shown at the end, "" for nothing."""
        if self.kept is not None and self.kept.media.is_film:
            return translated(_FILM)
        return str(self.missing or "")

    def load(self) -> None:
        """Make the small picture anew where it was released; blocking: a file is read for it."""
        kept = self.kept
        if kept is None or self._files is None or not self.is_released:
            return
        try:
            self._files.path_of(kept.sha256)  # what it is shown as may have outlived it
            self.thumbnail = kept_thumbnail(self._files, kept.sha256) or _preview(self.read(kept))
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

    @property
    def files(self) -> "tuple[Picture, ...]":
        """All that is kept: the picture, and the tiles that came alone."""
        return (*((self.kept,) if self.kept is not None else ()), *self.tiles.values())

    @property
    def is_checked(self) -> bool:
        """Whether no kept file changed since it was found whole; nothing is read for it."""
        return all(
            kept.sha256 in self._seen and stamp_of(kept.path) == self._seen[kept.sha256]
            for kept in self.files
        )

    def note_whole(self, picture: "Picture") -> None:
        """Note that what was just kept was decoded to its end."""
        if (stamp := stamp_of(picture.path)) is not None:
            self._seen[picture.sha256] = stamp

    def whole(self, picture: "Picture") -> bytes | None:
        """
        Return the bytes of a kept picture; None where they are gone, or are not a whole picture.

        They are compared with what was kept each time; what they are is decoded once a kernel,
        since half a picture may have been served, and kept as it was.

        Raises:
            StoreError: The file can't be read.
        """
        stamp = self._files.stamp(picture.path) if self._files is not None else None
        if stamp is None or self._files is None:
            return None
        content = self._files.read_whole(picture.sha256)
        if content is None:
            return None
        if picture.sha256 not in self._seen:
            try:
                if picture is self.kept and not picture.media.is_film:
                    made = whole_thumbnail(self._files, picture.sha256, content)
                    self.thumbnail = made or self.thumbnail
                else:
                    check_picture(content, may_be_film=picture is self.kept)
            except MJError:
                return None
        self._seen[picture.sha256] = stamp
        return content

    def served(self, tile: int | None = None) -> "ServedPicture | None":
        """
        Return what the server gave of the picture, or of a tile; None where it is not whole here.

        Raises:
            StoreError: The file can't be read.
        """
        alone = self.tiles.get(tile or 0)
        found = alone or self.kept
        content = None if found is None else self.whole(found)
        return None if content is None else ServedPicture(content, None if alone else tile)

    def drop_unsound(self) -> bool:
        """
        Forget the kept pictures that are gone or not whole, and set aside what there is of these.

        Returns:
            Whether there were any.

        Raises:
            StoreError: A file can't be read, or can't be moved.
        """
        unsound = [kept for kept in self.files if self.whole(kept) is None]
        for kept in unsound:
            if self._files is not None and stamp_of(kept.path) is not None:
                self._files.quarantine(kept.sha256)
                self.was_damaged = True
        if self.kept is not None and self.kept in unsound:
            self.lost = self.kept.sha256
            self.kept = None
        self.tiles = {n: kept for n, kept in self.tiles.items() if kept not in unsound}
        return bool(unsound)

    def why_none(self, error: MJError | None, *, is_open: bool) -> MJError:
        """
        Return why there is no picture (yet).

        Args:
            error: What ended its job, when it ended badly.
            is_open: Whether the job goes on.
        """
        if reason := error or self.missing:
            return reason
        if is_open:
            return UsageError(
                translated("There is no picture yet."), hint=translated("Call job.wait() first.")
            )
        if self.files:
            return StoreError(
                translated("The kept picture is gone or damaged."),
                hint=translated("Ask for it in a cell of its own."),
            )
        return UsageError(
            translated("This task has no picture."),
            hint=translated("Read what it gave in job.task."),
        )

    def save(
        self,
        served: "ServedPicture",
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
            served: The whole picture, or the tile where the server gave it alone.
            facts: What the file tells of its job.
            path: A file or a folder; None for a good name in the working folder.
            number: The tile, None for the whole picture.
            parents: Ids of the tasks above, the nearest first.
            strip: Tell nothing of the job.
            secret: What the file must not hold.
        """
        from mj_notebook.images.export import default_suffix, export_picture
        from mj_notebook.images.save import file_name, target_path, write_new_file
        from mj_notebook.view.picture_record import with_record  # loads on first use

        content, cut = served
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


def check_picture(content: bytes, *, may_be_film: bool = False) -> None:
    """Decode a picture to its end; a film is taken as it is where one was asked for."""
    from mj_notebook.images.thumbnails import check_whole  # Pillow loads on first use

    if not (may_be_film and is_film(content)):
        check_whole(content)


def whole_thumbnail(files: "Pictures", sha256: str, content: bytes) -> "Thumbnail | None":
    """
    Return what is shown of a kept picture that is whole; None for a film.

    It is made once: to decode a grid takes a tenth of a second, and Run All may show a hundred.
    """
    if is_film(content):
        return None
    if known := kept_thumbnail(files, sha256):
        return known
    from mj_notebook.images.thumbnails import whole_preview  # Pillow loads on first use

    made = whole_preview(content)
    files.keep_shown(sha256, packed(made))
    return made


def kept_thumbnail(files: "Pictures", sha256: str) -> "Thumbnail | None":
    """Return what was made once to show a kept picture, which was decoded to its end for it."""
    return unpacked(files.shown(sha256))


def _preview(content: bytes) -> "Thumbnail":
    from mj_notebook.images.thumbnails import preview

    return preview(content)


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
    place = int(number) if is_whole(number) else 0
    place += last + 1 if place < 0 else 0
    if not 1 <= place <= last:
        offered = translated("Take job[1] to job[4].") if last > 1 else translated("Take job[1].")
        raise NoSuchPicture(
            translated("There is no picture {number!r}.", number=number),
            hint=offered if last else translated("It answered in words: job.breakdown."),
        )
    return place if last > 1 else None
