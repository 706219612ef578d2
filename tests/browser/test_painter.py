"""The mask painter in JupyterLab: what the hand paints is what the kernel has."""

import io
import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import WebSocket, expect

from tests.browser.lab import Lab
from tests.browser.server import Theme

pytestmark = pytest.mark.browser

PICTURE = """
import base64, io
from PIL import Image
from mj_notebook.widgets.painter import Painter
def picture(width, height):
    down = Image.linear_gradient("L").resize((width, height))
    made = Image.merge("RGB", (down, down.rotate(180), down.point(lambda v: 255 - v // 2)))
    made.paste("white", (0, 0, width // 3, height))
    made.paste("black", (width // 3, 0, width // 2, height))
    buffer = io.BytesIO()
    made.save(buffer, "PNG")
    return buffer.getvalue()
painter = Painter(picture(WIDTH, HEIGHT), described="Stripes")
"""
TALL = r"print(100 * '\n')"


_SCRIBBLE = """(view, [spots, count]) => {
  for (let leg = 1; leg < spots.length; leg++) {
    const [[x, y], [toX, toY]] = [spots[leg - 1], spots[leg]];
    const about = {pointerId: 1, pointerType: "mouse", buttons: 1, bubbles: true};
    const coalescedEvents = Array.from({length: count}, (_, index) => {
      const share = (index + 1) / count;
      const clientX = x + (toX - x) * share, clientY = y + (toY - y) * share;
      return new PointerEvent("pointermove", {...about, clientX, clientY});
    });
    const last = {...about, clientX: toX, clientY: toY, coalescedEvents};
    view.querySelector(".mj-painter-sheet").dispatchEvent(new PointerEvent("pointermove", last));
  }
}"""


class Easel:
    """A notebook that shows a painter, and a hand for it."""

    def __init__(
        self, lab: Lab, size: tuple[int, int] = (1200, 800), theme: Theme = "light", more: str = ""
    ) -> None:
        self.lab, self.page, self.size = lab, lab.page, size
        self.messages = self.masks = 0
        lab.page.on("websocket", self._listen)
        source = PICTURE.replace("WIDTH", str(size[0])).replace("HEIGHT", str(size[1]))
        if lab.notebook.name != "painter.ipynb":
            lab.open("painter.ipynb", [source + more, "painter", "painter", TALL, ""], theme=theme)
            lab.command("application:toggle-left-area")
        lab.run_cell(0)
        lab.run_cell(1)
        self.root = self.page.locator(".mj-painter").first
        self.view = self.root.get_by_role("application")
        self.share = self.root.locator(".mj-painter-share")
        expect(self.view).to_be_visible()

    def choose(self, tool: str) -> None:
        """Take a tool."""
        self.root.get_by_role("radio", name=tool).click()

    def press(self, name: str) -> None:
        """Press a button."""
        self.root.get_by_role("button", name=name, exact=True).click()

    def drag(self, *places: tuple[float, float], steps: int = 12) -> None:
        """Drag over *places*, shares of the width and height of what is seen."""
        spots = self._spots(places)
        self.page.mouse.move(*spots[0])
        self.page.mouse.down()
        for spot in spots[1:]:
            self.page.mouse.move(*spot, steps=steps)
        self.page.mouse.up()

    def scribble(self, *places: tuple[float, float], points: int) -> None:
        """
        Drag over *places* with a pen that tells of many *points* between two of them at once.

        Browsers gather such points in one event; one event each would take minutes.
        """
        spots = self._spots(places)
        self.page.mouse.move(*spots[0])
        self.page.mouse.down()
        self.view.evaluate(_SCRIBBLE, [spots, points])
        self.page.mouse.up()

    def _spots(self, places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Return where *places*, shares of what is seen, are on the page."""
        self.view.scroll_into_view_if_needed()
        frame = self.view.bounding_box()
        assert frame is not None
        return [
            (frame["x"] + frame["width"] * x, frame["y"] + frame["height"] * y) for x, y in places
        ]

    def mask(self, count: int) -> Image.Image:
        """Return the mask as the kernel has it, once *count* strokes are in force there."""
        self.strokes(count)
        told = self.lab.kexec("print(base64.b64encode(painter.mask).decode())")
        return Image.open(io.BytesIO(b64decode(told)))

    def shown(self) -> Image.Image:
        """Return the mask as the page has it, by the page's rule: what is opaque is selected."""
        canvas = self.root.locator("canvas.mj-painter-mask")
        url = canvas.evaluate("canvas => canvas.toDataURL()")
        drawn = Image.open(io.BytesIO(b64decode(url.partition(",")[2])))
        return drawn.getchannel("A").point(lambda alpha: 255 * (alpha >= 128)).convert("1")

    def is_agreed(self, count: int) -> bool:
        """Tell whether page and kernel have the same mask, after *count* strokes."""
        return ImageChops.logical_xor(self.mask(count), self.shown()).getbbox() is None

    def strokes(self, count: int) -> list[dict[str, Any]]:
        """Return the strokes in force, as the kernel has them, once they are *count*."""
        # Widgets may be served by another thread of the kernel, after what was asked later.
        for _ in range(200):
            told = json.loads(self.lab.kexec("print(painter._drawing or 'null')"))
            strokes = told["strokes"][: told["done"]] if told else []
            if len(strokes) == count:
                break
        assert len(strokes) == count
        return list(strokes)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._count)

    def _count(self, payload: str | bytes) -> None:
        frame = payload if isinstance(payload, bytes) else payload.encode()
        self.messages += b"comm_msg" in frame and b'"update"' in frame
        self.masks += b"comm_msg" in frame and b'"kind":"mask"' in frame


