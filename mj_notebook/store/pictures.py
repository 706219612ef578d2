"""
Pictures as served, in files named by what is in them: the same content is written once.

Where several machines share them, the folder is a cache of what is in that place.
"""

import contextlib
import hashlib
import itertools
import re
import stat
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mj_notebook.errors import StoreError
from mj_notebook.language import translated
from mj_notebook.protocol.media import KINDS, Media, media_of
from mj_notebook.settings.private_files import make_private_folder, write_private_file
from mj_notebook.store.database_errors import shown_folder, store_error

if TYPE_CHECKING:
    from mj_notebook.store.shared_objects import SharedObjects

CACHE_LIMIT = 2 * 2**30
"""The bytes of shared pictures that a machine keeps at hand."""
# Looking at each file takes a while: it is done when that share of the limit came since.
_TRIMMED_EVERY = 16
_DIGEST = hashlib.sha256().digest_size
# Of bytes: what shows a picture is three small JPEGs.
_LARGEST_SHOWN = 2**24
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Picture(NamedTuple):
    """A picture that is kept; *path* is its file, *sha256* its name and proof."""

    sha256: str
    path: Path
    media: Media
    size: int
    width: int | None = None
    height: int | None = None


FileStamp = tuple[int, int, int]
"""What of a file is another one when its bytes are: where it is, its size, and when it changed."""


def stamp_of(path: Path) -> FileStamp | None:
    """Return the stamp of a file, None where there is none; nothing of it is read."""
    try:
        found = path.stat()
    except OSError:
        return None
    # Nanoseconds and the number of the file: a tool that writes over a picture may give it the old
    # size and, within a second, the old time.
    return found.st_ino, found.st_size, found.st_mtime_ns


