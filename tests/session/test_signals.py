"""Listeners: told in their own context, and none harms another."""

import contextvars

import pytest

from mj_notebook.session.signals import Listeners


def test_each_is_told_until_it_listens_no_more() -> None:
    """What `add` gives ends it, for that one alone; twice is nothing."""
    listeners: Listeners[int] = Listeners()
    one, other = list[int](), list[int]()
    assert not listeners
    forget = listeners.add(one.append)
    listeners.add(other.append)
    listeners.tell(1, of="a clock")
    forget()
    forget()
    listeners.tell(2, of="a clock")
    assert (one, other, bool(listeners)) == ([1], [1, 2], True)
    listeners.clear()
    listeners.tell(3, of="a clock")
    assert (other, bool(listeners)) == ([1, 2], False)


def test_what_one_changes_is_its_own() -> None:
    """A listener sees the variables of who registered it; what it sets, nobody else sees."""
    cell = contextvars.ContextVar("cell", default="none")
    listeners: Listeners[str] = Listeners()
    seen: list[str] = []

    def listener(change: str) -> None:
        seen.append(cell.get())
        cell.set(change)

    context = contextvars.copy_context()
    context.run(cell.set, "the first cell")
    context.run(listeners.add, listener)
    listeners.tell("one", of="a clock")
    listeners.tell("two", of="a clock")
    assert seen == ["the first cell"] * 2
    assert cell.get() == "none"


def test_who_leaves_while_it_is_told_disturbs_nobody() -> None:
    """Who is being told is told to the end; the next change finds who is left."""
    listeners: Listeners[int] = Listeners()
    told: list[int] = []
    listeners.add(lambda _: forget())
    forget = listeners.add(told.append)
    listeners.add(told.append)
    listeners.tell(1, of="a clock")
    listeners.tell(2, of="a clock")
    assert told == [1, 1, 2]


def test_a_failure_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """The others are told all the same."""
    listeners: Listeners[int] = Listeners()
    told: list[float] = []
    listeners.add(lambda change: told.append(1 / change))
    listeners.add(told.append)
    listeners.tell(0, of="a clock")
    assert told == [0]
    assert "A listener of a clock failed." in caplog.text
