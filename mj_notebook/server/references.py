"""Pictures that clients send along, kept under the hash of their bytes, outside the ledger."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from mj_notebook.protocol.media import read_data_url


class References:
    """The pictures given with requests; without a folder they are remembered only by hash."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / "references" if folder else None

    def keep(self, texts: Iterable[str]) -> tuple[str, ...] | None:
        """
        Keep the pictures given as data URLs or bare base64 and return their hashes.

        None if one of them is neither. It may take a while: call it off the event loop.
        """
        contents = [read_data_url(text) for text in texts]
        if not all(contents):
            return None
        return tuple(self._keep(content) for content in contents if content)

    def _keep(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / name
            if not path.exists():
                # Renamed when complete: what has its name has its bytes.
                part = path.with_suffix(".part")
                part.write_bytes(content)
                part.replace(path)
        return name
