"""A rig for a test: the embedded server on a socket, and sessions that talk to it."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from mj_notebook.api.opening import open_session
from mj_notebook.api.state import capabilities_of
from mj_notebook.protocol.requests import Imagine
from mj_notebook.server.config import Config, Timing
from mj_notebook.server.runner import Runner
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.worker import Worker
from mj_notebook.settings.settings import Pacing, Secret, Settings
from tests.server.clock import Clock
from tests.support.ports import KeptPort
from tests.support.relay import Relay

SECRET = "canary-3f9a71"
"""What no file, output, log or trace may hold."""

PLANTED_SECRET = "planted-77b1e2"
"""A secret that tests write where none should be: history or a notebook may hold this one."""

QUICK = Pacing(
    first=(),
    then=0.02,
    slowest=0.02,
    trouble=0.05,
    pictures=(0.02, 0.02),
    late_parent=0.05,
    looks=(),
    joining=1.0,
    missing=0.0,
)
TIMEOUT = 20.0


class Rig:
    """
    The embedded server behind a relay, and what tests do with it.

    Work takes 10 seconds of the server's clock, picking one picture 2; only tests move that clock.

    Args:
        folder: Holds the history, and the server's journal.
        options: Of the server's `Config`.
    """

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder = folder
        self.clock = Clock()
        self._options: dict[str, Any] = {
            "secret": Secret(SECRET),
            "folder": folder / "server",
            "timing": Timing(grid=10, single=2),
            "picture_side": 64,
            "clock": self.clock,
            **options,
        }
        self._stack = ExitStack()
        self._port = KeptPort()
        self._stack.callback(self._port.close)
        self.runner = self.start_server()
        self.relay = self._stack.enter_context(Relay(self.runner.base_url))
        self.settings = Settings(
            base_url=self.relay.base_url,
            secret=Secret(SECRET),
            store=folder / "history",
            pacing=QUICK,
            replay=False,  # most tests ask for the same picture again and again
        )

    def start_server(self) -> Runner:
        """Start the server, each time on the same port."""
        self.runner = Runner(Config(**self._options), port=self._port.number).start()
        return self.runner

    def become(self, dialect: str) -> None:
        """Let another server of the family answer at the same address, with the same tasks."""
        self._options["dialect"] = dialect
        self.restart_server()

    def restart_server(self, *, forgets: bool = False) -> None:
        """Stop the server and start it with its journal, or without whatever it knew."""
        self.runner.stop()
        if forgets:
            # Real ids are of the time, to the microsecond: no later one is an earlier one again.
            self.clock.advance(1)
            self._options["folder"] = self._options["folder"].with_name(
                f"server-{self.clock():.0f}"
            )
        self.start_server()

    def open(self, *, clock: Callable[[], float] = time.time, **changes: Any) -> Session:
        """Open a session, as a kernel does on first use; its worker is its own."""
        worker = Worker()
        session = open_session(
            replace(self.settings, **changes),
            worker=worker,
            folders=self._stack,
            clock=clock,
            capabilities_of=capabilities_of,
        )
        self._stack.callback(session.close)
        self._stack.callback(worker.stop)
        return session

    def tasks(self) -> list[dict[str, Any]]:
        """Return all tasks of the server, the newest first, as it tells them itself."""
        url = f"{self.runner.base_url}/mj/task/list"
        request = urllib.request.Request(url, headers={"mj-api-secret": SECRET})
        with urllib.request.urlopen(request) as answer:
            tasks: list[dict[str, Any]] = json.load(answer)
        return tasks

    def finish(self, job: Job) -> Job:
        """Let the server's time go on until *job* ends, with a picture or without."""
        job.accepted(TIMEOUT)
        self.clock.advance(11)
        return job.wait(TIMEOUT, pictures=False)

    def drawn(self, session: Session, prompt: str = "a red kite") -> Job:
        """Draw a grid to its end."""
        return self.finish(session.start(Imagine(prompt=prompt)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        # The server looks every tenth of a second whether it should end; nobody waits for that.
        threading.Thread(target=self.runner.stop).start()


def until(job: Job, holds: Callable[[Job], object]) -> Job:
    """Wait until *holds* is true of *job*, looking at it whenever it changed."""
    seen = threading.Event()

    def look(changed: Job) -> None:
        if holds(changed):
            seen.set()

    forget = job.subscribe(look)
    look(job)
    try:
        assert seen.wait(TIMEOUT), f"It never came to that: {job!r}"
    finally:
        forget()
    return job
