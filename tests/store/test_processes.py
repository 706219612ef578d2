"""Several kernels on one history, and kernels that die."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mj_notebook.store.history import Store
from tests.store.listings import listing
from tests.store.making import SERVER, accepted, intend

_WRITE = """
import sys
from pathlib import Path
from tests.store.making import SERVER, accepted, task
from mj_notebook.store.history import Store
name, folder = sys.argv[1], Path(sys.argv[2])
sys.stdin.readline()
with Store(folder) as store:
    for number in range(50):
        accepted(store, f"{name}-{number}")
        store.save_tasks([(SERVER, task(f"{name}-{number}"))])
    store.save_picture(SERVER, f"{name}-0", b"\\x89PNG\\r\\n\\x1a\\n" + b"s" * 4000, url="", at=1.0)
"""

_DIE = """
import os, sys
from pathlib import Path
from tests.store.making import intend
from mj_notebook.store.history import Store
store = Store(Path(sys.argv[1]))
intend(store)
with store.database.transaction() as connection:
    connection.execute("DELETE FROM requests")
    os.kill(os.getpid(), 9)
"""

_FORK = """
import os, sys, threading, warnings
from pathlib import Path
from tests.store.making import intend
from mj_notebook.store.history import Store
warnings.simplefilter("ignore")  # of forks where there are threads: that is what is tried
store = Store(Path(sys.argv[1]))

def write():
    while True:
        intend(store)

for _ in range(2):
    threading.Thread(target=write, daemon=True).start()
for _ in range(40):
    child = os.fork()
    if child == 0:
        with Store(store.folder, busy_timeout=5.0) as own:
            intend(own, tag="mj-child")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
intend(store, tag="mj-parent")
"""


def _start(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _run_together(code: str, names: str, folder: Path) -> None:
    """Start a process for each name, let them begin at once, and wait for a good end."""
    kernels = [_start(code, name, str(folder)) for name in names]
    for kernel in kernels:
        assert kernel.stdin is not None
        kernel.stdin.write(b"go\n")
        kernel.stdin.flush()
    for kernel in kernels:
        _, said = kernel.communicate(timeout=60)
        assert kernel.returncode == 0, said.decode()


def test_kernels_that_open_and_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Four processes begin on an empty folder together; every row and one picture are there."""
    _run_together(_WRITE, "abcd", tmp_path)
    with Store(tmp_path) as store:
        assert len(store.latest(1000)) == 200
        assert store.open_tasks(SERVER) == []
    assert len([path for path in (tmp_path / "pictures").rglob("*") if path.is_file()]) == 1


def test_a_kernel_that_is_killed_leaves_what_it_wrote(tmp_path: Path) -> None:
    """The intent is there, the transaction it died in is not, and others go on."""
    kernel = _start(_DIE, str(tmp_path))
    kernel.communicate(timeout=60)
    assert kernel.returncode == -9
    with Store(tmp_path) as store:
        assert [found.state for found in store.unsettled(SERVER)] == ["intended"]
        accepted(store, "17")
        assert len(store.open_tasks(SERVER)) == 1


def test_two_stores_of_one_kernel_see_each_other(tmp_path: Path) -> None:
    """A second session on the same folder is as good as the first."""
    with Store(tmp_path) as one, Store(tmp_path) as two:
        intent = intend(one)
        two.mark_accepted(intent, "17", 1001.0)
        assert [found.task.id for found in one.open_tasks(SERVER)] == ["17"]


_SEARCH = """
import sys
from pathlib import Path
from tests.store.listings import listing
from tests.store.making import accepted
from mj_notebook.store.history import Store
name, folder = sys.argv[1], Path(sys.argv[2])
sys.stdin.readline()
with Store(folder) as store:
    for number in range(25):
        accepted(store, f"{name}-{number}", prompt=f"kite{name} {number}")
        assert len(listing(store).search(f"kite{name}")) == number + 1
"""


def test_kernels_that_search_and_write_at_once_find_their_own(tmp_path: Path) -> None:
    """Three processes index for each other; each finds all it wrote, at once."""
    _run_together(_SEARCH, "abc", tmp_path)
    with Store(tmp_path) as store:
        assert len(listing(store).search("kite")) == 75


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without forks")
def test_a_child_that_is_forked_in_the_middle_of_a_writing_writes_too(tmp_path: Path) -> None:
    """It waits for no lock that a thread of its parent held, and neither does its parent."""
    ran = subprocess.run(
        [sys.executable, "-c", _FORK, str(tmp_path)],
        check=False,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=100,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    with Store(tmp_path) as store:
        tags = store.database.read("SELECT tag, count(*) FROM requests GROUP BY tag")
    assert dict(tags)["mj-child"] == 40
