"""Verifying: what is missing or damaged is named, and fetched again while the server has it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.api import state
from mj_notebook.api.verify import verify
from mj_notebook.protocol.codec import read_task
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.store.history import Store
from tests.images.making import encoded, noise
from tests.store.making import task
from tests.support.relay import CannedResponse, ConnectionFate
from tests.support.rig import PLANTED_SECRET, SECRET, TIMEOUT, Rig, until


@pytest.fixture
def here(session: Session) -> Iterator[Session]:
    """Make the session of the house the current one."""
    before = state._state.session
    state.use(session)
    yield session
    with state._state.lock:
        state._state.session = before


def file_of(job: Job) -> Path:
    """Return the file of a job's picture."""
    assert job.pictures.kept is not None
    return job.pictures.kept.path


def damage(job: Job) -> None:
    """Change one byte of a kept picture; its size stays."""
    content = bytearray(file_of(job).read_bytes())
    content[-20] ^= 1
    file_of(job).write_bytes(content)


def test_a_whole_history_is_fine(rig: Rig, here: Session) -> None:
    """Every picture is compared with its hash, and one sentence says that all is well."""
    assert repr(verify()) == "0 pictures checked: all are there and whole."
    rig.drawn(here)
    rig.drawn(here, "a blue boat")
    found = verify()
    assert (found.checked, found.rows, found.is_ok) == (2, (), True)
    assert repr(found) == "2 pictures checked: all are there and whole."


def test_what_is_not_whole_is_named(rig: Rig, here: Session) -> None:
    """Missing and damaged are told apart, each with its task, prompt and file."""
    lost, hurt = rig.drawn(here, "a lost kite"), rig.drawn(here, "a hurt kite")
    file_of(lost).unlink()
    damage(hurt)
    found = verify()
    assert not found.is_ok
    assert [(row.task_id, row.state, row.outcome) for row in found.rows] == [
        (hurt.id, "damaged", "not tried"),
        (lost.id, "missing", "not tried"),
    ]
    assert [row.file for row in found.rows] == [file_of(hurt).name, file_of(lost).name]
    said = repr(found)
    assert "2 pictures checked: 1 missing, 1 damaged." in said
    assert "a lost kite" in said
    assert "repair=True" in said


def test_repair_brings_the_same_bytes_back(rig: Rig, here: Session) -> None:
    """What the server still has is as it was; the damaged file is moved away, not deleted."""
    lost, hurt = rig.drawn(here, "a lost kite"), rig.drawn(here, "a hurt kite")
    contents = lost.content(), hurt.content()
    file_of(lost).unlink()
    damage(hurt)
    broken = file_of(hurt).read_bytes()
    found = verify(repair=True)
    assert found.is_ok
    assert "2 fetched again" in found.summary
    assert (lost.content(), hurt.content()) == contents
    aside = list((here.store.folder / "pictures" / "damaged").iterdir())
    assert [path.read_bytes() for path in aside] == [broken]
    assert verify().rows == ()


def test_a_damaged_file_of_two_tasks_is_moved_away_once(rig: Rig, here: Session) -> None:
    """What the first repair brought back is whole; the second leaves it where it is."""
    twin, hurt = rig.drawn(here, "its twin"), rig.drawn(here, "a hurt kite")
    assert hurt.pictures.kept is not None
    here.store.link_picture(here.server, twin.id or "", hurt.pictures.kept, url="", at=1.0)
    damage(hurt)
    asked = len([one for one in rig.relay.requests if one.is_picture])
    found = verify(repair=True)
    assert [row.outcome for row in found.rows] == ["fetched again"] * 2
    assert len([one for one in rig.relay.requests if one.is_picture]) == asked + 1
    assert len(list((here.store.folder / "pictures" / "damaged").iterdir())) == 1
    assert verify().rows == ()


def test_what_the_server_lost_is_gone_with_its_reason(rig: Rig, here: Session) -> None:
    """Nothing is changed when nothing can be had, and the reason is the server's."""
    hurt = rig.drawn(here)
    damage(hurt)
    broken = file_of(hurt).read_bytes()
    rig.relay.rule = lambda asked: (
        CannedResponse(404, b"{}") if asked.is_picture else ConnectionFate.PASS
    )
    found = verify(repair=True)
    (row,) = found.rows
    assert (row.outcome, found.is_ok) == ("gone", False)
    assert row.reason
    assert row.reason in repr(found)
    assert file_of(hurt).read_bytes() == broken


