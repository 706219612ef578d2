"""The budget of a day stops before anything is paid, in all kernels of a person together."""

import time
from pathlib import Path

import pytest

from mj_notebook.errors import OverBudget
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.session import Session
from mj_notebook.session.spending import DailyBudget
from mj_notebook.settings.settings import Settings
from mj_notebook.store.history import Store
from tests.store.making import SERVER, accepted, intend
from tests.support.postgres import PostgresServer
from tests.support.rig import TIMEOUT, Rig

DAY = 86_400.0
MIDNIGHT = 20_516 * DAY
"""The beginning of a day of UTC, the 4th of March 2026."""
NOON = MIDNIGHT + DAY / 2


def kite(session: Session, number: int) -> object:
    """Ask for one of several kites."""
    return session.start(Imagine(prompt=f"a red kite, number {number}")).accepted(TIMEOUT)


def test_the_budget_of_a_day_stops_before_it_is_sent(rig: Rig) -> None:
    """Two kernels have one budget; what was drawn already costs nothing, and is shown."""
    session, other = (rig.open(budget=2.0, replay=True) for _ in range(2))
    kite(session, 1)
    kite(other, 2)
    with pytest.raises(OverBudget) as told:
        kite(session, 3)
    assert str(told.value) == (
        "This would cost 1 credit, and 0 credits of today's budget of 2 credits are left, so it was"
        " not sent. Go on after midnight (UTC), or set another one: mj.configure(budget=…), or"
        " MJ_BUDGET."
    )
    assert kite(other, 1) is not None
    assert (rig.relay.submits, session.store.unsettled(session.server)) == (2, [])


def test_yesterday_and_others_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day begins at midnight in Greenwich, wherever one is; each has a budget of one's own."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    with Store(tmp_path) as store:
        budget = DailyBudget(Settings(budget=2.0), store, lambda: NOON)
        store.user = "bob"
        accepted(store, "1", asked_at=NOON)
        store.user = "ada"
        accepted(store, "2", asked_at=MIDNIGHT - 1.0)
        accepted(store, "3", asked_at=MIDNIGHT)
        with budget.reserved(1.0):
            intend(store, asked_at=NOON, mode="turbo")
        with pytest.raises(OverBudget, match=r"0 credits of today's budget"), budget.reserved(0.5):
            raise AssertionError("nothing is done")
        with budget.reserved(0.0):  # what costs nothing is never stopped
            assert len(store.charges.read()) == 4


def test_an_administrator_sets_what_a_person_can_not_raise(
    rig: Rig, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row for one person goes before the one for everybody, and the smaller budget counts."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    address = postgres.emptied()
    ada = rig.open(store=address, user="ada", budget=100.0, replay=True)
    bob = rig.open(store=address, user="bob", replay=True)
    postgres.ask("INSERT INTO budgets VALUES ('', 0), ('ada', 1.5)")
    kite(ada, 1)
    with pytest.raises(OverBudget, match=r"0\.5 credits of today's budget of 1\.5") as told:
        kite(ada, 2)
    assert "ask whoever runs the team's history" in told.value.hint
    with pytest.raises(OverBudget, match=r"0 credits of today's budget of 0"):
        kite(bob, 3)
    assert kite(bob, 1) is not None  # what ada has drawn is free
    assert rig.relay.submits == 1
    assert [one.user for one in ada.store.charges.read() if one.server != SERVER] == ["ada"]


def test_in_a_team_the_day_is_that_of_the_database(
    rig: Rig, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sets a clock back or on, or sits in another part of the world, gets no second budget."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    address = postgres.emptied()

    def kernel_after(days: float) -> Session:
        clock = lambda: time.time() + days * DAY  # noqa: E731 - one word for it
        return rig.open(store=address, user="ada", budget=2.0, replay=True, clock=clock)

    kernels = [kernel_after(days) for days in (-2, 2, 0)]
    kite(kernels[0], 1)
    kite(kernels[1], 2)
    for number, kernel in enumerate(kernels):
        with pytest.raises(OverBudget, match=r"0 credits of today's budget"):
            kite(kernel, 3 + number)
    assert rig.relay.submits == 2
