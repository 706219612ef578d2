"""Measuring many pictures by any executor: what is done is kept at once, and not done again."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from mj_notebook.errors import MJError, UsageError, WaitInterrupted
from mj_notebook.experiments.measures import Failure, Outcome, measure_chunk, sentence_of
from mj_notebook.store.history import Store
from mj_notebook.store.measurements import Value

if TYPE_CHECKING:
    from mj_notebook.images.measures import Measure

# Starting processes takes longer than so few pictures do.
_FEW = 24
# Small enough that what a killed kernel loses is seconds, large enough that handing over is cheap.
_CHUNK = 8
_CHUNK_BYTES = 4_000_000
# Chunks that are handed over at once: enough for a cluster, and 256 MB where they carry pictures.
_AHEAD = 64
_SHOWN = 3

Progress = Callable[[int, int], None]
"""Is told how many pictures of how many are measured."""


class Measured:
    """
    What is known of pictures now.

    Attributes:
        found: Measure and value, by the SHA-256 of each picture.
        new: How many pictures were measured now.
        failed: What could not be measured, and why.
    """

    def __init__(
        self, found: Mapping[str, Mapping[str, Value]], new: int, failed: Sequence[Failure]
    ) -> None:
        self.found, self.new, self.failed = found, new, tuple(failed)

    def __repr__(self) -> str:
        total = len({*self.found, *(one.sha256 for one in self.failed)})
        before = len(self.found) - self.new
        told = [f"{total:,} picture{'s' * (total != 1)}", f"{self.new:,} measured now"]
        told += [f"{before:,} known before"] if before else []
        lines = [" · ".join(told)]
        lines += [
            f"{one.name or 'no measure'} of {one.sha256[:12]}… failed: {one.why}"
            for one in self.failed[:_SHOWN]
        ]
        if len(self.failed) > _SHOWN:
            lines.append(f"… and {len(self.failed) - _SHOWN:,} more, see .failed")
        return "\n".join(lines)


def measure_pictures(
    store: Store,
    pictures: Iterable[tuple[str, Path]],
    measures: Sequence["Measure"],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Measured:
    """
    Measure what is not known yet, keep it chunk by chunk, and return all that is known.

    Args:
        store: Where it is kept.
        pictures: SHA-256 and file of each.
        measures: What is measured.
        executor: Where it runs; by default processes of this machine, for few pictures this one.
        progress: Is told how far it is.

    Raises:
        WaitInterrupted: The person interrupted it; what is measured is kept.
        UsageError: The executor does not go on; what is measured is kept.
    """
    files = dict(pictures)
    versions = {one.name: one.version for one in measures}
    known = store.measurements.known(files, versions)
    lacking = {
        sha256: names
        for sha256 in files
        if (names := [name for name in versions if name not in known.get(sha256, {})])
    }
    failed: list[Failure] = []
    new: set[str] = set()
    run = _Run(store, files, lacking, versions, progress or (lambda _, __: None))
    try:
        with _opened(executor, len(lacking)) as opened:
            for outcome in run.outcomes(opened, carries_bytes=executor is not None):
                failed.extend(outcome.failed)
                new.update(one.sha256 for one in outcome.found)
    except KeyboardInterrupt:
        raise WaitInterrupted(
            f"Stopped; {run.done:,} of {len(lacking):,} pictures are measured.",
            hint="The same call goes on where it was.",
        ) from None
    return Measured(store.measurements.known(files, versions), len(new), failed)


class _Run:
    """One going through pictures: hands chunks over, some ahead, and keeps what comes back."""

    def __init__(
        self,
        store: Store,
        files: Mapping[str, Path],
        lacking: Mapping[str, Sequence[str]],
        versions: Mapping[str, str],
        progress: Progress,
    ) -> None:
        self._store, self._files = store, files
        self._lacking, self._versions = lacking, versions
        self._progress = progress
        self.done = 0

    def outcomes(self, executor: Executor | None, *, carries_bytes: bool) -> Iterator[Outcome]:
        ahead: dict[Future[Outcome], int] = {}
        ended: SimpleQueue[Future[Outcome]] = SimpleQueue()
        try:
            for items in self._chunks(carries_bytes=carries_bytes):
                wanted = {sha256: self._lacking[sha256] for sha256, _ in items}
                if executor is None:
                    yield self._kept(measure_chunk(items, wanted, self._versions), len(items))
                    continue
                with self._told():
                    future = executor.submit(measure_chunk, items, wanted, self._versions)
                    if not isinstance(future, Future):
                        raise TypeError(f"submit gave {type(future).__name__}, and no Future")
                ahead[future] = len(items)
                # Not `wait`: that waits for ever for what a closing executor has cancelled.
                future.add_done_callback(ended.put)
                if len(ahead) >= _AHEAD:
                    yield self._ended(ended.get(), ahead)
            while ahead:
                yield self._ended(ended.get(), ahead)
        finally:
            for future in ahead:
                future.cancel()

    def _ended(self, future: Future[Outcome], ahead: dict[Future[Outcome], int]) -> Outcome:
        """Keep what has ended, whichever it is: what waits for a slow one could be lost."""
        size = ahead.pop(future)
        with self._told():
            outcome = future.result()
            if not isinstance(outcome, Outcome):
                raise TypeError(f"it gave {type(outcome).__name__} for what was asked")
        return self._kept(outcome, size)

    def _chunks(self, *, carries_bytes: bool) -> Iterator[list[tuple[str, Path | bytes]]]:
        items: list[tuple[str, Path | bytes]] = []
        size = 0
        for sha256 in self._lacking:
            source: Path | bytes = self._files[sha256]
            with suppress(
                MJError
            ):  # it may be shared, and in no file here; told as one that is gone
                self._store.pictures.stamp(self._files[sha256])
            if carries_bytes and isinstance(source, Path):
                # A worker on another machine has no such file; and it says what is wrong with one.
                with suppress(OSError):
                    source = source.read_bytes()
            items.append((sha256, source))
            size += len(source) if isinstance(source, bytes) else 0
            if len(items) == _CHUNK or size >= _CHUNK_BYTES:
                yield items
                items, size = [], 0
        if items:
            yield items

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in a sentence what keeps an executor from going on."""
        try:
            yield
        except BrokenProcessPool as error:
            raise UsageError(
                f"A process that measures ended by itself; {self._kept_words}.",
                hint='In a script, measure below: if __name__ == "__main__":. Elsewhere a measure'
                ' or a picture ended it: measures=["hash"] tries one measure alone.',
            ) from error
        except (Exception, asyncio.CancelledError) as error:
            raise UsageError(
                f"The executor does not go on ({sentence_of(error)}); {self._kept_words}.",
                hint="Give one that is open, or leave executor= out; it goes on where it was.",
            ) from error

    @property
    def _kept_words(self) -> str:
        return f"{self.done:,} of {len(self._lacking):,} pictures are measured and kept"

    def _kept(self, outcome: Outcome, size: int) -> Outcome:
        self._store.measurements.save(outcome.found)
        self.done += size
        self._progress(self.done, len(self._lacking))
        return outcome


