"""The notebook that tries clients against faults, executed without a person."""

import re
from pathlib import Path

import pytest

from tests.notebooks.runner import execute

pytestmark = pytest.mark.notebooks

CLIENTS = Path(__file__).parents[2] / "notebooks" / "07_test_your_client.ipynb"


def test_the_mended_client_pays_once(tmp_path: Path) -> None:
    """A lost answer costs the naive client a second task, and neither the careful one nor ours."""
    ran = execute(CLIENTS, tmp_path, environment={"MJ_DEMO_SIZE": "256"})
    assert ran.errors == []
    naive, careful = (
        dict(re.findall(r"^\| `([^`]+)` \|.*\| (\d+) \|$", table, re.MULTILINE))
        for table in ran.shown("text/markdown")
    )
    assert naive["lose"] == "2"
    assert set(careful.values()) == {"1"}
    assert "SUCCESS and paid 1 time" in ran.printed
