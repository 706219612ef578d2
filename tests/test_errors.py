"""The error tree and how a person sees it."""

import inspect
import re

import pytest

from mj_notebook import errors
from mj_notebook.errors import (
    BannedPrompt,
    MJError,
    QueueFull,
    Refused,
    ServerUnreachable,
    TaskFailed,
    WaitTimeout,
)

TREE = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, MJError) and kind.__module__ == errors.__name__
]


def test_the_drawn_tree_is_the_tree() -> None:
    """Every error stands in the module's drawing, and nothing else does."""
    drawn = set(re.findall(r"[├└]── (\w+)|^    (MJError)$", errors.__doc__ or "", re.MULTILINE))
    assert {one or other for one, other in drawn} == {kind.__name__ for kind in TREE}


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_an_error_is_two_lines(kind: type[MJError]) -> None:
    """What happened and what to do: as text, and as what a notebook shows."""
    error = kind("The kite is gone.", hint="Buy another.")
    assert str(error) == "The kite is gone. Buy another."
    assert error._render_traceback_() == ["The kite is gone.", "Buy another."]
    assert kind("Just this.")._render_traceback_() == ["Just this."]


def test_who_debugs_sees_the_whole_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """MJ_DEBUG in the environment brings the traceback back."""
    monkeypatch.setenv("MJ_DEBUG", "1")
    assert any("MJError" in line for line in MJError("x")._render_traceback_())


def test_errors_carry_what_a_program_wants_to_know() -> None:
    """Codes, statuses, whether it was sent, the last snapshot; never only words."""
    refused = Refused("no", code=4, status=400)
    assert (refused.code, refused.status) == (4, 400)
    assert ServerUnreachable("x").sent is False
    assert ServerUnreachable("x", sent=True).sent is True
    assert QueueFull("x").retry_after is None
    assert BannedPrompt("x").word is None
    assert TaskFailed("x", task="snapshot").task == "snapshot"


def test_catching_the_usual_ways_works() -> None:
    """A wait that timed out is a TimeoutError; what a proxy refuses is Refused."""
    assert issubclass(WaitTimeout, TimeoutError)
    assert issubclass(QueueFull, Refused)
    assert issubclass(BannedPrompt, Refused)
    assert not issubclass(ServerUnreachable, Refused)
