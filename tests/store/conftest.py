"""Histories of their own: each test of the store runs on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.store.history import Store
from tests.support.postgres import PostgresServer


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """An empty history in a file."""
    with Store(tmp_path / "mj") as opened:
        yield opened


@pytest.fixture
def team_store(postgres: PostgresServer, tmp_path: Path) -> Iterator[Store]:
    """An empty history in PostgreSQL."""
    with Store(tmp_path / "mj", address=postgres.emptied()) as opened:
        yield opened


@pytest.fixture(params=["file_store", "team_store"], ids=["file", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty history, in each of the databases."""
    opened: Store = request.getfixturevalue(request.param)
    return opened


@pytest.fixture(scope="class", params=["file", "postgres"])
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """The same for a class, whose tests only read: to fill one takes longer than to ask it."""
    is_team = request.param == "postgres"
    address = request.getfixturevalue("postgres").emptied() if is_team else None
    with Store(tmp_path_factory.mktemp("kept") / "mj", address=address) as opened:
        yield opened