@contextmanager
def _opened(executor: Executor | None, count: int) -> Iterator[Executor | None]:
    if executor is not None or count <= _FEW:
        yield executor  # whoever opened it closes it
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A forked child of a kernel has its threads' locks and none of the threads.
    context = multiprocessing.get_context("spawn")
    line, held = context.Pipe(duplex=False)
    with (
        line,
        ProcessPoolExecutor(mp_context=context, initializer=_end_with, initargs=(line,)) as pool,
        held,  # closed first: what is under way may last for ever
    ):
        yield pool


def _end_with(line: Any) -> None:
    """Let this process end when *line* does: with the measuring, or with a killed kernel."""

    def watch() -> None:
        with suppress(EOFError, OSError):
            line.recv()
        os._exit(1)

    # An interrupt of a kernel goes to its processes too, which have nothing to clean up.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=watch, daemon=True).start()


class ProgressLine:
    """
    A line that says how far it is, written over itself.

    Args:
        write: Takes what is written.
        clock: Seconds that only grow.
    """

    def __init__(
        self, write: Callable[[str], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write, self._clock = write, clock
        self._begun = clock()
        self._last = self._begun
        self._is_open = False

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is; twice a second at most, but the end in any case where it began."""
        now = self._clock()
        is_end = done >= total
        if now - self._last < 0.5 and not (is_end and self._is_open):
            return
        self._last, self._is_open = now, not is_end
        left = (now - self._begun) / done * (total - done)
        rest = "" if is_end else f" · about {max(1, round(left)):,} s left"
        self._write(f"\rMeasured {done:,} of {total:,} pictures{rest}".ljust(60) + "\n" * is_end)
