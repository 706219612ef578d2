"""Uploads: pictures that clients send, stored under the hash of their bytes, outside the ledger."""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

from mj_notebook.protocol.media import read_data_url
from mj_notebook.settings.private_files import replace_private_file

# Names come from addresses too: nothing but a hash may become part of a path.
_NAME = re.compile(r"[0-9a-f]{64}")
_MEMORY_BYTES = 128 * 2**20


class UploadStore:
    """
    The pictures sent with requests; its methods may be called from any thread.

    Without a folder they are kept in memory, and the oldest are forgotten when it is too much.
    *read* makes bytes of the text that a picture is sent as.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        in_memory: int = _MEMORY_BYTES,
        read: Callable[[str], bytes | None] = read_data_url,
    ) -> None:
        self._read = read
        self._folder = folder / "references" if folder else None
        self._max_bytes = in_memory
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        # Pictures are added by requests and read by painter threads.
        self._lock = threading.Lock()

    def add_all(self, texts: Iterable[str]) -> tuple[str, ...] | None:
        """
        Add the pictures given as data URLs or bare base64 and return their hashes.

        None if one of them is neither. It may take a while: call it off the event loop.
        """
        contents = [self._read(text) for text in texts]
        # All or none: a blend of those that could be read would be another blend.
        if not all(contents):
            return None
        return tuple(self.add(content) for content in contents if content)

    def add(self, content: bytes) -> str:
        """Add *content* and return its hash."""
        name = hashlib.sha256(content).hexdigest()
        if self._folder:
            _write(self._folder / name, content)
        else:
            self._remember(name, content)
        return name

    def get(self, name: str) -> bytes | None:
        """Return the picture with the hash *name*, if it is still there."""
        if not self._folder or not _NAME.fullmatch(name):
            return self._contents.get(name)
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def has(self, name: str) -> bool:
        """Tell whether the picture with the hash *name* is still there."""
        if not _NAME.fullmatch(name):
            return False
        return (self._folder / name).exists() if self._folder else name in self._contents

    def _remember(self, name: str, content: bytes) -> None:
        with self._lock:
            # Sent again, it counts as new, and is forgotten last.
            if name in self._contents:
                self._contents.move_to_end(name)
                return
            self._contents[name] = content
            self._size += len(content)
            while self._size > self._max_bytes and len(self._contents) > 1:
                self._size -= len(self._contents.popitem(last=False)[1])


def _write(path: Path, content: bytes) -> None:
    # The same name has the same bytes: writing them again could only go wrong.
    if not path.exists():
        replace_private_file(path, content)
