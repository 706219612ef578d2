"""A kernel that draws for an hour: hundreds of jobs and displays, and nothing piles up."""

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances
from PIL import Image

from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.showing import Displays
from mj_notebook.magic.showing_boards import show_board
from mj_notebook.protocol.requests import Imagine
from mj_notebook.server.config import Timing
from mj_notebook.session.board import Board
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.widgets.live_widgets import LIVE, MOST_WIDGETS
from tests.magic.shells import Shell
from tests.support.counts import opened
from tests.support.examples import examples
from tests.support.relay import CannedResponse, ConnectionFate
from tests.support.rig import QUICK, TIMEOUT, Rig

# By night it draws as many as the busiest of days.
JOBS, DISPLAYS = examples(300, many=2000), examples(300, many=500)
# In so many parts, the fourth to the sixth of which are compared with the last; at the end of the
# sixth all that has a limit is full: a hundred live widgets.
_PARTS, _WARM = 10, 4
# Seconds of the given clock that a part takes: all of them are an hour.
_LONG = 360


class Held(NamedTuple):
    """
    What a kernel holds.

    Attributes:
        megabytes: Of memory, as the system counts it.
        threads: All but those of the worker's pools.
        files: File descriptors.
        jobs: Live `Job` objects.
        listeners: The subscribers of all of them.
        widgets: Models in ipywidgets' own register, each with its comm.
        live: Panels, boards and galleries that are kept up to date.
    """

    megabytes: int
    threads: int
    files: int
    jobs: int
    listeners: int
    widgets: int
    live: int


def held() -> Held:
    """Count what this kernel holds now."""
    gc.collect()
    jobs = [one for one in gc.get_objects() if isinstance(one, Job)]
    threads, files = opened()
    return Held(
        _megabytes(),
        threads,
        files,
        len(jobs),
        sum(len(job.events.subscribers) for job in jobs),
        len(_instances),
        len(LIVE),
    )


def _megabytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 // 1_000_000


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Rig]:
    """Return a rig that draws a hundred small pictures at once; no widget is open yet."""
    LIVE.close()
    with Rig(
        tmp_path, core_size=200, queue_size=200, picture_side=16, timing=Timing(10, 2)
    ) as made:
        buffer = BytesIO()
        Image.new("RGB", (16, 16), "red").save(buffer, "PNG")
        # Painting a thousand pictures takes a minute, and is not what is counted.
        picture = CannedResponse(200, buffer.getvalue(), "image/png")
        made.relay.rule = lambda asked: picture if asked.is_picture else ConnectionFate.PASS
        yield made
    ipywidgets.Widget.close_all()


def _part(shell: Shell, showing: Displays, busy: Rig, session: Session, number: int) -> None:
    """Draw a tenth of the jobs, and display a tenth of the displays, half of them of one job."""
    jobs = [session.start(Imagine(prompt=f"kite {number} {n}")) for n in range(JOBS // _PARTS)]
    for job in jobs:
        job.accepted(TIMEOUT)
    busy.clock.advance(_LONG)
    for job in jobs:
        job.wait(TIMEOUT)
    for n in range(DISPLAYS // _PARTS):
        job = jobs[n if n % 2 else 0]
        showing.show(job, FrontEnd.JUPYTER)
    show_board(Board(jobs[:10], worker=session.worker), FrontEnd.JUPYTER)
    busy.relay.requests.clear()
    busy.relay.answered.clear()
    shell.real.display_pub.outputs.clear()  # they went to the page
    shell.real.execution_count += 1


def _extreme(which: Callable[[Iterable[int]], int], counts: list[Held]) -> Held:
    return Held(*(which(values) for values in zip(*counts, strict=True)))


@pytest.mark.timeout(900)
def test_hundreds_of_jobs_and_displays_leave_nothing(
    shell: Shell, busy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """Memory, threads, files, jobs, listeners and widgets are flat, whatever was drawn."""
    showing = Displays(shell.real)
    session = busy.open(pacing=replace(QUICK, slowest=0.1))
    counts = []
    for number in range(_PARTS):
        _part(shell, showing, busy, session, number)
        counts.append(held())
    with capsys.disabled():
        print(f"\n{JOBS:,} jobs, {DISPLAYS} displays and {_PARTS} boards; what the kernel holds:")
        print(" ".join(f"{name:>10}" for name in ("jobs drawn", *Held._fields)))
        for number, one in enumerate(counts, 1):
            row = (number * JOBS // _PARTS, *one)
            print(" ".join(f"{value:>10,}" for value in row))
    # What is shown last holds its jobs a moment longer, now more and now fewer of them: the highest
    # of three parts is compared with the lowest of three. Two parts and sixty jobs lie between
    # them, and what stays each time would be seen.
    before, after = _extreme(max, counts[_WARM - 1 : _WARM + 2]), _extreme(min, counts[-3:])
    assert after.live == before.live == MOST_WIDGETS
    assert after.jobs <= before.jobs + 5
    assert after.listeners <= before.listeners + 5
    assert after.widgets <= before.widgets + 100  # a panel has twenty to thirty
    assert after.threads <= before.threads + 1
    assert after.files <= before.files + 4
    # The server, its journal and history's cache are in here too, and the allocator gives back
    # late; a panel that stayed would cost 0.2 MB, and its job with a real picture as much again.
    assert after.megabytes <= before.megabytes + 30
