"""Records the moving picture that README begins with: ``python -m tests.browser.record``.

A real JupyterLab in a real Chromium: a prompt is typed and run on the demo server, and a button of
its panel is pressed. What is seen is written as an animated WebP, with waits shortened.
"""

import base64
import re
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, ViewportSize, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.lab import Lab
from tests.browser.server import JupyterServer
from tests.support.browsers import HOW, browser_path

TARGET = Path(__file__).parents[2] / "notebooks" / "images" / "first_picture.webp"
MOST_BYTES = 2**20
_SIZE = ViewportSize(width=920, height=800)
_PROMPT = "%%mj --out kite\na red kite over dunes at dawn --ar 3:2 --seed 7"
_DEMO = {"MJ_DEMO_SECONDS": "5"}
# Seconds: changes within a moment are one; nothing stands longer than this, but the last frame.
_MOMENT, _LONGEST, _LAST = 0.09, 0.9, 3.5
_DONE = re.compile("mj-phase-done")


class Film:
    """What Chromium shows of one place in a page: each change of it, with its time."""

    def __init__(self, page: Page, place: Locator) -> None:
        box = place.bounding_box() or sys.exit("There is nothing to be seen.")
        self._box = (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
        self._seen: list[tuple[float, bytes]] = []
        self._session = page.context.new_cdp_session(page)
        self._session.on("Page.screencastFrame", self._keep)
        self._session.send("Page.startScreencast", {"format": "png"})

    def _keep(self, event: dict[str, Any]) -> None:
        self._seen.append((event["metadata"]["timestamp"], base64.b64decode(event["data"])))
        self._session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    def stop(self) -> None:
        """See nothing more."""
        self._session.send("Page.stopScreencast")

    def frames(self) -> Iterator[tuple[Image.Image, int]]:
        """Return what was seen, each with its milliseconds; a long wait is shown as a short one."""
        kept = self._seen[:1]
        for each in self._seen[1:]:
            # Of several within a moment, the last.
            kept[-1 if each[0] - kept[-1][0] < _MOMENT and len(kept) > 1 else len(kept) :] = [each]
        ends = [time for time, _ in kept[1:]]
        for (start, content), end in zip(kept, [*ends, kept[-1][0] + _LAST], strict=True):
            frame = Image.open(BytesIO(content)).convert("RGB").crop(self._box)
            longest = _LONGEST if end in ends else _LAST
            yield frame, round(1000 * min(end - start, longest))

    def write(self, path: Path) -> str:
        """Write the film as an animated WebP; tell how long it became."""
        *before, last = self.frames()
        # The last first: where nothing moves, as in previews, what is seen is a finished panel.
        frames, durations = zip(last, *before, strict=True)
        frames[0].save(
            path,
            save_all=True,
            append_images=frames[1:],
            duration=list(durations),
            loop=0,
            quality=60,
            method=6,
        )
        return f"{len(frames)} frames, {sum(durations) / 1000:.0f} s, {path.stat().st_size} bytes"


def record(page: Page, folder: Path) -> Film:
    """Play the scene, and return what was seen."""
    server = JupyterServer(folder / "jupyter")
    try:
        (folder / "film").mkdir()
        lab = Lab(page, server, folder / "film")
        lab.open("kite.ipynb", ["%load_ext mj_notebook", ""], environment=_DEMO)
        lab.command("application:toggle-left-area")
        lab.run_cell(0)
        film = Film(page, page.locator(".jp-NotebookPanel"))
        _play(lab)
        film.stop()
        return film
    finally:
        server.stop()


def _play(lab: Lab) -> None:
    page = lab.page
    lab.cell(1).locator(".cm-content").click()
    page.keyboard.type(_PROMPT, delay=45)
    page.wait_for_timeout(600)
    page.keyboard.press("Control+Enter")
    panel = page.locator(".mj-live").first
    expect(panel).to_have_class(_DONE, timeout=60_000)
    expect(panel.locator("img").first).to_have_js_property("complete", value=True)
    button = panel.get_by_text("U2", exact=True)
    button.hover()
    page.wait_for_timeout(1500)
    button.click()
    child = page.locator(".mj-child").first
    expect(child).to_be_visible()
    child.evaluate("one => one.scrollIntoView({block: 'end'})")
    expect(child).to_have_class(_DONE, timeout=60_000)
    child.evaluate("one => one.scrollIntoView({block: 'end'})")
    page.wait_for_timeout(1500)


def main() -> int:
    """Record, write, and tell how large it became."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=browser_path() or sys.exit(f"Please {HOW}."), args=ARGUMENTS
        )
        page = browser.new_context(viewport=_SIZE).new_page()
        film = record(page, Path(folder))
        browser.close()
        told = film.write(TARGET)
    print(f"{TARGET.name}: {told}")
    return 0 if TARGET.stat().st_size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
