"""What a person does with the pictures of a job: look at them, take a tile, save a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from mj_notebook.errors import UsageError
from mj_notebook.images.save import good_name, place_of, write_anew
from mj_notebook.protocol.buttons import shows_grid
from mj_notebook.protocol.media import PNG
from mj_notebook.session.job_facts import JobFacts
from mj_notebook.session.job_state import Home

if TYPE_CHECKING:
    from PIL.Image import Image

    from mj_notebook.store.pictures import Picture


class Archive(Home, Protocol):
    """What the pictures of a job ask of the session it belongs to."""

    def content(self, picture: "Picture") -> bytes:
        """Return the bytes of an archived picture."""


class JobPictures(JobFacts):
    """The part of a job that is looked at and saved."""

    _house: Archive

    @property
    def image(self) -> "Image":
        """
        The picture at full size.

        Raises:
            MJError: There is no picture (yet); the sentence says why.
        """
        from mj_notebook.images import thumbnails  # Pillow loads on first use

        return thumbnails.open_picture(self.content())

    def __getitem__(self, number: int) -> "Image":
        """Return tile 1–4 of a grid at full size; a single picture has only number 1."""
        from mj_notebook.images import thumbnails

        is_tile = self._numbered(number)
        if is_tile and number in self.tiles:
            return thumbnails.open_picture(self._house.content(self.tiles[number]))
        return thumbnails.tile(self.image, number) if is_tile else self.image

    def _numbered(self, number: int) -> bool:
        """Tell whether picture *number* is a tile, or the whole; raise when there is none."""
        grid = self.task is not None and shows_grid(self.task)
        last = 4 if grid else 1
        if not isinstance(number, int) or not 1 <= number <= last:
            offered = "1 to 4" if grid else "1"
            raise UsageError(f"There is no picture {number!r}.", hint=f"Take job[{offered}].")
        return grid

    def content(self) -> bytes:
        """
        Return the bytes of the picture, as the server gave them.

        Raises:
            MJError: There is no picture (yet); the sentence says why.
        """
        if self.picture is None:
            if reason := self.error or self.missing:
                raise reason
            if not self.is_open:
                raise UsageError("This task has no picture.", hint="Read what it gave in job.task.")
            raise UsageError("There is no picture yet.", hint="Call job.wait() first.")
        return self._house.content(self.picture)

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
            UsageError: There is another file of that name, no picture *number*, or it is broken.
            MJError: There is no picture (yet), or it can't be written there.
        """
        from mj_notebook.images.export import exported, usual_suffix
        from mj_notebook.view import picture_record  # loads on first use, as the next

        if number is not None and not self._numbered(number):
            number = None
        alone = self.tiles.get(number or 0)
        content = self._house.content(alone) if alone else self.content()
        cut = None if alone else number
        usual = usual_suffix(content) if cut is None else PNG.suffix
        name = good_name(self.prompt, content, number)
        target, may_rename = place_of(path, name, usual, here=Path.cwd())
        made = picture_record.labelled(
            exported(content, target.suffix, cut),
            self.facts(),
            served=content if cut is None else None,
            number=number,
            parents=tuple(above.id for above in self.parents if above.id),
            strip=strip,
        )
        return write_anew(target, made, may_rename=may_rename)

    @property
    def parents(self) -> "list[Self]":
        """The jobs whose buttons led here, the nearest first; `children` are those below."""
        found: list[Self] = []
        above = self.parent
        while above is not None and above not in found:
            found.append(above)
            above = above.parent
        return found
