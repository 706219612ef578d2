"""The queue: who runs from when to when, first come, first served, on a few cores."""

import heapq
from typing import NamedTuple


class Run(NamedTuple):
    """When a task holds a core, in epoch milliseconds."""

    start: int
    finish: int


class QueuePlace(NamedTuple):
    """
    What became of a task that wanted into the queue.

    Attributes:
        waiting: How many were waiting before it.
        is_refused: The queue is full; nothing was written down.
    """

    id: str
    waiting: int = 0
    is_refused: bool = False


class Schedule:
    """
    The runs of all tasks that needed a core.

    Who comes first is known when a task comes, and so is when it will run; only a cancelled task
    or another number of cores moves those that still wait. So adding one costs next to nothing,
    and nothing is simulated when somebody asks.
    """

    def __init__(self, cores: int = 3) -> None:
        self.cores = cores
        self._runs: dict[str, Run] = {}
        # Unfinished tasks, in the order they came.
        self._open: dict[str, Run] = {}
        # When each core that is in use becomes free.
        self._free: list[int] = []

    def run(self, id_: str) -> Run | None:
        """Return when a task runs; None when it never got into the queue."""
        return self._runs.get(id_)

    def add(self, id_: str, at: int, duration: int) -> None:
        """Let a task queue at the time *at*."""
        self._drop_finished(at)
        self._place(id_, at, duration)

    def remove(self, id_: str, at: int) -> None:
        """Free the core, or the place in the queue, of a task that was cancelled."""
        self._drop_finished(at)
        if self._open.pop(id_, None):
            self._place_again(at)

    def resize(self, cores: int, at: int) -> None:
        """Use *cores* cores for all that has not started yet."""
        self.cores = cores
        self._drop_finished(at)
        self._place_again(at)

    def load(self, now: int) -> tuple[int, int]:
        """Return how many tasks run and how many wait."""
        # Counted anew each time: there are as many open runs as cores and places in the queue.
        running = sum(run.start <= now < run.finish for run in self._open.values())
        waiting = sum(run.start > now for run in self._open.values())
        return running, waiting

    def _place(self, id_: str, at: int, duration: int) -> None:
        # A heap of ends: the core that is free first is the one that the next task gets.
        full = len(self._free) >= self.cores
        start = max(at, heapq.heappop(self._free)) if full else at
        run = Run(start, start + duration)
        self._runs[id_] = self._open[id_] = run
        heapq.heappush(self._free, run.finish)

    def _place_again(self, at: int) -> None:
        started = [run.finish for run in self._open.values() if run.start <= at]
        # With fewer cores than before, the first to end make no room yet.
        self._free = sorted(started)[-self.cores :]
        # In the order they came: nobody overtakes because somebody else was cancelled.
        for id_, run in list(self._open.items()):
            if run.start > at:
                self._place(id_, at, run.finish - run.start)

    def _drop_finished(self, at: int) -> None:
        # Rebuilt only when something ended: most calls find nothing.
        if any(run.finish <= at for run in self._open.values()):
            self._open = {id_: run for id_, run in self._open.items() if run.finish > at}
