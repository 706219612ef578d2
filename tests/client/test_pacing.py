"""When to ask next."""

import pytest

from mj_notebook.client.pacing import backoff, pause_after, pause_with_callbacks, pause_without_list
from mj_notebook.settings.settings import Pacing


def test_the_first_questions_come_quickly_and_later_ones_slow_down() -> None:
    """One second three times, then two, then from three slowly up to five, never more."""
    pauses = [pause_after(asks, Pacing()) for asks in range(200)]
    assert pauses[:5] == [1, 1, 1, 2, 3]
    assert pauses == sorted(pauses)
    assert 3 < pauses[20] < 5
    assert pauses[-1] == 5


def test_the_pace_is_a_setting() -> None:
    """A steady tick of one second is asked for by saying so."""
    steady = Pacing(first=(), then=1.0, slowest=1.0)
    assert {pause_after(asks, steady) for asks in range(100)} == {1.0}


@pytest.mark.parametrize("asks", [0, 3, 100])
def test_a_task_that_tells_of_itself_is_asked_for_seldom(asks: int) -> None:
    """Twenty seconds after the last question, or after the last news when that is older."""
    usual = pause_after(asks, Pacing())
    for heard, pause in ((None, usual), (100, 20), (99.5, 19.5), (85, 5), (80, usual), (7, usual)):
        assert pause_with_callbacks(asks, heard, now=100, pacing=Pacing()) == pause
    assert pause_with_callbacks(asks, 130, now=100, pacing=Pacing()) == 20


def test_without_a_list_many_tasks_are_asked_for_more_slowly() -> None:
    """At most fifty questions a second leave this machine."""
    assert pause_without_list(1.0, 3) == 1.0
    assert pause_without_list(1.0, 500) == 10.0


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_failures_in_a_row_double_the_pause_up_to_a_limit(chance: float) -> None:
    """About 1, 2, 4, … seconds, at least half of it, however often it fails."""
    for failures, about in ((1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (10_000, 30)):
        assert about / 2 <= backoff(failures, chance) <= about


def test_chance_keeps_many_kernels_out_of_step() -> None:
    """The same failure gives different pauses to different chances."""
    assert backoff(4, 0.1) != backoff(4, 0.9)
