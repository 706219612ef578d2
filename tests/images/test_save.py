"""Saving: good names, the right place, never over another file."""

import re
from pathlib import Path

import pytest

from mj_notebook.errors import MJError, UsageError
from mj_notebook.images.metadata.embed import as_served
from mj_notebook.images.save import file_name, target_path, write_new_file
from mj_notebook.session.session import Session
from tests.support.rig import Rig

CONTENT = b"\x89PNG\r\n\x1a\n one"


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("a red kite --ar 3:2", "a-red-kite"),
        ("https://x.org/a.png A Kite!! over (dunes)", "a-kite-over-dunes"),
        ("../../etc/passwd", "etc-passwd"),
        ("  --ar 3:2", "picture"),
        ("红色的风筝", "红色的风筝"),
        ("con", "con"),
        ("a " * 100, "a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a"),
        ("x" * 500, "x" * 40),
        ("\x00\u202e<b>|?*", "b"),
    ],
)
def test_a_name_is_made_of_the_prompt(prompt: str, name: str) -> None:
    """Words of the prompt, safe on every system, and four signs that tell two pictures apart."""
    assert re.fullmatch(rf"{re.escape(name)}-[0-9a-f]{{4}}", file_name(prompt, CONTENT))
    assert file_name(prompt, CONTENT) != file_name(prompt, CONTENT + b"!")
    assert file_name(prompt, CONTENT, 2) == f"{file_name(prompt, CONTENT)}-2"


def test_a_job_is_saved_where_the_notebook_is(
    rig: Rig, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a place it goes into the notebook's folder as it was served, once."""
    monkeypatch.chdir(rig.folder)
    job = rig.drawn(session)
    path = job.save()
    assert path.parent == rig.folder
    assert re.fullmatch(r"a-red-kite-[0-9a-f]{4}\.png", path.name)
    assert as_served(path.read_bytes()) == job.content()
    assert job.save() == path
    tile = job.save(number=2)
    assert tile.stem == f"{path.stem}-2"
    assert job.save("pictures/").parent == rig.folder / "pictures"
    assert job.save("pictures").name == path.name
    assert job.save("kite").name == "kite.png"
    assert job.save(Path("kite.jpg")).read_bytes()[:3] == b"\xff\xd8\xff"


def test_no_other_file_is_overwritten(
    rig: Rig, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is there already stays: a good name gets a number, a given name is refused."""
    monkeypatch.chdir(rig.folder)
    job = rig.drawn(session)
    first = job.save()
    first.write_bytes(b"mine")
    second = job.save()
    assert (first.read_bytes(), second.stem) == (b"mine", f"{first.stem}-2")
    with pytest.raises(UsageError, match="There is a file"):
        job.save(first)
    assert first.read_bytes() == b"mine"


def test_what_can_not_be_saved_says_why(rig: Rig, session: Session) -> None:
    """No such tile, no such ending, no place: each is one sentence, and no file is left."""
    job = rig.drawn(session)
    before = set(rig.folder.iterdir())
    for wrong in ({"number": 5}, {"path": rig.folder / "kite.txt"}, {"path": 7}):
        with pytest.raises(UsageError):
            job.save(**wrong)
    blocked = rig.folder / "file"
    blocked.write_bytes(b"")
    with pytest.raises(MJError, match="could not be saved"):
        job.save(blocked / "kite.png")
    blocked.unlink()
    assert set(rig.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("http://a/b.png", "is an address"),
        ("s3://bucket/kite.png", "is an address"),
        ("~nouser_of_this_name/x.png", "home of nobody"),
        ("/dev/null", "is a device"),
        (5, "is no path"),
        ("data:image/png;base64,AAAA", "is an address"),
        ("kite\0.png", "holds a NUL"),
        ("kite\ud800.png", "half a sign"),
        ("x" * 300 + ".png", "longer than the 255 bytes"),
        ("", "no path"),
    ],
)
def test_what_is_no_place_for_a_picture_is_one_sentence(
    tmp_path: Path, path: object, said: str
) -> None:
    """Nothing is written, and what the person could mean is said."""
    with pytest.raises(UsageError, match=said) as caught:
        target_path(path, "kite", ".png", here=lambda: tmp_path)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_looked_into_is_one_sentence(tmp_path: Path) -> None:
    """Whatever the system says of the place before anything is written there."""
    with pytest.raises(MJError, match="could not be saved: File name too long"):
        # As it stands it is a path; with the folder before it, it is none.
        target_path("a/" * 2040 + "kite.png", "kite", ".png", here=lambda: tmp_path)


def test_a_name_that_is_too_long_is_one_short_sentence(tmp_path: Path) -> None:
    """It is not repeated whole."""
    with pytest.raises(MJError) as caught:
        write_new_file(tmp_path / ("x" * 300 + ".png"), b"x", may_rename=False)
    assert len(str(caught.value)) < 200
