"""A history in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.store.history import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty history."""
    with Store(tmp_path / "mj") as opened:
        yield opened
