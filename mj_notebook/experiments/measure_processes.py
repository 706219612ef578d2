"""Processes of this machine that measure: what ends one of them is found, and ends nothing else."""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple, Self

from mj_notebook.experiments.measures import Outcome, measure_chunk

PATIENCE = 120.0
"""Seconds that one measure may take of one picture: a plug-in may load what it measures by."""

Source = Path | bytes
_RECORD = 80  # bytes: a SHA-256, a blank, a number; always as many, so that one write is whole


class Step(NamedTuple):
    """What a process is at: a measure of a picture, or with the name "" the decoding of it."""

    sha256: str
    name: str


class Processes:
    """
    Some processes, as long as all of them live.

    Each notes in a file of its own what it is at, which is there when it has ended.
    """

    def __init__(self, versions: Mapping[str, str], count: int | None = None) -> None:
        self._versions, self._count = versions, count
        self._names = ["", *versions]
        self._open = ExitStack()
        self._seen: dict[int, tuple[Step, float]] = {}

    def __enter__(self) -> Self:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        # A forked child of a kernel has its threads' locks and none of the threads.
        context = multiprocessing.get_context("spawn")
        line, held = context.Pipe(duplex=False)
        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="mj-")))
        self._open.enter_context(line)
        self._pool: Executor = self._open.enter_context(
            ProcessPoolExecutor(
                self._count, context, initializer=_begin, initargs=(line, self._folder)
            )
        )
        self._open.enter_context(held)  # closed first: what is under way may last for ever
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def submit(
        self, items: Sequence[tuple[str, Source]], wanted: Mapping[str, Sequence[str]]
    ) -> Future[Outcome]:
        """Hand some pictures over; the future raises `BrokenProcessPool` where a process ended."""
        return self._pool.submit(_measure, items, wanted, self._versions)

    def steps(self) -> dict[int, Step]:
        """Return what each process is at, or was at when it ended, by its id."""
        found = {}
        for path in self._folder.iterdir():
            sha256, _, place = path.read_bytes().decode("ascii", "replace").strip().partition(" ")
            if place.isdecimal() and int(place) < len(self._names):
                found[int(path.name)] = Step(sha256, self._names[int(place)])
        return found

    def end_slow(self, patience: float) -> set[Step]:
        """End the processes that are at one step for longer than *patience*; return those steps."""
        now, steps = time.monotonic(), self.steps()
        self._seen = {
            process: seen if (seen := self._seen.get(process)) and seen[0] == step else (step, now)
            for process, step in steps.items()
        }
        slow = {process: step for process, (step, at) in self._seen.items() if now - at > patience}
        for process in slow:
            with suppress(OSError):  # it ended by itself just now
                os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        return set(slow.values())


# Of a process that measures: where it notes what it is at.
_note: FileIO | None = None
_nothing = b" " * _RECORD


def _begin(line: Any, folder: Path) -> None:
    """Let this process end when *line* does: with the measuring, or with a killed kernel."""
    global _note  # noqa: PLW0603 - an initializer has no other way to leave something
    _note = FileIO(folder / str(os.getpid()), "w")

    def watch() -> None:
        with suppress(EOFError, OSError):
            line.recv()
        os._exit(1)

    # An interrupt of a kernel goes to its processes too, which have nothing to clean up.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=watch, daemon=True).start()


def _measure(
    items: Sequence[tuple[str, Source]],
    wanted: Mapping[str, Sequence[str]],
    versions: Mapping[str, str],
) -> Outcome:
    places = {name: place for place, name in enumerate(["", *versions])}

    def note(sha256: str, name: str) -> None:
        _write(f"{sha256} {places[name]}".encode().ljust(_RECORD))

    try:
        return measure_chunk(items, wanted, versions, note)
    finally:
        _write(_nothing)


def _write(record: bytes) -> None:
    if _note is not None:
        _note.seek(0)
        _note.write(record)
