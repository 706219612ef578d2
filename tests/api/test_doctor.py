"""The doctor: what is in order, what is not, and what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.__main__ import main
from mj_notebook.api import state
from mj_notebook.api.doctor import format_results, run_checks
from mj_notebook.server.http.dialects import DIALECTS
from mj_notebook.settings.settings import Secret, Settings, with_changes
from tests.support.rig import SECRET, Rig


@pytest.fixture(autouse=True)
def _own_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Look for secrets in a folder of the test's own, and begin with nothing set."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    state._state.settings = None
    yield
    state._state.settings = None


def bad(settings: Settings) -> list[str]:
    """Return what is wrong, with what to do."""
    found = run_checks(settings, front_end="a test")
    return [f"{finding.what}. {finding.hint}" for finding in found if not finding.is_good]


def test_a_demo_is_in_order(tmp_path: Path) -> None:
    """Nothing is wrong, and it says how to use a proxy of one's own."""
    lines = list(format_results(run_checks(Settings(store=tmp_path / "mj"), front_end="a test")))
    assert not [line for line in lines if line.startswith("BAD")]
    assert any("MJ_BASE_URL" in line for line in lines)
    assert lines[-1] == "ok   This is a test"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_kind_of_proxy_is_understood(tmp_path: Path, dialect: str) -> None:
    """What they say to the harmless question shows that they let us in, or don't."""
    with Rig(tmp_path, dialect=dialect) as rig:
        assert bad(rig.settings) == []
        (wrong,) = bad(with_changes(rig.settings, secret="wrong-secret"))
        (none,) = bad(with_changes(rig.settings, secret=None))
        assert rig.relay.submits == 0
    assert any(
        said in wrong
        for said in ("does not take the secret", "none that it takes", "no such token")
    )
    assert "none is set" in none
    assert "wrong-secret" not in wrong


def test_a_proxy_that_is_away_is_told(tmp_path: Path) -> None:
    """With what to do, and without a traceback."""
    (found,) = bad(Settings(base_url="http://127.0.0.1:9", store=tmp_path / "mj"))
    assert "127.0.0.1:9" in found


def test_a_store_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "mj").write_text("a file")
    (found,) = bad(Settings(store=tmp_path / "mj"))
    assert "can't be kept" in found
    assert "MJ_STORE" in found


def test_a_secret_in_the_clear_is_told(tmp_path: Path) -> None:
    """Unless it stays on this machine."""
    settings = Settings(
        base_url="http://proxy.invalid", secret=Secret(SECRET), store=tmp_path / "mj"
    )
    found = bad(settings)
    assert any("unencrypted" in line for line in found)
    assert not any(SECRET in line for line in found)


def test_the_command_fails_when_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that a script sees it; the lines say what."""
    monkeypatch.setenv("MJ_STORE", str(tmp_path / "mj"))
    monkeypatch.setenv("MJ_BASE_URL", "http://127.0.0.1:9")
    assert main(["doctor"]) == 1
    assert "BAD" in capsys.readouterr().out
