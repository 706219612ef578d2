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
BANNED = """
import mj_notebook as mj
mj.imagine("a gore covered kite, Gore everywhere --ar 3:2")
"""
FAST = {"MJ_DEMO_SECONDS": "0.3"}


def done(panel: Locator) -> Locator:
    """Wait until the job of *panel* is done."""
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=40_000)
    return panel


def drawn(lab: Lab, theme: Theme = "light", *more: str, **environment: str) -> Locator:
    """Draw a grid, and return its panel."""
    told = FAST | environment
    lab.open("panel.ipynb", [LOAD, KITE, *more], environment=told, theme=theme)
    lab.run_cell(0)
    lab.run_cell(1)
    return done(lab.cell(1).locator(".mj-live").first)


def test_a_picture_opens_at_full_size(lab: Lab) -> None:
    """A tile opens over the page, keys go on and zoom, Escape leads back to where it was."""
    panel = drawn(lab)
    door = panel.get_by_role("button", name="Open tile 2 at full size")
    door.focus()
    lab.page.keyboard.press("Enter")
    box = lab.page.get_by_role("dialog")
    expect(box).to_be_visible()
    image = box.get_by_role("img", name=re.compile("Tile 2 of 4: a red kite"))
    expect(image).to_be_visible()
    expect(box.locator("img[data-whole]")).to_have_count(1, timeout=10_000)
    lab.screenshot_both("lightbox-tile")
    for name in ("Tile 3 of 4", "Tile 4 of 4", "The whole picture", "Tile 1 of 4"):
        lab.page.keyboard.press("ArrowRight")
        expect(box.locator(".mj-lightbox-title")).to_have_text(name)
    lab.page.keyboard.press("ArrowLeft")
    note = box.locator(".mj-lightbox-note")
    for key in ("5", "2", "4", "Control+z"):
        lab.page.keyboard.press(key)
    expect(note).to_have_text("Took back the rating 4.")
    lab.page.keyboard.press("3")
    expect(note).to_have_text("rated 3")
    lab.screenshot_both("lightbox-whole")
    lab.page.keyboard.press("z")
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
    expect(code).to_contain_text('u2 = grid.press("U2").wait()')
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
    panel.get_by_role("button", name="Copy prompt").click()
    expect(panel).to_contain_text("The prompt is copied.")
    assert lab.page.evaluate("navigator.clipboard.readText()") == KITE.partition("\n")[2]
    panel.get_by_role("button", name="Draw again").dblclick()
    panels = lab.cell(1).locator(".mj-live")
    expect(panels).to_have_count(2)
    done(panels.nth(1))
    lab.screenshot("panel-again", lab.cell(1))
    assert json.loads(lab.kexec("import json; print(json.dumps(len(kite.repeats)))")) == 1


def tabbed_to(lab: Lab, name: str) -> None:
    """Press Tab until the element called *name* has the focus."""
    for _ in range(60):
        lab.page.keyboard.press("Tab")
        if name in lab.page.evaluate(FOCUSED):
            return
    raise AssertionError(f"Tab never reached {name!r}.")


FOCUSED = """() => {
  const focused = document.activeElement;
  return focused.getAttribute("aria-label") || focused.textContent.trim();
}"""
# A mark around what has the focus: an outline, or a shadow, that is no transparent one.
VISIBLE = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"


def test_keys_alone_reach_everything(lab: Lab) -> None:
    """With Tab, Enter and Escape: a tile opens, a button is pressed, a window answered."""
    panel = drawn(lab)
    panel.get_by_role("button", name="Open tile 1 at full size").focus()
    tabbed_to(lab, "Open tile 3 at full size")
    assert lab.page.evaluate(VISIBLE)
    lab.page.keyboard.press("Enter")
    expect(lab.page.get_by_role("dialog")).to_be_visible()
    lab.page.keyboard.press("Escape")
    assert lab.page.evaluate(FOCUSED) == "Open tile 3 at full size"
    tabbed_to(lab, "Upscale image 2")
    lab.screenshot("panel-focus", panel)
    assert lab.page.evaluate(VISIBLE)
    lab.page.keyboard.press("Enter")
    child = done(panel.locator(".mj-child"))
    tabbed_to(lab, "Zoom out by your own measure")
    lab.page.keyboard.press("Space")
    window = child.locator(".mj-window")
    expect(window).to_be_visible(timeout=15_000)
    window.get_by_role("textbox", name="Prompt").focus()
    lab.page.keyboard.press("ControlOrMeta+Enter")
    zoomed = done(child.locator(".mj-child"))
    expect(zoomed.locator(":scope > .mj-head .mj-trail")).to_have_text("imagine ▸ U2 ▸ zoom")
    lab.screenshot("panel-trail", lab.cell(1))
    zoomed.locator(":scope > .mj-head summary").focus()
    tabbed_to(lab, "Code")
    lab.page.keyboard.press("Enter")
    expect(zoomed.get_by_role("region", name="Code")).to_contain_text('.press("Custom Zoom")')
    assert lab.kexec("print(len(kite.children), len(kite.children[0].children))").split() == [
        "1",
        "1",
    ]


