"""Notebooks for the tests of this folder."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.notebook import notebook_from

WriteNotebook = Callable[[list[str]], Path]


@pytest.fixture
def write_notebook(tmp_path: Path) -> WriteNotebook:
    """Write a notebook with these code cells into the test's folder."""

    def write(cells: list[str]) -> Path:
        path = tmp_path / "source" / "notebook.ipynb"
        path.parent.mkdir()
        path.write_text(json.dumps(notebook_from(cells, kernel="python3")))
        return path

    return write
