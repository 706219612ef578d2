"""Fail when a test there is did not run, ran twice or was skipped: a skip proves nothing.

Usage: ``python .ci/everything_ran.py REPORT…``, with the JUnit reports of all parts. What there is
is known in two ways: each part reports how many tests it found before any were left out (see
`tests/support/selection.py`), and each function in the files below `tests` must stand in a report,
so that no file is in no part. What a part left to `.ci/nightly` is told apart, by name.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]


def main(paths: list[str]) -> int:
    """Read JUnit reports and say what is missing."""
    trees = [ET.parse(path) for path in paths]  # noqa: S314 - our own files, just written
    cases = [case for tree in trees for case in tree.iter("testcase")]
    skipped = [name_of(case) for case in cases if case.find("skipped") is not None]
    twice = [name for name, count in Counter(map(name_of, cases)).items() if count > 1]
    nightly = [name for tree in trees for name in left_to_night(tree)]
    known = {name.partition("[")[0] for name in (*map(name_of, cases), *nightly)}
    missing = sorted(set(written()) - known)
    for what, names in (("Skipped", skipped), ("Ran twice", twice), ("Did not run", missing)):
        for name in names:
            print(f"{what}: {name}")
    ran = len(cases) - len(skipped)
    there = sum(collected(tree) for tree in trees)
    for name, count in Counter(name.partition("[")[0] for name in nightly).items():
        print(f"For .ci/nightly: {name} ({count})")
    print(f"{ran} of {there} tests ran; {len(nightly)} are for .ci/nightly.")
    return 0 if ran + len(nightly) == there and not twice and not missing else 1


def name_of(case: ET.Element) -> str:
    """Return the name of a test as `tests.room.test_file.test_name[…]`."""
    return f"{case.get('classname')}.{case.get('name')}"


def collected(tree: "ET.ElementTree[ET.Element]") -> int:
    """Return how many tests a part found."""
    found = tree.find("testsuite/properties/property[@name='collected']")
    return int(found.get("value", "0")) if found is not None else 0


def left_to_night(tree: "ET.ElementTree[ET.Element]") -> Iterator[str]:
    """Go through the tests that a part left to `.ci/nightly`, by the names of `name_of`."""
    for left in tree.iterfind("testsuite/properties/property[@name='nightly']"):
        path, _, name = left.get("value", "").partition("::")
        yield f"{path.removesuffix('.py').replace('/', '.')}.{name.replace('::', '.')}"


def written() -> Iterator[str]:
    """Go through the test functions that stand in the files."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield from tests_in(ast.parse(path.read_bytes()), module)


def tests_in(place: ast.Module | ast.ClassDef, name: str) -> Iterator[str]:
    """Go through the test functions of a module or of a class."""
    for node in place.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test_"):
                yield f"{name}.{node.name}"
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from tests_in(node, f"{name}.{node.name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
