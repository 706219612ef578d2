"""The pairs of a study and their order."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.experiments.study_pairs import Entry, order_for, pairs_of


def entries(groups: int, conditions: str = "abc") -> list[Entry]:
    """Return one picture for each group and condition."""
    return [
        Entry(f"{group:03d}{condition}", condition, str(group), f"t{group}{condition}")
        for group in range(groups)
        for condition in conditions
    ]


def test_only_what_differs_by_the_condition_alone_is_paired() -> None:
    """Each two conditions of a group, once; never two of one condition, or of two groups."""
    pairs = pairs_of(entries(4), None, 0)
    assert len(pairs) == len({pair.key for pair in pairs}) == 4 * 3
    assert all(pair.one.group == pair.other.group for pair in pairs)
    assert all(pair.one.condition != pair.other.condition for pair in pairs)


def test_pictures_without_a_match_are_paired_across_groups() -> None:
    """Prompts that are all different can be compared too."""
    loose = [Entry(f"{at}", "ab"[at % 2], f"group {at}", "") for at in range(4)]
    assert len(pairs_of(loose, None, 0)) == 4


def test_few_pairs_are_spread_over_the_conditions() -> None:
    """Each two conditions come alike often, and the seed chooses which of their pairs."""
    some = pairs_of(entries(20), 9, 1)
    kinds = [frozenset((pair.one.condition, pair.other.condition)) for pair in some]
    assert sorted(kinds.count(kind) for kind in set(kinds)) == [3, 3, 3]
    assert some == pairs_of(entries(20), 9, 1) != pairs_of(entries(20), 9, 2)


@pytest.mark.parametrize("given", [[], entries(3, "a")])
def test_one_condition_is_no_comparison(given: list[Entry]) -> None:
    """It is said, with what to do."""
    with pytest.raises(UsageError, match="two conditions"):
        pairs_of(given, None, 0)


def test_the_same_picture_is_never_paired_with_itself() -> None:
    """Where a condition changes nothing at all, that is said."""
    same = [entry._replace(sha256=entry.group) for entry in entries(1)]
    with pytest.raises(UsageError, match="to the byte"):
        pairs_of(same, None, 0)


def test_more_than_anybody_looks_at_is_refused() -> None:
    """Unless a number of pairs is asked for."""
    many = entries(700)
    with pytest.raises(UsageError, match="2,100 pairs"):
        pairs_of(many, None, 0)
    assert len(pairs_of(many, 50, 0)) == 50


def test_each_rater_has_an_order_and_sides_of_their_own() -> None:
    """The same rater the same ones tomorrow; about half are swapped, for each condition too."""
    pairs = pairs_of(entries(60), None, 0)
    mine = order_for("Ann", pairs, 0)
    assert mine == order_for("Ann", pairs, 0)
    assert mine != order_for("Bo", pairs, 0)
    assert {pair.key for pair, _ in mine} == {pair.key for pair in pairs}
    for condition in "abc":
        on_the_left = [
            (pair.other if is_swapped else pair.one).condition == condition
            for pair, is_swapped in mine
            if condition in (pair.one.condition, pair.other.condition)
        ]
        assert 0.35 < sum(on_the_left) / len(on_the_left) < 0.65


def test_a_picture_that_is_added_changes_no_other_pair() -> None:
    """What was asked on the left stays there, and in its place among the old ones."""
    before = order_for("Ann", pairs_of(entries(5), None, 0), 0)
    after = order_for("Ann", pairs_of(entries(6), None, 0), 0)
    assert [found for found in after if found in before] == before


def test_a_large_history_is_compared_in_a_moment() -> None:
    """Its millions of pairs are never made; each picture comes once before any comes twice."""
    many = [Entry(f"{at:05d}", "ab"[at % 2], f"prompt {at}", "") for at in range(20_000)]
    some = pairs_of(many, 200, 0)
    assert len({entry.sha256 for pair in some for entry in pair}) == 400
    with pytest.raises(UsageError, match="100,000,000 pairs"):
        pairs_of(many, None, 0)


def test_what_was_answered_stays_when_more_is_drawn() -> None:
    """Otherwise answers of yesterday would count no more today."""
    before = pairs_of(entries(20), 9, 0)
    answered = [pair.key for pair in before]
    after = pairs_of(entries(40), 12, 0, answered)
    assert set(before) < set(after)
    assert len(after) == 12


def test_a_name_of_each_picture_is_no_condition() -> None:
    """Nobody compares a hundred and one of them."""
    many = [Entry(f"{at}", f"task {at}", "", "") for at in range(101)]
    with pytest.raises(UsageError, match="101 conditions"):
        pairs_of(many, 60, 0)
