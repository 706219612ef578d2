"""Several people with one history in PostgreSQL: nobody pays for what another one has drawn."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mj_notebook.errors import StoreError, Unsettled
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.session import Session
from tests.faults.scene import Gate
from tests.store.making import intend
from tests.support.postgres import PostgresServer
from tests.support.relay import ConnectionFate
from tests.support.rig import QUICK, TIMEOUT, Rig

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
    assert {charge.user for charge in people[0].store.charges.read()} <= {
        "ada",
        "bob",
        "cleo",
        "dan",
    }


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
    (replay,) = [one for one in second.store.charges.read() if one.state == "replayed"]
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


def test_who_comes_second_sees_whose_task_it_is(rig: Rig, people: list[Session]) -> None:
    """Machines whose clocks are hours apart share a task all the same: the database's counts."""
    ada, *_ = people
    bob = rig.open(
        store=ada.store.address,
        user="bob",
        replay=True,
        pacing=replace(QUICK, joining=TIMEOUT),
        clock=lambda: time.time() + 7200,
    )
    gate = Gate(lambda asked: asked.is_submit, ConnectionFate.PASS)
    rig.relay.rule = gate
    first = ada.start(Imagine(prompt=PROMPTS[0]))
    with ThreadPoolExecutor(1) as pool:
        joining = pool.submit(bob.start, Imagine(prompt=PROMPTS[0]))
        while not any("/task/list" in asked.path for asked in rig.relay.requests):
            assert not joining.done()
        gate.open()
        second = joining.result(TIMEOUT)
    assert second.accepted(TIMEOUT).id == first.accepted(TIMEOUT).id
    assert "ada was having the same drawn already; this is that task." in second.remarks
    assert rig.relay.submits == 1


def test_a_kernel_that_died_before_the_answer_leaves_it_unknown(
    rig: Rig, postgres: PostgresServer, people: list[Session]
) -> None:
    """Whose it was is said; it is looked for, and asked for anew only when the list proves it."""
    ada, bob, *_ = people
    key = bob.cache.fingerprint(Imagine(prompt=PROMPTS[0]), parent=None, button="")
    lost = intend(ada.store, server=bob.server, content_key=key, asked_at=time.time())
    with pytest.raises(Unsettled, match="ada asked for this, and it is not known whether it was"):
        bob.start(Imagine(prompt=PROMPTS[0]))
    postgres.ask("UPDATE requests SET beat_at = NULL, asked_at = asked_at - 100")
    with pytest.raises(Unsettled, match="shows no earlier task of ours"):
        bob.start(Imagine(prompt=PROMPTS[0]))
    assert [one.state for one in bob.store.unsettled(bob.server)] == ["unknown"]
    assert not ada.store.beat(lost, time.time())  # if it lived, it would not send it now
    assert rig.relay.submits == 0


def test_who_may_only_read_sees_what_is_drawn_and_asks_for_nothing_new(
    rig: Rig, postgres: PostgresServer, people: list[Session]
) -> None:
    """It is said in one sentence, before anything is sent; what others drew is there."""
    ada = people[0]
    drawn = rig.drawn(ada)
    at = postgres.reader()
    reader = rig.open(store=at, pictures=ada.settings.pictures, user="eve", replay=True)
    replayed = reader.start(Imagine(prompt="a red kite")).wait(TIMEOUT)
    assert (replayed.id, replayed.is_replayed) == (drawn.id, True)
    assert replayed.content() == drawn.content()
    with pytest.raises(StoreError, match="you may read it and not write to it"):
        reader.start(Imagine(prompt="a boat"))
    assert rig.relay.submits == 1
