"""Several people with one history in PostgreSQL: nobody pays for what another one has drawn."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.session import Session
from tests.support.postgres import PostgresServer
from tests.support.rig import TIMEOUT, Rig

PROMPTS = [f"a red kite, number {number}" for number in range(5)]


@pytest.fixture
def people(
    rig: Rig, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Session]:
    """Four people, each with a kernel; pictures are in one folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    store, pictures = postgres.emptied(), f"file://{tmp_path / 'shared'}"
    return [
        rig.open(store=store, pictures=pictures, user=name, replay=True)
        for name in ("ada", "bob", "cleo", "dan")
    ]


def test_what_all_ask_for_at_once_is_drawn_once(rig: Rig, people: list[Session]) -> None:
    """Each has its job and sees the picture; history knows who was the one that asked."""

    def ask(session: Session) -> list[str]:
        jobs = [session.start(Imagine(prompt=prompt)).accepted(TIMEOUT) for prompt in PROMPTS]
        return [job.id or "" for job in jobs]

    with ThreadPoolExecutor(len(people)) as pool:
        asked = list(pool.map(ask, people))
    assert all(ids == asked[0] for ids in asked)
    assert len(rig.tasks()) == len(PROMPTS)
    for task_id in asked[0]:
        rig.finish(people[0].job(task_id))
    shas = set()
    for session, ids in zip(people, asked, strict=True):
        jobs = [session.job(task_id).wait(TIMEOUT) for task_id in ids]
        shas.add(tuple(job.pictures.kept.sha256 for job in jobs if job.pictures.kept))
    assert [len(found) for found in shas] == [len(PROMPTS)]
    assert {charge.user for charge in people[0].store.charges()} <= {"ada", "bob", "cleo", "dan"}


def test_a_picture_of_one_is_there_for_the_others(rig: Rig, people: list[Session]) -> None:
    """On another machine it is fetched from the shared place, and the server is asked nothing."""
    first, second, *_ = people
    drawn = rig.drawn(first)
    kept = drawn.pictures.kept
    assert kept is not None
    kept.path.unlink()  # the same home in this test; another one has no such file
    rig.relay.stop_listening()
    replayed = second.start(Imagine(prompt="a red kite"))
    assert replayed.is_replayed
    assert replayed.wait(TIMEOUT).pictures.kept == kept
    assert second.store.pictures.read(kept.sha256)
    (replay,) = [one for one in second.store.charges() if one.state == "replayed"]
    assert replay.user == "bob"


def test_while_the_database_is_away_nothing_is_sent(
    rig: Rig, postgres: PostgresServer, people: list[Session]
) -> None:
    """What can't be written down is not asked for; afterwards it is, and once."""
    session = people[0]
    session.start(Imagine(prompt=PROMPTS[0])).accepted(TIMEOUT)
    postgres.stop()
    postgres.start()
    session.start(Imagine(prompt=PROMPTS[1])).accepted(TIMEOUT)
    assert len(rig.tasks()) == 2
