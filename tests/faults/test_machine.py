"""A machine that asks, presses, kills and restarts in any order: paid once, nothing lost.

Each step is one thing that a person, a proxy or a line does. After all of them the history says
what the server did, and each prompt was drawn once for each time that the server forgot it.
"""

import contextlib
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mj_notebook.errors import MJError
from mj_notebook.protocol.requests import Imagine
from mj_notebook.server.spoiled_answers import SPOILED_ANSWERS
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.support.relay import CannedResponse, Change, ConnectionFate, SeenRequest
from tests.support.rig import Rig

EXAMPLES = int(os.environ.get("MJ_MACHINE_EXAMPLES", "50"))
"""How many runs of up to `STEPS`; a thorough one sets more."""
STEPS = 40
PATIENCE = 10.0
PROMPTS = st.sampled_from(["a red kite", "a blue kite", "a green kite"])
WAYS = st.sampled_from(sorted(set(SPOILED_ANSWERS) - {"huge"}))
_LIVE = frozenset({"NOT_START", "SUBMITTED", "IN_PROGRESS", "SUCCESS", "MODAL"})


class Kernels(RuleBasedStateMachine):
    """Two kernels on one history, and a proxy that may do anything."""

    @initialize()
    def begin(self) -> None:
        """Start the server and the first kernels."""
        self.folder = Path(tempfile.mkdtemp())
        self.rig = Rig(self.folder)
        self.sessions: list[Session] = [self.open(), self.open()]
        self.jobs: list[Job] = []
        # What happens to the next submit, when anything does.
        self.fates: list[ConnectionFate | Change] = []
        self.rig.relay.rule = self.fate

    def open(self) -> Session:
        """Open the session of a new kernel."""
        return self.rig.open(replay=True)

    def fate(self, asked: SeenRequest) -> ConnectionFate | Change:
        """Let the next submit have the fate that was drawn for it."""
        if asked.is_submit and self.fates:
            return self.fates.pop()
        return ConnectionFate.PASS

    @rule(prompt=PROMPTS, kernel=st.integers(0, 1))
    def ask(self, prompt: str, kernel: int) -> None:
        """Run a cell."""
        with contextlib.suppress(MJError):
            job = self.sessions[kernel].start(Imagine(prompt=prompt))
            self.jobs.append(job)
            job.accepted(PATIENCE)

    @rule(way=WAYS)
    def spoil(self, way: str) -> None:
        """Let the answer to the next submit be one that can't be relied on."""
        self.fates[:] = [spoiled(way)]

    @rule(fate=st.sampled_from([ConnectionFate.LOSE, ConnectionFate.CUT]))
    def break_line(self, fate: ConnectionFate) -> None:
        """Let the line break at the next submit, before or after the server has it."""
        self.fates[:] = [fate]

    @rule(at=st.integers(0, 5), name=st.sampled_from(["U1", "U2", "V1"]))
    def press(self, at: int, name: str) -> None:
        """Press a button, of a finished job or of one that is being drawn."""
        for job in self.jobs[at : at + 1] or self.jobs[-1:]:
            with contextlib.suppress(MJError):
                self.jobs.append(job.press(name))

    @rule(at=st.integers(0, 5))
    def cancel(self, at: int) -> None:
        """Cancel what is drawn."""
        for job in self.jobs[at : at + 1] or self.jobs[-1:]:
            with contextlib.suppress(MJError):
                job.cancel()

    @rule()
    def draw(self) -> None:
        """Let the server's time go on until all is drawn."""
        self.rig.clock.advance(60)

    @rule(kernel=st.integers(0, 1))
    def kill(self, kernel: int) -> None:
        """End a kernel in the middle of whatever it does, and start another one."""
        self.sessions[kernel].close()
        self.sessions[kernel] = self.open()
        self.jobs = [job for job in self.jobs if job.is_open and not job.worker._stopped]

    @rule(kernel=st.integers(0, 1))
    def resume(self, kernel: int) -> None:
        """Take up what is open."""
        with contextlib.suppress(MJError):
            self.jobs += self.sessions[kernel].resume().jobs

    @rule()
    def restart(self) -> None:
        """Restart the server, which goes on with its tasks."""
        self.rig.runner.stop()
        self.rig.start_server()

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        """Of what is drawn or was, each prompt and each press is there once."""
        if not hasattr(self, "rig"):
            return
        asked = [
            (task["prompt"], task["action"], parent_of(task))
            for task in self.rig.tasks()
            if task["status"] in _LIVE
        ]
        twice = {what: count for what, count in Counter(asked).items() if count > 1}
        assert not twice, twice

    def teardown(self) -> None:
        """When all is quiet again, history and server tell the same."""
        if not hasattr(self, "rig"):
            return
        try:
            self.fates.clear()
            self.rig.clock.advance(60)
            session = self.open()
            for prompt in ("a red kite", "a blue kite", "a green kite"):
                with contextlib.suppress(MJError):
                    self.rig.finish(session.start(Imagine(prompt=prompt)))
            self.rig.clock.advance(60)
            session.resume()
            self.nothing_is_paid_twice()
            for task in self.rig.tasks():
                known = session.store.task(str(task["id"]), server=session.server)
                assert known is not None, f"History does not know {task['id']}: {task['prompt']}"
        finally:
            self.rig.__exit__()
            shutil.rmtree(self.folder, ignore_errors=True)


def spoiled(way: str) -> Change:
    """Return what makes a good answer one that can't be relied on."""

    def change(good: bytes) -> CannedResponse:
        made = SPOILED_ANSWERS[way](good)
        headers = (("location", made.location),) if made.location else ()
        return CannedResponse(made.status, made.body, made.media_type, headers)

    return change


def parent_of(task: dict[str, Any]) -> str:
    """Return which task a press was for, by the title that the server gives it."""
    return f"{task.get('description')}" if task["action"] != "IMAGINE" else ""


TestKernels = pytest.mark.timeout(900)(Kernels.TestCase)
TestKernels.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    # The same steps each time, unless more are asked for: what a change breaks is then its own.
    derandomize="MJ_MACHINE_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
