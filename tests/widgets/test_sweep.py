"""The live sweep: what a page is told, and what it may ask for."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.experiments.sweep import Sweep
from mj_notebook.widgets.sweep import LiveSweep, open_sweep
from tests.support.eventually import eventually
from tests.support.relay import ConnectionFate, SeenRequest
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig
from tests.widgets.wire import Sent, tell


@pytest.fixture
def live(rig: Rig, new_kernel: None) -> Iterator[LiveSweep]:
    """Return the live view of a sweep of two, against a proxy whose time goes on when asked."""
    del new_kernel

    def go_on(asked: SeenRequest) -> ConnectionFate:
        if asked.is_list:
            rig.clock.advance(3)
        return ConnectionFate.PASS

    rig.relay.rule = go_on
    mj.configure(base_url=rig.relay.base_url, secret=SECRET, pacing=QUICK)
    sweep = mj.sweep("a {{what}} in fog", what=["fox", "nude"])
    yield open_sweep(sweep).children[0]
    state.close()


def sweep_of(live: LiveSweep) -> Sweep:
    """Return the sweep that is shown."""
    return live._sweep


def told(live: LiveSweep, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Wait until what the page knows *holds*, and return it."""
    seen = threading.Event()

    def look(_: object) -> None:
        if holds(live._grid):
            seen.set()

    live.observe(look, "_grid")
    look(None)
    assert seen.wait(TIMEOUT), live._grid
    return dict(live._grid)


def test_a_page_runs_it_and_mends_one_cell(live: LiveSweep, rig: Rig) -> None:
    """The button runs all, a cell runs alone with another prompt, its label is its record's."""
    plan = told(live, lambda grid: grid["can_run"])
    assert plan["axes"] == [{"name": "what", "labels": ["fox", "nude"]}]
    assert (plan["caption"], plan["can_stop"]) == ("Run", False)
    assert rig.relay.submits == 0
    tell(live, {"kind": "run"})
    run = told(live, lambda grid: "1 of 2 done · 1 banned" in grid["line"] and grid["can_run"])
    assert run["caption"] == "Run what is missing"
    tell(live, {"kind": "again", "key": "1", "prompt": "a hare in fog"})
    mended = told(live, lambda grid: "2 of 2 done" in grid["line"] and grid["own"])
    assert mended["own"] == {"1": ["nude (edited)"]}
    assert not mended["can_run"]
    assert (rig.relay.submits, sweep_of(live).cell(what="nude").prompt) == (3, "a hare in fog")


def test_what_makes_no_sense_is_said(sent: Sent, live: LiveSweep) -> None:
    """A page that asks for no cell, for a prompt, or for nothing known."""
    before = len(sent)
    for content in ({"kind": "again", "key": "7"}, {"kind": "look", "key": "0"}, {"kind": "x"}, 7):
        tell(live, content)

    def answers() -> list[Any]:
        data = [content.get("data", content) for _, content in sent[before:]]
        return [one["content"] for one in data if one.get("method") == "custom"]

    eventually(answers, lambda found: len(found) == 2)
    assert sorted(answers(), key=str) == [
        {"kind": "prompt", "key": "0", "prompt": "a fox in fog"},
        {"kind": "said", "text": "There is no such cell. Run the cell of the notebook again."},
    ]
    live.close()
    assert not live.is_open


def test_what_a_page_builds_it_from_travels_with_its_opening(sent: Sent, live: LiveSweep) -> None:
    """A page that is slow builds the grid before it hears of any change."""
    opened = [data["state"] for kind, data in sent if kind == "comm_open" and "state" in data]
    (state_of_it,) = [one for one in opened if "_grid" in one]
    assert state_of_it["_grid"]["axes"] == live._grid["axes"] != []
    assert state_of_it["_whole"]["order"] == ["0", "1"]
