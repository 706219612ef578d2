"""The uploader in JupyterLab: what a person chooses, drops or pastes is what the kernel has."""

import io
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.lab import Lab
from tests.browser.server import Theme

pytestmark = pytest.mark.browser

OPEN = """
from mj_notebook.widgets.uploader import Uploader
uploader = Uploader(MOST, "Pictures to try")
uploader
"""
BUSY = "import time; time.sleep(9)"
CHOOSE = "%load_ext mj_notebook\n%mj describe"
FACTS = """
import io, json
from PIL import Image
opened = [Image.open(io.BytesIO(one)) for one in uploader.pictures]
sizes = [(image.load(), image.size)[1] for image in opened]
facts = zip(uploader.names, map(len, uploader.pictures), [i.format for i in opened], sizes)
print(json.dumps(list(facts)))
"""
# Colours as the eye meets them: what is see-through takes on what lies below it.
CONTRASTS = """root => {
  const read = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const channels = (text) => {
    const [r, g, b, a = 1] = read(text);
    return text.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3]));
  const paper = (element) => {
    if (!element) return [255, 255, 255];
    const own = channels(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, paper(element.parentElement));
  };
  const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  for (const element of root.querySelectorAll("p, span, label, button, textarea")) {
    const isSeen = element.textContent.trim() && element.getClientRects().length;
    if (!isSeen || element.closest("[aria-disabled=true]")) continue;
    const below = paper(element);
    const [a, b] = [light(over(channels(getComputedStyle(element).color), below)), light(below)];
    found.push([element.className, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
  }
  return found;
}"""
DROP = """(zone, files) => {
  const transfer = new DataTransfer();
  for (const [name, type, text] of files) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const told = { bubbles: true, cancelable: true, dataTransfer: transfer };
    zone.dispatchEvent(new DragEvent(kind, told));
  }
}"""
COPY = """async (text) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const blob = new Blob([bytes], { type: "image/png" });
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}"""


def noise(width: int, height: int) -> Image.Image:
    """Return a picture that hardly any format makes smaller."""
    numbers = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype="uint8")
    return Image.fromarray(numbers)


def file_of(folder: Path, name: str, image: Image.Image, kind: str, **options: Any) -> Path:
    """Write *image* into a file, and return its path."""
    path = folder / name
    image.save(path, kind, **options)
    return path


class Desk:
    """A notebook that shows an uploader."""

    def __init__(self, lab: Lab, most: int = 5, theme: Theme = "light") -> None:
        self.lab, self.page = lab, lab.page
        if lab.notebook.name != "uploader.ipynb":
            lab.open("uploader.ipynb", [OPEN, BUSY, ""], theme=theme)
            lab.command("application:toggle-left-area")
        lab.kexec(f"MOST = {most}")
        lab.run_cell(0)
        self.root = self.page.locator(".mj-uploader").first
        self.rows = self.root.get_by_role("listitem")
        self.here = self.root.locator(".mj-uploader-here")
        expect(self.root).to_be_visible()

    def choose(self, *paths: Path) -> None:
        """Choose files as the button's dialog would."""
        self.root.locator("input[type=file]").set_input_files(list(paths))

    def drop(self, *files: tuple[str, str, bytes]) -> None:
        """Drop files: name, type, content."""
        told = [[name, kind, b64encode(content).decode()] for name, kind, content in files]
        self.root.locator(".mj-uploader-zone").evaluate(DROP, told)

    def names(self) -> list[str]:
        """Return the names in the list, in their order."""
        return self.here.locator(".mj-uploader-name").all_inner_texts()

    def pictures(self) -> list[tuple[str, int, str, tuple[int, int]]]:
        """Return name, length, format and size of what the kernel has."""
        told = self.lab.kexec(FACTS)
        return [(name, length, kind, tuple(size)) for name, length, kind, size in json.loads(told)]