def share(mask: Image.Image) -> float:
    """Tell how much of a mask is selected."""
    return mask.convert("L").histogram()[255] / (mask.width * mask.height)


def test_what_is_painted_arrives(lab: Lab) -> None:
    """Each tool makes one stroke and sends one mask, which is what the page shows."""
    easel = Easel(lab)
    expect(easel.share).to_have_text("Nothing selected")
    easel.choose("Rectangle")
    easel.drag((0.25, 0.25), (0.75, 0.75))
    expect(easel.share).to_have_text("25 % selected")
    mask = easel.mask(1)
    assert (mask.mode, mask.size) == ("1", easel.size)
    assert mask.getbbox() == pytest.approx((300, 200, 900, 600), abs=2)
    easel.choose("Lasso")
    easel.drag((0.05, 0.1), (0.3, 0.15), (0.2, 0.6), (0.1, 0.5))
    easel.choose("Brush")
    easel.drag((0.6, 0.1), (0.9, 0.2), (0.95, 0.9), (0.7, 0.8))
    easel.choose("Eraser")
    easel.drag((0.4, 0.4), (0.6, 0.6), (0.4, 0.7))
    easel.press("Invert")
    kinds = [(stroke["kind"], stroke.get("adds")) for stroke in easel.strokes(5)]
    assert kinds == [
        ("rectangle", True),
        ("lasso", True),
        ("brush", True),
        ("brush", False),
        ("invert", None),
    ]
    assert (easel.messages, easel.masks) == (5, 5)
    assert easel.is_agreed(5)
    expect(easel.share).to_have_text(_words(easel.mask(5)))
    lab.page.mouse.move(5, 5)
    lab.screenshot("painter-light", easel.root)


def test_views_come_and_go(lab: Lab) -> None:
    """Two views show the same strokes; a new view or a notebook opened again loses none."""
    easel = Easel(lab)
    easel.drag((0.2, 0.2), (0.8, 0.8))
    painted = _words(easel.mask(1))
    lab.run_cell(2)
    second = lab.page.locator(".mj-painter").nth(1).locator(".mj-painter-share")
    expect(second).to_have_text(painted)
    easel.choose("Rectangle")
    easel.drag((0.02, 0.02), (0.98, 0.5))
    expect(second).to_have_text(_words(easel.mask(2)))
    easel.press("Undo")
    lab.run_cell(3)
    lab.cell(4).scroll_into_view_if_needed()
    easel.view.scroll_into_view_if_needed()
    expect(easel.share).to_have_text(painted)
    assert easel.is_agreed(1)
    lab.run_cell(1)
    expect(easel.share).to_have_text(painted)
    assert easel.is_agreed(1)
    lab.save()
    lab.reopen(fresh_kernel=False)
    expect(easel.share).to_have_text(painted, timeout=20_000)
    assert easel.is_agreed(1)
    easel.press("Undo")
    easel.strokes(0)


def test_what_python_selects(lab: Lab) -> None:
    """It is shown in the place of all strokes, which begin anew on it; opened again it is there."""
    easel = Easel(lab)
    easel.drag((0.2, 0.2), (0.8, 0.8))
    easel.strokes(1)
    lab.kexec("painter.select((0, 0, 600, 800))")
    expect(easel.share).to_have_text("50 % selected")
    assert easel.is_agreed(0)
    easel.choose("Eraser")
    easel.drag((0.25, 0.1), (0.25, 0.9))
    expect(easel.share).not_to_have_text("50 % selected")
    assert easel.is_agreed(1)
    left = easel.mask(1).tobytes()
    lab.save()
    lab.reopen(fresh_kernel=False)
    expect(easel.share).to_have_text(_words(easel.mask(1)), timeout=20_000)
    assert easel.mask(1).tobytes() == left
    assert easel.is_agreed(1)
    easel.press("Undo")
    expect(easel.share).to_have_text("50 % selected")
    assert easel.is_agreed(0)
    lab.kexec("painter.clear()")
    expect(easel.share).to_have_text("Nothing selected")


