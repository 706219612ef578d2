"""
What a gallery of 25,000 costs a page, in processor time of the page's own thread.

A bare page that shows as many pictures, in the same browser a moment before, tells how fast the
machine is.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import mj_notebook.widgets
from tests.browser.work import Work
from tests.view.samples import encoded
from tests.widgets.galleries import picture

pytestmark = pytest.mark.browser

STATIC = Path(mj_notebook.widgets.__file__).parent / "static"
PICTURES = 40
FRAMES = 20
LONGEST_FRAME = 50.0  # milliseconds

# A kernel that answers at once.
KERNEL = """(pictures) => {
  const bytes = pictures.map((one) => Uint8Array.from(atob(one), (sign) => sign.charCodeAt(0)));
  const total = 25000, heard = [];
  const asked = {text: "", action: "", status: "", since: "", rating: "", tag: "", server: "",
    sort: "", group: "", like: ""};
  const row = (n) => ({key: `s ${n}`, task: `${n}`, server: "s", sha256: `${n % bytes.length}`,
    group: "", label: `a red kite over dunes number${n} --ar 1:1 --s ${n}`, words: "done in 42 s",
    details: "2026-11-30 · Imagine", reason: "", phase: "done", percent: null, rating: n % 6,
    tags: n % 7 ? "" : "cover"});
  const rows = (first, last) =>
    Array.from({length: Math.min(last, total) - first}, (_, n) => row(first + n));
  const names = (some) => [...new Set(some.map((one) => one.sha256))];
  const page = (query, told) => ({kind: "found", query, asked: told, actions: ["IMAGINE"], tags: [],
    servers: ["s"], groups: told.group ? Array(5000).fill(5) : [], total, rows: rows(0, 60)});
  const tell = (message, shown) => heard.forEach((call) => call(
    {...message, pictures: shown}, shown.map((name) => new DataView(bytes[name].buffer))));
  window.sent = [];
  window.model = {
    get: () => ({...page(0, asked),
      pictures: Object.fromEntries(names(rows(0, 24)).map((name) => [name, bytes[name]]))}),
    on: (_, call) => heard.push(call), off() {}, set() {}, save_changes() {},
    send(content) {
      window.sent.push(content.kind);
      const {kind, query, first, last, ...told} = content;
      if (kind === "ask") setTimeout(() => tell(page(query, told), names(rows(0, 24))));
      if (kind !== "look") return;
      const some = rows(first, Math.min(last, first + 200));
      setTimeout(() => tell({kind: "rows", query, first, rows: some}, names(some)));
    },
  };
}"""
LOAD = """async (source) => {
  window.widget = (await import("data:text/javascript;base64," + source)).default();
  window.widget.initialize({model: window.model});
}"""
OPEN = """async () => {
  window.widget.render({el: document.body, model: window.model});
  await document.querySelector(".mj-cell-image[src]").decode();
  await new Promise(requestAnimationFrame);
}"""
# As few elements as a page of pictures and words can do with.
BARE = """async (pictures) => {
  const addresses = pictures.map((one) => URL.createObjectURL(new Blob(
    [Uint8Array.from(atob(one), (sign) => sign.charCodeAt(0))], {type: "image/jpeg"})));
  const list = document.createElement("div"), sheet = document.createElement("div");
  list.className = "mj-gallery-list";
  list.style.cssText = "position: relative; height: 640px; overflow: auto";
  sheet.style.cssText = "position: relative; height: 900000px";
  list.append(sheet);
  document.body.append(list);
  const cells = Array.from({length: 40}, () => {
    const cell = document.createElement("div"), words = document.createElement("div");
    const image = document.createElement("img");
    cell.style.cssText = "position: absolute; width: 160px; height: 232px; contain: strict";
    image.style.cssText = "width: 144px; height: 144px";
    cell.append(image, words);
    sheet.append(cell);
    return {cell, image, words};
  });
  const draw = () => {
    const first = Math.floor(list.scrollTop / 240) * 7;
    for (const [n, {cell, image, words}] of cells.entries()) {
      cell.style.left = `${(n % 7) * 168}px`;
      cell.style.top = `${Math.floor((first + n) / 7) * 240}px`;
      image.src = addresses[(first + n) % addresses.length];
      words.textContent = `a red kite over dunes number${first + n} --ar 1:1`;
    }
  };
  list.addEventListener("scroll", () => requestAnimationFrame(draw));
  draw();
  await cells[0].image.decode();
  await new Promise(requestAnimationFrame);
}"""
SCROLL = """async () => {
  document.querySelector(".mj-gallery-list").scrollTop += 300;
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}"""
PICK = """async ([name, value]) => {
  const field = document.querySelector(`select[aria-label="${name}"]`);
  const heard = new Promise((call) => window.model.on("", call));
  field.value = value;
  field.dispatchEvent(new Event("change"));
  await heard;
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}"""
# Those that read the page in its order, and not by sight, find them in the order of the list.
IN_ORDER = """() => {
  const cells = [...document.querySelectorAll(".mj-gallery-sheet > .mj-cell")];
  const numbers = cells.map((cell) => Number(cell.dataset.number));
  return numbers.length > 30 && numbers.every((one, at) => !at || one > numbers[at - 1]);
}"""
ADDED = """() => {
  const held = window.held = new Set();
  new MutationObserver((news) => {
    for (const one of news) for (const node of one.addedNodes) held.add(node);
  }).observe(document.querySelector(".mj-gallery-sheet"), {childList: true});
}"""


@contextmanager
def opened(browser: Browser) -> Iterator[tuple[Page, Work]]:
    """Give an empty page with the look of a gallery."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_content(f"<!doctype html><style>{(STATIC / 'gallery.css').read_text()}</style>")
    yield page, Work(page)
    context.close()


