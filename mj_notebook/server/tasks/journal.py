"""The journal: the ledger in a file, one line an entry, shared by all servers on one folder."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mj_notebook.server.backends.backend import Capabilities
from mj_notebook.server.engine.ledger import Accepted, Entry, Resized, read_entry, write_entry
from mj_notebook.settings.private_files import (
    FILE_MODE,
    make_private_file,
    make_private_folder,
    replace_private_file,
)

try:
    import fcntl
except ImportError:  # a system without these locks: one server a folder is up to its user
    fcntl = None  # type: ignore[assignment]

KEPT_FOR = 30 * 24 * 3600 * 1000
"""Milliseconds; the family's usual expiry (protocol/README.md §3.3)."""

_NAME = "journal.jsonl"
# Not the journal itself: a lock is on a file, and the journal is replaced by a shorter one.
_LOCK_NAME = "journal.lock"


class NewEntries(NamedTuple):
    """
    The entries since the last reading.

    Attributes:
        from_start: Whether *entries* are the whole ledger, because the file is another one now.
    """

    from_start: bool
    entries: tuple[Entry, ...]


class Drawer(NamedTuple):
    """
    What of this server has to do with an engine.

    Attributes:
        name: This server's own, in the journal.
        engine: The engine's, in the journal and in tasks.
        capabilities: What may be asked of it.
    """

    name: str
    engine: str
    capabilities: Capabilities


_NOTHING_NEW = NewEntries(from_start=False, entries=())


class Journal:
    """Where entries are kept; this one keeps nothing, for what happened is in the engine alone."""

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """Keep other servers from writing while a decision is made."""
        return contextlib.nullcontext()

    def read_new(self) -> NewEntries:
        """Return what was written since the last time, by whoever; cheap when there is nothing."""
        return _NOTHING_NEW

    def write(self, entry: Entry) -> None:
        """Add *entry*, which `read_new` will not return; call it with the journal `locked`."""

    def be_alive(self, name: str) -> None:
        """Let others see that the server *name* is there, until `close`."""

    def is_alive(self, name: str) -> bool:
        """Tell whether the server *name* is there, this one or another."""
        del name
        return True

    def close(self) -> None:
        """Close the file."""


class FileJournal(Journal):
    """
    A journal in a folder.

    A line counts once it is ended, so a torn last line is as if it had never been begun. Lines
    are written in one go at the end of the file; the lock (a file of its own, because the journal
    may be replaced by a shorter one) keeps two servers from deciding at once.
    """

    def __init__(self, folder: Path, now: int) -> None:
        make_private_folder(folder)
        self._path = folder / _NAME
        make_private_file(folder / _LOCK_NAME)
        self._lock = (folder / _LOCK_NAME).open("ab")
        self._folder = folder
        self._sign: BinaryIO | None = None
        self._file: BinaryIO | None = None
        self._at = 0
        self._inode = -1
        with self.locked():
            _drop_old(self._path, now - KEPT_FOR)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other servers from writing while a decision is made."""
        if fcntl is None:
            yield
            return
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def read_new(self) -> NewEntries:
        """Return what was written since the last time; two calls of the system when nothing was."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return _NOTHING_NEW
        # Another server shortened the journal by renaming a new one into its place.
        is_other = found.st_ino != self._inode or found.st_size < self._at
        if not is_other and found.st_size == self._at:
            return _NOTHING_NEW
        if is_other:
            self._open()
        return NewEntries(is_other, tuple(self._read()))

    def write(self, entry: Entry) -> None:
        """Add *entry* in one write."""
        file = self._file or self._open()
        line = (write_entry(entry) + "\n").encode("utf-8", "backslashreplace")
        end = os.fstat(file.fileno()).st_size
        if end > self._at:
            # Only a torn line can stand there: everything before it was read. End it.
            line = b"\n" + line
        # Half a line on a full disk: it counts as none, and the next write ends it.
        if os.write(file.fileno(), line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._at = end + len(line)

    def be_alive(self, name: str) -> None:
        """Hold the lock on a file of that name; the system lets go of it however this ends."""
        path = self._signed(name)
        path.parent.mkdir(exist_ok=True)
        self._sign = path.open("ab")
        if fcntl is not None:
            fcntl.flock(self._sign, fcntl.LOCK_EX)

    def is_alive(self, name: str) -> bool:
        """Tell whether somebody holds that lock; without locks, only this server is there."""
        path = self._signed(name)
        if self._sign is not None and self._sign.name == str(path):
            return True
        try:
            with path.open("ab" if path.exists() else "rb") as file:
                if fcntl is None:
                    return False
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        path.unlink(missing_ok=True)
        return False

    def _signed(self, name: str) -> Path:
        # A journal may hold anything; only our own names become part of a path.
        return self._folder / "drawers" / (name if name.isalnum() else "nobody")

    def close(self) -> None:
        """Close the files."""
        self._lock.close()
        if self._sign:
            self._sign.close()
            Path(self._sign.name).unlink(missing_ok=True)
        if self._file:
            self._file.close()

    def _open(self) -> BinaryIO:
        if self._file:
            self._file.close()
        # O_APPEND: the system puts each write at the end, whoever else writes.
        # Prompts are private: nobody else on the machine may read them.
        make_private_file(self._path)
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, FILE_MODE)
        self._file = os.fdopen(descriptor, "rb", buffering=0)
        self._inode = os.fstat(descriptor).st_ino
        self._at = 0
        return self._file

    def _read(self) -> Iterator[Entry]:
        assert self._file is not None
        self._file.seek(self._at)
        # What stands behind the last end of line may still be growing.
        whole, newline, _ = self._file.read().rpartition(b"\n")
        self._at += len(whole) + len(newline)
        return (entry for entry in map(read_entry, whole.split(b"\n")) if entry)


def _drop_old(path: Path, before: int) -> None:
    """Rewrite the journal without what is older than *before*, if there is any."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    entries = [entry for entry in map(read_entry, lines) if entry]
    kept = _recent(entries, before)
    if len(kept) == len(entries):
        return
    # A crash leaves the old journal or the new one.
    replace_private_file(path, "".join(write_entry(entry) + "\n" for entry in kept).encode())


def _recent(entries: list[Entry], before: int) -> list[Entry]:
    """Keep tasks since *before* and all they descend from, with all entries about them."""
    parents = {entry.id: entry.parent for entry in entries if isinstance(entry, Accepted)}
    wanted: set[str] = set()
    for entry in entries:
        id_ = "" if entry.at < before else getattr(entry, "id", "")
        # A child can't be drawn without its ancestors, however old they are.
        while id_ and id_ not in wanted:
            wanted.add(id_)
            id_ = parents.get(id_, "")
    return [entry for entry in entries if isinstance(entry, Resized) or entry.id in wanted]
