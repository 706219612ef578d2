"""Pictures by content."""

import os
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from mj_notebook.errors import StoreError
from mj_notebook.protocol.media import PNG as PNG_KIND
from mj_notebook.store.pictures import Pictures
from tests.store.making import PNG
from tests.support.reads import opened_files


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_picture_is_kept_under_its_hash(tmp_path: Path) -> None:
    """As served, byte for byte, in a folder of its first two digits, with the ending it has."""
    kept = Pictures(tmp_path).put(PNG)
    assert kept.sha256 == sha256(PNG).hexdigest()
    assert kept.path == tmp_path / kept.sha256[:2] / f"{kept.sha256}.png"
    assert (kept.media, kept.size) == (PNG_KIND, len(PNG))
    assert _files(tmp_path) == [kept.path]
    assert kept.path.read_bytes() == PNG


def test_known_content_is_not_written_again(tmp_path: Path) -> None:
    """The file keeps its time; nothing else appears."""
    pictures = Pictures(tmp_path)
    first = pictures.put(PNG)
    before = first.path.stat()
    assert pictures.put(PNG) == first
    after = first.path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_file_that_lost_its_content_is_written_again(tmp_path: Path) -> None:
    """A power cut can leave a name without bytes."""
    pictures = Pictures(tmp_path)
    kept = pictures.put(PNG)
    kept.path.write_bytes(b"")
    assert pictures.put(PNG).path.read_bytes() == PNG


def test_the_ending_follows_the_content(tmp_path: Path) -> None:
    """Nothing is asked of names or headers."""
    pictures = Pictures(tmp_path)
    assert pictures.put(b"\xff\xd8\xff" + b"j").path.suffix == ".jpg"
    assert pictures.put(b"RIFF0000WEBPx").path.suffix == ".webp"
    assert pictures.put(b"0000ftypmp42").path.suffix == ".mp4"


@pytest.mark.parametrize(
    "content",
    [b"<!doctype html><title>Log in</title>", b'{"error":"x"}', b"", b"BM broken", b"%!PS", b"GIF"],
    ids=["html", "json", "empty", "bitmap", "program", "short"],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    """Only kinds that proxies serve are taken, by their first bytes; nothing else is decoded."""
    with pytest.raises(StoreError, match="no picture"):
        Pictures(tmp_path).put(content)
    assert _files(tmp_path) == []


def test_a_picture_is_found_and_checked_by_its_hash(tmp_path: Path) -> None:
    """A changed file is noticed when it is asked for."""
    pictures = Pictures(tmp_path)
    kept = pictures.put(PNG)
    assert pictures.path_of(kept.sha256) == kept.path
    assert pictures.read(kept.sha256) == PNG
    assert pictures.is_intact(kept.sha256)
    kept.path.write_bytes(PNG[:-1] + b"?")
    assert not pictures.is_intact(kept.sha256)


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "A" * 64, "0" * 63, "*" * 64])
def test_only_a_hash_names_a_picture(tmp_path: Path, name: str) -> None:
    """No path can be smuggled in."""
    with pytest.raises(StoreError, match="names no picture"):
        Pictures(tmp_path).path_of(name)


