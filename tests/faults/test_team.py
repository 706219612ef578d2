"""A team whose kernels die, and whose database is away: a picture is paid once, or not at all."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.errors import StoreError, Unsettled
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.session import Session
from mj_notebook.session.worker import Worker
from mj_notebook.settings.places import DatabaseAddress
from mj_notebook.store.history import Store
from tests.faults.crowd import Crowd, crowd_scene
from tests.faults.scene import Gate, lost_tasks
from tests.faults.table import Row
from tests.support.objects import ObjectServer
from tests.support.postgres import PostgresServer
from tests.support.relay import ConnectionFate
from tests.support.rig import PLANTED_SECRET, TIMEOUT, Rig

KITE = Imagine(prompt="a red kite")
OLDER = "UPDATE requests SET asked_at = asked_at - 100, beat_at = beat_at - 100"


class Team:
    """People with kernels of their own and one history, who lose no time when it is away."""

    def __init__(self, rig: Rig, postgres: PostgresServer, folder: Path) -> None:
        self.rig, self.postgres, self._folder = rig, postgres, folder
        self.address, self.file = postgres.emptied(), folder / "file"
        self._usual = rig.open(replay=True)
        self._workers: list[Worker] = []
        self.clock = 0.0

    def open(
        self,
        user: str,
        address: DatabaseAddress | None = None,
        *,
        pictures: str = "",
        is_file: bool = False,
    ) -> Session:
        """
        Open the session of a person; its clock is ours, and patience with the database brief.

        Args:
            user: Who it is.
            address: The history, by default the team's.
            pictures: The place that pictures are shared in.
            is_file: Whether the history is a file, which all of them open.
        """
        store = Store(
            self.file if is_file else self._folder / user,
            pictures=pictures or f"file://{self._folder / 'shared'}",
            address=None if is_file else address or self.address,
            elapsed=lambda: time.monotonic() * (1 if is_file else 100),
        )
        store.user = user
        self._workers.append(Worker())
        return Session(
            self._usual.settings,
            client=self._usual.client,
            store=store,
            worker=self._workers[-1],
            clock=lambda: time.time() + self.clock,
        )

    def noted(self, row: Row, told: object, *, is_file: bool = False) -> None:
        """Write down what came of it."""
        row.history, row.told = "file" if is_file else "PostgreSQL", str(told)
        row.submits, row.tasks = self.rig.relay.submits, len(self.rig.tasks())
        row.lost = lost_tasks(self.rig, self.file if is_file else self.postgres)

    def end(self) -> None:
        """Stop what works for it."""
        for worker in self._workers:
            worker.stop()


@pytest.fixture
def team(rig: Rig, postgres: PostgresServer, tmp_path: Path) -> Iterator[Team]:
    """Return a team, whose database runs in the end."""
    made = Team(rig, postgres, tmp_path)
    yield made
    if not postgres.is_running:
        postgres.start()
    postgres.let_write(is_allowed=True)
    made.end()


def test_the_database_is_away_when_the_answer_comes(team: Team, row: Row) -> None:
    """For two minutes: who asked is told, goes on, and who asks next sees the same task."""
    ada = team.open("ada")
    gate = team.rig.relay.rule = Gate(lambda asked: asked.is_submit, ConnectionFate.PASS)
    job = ada.start(KITE)
    while not gate.has_come:
        time.sleep(0.001)
    team.postgres.stop()
    team.clock += 120.0
    gate.open()
    assert team.rig.finish(job).error is None
    (told,) = job.remarks
    assert "nobody answers there. The task goes on; what becomes of it is written down" in told
    with pytest.raises(StoreError, match="nobody answers there"):
        ada.start(Imagine(prompt="another kite"))
    team.postgres.start()
    team.postgres.ask(OLDER)
    bob = team.open("bob")
    same = bob.start(KITE).wait(TIMEOUT)
    team.noted(row, told)
    row.picture = "whole" if same.image else ""
    assert (same.id, row.submits, row.tasks, row.lost) == (job.id, 1, 1, 0)
    ada.close()
    assert bob.store.unsettled(bob.server) == []
    assert [one.task.status for one in bob.store.latest()] == ["SUCCESS"]


def test_the_database_comes_back_while_a_request_is_on_its_way(team: Team, row: Row) -> None:
    """Nobody could say that it lives while it was away, so nobody is taken for dead by that."""
    ada, bob = team.open("ada"), team.open("bob")
    team.rig.drawn(ada, "an earlier kite")  # so that the list of the proxy proves what is not there
    gate = team.rig.relay.rule = Gate(lambda asked: asked.is_submit, ConnectionFate.PASS)
    job = ada.start(KITE)
    while not gate.has_come:
        time.sleep(0.001)
    team.postgres.stop()
    team.postgres.start()
    team.postgres.ask(OLDER)  # for so long it was away
    team.clock += 120.0
    with pytest.raises(Unsettled, match="may still be on its way") as told:
        bob.start(KITE)
    gate.open()
    assert bob.start(KITE).accepted(TIMEOUT).id == job.accepted(TIMEOUT).id
    team.noted(row, told.value)
    assert (row.submits, row.tasks, row.lost) == (2, 2, 0)


def _refused(postgres: PostgresServer) -> DatabaseAddress:
    postgres.stop()
    return postgres.address()


def _newer(postgres: PostgresServer) -> DatabaseAddress:
    postgres.ask("INSERT INTO migrations VALUES ('999 later')")
    return postgres.address()


def _read_only(postgres: PostgresServer) -> DatabaseAddress:
    postgres.let_write(is_allowed=False)
    return postgres.address()


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        (_refused, "nobody answers there"),
        (lambda one: one.address(password=f"{PLANTED_SECRET}-wrong"), "the password is wrong"),
        (lambda one: one.reader(), "you may read it and not write to it"),
        (_newer, "was written by a newer version"),
        (_read_only, "it may only be read now"),
    ],
    ids=["nobody there", "wrong password", "may only read", "newer schema", "a stand-by"],
)
def test_a_history_that_can_not_be_written(team: Team, row: Row, way: Any, sentence: str) -> None:
    """It is one sentence with what to do, and nothing is sent, so nothing is lost or paid."""
    team.rig.drawn(team.open("ada"))
    with pytest.raises(StoreError, match=sentence) as told:
        team.open("eve", way(team.postgres)).start(Imagine(prompt="another kite"))
    assert told.value.hint
    assert str(told.value.args[0]).count(". ") == 0
    if not team.postgres.is_running:
        team.postgres.start()
    team.noted(row, told.value)
    assert (row.submits, row.tasks, row.lost) == (1, 1, 0)


@pytest.mark.parametrize("history", ["file", "postgres"])
@pytest.mark.parametrize("way", ["there is no such bucket", "it does not answer"])
def test_the_shared_place_is_not_there_when_the_picture_comes(
    team: Team, row: Row, monkeypatch: pytest.MonkeyPatch, history: str, way: str
) -> None:
    """The picture is shown with one sentence; when the place is back it is kept there."""
    is_file = history == "file"
    with ObjectServer(monkeypatch) as objects:
        at = f"s3://{f'new-{history}' if 'bucket' in way else 'lab'}/pictures"
        ada = team.open("ada", pictures=at, is_file=is_file)
        if "bucket" not in way:
            team.rig.drawn(ada, "an earlier kite")  # it goes away in the middle
            objects.stop()
        job = team.rig.finish(ada.start(KITE))
        assert (job.status, job.error) == ("SUCCESS", None)
        assert job.pictures.thumbnail
        told = job.trouble
        assert way in told
        assert PLANTED_SECRET not in told
        objects.start() if objects.is_stopped else objects.ask("PUT", f"/new-{history}")
        bob = team.open("bob", pictures=at, is_file=is_file)
        same = team.rig.finish(bob.start(KITE))
        team.noted(row, told, is_file=is_file)
        row.picture = "whole" if same.image else ""
        assert (same.id, row.submits, row.lost) == (job.id, row.tasks, 0)
        sha256 = bob.store.pictures_of({(bob.server, str(job.id))})[bob.server, str(job.id)][0]
        assert bob.store.pictures.holds(sha256.picture.sha256, ".png")


def test_many_people_ask_for_the_same_while_kernels_and_the_database_die(
    postgres: PostgresServer, tmp_path: Path, row: Row
) -> None:
    """One submit for each prompt, none lost, and each of them sees its picture."""
    row.fault = "4 people, 8 prompts; 3 kernels killed, PostgreSQL restarted"
    row.history = "PostgreSQL"
    with crowd_scene(tmp_path) as scene:
        crowd = Crowd(scene, postgres, prompts=8)
        try:
            outcome = crowd.run(4, kills=3, chance=random.Random(7), hurried=True)
        finally:
            crowd.end()
    row.submits, row.tasks, row.picture = outcome.submits, outcome.tasks, "whole"
    row.told = " | ".join(sorted(outcome.said))
    assert outcome.tasks == 8, outcome
    assert (outcome.kept, outcome.unsettled) == (8, 0)
    assert [len(one) for one in outcome.seen] == [8] * 4
    assert all(one == outcome.seen[0] for one in outcome.seen)
    assert outcome.most_connections <= 1.5
