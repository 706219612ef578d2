"""Addresses of places that histories are kept in."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from mj_notebook.errors import SettingsError
from mj_notebook.settings.places import database_address
from mj_notebook.settings.readers import settings_from, with_changes
from mj_notebook.settings.settings import Secret, Settings, data_folder


@pytest.mark.parametrize(
    "address", ["s3://lab", "s3://lab/pictures", "gs://lab/x", "az://lab/x", "file:///shared/mj"]
)
def test_pictures_have_an_address(address: str) -> None:
    """As it is written, but for blanks round it and a stroke at its end."""
    assert settings_from({"MJ_PICTURES": f" {address}/ "}).pictures == address
    assert with_changes(Settings(), pictures=address).pictures == address


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/shared/pictures", "no address of pictures"),
        ("ftp://host/x", "no pictures can be kept in ftp://"),
        ("s3://key:canary-secret@lab/x", "holds more than a place"),
        ("s3://lab/x?secret=canary-secret", "holds more than a place"),
        ("s3:///x", "names no place"),
        ("file://host/x", "names no place"),
        ("file:///", "names no place"),
        ("s3://[/x", "no address of pictures"),
    ],
)
def test_what_is_no_place_for_pictures_is_one_sentence(address: str, said: str) -> None:
    """It names the setting, says what to write, and repeats no key."""
    with pytest.raises(SettingsError, match=said) as raised:
        settings_from({"MJ_PICTURES": address})
    assert "MJ_PICTURES" in str(raised.value)
    assert raised.value.hint
    assert "canary-secret" not in str(raised.value)


def test_a_history_may_have_the_address_of_a_database() -> None:
    """Its password comes from there or from a variable of its own, and is one of the secrets."""
    inside = settings_from({"MJ_STORE": "postgresql://ada:canary-secret@db.lab/mj"})
    beside = settings_from(
        {"MJ_STORE": "postgresql://ada@db.lab/mj", "MJ_STORE_PASSWORD": " canary-secret"}
    )
    for settings, password in ((inside, "canary-secret"), (beside, " canary-secret")):
        assert settings.database is not None
        assert settings.database.password == Secret(password)
        assert Secret(password) in settings.secrets
        assert "canary" not in repr(settings)
    assert settings_from({"MJ_STORE": "/tmp/x"}).database is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://host/x", "no history can be kept in mysql://"),
        ("postgresql://ada:canary-secret@host", "names no database"),
        ("postgresql://host/x?password=canary-secret", "holds a password behind"),
        ("postgresql://[/x", "no address of a history"),
        ("postgresql://ada:canary#secret@host/x", "no address of a history"),
        ("postgresql://host/x#canary", "must be written with %"),
        ("postgresql://ada:canary%zz@host/x", "must be written with %"),
        ("postgresql://ada@lab@host/x", "must be written with %"),
        ("postgresql://host/my lab", "must be written with %"),
        ("postgresql://ada:canary%E4@host/x", "are not written as UTF-8, such as %C3%A4 for ä"),
        ("postgresql://host:0/x", "names the port 0"),
        ("postgresql://host:many/x", "no address of a history"),
        ("postgresql://host/x?sslmod=require", "an option that PostgreSQL does not know: sslmod"),
        ("postgresql://host/x?oauth_client_secret=canary-secret", "does not know: oauth_client"),
        ("postgresql://host/x?sslmode=yes", "an sslmode that PostgreSQL does not know: yes"),
        ("postgresql://host/x?port=many", "a port that is no number"),
    ],
)
def test_what_is_no_place_for_a_history_is_one_sentence(address: str, said: str) -> None:
    """Without the password, and with what to write."""
    with pytest.raises(SettingsError, match=said) as raised:
        settings_from({"MJ_STORE": address})
    assert "postgresql://" in raised.value.hint or "MJ_STORE_PASSWORD" in raised.value.hint
    assert "canary" not in str(raised.value)


@given(st.lists(st.sampled_from([*"ab:/@?#%&=[] 0,", "host", "%20", "port=", "sslmode=require"])))
@example([*"/a?&"])
@example([*"/a?", "sslmode=require", *"&&", "port=", "0"])
def test_what_is_taken_is_read_by_the_client_of_the_database(parts: list[str]) -> None:
    """An odd address is refused when it is set, not when it is used."""
    try:
        address = database_address(f"postgresql://{''.join(parts)}")
    except SettingsError:
        return
    conninfo_to_dict(address.url)


def test_what_is_kept_here_of_a_database_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """Whatever the notebook's folder holds."""
    (tmp_path / ".mj").mkdir()
    settings = settings_from({"MJ_STORE": "postgresql://ada@db.lab/mj"})
    folder = data_folder(settings, here=lambda: tmp_path)
    assert folder.parent.name == "teams"
    assert "ada" not in folder.name
