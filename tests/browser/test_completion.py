"""Completion in JupyterLab: what Tab offers in a cell that draws, and what a press can name."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook"
SOON = {"MJ_DEMO_SECONDS": "0.3"}


def _typed(lab: Lab, index: int, text: str) -> Locator:
    """Type at the end of a cell, press Tab, and return the list of what is offered."""
    lab.cell(index).locator(".cm-content").click()
    lab.page.keyboard.press("Control+End")
    lab.page.keyboard.type(text)
    lab.page.keyboard.press("Tab")
    return lab.page.locator(".jp-Completer .jp-Completer-item")


def _source(lab: Lab, index: int) -> str:
    return "\n".join(lab.cell(index).locator(".cm-line").all_inner_texts())


def test_tab_offers_parameters_with_their_meaning(lab: Lab) -> None:
    """In the prompt of a cell: parameters, then their values, and none of Python's names."""
    lab.open("completion.ipynb", [LOAD, "%%mj\na red kite"], environment=SOON)
    lab.run_cell(0)
    _typed(lab, 1, " --asp").click()
    expect(lab.cell(1).locator(".cm-content")).to_contain_text("a red kite --aspect")
    offers = _typed(lab, 1, " ")
    expect(offers.filter(has_text="16:9")).to_contain_text("wide screen")
    expect(offers.nth(7)).to_contain_text("21:9")  # then come JupyterLab's own, words of the page
    lab.screenshot_both("completion-values", lab.page.locator(".jp-Completer"))
    offers.filter(has_text="16:9").click()
    expect(lab.cell(1).locator(".cm-content")).to_contain_text("a red kite --aspect 16:9")
    _typed(lab, 1, " --seed 7")
    assert _source(lab, 1) == "%%mj\na red kite --aspect 16:9 --seed 7"


def test_tab_offers_the_buttons_of_a_task(lab: Lab) -> None:
    """In a line and in Python; what is taken can be run."""
    cells = [LOAD, "%%mj --out kite --wait\na red kite", "%mj press", "kite.press("]
    lab.open("completion.ipynb", cells, environment=SOON)
    lab.run_cell(0)
    lab.run_cell(1)
    offers = _typed(lab, 2, " U")
    expect(offers).to_have_count(4)
    expect(offers.first).to_contain_text("upscale image 1")
    lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("Enter")
    expect(lab.cell(2).locator(".cm-content")).to_have_text("%mj press U2")
    offers = _typed(lab, 3, '"V')
    expect(offers).to_have_count(4)
    offers.filter(has_text="V3").click()
    expect(lab.cell(3).locator(".cm-content")).to_contain_text('kite.press("V3')
    lab.screenshot("completion-buttons", lab.cell(3))
