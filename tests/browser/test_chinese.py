"""Panel, board, sweep and gallery in Chinese, wide and narrow: nothing leaves its frame."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook\nimport mj_notebook as mj"
KITE = "%%mj --out kite\na red kite over dunes at dawn --ar 3:2 --seed 7"
CHINESE = {"MJ_DEMO_SECONDS": "0.3", "MJ_LANG": "zh"}
MANY = {
    "mj.board([kite])": (".mj-board", "1 个任务：1 个完成"),
    "mj.sweep('a {{thing}} in fog', thing=['kite', 'ship'])": (".mj-sweep", "隐藏失败的"),
    "%mj gallery": (".mj-gallery", "3 个任务"),
}
# Rounding may add a pixel; what scrolls by itself is no overflow.
OVERFLOWING = """root => [...root.querySelectorAll('*')]
  .filter(one => getComputedStyle(one).overflowX === 'visible'
                 && !one.closest('.mj-sweep-stage')
                 && one.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
  .map(one => one.className + ': ' + one.textContent.slice(0, 40))"""

# Words that stand or are spoken, but for what a server, a prompt or Midjourney calls so.
_ENGLISH = r"""root => {
  const said = [...root.querySelectorAll('*')].flatMap(one => [
    ...[...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data),
    ...['aria-label', 'title', 'placeholder'].map(name => one.getAttribute(name) ?? '')]);
  const known = new RegExp(String.raw`--\w+|\b(kite|ship|thing|in fog|dawn|seed|`
    + String.raw`a red kite over dunes|at dawn?|imagine|Imagine|upscale|`
    + String.raw`zoom|Custom Zoom|demo|Enter|Escape|Ctrl|Shift)\b`, 'g');
  return [...new Set(said.filter(text => /[A-Za-z]{2,}/.test(text.replace(known, ''))))];
}"""


def test_a_panel_in_chinese(lab: Lab) -> None:
    """States, buttons, hints, the quiet buttons and a window; labels of the server as they are."""
    lab.open("chinese.ipynb", [LOAD, KITE, *MANY], environment=CHINESE)
    lab.run_cell(0)
    lab.run_cell(1)
    panel = lab.cell(1).locator(".mj-live").first
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=40_000)
    expect(panel.locator(".mj-words").first).to_contain_text("完成，用时")
    panel.get_by_role("button", name="放大第 2 张").click()
    child = panel.locator(".mj-child")
    expect(child).to_have_class(re.compile("mj-phase-done"), timeout=40_000)
    child.get_by_role("button", name="自定义拉远倍数").click()
    window = child.locator(".mj-window")
    expect(window).to_contain_text("选择缩放倍数和画面比例", timeout=20_000)
    lab.screenshot_both("chinese")
    assert panel.evaluate(OVERFLOWING) == []
    lab.command("application:toggle-left-area")
    lab.resize(400, 900)
    lab.screenshot("chinese-narrow")
    assert panel.evaluate(OVERFLOWING) == []
    window.get_by_role("button", name="放弃").click()
    expect(window).to_have_count(0, timeout=20_000)
    _many_in_chinese(lab)


def _many_in_chinese(lab: Lab) -> None:
    """Show each kind of many jobs: what the page itself says is Chinese too."""
    for index, (place, words) in enumerate(MANY.values(), 2):
        lab.run_cell(index)
        shown = lab.cell(index).locator(f"{place}.mj-live")
        expect(shown).to_contain_text(words, timeout=20_000)
        lab.screenshot(f"chinese-narrow{place.replace('.mj', '')}", shown)
        assert shown.evaluate(OVERFLOWING) == []
        assert shown.evaluate(_ENGLISH) == []
