"""Pictures a person gives."""

from pathlib import Path

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.inputs import MAX_BYTES, picture_url

_PNG = b"\x89PNG\r\n\x1a\n" + b"rest"


def test_the_kind_is_told_by_the_content(tmp_path: Path) -> None:
    """A PNG under the name of a JPEG is sent as the PNG it is."""
    path = tmp_path / "cat.jpg"
    path.write_bytes(_PNG)
    assert picture_url(path).startswith("data:image/png;base64,")
    assert picture_url(_PNG) == picture_url(str(path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        (b"", "no picture"),
        (b"<html>", "no picture"),
        (_PNG + bytes(MAX_BYTES), "MB"),
    ],
    ids=["missing", "empty", "html", "too large"],
)
def test_what_is_no_picture_is_refused_by_name(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    """The sentence names the file, never its folder, and says what to do."""
    path = tmp_path / "cat.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        picture_url(path)
    assert said in str(caught.value)
    assert "cat.png" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.hint


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder can't be read as a picture."""
    with pytest.raises(UsageError, match="can't be read"):
        picture_url(tmp_path)
