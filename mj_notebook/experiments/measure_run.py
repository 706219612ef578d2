"""Measuring many pictures by any executor: what is done is kept at once, and not done again."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Self

from mj_notebook.errors import MJError, UsageError, WaitInterrupted
from mj_notebook.experiments.measure_processes import PATIENCE, Processes, Source, Step
from mj_notebook.experiments.measures import Failure, Outcome, measure_chunk, sentence_of
from mj_notebook.language import counted, translated
from mj_notebook.settings.argument_types import public
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
_LOOK = 1.0  # seconds between two looks at what processes are at
# Of so many pictures a measure ends the process before it is left out: it may do so with all.
_MOST_ENDED = 3

Items = list[tuple[str, Source]]
"""Pictures by SHA-256, each as its file or its bytes."""

Progress = Callable[[int, int], None]
"""Is told how many pictures of how many are measured."""


@public
class Measured:
    """What is known of pictures now."""

    def __init__(
        self, found: Mapping[str, Mapping[str, Value]], new: int, failed: Sequence[Failure]
    ) -> None:
        self.found, self.new, self.failed = found, new, tuple(failed)

    def __repr__(self) -> str:
        total = len({*self.found, *(one.sha256 for one in self.failed)})
        before = len(self.found) - self.new
        told = [counted(total, "picture"), translated("{count:,} measured now", count=self.new)]
        told += [translated("{count:,} known before", count=before)] if before else []
        lines = [" · ".join(told)]
        lines += [
            translated(
                "{measure} of {picture}… failed: {why}",
                measure=one.name or translated("no measure"),
                picture=one.sha256[:12],
                why=one.why,
            )
            for one in self.failed[:_SHOWN]
        ]
        if len(self.failed) > _SHOWN:
            left = len(self.failed) - _SHOWN
            lines.append(translated("… and {count:,} more, see .failed", count=left))
        return "\n".join(lines)


def measure_pictures(
    store: Store,
    pictures: Iterable[tuple[str, Path]],
    measures: Sequence["Measure"],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    patience: float = PATIENCE,
) -> Measured:
    """
    Measure what is not known yet, keep it chunk by chunk, and return all that is known.

    Args:
        store: Where it is kept.
        pictures: SHA-256 and file of each.
        measures: What is measured.
        executor: Where it runs; by default processes of this machine, for few pictures this one.
        progress: Is told how far it is.
        patience: Seconds that a process of this machine may be at one measure of one picture.

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
    run = _Run(store, files, lacking, versions, progress or (lambda _, __: None), patience=patience)
    try:
        if executor is not None:
            outcomes = run.by_executor(executor)
        elif len(lacking) <= _FEW:
            outcomes = run.here()
        else:
            outcomes = run.by_processes()
        for outcome in outcomes:
            failed.extend(outcome.failed)
            new.update(one.sha256 for one in outcome.found)
    except KeyboardInterrupt:
        raise WaitInterrupted(
            translated(
                "Stopped; {done:,} of {counted} measured.",
                done=run.done,
                counted=counted(len(lacking), "picture"),
            ),
            hint=translated("The same call goes on where it was."),
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
        *,
        patience: float,
    ) -> None:
        self._store, self._files = store, files
        self._lacking, self._versions = lacking, versions
        self._progress, self._patience = progress, patience
        self._ended_by: Counter[str] = Counter()  # how many processes each measure has ended
        self.done = 0

    # -- where it runs -----------------------------------------------------------------------------

    def here(self) -> Iterator[Outcome]:
        """Measure in this process."""
        for items in self._chunks():
            yield self._kept(measure_chunk(items, self._wanted(items), self._versions), len(items))

    def by_executor(self, executor: Executor) -> Iterator[Outcome]:
        """
        Measure by what somebody gave, and closes.

        What fails with a chunk is tried picture by picture: a cluster gives up what ends its
        workers, and the rest goes on. An executor that fails with all does not go on at all.
        """
        again: list[Items] = []
        chunks = self._chunks(carries_bytes=True)
        has_measured = False
        failed: list[Failure] = []  # while nothing else is known

        def submit(items: Items) -> Future[Outcome]:
            with self._told():
                future = executor.submit(measure_chunk, items, self._wanted(items), self._versions)
                if not isinstance(future, Future):
                    raise TypeError(f"submit gave {type(future).__name__}, and no Future")
                return future

        with _Ahead(submit) as ahead:
            while ahead.fill(again, chunks):
                future, items = ahead.next()
                with self._told():
                    error = _error_of(future)
                    if error and len(items) == 1:
                        failed.append(Failure(items[0][0], "", sentence_of(error)))
                        if not has_measured and len(failed) == min(_MOST_ENDED, len(self._lacking)):
                            raise error
                if error is None:
                    has_measured = True
                    yield self._kept(future.result(), len(items))
                elif len(items) > 1:
                    again += [[one] for one in items]
                if has_measured and failed:
                    yield self._kept(Outcome((), tuple(failed)), len(failed))
                    failed = []

    def by_processes(self) -> Iterator[Outcome]:
        """
        Measure in processes of this machine; what ends one is told, and the rest goes on.

        A process that ends takes those beside it along, so what all of them were at is tried alone.
        """
        again: list[Items] = []
        chunks = self._chunks()
        is_over = False
        while not is_over:
            slow: set[Step] = set()
            with (
                Processes(self._versions) as processes,
                _Ahead(lambda items: processes.submit(items, self._wanted(items))) as ahead,
            ):
                while not (is_over := not ahead.fill(again, chunks)):
                    try:
                        ended = ahead.next(timeout=_LOOK)
                    except Empty:
                        slow |= processes.end_slow(self._patience)
                        continue
                    future, items = ended
                    try:
                        outcome = future.result()
                    except BrokenProcessPool as error:
                        again += [items, *ahead.drained()]
                        suspects = {*processes.steps().values(), *slow}
                        if not suspects:
                            raise self._ended_error() from error
                        break
                    yield self._kept(outcome, len(items))
            if not is_over:
                alone = {step.sha256 for step in suspects}
                again[:] = [
                    left for items in again if (left := [i for i in items if i[0] not in alone])
                ]
                for sha256 in sorted(alone):
                    found = self._alone(sha256, {one for one in slow if one.sha256 == sha256})
                    yield self._kept(found, 1)

    def _alone(self, sha256: str, slow: Collection[Step]) -> Outcome:
        """Measure one picture in a process of its own, again without what ended that."""
        failed = [self._failure(step, is_slow=True) for step in slow]
        while not any(one.name == "" for one in failed):
            out = {one.name for one in failed}
            names = [name for name in self._wanted([(sha256, b"")])[sha256] if name not in out]
            with Processes(self._versions, 1) as processes:
                future = processes.submit([(sha256, self._files[sha256])], {sha256: names})
                is_slow = False
                while not future.done():
                    wait([future], timeout=_LOOK)
                    is_slow = bool(processes.end_slow(self._patience)) or is_slow
                try:
                    outcome = future.result()
                except BrokenProcessPool as error:
                    step = next(iter(processes.steps().values()), None)
                    if step is None or not step.sha256:
                        raise self._ended_error() from error
                    failed.append(self._failure(step, is_slow=is_slow))
                    continue
            return Outcome(outcome.found, (*outcome.failed, *failed))
        return Outcome((), tuple(failed))

    def _failure(self, step: Step, *, is_slow: bool) -> Failure:
        """Note what ended a process; a measure that does it again and again is left out."""
        why = (
            f"it took more than {self._patience:g} s"
            if is_slow
            else "it ended the process that measured"
        )
        self._ended_by[step.name] += 1
        if step.name and self._ended_by[step.name] == _MOST_ENDED:
            why += "; so it did with others, and is left out from here on"
        return Failure(step.sha256, step.name, why)

    def _wanted(self, items: Items) -> dict[str, Sequence[str]]:
        out = {name for name, count in self._ended_by.items() if name and count >= _MOST_ENDED}
        return {
            sha256: [name for name in self._lacking[sha256] if name not in out]
            for sha256, _ in items
        }

    # -- what goes and comes -----------------------------------------------------------------------

    def _chunks(self, *, carries_bytes: bool = False) -> Iterator[Items]:
        items: Items = []
        size = 0
        for sha256 in self._lacking:
            source: Source = self._files[sha256]
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
            raise self._ended_error() from error
        except (Exception, asyncio.CancelledError) as error:
            raise UsageError(
                translated(
                    "The executor does not go on ({why}); {kept}.",
                    why=sentence_of(error),
                    kept=self._kept_words,
                ),
                hint=translated(
                    "Give one that is open, or leave executor= out; it goes on where it was."
                ),
            ) from error

    def _ended_error(self) -> UsageError:
        return UsageError(
            translated(
                "A process that measures ended by itself; {kept}.",
                kept=self._kept_words,
            ),
            hint=translated(
                'In a script, measure below: if __name__ == "__main__":. A process pool of your'
                " own goes no further either: leave executor= out, and what ends a process is"
                " found."
            ),
        )

    @property
    def _kept_words(self) -> str:
        return f"{self.done:,} of {counted(len(self._lacking), 'picture')} measured and kept"

    def _kept(self, outcome: Outcome, size: int) -> Outcome:
        self._store.measurements.save(outcome.found)
        self.done += size
        self._progress(self.done, len(self._lacking))
        return outcome