def png(width: int, height: int, colour: str) -> bytes:
    """Return a PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


class TestAnew:
    """Each with an uploader of its own, in one notebook."""

    def test_a_large_photo_arrives_smaller(self, kept_lab: Lab, tmp_path: Path) -> None:
        """A file of 12 MB is written smaller in the page, says so, and arrives as a picture."""
        photo = file_of(tmp_path, "photo.jpg", noise(3600, 2400), "JPEG", quality=97)
        assert photo.stat().st_size > 11_000_000
        desk, lab = Desk(kept_lab), kept_lab
        desk.choose(photo)
        expect(desk.here).to_have_count(1, timeout=60_000)
        expect(desk.here).to_contain_text("MB, sent as JPEG with 2048 × 1365 (")
        ((name, length, kind, size),) = desk.pictures()
        assert (name, kind, size) == ("photo.jpg", "JPEG", (2048, 1365))
        assert length <= 4_000_000
        lab.screenshot("uploader-light", desk.root)

    def test_dropped_and_pasted(self, kept_lab: Lab) -> None:
        """What is dropped, and what Ctrl+V brings where the zone has the focus, is taken."""
        desk, lab = Desk(kept_lab), kept_lab
        red, blue, green = png(60, 40, "red"), png(50, 50, "blue"), png(40, 60, "green")
        desk.drop(("red.png", "image/png", red), ("blue.png", "image/png", blue))
        expect(desk.here).to_have_count(2)
        lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        lab.page.evaluate(COPY, b64encode(green).decode())
        desk.root.locator(".mj-uploader-zone").focus()
        lab.page.keyboard.press("Control+V")
        expect(desk.here).to_have_count(3)
        first, second, third = desk.pictures()
        assert first == ("red.png", len(red), "PNG", (60, 40))
        assert second == ("blue.png", len(blue), "PNG", (50, 50))
        assert third[2:] == ("PNG", (40, 60))
        expect(desk.root.get_by_role("status")).to_contain_text("3 pictures of 5")
        lab.page.evaluate("navigator.clipboard.writeText('only words')")
        lab.page.keyboard.press("Control+V")
        expect(desk.root.get_by_role("alert")).to_contain_text("pasted holds no file")
        assert lab.page.locator(".jp-Notebook .jp-Cell").count() == 3

    def test_order_by_keyboard(self, kept_lab: Lab) -> None:
        """All can be done with keys; the focus stays with what was moved, and is never lost."""
        desk, lab = Desk(kept_lab, 3), kept_lab
        desk.drop(
            *((f"{name}.png", "image/png", png(30, 30, name)) for name in ("red", "blue", "gold"))
        )
        expect(desk.here).to_have_count(3)
        lab.screenshot("uploader-three", desk.root)
        desk.root.get_by_role("button", name="Move later: red.png").focus()
        lab.page.keyboard.press("Enter")
        expect(desk.here.nth(1)).to_contain_text("red.png")
        expect(desk.root.get_by_role("button", name="Move later: red.png")).to_be_focused()
        lab.page.keyboard.press("Alt+ArrowDown")
        expect(desk.here.nth(2)).to_contain_text("red.png")
        assert [name for name, *_ in desk.pictures()] == ["blue.png", "gold.png", "red.png"]
        desk.root.get_by_role("button", name="Remove gold.png").focus()
        lab.page.keyboard.press("Enter")
        expect(desk.here).to_have_count(2)
        expect(desk.root.get_by_role("button", name="Remove red.png")).to_be_focused()
        assert [name for name, *_ in desk.pictures()] == ["blue.png", "red.png"]
        lab.page.keyboard.press("Enter")
        expect(desk.root.get_by_role("button", name="Remove blue.png")).to_be_focused()
        lab.page.keyboard.press("Enter")
        expect(desk.root.locator("input[type=file]")).to_be_focused()
        assert desk.pictures() == []

    def test_what_can_not_be_taken_is_said(self, kept_lab: Lab) -> None:
        """What is no picture, or has no room, is named; markup in names is only text."""
        desk, lab = Desk(kept_lab, 2), kept_lab
        evil = "<img src=x onerror='window.ran=1'>.png"
        desk.drop(
            ("notes.png", "image/png", b"only words"),
            (evil, "image/png", png(30, 30, "red")),
            ("third.png", "image/png", png(30, 30, "blue")),
        )
        expect(desk.root.get_by_role("alert")).to_have_text(
            "There is room for 2 pictures; left out: third.png."
        )
        expect(desk.here).to_have_count(1)
        expect(desk.rows).to_have_count(2)
        failed = desk.root.locator(".mj-uploader-failed")
        expect(failed).to_contain_text("It is no picture this browser can read.")
        assert desk.names() == [evil]
        assert lab.page.evaluate("window.ran") is None
        failed.get_by_role("button", name="Remove notes.png").click()
        expect(desk.rows).to_have_count(1)
        assert len(desk.pictures()) == 1

    def test_a_busy_kernel_gets_it_later(self, kept_lab: Lab, tmp_path: Path) -> None:
        """While a cell runs the page says so; what is cancelled meanwhile never arrives."""
        desk, lab = Desk(kept_lab), kept_lab
        run = lab.start_cell(1)
        wide = file_of(tmp_path, "wide.png", noise(900, 600), "PNG")
        desk.choose(wide, file_of(tmp_path, "other.png", noise(30, 30), "PNG"))
        row = desk.rows.first
        expect(row).to_contain_text("The kernel is busy", timeout=9_000)
        expect(row.get_by_role("progressbar")).to_be_visible()
        lab.screenshot("uploader-busy", desk.root)
        row.get_by_role("button", name="Cancel wide.png").click()
        expect(desk.rows).to_have_count(1)
        lab.finish(run)
        expect(desk.here).to_have_count(1, timeout=15_000)
        assert [name for name, *_ in desk.pictures()] == ["other.png"]


def test_lost_messages_lose_nothing(fresh_lab: Lab, tmp_path: Path) -> None:
    """A picture and an answer that vanish on the line are noticed, and it arrives once."""
    lost: list[str] = []

    def relay(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_kernel(message: str | bytes) -> None:
            if not is_first(message, b'"kind":"picture"', name="picture"):
                server.send(message)

        def to_page(message: str | bytes) -> None:
            if not is_first(message, b'"kind": "answer"', b'"here"', name="answer"):
                socket.send(message)

        socket.on_message(to_kernel)
        server.on_message(to_page)

    def is_first(message: str | bytes, *parts: bytes, name: str) -> bool:
        content = message if isinstance(message, bytes) else message.encode()
        if name in lost or not all(part in content for part in parts):
            return False
        lost.append(name)
        return True

    # Only the sockets of a page that loads after this are relayed.
    fresh_lab.page.route_web_socket("**/channels*", relay)
    desk = Desk(fresh_lab)
    path = file_of(tmp_path, "wide.png", noise(1000, 700), "PNG")
    desk.choose(path)
    expect(desk.rows).to_have_count(1)
    expect(desk.here).to_have_count(1, timeout=30_000)
    expect(desk.root.get_by_role("progressbar")).to_have_count(0, timeout=15_000)
    assert lost == ["picture", "answer"]
    assert desk.pictures() == [("wide.png", path.stat().st_size, "PNG", (1000, 700))]


def test_the_largest_picture_is_one_message(lab: Lab, tmp_path: Path) -> None:
    """What proxies take at most goes through the notebook's server as it is, at once."""
    path = file_of(tmp_path, "large.png", noise(1330, 1000), "PNG", compress_level=0)
    assert 3_950_000 < path.stat().st_size <= 4_000_000
    sizes: list[int] = []
    sockets = lambda socket: socket.on("framesent", lambda frame: sizes.append(len(frame)))  # noqa: E731
    lab.page.on("websocket", sockets)
    desk = Desk(lab)
    desk.choose(path)
    expect(desk.here).to_have_count(1, timeout=30_000)
    assert desk.pictures() == [("large.png", path.stat().st_size, "PNG", (1330, 1000))]
    assert len([size for size in sizes if size > 100_000]) == 1


