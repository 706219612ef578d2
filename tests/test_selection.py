"""Which tests run where something is missing, and what is said of the others."""

import os
import subprocess
import sys
from pathlib import Path


def test_without_postgresql_the_other_tests_run(tmp_path: Path) -> None:
    """A machine with Python alone passes; what it lacks, and how to get it, is said."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider"),
            *(f"--basetemp={tmp_path / 'base'}", "-k", "tags", "tests/store/test_annotations.py"),
        ],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "MJ_TEST_POSTGRES": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert "with PostgreSQL). `pytest --everything` runs them; those with" in run.stdout
    assert "apt install postgresql" in run.stdout
