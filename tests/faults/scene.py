"""A server, a line to it, a history, and the processes that come and go: what faults happen to."""

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Self

import pytest

from mj_notebook.protocol.requests import Imagine
from mj_notebook.server.config import Timing
from mj_notebook.store.database import FILE
from mj_notebook.store.postgres import AS_WRITER
from tests.kernel.isolation import isolated_environment
from tests.support.forking import fork_server
from tests.support.forkserver import Forked
from tests.support.postgres import PostgresServer
from tests.support.relay import ConnectionFate, Rule, SeenRequest
from tests.support.rig import PLANTED_SECRET, SECRET, TIMEOUT, Rig

Kind = Callable[[SeenRequest], bool]
"""Which requests are meant."""
PROMPT = "a red kite over dunes --ar 3:2 --seed 7"


ON_BOTH = pytest.mark.parametrize("scene", ["file", "postgres"], indirect=True)
"""Runs a test on both databases."""


def lost_tasks(rig: Rig, history: Path | PostgresServer) -> int:
    """Count the tasks of the server that *history* (a folder, a database) leads nobody to."""
    known: set[str] = set()
    in_doubt = 0
    if not isinstance(history, Path) or (history / FILE).exists():
        known = {task_id for (task_id,) in _rows(history, "SELECT task_id FROM tasks")}
        doubt = "SELECT count(*) FROM requests WHERE state IN ('intended', 'unknown')"
        ((in_doubt,),) = _rows(history, doubt)
    return max(0, sum(task["id"] not in known for task in rig.tasks()) - in_doubt)


def _rows(history: Path | PostgresServer, question: str) -> list[tuple[Any, ...]]:
    if not isinstance(history, Path):
        return history.rows(question)
    with closing(sqlite3.connect(history / FILE)) as opened:
        return opened.execute(question).fetchall()


class Child:
    """A process that asks for one picture: a fork of one that has loaded the package already."""

    def __init__(self, folder: Path, environment: dict[str, str], *options: str) -> None:
        pipes = [os.pipe() for _ in range(2)]
        self._out, self._err = (os.fdopen(reading, "rb") for reading, _ in pipes)
        with Path(os.devnull).open("rb") as silent:
            streams = [silent.fileno(), *(writing for _, writing in pipes)]
            place = fork_server("tests.faults.child")
            self._process = Forked(place, [PROMPT, *options], str(folder), environment, streams)
        for _, writing in pipes:
            os.close(writing)

    def told(self) -> dict[str, Any]:
        """Wait for its end, and return what the person was told."""
        status, said, err = self._ended()
        assert status == 0, err
        told: dict[str, Any] = json.loads(said)
        return told

    def dies(self) -> None:
        """Wait until it has killed itself."""
        status, _, err = self._ended()
        assert status == -signal.SIGKILL, f"It did not come to that: {err}"

    def interrupt(self) -> None:
        """Press the person's key."""
        os.kill(self._process.pid, signal.SIGINT)

    def kill(self) -> None:
        """End it with SIGKILL."""
        if self.is_alive:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait(60)
        self._out.close()
        self._err.close()

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def _ended(self) -> tuple[int, str, str]:
        status = self._process.wait(60)  # what it says fits into a pipe
        return status, self._out.read().decode(), self._err.read().decode()


