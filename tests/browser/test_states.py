"""Every state of the panel, in both themes; the screenshots are for a designer's eye."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook"
KITE = "%%mj --out kite\na red kite over dunes at dawn --ar 3:2 --seed 7"
LONG = (
    "%%mj\na lighthouse in a storm, drawn from the sea, with many more words than fit in one line"
    " of a panel --v 7 --stylize 250 --chaos 20 --seed 11 --no people, boats --raw"
)
IMPOSSIBLE = "%%mj --force\na boat --ar 0:1"


def _in_phase(panel: Locator, phase: str) -> Locator:
    expect(panel).to_have_class(re.compile(f"mj-phase-{phase}"), timeout=30_000)
    return panel


def test_every_state_of_a_panel(lab: Lab) -> None:
    """Drawing, done, with children, cancelled, failed: each says what happened in its own words."""
    lab.resize(1180, 1500)
    lab.open(
        "states.ipynb",
        [LOAD, KITE, LONG, IMPOSSIBLE],
        environment={"MJ_DEMO_SECONDS": "10"},  # a busy machine clicks late
    )
    lab.command("application:toggle-left-area")
    lab.run_cell(0)
    lab.run_cell(1)
    panels = lab.page.locator(".mj-live")
    kite = panels.nth(0)
    expect(kite.locator("img")).to_be_visible(timeout=20_000)
    lab.screenshot_both("drawing", kite)
    _in_phase(kite, "done")
    lab.page.mouse.move(5, 5)
    lab.screenshot_both("done", kite)

    kite.get_by_text("U2", exact=True).click()
    _in_phase(kite.locator(".mj-child").first, "done")
    lab.page.mouse.move(5, 5)
    lab.screenshot_both("cell", lab.cell(1))
    kite.get_by_text("V3", exact=True).click()
    expect(kite.locator(".mj-child").nth(1).locator("img")).to_be_visible(timeout=20_000)
    lab.screenshot_both("children", kite)
    _in_phase(kite.locator(".mj-child").nth(1), "done")  # two at once take long to be cancelled

    lab.run_cell(2)
    lighthouse = panels.nth(1)
    expect(lighthouse.locator("img")).to_be_visible(timeout=20_000)
    lighthouse.get_by_text("Cancel", exact=True).click()
    _in_phase(lighthouse, "cancelled")
    expect(lighthouse).to_contain_text("Run the cell again")
    lab.screenshot_both("cancelled", lighthouse)

    lab.run_cell(3)
    boat = _in_phase(panels.nth(2), "failed")
    expect(boat).to_contain_text("Invalid parameter")
    lab.screenshot_both("failed", boat)
