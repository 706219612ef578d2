"""Servers to test, each with a clock of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from mj_notebook.server.config import Config
from mj_notebook.settings.settings import Secret
from tests.server.clock import Clock
from tests.server.wire import InProcess, Line, OnSocket, Wire

LINES: dict[str, Callable[[Config], Line]] = {"in process": InProcess, "on a socket": OnSocket}
Serve = Callable[..., Wire]

SMALL = 96
"""The side of a grid in tests: painted in a few milliseconds."""


@pytest.fixture
def clock() -> Clock:
    """Return the clock of this test's servers."""
    return Clock()


# Most tests of other rooms talk to it on a socket: that it answers there alike is a second look.
@pytest.fixture(params=["in process", pytest.param("on a socket", marks=pytest.mark.nightly)])
def line(request: pytest.FixtureRequest) -> Callable[[Config], Line]:
    """Return each way to reach a server in turn."""
    return LINES[request.param]


@pytest.fixture
def serve(line: Callable[[Config], Line], clock: Clock) -> Iterator[Serve]:
    """Return what starts servers: `Config` by keywords, and a secret as plain text."""
    with ExitStack() as stack:

        def start(*, secret: str = "", **options: Any) -> Wire:
            options = {"picture_side": SMALL, "clock": clock, **options}
            config = Config(secret=Secret(secret), **options)
            return stack.enter_context(Wire(line(config), clock, secret))

        yield start


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """Return a line to a server with usual settings."""
    return serve()
