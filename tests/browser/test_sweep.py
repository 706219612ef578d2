"""A sweep in JupyterLab: its plan, the grid as it fills, one cell, other axes, keys, the file."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Locator, expect

import mj_notebook as mj
from tests.browser.axe import violations
from tests.browser.contrast import too_faint
from tests.browser.lab import Lab, photograph_page

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook"
SWEEP = """%%mj --sweep animal={{animals}} --sweep s=0,250,2000 --sweep chaos=0:50:50 --out foxes
a {{animal}} in the fog of an early morning --ar 3:2 --seed 7"""
ANIMALS = "animals = ['fox', 'hare with very long ears that hear all', 'bloodbath']"
GRID = ".mj-sweep"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def test_a_sweep_from_its_plan_to_the_file(lab: Lab) -> None:
    """Planned, run, one cell mended and run alone, looked at in other ways, by keys alone."""
    lab.open("sweep.ipynb", [LOAD, ANIMALS, SWEEP, ""], environment={"MJ_DEMO_SECONDS": "3"})
    lab.command("application:toggle-left-area")
    lab.resize(1180, 1500)
    for cell in range(3):
        lab.run_cell(cell)
    sweep = lab.cell(2).locator(GRID)
    line = sweep.locator(".mj-sweep-line")
    expect(line).to_contain_text("18 cells · 12 new for 12 credits if it were no demo")
    expect(line).to_contain_text("6 with an error, not sent")
    expect(sweep.get_by_role("rowheader")).to_have_text(
        ["fox", "hare with very long ears that hear all", "bloodbath"]
    )
    expect(lab.cell(2).locator(".mj-static")).to_be_hidden()
    for _ in lab.in_both_themes():
        assert too_faint(sweep) == {}
        assert violations(lab.page, GRID) == []
    lab.screenshot_both("sweep-plan", lab.cell(2))

    sweep.get_by_role("button", name="Run", exact=True).press("Enter")
    expect(sweep.locator(".mj-cell-is-done")).not_to_have_count(0, timeout=30_000)
    expect(line).to_contain_text("left")
    lab.screenshot_both("sweep-half", lab.cell(2))
    expect(line).to_contain_text("8 of 18 done", timeout=60_000)
    expect(line).to_contain_text("4 banned")
    lab.screenshot_both("sweep-done", lab.cell(2))

    _mends_one_cell(sweep)
    _looks_in_other_ways(lab, sweep)

    # By keys: from cell to cell, and its panel.
    first = sweep.locator(".mj-cell").first
    first.focus()
    first.press("ArrowRight")
    lab.page.keyboard.press("Enter")
    expect(lab.cell(2).locator(".mj-sweep-below .mj-panel")).to_be_visible(timeout=15_000)
    lab.resize(400, 900)
    assert lab.page.evaluate(
        "(place) => { const box = document.querySelector(place).getBoundingClientRect();"
        " return box.right <= innerWidth }",
        GRID,
    )
    lab.screenshot_both("sweep-narrow")
    lab.resize(1280, 900)
    # A moment after the page, what stays in the file is up to date too.
    expect(lab.cell(2).locator(".mj-static img")).to_have_count(9)
    lab.save()
    lab.watch.allow("Error: widget model not found|model not found")
    lab.reopen()
    static = lab.cell(2).locator(".mj-static")
    expect(static).to_be_visible()
    expect(static.locator("img")).to_have_count(9)
    expect(static.get_by_role("rowheader").first).to_have_text("fox")
    lab.screenshot_both("sweep-reopened", lab.cell(2))


def test_a_page_of_its_own_opens_from_disk(
    browser: Browser, new_kernel: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a kernel or a network: other axes, zoom, one cell large, by keys; light and dark."""
    del new_kernel
    monkeypatch.setenv("MJ_DEMO_SECONDS", "0.2")
    hostile = "</script><img src=x onerror=alert(1)>"
    axes: dict[str, Any] = {"animal": ["fox", hostile], "s": [0, 1000], "chaos": [0, 50]}
    path = mj.sweep("a {{animal}}", run=True, **axes).to_html(tmp_path / "grid.html")
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 700})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition(",")[0]))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.goto(path.as_uri())
    grid = page.locator(GRID)
    expect(grid.locator("img.mj-cell-image[src]")).to_have_count(4)
    expect(grid.get_by_role("rowheader")).to_have_text(["fox", hostile])
    grid.get_by_label("Across").select_option(label="chaos")
    expect(grid.get_by_role("columnheader").last).to_have_text("50")
    grid.get_by_role("button", name="Pictures: larger").press("Enter")
    grid.get_by_label("Show", exact=True).select_option(label="picture 3")
    grid.locator(".mj-cell").first.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("animal fox · s 0 · chaos 0")
    assert violations(page, "dialog") == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert too_faint(grid) == {}
        assert violations(page, GRID) == []
        photograph_page(page, f"sweep-page-{scheme}")
    page.set_viewport_size({"width": 400, "height": 700})
    photograph_page(page, "sweep-page-narrow")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # What the page itself brings along is told of as well, or not.
    assert {one for one in asked if one != "data:image/jpeg;base64"} == {path.as_uri()}
    context.close()


def _mends_one_cell(sweep: Locator) -> None:
    """The chosen cell is told below; a failed one is mended there and runs alone."""
    failed = sweep.locator("[data-key='2-0-0']")
    failed.focus()
    failed.press("ArrowRight")
    chosen = sweep.get_by_role("group", name="The chosen cell")
    expect(chosen).to_contain_text("animal bloodbath · s 250 · chaos 0")
    expect(chosen).to_contain_text("will not draw")
    words = chosen.get_by_role("textbox")
    expect(words).to_have_value(
        "a bloodbath in the fog of an early morning --ar 3:2 --seed 7 --s 250 --chaos 0"
    )
    words.fill("a red bath in the fog --ar 3:2 --seed 7 --s 300")
    chosen.get_by_role("button", name="Run this cell").click()
    mended = sweep.locator("[data-key='2-1-0']")
    expect(mended).to_contain_text("animal bloodbath (edited) · s 300", timeout=30_000)
    expect(sweep.locator(".mj-sweep-line")).to_contain_text("9 of 18 done", timeout=30_000)


def _looks_in_other_ways(lab: Lab, sweep: Locator) -> None:
    """Other axes, one picture of each grid, larger, without what failed."""
    sweep.get_by_label("Across").select_option(label="chaos")
    expect(sweep.get_by_role("columnheader")).to_have_text(["animal ↓chaos →", "0", "50"])
    sweep.get_by_label("s", exact=True).select_option(label="250")
    sweep.get_by_role("button", name="⇄ Swap").click()
    expect(sweep.get_by_role("columnheader")).to_have_count(4)
    sweep.get_by_label("Show", exact=True).select_option(label="picture 2")
    sweep.get_by_role("button", name="Pictures: larger").click()
    sweep.get_by_role("button", name="Labels: larger").click()
    lab.screenshot_both("sweep-swapped", lab.cell(2))
    sweep.get_by_label("Hide failed").check()
    expect(sweep.locator(".mj-cell-is-failed")).to_have_count(0)
    assert all(too_faint(sweep) == {} for _ in lab.in_both_themes())
    assert violations(lab.page, GRID) == []
