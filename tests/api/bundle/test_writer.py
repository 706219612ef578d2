"""What is packed, what is left out, and what is said of it."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from mj_notebook.api.bundle.collect import collect_contents
from mj_notebook.api.bundle.notebooks import Notebook, TaskReference
from mj_notebook.api.bundle.reader import Bundle
from mj_notebook.errors import UsageError
from mj_notebook.settings.settings import Secret
from mj_notebook.store.history import Store
from tests.api.bundle.study import (
    FAILED,
    GRID,
    HOME,
    OPEN,
    SECRET,
    SINGLE,
    ZOOM,
    packed,
    png,
    rewritten,
)
from tests.store.making import SERVER
from tests.support.canary import files_with


def contents(path: Path) -> dict[str, bytes]:
    """Return the files of a zip."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def notebook_of(folder: Path, source: str = "1 + 1", text: str = "2") -> Notebook:
    """Return a notebook with one cell."""
    output = {"output_type": "stream", "name": "stdout", "text": [text]}
    cell = {"cell_type": "code", "source": [source], "outputs": [output], "metadata": {}}
    path = folder / "study.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}))
    return Notebook(path)


def test_parents_come_along(store: Store, tmp_path: Path) -> None:
    """A zoom is nothing without the pick and the grid it came from."""
    made = packed(store, tmp_path / "study.zip", [ZOOM])
    with Bundle(made.path) as bundle:
        assert [task.id for _, task in bundle.rows()] == [GRID, SINGLE, ZOOM]
    assert made.manifest.counts == {"tasks": 3, "pictures": 3, "notebooks": 0}
    assert made.manifest.server == SERVER
    assert made.missing == ()


def test_what_was_made_of_a_shown_picture_comes_along(store: Store) -> None:
    """A later cell may have pressed its buttons without showing what came of it."""
    shown = TaskReference(GRID, SERVER, "cell 1", with_children=True)
    assert [row.task["id"] for row in collect_contents(store, [shown]).rows] == [GRID, SINGLE, ZOOM]
    chosen = shown._replace(with_children=False)
    assert [row.task["id"] for row in collect_contents(store, [chosen]).rows] == [GRID]


def test_the_same_content_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    """Neither the hour nor the order in which tasks are named leaves a trace."""
    book = notebook_of(tmp_path)
    one = packed(store, tmp_path / "one.zip", [ZOOM, FAILED], notebook=book)
    two = packed(store, tmp_path / "two.zip", [FAILED, GRID, ZOOM], notebook=book)
    assert one.path.read_bytes() == two.path.read_bytes()
    assert list(contents(one.path)) == sorted(contents(one.path))


def test_nothing_is_overwritten(store: Store, tmp_path: Path) -> None:
    """A file of that name stays as it is, unless it is to be replaced; nothing lies about."""
    target = tmp_path / "study.zip"
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="is there already"):
        packed(store, target)
    assert target.read_bytes() == b"mine"
    packed(store, target, force=True)
    assert zipfile.is_zipfile(target)
    assert list(tmp_path.glob("*.part")) == []


def test_a_folder_that_is_not_there_is_said(store: Store, tmp_path: Path) -> None:
    """One sentence, and what to do."""
    with pytest.raises(UsageError, match=r"study\.zip can't be written: no such file"):
        packed(store, tmp_path / "none" / "study.zip")


def test_nothing_private_is_in_it(bundle: Path) -> None:
    """No secret, home folder, account or private host, in the file or in any entry of it."""
    for name, content in {"": bundle.read_bytes(), **contents(bundle)}.items():
        assert not Secret(SECRET).occurs_in(content), name
        for private in (str(HOME), "10.0.0.9", "discordInstanceId"):
            assert private.encode() not in content, (name, private)
    assert b"a kite from ~/kite.png" in contents(bundle)["history.jsonl"]