def _words(mask: Image.Image) -> str:
    return f"{share(mask):.0%}".replace("%", " % selected")


def _touch(lab: Lab) -> Callable[..., None]:
    session = lab.page.context.new_cdp_session(lab.page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


class TestAnew:
    """Each with a painter of its own, in one notebook."""

    def test_strokes_are_taken_back(self, kept_lab: Lab) -> None:
        """Undo and redo work by key and by button, and never reach the notebook around."""
        easel, lab = Easel(kept_lab), kept_lab
        easel.choose("Rectangle")
        easel.drag((0.1, 0.1), (0.6, 0.9))
        easel.drag((0.5, 0.1), (0.85, 0.9))
        expect(easel.share).to_have_text("60 % selected")
        cells = lab.page.locator(".jp-Notebook .jp-Cell").count()
        prompt = lab.cell(1).locator(".jp-InputPrompt").inner_text()
        for key in ("Control+z", "b", "e", "d", "d", "x", "Shift+Enter"):
            lab.page.keyboard.press(key)
        expect(easel.share).to_have_text("40 % selected")
        lab.page.keyboard.press("Control+Shift+Z")
        expect(easel.share).to_have_text("60 % selected")
        easel.press("Undo")
        easel.press("Undo")
        expect(easel.share).to_have_text("Nothing selected")
        assert share(easel.mask(0)) == 0
        easel.press("Redo")
        expect(easel.share).to_have_text("40 % selected")
        assert share(easel.mask(1)) == pytest.approx(0.4, abs=0.005)
        assert lab.page.locator(".jp-Notebook .jp-Cell").count() == cells
        expect(lab.cell(1).locator(".jp-InputPrompt")).to_have_text(prompt)

    def test_escape_takes_back_what_is_being_painted(self, kept_lab: Lab) -> None:
        """Escape in the middle of a stroke ends that stroke only; nothing around hears of it."""
        easel, lab = Easel(kept_lab), kept_lab
        easel.drag((0.1, 0.1), (0.3, 0.1))
        before = easel.share.inner_text()
        heard = "document.addEventListener('keydown', event => (window.heard = event.key), true)"
        lab.page.evaluate(heard)
        frame = easel.view.bounding_box()
        assert frame is not None
        lab.page.mouse.move(frame["x"] + 100, frame["y"] + 300)
        lab.page.mouse.down()
        lab.page.mouse.move(frame["x"] + 400, frame["y"] + 350, steps=5)
        expect(easel.share).not_to_have_text(before)
        lab.page.keyboard.press("Escape")
        expect(easel.share).to_have_text(before)
        lab.page.mouse.move(frame["x"] + 500, frame["y"] + 300)
        lab.page.mouse.up()
        assert easel.is_agreed(1)
        assert lab.page.evaluate("() => window.heard === undefined")
        lab.page.keyboard.press("Escape")
        assert lab.page.evaluate("() => window.heard") == "Escape"

    def test_a_rectangle_by_keyboard(self, kept_lab: Lab) -> None:
        """Without a mouse: numbers, arrow keys, Enter and Delete."""
        easel, lab = Easel(kept_lab), kept_lab
        easel.root.get_by_role("radio", name="Brush").focus()
        lab.page.keyboard.press("ArrowRight")
        lab.page.keyboard.press("ArrowRight")
        expect(easel.root.get_by_role("radio", name="Rectangle")).to_be_focused()
        for name, value in (("Left", "0"), ("Top", "0"), ("Width", "600"), ("Height", "800")):
            easel.root.get_by_label(name, exact=True).fill(value)
        lab.screenshot("painter-numbers", easel.root)
        lab.page.keyboard.press("Enter")
        expect(easel.share).to_have_text("50 % selected")
        easel.view.focus()
        for key in ("ArrowRight", "Shift+ArrowUp", "Delete"):
            lab.page.keyboard.press(key)
        assert easel.strokes(2)[-1] == {
            "kind": "rectangle",
            "adds": False,
            "left": 10,
            "top": 0,
            "width": 600,
            "height": 790,
        }
        assert easel.mask(2).histogram()[255] == 10 * 790 + 600 * 10
        easel.root.get_by_label("Width", exact=True).fill("")
        easel.root.get_by_role("button", name="Add").click()
        easel.strokes(2)

    def test_what_does_not_fit(self, kept_lab: Lab) -> None:
        """A very long stroke is kept as several; a full list takes no more until it is cleared."""
        easel, lab = Easel(kept_lab), kept_lab
        easel.root.get_by_label("Brush size").fill("0")
        easel.scribble((0.02, 0.1), (0.98, 0.3), (0.02, 0.6), (0.98, 0.9), points=700)
        parts = easel.strokes(2)
        assert easel.is_agreed(2)
        assert max(len(part["points"]) for part in parts) <= 2 * 2000
        expect(easel.root.get_by_role("alert")).to_have_text("")
        half = {"kind": "rectangle", "adds": True, "left": 0, "top": 0, "width": 600, "height": 800}
        full = {"strokes": [half, *[{"kind": "invert"}] * 998], "done": 999}
        lab.kexec(f"painter._drawing = {json.dumps(full)!r}")
        expect(easel.share).to_have_text("50 % selected")
        easel.press("Invert")
        easel.strokes(1000)
        easel.drag((0.1, 0.8), (0.9, 0.9))
        expect(easel.root.get_by_role("alert")).to_contain_text("No more strokes fit")
        assert easel.is_agreed(1000)
        easel.press("Clear")
        assert easel.strokes(1) == [{"kind": "clear"}]
        expect(easel.root.get_by_role("alert")).to_have_text("")

    def test_a_zoomed_view_paints_where_it_shows(self, kept_lab: Lab) -> None:
        """Zoomed in, scrolled and zoomed out again, the mask is where the person saw it."""
        easel, lab = Easel(kept_lab), kept_lab
        frame = easel.view.bounding_box()
        assert frame is not None
        lab.page.mouse.move(frame["x"] + frame["width"] * 0.75, frame["y"] + frame["height"] * 0.5)
        lab.page.keyboard.down("Control")
        for _ in range(4):
            lab.page.mouse.wheel(0, -100)
        lab.page.keyboard.up("Control")
        expect(easel.root.get_by_title("Show the whole picture")).to_have_text("495 %")
        easel.choose("Rectangle")
        easel.drag((0.25, 0.25), (0.75, 0.75))
        left, top, right, bottom = easel.mask(1).getbbox() or (0, 0, 0, 0)
        assert (right - left, bottom - top) == pytest.approx((600 / 4.95, 400 / 4.95), abs=3)
        assert (left + right) / 2 == pytest.approx(900 + (600 - 900) / 4.95, abs=4)
        lab.screenshot("painter-zoomed", easel.root)
        lab.page.keyboard.press("0")
        expect(easel.root.get_by_title("Show the whole picture")).to_have_text("Fit")
        easel.view.focus()
        lab.page.keyboard.down(" ")
        easel.drag((0.3, 0.3), (0.5, 0.5))
        lab.page.keyboard.up(" ")
        easel.strokes(1)

    def test_fingers(self, kept_lab: Lab) -> None:
        """One finger paints; a second one takes the beginning back and zooms instead."""
        easel, lab = Easel(kept_lab), kept_lab
        easel.view.scroll_into_view_if_needed()
        frame = easel.view.bounding_box()
        assert frame is not None
        x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
        touch = _touch(lab)
        touch("touchStart", (x - 200, y))
        touch("touchMove", (x + 200, y))
        touch("touchEnd")
        expect(easel.share).not_to_have_text("Nothing selected")
        painted = easel.strokes(1)
        assert [stroke["kind"] for stroke in painted] == ["brush"]
        touch("touchStart", (x, y))
        touch("touchMove", (x, y + 40))
        touch("touchStart", (x, y + 40), (x, y - 40))
        touch("touchMove", (x, y + 80), (x, y - 80))
        touch("touchEnd", (x, y + 80))
        touch("touchMove", (x, y + 120))
        touch("touchEnd")
        expect(easel.root.get_by_title("Show the whole picture")).to_have_text("200 %")
        assert easel.strokes(1) == painted
        assert easel.is_agreed(1)


def test_a_large_picture_on_a_narrow_dark_page(lab: Lab) -> None:
    """2048 × 2048 on 400 px: everything can be reached, and a long stroke is one message."""
    easel = Easel(lab, (2048, 2048), theme="dark")
    lab.resize(480, 900)
    lab.command("application:toggle-mode")
    expect(easel.view).to_be_visible()
    easel.drag((0.1, 0.1), (0.9, 0.2), (0.2, 0.5), (0.8, 0.9), steps=100)
    assert [stroke["kind"] for stroke in easel.strokes(1)] == ["brush"]
    assert (easel.messages, easel.masks) == (1, 1)
    assert easel.is_agreed(1)
    easel.choose("Lasso")
    easel.drag((0.1, 0.6), (0.5, 0.8), (0.1, 0.95))
    width = easel.root.evaluate("root => root.getBoundingClientRect().width")
    assert easel.root.evaluate("root => root.scrollWidth") <= width
    lab.page.mouse.move(5, 5)
    lab.screenshot("painter-narrow-dark", easel.root)
    lab.screenshot("painter-narrow-dark-page")
