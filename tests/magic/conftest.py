"""A real shell, and a house that its magics talk to."""

import atexit
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.magic.front_end import FrontEnd
from tests.magic.shells import Shell
from tests.support.rig import QUICK, SECRET, Rig


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shell]:
    """Return a fresh shell with the extension loaded, in an empty folder."""
    for name in ("MJ_BASE_URL", "MJ_API_SECRET", "MJ_MODE", "MJ_DEBUG", "MJ_FRONT_END"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MJ_STORE", str(tmp_path / "history"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.chdir(tmp_path)
    state._state.settings = None
    config = Config()
    config.HistoryManager.enabled = False
    real = InteractiveShell.instance(config=config)
    real.display_pub = CapturingDisplayPublisher()
    real.run_line_magic("load_ext", "mj_notebook")
    yield Shell(real)
    state.close()
    state._state.settings = None
    InteractiveShell.clear_instance()
    atexit.unregister(
        real.atexit_operations
    )  # else each shell of each test is tidied up at the end


@pytest.fixture
def proxy(shell: Shell, rig: Rig) -> Rig:
    """Return a house that is the configured proxy."""
    del shell  # it begins with nothing set
    mj.configure(base_url=rig.relay.base_url, secret=SECRET, pacing=QUICK, replay=False)
    return rig


@pytest.fixture
def headless(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell whose cells run as without a person."""
    monkeypatch.setenv("MJ_FRONT_END", FrontEnd.HEADLESS)
    return shell


@pytest.fixture
def jupyter(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell whose cells run as in a live notebook."""
    monkeypatch.setenv("MJ_FRONT_END", FrontEnd.JUPYTER)
    return shell
