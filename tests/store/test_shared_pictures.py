"""Pictures that several machines share: in object storage of a real server, and in a folder."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from mj_notebook.errors import StoreError
from mj_notebook.store.history import Store
from mj_notebook.store.pictures import Pictures
from mj_notebook.store.shared_objects import SharedObjects
from tests.store.making import PNG, SERVER, accepted
from tests.support.objects import ObjectServer
from tests.support.rig import PLANTED_SECRET

SHA256 = sha256(PNG).hexdigest()


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectServer]:
    """One server for all; each test has a folder of its own there."""
    with pytest.MonkeyPatch.context() as patch, ObjectServer(patch) as opened:
        yield opened


@pytest.fixture(params=["bucket", "folder"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new place: in the bucket, or in a folder."""
    if request.param == "folder":
        return f"file://{tmp_path / 'shared'}"
    request.getfixturevalue("server")
    return f"s3://lab/{tmp_path.name}"


def test_what_one_machine_keeps_another_one_reads(address: str, tmp_path: Path) -> None:
    """By its hash, into a file of its own, and from there the second time."""
    one, other = (Pictures(tmp_path / name, SharedObjects(address)) for name in ("one", "other"))
    kept = one.put(PNG)
    assert not other.target_path(SHA256, ".png").exists()
    assert other.read(SHA256) == PNG
    assert other.path_of(SHA256).read_bytes() == kept.path.read_bytes() == PNG


def test_what_is_there_already_is_not_written_again(address: str, tmp_path: Path) -> None:
    """The name is the hash, so whoever comes second has nothing to do."""
    place = SharedObjects(address)
    place.put_new("ab/x", b"first")
    place.put_new("ab/x", b"second")
    assert place.get("ab/x") == b"first"
    assert place.size("ab/x") == 5
    Pictures(tmp_path / "one", place).put(PNG)
    Pictures(tmp_path / "other", place).put(PNG)


def test_what_is_not_there_is_none(address: str) -> None:
    """Neither its bytes nor its size; to remove it is no error."""
    place = SharedObjects(address)
    place.put_new("ab/x", b"x")
    place.delete("ab/y")
    assert (place.get("ab/y"), place.size("ab/y")) == (None, None)
    place.delete("ab/x")
    assert place.get("ab/x") is None


def test_the_hash_is_checked_on_reading(address: str, tmp_path: Path) -> None:
    """Other bytes under that name are no picture; a whole one takes their place after that."""
    place = SharedObjects(address)
    place.put_new(f"{SHA256[:2]}/{SHA256}.png", PNG + b"changed")
    pictures = Pictures(tmp_path / "one", place)
    with pytest.raises(StoreError, match="is damaged"):
        pictures.read(SHA256)
    pictures.quarantine(SHA256)
    pictures.put(PNG)
    assert Pictures(tmp_path / "other", place).read(SHA256) == PNG


def test_a_file_that_is_damaged_here_comes_anew(address: str, tmp_path: Path) -> None:
    """From the shared place, where it is whole."""
    pictures = Pictures(tmp_path / "one", SharedObjects(address))
    kept = pictures.put(PNG)
    kept.path.write_bytes(b"half")
    assert pictures.read(SHA256) == PNG
    assert kept.path.read_bytes() == PNG


def test_what_is_deleted_is_gone_in_both_places(address: str, tmp_path: Path) -> None:
    """And its size is told, also where this machine had no file of it."""
    place = SharedObjects(address)
    Pictures(tmp_path / "one", place).put(PNG)
    other = Pictures(tmp_path / "other", place)
    assert other.delete(SHA256, ".png") == len(PNG)
    with pytest.raises(StoreError, match="is not in"):
        other.read(SHA256)


def test_the_cache_stays_below_its_limit(address: str, tmp_path: Path) -> None:
    """What was written longest ago goes from here, and is fetched when somebody looks."""
    pictures = Pictures(tmp_path / "one", SharedObjects(address), limit=3 * len(PNG))
    kept = [pictures.put(PNG + bytes([number])) for number in range(5)]
    for age, picture in enumerate(reversed(kept)):
        if picture.path.exists():
            os.utime(picture.path, (1000 - age, 1000 - age))
    pictures.put(PNG)
    files = [path for path in (tmp_path / "one").glob("??/*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 3 * len(PNG)
    assert pictures.read(kept[0].sha256) == PNG + b"\x00"


def test_what_is_kept_here_alone_never_goes(address: str, tmp_path: Path) -> None:
    """A history that was there before its pictures were shared loses none of them."""
    before = Pictures(tmp_path / "one").put(PNG + b"from before")
    pictures = Pictures(tmp_path / "one", SharedObjects(address), limit=1)
    pictures.put(PNG)
    assert before.path.exists()


def test_a_history_tells_of_a_picture_that_is_elsewhere(address: str, tmp_path: Path) -> None:
    """Its file is fetched when it is asked for."""
    with Store(tmp_path / "mj", pictures=address) as store:
        accepted(store, "1")
        kept = store.save_picture(SERVER, "1", PNG, url="http://x", at=1.0)
        store.check_writable()
        kept.path.unlink()
        assert store.picture(SERVER, "1") == kept._replace(width=None, height=None)
        assert kept.path.read_bytes() == PNG


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("bucket", "said"),
    [("s3://nowhere/x", "there is no such bucket"), ("file:///proc/x", "can't be reached")],
)
def test_a_place_that_is_missing_is_one_sentence(bucket: str, said: str, tmp_path: Path) -> None:
    """What was to be kept is in a file here; no key and no signature is told."""
    pictures = Pictures(tmp_path, SharedObjects(bucket))
    with pytest.raises(StoreError, match=said) as raised:
        pictures.put(PNG)
    assert pictures.target_path(SHA256, ".png").read_bytes() == PNG
    told = f"{raised.value}{raised.value.__cause__}{raised.value.hint}"
    assert PLANTED_SECRET not in told
    assert raised.value.hint


def test_a_place_that_does_not_answer_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody waits for long, and the next question may have an answer."""
    with ObjectServer(monkeypatch) as server:
        pictures = Pictures(tmp_path, SharedObjects(server.address))
        server.stop()
        with pytest.raises(StoreError, match="it does not answer"):
            pictures.put(PNG)
