"""Words of servers, prompts and files that want to be markup stay words wherever they stand."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook"
EVIL = (
    "</script></style></textarea><img src=x onerror=window.__pwned=1>"
    "<svg onload=window.__pwned=2><a href=javascript:window.__pwned=3>kite</a>"
    "\" onmouseover=window.__pwned=4 x='"
)
NAME = "<img src=x onerror=window.__pwned=5>.png"
CELLS = (
    f"EVIL = {EVIL!r}; NAME = {NAME!r}",
    # Asked as prompts: the panel, its code, its window, its children, and the twins of all.
    "%%mj --out kite\n{{EVIL}} a red kite --ar 3:2",
    'one = kite.wait().press("U2"); one.wait(); one',
    # As the name of a file, and as the words a server says of its picture.
    "one.image.save('kite.png')\nimport shutil\nshutil.copy('kite.png', NAME)\nprint(NAME)",
    "%mj describe {{NAME}} --out told",
    "%mj shorten {{EVIL}} a lonely red kite over dunes --ar 3:2",
    # Said by a server: a reason, and prompts.
    "import mj_notebook as mj\nmj.imagine(EVIL + ' --ar 0:1', force=True)",
    """
from mj_notebook.protocol.models import Task, TaskProperties
lines = "\\n\\n".join(f"{n}\\ufe0f\\u20e3 {EVIL} kite {n}" for n in range(1, 5))
said = TaskProperties(final_prompt=lines, final_zh_prompt=lines)
task = Task(id="1", action="DESCRIBE", status="SUCCESS", properties=said)
mj.current_session().track(task).breakdown
""",
    "mj.board([kite, one], labels=[EVIL, NAME], title=EVIL)",
    "%mj gallery",
)
# What of ours holds an element that only the hostile words could have made.
MADE = """() => [...document.querySelectorAll(
  '.jp-OutputArea :is([onerror], [onload], [onmouseover], [href^="javascript:"], img[src="x"])'
)].map((element) => element.outerHTML.slice(0, 200))"""


def test_hostile_words_stay_words(lab: Lab) -> None:
    """Panel, window, twin, breakdown, board and gallery show them as they are, and run nothing."""
    lab.resize(1180, 1400)
    lab.open("hostile.ipynb", [LOAD, *CELLS], environment={"MJ_DEMO_SECONDS": "0.3"})
    for cell in range(len(CELLS) + 1):
        lab.run_cell(cell, timeout=60)
    panel = lab.cell(2).locator(".mj-live").first
    expect(panel.locator(".mj-image").first).to_be_visible(timeout=30_000)
    expect(panel.locator(".mj-prompt").first).to_contain_text("onerror=window.__pwned=1")
    single = lab.cell(3).locator(".mj-live").first
    single.get_by_text("🔍 Custom Zoom", exact=True).click()
    field = single.get_by_role("textbox", name="Prompt")
    expect(field).to_have_value(re.compile("onerror=window.__pwned=1"), timeout=15_000)
    single.get_by_role("button", name="Code").first.click()
    expect(lab.cell(7)).to_contain_text("onerror", timeout=15_000)
    expect(lab.cell(8).locator("ol > li")).to_have_count(4)
    expect(lab.cell(9).locator(".mj-board")).to_contain_text(NAME)
    expect(lab.cell(10).locator(".mj-gallery")).to_contain_text("onerror", timeout=15_000)
    _is_safe(lab)
    lab.screenshot("hostile", lab.cell(2))
    lab.save()
    lab.watch.allow(r"(?i)model|widget|comm")
    lab.reopen()
    expect(lab.cell(2).locator(".mj-static")).to_contain_text("onerror", timeout=20_000)
    _is_safe(lab)


def _is_safe(lab: Lab) -> None:
    lab.page.mouse.wheel(0, 400)
    assert lab.page.evaluate(MADE) == []
    assert lab.page.evaluate("() => window.__pwned === undefined")
