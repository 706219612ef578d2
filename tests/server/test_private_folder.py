"""What the demo server keeps is the person's own, whatever the umask is."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mj_notebook.protocol.media import data_url
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.config import Config
from mj_notebook.server.tasks.journal import KEPT_FOR, FileJournal
from tests.server.clock import Clock
from tests.server.conftest import SMALL
from tests.server.wire import Line, Wire


@pytest.fixture(params=[0o000, 0o022], ids=oct)
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set the umask of the person."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("is_there", [False, True], ids=["new folder", "folder of the person"])
def test_nobody_else_reads_what_the_demo_keeps(
    line: Callable[[Config], Line], clock: Clock, tmp_path: Path, *, is_there: bool
) -> None:
    """Journal, lock, pictures and references are 0600, folders that we make 0700."""
    folder = tmp_path / "demo"
    if is_there:
        folder.mkdir(mode=0o755)
    with Wire(line(Config(folder=folder, clock=clock, picture_side=SMALL)), clock) as wire:
        grid = wire.imagine("a red kite --seed 7")["result"]
        clock.advance(60)
        wire.picture(wire.task(grid))
        UploadStore(folder).add_all((data_url(b"picture", "image/png"),))
    with closing(FileJournal(folder, int(clock() * 1000) + 2 * KEPT_FOR)):
        pass  # written anew, without what is old
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert len(kept) >= 4
    open_to_others = [path for path in folder.rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []
    assert is_there or folder.stat().st_mode & 0o777 == 0o700