def test_what_could_not_be_fetched_now_is_not_gone(rig: Rig, here: Session) -> None:
    """Neither a place that can't be written nor a server that is away loses a picture."""
    lost = rig.drawn(here)
    file_of(lost).unlink()
    folder = file_of(lost).parent
    folder.rename(folder.with_name("aside"))
    folder.write_bytes(b"")
    (row,) = verify(repair=True).rows
    assert (row.outcome, bool(row.reason)) == ("not fetched", True)
    folder.unlink()
    folder.with_name("aside").rename(folder)
    rig.relay.rule = lambda _: ConnectionFate.CUT
    (row,) = verify(repair=True).rows
    assert (row.outcome, bool(row.reason)) == ("not fetched", True)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert verify(repair=True).is_ok


def test_another_picture_in_its_place_is_told(rig: Rig, here: Session) -> None:
    """A server that gives other bytes now gives a picture, and the row says it is another one."""
    lost, other = rig.drawn(here, "a lost kite"), rig.drawn(here, "another kite")
    content = other.content()
    file_of(lost).unlink()
    rig.relay.rule = lambda asked: (
        CannedResponse(200, content, "image/png") if asked.is_picture else ConnectionFate.PASS
    )
    (row,) = verify(repair=True).rows
    assert row.outcome == "fetched again"
    assert "another file than the one that was kept" in row.reason
    assert verify().rows == ()


def test_what_was_never_kept_is_found_and_fetched(rig: Rig, here: Session) -> None:
    """A picture that could not be fetched when it was done is no less missing."""
    rig.relay.rule = lambda asked: (
        CannedResponse(404, b"{}") if asked.is_picture else ConnectionFate.PASS
    )
    job = rig.drawn(here)
    assert job.pictures.missing is not None
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert [row.state for row in verify().rows] == ["never kept"]
    assert verify(repair=True).is_ok
    assert verify().rows == ()


def test_a_job_of_this_kernel_shows_what_came_back(rig: Rig, here: Session) -> None:
    """After the repair the job that missed its picture has it."""
    rig.relay.rule = lambda asked: (
        CannedResponse(404, b"{}") if asked.is_picture else ConnectionFate.PASS
    )
    job = rig.drawn(here)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    verify(repair=True)
    until(job, lambda changed: changed.pictures.kept)
    assert job.image.size == (64, 64)
    assert (job.pictures.missing, job.trouble) == (None, "")


def test_another_servers_pictures_are_not_asked_of_this_one(rig: Rig, here: Session) -> None:
    """An id of another server means nothing here: that server is named, and nobody asked."""
    job = rig.drawn(here)
    task = job.task
    assert task is not None
    here.store.save_tasks([("other.example.com", task)])
    asked = len(rig.relay.requests)
    (row,) = verify(repair=True).rows
    assert "other.example.com" in row.reason
    assert len(rig.relay.requests) == asked


def test_one_file_of_two_tasks_is_read_once(rig: Rig, here: Session) -> None:
    """The same content is one file, whoever it belongs to; each task has its row."""
    job = rig.drawn(here)
    picture, task = job.pictures.kept, job.task
    assert picture is not None
    assert task is not None
    here.store.save_tasks([("other.example.com", task)])
    here.store.link_picture("other.example.com", task.id, picture, url="", at=1.0)
    assert verify().checked == 1
    picture.path.unlink()
    assert len(verify().rows) == 2


def test_the_report_holds_no_markup_and_no_secret(rig: Rig, here: Session) -> None:
    """Prompts are hostile: the table shows them as text, and addresses without keys."""
    job = rig.drawn(
        here, f"https://u:{PLANTED_SECRET}@h.example/a.png?key={PLANTED_SECRET} <script>alert()"
    )
    file_of(job).unlink()
    found = verify()
    shown = found._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "<table" in shown
    for secret in (PLANTED_SECRET, SECRET):
        assert secret not in shown + repr(found) + str(found.rows)


@pytest.fixture
def of_before(new_kernel: None, tmp_path: Path) -> Store:  # noqa: ARG001
    """A history that an earlier kernel left, of one task of the demo server and its picture."""
    store = Store(tmp_path / "history")
    store.save_tasks([("demo", task("1", more=',"imageUrl":"http://gone.test/1.png"'))])
    store.save_picture(
        "demo", "1", encoded(noise(8, 8), "PNG"), url="http://gone.test/1.png", at=1.0
    )
    store.close()
    return store


