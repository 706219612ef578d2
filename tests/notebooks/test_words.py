"""The notebook of words and repairs, executed without a person."""

from typing import Any

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


def records(executed: Executed) -> list[dict[str, Any]]:
    """Return the tasks that the file keeps, in the order of the cells."""
    return [record["task"] for record in executed.shown(TASK)]


def test_a_region_is_repaired_and_widened(executed: Executed) -> None:
    """A dismissed window costs nothing, the second is answered, and the way is told as Python."""
    assert "🖌️ Vary (Region) · a lighthouse" in executed.printed
    steps = [record["step"] for record in executed.shown(TASK)]
    assert steps.index("🖌️ Vary (Region)") < steps.index("🔍 Custom Zoom")
    assert "cancelled" in "".join(executed.shown("text/html"))
    assert 'u1.press("Custom Zoom").accepted().answer(' in executed.printed
    assert "--ar 16:9 --zoom 1.6" in executed.printed


def test_a_file_and_a_tile_are_described(executed: Executed) -> None:
    """Four cards with their shared words each; prompt 2 of the file is imagined."""
    told = [task for task in records(executed) if task["action"] == "DESCRIBE"]
    assert len(told) == 2
    pages = [page for page in executed.shown("text/html") if "Said by several" in page]
    assert len(pages) == 2
    assert all(page.count("<li") == 4 and "<strong" in page for page in pages)
    second = executed.printed.partition("shared:")[0].splitlines()
    imagined = next(task for task in records(executed) if task["prompt"] in second)
    assert (imagined["action"], imagined["status"]) == ("IMAGINE", "SUCCESS")


def test_the_words_are_weighed(executed: Executed) -> None:
    """What is kept and struck, the weights as bars and as a table, one shorter prompt imagined."""
    pages = executed.shown("text/html")
    assert any("<s" in page and "Shorter prompts" in page for page in pages)
    assert any("<table" in page and "Weights" in page for page in pages)
    assert any("dataframe" in page and "lighthouse" in page for page in pages)


def test_the_ablation_stands_in_one_grid(executed: Executed) -> None:
    """Six pictures with one seed; asked for once more, they are replayed."""
    (board,) = [page for page in executed.shown("text/html") if "6 jobs" in page]
    assert "6 jobs: 6 done" in board
    assert board.count("<img") == 6
    assert board.count("--seed 7") >= 6
    assert executed.printed.count("replayed · 0 credits") >= 2


def test_it_holds_no_secret_and_no_folder(executed: Executed) -> None:
    """Neither the secret nor a path of the machine is anywhere in the file."""
    assert executed.find(CANARY) == []
    assert executed.find(str(executed.path.parent)) == []


def test_it_stays_small() -> None:
    """What is committed is quick to load."""
    assert WORDS.stat().st_size < 1_500_000
