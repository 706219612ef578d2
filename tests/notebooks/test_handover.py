"""A notebook is run, packed and run again elsewhere: without server, key, history or network."""

import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from mj_notebook.server.config import Config, Timing
from mj_notebook.server.runner import Runner
from mj_notebook.settings.settings import Secret
from tests.browser.notebook import notebook_from
from tests.kernel.isolation import ROOT, isolated_environment
from tests.notebooks.runner import Executed, execute
from tests.support.canary import files_with

pytestmark = pytest.mark.notebooks

CANARY = "canary-9c41e7"
KITE = "a red kite over dunes --ar 3:2 --seed 7"
TELL = "import hashlib; tell = lambda job: print('sum', hashlib.sha256(job.content()).hexdigest())"
CELLS = [
    "%load_ext mj_notebook",
    f"import mj_notebook as mj\n{TELL}",
    f"%%mj --out kite\n{KITE}",
    "tell(kite)",
    "%mj press U2",
    "single = _mj; tell(single)",
    "%mj press vary_region",
    "region = _mj.answer('a blue hat', mask=[(0, 0, 0.5, 0.5)]).wait(); tell(region)",
    "zoom = single.press('custom_zoom').accepted().answer(zoom=1.5).wait(); tell(zoom)",
    "words = mj.describe(kite[1]).wait(); print('sum', len(words.breakdown.prompts)); words",
    "both = mj.blend(kite[1], kite[3]).wait(); tell(both); both",
]
# Python runs this before anything else: whoever connects to anything is written down and refused.
GUARD = """
import os, socket

def refuse(self, address, *_):
    with open(os.environ["GUARD_LOG"], "a") as log:
        log.write(f"{address}\\n")
    raise OSError("The network is closed.")

socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = lambda *address, **_: refuse(None, address)
"""


@dataclass(frozen=True)
class Study:
    """A notebook that was run online, and its bundle."""

    executed: Executed
    bundle: Path
    said: str
    home: Path
    alias: str


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Run the notebook once against a server that is gone afterwards, and pack it."""
    folder = tmp_path_factory.mktemp("author")
    source = folder / "source"
    source.mkdir()
    (source / "study.ipynb").write_text(json.dumps(notebook_from(CELLS, kernel="python3")))
    config = Config(secret=Secret(CANARY), timing=Timing(grid=0.2, single=0.1), picture_side=128)
    with Runner(config) as runner:
        told = {"MJ_BASE_URL": runner.base_url, "MJ_API_SECRET": CANARY}
        executed = execute(source / "study.ipynb", folder, environment=told)
        alias = f"127.0.0.1:{runner.port}"
    ran = subprocess.run(
        [sys.executable, "-m", "mj_notebook", "bundle", "study.ipynb", "study.zip"],
        env=isolated_environment(folder, told),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return Study(executed, folder / "study.zip", ran.stdout, folder / "home", alias)


def sums(executed: Executed) -> list[str]:
    """Return what the cells told of their pictures."""
    return re.findall(r"^sum (\S+)$", executed.printed, re.MULTILINE)


def reviewed(study: Study, folder: Path, **changes: str) -> tuple[Executed, str]:
    """Run the notebook of the bundle in an empty home with no network; return who was asked too."""
    own = folder / "own"
    (folder / "guard").mkdir()
    own.mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(GUARD)
    log = folder / "connections"
    log.touch()
    with zipfile.ZipFile(study.bundle) as file:
        written = file.read("notebook/study.ipynb").decode()
    for old, new in changes.items():
        assert old in written
        written = written.replace(old, new)
    (folder / "study.ipynb").write_text(written)
    told = {
        "MJ_OFFLINE": str(study.bundle),
        "GUARD_LOG": str(log),
        "PYTHONPATH": os.pathsep.join([str(folder / "guard"), str(ROOT)]),
    }
    executed = execute(folder / "study.ipynb", own, environment=told, allow_errors=True)
    return executed, log.read_text()


def test_the_same_pictures_come_without_server_and_network(study: Study, tmp_path: Path) -> None:
    """Grid, pick, region, zoom, description and blend: the same bytes, and nobody is asked."""
    executed, asked = reviewed(study, tmp_path)
    assert [error["evalue"] for error in executed.errors] == []
    assert len(sums(executed)) == 6
    assert sums(executed) == sums(study.executed)
    assert asked == ""
    assert "offline with study.zip" in executed.printed
    assert str(executed.notebook["cells"][2]["outputs"]).count("replayed · 0 credits") > 0


def test_what_was_changed_is_named_and_the_rest_is_fine(study: Study, tmp_path: Path) -> None:
    """The cell with a new answer says which key and prompt are missing; the guard does guard."""
    connect = "import socket; socket.create_connection(('127.0.0.1', 9))"
    changes = {"a blue hat": "a green hat", "tell(kite)": connect}
    executed, asked = reviewed(study, tmp_path, **changes)
    guarded, error = executed.errors
    assert (guarded["ename"], error["ename"]) == ("OSError", "NotInBundle")
    assert re.search(r"“🖌️ Vary \(Region\)” of “a green hat” \(k-[0-9a-f]{20}\)", error["evalue"])
    grid, single, _, *rest = sums(study.executed)
    assert grid not in sums(executed)
    assert sums(executed) == [single, *rest]
    (attempt,) = asked.splitlines()
    assert attempt.startswith("('127.0.0.1', 9")


def test_nothing_the_author_has_left_holds_the_secret(study: Study) -> None:
    """The folder of the run is searched: notebook, history, pictures, bundle and what is in it."""
    folder = study.bundle.parent
    assert {"study.ipynb", "study.zip"} <= {path.name for path in folder.iterdir()}
    assert files_with(folder, CANARY) == []


def test_no_secret_no_home_and_no_address_is_in_it(study: Study) -> None:
    """Every byte of the file and of every entry is searched, also for what base64 hides."""
    raw = study.bundle.read_bytes()
    with zipfile.ZipFile(study.bundle) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    for name, content in {"the file": raw, **contents}.items():
        assert not Secret(CANARY).occurs_in(content), name
        assert str(study.home).encode() not in content, name
        assert f"http://{study.alias}".encode() not in content, name
    manifest = json.loads(contents["manifest.json"])
    assert (manifest["server"], manifest["missing"]) == (study.alias, [])
    assert manifest["counts"] == {"tasks": 6, "pictures": 6, "notebooks": 1}
    assert study.said.startswith("study.zip: 6 tasks, 6 pictures, 1 notebook, ")
