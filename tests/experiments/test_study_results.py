"""What follows from answers: strengths, intervals, agreement, raters who don't look."""

import math
import random

import pytest

from mj_notebook.experiments.study_pairs import Entry, Pair, order_for, pairs_of
from mj_notebook.experiments.study_results import agreement, rater_checks, strengths
from mj_notebook.store.judgements import Judgement

TRUE = {"a": 1.2, "b": 0.4, "c": -0.2, "d": -1.4}
TIES = 0.3


def pairs(groups: int) -> tuple[Pair, ...]:
    """Return pairs of four conditions."""
    return pairs_of(
        (
            Entry(f"{group:03d}{name}", name, str(group), "")
            for group in range(groups)
            for name in TRUE
        ),
        None,
        0,
    )


def made_up(rng: random.Random, seen: tuple[Pair, ...], raters: str = "12") -> list[Judgement]:
    """Return answers of raters who prefer by the true strengths, with ties as Davidson has them."""
    said = []
    for rater in raters:
        for pair, is_swapped in order_for(rater, seen, 0):
            one, other = (math.exp(TRUE[entry.condition]) for entry in pair)
            tie = TIES * math.sqrt(one * other)
            drawn = rng.random() * (one + other + tie)
            answer = "one" if drawn < one else "other" if drawn < one + other else "tie"
            said.append(Judgement("s", rater, *pair.key, answer, is_swapped, 0.0))
    return said


def side(seen: tuple[Pair, ...], rater: str, pressed: str) -> list[Judgement]:
    """Return the answers of one who presses the same all the time."""
    return [
        Judgement(
            "s",
            rater,
            *pair.key,
            "tie" if pressed == "tie" else "other" if (pressed == "left") == swapped else "one",
            swapped,
            0.0,
        )
        for pair, swapped in order_for(rater, seen, 0)
    ]


def test_known_strengths_are_recovered() -> None:
    """Of 100 studies, all true strengths lie in their intervals in 95 at least."""
    seen = pairs(12)
    held = 0
    for seed in range(100):
        found = strengths(seen, made_up(random.Random(seed), seen))
        held += all(one.low <= TRUE[one.condition] <= one.high for one in found)
    assert held >= 95
    assert (found[0].condition, found[-1].condition) == ("a", "d")
    assert all(one.high - one.low < 3 for one in found)


def test_one_that_never_lost_has_a_strength() -> None:
    """It is far ahead and finite; without an answer nothing is known of anybody."""
    seen = pairs(3)
    always = [
        Judgement("s", "1", *pair.key, "one" if pair.one.condition == "a" else "other", False, 0)
        for pair in seen
        if "a" in (pair.one.condition, pair.other.condition)
    ]
    best = strengths(seen, always)[0]
    assert best.condition == "a"
    assert best.won == 9
    assert best.low < 1 < best.strength < best.high < 10
    assert {one.high for one in strengths(seen, [])} == {math.inf}


def test_what_no_answers_join_is_not_compared() -> None:
    """Of two that met and two others that met, nothing says which two are better."""
    seen = pairs(2)
    met = [
        Judgement("s", "1", *pair.key, "one", False, 0)
        for pair in seen
        if {pair.one.condition, pair.other.condition} in ({"a", "b"}, {"b", "c"})
    ]
    found = {one.condition: one for one in strengths(seen, met)}
    assert (found["d"].low, found["d"].high) == (-math.inf, math.inf)
    assert all(math.isfinite(found[name].high) for name in "abc")
    apart = strengths(pairs(2), [one for one in side(seen, "1", "left") if met[0].one == one.one])
    assert {one.condition for one in apart} == set("abcd")


def test_ties_are_counted_and_prefer_nobody() -> None:
    """Answers that say both are alike leave all strengths where they were: at zero."""
    seen = pairs(3)
    found = strengths(seen, side(seen, "1", "tie"))
    assert all(one.strength == pytest.approx(0, abs=1e-6) and one.ties == 9 for one in found)


@pytest.mark.parametrize("pressed", ["left", "right"])
def test_a_rater_who_always_presses_one_side_is_noticed(pressed: str) -> None:
    """One who looks is not; neither is one who has hardly begun."""
    seen = pairs(6)
    said = side(seen, "lazy", pressed) + made_up(random.Random(1), seen, "1")
    lazy, looks = sorted(rater_checks(said), key=lambda one: one.rater, reverse=True)
    assert f"prefers the {pressed} side in 36 of 36" in lazy.note
    assert looks.note == ""
    assert rater_checks(side(seen, "new", pressed)[:4])[0].note == ""


def test_a_rater_who_never_decides_is_noticed() -> None:
    """More than half of them ties is said."""
    (check,) = rater_checks(side(pairs(3), "1", "tie"))
    assert (check.ties, check.left) == (1.0, None)
    assert "alike" in check.note


def test_agreement_is_one_for_the_same_and_about_none_for_dice() -> None:
    """It needs two raters of the same pair."""
    seen = pairs(8)
    rng = random.Random(3)
    first = made_up(rng, seen, "1")
    assert agreement(first) is None
    assert agreement(first + [one._replace(rater="2") for one in first]) == pytest.approx(1)
    dice = [
        one._replace(rater=rater, answer=rng.choice(["one", "other"]))
        for rater in "123"
        for one in first
    ]
    found = agreement(dice)
    assert found is not None
    assert abs(found) < 0.3
    assert agreement(side(seen, "1", "tie") + side(seen, "2", "tie")) == 1
