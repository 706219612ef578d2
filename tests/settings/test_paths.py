"""Paths as people write them."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mj_notebook.api.bundle.commands import bundle, offline
from mj_notebook.api.doctor import doctor
from mj_notebook.api.importing import from_file, from_notebook
from mj_notebook.api.strip import strip
from mj_notebook.errors import MJError, UsageError
from mj_notebook.settings.paths import given_path, replaced, working_folder
from mj_notebook.store.export import read_file, write_csv
from mj_notebook.store.judgement_files import read_answers, write_answers

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


READERS = [strip, offline, from_file, from_notebook, read_file, read_answers]


def _write(path: Path, content: bytes, *, goes_wrong: bool = False) -> None:
    with replaced(path) as beside:
        beside.write_bytes(content)
        if goes_wrong:
            raise OSError(errno.ENOSPC, "No space left")


WRITERS: dict[str, Callable[[Path], object]] = {
    "csv": lambda path: write_csv({}, path),
    "answers": lambda path: write_answers([], path),
    "file": lambda path: _write(path, b"new"),
}


@pytest.mark.parametrize("function", READERS, ids=lambda function: function.__name__)
def test_what_may_never_end_is_not_read(
    function: Callable[[Path], object], tmp_path: Path, new_kernel: None
) -> None:
    """A pipe that nobody writes to, a device: one sentence at once."""
    del new_kernel
    pipe = tmp_path / "pipe.ipynb"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(UsageError, match="it is a device or a pipe"):
            function(path)


@pytest.mark.parametrize("name", WRITERS)
def test_a_link_stays_one_and_a_device_is_no_file(name: str, tmp_path: Path) -> None:
    """What a link leads to is replaced; a device, a pipe, a folder, links in a ring are refused."""
    write = WRITERS[name]
    target, link, pipe, ring = (tmp_path / one for one in ("t.csv", "l.csv", "p.csv", "r.csv"))
    target.write_text("old")
    link.symlink_to(target)
    ring.symlink_to(ring)
    os.mkfifo(pipe)
    write(link)
    assert link.is_symlink()
    assert target.read_text() != "old"
    for wrong in (pipe, ring, tmp_path, Path("/")):
        with pytest.raises(MJError, match="can't be written"):
            write(wrong)
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == sorted((target, link, pipe, ring))


@pytest.mark.parametrize("name", WRITERS)
def test_what_was_made_read_only_is_left_alone(name: str, tmp_path: Path) -> None:
    """A rename would put another file in its place all the same, as its folder is one's own."""
    target = tmp_path / "t.csv"
    target.write_text("old")
    target.chmod(0o444)
    with pytest.raises(MJError, match="can't be written: it is read-only"):
        WRITERS[name](target)
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    """Rights stay as they were, nothing is left beside it, and a failure leaves the old one."""
    path = tmp_path / "a.ipynb"
    path.write_text("old")
    path.chmod(0o640)
    _write(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640
    with pytest.raises(UsageError, match="can't be written: no space"):
        _write(path, b"half", goes_wrong=True)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(UsageError, match="can't be written: no such file"):
        _write(tmp_path / "no folder" / "a.ipynb", b"new")


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


@pytest.mark.parametrize(
    ("wrong", "ending"),
    [
        (lambda: doctor(5), ".md"),  # type: ignore[arg-type]
        (lambda: bundle(5), ".zip"),  # type: ignore[arg-type]
        (lambda: offline(5), ".zip"),  # type: ignore[arg-type]
        (lambda: strip(5), ".ipynb"),  # type: ignore[arg-type]
        (lambda: from_notebook(5), ".ipynb"),  # type: ignore[arg-type]
        (lambda: from_file(5), ".png"),  # type: ignore[arg-type]
        (lambda: read_file(5), ".csv"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_path_is_told_with_one_of_its_kind(
    wrong: Callable[[], object], ending: str
) -> None:
    """A picture's name would mislead who is to give a report, a notebook or a bundle."""
    with pytest.raises(UsageError, match="5 is no path") as caught:
        wrong()
    assert f'{ending}"' in caught.value.hint