def _error_of(future: Future[Outcome]) -> BaseException | None:
    """
    Return what measuring a chunk raised where it ran.

    Raises:
        BrokenExecutor: The executor has ended.
        TypeError: It gave something else than what was asked.
    """
    error = future.exception()
    if isinstance(error, BrokenExecutor):
        raise error
    if error is None and not isinstance(future.result(), Outcome):
        raise TypeError(f"it gave {type(future.result()).__name__} for what was asked")
    return error


class _Ahead:
    """Chunks that are handed over and have not come back."""

    def __init__(self, submit: Callable[[Items], Future[Outcome]]) -> None:
        self._submit = submit
        self._open: dict[Future[Outcome], Items] = {}
        self._ended: SimpleQueue[Future[Outcome]] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for future in self._open:
            future.cancel()

    def fill(self, again: list[Items], chunks: Iterator[Items]) -> bool:
        """Hand over as much as goes; False when nothing is left to come back."""
        while len(self._open) < _AHEAD:
            items = again.pop() if again else next(chunks, None)
            if items is None:
                break
            try:
                future = self._submit(items)
            except BrokenProcessPool as error:
                # As if it had been handed over a moment earlier.
                future = Future()
                future.set_exception(error)
            self._open[future] = items
            # Not `wait`: that waits for ever for what a closing executor has cancelled.
            future.add_done_callback(self._ended.put)
        return bool(self._open)

    def next(self, timeout: float | None = None) -> tuple[Future[Outcome], Items]:
        """Wait for one that has ended, whichever it is: what waits for a slow one could be lost."""
        future = self._ended.get(timeout=timeout)
        return future, self._open.pop(future)

    def drained(self) -> list[Items]:
        """Return all that have not come back, and expect them no more."""
        left, self._open = list(self._open.values()), {}
        return left


class ProgressLine:
    """A line that says how far it is, written over itself."""

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
        self._write(
            f"\rMeasured {done:,} of {counted(total, 'picture')}{rest}".ljust(60) + "\n" * is_end
        )
