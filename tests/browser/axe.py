"""The published accessibility checker axe-core, run on parts of a page."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from tests.browser.lab import Lab

_GRAVE = ("serious", "critical")

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that look at colours: all that another theme can break."""

_CHECK = """async ([places, rules]) => {
  const context = {include: places.filter((place) => document.querySelector(place))};
  const some = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(context, {resultTypes: ["violations", "passes"], ...some});
  return {
    passed: found.passes.length,
    violations: found.violations.map(({id, impact, help, nodes}) => ({
      id, impact, help,
      nodes: nodes.map(({html, failureSummary}) =>
        `${html.slice(0, 300)}\\n    ${failureSummary.replaceAll("\\n", "\\n    ")}`),
    })),
  };
}"""


def violations(page: Page, *places: str, rules: Sequence[str] = ()) -> list[str]:
    """
    Check what is inside *places* (selectors) and return what is serious or critical.

    Each is a text of several lines, to be read in a failed assertion. All rules are checked unless
    some *rules* are named.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_source())
    for place in places:
        assert page.locator(place).count(), f"There is no {place} in the page."
    found: dict[str, Any] = page.evaluate(_CHECK, [places, rules])
    # Over a picture no rule of colours can tell; that it was looked at, all rules together say.
    assert found["passed"] or rules, "Nothing was checked."
    return [_told(rule) for rule in found["violations"] if rule["impact"] in _GRAVE]


def violations_in_both_themes(lab: Lab, *places: str) -> dict[str, list[str]]:
    """
    Return what is wrong in each theme that has anything wrong; see `violations`.

    It begins with the theme that the page has, and ends with the other: a change of themes takes as
    long as the check of colours.
    """
    seen: dict[str, list[str]] = {lab.theme: violations(lab.page, *places)}
    lab.change_theme("light" if lab.theme == "dark" else "dark")
    seen[lab.theme] = violations(lab.page, *places, rules=COLOURS)
    return {theme: wrong for theme, wrong in seen.items() if wrong}


def _told(rule: dict[str, Any]) -> str:
    return "\n  ".join((f"{rule['impact']} {rule['id']}: {rule['help']}", *rule["nodes"]))


@cache
def _source() -> str:
    """Return the script of axe-core, as a package for Python ships it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
