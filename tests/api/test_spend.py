"""What was spent, from what history knows of requests, tasks and replays."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mj_notebook.api.spend import Spend
from mj_notebook.errors import UsageError
from mj_notebook.session.spending import SpendLine
from mj_notebook.settings.pricing import Costs
from mj_notebook.store.history import Store
from tests.store.making import SERVER, accepted, intend, task

MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC).timestamp()
TUESDAY = MONDAY + 86400


@pytest.fixture
def spent(tmp_path: Path) -> Iterator[Store]:
    """Give a history of two days: drawn, failed, dismissed, lost, refused, replayed."""
    with Store(tmp_path) as store:
        _fill(store)
        yield store


def _fill(store: Store) -> None:
    store.notebook = "/home/me/one.ipynb"
    accepted(store, "1", asked_at=MONDAY)
    accepted(store, "2", asked_at=MONDAY, mode="turbo")
    upscale = "MJ::JOB::upsample::2::3f9a"
    accepted(store, "3", asked_at=MONDAY, kind="Action", custom_id=upscale)
    store.mark_refused(intend(store, asked_at=MONDAY), "no", MONDAY)
    store.notebook = "/home/me/two.ipynb"
    accepted(store, "4", asked_at=TUESDAY)
    accepted(store, "5", asked_at=TUESDAY)
    store.mark_unknown(intend(store, asked_at=TUESDAY), "lost", TUESDAY)
    accepted(store, "6", asked_at=TUESDAY, server="demo")
    store.save_tasks(
        [
            (SERVER, task("1", more=',"action":"IMAGINE"')),
            (SERVER, task("4", "FAILURE", ',"action":"IMAGINE"')),
            (SERVER, task("5", "MODAL", ',"action":"IMAGINE"')),
        ]
    )
    window = intend(store, asked_at=TUESDAY, kind="Modal")
    store.mark_accepted(window, "1", TUESDAY)
    store.record_replay(SERVER, "1", TUESDAY)


def of(store: Store, by: str = "day", *, refunds: bool = True) -> Spend:
    """Add up all that is in *store*."""
    return Spend.of(store.charges.read(), by=by, costs=Costs(), refunds=refunds, zone=UTC)


def test_days_add_up(spent: Store) -> None:
    """Each task counts once; refused requests and answers of windows are none."""
    monday, tuesday = of(spent)
    assert monday == SpendLine("2026-01-05", submitted=3, credits=3.5)
    assert tuesday == SpendLine(
        "2026-01-06",
        submitted=3,
        replayed=1,
        failed=1,
        unknown=1,
        credits=1,
        refunded=1,
        saved=1,
        free=1,
    )
    assert of(spent).total.credits == 4.5


def test_what_failed_is_paid_where_nothing_is_refunded(spent: Store) -> None:
    """That is a setting, since it is the proxy that decides."""
    assert of(spent, refunds=False).total.credits == 5.5


def test_notebooks_are_told_by_their_names(spent: Store) -> None:
    """Without the folders of the person."""
    assert [line.name for line in of(spent, "notebook")] == ["one.ipynb", "two.ipynb"]


def test_users_are_told_by_their_names(tmp_path: Path) -> None:
    """What each one asked for and replayed, also of what is deleted; of older rows nobody knows."""
    with Store(tmp_path) as store:
        accepted(store, "1", asked_at=MONDAY)
        for user, task_id in (("ada", "2"), ("ada", "3"), ("bob", "4")):
            store.user = user
            accepted(store, task_id, asked_at=MONDAY)
        store.record_replay(SERVER, "2", TUESDAY)
        store.save_tasks([(SERVER, task("3", more=',"action":"IMAGINE"'))])
        number = store.queries.number_of(SERVER, "3")
        assert number is not None
        store.delete([number])
        lines = {line.name: (line.submitted, line.replayed) for line in of(store, "user")}
    assert lines == {"(not known)": (1, 0), "ada": (2, 0), "bob": (1, 1)}


def test_a_span_of_time_leaves_the_rest_out(spent: Store) -> None:
    """The end does not belong to it."""
    assert len(spent.charges.read(since=TUESDAY)) == 5
    assert len(spent.charges.read(until=TUESDAY)) == 3


def test_a_cost_that_was_noted_counts_before_the_table(spent: Store) -> None:
    """A proxy's own price is nearer to the truth."""
    spent.annotate(SERVER, "1", cost=0.25)
    assert of(spent)[0].credits == 2.75


def test_the_report_shows_itself(spent: Store) -> None:
    """As a table with the sum and what it rests on, as records and as a frame."""
    report = of(spent)
    assert "4.5 credits · 1 credit came back · 1 credit saved" in repr(report)
    assert "demo server" in repr(report)
    assert report._repr_mimebundle_()["text/html"].count("<tr>") == 4
    assert list(report.to_pandas()["credits"]) == [3.5, 1]
    assert repr(Spend([], "day")) == "Nothing was asked for in that time."


def test_only_some_ways_of_telling_are_known(spent: Store) -> None:
    """Another word is told."""
    with pytest.raises(UsageError, match="day, notebook, user"):
        of(spent, "week")
