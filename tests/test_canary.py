"""What looks for secrets finds them wherever a run may leave them."""

import base64
import io
import json
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import files_with

SECRET = "canary-4d1e9b"
INSIDE = f"before {SECRET} behind".encode()


def notebook(output: Any) -> bytes:
    """Write a notebook with one output."""
    return json.dumps({"cells": [{"outputs": [{"data": output}]}]}).encode()


def packed(name: str, content: bytes) -> bytes:
    """Write a zip file with one entry, so that it can't be read through."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content + b" " * 200)
    return held.getvalue()


PICTURE = base64.b64encode(INSIDE).decode()
# base64 of base64, as a widget's buffer of a picture would be: only what is decoded shows it.
DEEP = base64.b64encode(PICTURE.encode()).decode()
LEFT = {
    "plain.txt": INSIDE,
    "picture.ipynb": notebook({"image/png": PICTURE}),
    "deep.ipynb": notebook({"image/png": DEEP}),
    "wrapped.ipynb": notebook(
        {"image/png": "\n".join(DEEP[at : at + 7] for at in range(0, len(DEEP), 7))}
    ),
    "page.ipynb": notebook({"text/html": f'<img src="data:image/png;base64,{DEEP}">'}),
    "lines.ipynb": notebook({"text/plain": [SECRET[:5], SECRET[5:]]}),
    "study.zip": packed("note.txt", INSIDE),
    "named.zip": packed(SECRET, b""),
    "notebook.zip": packed("in.ipynb", notebook({"text/html": DEEP})),
    "nested.zip": packed("in.zip", packed("note.txt", INSIDE)),
}


@pytest.mark.parametrize("name", LEFT)
def test_it_is_found_in_every_kind_of_file(tmp_path: Path, name: str) -> None:
    """Plain, as base64 and deeper, in lines, in archives and in archives of these."""
    (tmp_path / name).write_bytes(LEFT[name])
    (tmp_path / "clean.ipynb").write_bytes(notebook({"text/plain": "a red kite"}))
    (tmp_path / "clean.zip").write_bytes(packed("note.txt", b"a red kite"))
    assert files_with(tmp_path, SECRET) == [name]


def test_it_is_found_in_a_database(tmp_path: Path) -> None:
    """Also in what a history keeps compressed."""
    with closing(sqlite3.connect(tmp_path / "mj.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE replies (body BLOB)")
        connection.execute("INSERT INTO replies VALUES (?)", (zlib.compress(INSIDE),))
    assert files_with(tmp_path, SECRET) == ["mj.sqlite"]
