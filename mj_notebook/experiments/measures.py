"""Measuring kept pictures: which measures there are, and running them over many of them."""

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cache
from importlib.metadata import entry_points
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mj_notebook.errors import MJError, UsageError, WaitInterrupted
from mj_notebook.store.history import Store
from mj_notebook.store.measurements import Measurement, Value

if TYPE_CHECKING:
    from mj_notebook.images.measures import Measure

ENTRY_POINTS = "mj_notebook.measures"
"""The group of entry points: a name, and a `Measure`, or a list of them."""

# Starting processes takes longer than so few pictures do.
_FEW = 24
# Small enough that what a killed kernel loses is seconds, large enough that handing over is cheap.
_CHUNK = 8
_AHEAD = 4
_LONGEST_TEXT = 2_000
_SHOWN = 3

Progress = Callable[[int, int], None]
"""Is told how many pictures of how many are measured."""


class Failure(NamedTuple):
    """A measure that gave nothing for a picture, and why; "" where the picture itself is broken."""

    sha256: str
    name: str
    why: str


class Outcome(NamedTuple):
    """What measuring one chunk gave."""

    found: tuple[Measurement, ...]
    failed: tuple[Failure, ...]


def measures_named(names: Sequence[str] | None = None) -> tuple["Measure", ...]:
    """
    Return the measures there are, or those with these names; plug-ins are among them.

    Raises:
        UsageError: There is no such measure, or a plug-in does not load.
    """
    there_are = _all_measures(tuple(sys.path))
    if names is None:
        return tuple(there_are.values())
    unknown = [name for name in names if name not in there_are]
    if unknown:
        raise UsageError(
            f"There is no measure {unknown[0]!r}.", hint=f"There are: {', '.join(there_are)}."
        )
    return tuple(there_are[name] for name in dict.fromkeys(names))


@cache
def _all_measures(_: tuple[str, ...]) -> dict[str, "Measure"]:
    """Return all measures by name; looking for packages is slow, and depends on that path."""
    from mj_notebook.images.measures import MEASURES, Measure  # loads Pillow

    found = {one.name: one for one in MEASURES}
    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = point.load()
            made = [
                Measure(str(one.name), str(one.version), one.measure)
                for one in (loaded if isinstance(loaded, list) else [loaded])
            ]
        except Exception as error:
            raise UsageError(
                f"The plug-in {point.name!r} of measures does not load:"
                f" {type(error).__name__}: {error}",
                hint=f"Update or remove its package ({point.value}).",
            ) from error
        for one in made:
            if one.name in found:
                raise UsageError(
                    f"Two measures are called {one.name!r}.",
                    hint=f"Remove one of their packages ({point.value} is one).",
                )
            found[one.name] = one
    return found


# -- one chunk: runs wherever the executor runs it -------------------------------------------------


def measure_chunk(
    items: Sequence[tuple[str, Path | bytes]], wanted: Mapping[str, Sequence[str]]
) -> Outcome:
    """
    Measure some pictures; what one of them gives is no other's business.

    Args:
        items: Each picture's SHA-256 with its file, or with its bytes where that is elsewhere.
        wanted: The names of the measures that each lacks, by SHA-256.
    """
    from mj_notebook.images.measures import picture_to_measure

    found: list[Measurement] = []
    failed: list[Failure] = []
    for sha256, source in items:
        try:
            content = source if isinstance(source, bytes) else source.read_bytes()
            image = picture_to_measure(content)
        except (MJError, OSError) as error:
            failed.append(Failure(sha256, "", _sentence(error)))
            continue
        for one in measures_named(wanted[sha256]):
            try:
                # A measure may draw on what it is given; the next one gets it as it was.
                value = _plain(one.measure(image.copy()))
            except Exception as error:  # noqa: BLE001 - measures are other people's code
                failed.append(Failure(sha256, one.name, _sentence(error)))
            else:
                found.append(Measurement(sha256, one.name, one.version, value))
    return Outcome(tuple(found), tuple(failed))


