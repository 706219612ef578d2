"""Values of cells where nobody looks: whatever shows a job waits for it."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.kernel.isolation import isolated_environment
from tests.notebooks.runner import Executed, execute
from tests.notebooks.test_readme import write_notebook

pytestmark = pytest.mark.notebooks

CELLS = [
    "%load_ext mj_notebook\nimport mj_notebook as mj\nkite = mj.imagine('a red kite')",
    "kite.press('U2')",
    "mj.shorten('a very red kite, over long dunes')",
    "[kite.press('U1'), kite.press('V1')]",
    "mj.board([kite.press('U3'), kite.press('U4')])",
    "kite.again()",
    "mj.uploader()",
]
# What a panel says before the end.
_HALF_DONE = re.compile(r"\b(sending|queued|waiting|fetching|drawing)\b")


def values(notebook: dict[str, object]) -> list[str]:
    """Return the text of each output."""
    outputs = [output for cell in notebook["cells"] for output in cell["outputs"]]  # type: ignore[attr-defined]
    return ["".join(one["data"]["text/plain"]) for one in outputs if "data" in one]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Run the cells once, as nbconvert does."""
    source = write_notebook(tmp_path_factory.mktemp("source") / "values.ipynb", CELLS)
    folder = tmp_path_factory.mktemp("run")
    return execute(source, folder, environment={"MJ_DEMO_SECONDS": "0.5"})


def test_each_value_is_complete(executed: Executed) -> None:
    """A press, a shorten, a list, a board and a repeat: nothing is frozen half done."""
    told = values(executed.notebook)
    assert len(told) == 6
    for text in told[:-1]:
        assert "done" in text
        assert not _HALF_DONE.search(text), text


def test_the_page_that_is_made_of_it_is_complete(executed: Executed) -> None:
    """The page has the pictures, the words, and something to read where a form would stand."""
    page = executed.to_html()
    assert page.count("data:image/jpeg") >= 3
    assert "Run the cell to choose pictures." in page
    assert "needs a running kernel" not in page


def test_papermill_keeps_complete_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, run by papermill."""
    for name, value in isolated_environment(tmp_path, {"MJ_DEMO_SECONDS": "0.5"}).items():
        monkeypatch.setenv(name, value)
    source = write_notebook(tmp_path / "values.ipynb", CELLS[:4])
    result = tmp_path / "result.ipynb"
    import_module("papermill").execute_notebook(
        str(source), str(result), cwd=str(tmp_path), progress_bar=False, kernel_name="python3"
    )
    told = values(json.loads(result.read_text("utf-8")))
    assert len(told) == 3
    assert not [text for text in told if _HALF_DONE.search(text)]
