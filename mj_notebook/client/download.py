"""Where the bytes of an answer go while they come: memory or a file, never more than a limit."""

import hashlib
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mj_notebook.errors import Refused, StoreError
from mj_notebook.language import translated
from mj_notebook.language.sentences import reason_of
from mj_notebook.protocol.addresses import DATA, holds_content
from mj_notebook.protocol.media import MOST_BYTES, read_data_url
from mj_notebook.settings.paths import refuse_read_only

# The longest answer that is read as words; a list of 2,000 tasks has about 4 MB.
MAX_TEXT = 64_000_000
# Enough of the beginning to tell a picture from a page.
_HEAD = 512


class AnswerTooLarge(Refused):
    """More came than is taken; the rest was not read."""


class Download(NamedTuple):
    """
    A picture that was fetched into a file.

    Attributes:
        sha256: Of its content, made while it came.
    """

    path: Path
    sha256: str
    size: int


def embedded_picture(url: str, limit: int) -> bytes | None:
    """Return the picture that a ``data:`` address holds; None for any other address."""
    if not holds_content(url):
        return None
    # Servers write its beginning in any case; the reader wants it as the standard has it.
    content = read_data_url(DATA + url[len(DATA) :])
    if not content:
        raise Refused(
            translated("The address of the picture holds none."),
            hint=translated("Fetch the task again."),
        )
    _check(len(content), limit)
    return content


class MemorySink:
    """Takes an answer into memory."""

    def __init__(self, limit: int = MAX_TEXT) -> None:
        self._limit = limit
        self._chunks: list[bytes] = []
        self.size = 0

    def restart(self) -> None:
        """Forget what came: the line broke and it comes again from its beginning."""
        self._chunks.clear()
        self.size = 0

    def write(self, chunk: bytes) -> None:
        """Keep the next bytes."""
        self.size += len(chunk)
        _check(self.size, self._limit)
        self._chunks.append(chunk)

    @property
    def received(self) -> bytes:
        """Everything that came."""
        # Joined once, when somebody asks; most answers come in one piece.
        if len(self._chunks) != 1:
            self._chunks = [b"".join(self._chunks)]
        return self._chunks[0]


class FileSink:
    """
    Takes a picture into a file, in constant memory, and hashes it on the way.

    Attributes:
        received: The first bytes, enough to tell what they are.
    """

    def __init__(self, path: Path, limit: int = MOST_BYTES) -> None:
        self._path, self._limit = path, limit
        self._file: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self.size = 0
        self.received = b""

    def restart(self) -> None:
        """Begin the file again."""
        self._hash = hashlib.sha256()
        self.size, self.received = 0, b""
        if self._file is not None:
            self._file.seek(0)
            # What came before may be longer than what comes now.
            self._file.truncate()

    def write(self, chunk: bytes) -> None:
        """Write the next bytes."""
        self.size += len(chunk)
        _check(self.size, self._limit)
        if len(self.received) < _HEAD:
            self.received = (self.received + chunk)[:_HEAD]
        self._hash.update(chunk)
        try:
            # With the first byte: an answer that is an error leaves no empty file.
            if self._file is None:
                refuse_read_only(self._path)
                self._file = self._path.open("wb")
            self._file.write(chunk)
        except OSError as error:
            raise _write_error(self._path, error) from error

    def finish(self) -> Download:
        """Close the file and say what is in it."""
        try:
            if self._file is not None:
                self._file.close()
        except OSError as error:
            raise _write_error(self._path, error) from error
        return Download(self._path, self._hash.hexdigest(), self.size)

    def discard(self) -> None:
        """Close and remove the file: what came is not what was wanted."""
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)


Sink = MemorySink | FileSink


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise AnswerTooLarge(
            translated(
                "The answer is larger than {limit:.0f} MB and was not taken.",
                limit=limit / 1000000.0,
            ),
            hint=translated("Open its address in a browser if it is really wanted."),
        )


def _write_error(path: Path, error: OSError) -> StoreError:
    return StoreError(
        translated(
            "The picture could not be written: {reason}.",
            reason=reason_of(error),
        ),
        hint=translated(
            "Make room in {folder}, or choose another folder with MJ_STORE.", folder=path.parent
        ),
    )