def test_a_missing_picture_is_told(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(StoreError, match="is not in") as raised:
        Pictures(tmp_path).read("0" * 64)
    assert "Fetch its task again" in raised.value.hint


def test_two_pictures_are_never_written_to_one_file(tmp_path: Path) -> None:
    """Even of two stores on one folder."""
    one, two = Pictures(tmp_path), Pictures(tmp_path)
    assert len({store.temporary_path() for store in (one, two) for _ in range(100)}) == 200


def test_a_place_that_can_not_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """The half-written file goes, and the sentence says what to do."""
    pictures = Pictures(tmp_path)
    name = sha256(PNG).hexdigest()
    (tmp_path / name[:2]).write_text("in the way")
    with pytest.raises(StoreError, match="can't be kept"):
        pictures.put(PNG)
    assert _files(tmp_path) == [tmp_path / name[:2]]


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    """A folder stands where the picture was."""
    pictures = Pictures(tmp_path)
    kept = pictures.put(PNG)
    kept.path.unlink()
    kept.path.mkdir()
    with pytest.raises(StoreError, match="can't be kept"):
        pictures.read(kept.sha256)


def test_a_folder_that_can_not_be_written_is_told_and_left_clean(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "pictures").write_text("in the way")
    with pytest.raises(StoreError, match="can't be kept"):
        Pictures(tmp_path / "pictures").put(PNG)


def test_what_was_half_written_long_ago_is_removed(tmp_path: Path) -> None:
    """Younger ones stay: another kernel may be writing them."""
    pictures = Pictures(tmp_path)
    old, young = pictures.temporary_path(), pictures.temporary_path()
    for path, at in ((old, 1000.0), (young, 3000.0)):
        path.write_bytes(b"half")
        os.utime(path, (at, at))
    pictures.drop_partial(before=2000.0)
    assert (old.exists(), young.exists()) == (False, True)
    Pictures(tmp_path / "nowhere").drop_partial(before=2000.0)


def test_a_damaged_picture_is_set_aside_and_can_be_kept_again(tmp_path: Path) -> None:
    """It is no longer found, its bytes are still there, and the same content is written anew."""
    pictures = Pictures(tmp_path)
    kept = pictures.put(PNG)
    kept.path.write_bytes(bytes(len(PNG)))
    pictures.quarantine(kept.sha256)
    (damaged,) = (tmp_path / "damaged").iterdir()
    assert damaged.read_bytes() == bytes(len(PNG))
    assert damaged.suffix == ".png"
    with pytest.raises(StoreError, match="any more"):
        pictures.path_of(kept.sha256)
    pictures.put(PNG)
    assert pictures.is_intact(kept.sha256)


def test_a_picture_that_is_damaged_twice_leaves_both_files(tmp_path: Path) -> None:
    """Nothing is thrown away: what was set aside before is not written over."""
    pictures = Pictures(tmp_path)
    for content in (b"first", b"second"):
        kept = pictures.put(PNG)
        kept.path.write_bytes(content)
        pictures.quarantine(kept.sha256)
    damaged = (tmp_path / "damaged").iterdir()
    assert sorted(path.read_bytes() for path in damaged) == [b"first", b"second"]


def test_what_was_set_aside_goes_with_its_picture(tmp_path: Path) -> None:
    """A deleted picture leaves no copy, also where its file is gone; those of others stay."""
    pictures = Pictures(tmp_path)
    kept, other = pictures.put(PNG), pictures.put(PNG + b"?")
    for one in (kept, other, kept):
        pictures.put(PNG)
        pictures.quarantine(one.sha256)
    pictures.delete(kept.sha256, kept.path.suffix)
    assert [path.stem for path in _files(tmp_path)] == [f"{other.sha256}-1"]


def test_what_can_not_be_set_aside_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """The number that was claimed for it is free again."""
    pictures = Pictures(tmp_path)
    kept = pictures.put(PNG)
    kept.path.unlink()
    kept.path.mkdir()
    with pytest.raises(StoreError, match="can't be kept"):
        pictures.quarantine(kept.sha256)
    assert _files(tmp_path) == []


def test_only_what_is_whole_is_given(tmp_path: Path) -> None:
    """One reading tells whether a file holds what it held, and gives its bytes."""
    pictures = Pictures(tmp_path)
    kept = pictures.put(PNG)
    with opened_files(tmp_path) as opened:
        assert pictures.read_whole(kept.sha256) == PNG
    assert opened == [kept.path]
    kept.path.write_bytes(PNG[:-1] + b"?")
    assert pictures.read_whole(kept.sha256) is None
    kept.path.unlink()
    with pytest.raises(StoreError, match="any more"):
        pictures.read_whole(kept.sha256)


def test_what_was_damaged_is_not_read(tmp_path: Path) -> None:
    """What is given is what was kept, or a sentence."""
    pictures = Pictures(tmp_path)
    kept = pictures.put(PNG)
    kept.path.write_bytes(PNG[:-1] + b"?")
    with pytest.raises(StoreError, match="is damaged"):
        pictures.read(kept.sha256)
    assert pictures.put(PNG).path.read_bytes() == PNG


def test_what_shows_a_picture_is_kept_beside_it_and_goes_with_it(tmp_path: Path) -> None:
    """It comes back as it was or not at all; a deleted picture leaves nothing."""
    pictures = Pictures(tmp_path)
    kept = pictures.put(PNG)
    assert pictures.shown(kept.sha256) == b""
    pictures.keep_shown(kept.sha256, b"a smaller one")
    assert pictures.shown(kept.sha256) == b"a smaller one"
    (file,) = {*_files(tmp_path)} - {kept.path}
    held = file.read_bytes()
    for damaged in (held[:-1], held[:-1] + b"?", b""):
        file.write_bytes(damaged)
        assert pictures.shown(kept.sha256) == b""
    file.write_bytes(held)
    pictures.delete(kept.sha256, kept.path.suffix)
    assert _files(tmp_path) == []


def test_what_shows_one_picture_shows_no_other(tmp_path: Path) -> None:
    """A file that was copied to the place of another, as by a sync program, is not taken for it."""
    pictures = Pictures(tmp_path)
    for name in ("a" * 64, "b" * 64):
        pictures.keep_shown(name, b"made of " + name.encode())
    first, second = (tmp_path / "shown" / name[:2] / name for name in ("a" * 64, "b" * 64))
    shutil.copy(second, first)
    assert pictures.shown("a" * 64) == b""
    assert pictures.shown("b" * 64)


def test_what_shows_a_picture_is_a_small_file(tmp_path: Path) -> None:
    """What is huge is not read, and neither is a pipe, which may never end."""
    pictures, name = Pictures(tmp_path), "a" * 64
    pictures.keep_shown(name, bytes(2**25))
    assert pictures.shown(name) == b""
    file = tmp_path / "shown" / name[:2] / name
    file.unlink()
    os.mkfifo(file)
    assert pictures.shown(name) == b""
