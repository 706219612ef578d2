"""Kept files that are removed or damaged while a kernel runs: fetched again, and never shown."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from PIL import Image

from mj_notebook.errors import PictureMissing, StoreError
from mj_notebook.images.thumbnail import Thumbnail, packed, unpacked
from mj_notebook.session.archiver import ANOTHER_FILE, DAMAGED
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.images.making import encoded, noise
from tests.session.test_archiver import LATE, on_picture, taken_over, tile_of
from tests.support.relay import CannedResponse, ConnectionFate
from tests.support.rig import TIMEOUT, Rig

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "exchanged": lambda _: encoded(noise(64, 64), "PNG"),
    "zeroed": lambda content: bytes(len(content)),
    "half": lambda content: content[: len(content) // 2],
}
USES: dict[str, Callable[[Job, Path], object]] = {
    "image": lambda job, _: job.image.size,
    "tile": lambda job, _: job[2].size,
    "save": lambda job, folder: job.save(folder / "kite.png"),
    "content": lambda job, _: job.content(),
    "list": lambda job, _: list(job),
}


def file_of(job: Job) -> Path:
    """Return the file of a job's picture."""
    assert job.pictures.kept is not None
    return job.pictures.kept.path


def set_aside(session: Session) -> list[bytes]:
    """Return what the folder of damaged files holds."""
    folder = session.store.folder / "pictures" / "damaged"
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.exists() else []


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("use", USES)
def test_what_is_damaged_is_noticed_when_it_is_used(
    rig: Rig, session: Session, tmp_path: Path, damage: str, use: str
) -> None:
    """It is set aside and fetched again; another file is never shown, saved or sent."""
    job = rig.drawn(session)
    content, path = job.content(), file_of(job)
    spoiled = DAMAGES[damage](content)
    path.write_bytes(spoiled)
    assert USES[use](job, tmp_path)
    assert job.content() == path.read_bytes() == content
    assert set_aside(session) == [spoiled]
    assert job.remarks.count(DAMAGED) == 1


def test_a_cell_that_is_run_again_notices_it_too(rig: Rig, session: Session) -> None:
    """Each time, not once for each kernel; what did not change is not read again."""
    job = rig.drawn(session)
    content, path = job.content(), file_of(job)
    for number in (1, 2):
        path.write_bytes(bytes(len(content)))
        assert session.job(str(job.id)).wait(TIMEOUT) is job
        assert path.read_bytes() == content
        assert len(set_aside(session)) == number
    path.unlink()
    session.job(str(job.id)).wait(TIMEOUT)
    assert path.read_bytes() == content
    assert job.remarks.count(DAMAGED) == 1


def test_the_same_picture_drawn_once_more_mends_a_damaged_file(rig: Rig, session: Session) -> None:
    """One content is one file: a file of other bytes is no reason not to write it."""
    job = rig.drawn(session)
    content, path = job.content(), file_of(job)
    path.write_bytes(bytes(len(content)))
    session.store.pictures.put(content)
    assert path.read_bytes() == content


@pytest.mark.parametrize("way", ["removed", "damaged"])
@pytest.mark.parametrize("use", USES)
def test_without_file_and_address_the_reason_is_the_real_one(
    rig: Rig, session: Session, tmp_path: Path, way: str, use: str
) -> None:
    """What the server said of it, by everything that needs the picture, as `wait` says."""
    job = rig.drawn(session)
    content, path = job.content(), file_of(job)
    rig.relay.rule = on_picture(LATE)
    path.unlink() if way == "removed" else path.write_bytes(content[:99])
    with pytest.raises(PictureMissing, match="HTTP 404"):
        USES[use](job, tmp_path)
    with pytest.raises(PictureMissing, match="HTTP 404"):
        job.wait(TIMEOUT)
    assert DAMAGED not in job.remarks
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert USES[use](job, tmp_path)
    assert job.content() == content


def test_a_file_that_can_not_be_read_is_told_and_left(rig: Rig, session: Session) -> None:
    """What is no damage is not set aside: a folder in its place, a disk that fails."""
    job = rig.drawn(session)
    path = file_of(job)
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError):
        _ = job.image
    assert path.is_dir()


