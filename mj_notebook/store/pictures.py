"""Pictures as served, in files named by what is in them: the same content is written once."""

import contextlib
import hashlib
import re
import uuid
from pathlib import Path
from typing import NamedTuple

from mj_notebook.errors import StoreError
from mj_notebook.protocol.media import AVIF, GIF, JPEG, MP4, PNG, WEBP, Media, media_of
from mj_notebook.store.database_errors import shown, told

_KNOWN = (PNG, WEBP, JPEG, GIF, MP4, AVIF)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Picture(NamedTuple):
    """A picture that is kept; *path* is its file, *sha256* its name and proof."""

    sha256: str
    path: Path
    media: Media
    size: int
    width: int | None = None
    height: int | None = None


class Pictures:
    """The folder of pictures; several threads and kernels may put into it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> Picture:
        """
        Keep *content* as it is and return where; known content is not written again.

        Raises:
            StoreError: It is no picture, or could not be written.
        """
        media = _media(content)
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.place(sha256, media.suffix)
        if not _holds(path, len(content)):
            self._write(path, content)
        return Picture(sha256, path, media, len(content))

    def adopt(self, path: Path, sha256: str) -> Picture:
        """Keep a finished download (at a path of `incoming`) by moving it; *sha256* is its own."""
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                head = file.read(64)
            media = media_of(head) or _media(path.read_bytes())
            target = self.place(_checked(sha256), media.suffix)
            if _holds(target, size):
                path.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
        except OSError as error:
            raise told(error, self._folder) from error
        return Picture(sha256, target, media, size)

    def incoming(self) -> Path:
        """Return a new path for a download, on the same disk as the pictures."""
        folder = self._folder / "incoming"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise told(error, self._folder) from error
        return folder / f"{uuid.uuid4().hex}.part"

    def try_writing(self) -> None:
        """Write a small file and remove it; raise `StoreError` when that can't be done."""
        trial = self.incoming()
        try:
            trial.write_bytes(b"trial")
            trial.unlink()
        except OSError as error:
            raise told(error, self._folder) from error

    def path_of(self, sha256: str) -> Path:
        """Return the file of a kept picture; raise `StoreError` when it is not there (any more)."""
        paths = (self.place(_checked(sha256), media.suffix) for media in _KNOWN)
        found = next((path for path in paths if path.exists()), None)
        if found is None:
            # Kinds that were told by decoding have other endings.
            found = next(iter(self.place(sha256, "").parent.glob(f"{sha256}.*")), None)
        if found is None:
            raise StoreError(
                f"The picture {sha256[:12]}… is not in {shown(self._folder)} any more.",
                hint="Fetch its task again while its address still works.",
            )
        return found

    def read(self, sha256: str) -> bytes:
        """Return the bytes of a kept picture."""
        path = self.path_of(sha256)
        try:
            return path.read_bytes()
        except OSError as error:
            raise told(error, self._folder) from error

    def check(self, sha256: str) -> bool:
        """Tell whether the file of a kept picture still holds what it held."""
        return hashlib.sha256(self.read(sha256)).hexdigest() == sha256

    def set_aside(self, sha256: str) -> None:
        """Move a file that no longer holds what it held out of the way; nothing is thrown away."""
        path = self.path_of(sha256)
        target = self._folder / "damaged" / path.name
        try:
            target.parent.mkdir(exist_ok=True)
            path.replace(target)
        except OSError as error:
            raise told(error, self._folder) from error

    def drop_partial(self, before: float) -> None:
        """Remove what killed kernels left half written, when nobody wrote it since *before*."""
        for path in (self._folder / "incoming").glob("*.part"):
            with contextlib.suppress(OSError):  # another kernel was faster, or may not
                if path.stat().st_mtime < before:
                    path.unlink()

    def place(self, sha256: str, suffix: str) -> Path:
        """Return where a picture of that content is kept, or would be."""
        return self._folder / sha256[:2] / f"{sha256}{suffix}"

    def _write(self, path: Path, content: bytes) -> None:
        """Write beside and rename, so that nobody ever sees half a picture."""
        temporary = self.incoming()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content)
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise told(error, self._folder) from error


def _holds(path: Path, size: int) -> bool:
    # The size is compared too: a power cut can leave a file that is named but empty.
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _checked(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise StoreError(f"{sha256[:80]!r} names no picture.", hint="Give a SHA-256 in hex.")
    return sha256


def _media(content: bytes) -> Media:
    """Tell what *content* is by its first bytes; nothing is decoded of what a stranger sent."""
    media = media_of(content)
    if media is None:
        raise StoreError(
            f"What came is no picture: it begins with {bytes(content[:24])!r}.",
            hint="Open its address in a browser to see what is there.",
        )
    return media
