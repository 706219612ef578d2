"""Paths as people write them."""

import os
import shutil
from pathlib import Path

import pytest

from mj_notebook.api.bundle.commands import bundle, offline
from mj_notebook.api.importing import from_file, from_notebook
from mj_notebook.api.strip import strip
from mj_notebook.errors import MJError, UsageError
from mj_notebook.settings.paths import given_path, working_folder
from mj_notebook.store.export import read_file, write_csv

WRONG = [
    ("", "no path"),
    ("  ", "no path"),
    (7, "no path"),
    (None, "no path"),
    (b"kite.png", "no path"),
    ("a\0b", "NUL"),
    ("a\ud800b", "half a sign"),
    ("~nouser_of_this_name/a.png", "home of nobody"),
    ("x" * 300, "255 bytes"),
    ("风" * 90 + "/a.png", "255 bytes"),
    ("a/" * 3000 + "b.png", "4095 bytes"),
    ("http://host/a.png", "an address"),
    ("file:/a.png", "an address"),
    ("DATA:image/png;base64,AA==", "an address"),
]


@pytest.mark.parametrize(("value", "said"), WRONG)
def test_what_no_file_can_be_called_is_one_sentence(value: object, said: str) -> None:
    """It says what is wrong with it, not whole where it is long, and what to give instead."""
    with pytest.raises(UsageError, match=said) as caught:
        given_path(value)
    assert caught.value.hint
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["kite.png", "a/b", "/a b/c", "a:b", "c:/x", "风筝.png", "a\\b"])
def test_what_can_be_a_path_is_one(text: str) -> None:
    """A relative one stays so; ~ is the person's home."""
    assert given_path(text) == Path(text)
    assert given_path(Path(text)) == Path(text)
    assert given_path("~/a") == Path.home() / "a"


@pytest.mark.parametrize(("value", "said"), WRONG)
@pytest.mark.parametrize(
    "function",
    [
        bundle,
        offline,
        strip,
        from_file,
        from_notebook,
        read_file,
        lambda path: write_csv({}, path),
    ],
    ids=["bundle", "offline", "strip", "from_file", "from_notebook", "read", "write_csv"],
)
def test_each_function_that_takes_a_path_reads_it_so(
    function: object, value: object, said: str, new_kernel: None
) -> None:
    """Nothing else comes of it than that sentence."""
    del new_kernel
    assert callable(function)
    with pytest.raises(MJError) as caught:
        function(value)
    assert said in str(caught.value)


def test_a_working_folder_that_was_removed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the way out; an absolute path needs none."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    shutil.rmtree(gone)
    for read in (working_folder, lambda: given_path("kite.png")):
        with pytest.raises(UsageError, match="was removed") as caught:
            read()
        assert "%cd" in caught.value.hint
    assert given_path(tmp_path / "kite.png") == tmp_path / "kite.png"
    os.chdir(tmp_path)


def test_a_path_is_read_as_it_was_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes, blanks, line ends, a shell's escapes and Windows' backslashes mean the same file."""
    monkeypatch.chdir(tmp_path)
    folder = Path("my pics")
    folder.mkdir()
    (folder / "a kite.png").touch()
    for text in (
        '"my pics/a kite.png"',
        " 'my pics/a kite.png'\n",
        "\u201cmy pics/a kite.png\u201d",
        "my\\ pics/a\\ kite.png",
        "my pics\\a kite.png",
        '"my pics\\a kite.png"\r\n',
    ):
        assert given_path(text) == folder / "a kite.png"
    # What is to be written goes into the folder that is there; else the text is a name.
    assert given_path("my pics\\new.png") == folder / "new.png"
    assert given_path("nowhere\\new.png") == Path("nowhere\\new.png")


def test_a_file_that_is_called_so_is_meant_before_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may begin with a blank, or with a quote."""
    monkeypatch.chdir(tmp_path)
    for name in (" a.png", "'a.png'"):
        Path(name).touch()
        assert given_path(name) == Path(name)
