"""``%mj strip``: a copy beside the notebook, fit for git."""

import json
from pathlib import Path

import pytest

from mj_notebook.errors import UsageError
from tests.magic.shells import Shell
from tests.support.rig import SECRET, Rig


def notebook(folder: Path, source: str = "%%mj\na red kite") -> Path:
    """Write a notebook of one cell."""
    path = folder / "kites.ipynb"
    cell = {"cell_type": "code", "execution_count": 3, "outputs": [], "source": source}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}}))
    return path


def test_a_copy_is_written_beside_it(
    shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notebook itself, which is open, stays; the line says how to strip it for good."""
    path = notebook(tmp_path)
    before = path.read_bytes()
    shell.run("%mj strip kites.ipynb").raise_error()
    said = capsys.readouterr().out
    assert "kites.stripped.ipynb" in said
    assert "python -m mj_notebook strip kites.ipynb" in said
    copy = json.loads((tmp_path / "kites.stripped.ipynb").read_text())
    assert copy["cells"][0]["execution_count"] is None
    assert path.read_bytes() == before


def test_the_servers_word_for_the_notebook_is_taken(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Jupyter tells which notebook this is, no path is needed."""
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook(tmp_path)))
    shell.run("%mj strip").raise_error()
    assert (tmp_path / "kites.stripped.ipynb").exists()


def test_an_unknown_notebook_is_asked_for(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path from anybody one sentence says what to write."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    error = shell.error("%mj strip")
    assert isinstance(error, UsageError)
    assert "%mj strip notebook.ipynb" in str(error)


@pytest.mark.parametrize("name", ["nowhere.ipynb", "nowhere/a.txt", "."])
def test_what_is_wrong_with_a_notebook_is_told(shell: Shell, name: str) -> None:
    """Where a path was written, of that and of nothing else."""
    assert f"{name} can't be read: " in str(shell.error(f"%mj strip {name}"))


def test_the_configured_secret_is_looked_for(shell: Shell, proxy: Rig, tmp_path: Path) -> None:
    """A secret that was set in a cell, and not in the environment, is found as well."""
    assert proxy.settings
    notebook(tmp_path, f"print('{SECRET}')")
    error = shell.error("%mj strip kites.ipynb")
    assert "cell 1, source: your secret" in str(error)
    assert not (tmp_path / "kites.stripped.ipynb").exists()
