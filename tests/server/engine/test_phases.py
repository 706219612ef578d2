"""Where a task stands: the status machine and its percentages."""

import pytest

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.engine.phases import Phase, cancelled, phase_of, share_until
from mj_notebook.server.engine.schedule import Run

RUN = Run(1000, 9000)


@pytest.mark.parametrize(
    ("now", "status", "progress"),
    [
        (0, "NOT_START", None),
        (1000, "NOT_START", None),
        (1320, "SUBMITTED", "0%"),
        (1959, "SUBMITTED", "0%"),
        (1960, "IN_PROGRESS", "0%"),
        (3000, "IN_PROGRESS", "15%"),
        (5000, "IN_PROGRESS", "46%"),
        (8999, "IN_PROGRESS", "93%"),
        (9000, "SUCCESS", "100%"),
        (10**15, "SUCCESS", "100%"),
    ],
)
def test_a_grid_goes_through_its_states(now: int, status: str, progress: str | None) -> None:
    """Null while it waits, 0 % when it was handed on, then the percentages of the bot."""
    phase = phase_of(RUN, now)
    assert (phase.status, phase.progress) == (status, progress)


@pytest.mark.parametrize(
    ("now", "status"), [(1320, "SUBMITTED"), (8999, "SUBMITTED"), (9000, "SUCCESS")]
)
def test_a_quick_task_shows_no_percentages(now: int, status: str) -> None:
    """U1 to U4 are submitted, then done."""
    phase = phase_of(RUN, now, steps=())
    assert (phase.status, phase.percent) == (status, 100 if status == "SUCCESS" else 0)


def test_a_failure_has_an_empty_progress() -> None:
    """The family says "" there; times are told as for any end."""
    assert phase_of(RUN, 8999, fails=True).status == Status.SUBMITTED
    assert phase_of(RUN, 9000, fails=True) == Phase(Status.FAILURE, None, "", 1320, 9000)


def test_times_appear_when_they_are_known() -> None:
    """The start from SUBMITTED on, the finish at the end."""
    times = [(phase.start_time, phase.finish_time) for phase in map(at, (1000, 1320, 5000, 9000))]
    assert times == [(None, None), (1320, None), (1320, None), (1320, 9000)]


def at(now: int) -> Phase:
    """Return the phase of a grid."""
    return phase_of(RUN, now)


def test_a_cancelled_task_keeps_its_progress() -> None:
    """CANCEL is an end like others, at the time of the cancelling."""
    phase = cancelled(phase_of(RUN, 5000), 5000)
    assert (phase.status, phase.progress, phase.finish_time) == ("CANCEL", "46%", 5000)


def test_no_time_at_all_ends_at_once() -> None:
    """A task that takes nothing is a success as soon as it starts."""
    assert phase_of(Run(5, 5), 5).status == Status.SUCCESS


def test_a_task_can_hang_anywhere() -> None:
    """It shows the percentages up to there and that one itself, for ever."""
    shown = [phase_of(RUN, now, stops_at=50).progress for now in range(1000, 12_000, 500)]
    assert list(dict.fromkeys(shown)) == [None, "0%", "15%", "31%", "46%", "50%"]
    late = phase_of(RUN, 10**15, stops_at=50)
    assert (late.status, late.percent, late.finish_time) == (Status.IN_PROGRESS, 50, None)
    assert phase_of(RUN, 10**15, stops_at=0).progress == "0%"
    assert phase_of(RUN, 10**15, stops_at=50, steps=()).status == Status.SUBMITTED


def test_a_task_can_fail_anywhere() -> None:
    """After the percentage it fails at, which it reaches as soon as any other task."""
    run = Run(1000, 1000 + int(8000 * share_until(46)))
    before = phase_of(run, run.finish - 1, fails=True, stops_at=46)
    assert (before.status, before.progress) == (Status.IN_PROGRESS, "46%")
    assert phase_of(run, run.finish, fails=True, stops_at=46).status == Status.FAILURE
    assert phase_of(RUN, run.finish - 1).progress == "46%"
    assert phase_of(RUN, run.finish + 1).progress == "62%"
    assert share_until(100) == 1
