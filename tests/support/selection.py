"""Which tests a plain ``pytest`` runs: those of minutes; ``pytest --everything`` runs the rest.

What is named on the command line is run. What is left out is said in one line at the end, since a
test that did not run proves nothing. A second, larger look at what another test proves carries the
mark ``nightly``, and is left to ``.ci/nightly``, which runs nothing else by ``pytest --nightly``.
"""

from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.junitxml import xml_key

from tests.support.browsers import HOW, browser_path

# Folders whose tests start kernels, whole notebooks, many processes or a browser, or do all that
# there is on every server: a minute of what the tests of the rooms do one by one.
_SLOW = ("browser", "conformance", "faults", "kernel", "notebooks")
# The mark of a second, larger look, and what `.ci/everything_ran.py` knows it by.
_NIGHTLY = "nightly"
_LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer ``--everything``."""
    parser.addoption(
        "--everything",
        action="store_true",
        help="run the slow tests too: kernels, notebooks, faults, all dialects and a real browser",
    )
    parser.addoption("--nightly", action="store_true", help="run what is marked nightly, alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow unless it was asked for, and what needs a browser that is missing."""
    left_out = [(item, why) for item in items if (why := _why_not(item))]
    if report := config.stash.get(xml_key, None):  # `.ci/everything_ran.py` reads it
        report.add_global_property("collected", len(items))
        for item, why in left_out:
            if why == _NIGHTLY:
                report.add_global_property(_NIGHTLY, item.nodeid)
    config.stash[_LEFT_OUT] = Counter(why for _, why in left_out)
    if left_out:
        config.hook.pytest_deselected(items=[item for item, _ in left_out])
        gone = {item for item, _ in left_out}
        items[:] = [item for item in items if item not in gone]


def _why_not(item: pytest.Item) -> str:
    """Return for what a test is left out: its folder, or `_NIGHTLY`; "" for one that runs."""
    config = item.config
    is_nightly = item.get_closest_marker(_NIGHTLY) is not None
    if config.getoption("--nightly"):
        return "" if is_nightly else "day"
    folder = _folder(item.path, config.rootpath)
    wants_all = config.getoption("--everything")
    is_plain = not wants_all and config.args_source is pytest.Config.ArgsSource.TESTPATHS
    needs_browser = folder == "browser" and browser_path() is None
    if (is_plain and folder in _SLOW) or (needs_browser and not wants_all):
        return folder
    is_named = any(item.nodeid.startswith(arg) for arg in config.args if "::" in arg)
    return _NIGHTLY if is_nightly and not is_named else ""


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
    if config.getoption("--nightly"):
        return
    if nightly := left_out.pop(_NIGHTLY, 0):
        terminalreporter.write_line(f"Left to `.ci/nightly`, a second look: {nightly} tests.")
    if not left_out:
        return
    told = ", ".join(f"{count} of tests/{folder}" for folder, count in sorted(left_out.items()))
    how = "`pytest --everything` runs them"
    if left_out["browser"] and browser_path() is None:
        how += f"; those in a browser need one, and there is none: {HOW}"
    terminalreporter.write_line(
        f"NOT RUN: {left_out.total()} tests ({told}). {how}.", yellow=True, bold=True
    )
