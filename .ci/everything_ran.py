"""Fail when a kind of test did not run, or when any test was skipped: a skip proves nothing."""

import sys
from xml.etree import ElementTree as ET

KINDS = ("tests.browser", "tests.kernel", "tests.notebooks", "tests.server", "tests.client")


def main(paths: list[str]) -> int:
    """Read JUnit reports and say what is missing."""
    trees = [ET.parse(path) for path in paths]  # noqa: S314 - our own files, just written
    cases = [case for tree in trees for case in tree.iter("testcase")]
    skipped = [case for case in cases if case.find("skipped") is not None]
    ran = [case for case in cases if case not in skipped]
    missing = [
        kind
        for kind in KINDS
        if not any(case.get("classname", "").startswith(kind) for case in ran)
    ]
    for kind in missing:
        print(f"No test of {kind} ran.")
    for case in skipped:
        print(f"Skipped: {case.get('classname')}.{case.get('name')}")
    print(f"{len(ran)} tests ran.")
    return 1 if missing or skipped else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