def test_looking_opens_no_session(of_before: Store) -> None:
    """In a new kernel files are hashed and nothing else: no session, no server, no thread."""
    threads = set(threading.enumerate())
    assert verify().summary == "1 picture checked: all are there and whole."
    assert verify(repair=True).is_ok
    next((of_before.folder / "pictures").rglob("*.png")).unlink()
    assert [row.state for row in verify().rows] == ["missing"]
    assert state.opened_sessions() == []
    assert set(threading.enumerate()) <= threads
    assert not (of_before.folder / "demo").exists()


def test_another_servers_pictures_open_no_session(of_before: Store) -> None:
    """Who can't be asked anyway is not asked: the row names the server, and that is all."""
    next((of_before.folder / "pictures").rglob("*.png")).unlink()
    state.configure(base_url="https://proxy.example.com")
    (row,) = verify(repair=True).rows
    assert (row.server, row.outcome) == ("demo", "not fetched")
    assert state.opened_sessions() == []


def test_half_a_picture_is_damaged_though_its_hash_is_its_own(rig: Rig, here: Session) -> None:
    """It was served and kept so; what the server has now is whole."""
    job = rig.drawn(here)
    whole = job.content()
    half = whole[: len(whole) // 2]
    here.store.save_picture(
        job.server, str(job.id), half, url="", role="image", number=0, at=here.now()
    )
    assert [row.state for row in verify().rows] == ["damaged"]
    assert verify(repair=True).is_ok
    assert verify().is_ok
    kept = here.store.picture(job.server, str(job.id))
    assert kept is not None
    assert kept.path.read_bytes() == whole


def test_a_success_whose_address_came_late_is_missed(rig: Rig, here: Session) -> None:
    """Its record tells no address, and the server has one by now."""
    job = rig.drawn(here)
    bare = b'{"id":"%s","status":"SUCCESS","action":"IMAGINE"}' % str(job.id).encode()
    other = Store(rig.folder / "late")
    record = other.record_intent(
        {"prompt": "p", "state": "mj-1"},
        kind="Imagine",
        prompt="p",
        tag="mj-1",
        server=job.server,
        asked_at=1.0,
    )
    other.mark_accepted(record, str(job.id), 1.0)
    read = read_task(bare)
    assert read is not None
    other.save_tasks([(job.server, read)])
    other.close()
    late = rig.open(store=rig.folder / "late")
    state.use(late)
    assert [row.state for row in verify().rows] == ["never kept"]
    assert verify(repair=True).is_ok
    assert verify().is_ok


def test_half_a_picture_is_no_repair(rig: Rig, here: Session) -> None:
    """What comes broken is not kept, is not called fetched, and leaves what history knows."""
    job = rig.drawn(here)
    whole, before = job.content(), job.pictures.kept
    file_of(job).unlink()
    half = CannedResponse(200, whole[: len(whole) // 2], "image/png")
    rig.relay.rule = lambda asked: half if asked.is_picture else ConnectionFate.PASS
    (row,) = verify(repair=True).rows
    assert (row.outcome, "broken" in row.reason) == ("gone", True)
    stored = here.store.task(str(job.id))
    assert stored is not None
    assert stored.image == before
    assert [one.state for one in verify().rows] == ["missing"]
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert verify(repair=True).is_ok
    assert verify().rows == ()


def test_a_film_is_no_repair_of_a_picture(rig: Rig, here: Session) -> None:
    """What is kept is what was asked for: the picture is had once the server gives it again."""
    film = CannedResponse(200, b"\0\0\0\x18ftypmp42" + bytes(99), "video/mp4")
    rig.relay.rule = lambda asked: film if asked.is_picture else ConnectionFate.PASS
    job = rig.drawn(here)
    (row,) = verify(repair=True).rows
    assert (row.outcome, row.reason) == ("gone", "The server gave a film instead of a picture.")
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert job.image.size == (64, 64)
    # An earlier version kept it.
    here.store.save_picture(job.server, str(job.id), film.body, url="", at=1.0)
    assert [row.state for row in verify().rows] == ["damaged"]
    assert rig.open().job(str(job.id)).wait(TIMEOUT).image.size == (64, 64)
    assert verify().is_ok
