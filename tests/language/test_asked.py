"""Hints are spelled in the way that was asked: options of a command, or Python."""

import pytest

from mj_notebook.language import spelled
from mj_notebook.language.asked import by_command, carried
from mj_notebook.session.daemon_pool import DaemonThreadPool


def _said() -> str:
    return spelled("--fresh", "fresh=True")


def test_it_is_python_unless_a_command_asks() -> None:
    """Also after the command ended badly."""
    assert _said() == "fresh=True"
    with pytest.raises(ValueError, match="--fresh"), by_command():
        raise ValueError(_said())
    assert _said() == "fresh=True"


def test_what_goes_on_in_another_thread_is_asked_in_the_same_way() -> None:
    """The pool carries it along, for one call and not for the next."""
    pool = DaemonThreadPool(1, "asked")
    with by_command():
        first = pool.submit(_said)
    second = pool.submit(_said)
    assert (first.result(), second.result()) == ("--fresh", "fresh=True")
    pool.shutdown()


def test_python_s_way_costs_nothing() -> None:
    """The function itself is run."""
    assert carried(_said) is _said
