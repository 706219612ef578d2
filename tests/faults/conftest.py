"""A scene for each fault, and the table of what came of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scene import Scene
from tests.faults.table import TABLE, Row


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Return a server, a line and a history for processes to work with."""
    with Scene(tmp_path) as made:
        yield made


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Iterator[Row]:
    """Return the line of this test in the table of faults."""
    scene = request.getfixturevalue("scene") if "scene" in request.fixturenames else None
    row = TABLE.row(request.node.name)
    yield row
    if scene is not None and row.lost is None:
        row.lost = scene.lost


@pytest.fixture(scope="session", autouse=True)
def table_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Leave the table in the folder of the test run, as `faults.txt`."""
    path = tmp_path_factory.getbasetemp() / "faults.txt"
    yield path
    path.write_text("\n".join(TABLE.lines()), encoding="utf-8")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table below the results."""
    for line in TABLE.lines():
        terminalreporter.write_line(line)