class Pictures:
    """
    The folder of pictures; several threads and kernels may put into it at once.

    Args:
        folder: Made when it is not there.
        shared: The place that several machines share; None keeps them in *folder* alone.
        limit: The bytes that *folder* may take where they are kept in the shared place as well.
    """

    def __init__(
        self, folder: Path, shared: "SharedObjects | None" = None, *, limit: int = CACHE_LIMIT
    ) -> None:
        self._folder, self._shared, self._limit = folder, shared, limit
        self._untrimmed = limit  # what an earlier kernel left is looked at with the first picture

    def put(self, content: bytes) -> Picture:
        """
        Keep *content* as it is and return where; known content is not written again.

        Raises:
            StoreError: It is no picture, or could not be written.
        """
        media = _media(content)
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.target_path(sha256, media.suffix)
        if not _holds(path, content):
            self._write(path, content)
        if self._shared is not None:
            self._shared.put_new(_shared_name(path), content)
            self._trim(len(content), path)
        return Picture(sha256, path, media, len(content))

    def may_have(self, path: Path) -> bool:
        """Tell whether a picture's file is there, or may be in the shared place; asks nobody."""
        return self._shared is not None or path.exists()

    def has(self, sha256: str, suffix: str, size: int) -> bool:
        """Tell whether a picture of that size is where it is kept for good; no byte is read."""
        path = self.target_path(_checked(sha256), suffix)
        if self._shared is not None:
            return self._shared.size(_shared_name(path)) == size
        stamp = stamp_of(path)
        return stamp is not None and stamp[1] == size

    def holds(self, sha256: str, suffix: str) -> bool:
        """Tell whether the bytes of a picture are right where it is kept for good."""
        path = self.target_path(_checked(sha256), suffix)
        if self._shared is None:
            return path.exists() and self.is_intact(sha256)
        content = self._shared.get(_shared_name(path))
        return content is not None and _is_of(content, sha256)

    def stamp(self, path: Path) -> FileStamp | None:
        """
        Return the stamp of a picture's file, after fetching it from where it is shared.

        Raises:
            StoreError: The shared place can't be asked.
        """
        self._fetch(path)
        return stamp_of(path)

    def _fetch(self, path: Path) -> bool:
        """Tell whether the file is there; where it is not, it is fetched if it is shared."""
        if path.exists():
            return True
        content = self._shared.get(_shared_name(path)) if self._shared is not None else None
        if content is None:
            return False
        # A damaged one is written as it is: who reads it finds that, as with any file.
        self._write(path, content)
        self._trim(len(content), path)
        return True

    def _trim(self, came: int, kept: Path) -> None:
        """
        Keep the cache below its limit: what was written longest ago goes, but never *kept*.

        Only what the shared place has goes; what is kept here from before that was set stays.
        """
        self._untrimmed += came
        if self._shared is None or self._untrimmed < self._limit / _TRIMMED_EVERY:
            return
        self._untrimmed = 0
        found = [(stamp, path) for path in self._folder.glob("??/*") if (stamp := stamp_of(path))]
        found.sort(key=lambda one: one[0][2])
        left = sum(size for (_, size, _), _ in found)
        for (_, size, _), path in found:
            if left <= self._limit:
                return
            if path != kept and self._shared.size(_shared_name(path)) == size:
                with contextlib.suppress(OSError):  # another kernel was faster
                    path.unlink()
                self._drop_shown(path.stem)
                left -= size

    def temporary_path(self) -> Path:
        """Return a new path to write to, on the same disk as the pictures."""
        folder = self._folder / "incoming"
        try:
            make_private_folder(folder)
        except OSError as error:
            raise store_error(error, self._folder) from error
        return folder / f"{uuid.uuid4().hex}.part"

    def check_writable(self) -> None:
        """Write a small file and remove it; raise `StoreError` when that can't be done."""
        trial = self.temporary_path()
        try:
            trial.write_bytes(b"trial")
            trial.unlink()
        except OSError as error:
            raise store_error(error, self._folder) from error
        if self._shared is not None:
            self._shared.check_writable(f"trial/{trial.stem}")

    def path_of(self, sha256: str) -> Path:
        """Return the file of a kept picture; raise `StoreError` when it is not there (any more)."""
        paths = [self.target_path(_checked(sha256), media.suffix) for media in KINDS]
        # All kinds are looked for here before any is asked for at the place that machines share.
        found = next((path for path in paths if path.exists()), None)
        found = found or next((path for path in paths if self._fetch(path)), None)
        if found is None:
            raise StoreError(
                translated(
                    "The picture {sha256}… is not in {folder} any more.",
                    sha256=sha256[:12],
                    folder=shown_folder(self._folder),
                ),
                hint=translated("Fetch its task again while its address still works."),
            )
        return found

    def read(self, sha256: str) -> bytes:
        """Return the bytes of a kept picture, as they were kept; raise `StoreError` without."""
        content = self.read_whole(sha256)
        if content is None:
            raise StoreError(
                translated(
                    "The picture {sha256}… in {folder} is damaged.",
                    sha256=sha256[:12],
                    folder=shown_folder(self._folder),
                ),
                hint=translated("Open its task: it is fetched again while the server has it."),
            )
        return content

    def read_whole(self, sha256: str) -> bytes | None:
        """
        Return the bytes of a kept picture, None when they are not what was kept.

        The bytes that are returned are the bytes that were checked: the file is read once.

        Raises:
            StoreError: The file is not there, or can't be read.
        """
        path = self.path_of(sha256)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise store_error(error, self._folder) from error
        # A disk, a sync program or a person may have changed it; the name tells what it was.
        if _is_of(content, sha256):
            return content
        again = self._shared.get(_shared_name(path)) if self._shared is not None else None
        if again is None or not _is_of(again, sha256):
            return None
        self._write(path, again)
        return again

    def is_intact(self, sha256: str) -> bool:
        """Tell whether the file of a kept picture still holds what it held."""
        return self.read_whole(sha256) is not None

    def quarantine(self, sha256: str) -> None:
        """
        Move a damaged file into the folder "damaged", under a number that is free there.

        Nothing is thrown away: a picture that is damaged twice leaves two files. Where it is
        shared, it makes room there for a whole one.

        Raises:
            StoreError: The file is not there, or can't be moved.
        """
        path = self.path_of(sha256)
        try:
            target = _claimed(self._folder / "damaged", path)
            try:
                path.replace(target)
            except OSError:
                # The empty file that claimed the number is no damaged picture.
                target.unlink()
                raise
        except OSError as error:
            raise store_error(error, self._folder) from error
        if self._shared is not None:
            self._shared.delete(_shared_name(path))

    def delete(self, sha256: str, suffix: str) -> int:
        """
        Remove the file of a kept picture, and return how large it was; 0 where it is gone.

        What was set aside of it goes too.
        """
        path = self.target_path(_checked(sha256), suffix)
        self._drop_shown(sha256)
        size = 0
        if self._shared is not None:
            size = self._shared.size(_shared_name(path)) or 0
            self._shared.delete(_shared_name(path))
        try:
            for damaged in (self._folder / "damaged").glob(f"{sha256}-*"):
                damaged.unlink(missing_ok=True)
            size = size or path.stat().st_size
            path.unlink(missing_ok=self._shared is not None)
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise store_error(error, self._folder) from error
        return size

    def keep_shown(self, sha256: str, made: bytes) -> None:
        """
        Keep what was made to show a picture, so that no other kernel makes it again.

        Only of a picture that was decoded to its end: who finds it takes the picture for whole.
        Where it can't be written, it is made again.
        """
        with contextlib.suppress(StoreError):
            self._write(self._shown_path(sha256), _proof(sha256, made) + made)

    def shown(self, sha256: str) -> bytes:
        """Return what was made to show a picture, as it was kept; b"" where there is nothing."""
        path = self._shown_path(sha256)
        try:
            facts = path.stat()
            if not stat.S_ISREG(facts.st_mode) or facts.st_size > _LARGEST_SHOWN:
                return b""  # a pipe may never end
            held = path.read_bytes()
        except OSError:
            return b""
        digest, made = held[:_DIGEST], held[_DIGEST:]
        return made if _proof(sha256, made) == digest else b""

    def _drop_shown(self, sha256: str) -> None:
        with contextlib.suppress(OSError):
            self._shown_path(sha256).unlink(missing_ok=True)

    def _shown_path(self, sha256: str) -> Path:
        return self._folder / "shown" / sha256[:2] / _checked(sha256)

    def drop_partial(self, before: float) -> None:
        """Remove what killed kernels left half written, when nobody wrote it since *before*."""
        for path in (self._folder / "incoming").glob("*.part"):
            with contextlib.suppress(OSError):  # another kernel was faster, or may not
                if path.stat().st_mtime < before:
                    path.unlink()

    def target_path(self, sha256: str, suffix: str) -> Path:
        """Return where a picture of that content is kept, or would be."""
        return self._folder / sha256[:2] / f"{sha256}{suffix}"

    def _write(self, path: Path, content: bytes) -> None:
        """Write beside and rename, so that nobody ever sees half a picture."""
        temporary = self.temporary_path()
        try:
            make_private_folder(path.parent)
            write_private_file(temporary, content)
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise store_error(error, self._folder) from error


