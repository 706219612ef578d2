"""Addresses of places that histories are kept in."""

import pytest

from mj_notebook.errors import SettingsError
from mj_notebook.settings.readers import settings_from, with_changes
from mj_notebook.settings.settings import Settings


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