def test_a_notebook_opened_again_loses_nothing(lab: Lab) -> None:
    """The kernel has the pictures: views that are made anew show them, with thumbnails."""
    desk = Desk(lab)
    desk.drop(("red.png", "image/png", png(60, 40, "red")))
    expect(desk.here).to_have_count(1)
    lab.save()
    lab.reopen(fresh_kernel=False)
    expect(desk.here).to_have_count(1, timeout=20_000)
    image = desk.here.locator("img")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    desk.drop(("blue.png", "image/png", png(60, 40, "blue")))
    expect(desk.here).to_have_count(2)
    assert [name for name, *_ in desk.pictures()] == ["red.png", "blue.png"]


def test_a_restarted_kernel_is_told(lab: Lab) -> None:
    """What can no longer arrive says so, and what to do."""
    desk = Desk(lab)
    desk.drop(("red.png", "image/png", png(60, 40, "red")))
    expect(desk.here).to_have_count(1)
    lab.restart_kernel()
    desk.drop(("blue.png", "image/png", png(60, 40, "blue")))
    expect(desk.root).to_contain_text("Run the cell again.", timeout=30_000)
    desk.root.get_by_role("button", name="Remove red.png").click()
    lab.screenshot("uploader-restarted", desk.root)


def test_words_and_pictures(lab: Lab) -> None:
    """A prompt is typed below the pictures; Lab's own keys leave it alone."""
    source = ["import mj_notebook as mj\nform = mj.uploader('imagine')\nform", ""]
    lab.open("imagine.ipynb", source, environment={"MJ_DEMO_SECONDS": "2"})
    lab.run_cell(0)
    root = lab.page.locator(".mj-uploader")
    root.locator(".mj-uploader-zone").evaluate(
        DROP, [["red.png", "image/png", b64encode(png(60, 40, "red")).decode()]]
    )
    why = root.locator(".mj-uploader-why")
    expect(why).to_have_text("Write what should be drawn.")
    prompt = root.get_by_label("Prompt")
    prompt.focus()
    lab.page.keyboard.type("a blue add kite --ar 3:2")  # a, b, d d: they would make and cut cells
    expect(why).to_have_text("")
    assert lab.page.locator(".jp-Notebook .jp-Cell").count() == 2
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Enter")
    panel = lab.page.locator(".mj-panel")
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=30_000)
    expect(panel).to_contain_text("a blue add kite")
    lab.screenshot("uploader-imagine", lab.cell(0))
    assert lab.kexec("print(form.job.prompt)").strip().endswith("a blue add kite --ar 3:2")


