"""A blind pair in JupyterLab: keys alone, nothing that tells, and what is there when reopened."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.contrast import too_faint
from tests.browser.lab import Lab
from tests.browser.work import Work

pytestmark = pytest.mark.browser

DRAW = """%load_ext mj_notebook
import mj_notebook as mj
sweep = mj.sweep("a {{what}} by night", what=["kite", "paper ship"], seed=[1, 2], run=True).wait()
study = mj.compare(sweep, by="what")"""
# What a rater waits for: from the key to the next pair, decoded. The first pair is taken back in
# between, so that few pictures are enough.
ANSWER = """async (root) => {
  const frame = () => new Promise(requestAnimationFrame);
  const images = () => [...root.querySelectorAll(".mj-study-image")];
  const before = images().map((image) => image.src), begun = performance.now();
  root.dispatchEvent(new KeyboardEvent("keydown", {key: "1", bubbles: true}));
  while (images().some((image, at) => !image.src || image.src === before[at])) await frame();
  await Promise.all(images().map((image) => image.decode()));
  window.mjTook = performance.now() - begun;
}"""
BACK = """async (root) => {
  const count = () => root.querySelector(".mj-study-count").textContent;
  root.dispatchEvent(new KeyboardEvent("keydown", {key: "Backspace", bubbles: true}));
  while (!count().startsWith("0 /")) await new Promise(requestAnimationFrame);
}"""
ROUNDS, LONGEST = 20, 100.0
SECRETS = ("kite", "paper ship", "night", "seed", "what", ".png")


def pair(lab: Lab) -> Locator:
    """Return the pair, with both pictures on the screen."""
    root = lab.cell(1).locator(".mj-study")
    for image in root.locator(".mj-study-image").all():
        expect(image).to_be_visible()
        expect(image).not_to_have_js_property("naturalWidth", 0)
    return root


def test_a_pair_is_answered_by_keys_and_gives_nothing_away(lab: Lab) -> None:
    """Neither page nor names tell the condition; answers stay when the page is loaded anew."""
    cells = [DRAW, "study", "study.rating().done"]
    lab.open("study.ipynb", cells, environment={"MJ_DEMO_SECONDS": "1"})
    lab.command("application:toggle-left-area")
    lab.run_all(timeout=90)
    root = pair(lab)
    expect(root.locator(".mj-study-count")).to_have_text("0 / 2 · rater 1")
    page = root.evaluate("(root) => root.outerHTML")
    assert [word for word in SECRETS if word in page] == []
    assert all(too_faint(root) == {} for _ in lab.in_both_themes())
    lab.screenshot_both("study", lab.cell(1))
    lab.resize(400, 800)
    lab.screenshot_both("study-narrow", lab.cell(1))
    lab.resize(1280, 900)
    root.focus()
    _takes_a_moment(lab, root)
    expect(root.locator(".mj-study-count")).to_have_text("1 / 2 · rater 1")
    root.press("0")
    expect(root.locator(".mj-study-end")).to_be_visible()
    lab.screenshot("study-end", lab.cell(1))
    root.press("Backspace")
    expect(root.locator(".mj-study-count")).to_have_text("1 / 2 · rater 1")
    lab.save()
    lab.reopen(fresh_kernel=False)
    root = pair(lab)
    expect(root.locator(".mj-study-count")).to_have_text("1 / 2 · rater 1")
    lab.run_cell(2)
    expect(lab.cell(2).locator(".jp-OutputArea-output")).to_have_text("1")


def _takes_a_moment(lab: Lab, root: Locator) -> None:
    """From a key to the next pair the page works less than 100 ms in 19 of 20."""
    work, handle = Work(lab.page), root.element_handle()
    worked, waited = [], []
    for _ in range(ROUNDS):
        worked.append(work.of(ANSWER, handle))
        waited.append(lab.page.evaluate("window.mjTook"))
        lab.page.evaluate(BACK, handle)
    lab.page.evaluate(ANSWER, handle)
    p95 = ROUNDS * 19 // 20 - 1
    told = [sorted(all_)[p95] for all_ in (worked, waited)]
    print(
        f"A pair takes the page {told[0]:.0f} ms of work at p95; it is there after {told[1]:.0f}."
    )
    assert told[0] < LONGEST
