"""The notebook of words and repairs, executed without a person."""

import json

import pytest

from tests.notebooks.runner import Executed, execute
from tests.notebooks.test_quickstart import CANARY, NOTEBOOKS, TASK

pytestmark = pytest.mark.notebooks

WORDS = NOTEBOOKS / "04_describe_shorten_repaint.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Run the notebook once for all tests of this module."""
    return execute(
        WORDS,
        tmp_path_factory.mktemp("words"),
        environment={"MJ_DEMO_SECONDS": "0.4", "MJ_API_SECRET": CANARY},
    )
