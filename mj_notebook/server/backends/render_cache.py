"""The render cache: the renderer at work in threads of its own, and the pictures it has made."""

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
from mj_notebook.settings.private_files import make_private_folder, replace_private_file

# Rendering is Python and Pillow: more threads than cores only make each picture later.
_WORKERS = 2
# The last dozen of full grids, more or less: clients load each picture several times.
_MEMORY_BYTES = 96 * 2**20
_DISK_BYTES = 512 * 2**20
# Prefetching is a courtesy: when this many pictures wait, others are rendered when asked for.
_MAX_PREFETCHED = 4
# Previews are seen for seconds only; at a quarter of the side they are made many times faster.
_PREVIEW_SHARE = 4
_MIN_PREVIEW = 64


class Closing(Exception):
    """Nothing is painted any more."""


class RenderCache:
    """Pictures as bytes, by their specs; each is rendered once, whoever asks how often."""

    def __init__(
        self,
        side: int,
        folder: Path | None = None,
        *,
        uploads: UploadStore | None = None,
        render: Callable[[ImageSpec, tuple[int, int]], bytes] | None = None,
        in_memory: int = _MEMORY_BYTES,
        on_disk: int = _DISK_BYTES,
    ) -> None:
        self._side = side
        self._renderer = Renderer(uploads or UploadStore(None))
        self._render = render or self._renderer.picture
        self._max_bytes = in_memory
        self._disk = _DiskCache(folder / "pictures", on_disk) if folder else None
        self._cached: OrderedDict[object, bytes] = OrderedDict()
        self._size = 0
        self._pending: dict[object, Future[bytes]] = {}
        # Painter threads fill what the server's loop reads; painting itself holds no lock.
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="mj-painter")

    async def picture(self, spec: ImageSpec) -> bytes:
        """Return the finished picture as PNG."""
        return await self._wait(spec, lambda: self._finished(spec))

    async def preview(self, spec: ImageSpec, percent: int) -> bytes:
        """Return the picture as it looks *percent* of the way, as WEBP."""
        return await self._wait((spec, percent), lambda: self._preview(spec, percent))

    def prefetch(self, spec: ImageSpec) -> None:
        """Start to render what will be asked for soon."""
        if len(self._pending) < _MAX_PREFETCHED:
            with contextlib.suppress(Closing):
                self._start(spec, lambda: self._finished(spec))

    def close(self) -> None:
        """Stop; what waits is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _wait(self, key: object, render: Callable[[], bytes]) -> bytes:
        done = self._start(key, render)
        # A client that goes away must not take the picture from the others who wait for it.
        return done if isinstance(done, bytes) else await asyncio.shield(asyncio.wrap_future(done))

    def _start(self, key: object, render: Callable[[], bytes]) -> bytes | Future[bytes]:
        # Looked up and begun under one lock: two clients that ask at once must share one render.
        with self._lock:
            if key in self._cached:
                self._cached.move_to_end(key)
                return self._cached[key]
            if key not in self._pending:
                try:
                    self._pending[key] = self._pool.submit(self._run, key, render)
                except RuntimeError as error:  # closed, or Python is about to end
                    raise Closing from error
            return self._pending[key]

    def _run(self, key: object, render: Callable[[], bytes]) -> bytes:
        try:
            content = render()
        # Also when the interpreter is going down: whoever waits must not wait for ever.
        except BaseException:
            with self._lock:
                del self._pending[key]
            raise
        with self._lock:
            del self._pending[key]
            self._cached[key] = content
            self._size += len(content)
            # The newest stays even if it alone is too large: it was asked for just now.
            while self._size > self._max_bytes and len(self._cached) > 1:
                self._size -= len(self._cached.popitem(last=False)[1])
        return content

    def _finished(self, spec: ImageSpec) -> bytes:
        size = spec.size(self._side)
        cached = self._disk.get(spec, size) if self._disk else None
        if cached:
            return cached
        content = self._render(spec, size)
        if self._disk:
            self._disk.put(spec, size, content)
        return content

    def _preview(self, spec: ImageSpec, percent: int) -> bytes:
        side = max(_MIN_PREVIEW, max(spec.size(self._side)) // _PREVIEW_SHARE)
        return self._renderer.preview(spec, percent, side)


class _DiskCache:
    """Finished pictures in a folder; the oldest are deleted when it is full."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._free_bytes = 0

    def get(self, spec: ImageSpec, size: tuple[int, int]) -> bytes | None:
        try:
            return self._path(spec, size).read_bytes()
        except OSError:
            return None

    def put(self, spec: ImageSpec, size: tuple[int, int], content: bytes) -> None:
        """Keep *content*; a folder that can't be written keeps nothing, and that is no error."""
        # The cache is a help: on a full disk the picture is painted again next time.
        with contextlib.suppress(OSError):
            make_private_folder(self._folder)
            self._evict(len(content))
            replace_private_file(self._path(spec, size), content)

    def _path(self, spec: ImageSpec, size: tuple[int, int]) -> Path:
        # Another version of the painter paints another picture.
        words = f"{__version__} {size} {spec!r}".encode("utf-8", "surrogatepass")
        return self._folder / f"{hashlib.sha256(words).hexdigest()}.png"

    def _evict(self, needed: int) -> None:
        self._free_bytes -= needed
        if self._free_bytes > 0:
            return
        # The folder is listed only when the estimate says that it may be full.
        files = sorted((path.stat().st_mtime, path) for path in self._folder.iterdir())
        sizes = [path.stat().st_size for _, path in files]
        excess = sum(sizes) + needed - self._max_bytes
        for (_, path), size in zip(files, sizes, strict=True):
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= size
        self._free_bytes = -excess
