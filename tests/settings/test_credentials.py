"""Where secrets are found and kept on a computer, one place after the other."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mj_notebook.errors import SettingsError
from mj_notebook.settings.credentials import Credentials
from mj_notebook.settings.settings import Secret

ORIGIN, OTHER = "https://proxy.example.com", "https://other.example.com"
CANARY = "sk-canary-4711"


class Keyring:
    """A keyring, by the three functions of the package of that name."""

    def __init__(self, *, is_locked: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = is_locked

    def get_password(self, service: str, name: str) -> str | None:
        """Return what is kept."""
        if self.is_locked:
            raise RuntimeError("locked")
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        """Keep *text*."""
        if self.is_locked:
            raise RuntimeError("locked")
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        """Forget it."""
        del self.kept[service, name]


def colab(text: str) -> Any:
    """Return Colab's module as it looks from here."""
    return SimpleNamespace(userdata=SimpleNamespace(get={"MJ_API_SECRET": text}.__getitem__))


def kaggle(text: str) -> Any:
    """Return Kaggle's module as it looks from here."""
    client = SimpleNamespace(get_secret={"MJ_API_SECRET": text}.__getitem__)
    return SimpleNamespace(UserSecretsClient=lambda: client)


def installed(**modules: Any) -> Callable[[str], Any]:
    """Return what imports *modules* and no others, with "." for "__" in their names."""
    named = {name.replace("__", "."): module for name, module in modules.items()}

    def load(name: str) -> Any:
        if name not in named:
            raise ModuleNotFoundError(name)
        return named[name]

    return load


def test_places_are_asked_in_their_order(tmp_path: Path) -> None:
    """Colab, Kaggle, the keyring, the file; each only when those before have none."""
    ring = Keyring()
    bare = Credentials(tmp_path, installed())
    assert bare.find(ORIGIN) is None
    bare.save(ORIGIN, Secret("of-the-file"))
    found = [bare.find(ORIGIN)]
    ring.set_password("mj_notebook", ORIGIN, "of-the-ring")
    found.append(Credentials(tmp_path, installed(keyring=ring)).find(ORIGIN))
    with_kaggle = installed(keyring=ring, kaggle_secrets=kaggle("of-kaggle"))
    found.append(Credentials(tmp_path, with_kaggle).find(ORIGIN))
    with_both = installed(kaggle_secrets=kaggle("of-kaggle"), google__colab=colab(" of-colab\n"))
    with pytest.warns(UserWarning, match="Left out of the secret: blanks"):
        found.append(Credentials(tmp_path, with_both).find(ORIGIN))
    told = [(one.secret.reveal(), one.where) for one in found if one]
    assert told == [
        ("of-the-file", str(tmp_path / "secrets.json")),
        ("of-the-ring", "the keyring"),
        ("of-kaggle", "the secrets of Kaggle"),
        ("of-colab", "the secrets of Colab"),
    ]


def test_a_place_that_fails_is_passed_over(tmp_path: Path) -> None:
    """A locked keyring or a platform without that secret ends nothing."""
    broken = installed(
        keyring=Keyring(is_locked=True), google__colab=SimpleNamespace(), kaggle_secrets=None
    )
    places = Credentials(tmp_path, broken)
    assert places.find(ORIGIN) is None
    assert "which only you can read" in places.save(ORIGIN, Secret(CANARY))
    assert places.find(ORIGIN) == (Secret(CANARY), str(tmp_path / "secrets.json"))


def test_a_secret_belongs_to_one_proxy(tmp_path: Path) -> None:
    """Another proxy never gets it; each has its own."""
    places = Credentials(tmp_path, installed())
    places.save(ORIGIN, Secret(CANARY))
    assert places.find(OTHER) is None
    places.save(OTHER, Secret("another"))
    assert [found.secret.reveal() for found in map(places.find, (ORIGIN, OTHER)) if found] == [
        CANARY,
        "another",
    ]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Mode 0600 from its first moment, in a folder that it makes."""
    places = Credentials(tmp_path / "config", installed())
    before = os.umask(0)
    try:
        places.save(ORIGIN, Secret(CANARY))
    finally:
        os.umask(before)
    assert stat.S_IMODE(places.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.file.parent.stat().st_mode) == 0o700
    assert [path.name for path in places.file.parent.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """One sentence with what to run; nothing of it is used, and nothing is written over it."""
    places = Credentials(tmp_path, installed())
    places.save(ORIGIN, Secret(CANARY))
    places.file.chmod(mode)
    for call in (lambda: places.find(ORIGIN), lambda: places.save(OTHER, Secret("x"))):
        with pytest.raises(SettingsError, match="Others can read") as caught:
            call()
        assert caught.value.hint == f"Run: chmod 600 {places.file}"
        assert CANARY not in str(caught.value)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """Without what stands in it."""
    places = Credentials(tmp_path, installed())
    places.save(ORIGIN, Secret(CANARY))
    places.file.write_text(f'{{"{CANARY}')
    with pytest.raises(SettingsError, match="can't be read") as caught:
        places.find(ORIGIN)
    assert CANARY not in f"{caught.value}{caught.value.__cause__}"


def test_the_keyring_takes_over_from_the_file(tmp_path: Path) -> None:
    """Kept there, the secret stands in no file any more."""
    Credentials(tmp_path, installed()).save(ORIGIN, Secret(CANARY))
    ring = Keyring()
    places = Credentials(tmp_path, installed(keyring=ring))
    assert places.save(ORIGIN, Secret("newer")) == "in the keyring"
    assert CANARY not in places.file.read_text()
    assert ring.kept == {("mj_notebook", ORIGIN): "newer"}


def test_forgetting_empties_every_place(tmp_path: Path) -> None:
    """It says which places had it; a second time there is none."""
    ring = Keyring()
    ring.set_password("mj_notebook", ORIGIN, CANARY)
    Credentials(tmp_path, installed()).save(ORIGIN, Secret(CANARY))
    places = Credentials(tmp_path, installed(keyring=ring))
    assert places.forget(ORIGIN) == ["the keyring", str(places.file)]
    assert places.find(ORIGIN) is None
    assert places.forget(ORIGIN) == []


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    """With what to do instead."""
    (tmp_path / "config").write_text("a file")
    with pytest.raises(SettingsError, match="can't be") as caught:
        Credentials(tmp_path / "config", installed()).save(ORIGIN, Secret(CANARY))
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("module", ["google__colab", "kaggle_secrets"])
def test_a_platforms_secret_goes_to_the_first_host_alone(tmp_path: Path, module: str) -> None:
    """It knows no origins, so that what is asked first is taken for what it is for."""
    made = colab(CANARY) if module == "google__colab" else kaggle(CANARY)
    hosts: dict[str, str] = {}
    first = Credentials(tmp_path, installed(**{module: made}), hosts)
    assert first.find(ORIGIN) is not None
    again = Credentials(tmp_path, installed(**{module: made}), hosts)
    assert again.find(OTHER) is None
    assert again.find(ORIGIN.replace("https", "http")) is not None
