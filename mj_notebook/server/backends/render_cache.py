"""Paintings: the painter at work in threads of its own, and what it has painted."""

import asyncio
import contextlib
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from mj_notebook._version import __version__
from mj_notebook.server.backends.image_specs import ImageSpec
from mj_notebook.server.backends.renderer import Renderer
from mj_notebook.server.backends.uploads import UploadStore

_WORKERS = 2
_IN_MEMORY = 96 * 2**20
_ON_DISK = 512 * 2**20
# Painting ahead is a courtesy: when this many pictures wait, they are painted when asked for.
_MOST_AHEAD = 4
_PREVIEW_SHARE = 4
_SMALLEST_PREVIEW = 64


class RenderCache:
    """
    Pictures as bytes, by what they show; each is painted once, whoever asks how often.

    Args:
        side: The side of a square grid in pixels.
        folder: Where finished pictures are kept as well.
        uploads: The pictures that clients sent along.
        paint: Does the work, in a thread; the studio, if nobody else.
        in_memory: How many bytes are kept in memory.
        on_disk: How many bytes are kept in the folder.
    """

    def __init__(
        self,
        side: int,
        folder: Path | None = None,
        *,
        uploads: UploadStore | None = None,
        paint: Callable[[ImageSpec, tuple[int, int]], bytes] | None = None,
        in_memory: int = _IN_MEMORY,
        on_disk: int = _ON_DISK,
    ) -> None:
        self._side = side
        self._renderer = Renderer(uploads or UploadStore(None))
        self._render = paint or self._renderer.picture
        self._most = in_memory
        self._disk = _DiskCache(folder / "pictures", on_disk) if folder else None
        self._kept: OrderedDict[object, bytes] = OrderedDict()
        self._size = 0
        self._begun: dict[object, Future[bytes]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="mj-painter")

    async def picture(self, spec: ImageSpec) -> bytes:
        """Return the finished picture as PNG."""
        return await self._wait(spec, lambda: self._finished(spec))

    async def preview(self, spec: ImageSpec, percent: int) -> bytes:
        """Return the picture as it looks *percent* of the way, as WEBP."""
        return await self._wait((spec, percent), lambda: self._preview(spec, percent))

    def prefetch(self, spec: ImageSpec) -> None:
        """Begin to paint what will be asked for soon."""
        if len(self._begun) < _MOST_AHEAD:
            self._begin(spec, lambda: self._finished(spec))

    def close(self) -> None:
        """Stop; what is being painted is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _wait(self, key: object, paint: Callable[[], bytes]) -> bytes:
        done = self._begin(key, paint)
        # A client that goes away must not take the picture from the others who wait for it.
        return done if isinstance(done, bytes) else await asyncio.shield(asyncio.wrap_future(done))

    def _begin(self, key: object, paint: Callable[[], bytes]) -> bytes | Future[bytes]:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            if key not in self._begun:
                self._begun[key] = self._pool.submit(self._paint, key, paint)
            return self._begun[key]

    def _paint(self, key: object, paint: Callable[[], bytes]) -> bytes:
        try:
            content = paint()
        except BaseException:
            with self._lock:
                del self._begun[key]
            raise
        with self._lock:
            del self._begun[key]
            self._kept[key] = content
            self._size += len(content)
            while self._size > self._most and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1])
        return content

    def _finished(self, spec: ImageSpec) -> bytes:
        size = spec.size(self._side)
        kept = self._disk.get(spec, size) if self._disk else None
        if kept:
            return kept
        content = self._render(spec, size)
        if self._disk:
            self._disk.put(spec, size, content)
        return content

    def _preview(self, spec: ImageSpec, percent: int) -> bytes:
        side = max(_SMALLEST_PREVIEW, max(spec.size(self._side)) // _PREVIEW_SHARE)
        return self._renderer.preview(spec, percent, side)


class _DiskCache:
    """Finished pictures in a folder, the oldest thrown away when it is full."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._room = 0

    def get(self, spec: ImageSpec, size: tuple[int, int]) -> bytes | None:
        try:
            return self._path(spec, size).read_bytes()
        except OSError:
            return None

    def put(self, spec: ImageSpec, size: tuple[int, int], content: bytes) -> None:
        """Keep *content*; a folder that can't be written keeps nothing, and that is no error."""
        path = self._path(spec, size)
        part = path.with_suffix(f".{threading.get_ident()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(len(content))
            part.write_bytes(content)
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def _path(self, spec: ImageSpec, size: tuple[int, int]) -> Path:
        # Another version of the painter paints another picture.
        words = f"{__version__} {size} {spec!r}".encode("utf-8", "surrogatepass")
        return self._folder / f"{hashlib.sha256(words).hexdigest()}.png"

    def _make_room(self, needed: int) -> None:
        self._room -= needed
        if self._room > 0:
            return
        files = sorted((path.stat().st_mtime, path) for path in self._folder.iterdir())
        sizes = [path.stat().st_size for _, path in files]
        excess = sum(sizes) + needed - self._most
        for (_, path), size in zip(files, sizes, strict=True):
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= size
        self._room = -excess
