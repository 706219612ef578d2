"""
Run All in a live JupyterLab: every shipped notebook, and the cells that README begins with.

By day the first notebook runs in both applications (`test_first_picture`, and below), each of the
others without a page (`tests/notebooks`), and what they show has tests of its own in this folder.
"""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("0*.ipynb"))
# A little slower than a notebook goes on by itself, so that each cell meets a running job.
SLOW_DEMO = {"MJ_DEMO_SECONDS": "0.6", "MJ_DEMO_SIZE": "512"}
# So that the panel of a press is on the screen before its grid is done, on a busy machine too.
SLOWER_DEMO = {**SLOW_DEMO, "MJ_DEMO_SECONDS": "4"}
LONG = 240.0


def errors_in(lab: Lab) -> list[str]:
    """Return what went wrong in the cells, by the notebook's own file."""
    return [
        f"cell {number}: {output['ename']}: {output['evalue']}"
        for number, cell in enumerate(lab.save()["cells"])
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    ]


@pytest.mark.nightly
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_shipped_notebook_runs_from_top_to_bottom(lab: Lab, path: Path) -> None:
    """What needs a result waits for it, and what starts work does not: no cell is red."""
    for beside in (ROOT / "notebooks").iterdir():
        if beside.suffix in {".png", ".jpg", ".csv", ".txt"}:
            shutil.copy(beside, lab.folder / beside.name)
    lab.open(path.name, path, environment=SLOW_DEMO)
    lab.run_all(LONG)
    assert errors_in(lab) == []


def readme_cells() -> list[str]:
    """Return the three cells that README begins with."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Three cells")[2]
    return re.findall(r"```\n(.*?)\n```", text, re.DOTALL)[:3]


def run_readme(lab: Lab) -> None:
    """Run the three cells: the press stands below a grid that is still being drawn."""
    lab.open("readme.ipynb", readme_cells(), environment=SLOWER_DEMO)
    lab.run_all()
    child = lab.cell(2).locator(".mj-live").first
    expect(child).to_contain_text("waits for the grid")
    expect(child).to_have_class(re.compile("mj-phase-done"), timeout=40_000)
    expect(lab.cell(1).locator(".mj-live").first).to_have_class(re.compile("mj-phase-done"))
    lab.screenshot(f"readme-run-all-{lab.application}")
    assert errors_in(lab) == []


def test_the_three_cells_of_the_readme_run_at_once(lab: Lab) -> None:
    """The press waits for the grid, and both fill."""
    run_readme(lab)


def test_the_same_in_notebook_7(notebook7: Lab) -> None:
    """README's cells, and in the same page a shipped notebook: panels are live, no cell is red."""
    run_readme(notebook7)
    first = NOTEBOOKS[0]
    notebook7.open(first.name, first, environment=SLOW_DEMO)
    notebook7.run_all(LONG)
    panel = notebook7.page.locator(".mj-live").first
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=40_000)
    expect(panel.locator(".mj-image").first).not_to_have_js_property("naturalWidth", 0)
    assert notebook7.page.locator(".mj-static:visible").count() == 0
    notebook7.screenshot("first-run-all-notebook")
    assert errors_in(notebook7) == []
