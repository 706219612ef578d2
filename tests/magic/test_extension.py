"""Loading and unloading, in any order and number."""

from typing import Any

import pytest
from ipywidgets.widgets.widget import _instances

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import SettingsError
from mj_notebook.magic import extension
from mj_notebook.widgets.live_widgets import LIVE
from tests.magic.shells import WIDGET, Shell
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig


def load(shell: Shell) -> Any:
    """Load the extension as a cell does."""
    return shell.run("%load_ext mj_notebook")


def kinds(shell: Shell) -> set[str]:
    """Return the kinds of magic that are called mj."""
    return {kind for kind, magics in shell.real.magics_manager.magics.items() if "mj" in magics}


def test_loading_gives_both_magics_and_one_line(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person reads one line: the version, where pictures come from, how to go on."""
    shell.real.run_line_magic("reload_ext", "mj_notebook")
    assert kinds(shell) == {"line", "cell"}
    (line,) = capsys.readouterr().out.splitlines()
    assert all(word in line for word in ("mj_notebook", "demo server", "%%mj", "%mj help"))


def test_loading_twice_is_nothing(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """A second load keeps the magics, the matchers and open jobs as they are."""
    before = len(shell.real.Completer.custom_matchers)
    capsys.readouterr()
    assert load(shell).success
    shell.real.extension_manager.loaded.discard("mj_notebook")
    assert load(shell).success
    assert "mj_notebook 0" not in capsys.readouterr().out
    assert len(shell.real.Completer.custom_matchers) == before


def test_loading_names_the_proxy(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an address set the line names its host, and nothing else of it."""
    monkeypatch.setenv("MJ_BASE_URL", "https://proxy.example.com/base/mj")
    monkeypatch.setenv("MJ_API_SECRET", "canary")
    shell.real.run_line_magic("reload_ext", "mj_notebook")
    said = capsys.readouterr().out
    assert "proxy.example.com" in said
    assert not any(word in said for word in ("canary", "base", "demo"))


def test_loading_names_what_is_in_force(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """What was configured before, whatever the environment says, in the language that is set."""
    shell.run("%unload_ext mj_notebook")
    mj.configure(base_url="https://proxy.example.com", secret="canary")
    capsys.readouterr()
    assert load(shell).success
    said = capsys.readouterr().out
    assert "proxy.example.com" in said
    assert not any(word in said for word in ("demo", "nothing to pay", "canary"))
    shell.run("%unload_ext mj_notebook")
    mj.configure(base_url=None, lang="zh")
    capsys.readouterr()
    assert load(shell).success
    said = capsys.readouterr().out
    assert "nothing to pay" not in said
    assert "演示服务器" in said
    mj.configure(lang="en")


@pytest.mark.parametrize(
    ("name", "value"), [("MJ_MODE", "warp"), ("MJ_BASE_URL", "ftp://x")], ids=["mode", "address"]
)
def test_a_wrong_environment_is_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """What is set wrongly is said at loading, with what would be right."""
    shell.run("%unload_ext mj_notebook")
    monkeypatch.setenv(name, value)
    error = load(shell).error_in_exec
    assert isinstance(error, SettingsError)
    assert error.hint


def test_unloading_takes_everything_back(shell: Shell) -> None:
    """Magics, matchers and the display of jobs are gone; the shell is as it was."""
    assert shell.run("%unload_ext mj_notebook").success
    assert kinds(shell) == set()
    assert not shell.real.Completer.custom_matchers
    formatter = shell.real.display_formatter.ipython_display_formatter
    assert not [kind for kind in formatter.type_printers if kind.__name__ == "Job"]
    assert not [kind for kind in formatter.deferred_printers if kind[1] == "Job"]


def test_unloading_stops_the_worker(shell: Shell, proxy: Rig) -> None:
    """No thread of ours goes on; the task does."""
    job = shell.job("%%mj --no-wait\na red kite")
    thread = job.worker._thread
    assert thread is not None
    shell.run("%unload_ext mj_notebook")
    assert not thread.is_alive()
    assert state._state.session is None
    assert len(proxy.tasks()) == 1


@pytest.mark.usefixtures("jupyter")
def test_unloading_closes_the_panels(shell: Shell, proxy: Rig) -> None:
    """A button that would do nothing is taken away; the output that stays in the file is not."""
    job = proxy.finish(shell.job("%%mj --no-wait\na red kite"))
    assert len(LIVE) == 1
    shown = len(shell.displayed)
    assert shell.run("%unload_ext mj_notebook").success
    assert len(LIVE) == 0
    classes = [getattr(one, "_dom_classes", ()) for one in _instances.values()]
    assert not [names for names in classes if "mj-panel" in names]
    assert len(shell.displayed) == shown
    assert job.image.size == (64, 64)


@pytest.mark.usefixtures("jupyter")
def test_after_a_reload_everything_works_again(shell: Shell, proxy: Rig) -> None:
    """`%reload_ext` gives a new worker; history knows the job of the old one."""
    job = shell.job("%%mj --quiet\na red kite")
    assert shell.run("%reload_ext mj_notebook").success
    again = shell.job(f"%mj panel {job.id}")
    assert proxy.finish(again).id == job.id
    again.wait(TIMEOUT)


def test_a_job_is_shown_without_the_extension(
    shell: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """What shows it comes with the first use of the package; the magics say what they need."""
    shell.run("%unload_ext mj_notebook")
    extension._SEEN.discard(shell.real)
    shell.run("import mj_notebook as mj")
    shell.name("mj").configure(
        base_url=proxy.relay.base_url, secret=SECRET, pacing=QUICK, replay=False
    )
    proxy.finish(shell.run("kite = mj.imagine('a red kite')") and shell.name("kite"))
    capsys.readouterr()
    shell.run("kite")
    assert "mj: done in 10 s" in capsys.readouterr().out
    error = shell.error("%%mj\na red kite")
    assert error.args[0] == "The magics are not loaded."
    assert "%load_ext mj_notebook" in str(error)
    load(shell)
    assert shell.run("%mj version").success


def test_in_a_page_without_the_extension_there_is_a_panel(jupyter: Shell, proxy: Rig) -> None:
    """The Python alone gives twin and panel as well."""
    jupyter.run("%unload_ext mj_notebook")
    extension._SEEN.discard(jupyter.real)
    jupyter.run("import mj_notebook as mj; mj.configure")
    mj.configure(base_url=proxy.relay.base_url, secret=SECRET, pacing=QUICK, replay=False)
    jupyter.run("mj.imagine('a red kite')")
    twin, panel = jupyter.displayed
    assert "mj-static" in twin["text/html"]
    assert WIDGET in panel
