"""The whole panel in JupyterLab: trail, code, save, copy, again, pictures at full size, by keys."""

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.server import Theme

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook"
KITE = "%%mj --out kite\na red kite over dunes at dawn --ar 3:2 --seed 7"
# With a modal dialog open, all a page has besides it is the browser's own frame.
IS_INSIDE = "[document.body, null].includes(document.activeElement) || \
Boolean(document.activeElement.closest('dialog'))"
FAST = {"MJ_DEMO_SECONDS": "1"}


def done(panel: Locator) -> Locator:
    """Wait until the job of *panel* is done."""
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=40_000)
    return panel


def drawn(lab: Lab, theme: Theme = "light", *more: str) -> Locator:
    """Draw a grid, and return its panel."""
    lab.open("panel.ipynb", [LOAD, KITE, *more], environment=FAST, theme=theme)
    lab.run_cell(0)
    lab.run_cell(1)
    return done(lab.cell(1).locator(".mj-live").first)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_opens_at_full_size(lab: Lab, theme: Theme) -> None:
    """A tile opens over the page, keys go on and zoom, Escape leads back to where it was."""
    panel = drawn(lab, theme)
    door = panel.get_by_role("button", name="Open tile 2 at full size")
    door.focus()
    lab.page.keyboard.press("Enter")
    box = lab.page.get_by_role("dialog")
    expect(box).to_be_visible()
    image = box.get_by_role("img", name=re.compile("Tile 2 of 4: a red kite"))
    expect(image).to_be_visible()
    expect(box.locator("img[data-whole]")).to_have_count(1, timeout=10_000)
    lab.screenshot(f"lightbox-tile-{theme}")
    for name in ("Tile 3 of 4", "Tile 4 of 4", "The whole picture", "Tile 1 of 4"):
        lab.page.keyboard.press("ArrowRight")
        expect(box.locator(".mj-lightbox-title")).to_have_text(name)
    lab.page.keyboard.press("ArrowLeft")
    lab.screenshot(f"lightbox-whole-{theme}")
    lab.page.keyboard.press("1")
    expect(box).to_contain_text("100 %")
    for _ in range(12):
        lab.page.keyboard.press("Tab")
        assert lab.page.evaluate(IS_INSIDE)
    lab.page.keyboard.press("Escape")
    expect(lab.page.get_by_role("dialog")).to_have_count(0)
    expect(door).to_be_focused()


def test_the_steps_stand_in_the_panel_as_code(lab: Lab) -> None:
    """Code shows the way here as Python, copies it, and the same is printed by a command."""
    panel = drawn(lab, "light", "%mj code")
    panel.get_by_role("button", name="Upscale image 2").click()
    child = done(panel.locator(".mj-child"))
    expect(child.locator(".mj-trail")).to_have_text("imagine ▸ U2")
    child.get_by_role("button", name="Code").click()
    code = child.get_by_role("region", name="Code")
    expect(code).to_contain_text('u2 = imagine.press("U2").wait()')
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    child.locator(".mj-copy-code").click()
    expect(child).to_contain_text("The code is copied.")
    assert 'press("U2")' in lab.page.evaluate("navigator.clipboard.readText()")
    lab.screenshot("panel-code", panel)
    child.get_by_role("button", name="Code").click()
    expect(code).to_have_count(0)
    lab.run_cell(2)
    expect(lab.outputs(2)).to_contain_text('mj.imagine("a red kite over dunes')


def test_save_copy_and_draw_again(lab: Lab) -> None:
    """The quiet buttons: a file under a good name, the prompt in the clipboard, one more job."""
    panel = drawn(lab)
    panel.get_by_role("button", name="Save").click()
    expect(panel).to_contain_text(
        re.compile(r"Saved as a-red-kite-over-dunes-at-dawn-[0-9a-f]{4}\.png")
    )
    assert len(list(lab.folder.glob("a-red-kite-*.png"))) == 1
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.get_by_role("button", name="Copy").click()
    expect(panel).to_contain_text("The prompt is copied.")
    assert lab.page.evaluate("navigator.clipboard.readText()") == KITE.partition("\n")[2]
    panel.get_by_role("button", name="Draw again").dblclick()
    panels = lab.cell(1).locator(".mj-live")
    expect(panels).to_have_count(2)
    done(panels.nth(1))
    lab.screenshot("panel-again", lab.cell(1))
    assert json.loads(lab.kexec("import json; print(json.dumps(len(kite.repeats)))")) == 1
