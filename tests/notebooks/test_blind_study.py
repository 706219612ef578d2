"""The notebook of a blind study, executed without a person."""

from pathlib import Path

import pytest

from tests.notebooks.runner import execute

pytestmark = pytest.mark.notebooks

STUDY = Path(__file__).parents[2] / "notebooks" / "06_blind_study.ipynb"


def test_it_ends_with_who_is_ahead(tmp_path: Path) -> None:
    """All pairs are answered, the drawing is in the file, and no rater is suspected."""
    ran = execute(STUDY, tmp_path, environment={"MJ_DEMO_SECONDS": "0.5", "MJ_DEMO_SIZE": "256"})
    assert ran.errors == []
    assert any("<svg" in page and "strength" in page for page in ran.shown("text/html"))
    texts = "\n".join(ran.shown("text/plain"))
    assert "at noon" in texts
    assert "prefers the" not in texts
