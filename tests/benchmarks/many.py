"""Many jobs on one board, and a gallery's opening, against a panel each and all rows at once."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import comm
from comm.base_comm import BaseComm

from mj_notebook.session.board import Board
from mj_notebook.session.gallery import Gallery
from mj_notebook.session.history import History
from mj_notebook.session.worker import Worker
from mj_notebook.widgets.board import open_board
from mj_notebook.widgets.gallery import LiveGallery, first_page
from mj_notebook.widgets.job_place import open_panel
from tests.benchmarks.pair import Effort, Row, compare, pair
from tests.benchmarks.remembering import history_of
from tests.support.many import advance, flush, running

_JOBS, _GALLERY = 100, 5_000


class _Wire:
    """Counts what widgets send, and sends nothing."""

    def __init__(self) -> None:
        self.messages = self.size = 0
        wire = self

        class Counting(BaseComm):
            def publish_msg(
                self,
                msg_type: str,
                data: Any = None,
                metadata: Any = None,
                buffers: Any = None,
                **keys: Any,
            ) -> None:
                del msg_type, metadata, keys
                wire.messages += 1
                wire.size += len(str(data)) + sum(map(len, buffers or ()))

        comm.create_comm = Counting

    def count(self) -> tuple[int, int]:
        """Return messages and bytes since the last count."""
        counted = self.messages, self.size
        self.messages = self.size = 0
        return counted


def board(effort: Effort) -> Row:
    """Show one change of each of 100 jobs; the rival is a panel for each."""
    # Each has a worker of its own: panels tell every second how long it takes, and that is theirs.
    wire, worker, other = _Wire(), Worker(), Worker()
    ours, theirs = running(worker, _JOBS), running(other, _JOBS)
    shown = Board(ours, worker=worker)
    live = open_board(shown)
    for job in theirs:
        open_panel(job)
    percent = 0

    def change(jobs: list[Any]) -> None:
        nonlocal percent
        percent = percent % 90 + 1
        for job in jobs:
            job.worker.post(advance, job, percent)
        flush(jobs[0].worker)

    def tick() -> None:
        number = live._change.get("number", 0)
        change(ours)
        while live._change.get("number", 0) == number:
            time.sleep(0.01)  # costs no CPU, which is what is measured
        flush(worker)

    tick()
    wire.count()
    tick()
    ours_count = wire.count()
    change(theirs)
    flush(other)
    theirs_count = wire.count()
    row = compare(
        "100 jobs change: one board / 100 panels",
        lambda: _cpu(worker, tick),
        lambda: _cpu(other, lambda: change(theirs)),
        limit=0.6,
        pairs=effort.pairs,
    )
    worker.stop()
    other.stop()
    broken = () if ours_count[0] <= 2 else (f"A board sent {ours_count[0]} messages for a tick.",)
    counts = f" {ours_count[0]} messages of {theirs_count[0]}"
    return replace(row, counts=counts, broken=broken)


def _cpu(worker: Worker, call: Callable[[], object]) -> float:
    """Return the CPU milliseconds that *call* takes here and in the thread of *worker*."""

    async def told() -> float:
        return time.thread_time()

    started = time.thread_time() + worker.submit(told()).result(10)
    call()
    return (time.thread_time() + worker.submit(told()).result(10) - started) * 1000


def gallery(effort: Effort) -> Row:
    """Open a live gallery of 5,000 tasks; the rival reads all rows and all small pictures."""
    wire, worker = _Wire(), Worker()
    shown = History.of(history_of(_GALLERY))
    made = Gallery(shown, {}, worker=worker, find_job=_nobody)

    def opened() -> None:
        page = first_page(made)

        async def build() -> LiveGallery:
            return LiveGallery(made, page)

        worker.submit(build()).result(30)

    def everything() -> int:
        rows = made.rows(made.found, 0, _GALLERY)
        pictures = made.cached_thumbnails([row.sha256 for row in rows])
        return sum(map(len, pictures.values()))

    opened()
    wire.count()
    opened()
    messages, size = wire.count()
    most = everything()
    row = pair(
        "a gallery of 5,000 opened / all of it read",
        opened,
        everything,
        limit=0.4,
        pairs=effort.pairs,
    )
    worker.stop()
    limits = {
        f"It took {messages} messages.": messages > 12,
        f"It sent {size:,} bytes of {most:,}.": size > 0.02 * most,
    }
    broken = tuple(sentence for sentence, is_broken in limits.items() if is_broken)
    counts = f" {messages} messages, {size / most:.3f} of the bytes"
    return replace(row, counts=counts, broken=broken)


def _nobody(task_id: str) -> Any:
    raise LookupError(task_id)
