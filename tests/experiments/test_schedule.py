"""What a batch does next, from where its rows stand and the time."""

import pytest

from mj_notebook.experiments.schedule import (
    Backoff,
    Decision,
    EndReason,
    Limits,
    Obstacle,
    RowState,
    RowStatus,
    Start,
    Stop,
    Wait,
    decide,
    next_backoff,
)

P, S, R, D = RowStatus.PENDING, RowStatus.SENDING, RowStatus.RUNNING, RowStatus.DONE
NOW = 1000.0


def places(*standings: RowStatus, price: float = 1.0) -> list[RowState]:
    """Return rows that cost their price as soon as they were started."""
    return [RowState(standing, price, 0.0 if standing is P else price) for standing in standings]


@pytest.mark.parametrize(
    ("standings", "step"),
    [
        ((P, P), Start(0)),
        ((D, P), Start(1)),
        ((S, P), Wait()),
        ((R, P), Start(1)),
        ((R, R, P), Wait()),
        ((R, D), Wait()),
        ((D, RowStatus.BANNED, RowStatus.UNKNOWN), Stop(EndReason.FINISHED)),
        ((RowStatus.ASKS, RowStatus.ASKS, P), Start(2)),
    ],
)
def test_rows_are_started_one_after_the_other(
    standings: tuple[RowStatus, ...], step: Decision
) -> None:
    """In their order, one submit at a time, so many in flight; what ended holds no place."""
    assert decide(places(*standings), Limits(max_in_flight=2), NOW) == step


@pytest.mark.parametrize(
    ("rows", "budget", "step"),
    [
        (places(D, P), 2, Start(1)),
        (places(D, P), 1.9, Stop(EndReason.BUDGET)),
        (places(R, P), 1.9, Wait()),
        ([RowState(D, 1, 0), RowState(P, 1, 0)], 1, Start(1)),
        ([RowState(P, 8, 0), RowState(P, 0.5, 0)], 1, Start(1)),
        (places(*[D] * 7, P, price=0.1), 0.8, Start(7)),
        (places(P), 0, Stop(EndReason.BUDGET)),
        (places(D), 0, Stop(EndReason.FINISHED)),
    ],
)
def test_the_budget_holds_for_what_runs_too(
    rows: list[RowState], budget: float, step: Decision
) -> None:
    """What fits is started, what is under way may still be refunded, replays are free."""
    assert decide(rows, Limits(budget=budget), NOW) == step


def test_trouble_is_waited_out() -> None:
    """Until its time nothing is started; after it, one row tries."""
    full = next_backoff(None, Obstacle.FULL, NOW)
    assert decide(places(R, P), Limits(), NOW, backoff=full) == Wait(NOW + 5)
    assert decide(places(R, P), Limits(), NOW + 5, backoff=full) == Start(1)


def test_pauses_grow_to_their_longest() -> None:
    """Each time in a row twice as long; another kind of trouble begins anew."""
    trouble: Backoff | None = None
    pauses = []
    for _ in range(7):
        trouble = next_backoff(trouble, Obstacle.FULL, NOW)
        pauses.append((trouble.until - NOW, trouble.is_worth_reporting))
    assert [pause for pause, _ in pauses] == [5, 10, 20, 40, 80, 120, 120]
    assert [is_news for _, is_news in pauses] == [True] * 6 + [False]
    assert next_backoff(trouble, Obstacle.AWAY, NOW).until == NOW + 2


def test_losses_are_counted_until_something_is_taken() -> None:
    """Whatever else comes between: a server that flickers must not cost a row each time."""
    trouble: Backoff | None = None
    for kind in (Obstacle.LOST, Obstacle.AWAY, Obstacle.AWAY, Obstacle.LOST, Obstacle.FULL):
        trouble = next_backoff(trouble, kind, NOW)
        assert trouble.losses
    trouble = next_backoff(trouble, Obstacle.LOST, NOW)
    assert decide(places(D, P), Limits(), NOW, backoff=trouble) == Stop(EndReason.LOST)


def test_the_server_may_name_the_pause() -> None:
    """Then an ended task of our own shortens nothing; otherwise it may have made room."""
    asked = next_backoff(None, Obstacle.FULL, NOW, 90)
    assert asked.until == asked.after_task_ended(NOW).until == NOW + 90
    assert next_backoff(None, Obstacle.FULL, NOW).after_task_ended(NOW).until == NOW
    assert next_backoff(None, Obstacle.AWAY, NOW).after_task_ended(NOW).until == NOW + 2


def test_behind_a_gateway_one_loss_is_enough() -> None:
    """Only a task that ends there shows that somebody draws again, and that is believed once."""
    lost = next_backoff(None, Obstacle.LOST_BEHIND, NOW)
    stop = Stop(EndReason.LOST_BEHIND)
    assert decide(places(R, P), Limits(), NOW, backoff=lost) == Wait()
    assert decide(places(D, P), Limits(), NOW + 999, backoff=lost) == stop
    assert lost.after_task_ended(NOW + 5) is lost  # of before it, perhaps
    assert lost.after_task_ended(NOW + 40, is_success=False) is lost
    back = lost.after_task_ended(NOW + 40)
    assert decide(places(D, P), Limits(), NOW + 40, backoff=back) == Start(1)
    again = next_backoff(back, Obstacle.LOST_BEHIND, NOW + 50)
    assert again.after_task_ended(NOW + 99) is again
    assert decide(places(D, P), Limits(), NOW + 99, backoff=again) == stop


@pytest.mark.parametrize(
    ("trouble", "has_reached", "why"),
    [
        (Backoff(Obstacle.AWAY, 9, NOW - 121, NOW), False, EndReason.AWAY),
        (Backoff(Obstacle.AWAY, 9, NOW - 121, NOW), True, None),
        (Backoff(Obstacle.AWAY, 99, NOW - 8 * 3600, NOW), True, EndReason.AWAY),
        (Backoff(Obstacle.UNAVAILABLE, 9, NOW - 121, NOW), False, EndReason.UNAVAILABLE),
        (Backoff(Obstacle.UNAVAILABLE, 9, NOW - 121, NOW), True, None),
        (Backoff(Obstacle.FULL, 999, NOW - 99999, NOW), True, None),
        (Backoff(Obstacle.LOST, 2, NOW, NOW), True, None),
        (Backoff(Obstacle.LOST, 3, NOW, NOW), True, EndReason.LOST),
        (Backoff(Obstacle.REFUSING, 5, NOW, NOW), True, EndReason.REFUSING),
    ],
)
def test_some_trouble_ends_the_batch(
    trouble: Backoff,
    has_reached: bool,  # noqa: FBT001 - pytest gives it
    why: EndReason | None,
) -> None:
    """A full queue never does; what costs or leads nowhere does, after what runs has ended."""
    options = {"backoff": trouble, "has_answered": has_reached}
    step = decide(places(D, P), Limits(), NOW, **options)  # type: ignore[arg-type] # as above
    assert step == (Stop(why) if why else Start(1))
    if why:
        assert decide(places(R, P), Limits(), NOW, **options) == Wait()  # type: ignore[arg-type] # as above


def test_what_is_wrong_for_each_row_ends_it() -> None:
    """After what runs has ended."""
    assert decide(places(D, P), Limits(), NOW, is_broken=True) == Stop(EndReason.ERROR)
    assert decide(places(R, P), Limits(), NOW, is_broken=True) == Wait()
