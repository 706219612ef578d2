"""Which tests a plain ``pytest`` runs: those of minutes; ``pytest --everything`` runs the rest.

What is named on the command line is run. What is left out is said in one line at the end, since a
test that did not run proves nothing. A second, larger look at what another test proves carries the
mark ``nightly``, and is left to ``.ci/nightly``, which runs nothing else by ``pytest --nightly``.

A plain run is shared by as many processes as there are cores (pytest-xdist; ``-n0`` keeps it in
one): it is long enough for that, and what somebody names is not.
"""

import os
import sys
from collections import Counter
from collections.abc import Generator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from _pytest.junitxml import xml_key

from tests.support import browsers, postgres
from tests.support.browsers import browser_path

# Folders and files whose tests start kernels, whole notebooks, many processes or a browser, or do
# all that there is on every server: a minute of what the tests of the rooms do one by one.
_SLOW = (
    *("browser", "conformance", "faults", "kernel", "notebooks", "server/conformance"),
    *("experiments/test_measures.py", "magic/test_long_days.py"),
    *("server/http/test_openapi_fuzz.py", "store/test_processes.py"),
)
# jsonschema, which nbformat loads, does without it: it makes a grammar of addresses at import, of
# which nobody here asks anything, and each process that runs tests takes three seconds for that.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
# httpx asks for it with each request, and where it isn't, Python looks in each folder each time.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]
# What needs a program that not every machine has; a browser's are a folder.
_POSTGRES = "PostgreSQL"
# The mark of a second, larger look, and what `.ci/everything_ran.py` knows it by.
_NIGHTLY = "nightly"
# Each has servers and a PostgreSQL of its own.
_MOST_PROCESSES = 4
_LEFT_OUT = pytest.StashKey[Counter[str]]()
# The same where another process collected.
_LEFT_OUT_THERE = "left_out"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer ``--everything``."""
    parser.addoption(
        "--everything",
        action="store_true",
        help="run the slow tests too: kernels, notebooks, faults, all dialects and a real browser",
    )
    parser.addoption("--nightly", action="store_true", help="run what is marked nightly, alone")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share a plain run among the cores, before pytest-xdist looks how many processes it makes."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # one of these processes, or what its test started: it would make as many again
    given = config.option
    is_watched = given.usepdb or given.trace or given.capture == "no"
    if _is_plain(config) and not is_watched and getattr(given, "numprocesses", 0) is None:
        given.numprocesses = min(_MOST_PROCESSES, os.cpu_count() or 1)
        given.maxworkerrestart = "0"  # a test that ends its process is to be seen, not run again
        # In pieces of the order as it is, so that few rooms are begun by several processes.
        given.dist = "worksteal"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow unless it was asked for, and what needs a program that is missing."""
    left_out = [(item, why) for item in items if (why := _why_not(item))]
    if report := config.stash.get(xml_key, None):  # `.ci/everything_ran.py` reads it
        report.add_global_property("collected", len(items))
        for item, why in left_out:
            if why == _NIGHTLY:
                report.add_global_property(_NIGHTLY, item.nodeid)
    counts = config.stash[_LEFT_OUT] = Counter(why for _, why in left_out)
    if (told := getattr(config, "workeroutput", None)) is not None:
        told[_LEFT_OUT_THERE] = dict(counts)
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
    needs_browser = folder == "browser" and browser_path() is None
    wants_all = config.getoption("--everything")
    if (_is_plain(config) and folder) or (needs_browser and not wants_all):
        return folder
    if _needs_postgres(item) and postgres.postgres_programs() is None and not wants_all:
        return _POSTGRES
    is_named = any(item.nodeid.startswith(arg) for arg in config.args if "::" in arg)
    return _NIGHTLY if is_nightly and not is_named else ""


def _needs_postgres(item: pytest.Item) -> bool:
    """Tell whether a test has one as a fixture, or is the case of a fixture that has one."""
    case = getattr(item, "callspec", None)
    is_case = case is not None and "postgres" in case.id.split("-")
    return is_case or "postgres" in getattr(item, "fixturenames", ())


def _is_plain(config: pytest.Config) -> bool:
    is_narrowed = config.getoption("--everything") or config.getoption("--nightly")
    return not is_narrowed and config.args_source is pytest.Config.ArgsSource.TESTPATHS


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Keep what a process left out for who tells it; each collects the same."""
    node.config.stash[_LEFT_OUT] = Counter(getattr(node, "workeroutput", {}).get(_LEFT_OUT_THERE))


@cache
def _folder(path: Path, root: Path) -> str:
    """Return which of the slow places *path* is in, "" for none."""
    tests = root / "tests"
    return next((each for each in _SLOW if path.is_relative_to(tests / each)), "")


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
    without = left_out.pop(_POSTGRES, 0)
    folders = [f"{count} of tests/{folder}" for folder, count in sorted(left_out.items())]
    told = ", ".join([*folders, *([f"{without} with {_POSTGRES}"] if without else [])])
    how = "`pytest --everything` runs them"
    if left_out["browser"] and browser_path() is None:
        how += f"; those in a browser need one, and there is none: {browsers.HOW}"
    if without:
        how += f"; those with {_POSTGRES} need one, and there is none: {postgres.HOW}"
    terminalreporter.write_line(
        f"NOT RUN: {left_out.total() + without} tests ({told}). {how}.", yellow=True, bold=True
    )
