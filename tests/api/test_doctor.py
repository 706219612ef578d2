"""The doctor: what is in order, what is not, and what to do."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.__main__ import main
from mj_notebook.api import state
from mj_notebook.api.doctor import format_results, run_checks
from mj_notebook.errors import Unsupported
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.server.http.dialects import DIALECTS
from mj_notebook.settings.readers import with_changes
from mj_notebook.settings.settings import Secret, Settings
from tests.support.relay import CannedResponse, ConnectionFate
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
        assert "does not offer" not in good(rig.settings)
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


def good(settings: Settings) -> str:
    """Return what is in order, in one text."""
    return "\n".join(format_results(run_checks(settings)))


@pytest.mark.parametrize(
    ("enabled", "said"),
    [((True, False), "1 of 2 may draw"), ((False,), "switched off"), ((), "lists no account")],
)
def test_it_looks_whether_an_account_may_draw(
    tmp_path: Path, enabled: tuple[bool, ...], said: str
) -> None:
    """A proxy that lets us in and has nobody to draw is not in order."""
    accounts = [{"id": str(n), "guildId": "1", "enable": on} for n, on in enumerate(enabled)]
    with Rig(tmp_path) as rig:
        listed = CannedResponse(200, json.dumps(accounts).encode())
        rig.relay.rule = lambda asked: (
            listed if asked.path.endswith("/account/list") else ConnectionFate.PASS
        )
        assert said in good(rig.settings)
        assert bool(bad(rig.settings)) is not any(enabled)


# What servers say to the harmless question, and what the doctor makes of it.
TROUBLES = {
    "expired": (401, {"error": {"message": "该令牌已过期 (request id: 7)"}}, "token has expired"),
    "used up": (401, {"error": {"message": "该令牌额度已用尽 TokenStatusExhausted"}}, "spend"),
    "disabled": (401, {"error": {"message": "该令牌状态不可用"}}, "switched off"),
    "by address": (403, {"error": {"message": "您的 IP 不在令牌允许访问的列表中"}}, "address"),
    "banned": (403, {"error": {"message": "用户已被封禁"}}, "your account there is disabled"),
    "no channel": (503, {"error": {"message": "无可用渠道"}}, "no server behind it"),
    "offline": (200, {"code": 3, "description": "无可用的账号实例"}, "may draw this is connected"),
    "lost": (400, {"code": 5, "description": "do_request_failed "}, "got no answer"),
    "quota": (400, {"code": 4, "description": "quota_not_enough "}, "nothing left to spend"),
    "page": (404, None, "does not know this address"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_trouble_of_a_server_is_told_by_its_cause(tmp_path: Path, trouble: str) -> None:
    """By the same table as everywhere, with what to do."""
    status, body, said = TROUBLES[trouble]
    answer = CannedResponse(status, json.dumps(body).encode() if body else b"<html>no")
    with Rig(tmp_path) as rig:
        rig.relay.rule = lambda _: answer
        (found,) = bad(rig.settings)
    assert said in found
    assert not found.endswith(". ")


def test_what_was_learned_of_the_server_is_told(tmp_path: Path) -> None:
    """So that nobody wonders where a button went."""
    with Rig(tmp_path, dialect="open") as rig:
        with pytest.raises(Unsupported):
            rig.open().client.image_seed("1")
        assert "does not offer seeds" in good(rig.settings)


def test_every_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not only the first of them; what else is set is looked at all the same."""
    monkeypatch.setenv("MJ_STORE", str(tmp_path / "mj"))
    monkeypatch.setenv("MJ_MODE", "warp")
    monkeypatch.setenv("MJ_DEMO_SECONDS", "abc")
    monkeypatch.setenv("MJ_CALLBACK_PORT", "x")
    monkeypatch.setenv("MJ_CALLBACK_URL", "zz")
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    wrong = [line for line in told.splitlines() if line.startswith("BAD")]
    assert len(wrong) == 4
    for name in ("MJ_MODE", "MJ_DEMO_SECONDS", "MJ_CALLBACK_PORT", "MJ_CALLBACK_URL"):
        assert any(name in line for line in wrong)
    assert "History is kept in" in told