def test_a_child_alone_is_headed_by_its_way(lab: Lab) -> None:
    """Shown by its id, a child has the whole trail and live buttons."""
    panel = drawn(lab, "light", "one = kite.press('U3').wait(); one", "%mj panel {one.id}")
    del panel
    lab.run_cell(2)
    lab.cell(2).scroll_into_view_if_needed()  # its job has ended: the panel comes to who looks
    alone = done(lab.cell(2).locator(".mj-live"))
    expect(alone.locator(".mj-trail")).to_have_text("imagine ▸ U3")
    expect(alone.get_by_role("button", name="Repaint a region")).to_be_visible()
    lab.screenshot("panel-alone", alone)


def test_the_banned_word_is_marked(lab: Lab) -> None:
    """What is refused says which word, where it stands, and what to do; the file says it too."""
    lab.open("banned.ipynb", [LOAD, BANNED], environment=FAST)
    lab.run_cell(0)
    lab.run_cell(1)
    panel = lab.cell(1).locator(".mj-live")
    expect(panel).to_have_class(re.compile("mj-phase-failed"), timeout=20_000)
    expect(panel.locator("mark")).to_have_text(["gore", "Gore"])
    expect(panel).to_contain_text("say it in other words")
    lab.screenshot_both("panel-banned", panel)
    text = json.dumps(lab.save()["cells"][1]["outputs"])
    assert text.count("</mark>") == 2


def test_a_narrow_page(lab: Lab) -> None:
    """At 400 px everything is stacked, nothing is cut off, and the lightbox still fits."""
    panel = drawn(lab)
    panel.get_by_role("button", name="Upscale image 4").click()
    child = done(panel.locator(".mj-child"))
    child.get_by_role("button", name="Code").click()
    expect(child.get_by_role("region", name="Code")).to_be_visible()
    lab.command("application:toggle-left-area")
    lab.resize(400, 800)
    lab.screenshot_both("panel-narrow", panel)
    wide = panel.evaluate("(panel) => panel.scrollWidth - panel.clientWidth")
    assert wide <= 0
    door = panel.get_by_role("button", name="Open tile 1 at full size")
    door.click()
    box = lab.page.get_by_role("dialog")
    expect(box.locator("img[data-whole]")).to_have_count(1, timeout=10_000)
    lab.screenshot_both("lightbox-narrow")
    close = box.get_by_role("button", name="Close")
    assert close.bounding_box() is not None
    close.click()
    expect(box).to_have_count(0)


def test_where_the_clipboard_is_closed_the_text_is_selected(lab: Lab) -> None:
    """A page that may not copy says so, and leaves the prompt selected."""
    panel = drawn(lab)
    lab.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    panel.get_by_role("button", name="Copy prompt").click()
    expect(panel).to_contain_text("does not let this page copy")
    assert lab.page.evaluate("getSelection().toString()") == KITE.partition("\n")[2]
    lab.screenshot("panel-copy-by-hand", panel)


def test_a_picture_is_zoomed_and_moved(lab: Lab) -> None:
    """100 % shows pixel for pixel, a drag moves it, and it never leaves a gap; it travels once."""
    panel = drawn(lab, MJ_DEMO_SIZE="2048")
    panel.get_by_role("button", name="Open tile 2 at full size").click()
    box = lab.page.get_by_role("dialog")
    expect(box.locator("img[data-whole]")).to_have_count(1, timeout=10_000)
    lab.page.keyboard.press("ArrowRight")
    for _ in range(2):
        lab.page.keyboard.press("ArrowRight")
    expect(box.locator(".mj-lightbox-title")).to_have_text("The whole picture")
    lab.page.keyboard.press("z")
    image = box.get_by_role("img")
    assert image.evaluate("(image) => [image.clientWidth, image.naturalWidth]") == [2496, 2496]
    lab.page.mouse.move(600, 400)
    lab.page.mouse.down()
    lab.page.mouse.move(5000, 5000, steps=4)
    lab.page.mouse.up()
    frame = box.locator(".mj-lightbox-frame").evaluate(
        "(frame) => [frame.offsetLeft, frame.offsetTop]"
    )
    assert frame == [0, 0]
    lab.screenshot("lightbox-zoomed")
    lab.page.keyboard.press("Escape")
    panel.get_by_role("button", name="Open tile 4 at full size").click()
    expect(lab.page.locator("img[data-whole]")).to_have_count(1)
    lab.page.keyboard.press("Escape")


def test_a_picture_at_full_size_goes_with_its_notebook(lab: Lab) -> None:
    """Closed by a command while it is open, the notebook leaves nothing over the page."""
    panel = drawn(lab)
    panel.get_by_role("button", name="Open tile 2 at full size").click()
    expect(lab.page.locator("dialog.mj-lightbox")).to_have_count(1)
    lab.save()
    lab.command("application:close")
    expect(lab.page.locator("dialog.mj-lightbox")).to_have_count(0)