def test_what_is_missing_is_named(store: Store, tmp_path: Path) -> None:
    """By task and cell, with the reason; the rest is packed."""
    picture = store.picture(SERVER, SINGLE)
    zoomed = store.picture(SERVER, ZOOM)
    assert picture is not None
    assert zoomed is not None
    picture.path.unlink()
    zoomed.path.write_bytes(png(200))
    made = packed(store, tmp_path / "study.zip", [ZOOM, OPEN, "9999"])
    assert [(gap.task, gap.where) for gap in made.missing] == [
        (SINGLE, "cell 3"),
        (ZOOM, "cell 3"),
        (OPEN, "cell 3"),
        ("9999", "cell 3"),
    ]
    said = repr(made)
    assert f"task {SINGLE} (cell 3, “a red kite”): its picture is not in history any more" in said
    assert f"task {ZOOM} (cell 3, “a red kite”): its picture is not what it was" in said
    assert f"task {OPEN} (cell 3, “a red kite”): it had not ended" in said
    assert "task 9999 (cell 3): this history does not know it" in said
    assert made.manifest.counts["tasks"] == 3


def test_a_notebook_is_packed_as_it_lies_there(store: Store, tmp_path: Path) -> None:
    """Byte for byte, when nothing private is in it."""
    book = notebook_of(tmp_path)
    made = packed(store, tmp_path / "study.zip", notebook=book)
    assert contents(made.path)["notebook/study.ipynb"] == (tmp_path / "study.ipynb").read_bytes()


def test_a_home_folder_in_a_notebook_becomes_a_tilde(store: Store, tmp_path: Path) -> None:
    """The copy is changed and that is told; a folder that only begins like it is another one."""
    book = notebook_of(tmp_path, f"open('{HOME}/kite.png')", f"{HOME}, {HOME}s")
    made = packed(store, tmp_path / "study.zip", notebook=book)
    cell = json.loads(contents(made.path)["notebook/study.ipynb"])["cells"][0]
    assert cell["source"] == ["open('~/kite.png')"]
    assert cell["outputs"][0]["text"] == [f"~, {HOME}s"]
    assert "The home folder is written as ~ in cell 1." in repr(made)


def test_what_looks_like_a_secret_is_told(store: Store, tmp_path: Path) -> None:
    """What is not known to be one does not stop the packing, but a person should look."""
    book = notebook_of(tmp_path, "headers = 'Bearer abcdefghijklmnopqrst'")
    said = repr(packed(store, tmp_path / "study.zip", notebook=book))
    assert "Look at cell 1, source: a bearer token." in said


def test_the_search_of_all_files_agrees(bundle: Path, tmp_path: Path) -> None:
    """Nothing in a folder with the bundle holds the secret; in an entry it would be found."""
    folder = tmp_path / "handed over"
    folder.mkdir()
    copy = Path(shutil.copy(bundle, folder))
    assert files_with(folder, SECRET) == []
    rewritten(copy, lambda contents: contents.update(note=f"key {SECRET}".encode()))
    assert files_with(folder, SECRET) == [copy.name]


@pytest.mark.parametrize("text", [SECRET, "Basic eDpjYW5hcnktNzdhYjAx", f"key={SECRET}&x=1"])
def test_a_secret_in_a_notebook_stops_it(store: Store, tmp_path: Path, text: str) -> None:
    """The cell is named, nothing is written, and nothing is taken out behind one's back."""
    book = notebook_of(tmp_path, text=text)
    with pytest.raises(
        UsageError, match=r"stands in cell 1, .* of study\.ipynb; nothing was written"
    ):
        packed(store, tmp_path / "study.zip", notebook=book)
    assert not (tmp_path / "study.zip").exists()


def test_a_secret_in_a_prompt_stops_it_too(store: Store, tmp_path: Path) -> None:
    """What is not the notebook's is looked through as well."""
    store.annotate(SERVER, GRID, notes=f"with {SECRET}")
    with pytest.raises(UsageError, match=r"stands in history\.jsonl"):
        packed(store, tmp_path / "study.zip")
    assert list(tmp_path.glob("study.zip*")) == []
