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


_IS_SEEN = """(cell) => {
  cell.scrollIntoView({block: "center"});
  return cell.querySelector(".mj-live.mj-phase-done")?.checkVisibility();
}"""


def test_what_was_drawn_before_is_one_output_and_its_panel_comes_when_it_is_seen(lab: Lab) -> None:
    """
    Of many, only the first have a panel at once; each of the others comes to its static output.

    It stands there like any panel: its buttons work and keep the focus, it is there again when the
    page is loaded again and when its cell is run again, and goes when its kernel is restarted.
    """
    prompts = [f"%%mj\na red kite --seed {number}" for number in range(6)]
    lab.open("again.ipynb", ["%load_ext mj_notebook", *prompts], environment=SLOW_DEMO)
    lab.run_all()
    lab.kexec("import mj_notebook as mj")
    lab.kexec("for n in range(6): mj.imagine(f'a red kite --seed {n}').wait()", 40)
    lab.restart_kernel()
    lab.run_all()
    lab.cell(0).scroll_into_view_if_needed()
    last = lab.cell(6)
    drawn = lab.save()["cells"][1:]
    assert [len(cell["outputs"]) for cell in drawn] == [2, 2, 2, 1, 1, 1]

    def is_live() -> None:
        # More than once: what comes above it moves it away.
        lab.page.wait_for_function(_IS_SEEN, arg=last.element_handle(), timeout=20_000)
        expect(last.locator(".mj-static")).to_be_hidden()
        assert last.locator(".mj-live").count() == 1

    is_live()
    lab.screenshot("seen", last)
    button = last.locator(".mj-live > .mj-offer > .mj-button", has_text="U2")
    button.click()
    child = last.locator(".mj-child")
    expect(child).to_have_class(re.compile("mj-phase-done"), timeout=20_000)
    expect(last.locator(".mj-static-child")).to_have_count(1)
    expect(button).to_be_focused()
    assert errors_in(lab) == []
    lab.reload()
    is_live()
    expect(child).to_have_count(1)
    lab.run_cell(6)
    is_live()
    lab.kexec("import ipywidgets; ipywidgets.Widget.close_all()")
    expect(last.locator(".mj-static")).to_be_visible()
    lab.run_cell(6)
    is_live()
    lab.watch.allow(r"(?i)model|widget|comm")
    lab.restart_kernel()
    expect(last.locator(".mj-static")).to_be_visible()
    expect(last.locator(".mj-live")).to_be_hidden()
