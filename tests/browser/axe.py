"""The published accessibility checker axe-core, run on parts of a page."""

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

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
        page.evaluate(_source())
    for place in places:
        assert page.locator(place).count(), f"There is no {place} in the page."
    found: dict[str, Any] = page.evaluate(_CHECK, list(places))
    assert found["passed"], "Nothing was checked."
    return [_told(rule) for rule in found["violations"] if rule["impact"] in _GRAVE]


def _told(rule: dict[str, Any]) -> str:
    return "\n  ".join((f"{rule['impact']} {rule['id']}: {rule['help']}", *rule["nodes"]))


@cache
def _source() -> str:
    """Return the script of axe-core, as a package for Python ships it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
