"""Tables where a page is narrow: nothing is cut or shrinks, cells fold below each other."""

from datetime import UTC, datetime, timedelta

import pytest

from mj_notebook.prompt.rules import rule_book
from mj_notebook.view.difference import difference_of
from mj_notebook.view.history import history_html
from mj_notebook.view.parameters import parameters_bundle
from mj_notebook.view.table import PICTURE_SIDE
from mj_notebook.view.verification import DAMAGED, PictureFault, Verification
from tests.browser.conftest import Pages
from tests.browser.lab import photograph_page
from tests.browser.test_uploader import png

pytestmark = pytest.mark.browser

SHA = "ab" * 32
RECORD = {
    "task": "1760000000123456",
    "asked": datetime(2026, 1, 5, 10, 30, tzinfo=UTC),
    "action": "IMAGINE",
    "status": "SUCCESS",
    "prompt": "a red kite over dunes at dawn, with long soft light --ar 3:2 --stylize 250",
    "prompt_en": None,
    "final_prompt": None,
    "button": None,
    "request": "Imagine",
    "ran": timedelta(seconds=42),
    "seed": 7,
    "mode": None,
    "server": "default",
    "reason": None,
    "sha256": SHA,
    "aspect": "3:2",
}
OTHER = {**RECORD, "task": "1760000000654321", "prompt": "a blue kite at dusk", "sha256": None}
FAULT = PictureFault("1760000000123456", "demo", "a red kite", "tile 2", f"{SHA}.png", DAMAGED)
HIDDEN = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1;
}).map((one) => one.outerHTML.slice(0, 160))"""
SIDES = """() => [...document.querySelectorAll(".mj-sides tr")].every((row) => {
  const [one, other] = [...row.querySelectorAll("td, th[scope=col]:not(:empty)")];
  return one.getBoundingClientRect().top === other.getBoundingClientRect().top;
})"""


def test_tables_fold_where_there_is_no_room(pages: Pages) -> None:
    """History, comparison, parameters and a check of pictures, on 400 px and on 1,100."""
    small = {SHA: png(64, 43, "teal")}
    shown = (
        history_html([RECORD, OTHER], 2, small),
        difference_of(RECORD, OTHER, ["aspect"])._repr_html_(),
        parameters_bundle(rule_book({}))["text/html"],
        Verification(1, (FAULT,))._repr_html_(),
    )
    page = pages.fresh()
    page.set_content(f"<!doctype html><body style='font-family:sans-serif'>{''.join(shown)}")
    page.set_viewport_size({"width": 400, "height": 900})
    assert page.evaluate(HIDDEN) == []
    assert page.evaluate(SIDES), "What is compared stays beside each other."
    assert page.locator(".mj-history img").bounding_box() == {
        **(page.locator(".mj-history img").bounding_box() or {}),
        "width": PICTURE_SIDE,
    }
    photograph_page(page, "tables-400")
    page.set_viewport_size({"width": 1100, "height": 900})
    assert page.get_by_role("columnheader", name="Prompt").is_visible()
    assert page.evaluate(HIDDEN) == []
    page.context.close()
