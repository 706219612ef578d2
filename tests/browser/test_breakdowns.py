"""What describe and shorten say, in a real page: words, buttons, and the file without a kernel."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook"
DESCRIBE = """
from PIL import Image
import mj_notebook as mj

sky = Image.linear_gradient("L").resize((300, 200))
mj.describe(Image.merge("RGB", (sky, sky.point(lambda value: value // 2), sky.rotate(180))))
"""
SHORTEN = """
mj.shorten(
    "Please create a very beautiful photograph of a lonely red kite flying over golden dunes,"
    " cinematic light --ar 3:2"
)
"""


def test_words_are_told_in_the_page(lab: Lab) -> None:
    """Cards and weights stand in the panel, a number imagines its card, the file keeps all."""
    lab.resize(1180, 1500)
    lab.open(
        "breakdowns.ipynb",
        [LOAD, DESCRIBE, SHORTEN],
        environment={"MJ_DEMO_SECONDS": "2"},
    )
    lab.command("application:toggle-left-area")
    for cell in range(3):
        lab.run_cell(cell)
    panels = lab.page.locator(".mj-live")
    described, shortened = panels.nth(0), panels.nth(1)
    cards = described.locator("li.mj-card")
    expect(cards).to_have_count(4, timeout=20_000)
    # Both places in one look: the page may still move as pictures come in.
    tops = cards.evaluate_all("cards => cards.map(card => card.getBoundingClientRect().top)")
    assert tops[0] == tops[1], "Two columns where there is room."
    described.get_by_text("2️⃣", exact=True).hover()
    expect(cards.nth(1)).to_have_css("outline-style", "solid")
    expect(cards.nth(0)).to_have_css("outline-style", "none")
    lab.screenshot_both("describe", described)

    expect(shortened.locator("li.mj-option")).to_have_count(5, timeout=20_000)
    shortened.get_by_text("Show Details", exact=True).click()
    details = shortened.locator(".mj-child").first
    expect(details.locator("table.mj-weights tr").first).to_contain_text(
        re.compile(r"1\.00"), timeout=20_000
    )
    lab.page.mouse.move(5, 5)
    lab.screenshot_both("shorten", shortened)
    lab.resize(700, 1500)
    first, second = cards.nth(0).bounding_box(), cards.nth(1).bounding_box()
    assert first
    assert second
    assert first["y"] < second["y"], "One column where there is little room."
    lab.screenshot_both("describe-narrow", described)

    described.get_by_text("2️⃣", exact=True).click()
    expect(described.locator(".mj-child").first).to_contain_text("2️⃣", timeout=20_000)

    lab.resize(1180, 1500)
    lab.save()
    lab.reopen()
    lab.watch.allow(r"(?i)model|widget|comm")
    twin = lab.page.locator(".mj-static").first
    expect(twin).to_be_visible(timeout=20_000)
    expect(twin.locator("ol > li")).to_have_count(4)
    lab.screenshot_both("twins", lab.cell(1))
    lab.screenshot_both("twins-shorten", lab.cell(2))
