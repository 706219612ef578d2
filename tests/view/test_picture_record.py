"""A saved picture tells where it comes from, or nothing at all when that is wished."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.export import default_suffix
from mj_notebook.images.metadata.embed import as_served, read_provenance
from mj_notebook.session.session import Session
from mj_notebook.settings.settings import Secret
from mj_notebook.view.facts import Facts
from mj_notebook.view.picture_record import with_record
from tests.support.rig import PLANTED_SECRET, SECRET, Rig


def told(path: Path) -> dict[str, Any]:
    """Return what a saved picture tells."""
    record = read_provenance(path.read_bytes())
    assert record is not None
    return record


def test_the_file_holds_the_picture_as_it_was_served(
    rig: Rig, session: Session, tmp_path: Path
) -> None:
    """Beside the record, a saved picture is what the server gave, to the byte."""
    job = rig.drawn(session)
    saved = job.save(tmp_path / "kite.png")
    assert as_served(saved.read_bytes()) == job.content()
    assert told(saved)["picture"] == hashlib.sha256(job.content()).hexdigest()


def test_the_record_says_what_was_asked_and_where(
    rig: Rig, session: Session, tmp_path: Path
) -> None:
    """Prompt, parameters, version, seed, task and server are told; what was pressed later isn't."""
    job = rig.drawn(session, "a red kite --ar 3:2 --v 7 --seed 4711")
    child = rig.finish(job.press("U2"))
    record = told(job.save(tmp_path))
    assert job.task is not None
    assert (record["version"], record["seed"]) == ("7", 4711)
    assert "--ar 3:2 --v 7 --seed 4711" in record["parameters"]
    assert record["generator"].startswith("mj_notebook ")
    assert record["job"]["prompt"] == job.prompt
    assert record["job"]["server"] == session.server
    assert record["job"]["task"]["id"] == job.id
    assert record["job"]["children"] == []
    below = told(child.save(tmp_path))
    assert (below["parents"], below["job"]["step"]) == ([job.id], "U2")


def test_a_tile_is_a_file_of_its_own(rig: Rig, session: Session, tmp_path: Path) -> None:
    """A tile has the pixels of the grid there, its number, and the hash of its own picture."""
    job = rig.drawn(session)
    saved = job.save(tmp_path, 2)
    assert told(saved)["number"] == 2
    assert hashlib.sha256(as_served(saved.read_bytes())).hexdigest() == told(saved)["picture"]
    with Image.open(saved) as image:
        assert image.tobytes() == job[2].tobytes()
    with pytest.raises(UsageError, match="no picture 5"):
        job.save(tmp_path, 5)


def test_saving_again_after_a_restart_is_no_second_file(rig: Rig, tmp_path: Path) -> None:
    """What was learnt since, such as the seed, makes no other picture: a cell can be run again."""
    job = rig.drawn(rig.open())
    saved = job.save(tmp_path / "kite.png")
    content = saved.read_bytes()
    again = rig.open().job(str(job.id))
    again.known_seed = "4711"
    assert again.save(tmp_path / "kite.png") == saved
    assert saved.read_bytes() == content
    with pytest.raises(UsageError, match="There is a file"):
        again.save(tmp_path / "kite.png", strip=True)
    with pytest.raises(UsageError, match="There is a file"):
        again.save(tmp_path / "kite.png", 1)


def test_stripped_is_the_picture_alone(rig: Rig, session: Session, tmp_path: Path) -> None:
    """Nothing in the file tells of the task, not even what the server wrote into it."""
    job = rig.drawn(session, "a canary in a cage")
    saved = job.save(tmp_path / "kite.png", strip=True)
    content = saved.read_bytes()
    assert read_provenance(content) is None
    assert b"canary" not in content
    with Image.open(saved) as image:
        assert image.tobytes() == job.image.tobytes()


def test_no_secret_is_saved(rig: Rig, session: Session, tmp_path: Path) -> None:
    """Keys in a prompt's addresses, and the secret of the proxy, are in no saved file."""
    job = rig.drawn(
        session,
        f"https://u:{PLANTED_SECRET}@h.example/a.png?key={PLANTED_SECRET} a kite --sref https://h/?t={PLANTED_SECRET}",
    )
    for saved in (job.save(tmp_path), job.save(tmp_path, 1), job.save(tmp_path / "a.webp")):
        content = saved.read_bytes()
        assert told(saved)["parameters"].startswith("--sref https://h/")
        assert PLANTED_SECRET.encode() not in content
        assert SECRET.encode() not in content
        assert hashlib.sha256(as_served(content)).hexdigest() == told(saved)["picture"]


def test_a_picture_that_would_tell_the_secret_is_not_saved(tmp_path: Path) -> None:
    """As when a notebook is stripped or packed; its pixels alone can be saved."""
    secret = Secret(PLANTED_SECRET)
    with Rig(tmp_path / "house", secret=secret) as rig:
        job = rig.drawn(rig.open(secret=secret))
        job.prompt = f"a kite {PLANTED_SECRET}"  # as one that became the secret later
        with pytest.raises(UsageError, match=r"secret of the proxy .* strip=True") as caught:
            job.save(tmp_path / "kite.png")
        assert PLANTED_SECRET not in str(caught.value)
        assert list(tmp_path.glob("*.png")) == []
        saved = job.save(tmp_path / "kite.png", strip=True)
        assert PLANTED_SECRET.encode() not in saved.read_bytes()


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".png"])
def test_each_kind_tells_the_same(rig: Rig, session: Session, tmp_path: Path, suffix: str) -> None:
    """Whatever the ending asks for, the record is in the file."""
    job = rig.drawn(session)
    saved = job.save(tmp_path / f"kite{suffix}")
    assert told(saved)["job"]["task"]["id"] == job.id


def test_a_kind_without_room_becomes_a_png() -> None:
    """A GIF is saved as a PNG with the same pixels as a rule; asked for as a GIF it is one."""
    buffer = io.BytesIO()
    Image.new("P", (4, 4)).save(buffer, "GIF")
    assert default_suffix(buffer.getvalue()) == ".png"
    assert default_suffix(b"\0\0\0\x18ftypmp42") == ".mp4"
    assert default_suffix(b"RIFF\0\0\0\0WEBP") == ".webp"
    gif = buffer.getvalue()
    facts = Facts(prompt="", server="", asked_at=0)
    assert with_record(gif, facts, served=gif, number=None, parents=(), strip=False) == gif