def test_a_variable_that_sets_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else the demo server answers, and nobody knows why."""
    monkeypatch.setenv("MJ_BASEURL", "http://h.example")
    monkeypatch.setenv("MJ_API_KEY", SECRET)
    monkeypatch.setenv("MJ_BOT", "niji")
    monkeypatch.setenv("MJ_DEBUG", "")
    monkeypatch.setenv("MJOLNIR", "another program's")
    monkeypatch.delenv("MJ_BASE_URL", raising=False)
    monkeypatch.delenv("MJ_API_SECRET", raising=False)
    found = bad(Settings(store=tmp_path / "mj"))
    assert [line for line in found if "sets nothing" in line] == [
        "The variable MJ_API_KEY sets nothing. Did you mean MJ_API_SECRET?",
        "The variable MJ_BASEURL sets nothing. Did you mean MJ_BASE_URL?",
        "The variable MJ_BOT sets nothing. Set it in the notebook: mj.configure(bot=…).",
    ]
    assert SECRET not in str(found)


def test_a_secret_that_can_not_be_sent_hides_no_other_finding(tmp_path: Path) -> None:
    """Before anybody is asked."""
    settings = Settings(base_url="http://127.0.0.1:9", secret=Secret("a b"), store=tmp_path / "mj")
    assert any("The secret holds a space" in line for line in bad(settings))
    assert "History is kept in" in good(settings)


def test_a_port_for_callbacks_that_is_taken_is_told(tmp_path: Path) -> None:
    """It may be this notebook's own, so it is not said to be wrong."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(
            base_url="http://127.0.0.1:9",
            callback_url="http://127.0.0.1",
            callback_port=taken.getsockname()[1],
            store=tmp_path / "mj",
        )
        assert "where somebody listens already" in good(settings)
    assert "Callbacks are listened for at" in good(settings)


def test_a_bundle_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Offline, the demo server does not answer either."""
    monkeypatch.setenv("MJ_STORE", str(tmp_path / "mj"))
    monkeypatch.setenv("MJ_OFFLINE", str(tmp_path / "study.zip"))
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "BAD  The bundle study.zip can't be read" in told
    assert "demo server" not in told


def test_what_is_set_is_told_but_for_what_is_secret(tmp_path: Path) -> None:
    """Each setting that is not as usual."""
    settings = Settings(
        base_url="http://127.0.0.1:9",
        secret=Secret(SECRET),
        mode=Mode.TURBO,
        replay=False,
        image_base="https://me:password@mirror.example",
        store=tmp_path / "mj",
        notebook="/home/me/kites.ipynb",
    )
    told = good(settings)
    assert "Set otherwise than usual: mode=turbo, image_base, replay=False" in told.replace(
        "replay=False, image_base", "image_base, replay=False"
    )
    for secret in (SECRET, "password", "/home/me"):
        assert secret not in told


def test_the_network_proxy_on_the_way_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With its variable; one that makes no sense is wrong."""
    settings = Settings(base_url="http://proxy.invalid", store=tmp_path / "mj")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert "through the network proxy 127.0.0.1:9 (HTTP_PROXY)" in good(settings)
    assert any("HTTP_PROXY names, does not answer" in line for line in bad(settings))
    monkeypatch.setenv("HTTP_PROXY", "nonsense://x")
    assert any("HTTP_PROXY is no address" in line for line in bad(settings))


@pytest.mark.parametrize("wrong", ["http://", "http:// x", "ftp://h.example"])
def test_a_wrong_base_url_is_told(tmp_path: Path, wrong: str) -> None:
    """And the rest is looked at."""
    (found,) = bad(Settings(base_url=wrong, store=tmp_path / "mj"))
    assert "The base URL" in found


def test_the_command_fails_when_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that a script sees it; the lines say what."""
    monkeypatch.setenv("MJ_STORE", str(tmp_path / "mj"))
    monkeypatch.setenv("MJ_BASE_URL", "http://127.0.0.1:9")
    assert main(["doctor"]) == 1
    assert "BAD" in capsys.readouterr().out