def test_words_typed_for_a_busy_kernel_stay(lab: Lab) -> None:
    """What is typed while a cell runs is neither overwritten nor lost."""
    source = ["import mj_notebook as mj\nform = mj.uploader('imagine', 'old')\nform", BUSY]
    lab.open("imagine.ipynb", source)
    lab.run_cell(0)
    root = lab.page.locator(".mj-uploader")
    prompt = root.get_by_label("Prompt")
    expect(prompt).to_have_value("old")
    run = lab.start_cell(1)
    prompt.fill("a blue kite")
    root.locator(".mj-uploader-zone").evaluate(
        DROP, [["red.png", "image/png", b64encode(png(60, 40, "red")).decode()]]
    )
    expect(root).to_contain_text("The kernel is busy", timeout=9_000)
    expect(prompt).to_have_value("a blue kite")
    lab.finish(run)
    expect(root.locator(".mj-uploader-here")).to_have_count(1, timeout=15_000)
    expect(prompt).to_have_value("a blue kite")
    assert lab.kexec("print(form.uploader.prompt, form.jobs)").strip() == "a blue kite []"


def test_describe_from_the_uploader(lab: Lab, tmp_path: Path) -> None:
    """Without a picture, the command opens an uploader; its button starts the job once."""
    source = [CHOOSE, "print(_mj.id, len(_mj.remarks))"]
    lab.open("describe.ipynb", source, environment={"MJ_DEMO_SECONDS": "2"})
    lab.run_cell(0)
    root = lab.page.locator(".mj-uploader")
    button = root.get_by_role("button", name="Describe")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(root.locator(".mj-uploader-why")).to_have_text("Choose one.")
    photo = file_of(tmp_path, "photo.jpg", noise(3600, 2400), "JPEG", quality=97)
    root.locator("input[type=file]").set_input_files(photo)
    expect(button).to_have_attribute("aria-disabled", "false", timeout=30_000)
    button.click(click_count=3)
    panel = lab.page.locator(".mj-panel")
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=30_000)
    expect(panel).to_have_count(1)
    expect(panel).to_contain_text("photo.jpg: 12.1 MB, sent as JPEG with 2048 × 1365")
    expect(button).to_have_attribute("aria-disabled", "true")
    lab.run_cell(1)
    expect(lab.outputs(1)).to_have_text(re.compile(r"^\d+ 1\s*$"))
    for theme in lab.in_both_themes():
        lab.screenshot(f"uploader-describe-{theme}", lab.cell(0))
        faint = [(name, ratio) for name, ratio in root.evaluate(CONTRASTS) if ratio < 4.5]
        assert faint == []
    lab.resize(480, 900)
    lab.command("application:toggle-left-area")
    width = root.evaluate("root => root.getBoundingClientRect().width")
    assert root.evaluate("root => root.scrollWidth") <= width
    lab.screenshot_both("uploader-narrow")
    lab.save()
    task = lab.outputs(1).inner_text().split()[0]
    lab.reopen()
    lab.watch.allow(r"(?i)model|widget|comm")
    twin = lab.page.locator("figure.mj-static")
    expect(twin).to_be_visible(timeout=20_000)
    expect(twin).to_contain_text(task)
