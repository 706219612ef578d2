"""Files of history are the person's own, whatever the umask is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.store.history import Store

PNG = b"\x89PNG\r\n\x1a\n" + bytes(50) + b"IEND\xaeB`\x82"


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set the umask of the person."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("is_there", [False, True], ids=["new folder", "folder of the person"])
def test_nobody_else_reads_history_or_pictures(tmp_path: Path, *, is_there: bool) -> None:
    """Files are 0600 and folders that we make 0700, also in a folder that was there."""
    folder = tmp_path / ".mj"
    if is_there:
        folder.mkdir(mode=0o755)
    with Store(folder) as store:
        store.pictures.put(PNG)
        store.mark_lost("demo", "1", "x")
    for path in folder.rglob("*"):
        mode = path.stat().st_mode & 0o777
        assert mode & 0o077 == 0, (path, oct(mode))
    assert is_there or folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("_umask")
def test_a_history_that_others_could_read_is_closed(tmp_path: Path) -> None:
    """One that an older version left open is mended when it is opened."""
    Store(tmp_path).close()
    file = tmp_path / "history.sqlite3"
    file.chmod(0o644)
    Store(tmp_path).close()
    assert file.stat().st_mode & 0o777 == 0o600
