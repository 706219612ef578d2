"""Which tests a plain ``pytest`` runs: those of minutes; ``pytest --everything`` runs the rest.

What is named on the command line is run. What is left out is said in one line at the end, since a
test that did not run proves nothing.
"""

from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.junitxml import xml_key

from tests.support.browsers import HOW, browser_path

# Folders whose tests start kernels, whole notebooks, many processes or a browser.
_SLOW = ("browser", "faults", "kernel", "notebooks")
_LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer ``--everything``."""
    parser.addoption(
        "--everything",
        action="store_true",
        help="run the slow tests as well: kernels, notebooks, faults and a real browser",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow unless it was asked for, and what needs a browser that is missing."""
    if report := config.stash.get(xml_key, None):
        report.add_global_property("collected", len(items))  # `.ci/everything_ran.py` reads it
    wants_all = config.getoption("--everything")
    is_plain = not wants_all and config.args_source is pytest.Config.ArgsSource.TESTPATHS
    left_out: Counter[str] = Counter()
    kept = []
    for item in items:
        folder = _folder(item.path, config.rootpath)
        needs_browser = folder == "browser" and browser_path() is None
        if (is_plain and folder in _SLOW) or (needs_browser and not wants_all):
            left_out[folder] += 1
        else:
            kept.append(item)
    config.stash[_LEFT_OUT] = left_out
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def _folder(path: Path, root: Path) -> str:
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    return parts[1] if len(parts) > 2 and parts[0] == "tests" else ""


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Say what did not run, and how to run it."""
    yield
    left_out = config.stash.get(_LEFT_OUT, Counter())
    if not left_out:
        return
    told = ", ".join(f"{count} of tests/{folder}" for folder, count in sorted(left_out.items()))
    how = "`pytest --everything` runs them"
    if left_out["browser"] and browser_path() is None:
        how += f"; those in a browser need one, and there is none: {HOW}"
    terminalreporter.write_line(
        f"NOT RUN: {left_out.total()} tests ({told}). {how}.", yellow=True, bold=True
    )
