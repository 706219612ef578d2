"""The first picture in JupyterLab: a live panel, a button, a child, a reload, the twin."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "01_first_picture.ipynb"
LOAD = "%load_ext mj_notebook"
DRAW = "%%mj --out kite\na red kite over dunes at dawn --ar 3:2 --seed 7"
DEMO = {"MJ_DEMO_SECONDS": "4"}
# Large enough for a preview of the usual size; the others show smaller ones, painted sooner.
LARGE = {**DEMO, "MJ_DEMO_SIZE": "1024"}


def _panel(lab: Lab) -> Locator:
    return lab.page.locator(".mj-live")


def _draw(lab: Lab) -> Locator:
    lab.open("first.ipynb", [LOAD, DRAW], environment={"MJ_DEMO_SECONDS": "2"})
    lab.run_all()
    panel = _panel(lab)
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=30_000)
    return panel


def test_a_newcomer_sees_a_picture_appear(lab: Lab) -> None:
    """The cell returns at once; the panel says demo, shows progress moving, then the grid."""
    lab.open("first.ipynb", [LOAD, DRAW], environment=LARGE)
    lab.run_all()
    panel = _panel(lab)
    expect(panel).to_contain_text("demo")
    bar = panel.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]"), timeout=15_000)
    first = int(bar.get_attribute("aria-valuenow") or 0)
    picture = panel.locator("img")
    expect(picture).to_be_visible(timeout=15_000)  # the preview
    lab.page.wait_for_function(
        "first => Number(document.querySelector('.mj-live [role=progressbar]')"
        "?.getAttribute('aria-valuenow') ?? 100) > first",
        arg=first,
    )
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=30_000)
    assert picture.first.get_attribute("alt") == "a red kite over dunes at dawn --ar 3:2 --seed 7"
    assert picture.first.evaluate("image => image.naturalWidth") >= 900
    for name in ("U1", "U4", "V1", "V4"):
        expect(panel.get_by_text(name, exact=True)).to_be_visible()


def test_a_press_opens_a_child_and_a_reload_loses_nothing(lab: Lab) -> None:
    """U2 makes a child below; the page can be loaded again; without a kernel the twin is there."""
    panel = _draw(lab)
    panel.get_by_text("U2", exact=True).click()
    child = panel.locator(".mj-child")
    expect(child).to_have_class(re.compile("mj-phase-done"), timeout=20_000)
    expect(child).to_contain_text("U2")
    # While the panel lives, the twin is there but not seen.
    twin = lab.page.locator(".mj-static").first
    expect(twin).to_be_hidden()
    # Nor in a front end that calls its outputs otherwise.
    lab.page.locator(".jp-OutputArea-child").evaluate_all(
        "outputs => outputs.forEach((one) => one.classList.remove('jp-OutputArea-child'))"
    )
    expect(twin).to_be_hidden()
    lab.save()
    lab.reload()
    expect(_panel(lab)).to_be_visible(timeout=20_000)
    lab.save()
    lab.reopen()
    lab.watch.allow(r"(?i)model|widget|comm")
    twin = lab.page.locator("figure.mj-static")
    expect(twin).to_be_visible(timeout=20_000)
    expect(twin).to_contain_text("a red kite over dunes at dawn")
    expect(twin.locator("img")).to_have_count(2)
    lab.screenshot("twin-light", lab.cell(1))


def test_three_quick_clicks_are_one_task(lab: Lab) -> None:
    """An impatient person pays once."""
    panel = _draw(lab)
    button = panel.get_by_text("V3", exact=True)
    button.click(click_count=3, delay=20)
    child = panel.locator(".mj-child")
    expect(child).to_have_class(re.compile("mj-phase-done"), timeout=20_000)
    assert lab.kexec("print(len(kite.children))").strip() == "1"


def test_a_refusal_is_an_error_and_the_panel_of_a_failure_says_why(lab: Lab) -> None:
    """A banned word is one short error output; nothing else is shown, the kernel lives."""
    lab.open("banned.ipynb", [LOAD, "%%mj\na nude figure", "print('alive')"], environment=DEMO)
    lab.run_cell(0)
    lab.run_cell(1)
    error = lab.cell(1).locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']")
    if error.count() == 0:
        error = lab.cell(1).locator(".jp-OutputArea-output").last
    expect(error).to_contain_text("nude")
    assert len((error.text_content() or "").strip().splitlines()) <= 2
    lab.screenshot("refused-light", lab.cell(1))
    lab.run_cell(2)
    expect(lab.outputs(2).first).to_have_text("alive\n")


def test_markup_in_a_prompt_stays_text(lab: Lab) -> None:
    """What a prompt holds is shown, never run."""
    hostile = "<img src=x onerror=window.XSSRAN=1> </style><script>window.XSSRAN=1</script> cat"
    lab.open("hostile.ipynb", [LOAD, f"%%mj\n{hostile}"], environment={"MJ_DEMO_SECONDS": "1"})
    lab.run_all()
    panel = _panel(lab)
    expect(panel).to_have_class(re.compile("mj-phase-done"), timeout=30_000)
    expect(panel).to_contain_text("onerror=window.XSSRAN=1")
    lab.save()
    lab.reopen()
    lab.watch.allow(r"(?i)model|widget|comm")
    expect(lab.page.locator("figure.mj-static")).to_be_visible(timeout=20_000)
    assert lab.page.evaluate("() => window.XSSRAN === undefined")


def test_the_quickstart_runs_in_lab_as_it_stands(lab: Lab) -> None:
    """The committed notebook, run from top to bottom, has a live panel and no error."""
    lab.open("quickstart.ipynb", QUICKSTART, environment=DEMO)
    lab.run_all(timeout=60)
    expect(_panel(lab).first).to_have_class(re.compile("mj-phase-done"), timeout=30_000)
    lab.screenshot("quickstart-light")
    assert lab.page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert lab.page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_a_narrow_page_stacks(notebook7: Lab) -> None:
    """At 400 px nothing is cut off: the buttons stand under the picture."""
    notebook7.resize(400, 900)
    panel = _draw(notebook7)
    overflow = panel.evaluate("panel => panel.scrollWidth - panel.clientWidth")
    assert overflow <= 0
    notebook7.screenshot("narrow-light", panel)
