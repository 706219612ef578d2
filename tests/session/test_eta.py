"""How long tasks usually take, as history remembers it."""

import pytest

from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.eta import DurationEstimates
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from tests.support.rig import TIMEOUT, Rig, until


def test_the_usual_time_is_the_median_of_the_same_kind(rig: Rig, session: Session) -> None:
    """Three finished grids tell how long the fourth will take; upscales count by themselves."""
    grids = [rig.drawn(session, f"kite {number}") for number in range(3)]
    assert [grid.typical_seconds for grid in grids] == [None] * 3
    fourth = until(
        session.start(Imagine(prompt="a kite")), lambda job: job.typical_seconds is not None
    )
    assert fourth.typical_seconds == pytest.approx(10, abs=0.5)
    assert fourth.facts().typical_seconds == fourth.typical_seconds
    single = grids[0].press("U1").accepted(TIMEOUT)
    assert DurationEstimates(session.store).seconds(single) is None


def test_speeds_are_told_apart(rig: Rig, session: Session) -> None:
    """What was drawn at another speed says nothing."""
    for number in range(3):
        rig.drawn(session, f"kite {number}")
    job = session.start(Submission(Imagine(prompt="a kite"), mode=Mode.TURBO)).accepted(TIMEOUT)
    assert DurationEstimates(session.store).seconds(job) is None


def test_a_closed_history_costs_only_the_estimate(rig: Rig, session: Session) -> None:
    """When history can't be asked there is no estimate and no error."""
    job = rig.drawn(session)
    session.store.close()
    assert DurationEstimates(session.store).seconds(job) is None
