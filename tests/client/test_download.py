"""Where the bytes of an answer go while they come."""

from hashlib import sha256
from pathlib import Path

import pytest

from mj_notebook.client.download import FileSink, MemorySink
from mj_notebook.errors import Refused


def test_memory_holds_what_came_since_the_last_beginning() -> None:
    """A restart forgets, looking changes nothing."""
    intake = MemorySink()
    intake.write(b"half of")
    intake.restart()
    intake.write(b"all ")
    assert intake.received == b"all "
    intake.write(b"of it")
    assert intake.received == intake.received == b"all of it"


def test_a_file_is_begun_again_in_place(tmp_path: Path) -> None:
    """A shorter second try leaves nothing of the first."""
    path = tmp_path / "x.part"
    intake = FileSink(path)
    intake.write(b"a long first try")
    intake.restart()
    intake.write(b"short")
    done = intake.finish()
    assert path.read_bytes() == b"short"
    assert (done.sha256, done.size) == (sha256(b"short").hexdigest(), 5)


def test_only_the_beginning_is_kept_in_mind(tmp_path: Path) -> None:
    """A large picture into a file takes no memory to speak of."""
    intake = FileSink(tmp_path / "x.part")
    for _ in range(100):
        intake.write(b"x" * 1000)
    assert len(intake.received) == 512
    intake.discard()


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_more_than_the_limit_is_not_taken(kind: str, tmp_path: Path) -> None:
    """The limit itself still is."""
    intake = MemorySink(10) if kind == "memory" else FileSink(tmp_path / "x.part", 10)
    intake.write(b"0123456789")
    with pytest.raises(Refused):
        intake.write(b"!")
    if isinstance(intake, FileSink):
        intake.discard()
        assert not (tmp_path / "x.part").exists()
