"""The gallery and the board in JupyterLab: found, chosen, compared and opened, by hand and key."""

import json

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.server import Theme

pytestmark = pytest.mark.browser

MADE = """
import os
from pathlib import Path
from tests.widgets.galleries import fill
print(fill(Path(os.environ["MJ_STORE"]), COUNT))
"""
SHOW = "import mj_notebook as mj\nmj.gallery()"


def opened(lab: Lab, count: int = 60, theme: Theme = "light", show: str = "%mj gallery") -> Locator:
    """Fill a history with *count* tasks and show it; return the gallery."""
    lab.open("gallery.ipynb", ["%load_ext mj_notebook", show, ""], theme=theme,
             environment={"MJ_DEMO_SECONDS": "1"})  # fmt: skip
    lab.command("application:toggle-left-area")
    lab.kexec(MADE.replace("COUNT", str(count)))
    lab.run_all()
    gallery = lab.cell(1).locator(".mj-gallery")
    expect(gallery).to_be_visible()
    return gallery


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_history_is_looked_through(lab: Lab, theme: Theme) -> None:
    """Pictures, reasons and counts are there."""
    gallery = opened(lab, theme=theme)
    expect(gallery.locator(".mj-gallery-count")).to_have_text("60 tasks")
    lab.page.wait_for_timeout(1000)
    lab.screenshot(f"gallery-{theme}", lab.cell(1))
    print(json.dumps(lab.complaints))
