"""The queue: first come, first served, on a few cores."""

import random

import pytest

from mj_notebook.server.engine.schedule import Run, Schedule


def simulated(tasks: list[tuple[int, int]], cores: int) -> list[Run]:
    """Return the runs of tasks (when they come, how long they take), found the slow way."""
    free = [0] * cores
    runs = []
    for at, takes in tasks:
        core = free.index(min(free))
        start = max(at, free[core])
        free[core] = start + takes
        runs.append(Run(start, start + takes))
    return runs


@pytest.mark.parametrize("cores", [1, 3, 7])
def test_it_agrees_with_a_simulation(cores: int) -> None:
    """What is decided when a task comes is what would have happened."""
    chance = random.Random(cores)
    now, tasks = 0, []
    for _ in range(300):
        now += chance.randrange(400)
        tasks.append((now, chance.randrange(1, 1500)))
    schedule = Schedule(cores)
    for number, (at, takes) in enumerate(tasks):
        schedule.add(str(number), at, takes)
    assert [schedule.run(str(n)) for n in range(300)] == simulated(tasks, cores)


def test_the_load_counts_those_that_run_and_those_that_wait() -> None:
    """A task runs from its start up to, but not at, its finish."""
    schedule = Schedule(2)
    for name in "abcd":
        schedule.add(name, 0, 100)
    assert [schedule.load(now) for now in (0, 99, 100, 199, 200)] == [
        (2, 2),
        (2, 2),
        (2, 0),
        (2, 0),
        (0, 0),
    ]


def test_cancelling_a_running_task_frees_its_core() -> None:
    """The next one starts at once, and those behind it move up."""
    schedule = Schedule(1)
    for name in "abc":
        schedule.add(name, 0, 100)
    schedule.remove("a", 30)
    assert (schedule.run("b"), schedule.run("c")) == (Run(30, 130), Run(130, 230))
    assert schedule.load(30) == (1, 1)


def test_cancelling_a_waiting_task_moves_only_those_behind_it() -> None:
    """Who runs goes on as before."""
    schedule = Schedule(1)
    for name in "abc":
        schedule.add(name, 0, 100)
    schedule.remove("b", 30)
    assert (schedule.run("a"), schedule.run("c")) == (Run(0, 100), Run(100, 200))


def test_cancelling_what_is_over_changes_nothing() -> None:
    """Neither its run nor anybody else's."""
    schedule = Schedule(1)
    schedule.add("a", 0, 100)
    schedule.remove("a", 100)
    schedule.remove("nobody", 100)
    assert schedule.run("a") == Run(0, 100)


def test_more_cores_start_those_that_wait() -> None:
    """They start when the cores come, not before."""
    schedule = Schedule(1)
    for name in "abc":
        schedule.add(name, 0, 100)
    schedule.resize(3, 50)
    assert [schedule.run(name) for name in "abc"] == [Run(0, 100), Run(50, 150), Run(50, 150)]


def test_fewer_cores_let_those_that_run_finish() -> None:
    """Nobody is stopped; the next starts when fewer run than there are cores."""
    schedule = Schedule(3)
    for name, takes in (("a", 100), ("b", 200), ("c", 300), ("d", 50)):
        schedule.add(name, 0, takes)
    schedule.resize(1, 10)
    assert [schedule.run(name) for name in "abc"] == [Run(0, 100), Run(0, 200), Run(0, 300)]
    assert schedule.run("d") == Run(300, 350)


def test_no_time_at_all_is_a_duration() -> None:
    """A server told to take no seconds finishes at once and stays empty."""
    schedule = Schedule(1)
    for name in "abc":
        schedule.add(name, 5, 0)
    assert schedule.load(5) == (0, 0)
