"""A machine that asks, presses, kills and restarts in any order: paid once, nothing lost.

Each step is one thing that a person, a proxy or a line does. After all of them the history says
what the server did, and each prompt was drawn once for each time that the server forgot it.
"""

import contextlib
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mj_notebook.errors import MJError
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import FINAL, Status
from mj_notebook.server.spoiled_answers import SPOILED_ANSWERS
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.faults.table import TABLE, Row
from tests.support.examples import IS_SEARCH, examples
from tests.support.postgres import PostgresServer
from tests.support.relay import CannedResponse, Change, ConnectionFate, SeenRequest
from tests.support.rig import Rig

EXAMPLES = examples(20, many=300)
"""How many runs of up to `STEPS`."""
STEPS = 40
PATIENCE = 10.0
PROMPT_WORDS = ("a red kite", "a blue kite", "a green kite")
PROMPTS = st.sampled_from(PROMPT_WORDS)
WAYS = st.sampled_from(sorted(set(SPOILED_ANSWERS) - {"huge"}))
ROW = TABLE.row("steps in any order")
DONE: Counter[str] = Counter()
"""What was done so far: runs, steps, submits, and tasks that the server knows at the end."""
_LIVE = frozenset({"NOT_START", "SUBMITTED", "IN_PROGRESS", "SUCCESS", "MODAL"})


class Kernels(RuleBasedStateMachine):
    """Two kernels on one history, and a proxy that may do anything."""

    row, done = ROW, DONE
    postgres: PostgresServer | None = None

    @initialize()
    def begin(self) -> None:
        """Start the server and the first kernels."""
        self.folder = Path(tempfile.mkdtemp())
        self.rig = Rig(self.folder)
        if self.postgres is not None:
            shared = f"file://{self.folder}/pictures"
            self.rig.settings = replace(
                self.rig.settings, store=self.postgres.emptied(), pictures=shared
            )
        self.skew = 0.0
        self.sessions: list[Session] = [self.open(), self.open()]
        self.jobs: list[Job] = []
        # What happens to the next submit, when anything does.
        self.fates: list[ConnectionFate | Change] = []
        self.rig.relay.rule = self.fate
        self.steps = 0

    def open(self) -> Session:
        """Open the session of a new kernel."""
        return self.rig.open(replay=True, clock=lambda: time.time() + self.skew)

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

    @rule(at=st.integers(0, 5), name=st.sampled_from(["U1", "U2", "V1", "Custom Zoom"]))
    def press(self, at: int, name: str) -> None:
        """Press a button, of a finished job or of one that is being drawn."""
        for job in self.jobs[at : at + 1] or self.jobs[-1:]:
            with contextlib.suppress(MJError):
                self.jobs.append(job.press(name))

    @rule(at=st.integers(0, 5), zoom=st.sampled_from([1.2, 1.5]))
    def answer(self, at: int, zoom: float) -> None:
        """Answer a window, or what will open one."""
        windows = [job for job in self.jobs if "Zoom" in job.step or job.window is not None]
        for job in windows[at : at + 1] or windows[-1:]:
            with contextlib.suppress(MJError):
                job.answer(zoom=zoom)

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
        self.rig.restart_server()

    @rule()
    def forget(self) -> None:
        """Restart the server, which has lost all that it knew."""
        self.rig.restart_server(forgets=True)

    @rule(seconds=st.sampled_from([-86_400.0, -120.0, 120.0, 86_400.0]))
    def jump(self, seconds: float) -> None:
        """Set the clock of the person's machine."""
        self.skew += seconds

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        """Of what is drawn or was, each prompt and each press is there once."""
        if not hasattr(self, "rig"):
            return
        self.steps += 1
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
        self.done.update(runs=1, steps=self.steps - 1)
        self.row.fault = f"{self.done['steps']} steps in any order, in {self.done['runs']} runs"
        try:
            self.fates.clear()
            self.rig.clock.advance(60)
            session = self.open()
            for prompt in PROMPT_WORDS:
                with contextlib.suppress(MJError):
                    self.rig.finish(session.start(Imagine(prompt=prompt)))
            differences = self.come_to_rest(session)
            self.nothing_is_paid_twice()
            assert not differences
            self.done.update(submits=self.rig.relay.submits, tasks=len(self.rig.tasks()))
            self.row.submits, self.row.tasks = self.done["submits"], self.done["tasks"]
            self.row.told = "(nothing twice, nothing lost)"
        finally:
            self.rig.__exit__()
            shutil.rmtree(self.folder, ignore_errors=True)

    def come_to_rest(self, session: Session) -> list[str]:
        """
        Wait until history and server agree, and return in what they do not.

        Other kernels may be in the middle of something: a press that had to wait may be sent later.

        Presses of presses are sent one after the other: patience begins anew whenever the server
        has got on, however slow the machine is.
        """
        seen: object = None
        end = 0.0
        while True:
            self.rig.clock.advance(60)
            for job in (*self.jobs, *session.resume().jobs):
                with contextlib.suppress(MJError):
                    job.wait(0.1, pictures=False)
            differences = self.differences(session)
            if not differences:
                return []
            now = ([(task["id"], task["status"]) for task in self.rig.tasks()], differences)
            if now != seen:
                seen, end = now, time.monotonic() + PATIENCE
            elif time.monotonic() >= end:
                return differences

    def differences(self, session: Session) -> list[str]:
        """Return in what the history is not what the server did."""
        server = {str(task["id"]): task for task in self.rig.tasks()}
        found = []
        for task_id, task in server.items():
            known = session.store.task(task_id, server=session.server)
            if known is None:
                found.append(f"History does not know {task_id}: {task['prompt']}")
            elif known.task.status != task["status"] and task["status"] in FINAL:
                found.append(f"{task_id} is {task['status']}, in history {known.task.status}")
        for stored in session.store.open_tasks(session.server):
            if not server and stored.task.submit_time is None:
                continue  # accepted, and never told of: an empty list does not prove it undrawn
            task = server.get(stored.task.id, {"status": "forgotten"})
            if task["status"] != Status.MODAL:
                found.append(f"{stored.task.id} is open in history, and {task['status']}")
        return found


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


def _as_often(runs: int) -> settings:
    return settings(
        max_examples=runs,
        stateful_step_count=STEPS,
        # The same steps each time, unless more are asked for: what a change breaks is its own then.
        derandomize=not IS_SEARCH,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


TestKernels = pytest.mark.timeout(900 + 6 * EXAMPLES)(Kernels.TestCase)
TestKernels.settings = _as_often(EXAMPLES)


def test_what_was_never_told_of_stays_in_doubt(row: Row) -> None:
    """A server that forgets each task at once has no list that proves that it is not drawn."""
    kernels = type("Doubting", (Kernels,), {"row": row, "done": Counter()})()
    kernels.begin()
    for prompt in PROMPT_WORDS:
        kernels.ask(prompt, 1)
        kernels.forget()
    kernels.teardown()
    row.fault, row.told = "a server forgets each task at once", "(in doubt, and not sent again)"


@pytest.mark.timeout(300 + 6 * EXAMPLES)
def test_kernels_of_a_team(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    """The same with a history in PostgreSQL, now and then."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    row.history = "PostgreSQL"
    of_a_team = {"postgres": postgres, "row": row, "done": Counter()}
    run_state_machine_as_test(
        type("KernelsOfATeam", (Kernels,), of_a_team), settings=_as_often(max(EXAMPLES // 20, 1))
    )
