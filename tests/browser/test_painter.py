"""The mask painter in JupyterLab: what the hand paints is what the kernel has."""

import io
from base64 import b64decode

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.server import Theme

pytestmark = pytest.mark.browser

PICTURE = """
import base64, io
from PIL import Image
from mj_notebook.widgets.painter import Painter
def picture(width, height):
    rows = Image.linear_gradient("L").resize((width, height))
    made = Image.merge("RGB", (rows, rows.rotate(180), rows.point(lambda v: 255 - v // 2)))
    buffer = io.BytesIO()
    made.save(buffer, "PNG")
    return buffer.getvalue()
painter = Painter(picture({width}, {height}))
"""
SHARES = "print(painter.selected)"


def _open(lab: Lab, size: tuple[int, int] = (1200, 800), theme: Theme = "light") -> Locator:
    source = PICTURE.replace("{width}", str(size[0])).replace("{height}", str(size[1]))
    lab.open("painter.ipynb", [source, "painter"], theme=theme)
    lab.command("application:toggle-left-area")
    lab.run_all()
    view = lab.page.locator(".mj-painter-view")
    expect(view).to_be_visible()
    view.scroll_into_view_if_needed()
    return view


def _mask(lab: Lab) -> Image.Image:
    """Return the mask as the kernel has it."""
    told = lab.kexec("print(base64.b64encode(painter.mask).decode())")
    return Image.open(io.BytesIO(b64decode(told)))


def _drag(lab: Lab, view: Locator, *places: tuple[float, float], steps: int = 12) -> None:
    """Drag over *places*, given as shares of the width and height of what is seen."""
    view.scroll_into_view_if_needed()
    box = view.bounding_box()
    assert box is not None
    spots = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in places]
    lab.page.mouse.move(*spots[0])
    lab.page.mouse.down()
    for spot in spots[1:]:
        lab.page.mouse.move(*spot, steps=steps)
    lab.page.mouse.up()


def test_what_is_painted_arrives(lab: Lab) -> None:
    """A rectangle drawn by hand is a mask of the picture's size, white where it was drawn."""
    view = _open(lab)
    lab.page.get_by_role("radio", name="Rectangle").click()
    _drag(lab, view, (0.25, 0.25), (0.75, 0.75))
    expect(lab.page.locator(".mj-painter-share")).to_have_text("25 % selected")
    mask = _mask(lab)
    assert (mask.mode, mask.size) == ("1", (1200, 800))
    lab.screenshot("painter-first")
