"""Fail when a test there is did not run, ran twice or was skipped: a skip proves nothing."""

import subprocess
import sys
from xml.etree import ElementTree as ET


def main(paths: list[str]) -> int:
    """Read JUnit reports and say what is missing."""
    trees = [ET.parse(path) for path in paths]  # noqa: S314 - our own files, just written
    cases = [case for tree in trees for case in tree.iter("testcase")]
    skipped = [case for case in cases if case.find("skipped") is not None]
    for case in skipped:
        print(f"Skipped: {case.get('classname')}.{case.get('name')}")
    ran, there = len(cases) - len(skipped), collected()
    print(f"{ran} of {there} tests ran.")
    return 0 if ran == there else 1


def collected() -> int:
    """Count the tests there are."""
    command = [sys.executable, "-m", "pytest", "--everything", "--collect-only", "-q"]
    listed = subprocess.run(  # noqa: S603 - our own tests
        command, capture_output=True, text=True, check=True
    ).stdout
    return sum("::" in line for line in listed.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
