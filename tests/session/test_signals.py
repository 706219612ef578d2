"""Signals: subscribers are notified in their own context, and none harms another."""

import contextvars

import pytest

from mj_notebook.session.signals import Signal


def test_each_is_told_until_it_listens_no_more() -> None:
    """What `add` gives ends it, for that one alone; twice is nothing."""
    listeners: Signal[int] = Signal()
    one, other = list[int](), list[int]()
    assert not listeners
    forget = listeners.subscribe(one.append)
    listeners.subscribe(other.append)
    listeners.notify(1, of="a clock")
    forget()
    forget()
    listeners.notify(2, of="a clock")
    assert (one, other, bool(listeners)) == ([1], [1, 2], True)
    listeners.clear()
    listeners.notify(3, of="a clock")
    assert (other, bool(listeners)) == ([1, 2], False)


def test_what_one_changes_is_its_own() -> None:
    """A listener sees the variables of who registered it; what it sets, nobody else sees."""
    cell = contextvars.ContextVar("cell", default="none")
    listeners: Signal[str] = Signal()
    seen: list[str] = []

    def listener(change: str) -> None:
        seen.append(cell.get())
        cell.set(change)

    context = contextvars.copy_context()
    context.run(cell.set, "the first cell")
    context.run(listeners.subscribe, listener)
    listeners.notify("one", of="a clock")
    listeners.notify("two", of="a clock")
    assert seen == ["the first cell"] * 2
    assert cell.get() == "none"


def test_who_leaves_while_it_is_told_disturbs_nobody() -> None:
    """Who is being told is told to the end; the next change finds who is left."""
    listeners: Signal[int] = Signal()
    told: list[int] = []
    listeners.subscribe(lambda _: unsubscribe())
    unsubscribe = listeners.subscribe(told.append)
    listeners.subscribe(told.append)
    listeners.notify(1, of="a clock")
    listeners.notify(2, of="a clock")
    assert told == [1, 1, 2]


def test_a_failure_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """The others are told all the same."""
    listeners: Signal[int] = Signal()
    told: list[float] = []
    listeners.subscribe(lambda change: told.append(1 / change))
    listeners.subscribe(told.append)
    listeners.notify(0, of="a clock")
    assert told == [0]
    assert "A listener of a clock failed." in caplog.text


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1)])
def test_what_one_raises_ends_nothing_else(error: BaseException) -> None:
    """Also `sys.exit()`, which would end the thread that all jobs are followed in."""
    signal: Signal[int] = Signal()
    told: list[int] = []

    def fail(_: int) -> None:
        raise error

    signal.subscribe(fail)
    signal.subscribe(told.append)
    signal.notify(1, of="a clock")
    assert told == [1]
