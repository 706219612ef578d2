"""The table of figures: what is measured becomes a line, and a bound that is missed says why."""

from dataclasses import replace
from functools import partial

from tests.benchmarks.figures import WHY, line, machine, measured, short_table, table
from tests.benchmarks.pair import Row

WITHIN = Row("warm %%mj / bare POST", 1.5, 1.0, 1.5, 1.4, 1.6, 1.6)
LATER = Row("cell to panel / one HTML", 105.0, 84.0, 1.2, 1.1, 1.3, 25, is_sum=True)


def test_a_ratio_is_held_to_its_bound() -> None:
    """Ours, the rival's, their ratio and what it may be."""
    told = line(WITHIN)
    assert told == ("warm %%mj", "bare POST", ("1.5 ms", "1.0 ms", "1.50", "1.6"), "ok")
    assert line(replace(WITHIN, ratio=1.7)).verdict == WHY["warm %%mj"]
    assert line(replace(WITHIN, name="a thing / another", ratio=1.7)).verdict == "missed"
    assert line(replace(WITHIN, broken=("9 connections.",))).verdict == "9 connections."


def test_what_may_take_longer_is_told_as_a_difference() -> None:
    """A bound in milliseconds is what ours may take more than the rival."""
    assert line(LATER).cells[2:] == ("+21 ms", "+25 ms")
    assert line(LATER).verdict == "ok"
    assert not replace(LATER, ours=110.0).holds


def test_the_tables_say_where_and_when() -> None:
    """Machine and date stand above; README shows a choice of it."""
    lines = [line(WITHIN), line(replace(LATER, name="something else / a thing"))]
    where = machine()
    assert where in table(lines, where)
    assert "something else" in table(lines, where)
    assert "something else" not in short_table(lines, where)
    assert "cores" in where


def test_what_fails_is_a_line_that_says_so() -> None:
    """The others are measured all the same; a sign of the table's own is none in it."""

    def broken() -> Row:
        """Shows a page. It has more to say."""
        raise RuntimeError("no | page\ncame")

    told = measured(partial(broken))
    assert told.what == "Shows a page"
    assert told.verdict == "not measured: RuntimeError: no / page came"
    assert measured(partial(lambda: WITHIN)).verdict == "ok"