class Scene:
    """
    Where a fault happens; the server works in real time, and quickly.

    Args:
        folder: Where all of it is.
        postgres: The server of the history; None for a file.
        options: Of the server that draws.

    Attributes:
        house: The server and the relay before it.
        store: The folder of the history that all processes share.
        address: What they know as the proxy: the relay, which counts.
    """

    def __init__(
        self, folder: Path, *, postgres: PostgresServer | None = None, **options: Any
    ) -> None:
        self.postgres = postgres
        self._database = postgres.emptied() if postgres else None
        self._stack = ExitStack()
        self.folder = folder
        server = {"clock": time.time, "timing": Timing.of(0.3), **options}
        self.house = self._stack.enter_context(Rig(folder / "house", **server))
        self.store = folder / "history"
        self.address = self.house.relay.base_url
        self._children: list[Child] = []
        self._before = 0

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this scene has in its environment."""
        own = {
            "MJ_BASE_URL": self.address,
            "MJ_API_SECRET": SECRET,
            "MJ_STORE": str(self._database or self.store),
        }
        if self._database:
            own |= {"MJ_STORE_PASSWORD": PLANTED_SECRET, "XDG_DATA_HOME": str(self.store)}
        return isolated_environment(self.folder, own)

    def start(self, *options: str) -> Child:
        """Start a process, and return at once."""
        child = Child(self.folder, self.environment, *options)
        self._children.append(child)
        return child

    def run(self, *options: str) -> dict[str, Any]:
        """Run a process to its end; return what the person was told."""
        return self.start(*options).told()

    @property
    def tasks(self) -> int:
        """How many tasks the server took."""
        return len(self.house.tasks()) - self._before

    @property
    def lost(self) -> int:
        """How many of them nobody can be led to any more."""
        return lost_tasks(self.house, self.postgres or self.store)

    @property
    def submits(self) -> int:
        """How many submits were sent."""
        return self.house.relay.submits - self._before

    def draw_one_before(self) -> None:
        """Draw another picture first, which is not counted: its tag shows what the list tells."""
        session = self.house.open(store=self._database or self.store)
        session.start(Imagine(prompt="an earlier kite")).wait(TIMEOUT)
        self._before += 1

    def wait_for(self, holds: Callable[[], object]) -> None:
        """Look until *holds* is true."""
        deadline = time.monotonic() + TIMEOUT
        while not holds():
            assert time.monotonic() < deadline, "It never came to that."
            time.sleep(0.005)

    def killed_at(self, kind: Kind, after: ConnectionFate = ConnectionFate.PASS) -> None:
        """Kill a new process while its first request of *kind* is on the way; then let it go on."""
        with self.stopped(kind, after) as child:
            child.kill()

    @contextmanager
    def stopped(
        self,
        kind: Kind,
        after: ConnectionFate = ConnectionFate.PASS,
        options: tuple[str, ...] = (),
    ) -> Iterator[Child]:
        """Start a process, and hold its first request of *kind* while the block runs."""
        gate = Gate(kind, after)
        self.house.relay.rule = gate
        child = self.start(*options)
        self.wait_for(lambda: gate.has_come or not child.is_alive)
        assert gate.has_come
        try:
            yield child
        finally:
            gate.open()
            self.house.relay.rule = lambda _: ConnectionFate.PASS

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody write into the history while the block runs."""
        if self.postgres:
            with self.postgres.connected() as database, database.transaction():
                database.execute(AS_WRITER)
                yield
            return
        with self.history() as history:
            history.execute("BEGIN IMMEDIATE")
            yield
            history.execute("ROLLBACK")

    @contextmanager
    def history(self) -> Iterator[sqlite3.Connection]:
        """Open the history's file beside the package."""
        connection = sqlite3.connect(self.store / "history.sqlite3", isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def let_pass(self, seconds: float) -> None:
        """Make all that was asked so far *seconds* older."""
        older = (
            f"UPDATE requests SET asked_at = asked_at - {seconds}, beat_at = NULL,"
            f" uptime = uptime - {seconds}"
        )
        if self.postgres:
            self.postgres.ask(older)
            return
        with self.history() as history:
            history.execute(older)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.kill()
        self._stack.close()


class Gate:
    """A rule that holds the first request of a kind until it is opened."""

    def __init__(self, kind: Kind, after: ConnectionFate) -> None:
        self._kind, self._after = kind, after
        self._came, self._open = threading.Event(), threading.Event()
        self._first = threading.Lock()

    @property
    def has_come(self) -> bool:
        """Whether the request is held."""
        return self._came.is_set()

    def open(self) -> None:
        """Let it go on."""
        self._open.set()

    def __call__(self, asked: SeenRequest) -> ConnectionFate:
        """Say what becomes of a request; the held one waits here."""
        if self._kind(asked) and self._first.acquire(blocking=False):
            self._came.set()
            self._open.wait(TIMEOUT)
            return self._after
        return ConnectionFate.PASS


def first(kind: Kind, way: ConnectionFate) -> Rule:
    """Return the rule that gives *way* to the first request of *kind*."""
    gate = Gate(kind, way)
    gate.open()
    return gate
