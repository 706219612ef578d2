"""A study for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.store.history import Store
from tests.api.bundle.study import fill, packed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return the history of a study."""
    with Store(tmp_path / "history") as made:
        yield fill(made)


@pytest.fixture
def bundle(store: Store, tmp_path: Path) -> Path:
    """Return a bundle of it."""
    return packed(store, tmp_path / "study.zip").path