def _shared_name(path: Path) -> str:
    """Return what a picture is called in a shared place: as here, so that folders can be copied."""
    return f"{path.parent.name}/{path.name}"


def _proof(sha256: str, made: bytes) -> bytes:
    # With the picture's own name, since the file of another may be copied to its place.
    return hashlib.sha256(sha256.encode() + made).digest()


def _is_of(content: bytes, sha256: str) -> bool:
    return hashlib.sha256(content).hexdigest() == sha256


def _holds(path: Path, content: bytes) -> bool:
    # A power cut can leave a file that is named but empty, a disk or a person one of other bytes.
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _claimed(folder: Path, path: Path) -> Path:
    """Make an empty file in *folder* for *path*, so that no other kernel takes that number."""
    make_private_folder(folder)
    for number in itertools.count(1):
        target = folder / f"{path.stem}-{number}{path.suffix}"
        with contextlib.suppress(FileExistsError):
            # Made or refused in one act: asking first would let another kernel come between.
            target.touch(exist_ok=False)
            return target
    raise AssertionError  # there is always a next number


def _checked(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise StoreError(
            translated("{sha256!r} names no picture.", sha256=sha256[:80]),
            hint=translated("Give a SHA-256 in hex."),
        )
    return sha256


def _media(content: bytes) -> Media:
    """Tell what *content* is by its first bytes; nothing is decoded of what a stranger sent."""
    media = media_of(content)
    if media is None:
        raise StoreError(
            translated(
                "What came is no picture: it begins with {beginning!r}.",
                beginning=bytes(content[:24]),
            ),
            hint=translated("Open its address in a browser to see what is there."),
        )
    return media