def test_a_gallery_works_little_more_than_a_bare_page(browser: Browser) -> None:
    """First pictures, scrolling, sorting, grouping, filtering: no frame of 50 ms of our own."""
    pictures = [
        base64.b64encode(encoded(picture(number), "JPEG")).decode() for number in range(PICTURES)
    ]
    with opened(browser) as (page, work):
        bare_opening = work.of(BARE, pictures)
        bare = sorted(work.of(SCROLL) for _ in range(FRAMES))
    with opened(browser) as (page, work):
        page.evaluate(KERNEL, pictures)
        page.evaluate(LOAD, base64.b64encode((STATIC / "gallery.js").read_bytes()).decode())
        opening = work.of(OPEN)
        page.evaluate(ADDED)
        ours = sorted(work.of(SCROLL) for _ in range(FRAMES))
        page.wait_for_function(IN_ORDER)
        elements, messages = page.evaluate("[window.held.size, window.sent.length]")
        picks = {
            value: work.of(PICK, [name, value])
            for name, value in (("Order", "rating"), ("Groups", "prompt"), ("Rating", "4"))
        }
    told = {
        "first pictures": (opening, bare_opening),
        "median frame": (ours[FRAMES // 2], bare[FRAMES // 2]),
        "longest frame": (ours[-1], bare[-1]),
    }
    print(
        json.dumps(
            {name: [round(one, 1) for one in two] for name, two in told.items()}
            | {name: round(took, 1) for name, took in picks.items()}
            | {"elements": elements, "messages": messages}
        )
    )
    assert opening < 2 * bare_opening
    assert sum(ours) < 2.5 * sum(bare)
    # Two frames each; on a slow machine as much as such a page costs there.
    assert ours[-1] < 2 * max(LONGEST_FRAME, bare[-1])
    assert max(picks.values()) < 3 * max(LONGEST_FRAME, bare[-1])
    assert elements < 60  # for some 150 cells that came into view
    assert messages <= FRAMES + 2  # at most one for each place where it rests
