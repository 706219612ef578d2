"""The harness itself, proved with plain ipywidgets, so that real tests can trust it."""

import json
import struct
import time
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from tests.browser.lab import Lab
from tests.browser.notebook import notebook_from

pytestmark = pytest.mark.browser

BUTTON = """
import ipywidgets
button = ipywidgets.Button(description="U1")
status = ipywidgets.Label("waiting")
def press(_):
    status.value = "pressed"
button.on_click(press)
status.add_class("mj-status")
ipywidgets.VBox([button, status])
"""


def test_a_click_in_lab_reaches_the_kernel_and_comes_back(lab: Lab) -> None:
    """Run all, click, and the label changes; kernel and page agree."""
    lab.open("button.ipynb", [BUTTON])
    lab.run_all()
    lab.button("U1").click()
    expect(lab.page.locator(".mj-status")).to_have_text("pressed")
    assert lab.kexec("print(status.value)") == "pressed\n"
    expect(lab.page.locator("body")).to_have_attribute("data-jp-theme-light", "true")


def test_a_click_in_notebook_7_reaches_the_kernel_and_comes_back(notebook7: Lab) -> None:
    """The same notebook works in the same way in Notebook 7."""
    notebook7.open("button.ipynb", [BUTTON])
    notebook7.run_all()
    notebook7.button("U1").click()
    expect(notebook7.page.locator(".mj-status")).to_have_text("pressed")
    notebook7.screenshot("harness-notebook7")


def test_saved_outputs_are_there_after_a_reload(lab: Lab) -> None:
    """What was saved is read back from the file; what the kernel has no more is complained of."""
    gone = "import ipywidgets\ngone = ipywidgets.Label('gone')\ngone"
    lab.open("saved.ipynb", ["value = 7", "print('kept', value)", gone])
    lab.run_all()
    saved = lab.save()
    assert saved["cells"][1]["outputs"][0]["text"] == ["kept 7\n"]
    lab.kexec("gone.close()")
    lab.reload()
    assert lab.kexec("print(value)") == "7\n"
    expect(lab.outputs(2)).to_contain_text("model not found")
    assert "model not found" in "".join(lab.complaints)
    lab.watch.allow("widget model not found")
    lab.reopen()
    expect(lab.outputs(1)).to_have_text("kept 7")
    with pytest.raises(RuntimeError, match="NameError"):
        lab.kexec("value")


def test_a_restarted_kernel_is_empty(lab: Lab) -> None:
    """After a restart the kernel answers, and knows nothing of before."""
    lab.open("restart.ipynb", ["value = 7"])
    lab.run_all()
    lab.restart_kernel()
    assert lab.kexec("print('value' in globals())") == "False\n"


def test_a_cell_can_run_while_the_test_goes_on(lab: Lab) -> None:
    """`start_cell` returns at once, `finish` waits for the end."""
    lab.open(
        "slow.ipynb",
        ["import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(.05)"],
    )
    run = lab.start_cell(0)
    expect(lab.cell(0).locator(".jp-InputPrompt")).to_have_text("[*]:")
    (lab.folder / "go").touch()
    lab.finish(run)
    expect(lab.cell(0).locator(".jp-InputPrompt")).to_have_text("[1]:")


def test_a_wait_for_a_cell_is_limited(lab: Lab) -> None:
    """A cell that does not end ends the test's patience, not the test run."""
    lab.open("endless.ipynb", ["import time; time.sleep(60)"])
    began = time.monotonic()
    with pytest.raises(Error, match=r"not finished after 0\.5 s"):
        lab.run_cell(0, timeout=0.5)
    assert time.monotonic() - began < 10


def test_the_kernels_environment_is_the_tests(lab: Lab, tmp_path: Path) -> None:
    """The store is in the test's folder unless the test names another, and other variables pass."""
    lab.open("a.ipynb", [], environment={"MJ_BASE_URL": "http://127.0.0.1:9"})
    lines = lab.kexec("import os; print(os.environ['MJ_STORE'], os.environ['MJ_BASE_URL'])").split()
    assert lines == [str(tmp_path / "mj_store"), "http://127.0.0.1:9"]


def test_a_notebook_is_opened_from_its_file(lab: Lab, tmp_path: Path) -> None:
    """A path is copied, so that the test never changes the notebook itself."""
    original = tmp_path / "original.ipynb"
    original.write_text(json.dumps(notebook_from(["print('from', 'a file')"], kernel="python3")))
    lab.open("copy.ipynb", original)
    lab.run_all()
    expect(lab.outputs(0)).to_have_text("from a file")
    lab.save()
    assert "from a file" not in original.read_text()


def test_the_dark_theme_and_a_narrow_page_are_drawn(lab: Lab) -> None:
    """The page has the theme and the size that were asked for, and is photographed so."""
    lab.open("theme.ipynb", [BUTTON], theme="dark")
    lab.resize(640, 480)
    lab.run_all()
    expect(lab.button("U1")).to_be_visible()
    expect(lab.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    whole, part = lab.photograph("harness-dark"), lab.photograph("harness-output", lab.outputs(0))
    assert _size(whole) == (640, 480)
    assert _size(part) < _size(whole)


def test_errors_of_the_page_are_heard(lab: Lab) -> None:
    """Script errors, console errors and outside requests are collected unless they are allowed."""
    lab.open("wrong.ipynb", [])
    with lab.page.expect_event("pageerror"):
        lab.page.evaluate("() => { setTimeout(() => { throw new Error('mine') }) }")
    lab.page.evaluate("console.error('also mine')")
    lab.page.evaluate("fetch('https://unpkg.com/thing.js').catch(() => {})")
    assert [text.split(" (")[0] for text in lab.complaints[:2]] == [
        "page error: mine",
        "console error: also mine",
    ]
    assert lab.requests_outside() == ["https://unpkg.com/thing.js"]
    lab.watch.allow("mine|unpkg")
    lab.watch.outside.clear()
    assert lab.complaints == []


def _size(picture: Path) -> tuple[int, int]:
    """Read width and height from the head of a PNG."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height
