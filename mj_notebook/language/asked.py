"""In which way it was asked, so that a hint is spelled as the person would write it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

_by_command: ContextVar[bool] = ContextVar("mj_by_command", default=False)


@contextmanager
def by_command() -> Iterator[None]:
    """Let all that is done meanwhile be asked by a command: a cell's magic, or the command line."""
    token = _by_command.set(True)
    try:
        yield
    finally:
        _by_command.reset(token)


def spelled(command: str, python: str) -> str:
    """Return *command* where a command asked, else *python*: ``--fresh`` or ``fresh=True``."""
    return command if _by_command.get() else python


def carried(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return *function* as another thread is to run it: asked in the way that this thread was."""
    if not _by_command.get():
        return function

    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with by_command():
            return function(*args, **kwargs)

    return run
