"""The command ``python -m mj_notebook strip``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mj_notebook.__main__ import main

SECRET = "canary-77aa"


def notebook(path: Path, source: str = "%%mj\na red kite") -> Path:
    """Write a notebook of one cell."""
    cell = {"cell_type": "code", "execution_count": 3, "outputs": [], "source": source}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}}, indent=1) + "\n")
    return path


def test_notebooks_are_stripped_in_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for each, also when there was nothing to do."""
    paths = [str(notebook(tmp_path / name)) for name in ("a.ipynb", "b.ipynb")]
    assert main(["strip", *paths]) == 0
    assert capsys.readouterr().out == f"{paths[0]}: stripped\n{paths[1]}: stripped\n"
    assert main(["strip", paths[0]]) == 0
    assert capsys.readouterr().out == f"{paths[0]}: nothing to strip\n"
    assert '"execution_count": null' in Path(paths[0]).read_text()


def test_a_secret_stops_that_notebook_and_not_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, where it stands, never what it is; the others are stripped."""
    monkeypatch.setenv("MJ_API_SECRET", SECRET)
    bad = notebook(tmp_path / "a.ipynb", f"x = '{SECRET}'")
    good = notebook(tmp_path / "b.ipynb")
    assert main(["strip", str(bad), str(good)]) == 1
    said = capsys.readouterr()
    assert "cell 1, source: your secret" in said.err
    assert SECRET not in said.out + said.err
    assert f"{good}: stripped" in said.out
    assert '"execution_count": 3' in bad.read_text()


def test_an_output_is_for_one_notebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two notebooks into one file would lose one of them."""
    paths = [str(notebook(tmp_path / name)) for name in ("a.ipynb", "b.ipynb")]
    assert main(["strip", *paths, "--output", str(tmp_path / "c.ipynb")]) == 1
    assert "takes one notebook" in capsys.readouterr().err
    assert main(["strip", paths[0], "--output", str(tmp_path / "c.ipynb")]) == 0
    assert (tmp_path / "c.ipynb").exists()


def test_a_missing_notebook_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, and exit code 1."""
    assert main(["strip", "nowhere.ipynb"]) == 1
    assert "nowhere.ipynb can't be read: no such file" in capsys.readouterr().err


def test_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    """A hook of git runs often: neither the server's libraries nor widgets are loaded."""
    path = notebook(tmp_path / "a.ipynb")
    code = (
        "import sys; from mj_notebook.__main__ import main; main(sys.argv[1:]);"
        "print(*(name for name in ('starlette', 'uvicorn', 'httpx', 'ipywidgets', 'PIL')"
        " if name in sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "strip", str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout == f"{path}: stripped\n\n"
