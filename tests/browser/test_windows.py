"""Windows in JupyterLab: what the server asks for is answered in place, by hand and by key."""

import io
import json
import re
from base64 import b64decode

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.server import Theme

pytestmark = pytest.mark.browser

FAST = {"MJ_DEMO_SECONDS": "0.3"}
LOAD = "%load_ext mj_notebook"
DRAW = "%%mj --out kite\na red kite over dunes at dawn --ar 3:2 --seed 7"
SINGLE = "one = kite.wait().press('U2'); one.wait(); one"
# What was sent last, as history keeps it.
LAST = """
import json
from mj_notebook.api.state import current_session
job = one.children[-1]
print(json.dumps([job.status, job.prompt, len(one.children)]))
"""


def opened(lab: Lab, caption: str, theme: Theme = "light") -> Locator:
    """Draw one picture and press a button that opens a window; return the window."""
    lab.open(
        "window.ipynb",
        [LOAD, DRAW, SINGLE, ""],
        environment={"MJ_DEMO_SECONDS": "0.3"},
        theme=theme,
    )
    lab.run_all()
    lab.cell(2).scroll_into_view_if_needed()  # its job has ended: the panel comes to who looks
    panel = lab.cell(2).locator(".mj-live")
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=40_000)
    panel.get_by_text(caption, exact=True).click()
    window = panel.locator(".mj-window")
    expect(window).to_be_visible(timeout=15_000)
    return window


def test_a_region_is_painted_and_drawn(lab: Lab) -> None:
    """The painter shows the picture; what is painted is what the server repaints."""
    window = opened(lab, "🖌️ Vary (Region)")
    expect(window).to_contain_text("paint what should change")
    expect(window.get_by_role("textbox", name="Prompt")).to_have_value(re.compile("a red kite"))
    window.get_by_role("radio", name="Rectangle").click()
    view = window.get_by_role("application")
    view.scroll_into_view_if_needed()
    frame = view.bounding_box()
    assert frame is not None
    lab.page.mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + frame["height"] * 0.25)
    lab.page.mouse.down()
    lab.page.mouse.move(frame["x"] + frame["width"], frame["y"] + frame["height"] * 0.75, steps=9)
    lab.page.mouse.up()
    expect(window).to_contain_text("25 % selected")
    lab.screenshot_both("window-region", lab.cell(2))
    # Other words are another scene, so what is repainted is there for all to see.
    window.get_by_role("textbox", name="Prompt").fill("a lighthouse in a stormy night --ar 3:2")
    window.get_by_role("button", name="Draw").click()
    child = lab.cell(2).locator(".mj-child")
    expect(child).to_have_class(re.compile("mj-phase-done"), timeout=30_000)
    expect(child.locator(".mj-window")).to_have_count(0)
    before, after = pictures(lab)
    width, height = before.size
    left = (0, 0, round(width * 0.45), height)
    assert likeness(before.crop(left), after.crop(left)) < 3
    right = (round(width * 0.6), round(height * 0.35), round(width * 0.9), round(height * 0.65))
    assert likeness(before.crop(right), after.crop(right)) > 6


def pictures(lab: Lab) -> tuple[Image.Image, Image.Image]:
    """Return the picture, and the first tile of what was made of it."""
    told = lab.kexec(
        "import base64, io, json\n"
        "def sent(image):\n"
        "    file = io.BytesIO(); image.convert('RGB').resize((300, 200)).save(file, 'PNG')\n"
        "    return base64.b64encode(file.getvalue()).decode()\n"
        "made = one.children[-1].wait()\n"
        "print(json.dumps([sent(one.image), sent(made[1])]))"
    )
    before, after = (Image.open(io.BytesIO(b64decode(text))) for text in json.loads(told))
    return before, after


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pictures are apart: 0 for the same, 255 for black and white."""
    from PIL import ImageChops, ImageStat

    bands = ImageStat.Stat(ImageChops.difference(one, other)).mean
    return sum(bands) / len(bands)


def test_a_zoom_is_set_with_keys_alone(lab: Lab) -> None:
    """Slider, shape, words and Ctrl+Enter: no mouse is needed, and one task comes of it."""
    window = opened(lab, "🔍 Custom Zoom")
    slider = window.get_by_role("slider")
    slider.focus()
    for _ in range(2):
        lab.page.keyboard.press("ArrowRight")
    field = window.get_by_role("textbox", name="Prompt")
    expect(field).to_have_value(re.compile("--zoom 1.6$"))
    lab.screenshot_both("window-zoom", lab.cell(2))
    # What the kernel writes was made before this key arrived there.
    before = field.input_value()
    field.evaluate(
        """(field, late) => {
          field.setRangeText("big ", 0, 0);
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.value = late;
        }""",
        before.replace("1.6", "1.75"),
    )
    expect(field).to_have_value(f"big {before}")
    field.focus()
    lab.page.keyboard.press("ControlOrMeta+a")
    lab.page.keyboard.type("a blue kite over dunes --ar 3:2")
    lab.page.keyboard.press("ControlOrMeta+Enter")
    child = lab.cell(2).locator(".mj-child")
    expect(child).to_have_class(re.compile("mj-phase-done"), timeout=30_000)
    assert json.loads(lab.kexec(LAST)) == [
        "SUCCESS",
        "a blue kite over dunes --ar 3:2 --zoom 1.6",
        1,
    ]


def test_escape_dismisses(lab: Lab) -> None:
    """Escape in the window lets the task go; nothing is drawn."""
    window = opened(lab, "🔍 Custom Zoom")
    window.get_by_role("textbox", name="Prompt").focus()
    lab.page.keyboard.press("Escape")
    child = lab.cell(2).locator(".mj-child")
    expect(child).to_have_class(re.compile("mj-phase-cancelled"), timeout=15_000)
    expect(child.locator(".mj-window")).to_have_count(0)


def test_without_a_region_there_is_nothing_to_draw(lab: Lab) -> None:
    """Draw rests until something is painted, and the window stays."""
    window = opened(lab, "🖌️ Vary (Region)")
    draw = window.get_by_role("button", name="Draw")
    expect(draw).to_be_disabled()
    window.get_by_role("button", name="Invert").click()
    expect(draw).to_be_enabled()
