"""What a person sees and touches, through the eyes of an accessibility checker, in both themes."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.axe import violations_in_both_themes as found
from tests.browser.lab import Lab
from tests.browser.test_gallery import opened as gallery_of
from tests.browser.test_gallery import option

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook"
KITE = "%%mj --out kite\na red kite over dunes at dawn --ar 3:2 --seed 7"
IMPOSSIBLE = "%%mj --force\na boat --ar 0:1"
LONG = f"%%mj\n{'many words of a lighthouse in a storm, ' * 30}--v 7"
PANEL, WINDOW, PAINTER = ".mj-panel", ".mj-window", ".mj-painter"
BOARD, GALLERY, UPLOADER = ".mj-board", ".mj-gallery", ".mj-uploader"


def _opened(lab: Lab, *cells: str, seconds: str = "1") -> Lab:
    lab.resize(1180, 1500)
    lab.open("axe.ipynb", [LOAD, *cells], environment={"MJ_DEMO_SECONDS": seconds})
    lab.command("application:toggle-left-area")
    return lab


def _in_phase(panel: Locator, phase: str) -> Locator:
    expect(panel).to_have_class(re.compile(f"mj-phase-{phase}"), timeout=30_000)
    return panel


def test_a_panel(lab: Lab) -> None:
    """Drawing, done, with a child, cancelled, failed."""
    _opened(lab, KITE, LONG, IMPOSSIBLE, seconds="5")
    lab.run_cell(0)
    lab.run_cell(1)
    panels = lab.page.locator(".mj-live")
    expect(panels.nth(0).locator("img")).to_be_visible(timeout=20_000)
    assert found(lab, PANEL) == {}
    kite = _in_phase(panels.nth(0), "done")
    kite.get_by_text("U2", exact=True).click()
    _in_phase(kite.locator(".mj-child").first, "done")
    lab.run_cell(2)
    panels.nth(1).get_by_text("Cancel", exact=True).click()
    _in_phase(panels.nth(1), "cancelled")
    lab.run_cell(3)
    _in_phase(panels.nth(2), "failed")
    assert found(lab, PANEL) == {}


def test_the_windows(lab: Lab) -> None:
    """A zoom, and a region with its painter, each open and then with something painted."""
    _opened(lab, KITE, "one = kite.wait().press('U2'); one.wait(); one")
    for cell in range(3):
        lab.run_cell(cell)
    panel = _in_phase(lab.cell(2).locator(".mj-live"), "done")
    panel.get_by_text("🔍 Custom Zoom", exact=True).click()
    expect(panel.get_by_role("slider")).to_be_visible(timeout=15_000)
    assert found(lab, PANEL, WINDOW) == {}
    panel.get_by_role("button", name="Dismiss").click()
    expect(panel.locator(WINDOW)).to_have_count(0, timeout=15_000)
    panel.get_by_text("🖌️ Vary (Region)", exact=True).click()
    view = panel.get_by_role("application")
    expect(view).to_be_visible(timeout=15_000)
    assert found(lab, PANEL, PAINTER) == {}
    view.focus()
    panel.get_by_role("button", name="Invert", exact=True).click()
    expect(panel.locator(PAINTER)).to_contain_text("100 % selected")
    lab.page.keyboard.press("+")
    assert found(lab, PANEL, PAINTER) == {}


def test_the_words(lab: Lab) -> None:
    """What describe, shorten and its details say."""
    words = "%mj shorten a very beautiful and highly detailed red kite over golden dunes --ar 3:2"
    _opened(lab, KITE, "tile = kite.wait()[1]", "%mj describe {{tile}}", words)
    for cell in range(5):
        lab.run_cell(cell)
    panels = lab.page.locator(".mj-live")
    expect(panels.nth(1).locator("li.mj-card")).to_have_count(4, timeout=20_000)
    expect(panels.nth(2).locator("li.mj-option")).to_have_count(5, timeout=20_000)
    panels.nth(2).get_by_text("Show Details", exact=True).click()
    expect(panels.nth(2).locator(".mj-child table tr").first).to_be_visible(timeout=20_000)
    assert found(lab, PANEL) == {}


def test_a_board(lab: Lab) -> None:
    """Cells that are drawn and one that failed."""
    boat = "mj.imagine('a boat --ar 0:1', force=True)"
    board = f"import mj_notebook as mj\nmj.board([kite, {boat}], title='Two')"
    _opened(lab, KITE, board)
    for cell in range(3):
        lab.run_cell(cell)
    shown = lab.cell(2).locator(BOARD)
    expect(shown).to_contain_text("1 done, 1 failed", timeout=30_000)
    assert found(lab, BOARD) == {}


def test_the_gallery(lab: Lab) -> None:
    """Found, chosen, and two of them compared."""
    gallery = gallery_of(lab)
    option(gallery, 1).click()
    assert found(lab, GALLERY) == {}
    option(gallery, 2).click(modifiers=["ControlOrMeta"])
    gallery.get_by_role("button", name="Compare", exact=False).first.click()
    assert found(lab, GALLERY) == {}


def test_the_uploader(lab: Lab) -> None:
    """Empty, and with a picture in it."""
    _opened(lab, "%mj describe")
    lab.run_cell(0)
    lab.run_cell(1)
    uploader = lab.cell(1).locator(UPLOADER)
    expect(uploader).to_be_visible(timeout=15_000)
    assert found(lab, UPLOADER) == {}
    image = Image.new("RGB", (60, 40), "orange")
    file = io.BytesIO()
    image.save(file, "PNG")
    uploader.locator("input[type=file]").set_input_files(
        {"name": "sun.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(uploader.locator("li img")).to_be_visible(timeout=15_000)
    assert found(lab, UPLOADER) == {}


def test_the_lightbox(lab: Lab) -> None:
    """A tile at full size over the page, and the panel with its code shown."""
    _opened(lab, KITE)
    lab.run_cell(0)
    lab.run_cell(1)
    panel = _in_phase(lab.cell(1).locator(".mj-live"), "done")
    panel.get_by_role("button", name="Code").click()
    expect(panel.get_by_role("region", name="Code")).to_be_visible()
    assert found(lab, PANEL) == {}
    panel.get_by_role("button", name="Open tile 2 at full size").click()
    expect(lab.page.locator("dialog img[data-whole]")).to_have_count(1, timeout=15_000)
    assert found(lab, "dialog") == {}
