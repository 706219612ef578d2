"""A secret goes to the host that it was given for, and to no other."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.api import opening, state
from mj_notebook.api.connection import open_client, with_saved_secret
from mj_notebook.api.doctor import format_results, run_checks
from mj_notebook.api.opening import with_owners
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, Unauthorized
from mj_notebook.settings.credentials import default_credentials
from mj_notebook.settings.readers import settings_from, with_changes
from mj_notebook.settings.settings import Secret, Settings
from tests.support.rig import SECRET, Rig


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Look for secrets in a folder of the test's own, and begin with nothing set."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    state._state.settings = None
    yield
    state.close()
    state._state.settings = None


def sent(settings: Settings) -> str:
    """Return the secret that a client of these settings would send."""
    with open_client(settings) as client:
        return client._calls.endpoint.secret.reveal()


@pytest.mark.parametrize("by", ["environment", "configure", "one after the other"])
def test_another_host_is_not_sent_the_secret(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, by: str, tmp_path: Path
) -> None:
    """It is told when the address changes, by the doctor, and when the other one refuses."""
    own, other = "http://proxy.example.com", rig.relay.base_url
    if by == "environment":
        monkeypatch.setenv("MJ_BASE_URL", own)
        monkeypatch.setenv("MJ_API_SECRET", SECRET)
    elif by == "configure":
        mj.configure(base_url=own, secret=SECRET)
    else:
        mj.configure(secret=SECRET)
        mj.configure(base_url=own)
    assert sent(mj.current_settings()) == SECRET
    with pytest.warns(UserWarning, match=r"was given for proxy\.example\.com, so it is not sent"):
        settings = mj.configure(base_url=other, store=tmp_path / "mj")
    assert sent(settings) == ""
    assert any("was given for proxy.example.com" in line for line in format_results(run_checks()))
    with pytest.raises(Unauthorized, match=r"that is set was given for proxy\.example\.com"):
        mj.imagine("a kite").accepted()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sent(mj.configure(base_url=own)) == SECRET
        mj.configure(base_url=other, secret=SECRET)
    assert mj.imagine("a boat").accepted().id


@pytest.mark.parametrize(
    ("address", "is_same"),
    [
        ("http://proxy.example.com/mj-fast", True),
        ("https://proxy.example.com", True),
        ("https://proxy.example.com.evil.test", False),
        ("https://proxy.example.com:8443", False),
        ("https://example.com", False),
    ],
)
def test_a_host_is_its_name_and_its_port(address: str, *, is_same: bool) -> None:
    """Another path or scheme is the same host, another name or port is another."""
    given = with_owners(Settings(base_url="http://proxy.example.com", secret=Secret(SECRET)))
    assert sent(with_changes(given, base_url=address)) == (SECRET if is_same else "")


def test_the_last_place_before_it_leaves_looks_as_well() -> None:
    """A client that is handed the secret of another host does not send it."""
    with Client("http://127.0.0.1:9", secret=Secret(SECRET, "proxy.example.com")) as client:
        assert not client._calls.endpoint.secret


def test_a_login_for_the_new_host_is_taken(tmp_path: Path) -> None:
    """What is kept for the host that is asked comes before nothing."""
    mj.configure(base_url="http://other.example.com", store=tmp_path / "mj")
    default_credentials().save("http://other.example.com", Secret("sk-of-the-other"))
    mj.configure(base_url="http://proxy.example.com", secret=SECRET)
    with pytest.warns(UserWarning, match="is not sent to"):
        wanted = mj.configure(base_url="http://other.example.com")
    found, _ = with_saved_secret(wanted, default_credentials)
    assert sent(found) == "sk-of-the-other"


def test_forgetting_a_login_gives_the_environments_to_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What holds again is the environment's secret, of the environment's address."""
    monkeypatch.setenv("MJ_BASE_URL", "http://proxy.example.com")
    monkeypatch.setenv("MJ_API_SECRET", SECRET)
    mj.configure(base_url="http://other.example.com", secret="sk-of-the-other")
    with pytest.warns(UserWarning, match="is not sent to"):
        mj.login(forget=True)
    assert sent(mj.current_settings()) == ""


def test_the_key_of_an_engine_is_for_that_engine(tmp_path: Path) -> None:
    """Also where its address was the usual one of its kind."""
    mj.configure(backend="openai", backend_secret=SECRET, backend_model="tiny")
    assert opening.backend_choice(mj.current_settings()).secret == Secret(SECRET)
    with pytest.warns(UserWarning, match=r"backend_secret was given for api\.openai\.com"):
        other = mj.configure(backend_url="http://127.0.0.1:9", store=tmp_path / "mj")
    assert not opening.backend_choice(other).secret
    again = mj.configure(backend_secret=SECRET)
    assert opening.backend_choice(again).secret == Secret(SECRET)


@pytest.mark.parametrize(
    ("url", "is_same"),
    [
        ("postgresql://me@db.test/other", True),
        ("postgresql://me@elsewhere.test/mj", False),
        ("postgresql://me@db.test/mj?host=elsewhere.test", False),
    ],
)
def test_the_password_of_a_database_is_for_its_host(url: str, *, is_same: bool) -> None:
    """Options that name another host are another host."""
    given = {"MJ_STORE": "postgresql://me@db.test/mj", "MJ_STORE_PASSWORD": SECRET}
    database = with_changes(with_owners(settings_from(given)), store=url).database
    assert database is not None
    assert bool(database.password) == is_same


def test_an_address_that_makes_no_sense_binds_nothing() -> None:
    """It is told by whoever asks there; nothing was sent to it."""
    broken = with_owners(Settings(base_url="ftp://proxy.example.com", secret=Secret(SECRET)))
    assert broken.secret.host == ""
    with pytest.raises(MJError):
        sent(broken)
