"""Journeys in words: a picture described and imagined, a prompt shortened, weighed and ablated."""

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import violations, violations_in_both_themes
from tests.browser.lab import Lab
from tests.browser.server import Theme

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook"
FAST = {"MJ_DEMO_SECONDS": "0.3"}
KITE = "%%mj --out kite\na red kite over dunes at dawn --ar 3:2 --seed 7"
SAVED = "kite.wait()[2].save('photo.jpg')"
SHORTEN = (
    "%mj shorten a very beautiful and highly detailed red kite that is flying high over the"
    " golden dunes at dawn, with soft light --ar 3:2"
)
WEIGHTS = """
import json, pandas
table = pandas.DataFrame(_mj.press("Show Details").wait().breakdown.weights)
print(json.dumps([list(table.columns), table.sort_values("weight").iloc[-1]["word"]]))
"""
ON_PHONE = (400, 900)
PRESSES = 60
ONE_LINE = 28


def opened(
    lab: Lab, *cells: str, theme: Theme = "light", size: tuple[int, int] = (1180, 1400)
) -> None:
    """Open a notebook of these cells, run them all, on a page of this size."""
    lab.resize(*size)
    lab.open("words.ipynb", [LOAD, *cells], theme=theme, environment=FAST)
    lab.command("application:toggle-left-area")
    if size == ON_PHONE:
        lab.command("application:toggle-mode")
    for cell in range(len(cells) + 1):
        lab.run_cell(cell)


def done(panel: Locator) -> Locator:
    """Wait until the job of *panel* is done."""
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=40_000)
    return panel


def tab_to(lab: Lab, wanted: Locator) -> None:
    """Press Tab until *wanted* has the focus."""
    for _ in range(PRESSES):
        lab.page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{PRESSES} times Tab did not lead to {wanted}.")


def test_a_file_is_described_and_imagined_by_keys(lab: Lab) -> None:
    """Cards with shared words; Tab and Enter imagine the second, and it is drawn below them."""
    opened(lab, KITE, SAVED, "%mj describe photo.jpg")
    panel = done(lab.cell(3).locator(".mj-live"))
    cards = panel.locator("li.mj-card")
    expect(cards).to_have_count(4)
    expect(cards.nth(1).locator("strong").first).to_have_css("text-decoration-line", "underline")
    expect(panel.get_by_alt_text("the picture that was described")).to_be_visible()
    panel.locator(".mj-button").first.focus()
    tab_to(lab, panel.locator(".mj-tile-2"))
    expect(cards.nth(1)).to_have_css("outline-style", "solid")
    lab.page.keyboard.press("Enter")
    window = panel.locator(".mj-window")
    expect(window).to_be_visible(timeout=15_000)
    field = window.get_by_role("textbox", name="Prompt")
    assert cards.nth(1).locator(".mj-card-words").inner_text() in field.input_value()
    tab_to(lab, field)
    lab.screenshot_both("describe-window", panel)
    lab.page.keyboard.press("ControlOrMeta+Enter")
    child = done(panel.locator(".mj-child"))
    image = child.locator(".mj-image")
    expect(image).to_be_visible()
    shown, told = image.bounding_box(), cards.nth(3).bounding_box()
    assert shown
    assert told
    assert shown["y"] > told["y"] + told["height"]
    assert violations_in_both_themes(lab, ".mj-panel") == {}
    lab.page.mouse.move(5, 5)
    lab.screenshot_both("describe-imagined", panel)


def test_a_tile_is_described_on_a_narrow_dark_page(lab: Lab) -> None:
    """On 400 px nothing is cut off: cards, buttons and result stand below each other."""
    opened(lab, KITE, "kite.wait().id", "%mj describe {{kite[2]}}", theme="dark", size=ON_PHONE)
    panel = done(lab.cell(3).locator(".mj-live"))
    expect(panel.locator("li.mj-card")).to_have_count(4)
    panel.locator(".mj-tile-2").click()
    panel.locator(".mj-window").get_by_role("button", name="Draw").click()
    done(panel.locator(".mj-child"))
    _fits(panel)
    assert violations(lab.page, ".mj-panel") == []
    lab.page.mouse.move(5, 5)
    lab.screenshot("describe-phone-dark", panel)


@pytest.mark.parametrize(
    ("theme", "size"),
    [("light", (1180, 1400)), pytest.param("dark", ON_PHONE, marks=pytest.mark.nightly)],
)
def test_the_shorten_lab(lab: Lab, theme: Theme, size: tuple[int, int]) -> None:
    """Heat map, details with bars, weights as a table, differences, and an ablation in one grid."""
    opened(lab, SHORTEN, "", "%mj ablate --seed 7", theme=theme, size=size)
    panel = done(lab.cell(1).locator(".mj-live"))
    expect(panel.locator(".mj-heat strong").first).to_be_visible()
    expect(panel.locator(".mj-heat s").first).to_be_visible()
    expect(panel.locator("li.mj-option")).to_have_count(5)
    expect(panel.locator("li.mj-option").last.locator("s").first).to_be_visible()
    panel.get_by_role("button", name="Show Details").click()
    details = done(panel.locator(".mj-child").first)
    expect(details.locator(".mj-weights tr").first).to_contain_text("1.00")
    for word in details.locator(".mj-weight-word").all():
        assert (word.bounding_box() or {"height": 99})["height"] < ONE_LINE
    told = json.loads(lab.kexec(WEIGHTS))
    assert told == [["word", "weight"], "kite"]
    board = lab.cell(3).locator(".mj-board")
    expect(board).to_contain_text("6 done", timeout=60_000)
    cells = board.locator("img")
    expect(cells).to_have_count(6)
    lab.page.mouse.move(5, 5)
    lab.screenshot_both(f"shorten-lab-{size[0]}", panel)
    lab.screenshot_both(f"ablation-{size[0]}", lab.cell(3))
    _fits(panel)
    assert violations(lab.page, ".mj-panel", ".mj-board") == []


def _fits(root: Locator) -> None:
    """Assert that nothing in *root* is wider than it."""
    wide = root.evaluate(
        """root => {
          const right = root.getBoundingClientRect().right + 1;
          return [...root.querySelectorAll("*")].filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width && box.right > right;
          }).map((element) => element.outerHTML.slice(0, 200));
        }"""
    )
    assert wide == []
