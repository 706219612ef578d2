"""Prompts that stand for several: one board of them, and a plan first where they are many."""

from typing import Any

import pytest

from mj_notebook.errors import PromptError, UsageError
from mj_notebook.experiments.plan import Plan
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.session.session import Session
from tests.support.rig import TIMEOUT, Rig


def planned(session: Session, prompt: str, **options: Any) -> Plan:
    """Return the plan of *prompt*; each of its jobs costs a credit."""
    asked = RequestBuilder(None, lambda _: b"").imagines(prompt, **options)
    return Plan(asked, session, lambda number: f"for {number} credits")


def sent(rig: Rig) -> list[str]:
    """Return the prompts that the server got, in their order."""
    return sorted(task["prompt"] for task in rig.tasks())


@pytest.mark.parametrize(
    ("prompt", "options", "prompts"),
    [
        ("a {red, blue} kite", {}, ["a red kite", "a blue kite"]),
        (
            r"a {red, {light, dark} blue, pale\, green} kite",
            {},
            ["a red kite", "a light blue kite", "a dark blue kite", "a pale, green kite"],
        ),
        ("a kite --ar {1:1, 3:2}", {}, ["a kite --ar 1:1", "a kite --ar 3:2"]),
        ("a kite", {"ar": "{1:1, 3:2}"}, ["a kite --ar 1:1", "a kite --ar 3:2"]),
        ("a {red, blue} kite", {"s": 50}, ["a red kite --s 50", "a blue kite --s 50"]),
        ("a kite --repeat 2 --v 7", {}, ["a kite --v 7", "a kite --v 7"]),
        ("a kite —r 2", {}, ["a kite", "a kite"]),
        ("a {red kite", {"force": True}, ["a {red kite"]),
        ("a kite --repeat 99", {}, ["a kite --repeat 99"]),
        ("a kite", {}, ["a kite"]),
    ],
)
def test_each_prompt_is_asked_for_by_itself(
    prompt: str, options: dict[str, Any], prompts: list[str]
) -> None:
    """Nested, with signs, in values and by keyword; braces that do not match are lint's."""
    asked = RequestBuilder(None, lambda _: b"").imagines(prompt, **options)
    assert [one.words for one in asked] == prompts
    of_same = [one.repeat for one in asked if one.words == prompts[0]]
    assert of_same == list(range(len(of_same)))


def test_what_nobody_can_mean_is_refused() -> None:
    """A thousand is more than anybody looks at."""
    with pytest.raises(PromptError, match="more than"):
        RequestBuilder(None, lambda _: b"").imagines("{1,2,3,4,5,6,7,8,9,0}" * 4)


def test_nothing_is_sent_before_it_is_run(rig: Rig) -> None:
    """It tells count and cost and how it is run; the second run is the first."""
    session = rig.open(most_jobs=2)
    plan = planned(session, "a {red, blue, green} kite")
    assert (len(plan), plan.new, plan.is_small, plan.is_run) == (3, 3, False, False)
    assert rig.tasks() == []
    said = repr(plan)
    assert all(word in said for word in ("3 jobs, for 3 credits", "a green kite", "most_jobs=3"))
    with pytest.raises(UsageError, match=r"Nothing was sent.*run\(\)"):
        plan.wait()
    board = plan.run()
    for job in board.jobs:
        job.accepted(TIMEOUT)
    assert plan.run() is board
    assert sent(rig) == ["a blue kite", "a green kite", "a red kite"]
    assert [cell.label for cell in board.cells] == ["a red kite", "a blue kite", "a green kite"]


def test_what_was_drawn_before_costs_nothing_and_is_not_asked_about(rig: Rig) -> None:
    """So Run All shows all of it again; only what is new counts."""
    session = rig.open(most_jobs=2, replay=True)
    first = planned(session, "a kite --repeat 3")
    assert not first.is_small
    for job in first.run().jobs:
        rig.finish(job)
    again = planned(rig.open(most_jobs=2, replay=True), "a kite --repeat 3")
    assert (again.new, again.is_small) == (0, True)
    assert all(job.is_replayed for job in again.run().jobs)
    assert "3 of them drawn before" in again.words
    more = planned(rig.open(most_jobs=2, replay=True), "a kite --repeat 5")
    assert (more.new, more.is_small) == (2, True)
    assert len(rig.tasks()) == 3
    assert planned(rig.open(most_jobs=2, replay=True), "a kite --repeat 3", fresh=True).new == 3


def test_one_that_is_wrong_is_told_in_its_cell(rig: Rig) -> None:
    """The others are drawn; where the first is wrong, nothing was sent."""
    board = planned(rig.open(), "a kite --ar {3:2, 0:0}").run()
    board.jobs[0].accepted(TIMEOUT)
    good, bad = board.cells
    assert (good.label, bad.label) == ("a kite --ar 3:2", "a kite --ar 0:0")
    assert "0:0" in bad.reason
    with pytest.raises(PromptError):
        planned(rig.open(), "a kite --ar {0:0, 3:2}").run()
    assert sent(rig) == ["a kite --ar 3:2"]
