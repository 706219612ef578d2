"""What a batch does next, from where its rows stand and the time."""

import pytest

from mj_notebook.experiments.schedule import (
    Kind,
    Limits,
    Place,
    Rest,
    Standing,
    Start,
    Step,
    Stop,
    Trouble,
    Why,
    decide,
    met,
)

P, S, R, D = Standing.PENDING, Standing.SENDING, Standing.RUNNING, Standing.DONE
NOW = 1000.0


def places(*standings: Standing, price: float = 1.0) -> list[Place]:
    """Return rows that cost their price as soon as they were started."""
    return [Place(standing, price, 0.0 if standing is P else price) for standing in standings]


@pytest.mark.parametrize(
    ("standings", "step"),
    [
        ((P, P), Start(0)),
        ((D, P), Start(1)),
        ((S, P), Rest()),
        ((R, P), Start(1)),
        ((R, R, P), Rest()),
        ((R, D), Rest()),
        ((D, Standing.BANNED, Standing.UNKNOWN), Stop(Why.FINISHED)),
        ((Standing.ASKS, Standing.ASKS, P), Start(2)),
    ],
)
def test_rows_are_started_one_after_the_other(standings: tuple[Standing, ...], step: Step) -> None:
    """In their order, one submit at a time, so many in flight; what ended holds no place."""
    assert decide(places(*standings), Limits(max_in_flight=2), NOW) == step


@pytest.mark.parametrize(
    ("rows", "budget", "step"),
    [
        (places(D, P), 2, Start(1)),
        (places(D, P), 1.9, Stop(Why.BUDGET)),
        (places(R, P), 1.9, Rest()),
        ([Place(D, 1, 0), Place(P, 1, 0)], 1, Start(1)),
        ([Place(P, 8, 0), Place(P, 0.5, 0)], 1, Start(1)),
        (places(*[D] * 7, P, price=0.1), 0.8, Start(7)),
        (places(P), 0, Stop(Why.BUDGET)),
        (places(D), 0, Stop(Why.FINISHED)),
    ],
)
def test_the_budget_holds_for_what_runs_too(rows: list[Place], budget: float, step: Step) -> None:
    """What fits is started, what is under way may still be refunded, replays are free."""
    assert decide(rows, Limits(budget=budget), NOW) == step


def test_trouble_is_waited_out() -> None:
    """Until its time nothing is started; after it, one row tries."""
    full = met(None, Kind.FULL, NOW)
    assert decide(places(R, P), Limits(), NOW, trouble=full) == Rest(NOW + 5)
    assert decide(places(R, P), Limits(), NOW + 5, trouble=full) == Start(1)


def test_pauses_grow_to_their_longest() -> None:
    """Each time in a row twice as long; another kind of trouble begins anew."""
    trouble: Trouble | None = None
    pauses = []
    for _ in range(7):
        trouble = met(trouble, Kind.FULL, NOW)
        pauses.append((trouble.until - NOW, trouble.is_news))
    assert [pause for pause, _ in pauses] == [5, 10, 20, 40, 80, 120, 120]
    assert [is_news for _, is_news in pauses] == [True] * 6 + [False]
    assert met(trouble, Kind.AWAY, NOW).until == NOW + 2


def test_the_server_may_name_the_pause() -> None:
    """Then an ended task of our own shortens nothing; otherwise it may have made room."""
    asked = met(None, Kind.FULL, NOW, 90)
    assert asked.until == asked.eased(NOW).until == NOW + 90
    assert met(None, Kind.FULL, NOW).eased(NOW).until == NOW
    assert met(None, Kind.AWAY, NOW).eased(NOW).until == NOW + 2


@pytest.mark.parametrize(
    ("trouble", "has_reached", "why"),
    [
        (Trouble(Kind.AWAY, 9, NOW - 121, NOW), False, Why.AWAY),
        (Trouble(Kind.AWAY, 9, NOW - 121, NOW), True, None),
        (Trouble(Kind.AWAY, 99, NOW - 8 * 3600, NOW), True, Why.AWAY),
        (Trouble(Kind.FULL, 999, NOW - 99999, NOW), True, None),
        (Trouble(Kind.LOST, 2, NOW, NOW), True, None),
        (Trouble(Kind.LOST, 3, NOW, NOW), True, Why.LOST),
        (Trouble(Kind.REFUSING, 5, NOW, NOW), True, Why.REFUSING),
    ],
)
def test_some_trouble_ends_the_batch(
    trouble: Trouble,
    has_reached: bool,  # noqa: FBT001 - pytest gives it
    why: Why | None,
) -> None:
    """A full queue never does; what costs or leads nowhere does, after what runs has ended."""
    options = {"trouble": trouble, "has_reached": has_reached}
    step = decide(places(D, P), Limits(), NOW, **options)  # type: ignore[arg-type] # as above
    assert step == (Stop(why) if why else Start(1))
    if why:
        assert decide(places(R, P), Limits(), NOW, **options) == Rest()  # type: ignore[arg-type] # as above


def test_what_is_wrong_for_each_row_ends_it() -> None:
    """After what runs has ended."""
    assert decide(places(D, P), Limits(), NOW, is_broken=True) == Stop(Why.ERROR)
    assert decide(places(R, P), Limits(), NOW, is_broken=True) == Rest()