def _plain(value: Any) -> Value:
    """Return what a measure gave as a plain value, also where it is a number of numpy."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    raise TypeError(f"it gave {type(value).__name__}; a measure gives one number or text")


def _sentence(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


# -- all of them -----------------------------------------------------------------------------------


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
        told = [f"{total:,} pictures", f"{self.new:,} measured now"]
        told += [f"{total - self.new:,} known before"] if total > self.new else []
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
        UsageError: The processes of the pool ended by themselves.
    """
    files = dict(pictures)
    versions = {one.name: one.version for one in measures}
    known = store.measurements.known(files, versions)
    lacking = {
        sha256: [name for name in versions if name not in known.get(sha256, {})] for sha256 in files
    }
    todo = [sha256 for sha256, names in lacking.items() if names]
    failed: list[Failure] = []
    run = _Run(store, files, lacking, progress or (lambda _, __: None))
    try:
        with _opened(executor, len(todo)) as opened:
            for outcome in run.outcomes(todo, opened, carries_bytes=executor is not None):
                failed.extend(outcome.failed)
    except KeyboardInterrupt:
        raise WaitInterrupted(
            f"Stopped; {run.done:,} of {len(todo):,} pictures are measured.",
            hint="The same call goes on where it was.",
        ) from None
    except BrokenProcessPool as error:
        raise UsageError(
            "A process that measures ended by itself; what was measured is kept.",
            hint='In a script, measure below: if __name__ == "__main__": – else give executor=.',
        ) from error
    return Measured(store.measurements.known(files, versions), len(todo), failed)


class _Run:
    """One going through pictures: hands chunks over, some ahead, and keeps what comes back."""

    def __init__(
        self,
        store: Store,
        files: Mapping[str, Path],
        lacking: Mapping[str, Sequence[str]],
        progress: Progress,
    ) -> None:
        self._store, self._files, self._lacking = store, files, lacking
        self._progress = progress
        self.done = 0

    def outcomes(
        self, todo: Sequence[str], executor: Executor | None, *, carries_bytes: bool
    ) -> Iterator[Outcome]:
        chunks = [todo[at : at + _CHUNK] for at in range(0, len(todo), _CHUNK)]
        ahead: deque[tuple[int, Future[Outcome]]] = deque()
        # Only so many are handed over at once: each may carry its pictures' bytes.
        most = _AHEAD * (os.cpu_count() or 1)
        try:
            for chunk in chunks:
                wanted = {sha256: self._lacking[sha256] for sha256 in chunk}
                items = [self._item(sha256, carries_bytes=carries_bytes) for sha256 in chunk]
                if executor is None:
                    yield self._kept(measure_chunk(items, wanted), len(chunk))
                    continue
                ahead.append((len(chunk), executor.submit(measure_chunk, items, wanted)))
                if len(ahead) >= most:
                    size, future = ahead.popleft()
                    yield self._kept(future.result(), size)
            while ahead:
                size, future = ahead.popleft()
                yield self._kept(future.result(), size)
        finally:
            for _, future in ahead:
                future.cancel()

    def _item(self, sha256: str, *, carries_bytes: bool) -> tuple[str, Path | bytes]:
        """Return what a worker needs of a picture: one on another machine has no such file."""
        path = self._files[sha256]
        with suppress(MJError):  # it may be shared, and in no file here; told as one that is gone
            self._store.pictures.stamp(path)
        if not carries_bytes:
            return sha256, path
        try:
            return sha256, path.read_bytes()
        except OSError:
            return sha256, path  # which says there what is wrong with it

    def _kept(self, outcome: Outcome, size: int) -> Outcome:
        self._store.measurements.save(outcome.found)
        self.done += size
        self._progress(self.done, sum(map(bool, self._lacking.values())))
        return outcome


def _opened(executor: Executor | None, count: int) -> AbstractContextManager[Executor | None]:
    if executor is not None:
        return nullcontext(executor)  # whoever opened it closes it
    if count <= _FEW:
        return nullcontext(None)
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A forked child of a kernel has its threads' locks and none of the threads.
    return ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"))


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
