"""Rows of what was seen of real servers, and the tests that show them."""

from collections.abc import Callable
from typing import TypeVar

SHOWN: dict[tuple[str, str], list[str]] = {}
"""By dialect and row: the tests that hold the embedded server to it."""

DIFFERENT = {
    ("new-api", "seed (newer)"): "a fault of one build; the seeds of the other can be asked for",
    ("new-api", "older builds"): "the newer build is spoken, which has these routes",
    ("open", "the words"): "a list of words is no fact of the protocol; ours is short and our own",
}
"""Where this server answers otherwise on purpose, and why."""

_Test = TypeVar("_Test", bound=Callable[..., None])


def shows(dialect: str, *rows: str) -> Callable[[_Test], _Test]:
    """Say that a test shows *rows* of a dialect."""

    def mark(test: _Test) -> _Test:
        for row in rows:
            SHOWN.setdefault((dialect, row), []).append(test.__name__)
        return test

    return mark
