"""Pictures that clients send along, kept under the hash of their bytes, outside the ledger."""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from mj_notebook.protocol.media import read_data_url

# Names come from addresses too: nothing but a hash may become part of a path.
_NAME = re.compile(r"[0-9a-f]{64}")
_IN_MEMORY = 128 * 2**20


class UploadStore:
    """
    The pictures given with requests; its methods may be called from any thread.

    Without a folder they are kept in memory, and the oldest are forgotten when it is too much.
    """

    def __init__(self, folder: Path | None, *, in_memory: int = _IN_MEMORY) -> None:
        self._folder = folder / "references" if folder else None
        self._most = in_memory
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def add_all(self, texts: Iterable[str]) -> tuple[str, ...] | None:
        """
        Add the pictures given as data URLs or bare base64 and return their hashes.

        None if one of them is neither. It may take a while: call it off the event loop.
        """
        contents = [read_data_url(text) for text in texts]
        if not all(contents):
            return None
        return tuple(self.add(content) for content in contents if content)

    def add(self, content: bytes) -> str:
        """Keep *content* and return its hash."""
        name = hashlib.sha256(content).hexdigest()
        if self._folder:
            _write(self._folder / name, content)
        else:
            self._remember(name, content)
        return name

    def get(self, name: str) -> bytes | None:
        """Return the picture with the hash *name*, if it is still there."""
        if not self._folder or not _NAME.fullmatch(name):
            return self._kept.get(name)
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def has(self, name: str) -> bool:
        """Tell whether the picture with the hash *name* is still there."""
        if not _NAME.fullmatch(name):
            return False
        return (self._folder / name).exists() if self._folder else name in self._kept

    def _remember(self, name: str, content: bytes) -> None:
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return
            self._kept[name] = content
            self._size += len(content)
            while self._size > self._most and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1])


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Renamed when complete: what has its name has its bytes.
        part = path.with_suffix(f".{threading.get_ident()}.part")
        part.write_bytes(content)
        part.replace(path)
