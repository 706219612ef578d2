"""A scene for each fault, and the table of what came of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scene import Scene
from tests.faults.table import TABLE, Row

# What a parameter of `ON_BOTH` puts into the name of a test; the table has a column for it.
_PLACE = re.compile(r"-(?:file|postgres)(?=])|\[(?:file|postgres)]")


@pytest.fixture
def scene(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    """Return a server, a line and a history for processes to work with; `ON_BOTH` says which."""
    postgres = None
    if getattr(request, "param", "file") == "postgres":
        postgres = request.getfixturevalue("postgres")
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "history"))
    with Scene(tmp_path, postgres=postgres) as made:
        yield made


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Iterator[Row]:
    """Return the line of this test in the table of faults."""
    scene = request.getfixturevalue("scene") if "scene" in request.fixturenames else None
    row = TABLE.row(_PLACE.sub("", request.node.name))
    if scene is not None and scene.postgres is not None:
        row.history = "PostgreSQL"
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