def test_threads_that_ask_for_a_removed_picture_share_one_fetch(rig: Rig, session: Session) -> None:
    """Whoever comes second waits for the fetch that was begun."""
    job = rig.drawn(session)
    content = job.content()
    for _ in range(5):
        file_of(job).unlink()
        asked = rig.relay.count(lambda seen: seen.is_picture)
        together = Barrier(8)

        def ask(together: Barrier = together) -> bytes:
            together.wait(TIMEOUT)
            return job.content()

        with ThreadPoolExecutor(8) as pool:
            found = [asking.result(TIMEOUT) for asking in [pool.submit(ask) for _ in range(8)]]
        assert set(found) == {content}
        assert rig.relay.count(lambda seen: seen.is_picture) == asked + 1


# -- tiles that came one by one --------------------------------------------------------------------


def spoil(path: Path, way: str) -> None:
    """Remove a file, or leave half of it."""
    path.unlink() if way == "removed" else path.write_bytes(path.read_bytes()[:60])


@pytest.mark.parametrize("way", ["removed", "damaged"])
@pytest.mark.parametrize("whole", [True, False], ids=["with a grid", "alone"])
@pytest.mark.parametrize("is_new", [False, True], ids=["here", "next kernel"])
def test_a_tile_is_fetched_again_as_the_whole_is(
    rig: Rig, tmp_path: Path, way: str, *, whole: bool, is_new: bool
) -> None:
    """In the kernel that has it, and in the next one; the other three are not asked for."""
    job = taken_over(rig, tmp_path, whole=whole)
    path = job.pictures.tiles[2].path
    spoil(path, way)
    if is_new:
        job = rig.open(store=tmp_path / "fresh").job(str(job.id)).wait(TIMEOUT)
    asked = len(rig.relay.requests)
    if is_new and whole and way == "removed":  # a grid is enough: the tile is cut from it
        assert job[2].size == (32, 32)
        return
    assert job[2].size == (48, 48)
    assert [tile.size for tile in job] == [(48, 48)] * 4
    saved = Image.open(io.BytesIO(job.save(tmp_path / "second.png", 2).read_bytes()))
    assert saved.size == (48, 48)
    assert path.read_bytes() == tile_of(2)
    assert sum("/tile/" in one.path for one in rig.relay.requests[asked:]) <= 1


def test_a_tile_that_is_gone_everywhere_says_why(rig: Rig, tmp_path: Path) -> None:
    """The other three are there; this one has the server's reason, until it comes back."""
    job = taken_over(rig, tmp_path, whole=False)
    give = rig.relay.rule
    spoil(job.pictures.tiles[2].path, "removed")
    gone = ("/tile/", "/fetch")
    rig.relay.rule = lambda seen: LATE if any(one in seen.path for one in gone) else give(seen)
    for use in (lambda: job[2], lambda: job.save(tmp_path / "t.png", 2), lambda: list(job)):
        with pytest.raises(PictureMissing, match="HTTP 404"):
            use()
    with pytest.raises(PictureMissing, match="HTTP 404"):
        rig.open(store=tmp_path / "fresh").job(str(job.id)).wait(TIMEOUT)
    assert job[3].size == (48, 48)
    rig.relay.rule = give
    assert job[2].size == (48, 48)
    assert job.wait(TIMEOUT) is job


@pytest.mark.parametrize("is_new", [False, True], ids=["here", "next kernel"])
def test_another_file_in_the_place_of_a_lost_one_is_told(
    rig: Rig, session: Session, *, is_new: bool
) -> None:
    """It is all that there is to be had, and it is not what was kept."""
    job = rig.drawn(session)
    file_of(job).unlink()
    another = encoded(noise(32, 32), "PNG")
    rig.relay.rule = on_picture(CannedResponse(200, another, "image/png"))
    shown = rig.open().job(str(job.id)).wait(TIMEOUT) if is_new else job
    assert shown.image.size == (32, 32)
    assert ANOTHER_FILE in shown.remarks
    shown.pictures.kept.path.unlink()  # type: ignore[union-attr]
    assert shown.content() == another
    assert shown.remarks.count(ANOTHER_FILE) == 1


def test_what_is_shown_of_a_kept_picture_is_made_once(rig: Rig, session: Session) -> None:
    """Another kernel decodes nothing for it; where it is gone or damaged, it is made again."""
    job = rig.drawn(session)
    sha256, files = file_of(job).stem, session.store.pictures
    made = files.shown(sha256)
    assert unpacked(made) == job.pictures.thumbnail
    another = Thumbnail(encoded(noise(64, 64), "JPEG"), "image/jpeg", 64, 64)
    for held, expected in (
        (packed(another), another),
        (b"of another version", job.pictures.thumbnail),
    ):
        files.keep_shown(sha256, held)
        again = rig.open().job(str(job.id))
        assert again.pictures.thumbnail == expected
    assert files.shown(sha256) == made
