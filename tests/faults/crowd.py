"""
Many people with one history who ask for the same at once, while kernels and the database die.

``python -m tests.faults.crowd 20 50 --kills 15`` is the large one, with a figure for each thing.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.settings.places import DatabaseAddress
from tests.faults.person import prompt_of
from tests.faults.scene import Scene
from tests.kernel.isolation import isolated_environment
from tests.support.postgres import PostgresServer
from tests.support.rig import PLANTED_SECRET, SECRET

_PATIENCE = 600.0
# What a killed kernel sent is with the server after that long, or never will be.
_ON_ITS_WAY = 1.0
# For as long as nobody may take a request for lost, nobody has to wait in a test.
_TAKE_FOR_LOST = """
    UPDATE requests SET beat_at = NULL, asked_at = asked_at - 100, uptime = uptime - 100
    WHERE asker = '{}' AND state = 'intended'
"""
_NOW = "SELECT clock_timestamp()::text"
# Not what an earlier test of the same database left behind, and that is closed in its own time.
_CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'mj_notebook' AND backend_start >= '{}'
"""


class Outcome(NamedTuple):
    """
    What came of it.

    Attributes:
        submits: How many were sent.
        tasks: What the server took: one for each prompt, if nothing was paid twice.
        seen: For each person that was alive in the end, the picture of each prompt.
        said: How often each sentence was in somebody's way.
        unsettled: Requests of which nobody knows what became of them.
        kept: For how many prompts history has a finished task.
        most_connections: The most at once, for each kernel that was started until then.
        killed: How many kernels.
    """

    submits: int
    tasks: int
    seen: list[dict[str, str]]
    said: dict[str, int]
    unsettled: int
    kept: int
    most_connections: float
    killed: int


class Crowd:
    """Kernels of many people on one history in PostgreSQL."""

    def __init__(self, scene: Scene, postgres: PostgresServer, prompts: int) -> None:
        self._scene, self._postgres, self._prompts = scene, postgres, prompts
        self._address: DatabaseAddress = postgres.emptied()
        self._kernels: dict[str, subprocess.Popen[str]] = {}
        self._most, self._started = 0.0, 0
        ((self._began,),) = postgres.rows(_NOW)

    def run(self, people: int, kills: int, *, chance: random.Random, hurried: bool) -> Outcome:
        """
        Let *people* ask, kill so many kernels and restart the database between them.

        Args:
            people: How many kernels there are at once; who is killed comes back.
            kills: How many are killed, each at some moment.
            chance: Says who, and when.
            hurried: Whether what a killed kernel left is taken for lost at once, not after 90 s.
        """
        for number in range(people):
            self._start(f"user{number}")
        self._until(lambda: self._scene.submits > 0)
        for number in range(kills):
            self._pause(chance.uniform(0.0, 1.5))
            self._kill(chance.choice(sorted(self._kernels)), hurried=hurried)
            if number == kills // 2:
                self._postgres.stop()
                self._pause(1.0)
                self._postgres.start()
        told = [self._told(name) for name in sorted(self._kernels)]
        return self._outcome(told, kills)

    def _outcome(self, told: list[dict[str, Any]], kills: int) -> Outcome:
        session = self._scene.house.open(store=self._address, replay=True)
        session.resume()
        found = session.store.latest(10_000)
        said: dict[str, int] = {}
        for one in told:
            for sentence, count in one["said"].items():
                said[sentence] = said.get(sentence, 0) + count
        finished = {one.task.prompt for one in found if one.task.status == Status.SUCCESS}
        wanted = {prompt_of(number) for number in range(self._prompts)}
        return Outcome(
            self._scene.submits,
            self._scene.tasks,
            [one["seen"] for one in told],
            said,
            len(session.store.unsettled(session.server)),
            len(wanted & finished),
            self._most,
            kills,
        )

    def _start(self, name: str) -> None:
        own = {
            "MJ_BASE_URL": self._scene.address,
            "MJ_API_SECRET": SECRET,
            "MJ_STORE": str(self._address),
            "MJ_STORE_PASSWORD": PLANTED_SECRET,
            "MJ_PICTURES": f"file://{self._scene.folder / 'shared'}",
            "MJ_USER": name,
        }
        self._started += 1
        self._kernels[name] = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.person", str(self._prompts)],
            cwd=self._scene.folder,
            env=isolated_environment(self._scene.folder / name, own),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _kill(self, name: str, *, hurried: bool) -> None:
        kernel = self._kernels[name]
        kernel.kill()
        kernel.communicate()
        if hurried:
            self._pause(_ON_ITS_WAY)
            self._postgres.ask(_TAKE_FOR_LOST.format(name))
        self._start(name)

    def _told(self, name: str) -> dict[str, Any]:
        kernel = self._kernels[name]
        self._count_connections()
        out, err = kernel.communicate(timeout=_PATIENCE)
        assert kernel.returncode == 0, f"{name}: {err}"
        told: dict[str, Any] = json.loads(out)
        return told

    def _pause(self, seconds: float) -> None:
        self._count_connections()
        time.sleep(seconds)

    def _until(self, holds: Any) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not holds():
            assert time.monotonic() < deadline, "Nobody asked."
            time.sleep(0.01)

    def _count_connections(self) -> None:
        if not self._postgres.is_running:
            return
        ((count,),) = self._postgres.rows(_CONNECTIONS.format(self._began))
        # Of all that were started: the database notices in its own time who was killed.
        self._most = max(self._most, count / self._started)

    def end(self) -> None:
        """Kill whoever is left."""
        for kernel in self._kernels.values():
            kernel.kill()
            kernel.communicate()


def crowd_scene(folder: Path) -> Scene:
    """Return a server that takes what many ask for at once."""
    return Scene(folder, core_size=60, queue_size=10_000)


def main() -> None:
    """Run it with the numbers of the arguments, and print what came of it."""
    reader = argparse.ArgumentParser()
    reader.add_argument("people", type=int)
    reader.add_argument("prompts", type=int)
    reader.add_argument("--kills", type=int, default=15)
    reader.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    asked = reader.parse_args()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer() as postgres,
        crowd_scene(Path(folder)) as scene,
    ):
        crowd = Crowd(scene, postgres, asked.prompts)
        try:
            chance = random.Random(asked.seed)
            outcome = crowd.run(asked.people, asked.kills, chance=chance, hurried=False)
        finally:
            crowd.end()
    pictures = {prompt: {one[prompt] for one in outcome.seen} for prompt in outcome.seen[0]}
    print(f"seed {asked.seed}, {time.monotonic() - began:.0f} s, {outcome.killed} kernels killed")
    print(f"{outcome.submits} submits and {outcome.tasks} tasks for {asked.prompts} prompts")
    print(f"{outcome.kept} finished in history, {outcome.unsettled} unsettled")
    print(f"{len(outcome.seen)} people, pictures of a prompt: {set(map(len, pictures.values()))}")
    print(f"connections a kernel: at most {outcome.most_connections:.2f}")
    for sentence, count in sorted(outcome.said.items()):
        print(f"{count:5} x {sentence}")


if __name__ == "__main__":
    main()
