"""What tests of several floors share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.session import Session

from .house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a server and what it takes to talk to it."""
    with House(tmp_path) as made:
        yield made


@pytest.fixture
def session(house: House) -> Session:
    """Return a session of the house."""
    return house.open()
