"""The commands about the account in a real shell: spending, secret, doctor."""

from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.api.spend import Spend
from mj_notebook.errors import SettingsError, Unauthorized, UsageError
from tests.magic.shells import Shell
from tests.support.relay import ConnectionFate, SeenRequest
from tests.support.rig import QUICK, SECRET, Rig


@pytest.fixture(autouse=True)
def _own_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep secrets in a folder of the test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_spend_gives_the_report(headless: Shell, proxy: Rig) -> None:
    """As the value of the cell, for what was drawn so far."""

    def go_on(asked: SeenRequest) -> ConnectionFate:
        proxy.clock.advance(3 if asked.is_list else 0)
        return ConnectionFate.PASS

    proxy.relay.rule = go_on
    headless.job("%%mj\na red kite")
    report = headless.run("%mj spend --since today").result
    assert isinstance(report, Spend)
    assert (report.total.submitted, report.total.credits) == (1, 1)
    assert isinstance(headless.error("%mj spend --by week"), UsageError)


def test_a_batch_prints_plain_lines(
    headless: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a run without a person: one line a change, and the table as the value."""

    def go_on(asked: SeenRequest) -> ConnectionFate:
        proxy.clock.advance(3 if asked.is_list else 0)
        return ConnectionFate.PASS

    proxy.relay.rule = go_on
    headless.run("import mj_notebook as mj\nb = mj.batch(['a red kite', 'a blue kite'])")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "batch: 2 prompts, 3 at a time"
    assert lines[-1] == "batch: 2 done, 2 credits"
    assert len(headless.name("b").done) == 2


def test_the_doctor_prints_what_is_in_order(
    headless: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line a finding, also of the front end; nothing is drawn."""
    headless.run("%mj doctor").raise_error()
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if line.startswith("BAD")]
    assert lines[-1] == "ok   This is a run without a person: twins only, and each cell waits"
    assert proxy.relay.submits == 0


def test_nobody_is_asked_where_nobody_is(headless: Shell, proxy: Rig) -> None:
    """Without a person a missing secret is an error at once."""
    mj.configure(secret=None)
    assert isinstance(headless.error("%%mj\na red kite"), Unauthorized)
    error = headless.error("%mj login")
    assert isinstance(error, SettingsError)
    assert "nobody is there" in str(error)
    assert proxy.tasks() == []


def test_a_kept_secret_is_used_and_forgotten(headless: Shell, rig: Rig) -> None:
    """Logged in once, later sessions need nothing set; forgotten, they are refused again."""
    mj.configure(base_url=rig.relay.base_url, pacing=QUICK)
    assert "is kept in" in mj.login(SECRET)
    mj.configure(secret=None)
    assert mj.current_session().settings.secret.reveal() == SECRET
    headless.run("%mj login --forget").raise_error()
    assert isinstance(headless.error("%%mj\na red kite"), Unauthorized)
