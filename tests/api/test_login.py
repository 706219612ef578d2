"""Logging in: the secret is tried before it is kept, and found again for its proxy alone."""

from pathlib import Path

import pytest

from mj_notebook.api.connection import probe, with_saved_secret
from mj_notebook.api.login import forget_secret, save_secret
from mj_notebook.errors import SettingsError, Unauthorized, UsageError
from mj_notebook.settings.credentials import Credentials
from mj_notebook.settings.readers import with_changes
from mj_notebook.settings.settings import Secret, Settings
from tests.settings.test_credentials import installed
from tests.support.rig import SECRET, Rig


@pytest.fixture
def places(tmp_path: Path) -> Credentials:
    """Return places without anything in them."""
    return Credentials(tmp_path / "config", installed())


@pytest.fixture
def wanted(rig: Rig) -> Settings:
    """Return settings that name the house's proxy and no secret."""
    return Settings(base_url=rig.relay.base_url)


def never(question: str) -> str:
    """Stand for a person that must not be asked."""
    raise AssertionError(question)


def test_a_good_secret_is_kept_and_found_again(wanted: Settings, places: Credentials) -> None:
    """Asked for once, it is there for the next session without a question."""
    questions: list[str] = []

    def answer(question: str) -> str:
        questions.append(question)
        return f" {SECRET} "

    with pytest.warns(UserWarning, match="Left out of the secret: blanks"):
        entered, said = save_secret(wanted, None, places, answer)
    assert entered.secret == Secret(SECRET)
    assert questions == [f"Secret for {str(wanted.base_url).removeprefix('http://')}: "]
    assert "is kept in" in said
    assert SECRET not in said
    found, where = with_saved_secret(wanted, lambda: places)
    assert (found.secret, where) == (Secret(SECRET), str(places.file))
    assert probe(found) is not None  # the proxy knows no such task
    assert not isinstance(probe(found), Unauthorized)


def test_a_wrong_secret_is_not_kept(wanted: Settings, places: Credentials) -> None:
    """The proxy's no is told, and nothing is written."""
    with pytest.raises(Unauthorized):
        save_secret(wanted, "wrong-secret", places, never)
    assert not places.file.exists()


def test_who_is_offline_asks_nobody(rig: Rig, wanted: Settings, places: Credentials) -> None:
    """The secret is kept as it is."""
    offline = with_changes(wanted, offline="away.zip")
    save_secret(offline, SECRET, places, never)
    assert not rig.relay.requests
    assert with_saved_secret(wanted, lambda: places)[0].secret == Secret(SECRET)


def test_an_empty_answer_changes_nothing(wanted: Settings, places: Credentials) -> None:
    """Enter alone means that one thought better of it."""
    with pytest.raises(UsageError, match="empty"):
        save_secret(wanted, None, places, lambda _: "  ")
    assert not places.file.exists()


def test_the_demo_needs_no_secret(places: Credentials) -> None:
    """The sentence says which setting comes first."""
    with pytest.raises(SettingsError, match="no proxy to log in to"):
        save_secret(Settings(), "x", places, never)
    assert with_saved_secret(Settings(), lambda: places) == (Settings(), "")


def test_what_was_given_comes_first(wanted: Settings, places: Credentials) -> None:
    """A secret of the environment or of `configure` is not looked for."""
    save_secret(wanted, SECRET, places, never)
    given = with_changes(wanted, secret="given")
    assert with_saved_secret(given, lambda: places) == (given, "")


def test_forgetting_says_what_stays(wanted: Settings, places: Credentials) -> None:
    """The environment is not ours to change."""
    save_secret(wanted, Secret(SECRET), places, never)
    assert "is forgotten: it was in" in forget_secret(wanted, places)
    assert "MJ_API_SECRET stays" in forget_secret(wanted, places)
    assert with_saved_secret(wanted, lambda: places)[0] == wanted
