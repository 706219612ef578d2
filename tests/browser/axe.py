"""The published accessibility checker axe-core, run on parts of a page."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

VERSION = "4.14.1"

_GRAVE = ("serious", "critical")

_CHECK = """async (places) => {
  const context = {include: places.filter((place) => document.querySelector(place))};
  const found = await axe.run(context, {resultTypes: ["violations", "passes"]});
  return {
    passed: found.passes.length,
    violations: found.violations.map(({id, impact, help, nodes}) => ({
      id, impact, help,
      nodes: nodes.map(({html, failureSummary}) =>
        `${html.slice(0, 300)}\\n    ${failureSummary.replaceAll("\\n", "\\n    ")}`),
    })),
  };
}"""


def violations(page: Page, *places: str) -> list[str]:
    """
    Check what is inside *places* (selectors) and return what is serious or critical.

    Each is a text of several lines, to be read in a failed assertion.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_source().read_text("utf-8"))
    for place in places:
        assert page.locator(place).count(), f"There is no {place} in the page."
    found: dict[str, Any] = page.evaluate(_CHECK, list(places))
    assert found["passed"], "Nothing was checked."
    return [_told(rule) for rule in found["violations"] if rule["impact"] in _GRAVE]


def _told(rule: dict[str, Any]) -> str:
    return "\n  ".join((f"{rule['impact']} {rule['id']}: {rule['help']}", *rule["nodes"]))


@cache
def _source() -> Path:
    """Find axe-core in ``MJ_AXE`` (a folder that npm installed into), else fetch it once."""
    given = os.environ.get("MJ_AXE", "")
    folder = Path(given) if given else Path(tempfile.gettempdir()) / f"mj-axe-core-{VERSION}"
    source = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists() and not given:
        _install(folder)
    if not source.exists():
        pytest.fail(f"axe-core {VERSION} is not in {folder}.", pytrace=False)
    return source


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail(
            "The accessibility tests need axe-core, and there is no npm to fetch it: install npm "
            "(Debian: apt install npm), or put the folder it was installed into in MJ_AXE.",
            pytrace=False,
        )
    quiet = ("--no-audit", "--no-fund", "--silent")
    package = f"axe-core@{VERSION}"
    subprocess.run([npm, "install", "--prefix", str(folder), *quiet, package], check=True)
